"""Keys of a phone, as prompts tell callers to press them, in English, Spanish, French and German. Imports _words and the subjects."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from attrs import frozen

from voicekit.checks._subjects import Row
from voicekit.checks._traits import vocabulary
from voicekit.checks._words import primary, sentences

_DIGITS: Mapping[str, str] = {
    "en": "zero one two three four five six seven eight nine",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun",
}
_SIGNS: Mapping[str, Mapping[str, str]] = {
    "en": {"star": "*", "asterisk": "*", "pound": "#", "hash": "#"},
    "es": {
        "asterisco": "*",
        "estrella": "*",
        "almohadilla": "#",
        "numeral": "#",
        "gato": "#",
        "signo de número": "#",
    },
    "fr": {"étoile": "*", "astérisque": "*", "dièse": "#", "carré": "#"},
    "de": {
        "stern": "*",
        "sternchen": "*",
        "sterntaste": "*",
        "raute": "#",
        "rautetaste": "#",
        "doppelkreuz": "#",
    },
}
# The verbs of a key press by the form that they are counted under; other forms are of the same verb.
_VERBS: Mapping[str, Mapping[str, str]] = {
    "en": {"press": "press", "dial": "dial", "hit": "hit", "push": "push", "punch": "punch"},
    "es": {
        "oprima": "oprima|oprime|oprimir",
        "presione": "presione|presiona|presionar",
        "pulse": "pulse|pulsa|pulsar",
        "marque": "marque|marca|marcar",
        "digite": "digite|digita|digitar",
        "teclee": "teclee|teclea",
    },
    "fr": {
        "appuyez": "appuyez|appuyer|appuie",
        "tapez": "tapez|taper|tape",
        "composez": "composez|composer|compose",
        "faites": "faites",
        "pressez": "pressez|presser",
    },
    "de": {
        "drücken": "drücken sie|drücken|drücke|drück",
        "wählen": "wählen sie|wählen|wähle|wähl",
        "tippen": "tippen sie|tippen|tippe",
        "betätigen": "betätigen sie|betätigen",
    },
}
# Between the verb and the key, behind the key, and what makes of a number word something else than a key.
_BEFORE = {
    "en": "(?:(?:or say|the|number|key) ){0,2}",
    "es": "(?:(?:el|la|número|tecla|botón|de) ){0,4}",
    "fr": "(?:(?:sur|le|la|touche) ){0,3}",
    "de": "(?:(?:bitte|dann|jetzt|einfach|auf|die|den|taste) ){0,4}",
}
_AFTER = {"en": "(?: (?:key|sign|button))?", "es": "", "fr": "", "de": "(?:[- ]?taste)?"}
_OTHERWISE = {
    "en": "of|or more|digits?|keys?|times|letters?|numbers?",
    "es": "de|o más|dígitos?|teclas?|veces|números?|letras?",
    "fr": "(?!ou |pour |si |afin |maintenant)[^\\W\\d]+",  # `un` is an article, too
    "de": "ziffern?|tasten|mal|buchstaben|oder mehr",
}


@frozen
class Press:
    """One mention of a key to press: where it stands in its sentence, the verb's usual form, and the key as 0 to 9, * or #."""

    start: int
    end: int
    verb: str
    key: str


@lru_cache(maxsize=8)
def key_pattern(language: str) -> str:
    """Return a regular expression of one key in a language, to be used with IGNORECASE; empty where none is known."""
    if language not in _DIGITS:
        return ""
    words, signs = "|".join(_DIGITS[language].split()), "|".join(_SIGNS[language])
    number = rf"(?:\d{{1,2}}|{words})(?!\w)(?! (?:{_OTHERWISE[language]})\b)"
    return rf"(?:{number}|(?:{signs}|[*#])(?!\w))"


@lru_cache(maxsize=8)
def _press_pattern(language: str) -> re.Pattern[str]:
    verbs = "|".join(_VERBS[language].values())
    return re.compile(
        rf"\b(?P<verb>{verbs}) {_BEFORE[language]}(?P<key>{key_pattern(language)}){_AFTER[language]}(?!\w)",
        re.IGNORECASE,
    )


@lru_cache(maxsize=8)
def _verbs(language: str) -> frozenset[str]:
    """Return the first words of a language's verbs."""
    forms = (form for known in _VERBS.get(language, {}).values() for form in known.split("|"))
    return frozenset(form.partition(" ")[0] for form in forms)


# A text without one of these tells nobody to press a key.
VERBS = frozenset().union(*map(_verbs, _VERBS))


def tells_keys(row: Row) -> bool:
    """Whether a row may tell its hearer to press a key: one of its own language's verbs is in it."""
    return not _verbs(primary(row.language)).isdisjoint(vocabulary(row.text))


def presses(text: str, language: str) -> Iterator[Press]:
    """Yield where a text with folded blanks tells its hearer to press a key."""
    if language not in _VERBS:
        return
    for found in _press_pattern(language).finditer(text):
        yield Press(
            found.start(), found.end(), _verb(language, found["verb"].lower()), key(found["key"], language)
        )


def _verb(language: str, form: str) -> str:
    forms = ((verb, known.split("|")) for verb, known in _VERBS[language].items())
    return next((verb for verb, known in forms if form in known), form)


def key(word: str, language: str) -> str:
    """Return a key's digit or sign, whatever it is called."""
    name, digits = word.lower(), _DIGITS[language].split()
    return str(digits.index(name)) if name in digits else _SIGNS[language].get(name, name)


# What leads from a key to its option, and what joins two keys.
AIMS = {"en": "to|for|if", "es": "para|si", "fr": "pour|si|afin", "de": "um|für|wenn|falls|zum|zur"}
_ALSO = {"en": "or|and", "es": "o|y", "fr": "ou|et", "de": "oder|und"}


@lru_cache(maxsize=8)
def another(language: str) -> re.Pattern[str]:
    """Match a second key of the same option, behind the first: " or 6"."""
    return re.compile(rf"(?:,? (?:{_ALSO[language]}) {key_pattern(language)})?", re.IGNORECASE)


@lru_cache(maxsize=8)
def _next_pattern(language: str) -> re.Pattern[str]:
    """A further key that comes before its option and needs no verb: "press 1 to save, 2 to delete"."""
    one, also = key_pattern(language), _ALSO[language]
    return re.compile(
        rf"(?:, ?|\b(?:{also}) )(?:(?:{also}) )?(?P<key>{one})(?:,? (?:{also}) {one})?,? (?:{AIMS[language]})\b",
        re.IGNORECASE,
    )


def options(row: Row) -> frozenset[str]:
    """Return the keys that a row offers, each once however often it is said; two keys of one option count as one."""
    language, offered = primary(row.language), set()
    for sentence in sentences(row) if tells_keys(row) else ():
        pressed = list(presses(sentence.text, language))
        offered |= {press.key for press in pressed}
        if pressed:
            joined = another(language).match(sentence.text, pressed[0].end)
            start = joined.end() if joined else pressed[0].end
            further = _next_pattern(language).finditer(sentence.text, start)
            offered |= {key(found["key"], language) for found in further}
    return frozenset(offered)
