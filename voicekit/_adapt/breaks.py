"""Pauses in the words that one vendor's ``<break>`` takes. Imports _capabilities, model and this room's values."""

from collections.abc import Mapping

from attrs import evolve

from voicekit import _capabilities as capabilities
from voicekit import _limits as limits
from voicekit._adapt.changes import Changes
from voicekit.model import AttributeFact, Element

# Seconds. The five lengths are those that Azure documents for its own break element; no attribute at all is "medium".
_STRENGTHS = {"none": 0.0, "x-weak": 0.25, "weak": 0.5, "medium": 0.75, "strong": 1.0, "x-strong": 1.25}


def length(node: Element) -> float:
    """Return how long a break is, in seconds. Its time counts before its strength."""
    found = capabilities.seconds(node.get("time"))
    return _STRENGTHS.get(node.get("strength"), _STRENGTHS["medium"]) if found is None else found


def written(
    node: Element, known: Mapping[str, AttributeFact], changes: Changes, *, cut: bool
) -> list[Element]:
    """Return the breaks that make the silence of one.

    Args:
        node: The break.
        known: What the attributes take.
        changes: Where to note what is done.
        cut: Whether one that is too long is cut short, instead of becoming several.
    """
    node = _readable(node, changes)
    seconds, longest = length(node), known["time"].bounds[1]
    if longest is not None and seconds > longest:
        return _shortened(node, longest, changes, cut=cut)
    stated = dict(node.attributes)
    fits = all(
        name in known and capabilities.taken(known[name], stated[name])
        for name in ("time", "strength")
        if name in stated
    )
    medium = known["strength"].default if "strength" in known else ""
    if medium and not {"time", "strength"} & stated.keys():
        changes.info("VK501", node, f'<break>: strength="{medium}" is written out')
        return [evolve(node, attributes=tuple(sorted([*node.attributes, ("strength", medium)])))]
    if fits and ("time" in stated or not known["time"].required):
        return [node]
    changes.info("VK501", node, f"the break is written as {_time(seconds)}")
    return [_of(node, seconds)]


def _readable(node: Element, changes: Changes) -> Element:
    """Leave out a time or a strength that says nothing."""
    kept = []
    for name, value in node.attributes:
        nothing = (name == "time" and capabilities.seconds(value) is None) or (
            name == "strength" and value not in _STRENGTHS
        )
        if nothing:
            message = f'<break>: {name}="{value[:40]}" cannot be read and is left out'
            changes.warn("VK503", node, message, name)
        else:
            kept.append((name, value))
    return evolve(node, attributes=tuple(kept))


def _shortened(node: Element, longest: float, changes: Changes, *, cut: bool) -> list[Element]:
    """Return one break of the longest, or several that make the whole, counted in whole milliseconds as they are written."""
    whole, most = round(1000 * length(node)), round(1000 * longest)
    kept = min(whole, most if cut else max(most, round(1000 * limits.BREAK_SECONDS)))
    parts = [min(most, kept - start) for start in range(0, kept, most)]
    several = f"becomes {len(parts)} breaks of at most {spoken(longest)}" if len(parts) > 1 else ""
    if kept < whole:
        cut_to = f"is cut to {spoken(kept / 1000)}"
        how = f"{cut_to}, and {several}" if several else cut_to
        changes.warn("VK504", node, f"the break of {spoken(whole / 1000)} {how}")
    else:
        how = f"of {spoken(whole / 1000)} {several}" if several else f"is written as {_time(kept / 1000)}"
        changes.info("VK501", node, f"the break {how}")
    return [_of(node, part / 1000) for part in parts]


def spoken(seconds: float) -> str:
    """Write a time as messages say it."""
    return f"{_number(seconds)} s"


def _of(node: Element, seconds: float) -> Element:
    others = [pair for pair in node.attributes if pair[0] not in {"time", "strength"}]
    return evolve(node, attributes=tuple(sorted([*others, ("time", _time(seconds))])))


def _time(seconds: float) -> str:
    return f"{_number(seconds)}s"


def _number(seconds: float) -> str:
    """Write a number with three decimals, which are milliseconds, and without those that say nothing."""
    return f"{seconds:.3f}".rstrip("0").rstrip(".")
