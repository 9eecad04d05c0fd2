"""Different words for the same thing, in English, Spanish, French and German. Imports _keys and _words."""

import re
from functools import cache

from attrs import frozen

from voicekit.checks._keys import VERBS, presses
from voicekit.checks._words import primary

# Names of keys are often other things, too: they count behind a verb, or in front of "key".
_NAMED = {
    "en": r"\b(?:press|by|hit|push)(?: the)? {0}\b(?! sterling)|\b{0} (?:key|sign)\b",
    "es": r"\b(?:tecla|signo|oprima|presione|pulse|marque)(?: el| la)? {0}\b",
    "fr": r"\b(?:touche|sur|tapez|faites)(?: l[ae]?)?[ '’]?{0}\b",
    "de": r"\b{0}(?:-?taste)?\b",
}
_PRESS = "a key press"
Wordings = dict[tuple[str, str], None]  # in the order of the text, so that the same is told every time
_KEYS = {
    "en": {"the # key": "pound hash", "the * key": "star asterisk"},
    "es": {"the # key": "almohadilla numeral gato", "the * key": "asterisco estrella"},
    "fr": {"the # key": "dièse carré", "the * key": "étoile astérisque"},
    "de": {"the # key": "raute doppelkreuz", "the * key": "stern sternchen"},
}
_OTHERS = {
    "es": {"the caller": {"usted": "usted oprima presione", "tú": "tú tu tus ti"}},
    "fr": {"the caller": {"vous": "vous votre vos", "tu": "tu toi tes"}},
    "de": {
        "the caller": {"Sie": "Sie Ihnen", "du": "du dich dir dein deine deinem deinen deiner deines"},
        "an extension": {
            "Durchwahl": "Durchwahl Durchwahlen Durchwahlnummer Durchwahlnummern",
            "Nebenstelle": "Nebenstelle Nebenstellen Nebenstellennummer Nebenstellennummern",
        },
    },
}
_ANY = r"\b(?:{0})\b"
_ANY_OF = {
    "Sie": r"(?<=[\w,] )(?-i:{0})\b"
}  # at the start of a sentence, or in small letters, it may be "she" or "they"
_NAMES = [name for keys in _KEYS.values() for names in keys.values() for name in names.split()]
_FORMS = [form for groups in _OTHERS.values() for words in groups.values() for forms in words.values() for form in forms.lower().split()]  # fmt: skip
# A text without one of these has no wording of anything. German puts the names of keys together with "Taste".
WORDS = frozenset({*VERBS, *_NAMES, *(f"{name}taste" for name in _NAMES), *_FORMS})


@frozen
class _Wording:
    """One of several names for the same; a text in small letters without `hint` does not have it."""

    group: str
    word: str
    form: re.Pattern[str]
    hint: str = ""


@cache
def _known(language: str) -> tuple[_Wording, ...]:
    """Return the wordings that a language has for the same; presses are counted beside these."""
    keys, others = _KEYS[language].items(), _OTHERS.get(language, {}).items()
    named = (
        (group, word, _NAMED[language].format(word), word) for group, known in keys for word in known.split()
    )
    found = (
        (group, word, _ANY_OF.get(word, _ANY).format("|".join(forms.split())), "")
        for group, known in others
        for word, forms in known.items()
    )
    return tuple(
        _Wording(group, word, re.compile(form, re.IGNORECASE), hint)
        for group, word, form, hint in (*named, *found)
    )


def is_known(language: str) -> bool:
    """Whether wordings of a language, given as a BCP-47 tag, are known."""
    return primary(language) in _KEYS


def wordings(text: str, tag: str) -> Wordings:
    """Return what a text with folded blanks calls things, each as a group and a wording of it."""
    language = primary(tag)
    low = text.lower()
    pressed = ((_PRESS, press.verb) for press in presses(text, language))
    named = (
        (wording.group, wording.word)
        for wording in _known(language)
        if wording.hint in low and wording.form.search(text)
    )
    return dict.fromkeys((*pressed, *named))
