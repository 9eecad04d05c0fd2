"""What several vendors' tables share: SSML 1.1's own words and forms. Imports model only."""

from collections.abc import Iterable, Mapping
from typing import Literal

from attrs import evolve

from voicekit.model import AttributeFact, ElementFact, Fact, Grade

ANY = AttributeFact()
NEEDED = AttributeFact(required=True)

NUMBER = r"(?:\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})"
# Regular expressions of values, and how people write them.
FORMS: Mapping[str, str] = {
    "N": NUMBER,
    "±N": rf"[+-]?{NUMBER}",
    "Ns": r"\d{1,9}(?:\.\d{1,9})?s",
    "Ns Nms": r"\d{1,9}(?:\.\d{1,9})?(?:ms|s)",
    "N%": f"{NUMBER}%",
    "±N%": rf"[+-]{NUMBER}%",
    "N% ±N%": rf"[+-]?{NUMBER}%",
    "±Nst": rf"[+-]{NUMBER}st",
    "±NdB": rf"[+-]{NUMBER}dB",
    "NHz ±NHz": rf"[+-]?{NUMBER}Hz",
    "https://…": r"https://\S+",
    "letters of y m d h s Z 12 24": "[ymdhsZ124]+",
    "a language tag": "[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*",
}

STRENGTHS = frozenset({"none", "x-weak", "weak", "medium", "strong", "x-strong"})
RATES = frozenset({"x-slow", "slow", "medium", "fast", "x-fast", "default"})
PITCHES = frozenset({"x-low", "low", "medium", "high", "x-high", "default"})
VOLUMES = frozenset({"silent", "x-soft", "soft", "medium", "loud", "x-loud", "default"})
LEVEL = AttributeFact(frozenset({"strong", "moderate", "none", "reduced"}), required=True, default="moderate")

ROOT = {"version": ANY, "xmlns": ANY, "xml:lang": ANY}


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


def one_of(*words: str, required: bool = False) -> AttributeFact:
    """Return an attribute that takes these words."""
    return AttributeFact(frozenset(words), required=required)


def for_kinds(attribute: AttributeFact, *kinds: str) -> AttributeFact:
    """Return an attribute of ``<say-as>`` that is taken with these kinds of content only."""
    return evolve(attribute, beside={"interpret-as": frozenset(kinds)})


def pause(longest: float | None, strengths: Iterable[str] = STRENGTHS) -> dict[str, AttributeFact]:
    """Return what ``<break>`` takes.

    Args:
        longest: The longest time in seconds; None where none is documented.
        strengths: The words of its other attribute.
    """
    time = formed("Ns Nms", bounds=(0, longest), unit="seconds")
    return {"time": time, "strength": AttributeFact(frozenset(strengths))}


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
