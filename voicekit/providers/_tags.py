"""Text with a vendor's own tags in it, and the tree that it stands for. Imports ssml and model.

Some vendors take no document, but tags in the text, such as ``<break time="1s" />``. What is inside the root is sent to them, and
nothing of the text is escaped, because none of them says how. So what looks like a tag in a text is one, for them and here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from voicekit import ssml
from voicekit.model import Ask, Element

Pieces = tuple[Element | str, ...]


def as_they_are(pieces: Pieces) -> Pieces:
    """Leave what is said as it is."""
    return pieces


@frozen
class Tags:
    """One vendor's tags.

    Attributes:
        form: What may be a tag.
        read: A tag → its element; None where it is none after all.
        write: An element → its tag.
        settle: Brings tags and texts into the order that the vendor takes; a second time it changes nothing.
    """

    form: re.Pattern[str]
    read: Callable[[str], Element | None]
    write: Callable[[Element], str]
    settle: Callable[[Pieces], Pieces] = as_they_are

    def text(self, ask: Ask) -> str:
        """Write what an ask says, every tag in the one way that the vendor shows."""
        said = (ask.content,) if ask.ssml is None else ssml.parse(ask.ssml).children
        return self._written(self.pieces(self._written(said)))

    def said(self, text: str) -> Mapping[str, Any]:
        """Return the fields of an ask that say a text: a document where tags stand in it."""
        pieces = self.pieces(text)
        if any(isinstance(piece, Element) for piece in pieces):
            return {"text": None, "ssml": ssml.serialise(Element("speak", (), pieces))}
        return {"text": text, "ssml": None}

    def pieces(self, text: str) -> Pieces:
        """Return the texts of a text and the elements of its tags."""
        return tuple(_joined(self._pieces(text)))

    def _pieces(self, text: str) -> Iterator[Element | str]:
        done = 0
        for match in self.form.finditer(text):
            yield text[done : match.start()]
            yield self.read(match[0]) or match[0]
            done = match.end()
        yield text[done:]

    def _written(self, pieces: Pieces) -> str:
        settled = self.settle(pieces)
        return "".join(piece if isinstance(piece, str) else self.write(piece) for piece in settled)


def _joined(pieces: Iterable[Element | str]) -> Iterator[Element | str]:
    """Join texts that stand side by side, and leave out empty ones."""
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            yield text
        yield piece
        text = ""
    if text:
        yield text
