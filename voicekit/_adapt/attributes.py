"""Values of attributes in the words of another vendor. Imports _capabilities and model."""

import math
from collections.abc import Iterable, Iterator

from attrs import frozen

from voicekit import _capabilities as capabilities
from voicekit.model import AttributeFact

# Words for one kind of say-as, the commonest first; the first that is taken stands for the others.
_SPELLED = ("characters", "spell-out", "verbatim", "spell", "letters", "character")
_DIGITS = ("digits", "number_digit")
SAME = (_SPELLED, ("cardinal", "number"), ("expletive", "bleep"))
# "default" in the words of vendors without it; Azure calls these its voices' own.
_DEFAULTS = {
    ("prosody", "rate", "default"): "medium",
    ("prosody", "pitch", "default"): "medium",
    ("prosody", "volume", "default"): "x-loud",
}
BLEEPED = frozenset({"expletive", "bleep"})
ONE_BY_ONE = frozenset({*_SPELLED, *_DIGITS})


@frozen
class Value:
    """A value that is taken instead of another: None is none at all. `exact` says that it means the same."""

    text: str | None
    exact: bool


def instead(element: str, attribute: str, value: str, known: AttributeFact) -> Value:
    """Find what an attribute takes instead of a value that it does not take.

    Args:
        element: The element's name.
        attribute: The attribute's name.
        value: Its value as written.
        known: What it takes.
    """
    value = _DEFAULTS.get((element, attribute, value), value)
    if capabilities.taken(known, value):
        return Value(value, exact=True)
    finder = {
        ("prosody", "rate"): _rate,
        ("prosody", "pitch"): _pitch,
        ("prosody", "volume"): _volume,
        ("say-as", "format"): _format,
    }.get((element, attribute))
    for found in finder(value, known) if finder else ():
        if found.text is not None and capabilities.taken(known, found.text):
            return found
    return Value(None, exact=False)


def _rate(value: str, known: AttributeFact) -> Iterator[Value]:
    factor = capabilities.factor(value)
    if factor is None or factor <= 0:
        return
    low, high = known.bounds
    kept = min(max(factor, low or 0.0), high or factor)
    for text in (f"{100 * kept:.6g}%", f"{kept:.6g}", f"{100 * kept - 100:+.6g}%"):
        yield Value(text, exact=kept == factor)


def _pitch(value: str, _: AttributeFact) -> Iterator[Value]:
    factor = capabilities.factor(value)
    if factor is None or factor <= 0 or not (value.endswith("st") or value[:1] in "+-"):
        return
    yield Value(f"{100 * factor - 100:+.2f}%", exact=True)
    yield Value(f"{12 * math.log2(factor):+.2f}st", exact=True)


def _volume(value: str, _: AttributeFact) -> Iterator[Value]:
    """Yield a volume in dB, and as a change in percent; an unsigned percentage is a change too, as Azure has it."""
    if value.endswith("%"):
        factor = capabilities.factor(value if value[:1] in "+-" else f"+{value}")
    elif value.lower().endswith("db"):
        factor = capabilities.factor(value)
    else:
        factor = capabilities.factor(f"{value}%")  # 0 to 100, or a signed part of it
    if factor is None or factor < 0:
        return
    if factor == 0:
        yield Value("silent", exact=True)
        return
    decibels = 20 * math.log10(factor)
    yield Value(f"{decibels:+.2f}dB", exact=True)
    # The voice's own volume is the most that Azure's scale has.
    yield Value(f"{100 * factor - 100:+.2f}%", exact=decibels <= 0)


def _format(value: str, _: AttributeFact) -> Iterator[Value]:
    """Yield a date's format with one letter a field: ``yyyymmdd`` is ``ymd``."""
    once = "".join(one for index, one in enumerate(value) if value[:index][-1:] != one)
    yield Value(once, exact=True)


def kinds(kind: str, content: str, *, digits_apart: bool) -> Iterable[str]:
    """List the words for a kind of say-as, the best first.

    Args:
        kind: ``interpret-as`` as written.
        content: The text inside.
        digits_apart: Whether digits that are spelled have a word of their own here, as with Azure and Polly.
    """
    only_digits = content.strip().isdecimal()
    if kind in _DIGITS:
        return (kind, *_DIGITS, *_SPELLED)
    same = next((words for words in SAME if kind in words), ())
    if same is _SPELLED and digits_apart and only_digits:
        return (*_DIGITS, kind, *same)
    return (kind, *same)
