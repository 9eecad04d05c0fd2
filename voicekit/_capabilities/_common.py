"""What several vendors' tables share: SSML 1.1's own words and forms. Imports model only."""

from collections.abc import Iterable, Mapping
from typing import Literal

from attrs import evolve

from voicekit.model import AttributeFact, ElementFact, Fact, Grade

ANY = AttributeFact()
NEEDED = AttributeFact(required=True)
NAMESPACE = "http://www.w3.org/2001/10/synthesis"

# SSML's numbers may begin with their point, which no vendor shows: adapting writes the zero.
NUMBER = r"\d{1,9}(?:\.\d{1,9})?"
_OFFSET = rf"{NUMBER}(?:h|min|s|ms)"
_NAMED = "(?:name|gender|variant|language)"
# Regular expressions of values, and how people write them.
FORMS: Mapping[str, str] = {
    "N": NUMBER,
    "±N": rf"[+-]?{NUMBER}",
    "0 to 100": r"(?:100(?:\.0{1,9})?|\d{1,2}(?:\.\d{1,9})?)",
    "0 to 10000": r"(?:10000(?:\.0{1,9})?|\d{1,4}(?:\.\d{1,9})?)",
    "Ns": rf"{NUMBER}s",
    "Ns Nms": rf"{NUMBER}(?:ms|s)",
    "whole Ns Nms": r"\d{1,9}(?:ms|s)",
    "±N h, min, s or ms": rf"[+-]?{_OFFSET}",
    "ID.begin±… ID.end±…": rf"[\w#-]+\.(?:begin|end)[+-]{_OFFSET}",
    "N%": f"{NUMBER}%",
    "±N%": rf"[+-]{NUMBER}%",
    "N% ±N%": rf"[+-]?{NUMBER}%",
    "±Nst": rf"[+-]{NUMBER}st",
    "±NdB": rf"[+-]{NUMBER}dB",
    "±NdB up to 40": r"[+-](?:40(?:\.0{1,9})?|[0-3]?\d(?:\.\d{1,9})?)dB",
    "NHz ±NHz": rf"[+-]?{NUMBER}Hz",
    "(N%,±N) …": rf"\({NUMBER}%, ?[+-]{NUMBER}(?:Hz|%|st)\)(?: ?\({NUMBER}%, ?[+-]{NUMBER}(?:Hz|%|st)\))*",
    "https://…": r"https://\S+",
    # "If the field code appears once for year, month, or day then the number of digits expected are 4, 2, and 2": of two forms
    # that are the same, the shorter stands here, which other vendors have too.
    "letters of y m d": "(?!.*(?:yyyy|mm|dd))[ymd]+",
    "letters of h m s Z 12 24": "(?:[hmsZ]|12|24)+",
    "h m s ms, perhaps with marks between": "(?:ms|[hms])(?:[:. ]?(?:ms|[hms]))*",
    "a language tag": "[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*",
    "a number from 1": r"[1-9]\d{0,8}",
    "an identifier": r"[\w#-]+",
    "names of attributes": rf"{_NAMED}(?: {_NAMED})*",
}

STRENGTHS = frozenset({"none", "x-weak", "weak", "medium", "strong", "x-strong"})
RATES = frozenset({"x-slow", "slow", "medium", "fast", "x-fast", "default"})
PITCHES = frozenset({"x-low", "low", "medium", "high", "x-high", "default"})
VOLUMES = frozenset({"silent", "x-soft", "soft", "medium", "loud", "x-loud", "default"})
LEVEL = AttributeFact(frozenset({"strong", "moderate", "none", "reduced"}), required=True, default="moderate")


def formed(
    *forms: str,
    words: Iterable[str] = (),
    bounds: tuple[float | None, float | None] = (None, None),
    unit: Literal["", "seconds", "factor"] = "",
    required: bool = False,
) -> AttributeFact:
    """Return an attribute that takes words, or values of these forms."""
    grammar = "|".join(FORMS[form] for form in forms)
    return AttributeFact(frozenset(words), grammar, " ".join(forms), bounds, unit, required)


HTTPS = formed("https://…", required=True)
TAG = formed("a language tag", required=True)


def one_of(*words: str, required: bool = False) -> AttributeFact:
    """Return an attribute that takes these words."""
    return AttributeFact(frozenset(words), required=required)


def for_kinds(attribute: AttributeFact, *kinds: str) -> AttributeFact:
    """Return an attribute of ``<say-as>`` that is taken with these kinds of content only."""
    return evolve(attribute, beside={"interpret-as": frozenset(kinds)})


def by_kind(facts: Mapping[str, AttributeFact]) -> AttributeFact:
    """Return an attribute of ``<say-as>`` that takes something else with each kind of content."""
    words = frozenset[str]().union(*(fact.words for fact in facts.values()))
    grammars = dict.fromkeys(fact.grammar for fact in facts.values() if fact.grammar)
    forms = dict.fromkeys(fact.form for fact in facts.values() if fact.form)
    any_of_them = AttributeFact(words, "|".join(grammars), " or ".join(forms))
    return evolve(for_kinds(any_of_them, *facts), kinds=facts)


def pause(
    longest: float | None, strengths: Iterable[str] = STRENGTHS, *, default: str = ""
) -> dict[str, AttributeFact]:
    """Return what ``<break>`` takes.

    Args:
        longest: The longest time in seconds; None where none is documented.
        strengths: The words of its other attribute.
        default: What is written where neither is stated; empty where nothing is.
    """
    time = formed("Ns Nms", bounds=(0, longest), unit="seconds")
    return {"time": time, "strength": AttributeFact(frozenset(strengths), default=default)}


ROOT = {
    "version": one_of("1.0", "1.1"),
    "xmlns": one_of(NAMESPACE),
    "xml:lang": formed("a language tag"),
}


def known(support: Fact, elements: Mapping[str, Mapping[str, AttributeFact]]) -> dict[str, ElementFact]:
    """Return elements that share one fact."""
    return {name: ElementFact(support, attributes) for name, attributes in elements.items()}


def yes(grade: Grade, date: str = "") -> Fact:
    """Return: it is taken."""
    return Fact("yes", grade, date)


def no(grade: Grade, date: str = "") -> Fact:
    """Return: it is refused."""
    return Fact("no", grade, date)


def unknown(date: str = "") -> Fact:
    """Return: nobody has said."""
    return Fact("unknown", "U", date)
