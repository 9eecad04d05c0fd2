"""What adapted elements leave behind, and how it is joined to children or to text. Imports model only.

An element may leave elements and text, and also a `Pause` that its voice has no element for, or the `END` of a sentence: what
becomes of these depends on what stands around them.
"""

from collections.abc import Iterable
from typing import Final

from attrs import frozen

from voicekit.model import Element

_WHITE = " \t\r\n"
_ENDED = tuple(".!?…。！？؟।۔:;,，、；：،")
_POINTS = {
    **dict.fromkeys(("zh", "cmn", "yue"), ("，", "。")),
    "ja": ("、", "。"),
    **dict.fromkeys(("ar", "fa"), ("،", ".")),
    "ur": ("،", "۔"),
    "hi": (",", "।"),
}
_SENTENCE = 1.0  # seconds from which on a pause ends a sentence


@frozen
class Pause:
    """Silence that has no element, in seconds; 0 only keeps words apart."""

    seconds: float = 0.0


@frozen
class End:
    """Where a paragraph or a sentence starts or ends."""


END: Final = End()
GAP: Final = Pause()
Piece = Element | str | Pause | End


def children(pieces: Iterable[Piece], language: str) -> tuple[Element | str, ...]:
    """Join pieces to the children of an element: pauses keep words apart, ends become punctuation."""
    joined: list[Element | str] = []
    ending = False
    for piece in pieces:
        if isinstance(piece, End):
            ending = bool(joined)
            continue
        if isinstance(piece, Pause):
            _write(joined, "" if _apart(joined) else " ")
            continue
        if ending and not (isinstance(piece, str) and not piece.strip()):
            _write(joined, _sentence_end(joined, language))
            ending = False
        if isinstance(piece, str):
            _write(joined, piece)
        else:
            joined.append(piece)
    return tuple(joined)


def _write(joined: list[Element | str], text: str) -> None:
    if not text:
        return
    if joined and isinstance(joined[-1], str):
        joined[-1] += text
    else:
        joined.append(text)


def _apart(joined: list[Element | str]) -> bool:
    return bool(joined) and isinstance(joined[-1], str) and joined[-1].endswith(tuple(_WHITE))


def _sentence_end(joined: list[Element | str], language: str) -> str:
    """Return what separates a sentence from what went before."""
    last = joined[-1]
    if isinstance(last, Element):
        return " " if last.name in {"break", "mark", "bookmark"} else f"{_points(language)[1]} "
    space = "" if _apart(joined) else " "
    if not last.strip() or _closed(last):
        return space
    joined[-1] = f"{last.rstrip()}{_points(language)[1]}"
    return " "


def _points(language: str) -> tuple[str, str]:
    return _POINTS.get(language.partition("-")[0].lower(), (",", "."))


def text(pieces: Iterable[Piece], language: str, tags: tuple[str, ...] = ()) -> str:
    """Join pieces to plain text: pauses become punctuation, or `tags` for a short, a middle and a long one."""
    said, wanted = "", 0.0
    for piece in pieces:
        if isinstance(piece, End):
            wanted = max(wanted, _SENTENCE)
        elif isinstance(piece, Pause) and not tags:
            said, wanted = f"{said} ", max(wanted, piece.seconds)
        elif isinstance(piece, Pause):
            tag = tags[_rank(piece.seconds)] if piece.seconds else ""
            said, wanted = f"{_pointed(said, language, wanted, tags)} {tag} ", 0.0
        elif isinstance(piece, str):
            if piece.strip():
                said, wanted = _pointed(said, language, wanted, tags), 0.0
            said += piece
    return " ".join(said.split())


def _rank(seconds: float) -> int:
    """Choose a tag. The vendor gives the three no length: the ends are ours, in the steps of SSML's own strengths."""
    return 0 if seconds <= 0.5 else 1 if seconds <= 1.0 else 2


def _pointed(said: str, language: str, seconds: float, tags: tuple[str, ...]) -> str:
    """Close what has been said: a full stop from one second on, else a comma, unless it is closed already."""
    bare = said.rstrip()
    if not bare or not seconds or _closed(bare) or bare.endswith(tags):
        return said
    comma, stop = _points(language)
    return f"{bare}{stop if seconds >= _SENTENCE else comma} "


def _closed(text: str) -> bool:
    return text.rstrip("\"'”’»)] \t\r\n").endswith(_ENDED)
