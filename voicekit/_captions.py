"""Captions: what a prompt says and when, as WebVTT and SubRip text. Pure; imports ssml and model.

A caption is for reading. Where something is said otherwise than it is written (`sub`, `phoneme`, `say-as`), it shows what is
written.
"""

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from operator import itemgetter

from attrs import evolve, field, frozen

from voicekit import ssml
from voicekit.model import Element, Mark

# No text can hold half a surrogate pair, so it can stand for a mark in one.
_SIGN = "\ud800"
_MARKED = re.compile(f"{_SIGN}([0-9]+){_SIGN}")
_VTT_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def _one_line(text: str) -> str:
    """Fold blank space: a blank line would end a cue."""
    return " ".join(text.split())


@frozen
class Cue:
    """A caption: what is read from `start` to `end`, in seconds from the start of the sound."""

    start: float
    end: float
    text: str = field(converter=_one_line)


def cues(content: Element | str, marks: Sequence[Mark], duration: float) -> tuple[Cue, ...]:
    """Part what is said at its ``<mark>``s: what stands between two of them is a cue with their times.

    Args:
        content: An SSML tree, or plain text. Without marks it is one cue over the whole duration.
        marks: The times that the voice told. A mark of the tree that has none does not part anything.
        duration: Of the sound, in seconds.

    Returns:
        The cues in order, in whole milliseconds: none is empty, overlaps another or ends behind `duration`. What would be
        shown for no time at all is shown with its neighbour, so that no word is lost.
    """
    end = _milliseconds(duration)
    shown = [
        (start, " ".join(text for _, text in group if text))
        for start, group in groupby(_parts(content, marks, end), itemgetter(0))
    ]
    if len(shown) > 1 and shown[-1][0] == end:
        (start, before), (_, last) = shown[-2:]
        shown[-2:] = [(start, f"{before} {last}")]
    spans = pairwise([*shown, (end, "")])
    return tuple(
        Cue(start / 1000, stop / 1000, text)
        for (start, text), (stop, _) in spans
        if text.strip() and start < stop
    )


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _parts(content: Element | str, marks: Sequence[Mark], end: int) -> Iterator[tuple[int, str]]:
    """Yield each text between marks with the millisecond at which it begins, which never goes back."""
    if isinstance(content, str):
        yield 0, _one_line(content)
        return
    names: list[str] = []
    first, *rest = _MARKED.split(ssml.plain_text(_readable(content, names)))
    yield 0, first.strip()
    times: defaultdict[str, deque[float]] = defaultdict(deque)
    for mark in marks:
        times[mark.name].append(mark.seconds)
    at = 0
    for number, text in zip(rest[::2], rest[1::2], strict=True):
        told = times[names[int(number)]]
        if told:
            at = min(max(at, _milliseconds(told.popleft())), end)
        yield at, text.strip()


def _readable(node: Element, names: list[str]) -> Element:
    """Return a tree whose plain text is what is written; each mark is a sign in it, with its place in `names`."""
    children: list[Element | str] = []
    for child in node.children:
        if isinstance(child, str):
            children.append(child)
        elif child.name == "mark":
            children.append(f"{_SIGN}{len(names)}{_SIGN}")
            names.append(child.get("name"))
        else:
            children.append(_readable(child, names))
    written = node.name == "sub" and any(isinstance(child, Element) or child.strip() for child in children)
    return evolve(node, name="token" if written else node.name, children=tuple(children))


def vtt(cues: Iterable[Cue]) -> str:
    """Write cues as a WebVTT file."""
    blocks = (f"\n{_span(cue, '.')}\n{cue.text.translate(_VTT_TEXT)}\n" for cue in cues)
    return "".join(["WEBVTT\n", *blocks])


def srt(cues: Iterable[Cue]) -> str:
    """Write cues as a SubRip file. It has no escapes; an arrow in a text, which would be read as a time, is parted."""
    blocks = (
        f"{number}\n{_span(cue, ',')}\n{cue.text.replace('-->', '-- >')}\n"
        for number, cue in enumerate(cues, 1)
    )
    return "\n".join(blocks)


def _span(cue: Cue, point: str) -> str:
    return f"{_clock(cue.start, point)} --> {_clock(cue.end, point)}"


def _clock(seconds: float, point: str) -> str:
    whole, milliseconds = divmod(_milliseconds(seconds), 1000)
    minutes, whole = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{whole:02}{point}{milliseconds:03}"


FORMATS: Mapping[str, Callable[[Iterable[Cue]], str]] = {"vtt": vtt, "srt": srt}
