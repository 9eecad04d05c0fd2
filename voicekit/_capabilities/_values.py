"""Values of SSML attributes, read and held against what a family takes. Imports model only."""

import re
from functools import lru_cache

from voicekit.model import AttributeFact, Element

_TIME = re.compile(r"\+?(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})(ms|s)")
_NUMBER = re.compile(r"([+-]?)(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})(%|st|dB)?", re.IGNORECASE)


def fitting(known: AttributeFact | None, node: Element) -> AttributeFact | None:
    """Return what an attribute takes beside the others of its element; None where it is not taken beside them."""
    if known is None:
        return None
    for name, words in known.beside.items():
        word = node.get(name)
        if word not in words:
            return None
        known = known.kinds.get(word, known)
    return known


def taken(known: AttributeFact, value: str, language: str = "") -> bool:
    """Whether an attribute takes a value.

    Args:
        known: What is known of the attribute.
        value: The value as written.
        language: The BCP-47 tag of the voice; some words are taken in some languages only.
    """
    if value in known.words:
        only = known.languages.get(value)
        return not only or not language or language.partition("-")[0].lower() in only
    if known.grammar:
        return _pattern(known.grammar).fullmatch(value) is not None and within(known, value)
    return not known.words and within(known, value)


def within(known: AttributeFact, value: str) -> bool:
    """Whether a measured value is inside its bounds; one that cannot be measured has none to keep."""
    measure = {"seconds": seconds, "factor": factor}.get(known.unit)
    found = measure(value) if measure else None
    low, high = known.bounds
    return found is None or ((low is None or found >= low) and (high is None or found <= high))


@lru_cache(maxsize=256)
def _pattern(grammar: str) -> re.Pattern[str]:
    return re.compile(grammar)


def seconds(text: str) -> float | None:
    """Read a time such as ``250ms`` or ``1.5s`` as seconds."""
    found = _TIME.fullmatch(text.strip())
    return float(found[1]) / (1000 if found[2] == "ms" else 1) if found else None


def factor(text: str) -> float | None:
    """Read a rate, volume or pitch as the factor of change: ``80%`` and ``0.8`` are 0.8, ``-20%`` too, ``+12st`` is 2.

    An unsigned percentage is one of the whole, as SSML 1.1 has it.
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    value, unit = float(found[1] + found[2]), (found[3] or "").lower()
    if unit == "st":
        return float(2 ** (max(-240.0, min(240.0, value)) / 12))
    if unit == "db":
        return float(10 ** (max(-240.0, min(240.0, value)) / 20))
    scaled = value / 100 if unit == "%" else value
    return round(1 + scaled if found[1] else scaled, 9)  # -80% is one fifth, and not a little less


def decibels(text: str) -> float | None:
    """Read a volume such as ``-6dB`` as dB."""
    found = _NUMBER.fullmatch(text.strip())
    return float(found[1] + found[2]) if found and (found[3] or "").lower() == "db" else None
