"""SSML 1.1 as data, and what any known vendor has beside it: for the rules of form. Imports _capabilities and model.

The source is the W3C recommendation of 2010-09-07, with the forms that SSML 1.0 had for rate and volume.
"""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from voicekit import _capabilities as capabilities
from voicekit.errors import printable
from voicekit.model import AttributeFact, Element

_NUMBER = r"(?:\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})"
_TIME = rf"\+?{_NUMBER}(?:ms|s)"
_CHANGE = rf"[+-]{_NUMBER}(?:%|st|Hz)?"
ANY = AttributeFact()


def _words(*words: str, grammar: str = "", form: str = "") -> AttributeFact:
    return AttributeFact(frozenset(words), grammar, form)


_LANGUAGE = dict.fromkeys(("xml:lang", "onlangfailure"), ANY)
_FETCHED = dict.fromkeys(("fetchtimeout", "maxage", "maxstale"), ANY)
_HEIGHTS = ("x-low", "low", "medium", "high", "x-high", "default")
# What is said and how: the elements of the recommendation, and the attributes that each of them has.
ELEMENTS: Mapping[str, Mapping[str, AttributeFact]] = {
    "speak": {**_LANGUAGE, **dict.fromkeys(("version", "xmlns", "xml:base", "startmark", "endmark"), ANY)},
    "lexicon": {**_FETCHED, "xml:id": ANY, "uri": ANY, "type": ANY},
    "lookup": {"ref": ANY},
    "meta": dict.fromkeys(("name", "http-equiv", "content"), ANY),
    "metadata": {},
    "p": _LANGUAGE,
    "s": _LANGUAGE,
    "token": {**_LANGUAGE, "role": ANY},
    "w": {**_LANGUAGE, "role": ANY},
    "say-as": {
        # The kinds stand in a note of the same group, of 2005-05-26.
        "interpret-as": _words("date", "time", "telephone", "characters", "cardinal", "ordinal"),
        "format": ANY,
        "detail": ANY,
    },
    "phoneme": {"ph": ANY, "alphabet": _words("ipa", grammar=r"x-\S+", form="x-…"), "type": ANY},
    "sub": {"alias": ANY},
    "lang": _LANGUAGE,
    "voice": {
        **_LANGUAGE,
        **dict.fromkeys(("age", "variant", "name", "languages", "required", "ordering", "onvoicefailure"), ANY),
        "gender": _words("male", "female", "neutral", ""),
    },
    "emphasis": {"level": _words("strong", "moderate", "none", "reduced")},
    "break": {
        "time": _words(grammar=_TIME, form="250ms or 1.5s"),
        "strength": _words("none", "x-weak", "weak", "medium", "strong", "x-strong"),
    },
    "prosody": {
        "pitch": _words(*_HEIGHTS, grammar=rf"{_CHANGE}|{_NUMBER}Hz", form="+2st or -10%"),
        "range": _words(*_HEIGHTS, grammar=rf"{_CHANGE}|{_NUMBER}Hz", form="+2st or -10%"),
        "contour": ANY,
        "rate": _words(
            *("x-slow", "slow", "medium", "fast", "x-fast", "default"),
            grammar=rf"[+-]?{_NUMBER}%?",
            form="90%",
        ),
        "duration": _words(grammar=_TIME, form="250ms or 1.5s"),
        "volume": _words(
            *("silent", "x-soft", "soft", "medium", "loud", "x-loud", "default"),
            grammar=rf"[+-]?{_NUMBER}|[+-]{_NUMBER}(?:dB|%)",
            form="+6dB or -6dB",
        ),
    },
    "audio": {
        **_FETCHED,
        **dict.fromkeys(("src", "fetchhint", "clipBegin", "clipEnd", "repeatCount", "repeatDur"), ANY),
        **dict.fromkeys(("soundLevel", "speed"), ANY),
    },
    "mark": {"name": ANY},
    "desc": {"xml:lang": ANY},
}  # fmt: skip
# Whatever stands in these is not SSML.
FOREIGN = frozenset({"metadata", "math"})
VENDORS = ("amazon", "mstts", "google")


@cache
def vendors_facts(element: str) -> tuple[Mapping[str, AttributeFact], ...]:
    """Return what each voice family of each vendor takes of an element; empty where none has it."""
    families = (family for vendor in capabilities.find().values() for family in vendor.families.values())
    return tuple(family.elements[element].attributes for family in families if element in family.elements)


@cache
def names() -> frozenset[str]:
    """Return the name of every element that SSML 1.1 or a known vendor has."""
    vendors = capabilities.find().values()
    theirs = {name for vendor in vendors for family in vendor.families.values() for name in family.elements}
    return frozenset({*ELEMENTS, *FOREIGN, *theirs})


@cache
def facts(element: str, attribute: str) -> tuple[AttributeFact, ...]:
    """Return what SSML 1.1 and each vendor know of an attribute of an element; empty where nobody has it."""
    known = (ELEMENTS.get(element, {}), *vendors_facts(element))
    found: list[AttributeFact] = []
    for one in known:
        if attribute in one and one[attribute] not in found:
            found.append(one[attribute])
    return tuple(found)


@lru_cache(maxsize=4096)
def has(element: str, attribute: str, value: str) -> bool:
    """Whether SSML 1.1 or a known vendor takes a value of an attribute."""
    return any(capabilities.taken(fact, value) for fact in facts(element, attribute))


def stated(node: Element) -> Iterator[tuple[str, str]]:
    """Yield the attributes of an element that mean something here: no declarations, and none of an unknown vendor."""
    for name, value in node.attributes:
        prefix, colon, _ = name.partition(":")
        if not colon or prefix in {"xml", *VENDORS}:
            yield name, value


def shown(value: str) -> str:
    """Return a value as a message may hold it: short, and in one line."""
    return printable(value[:40])
