"""SSML text ⇄ tree. Imports _xml, model and errors.

`parse` takes a whole document or a fragment, `serialise` writes the canonical form that is sent to vendors:
attributes sorted, no comments, no declaration. ``parse(serialise(tree)) == tree``.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from operator import is_

from attrs import evolve, frozen

from voicekit import _xml
from voicekit.errors import MarkupError, Place
from voicekit.model import Element

_DECLARATION = re.compile(r"\s*<\?xml\s.*?\?>", re.DOTALL)
_ENCODING = re.compile(r"""\sencoding\s*=\s*["'](?P<name>[^"'?>]*)["']""")
_DECODED = frozenset({"utf-8", "utf8", "ascii", "us-ascii"})
# Atomic groups: what was read as a comment is not read again, so that hostile text costs no more than its length.
_DOCUMENT = re.compile(r"\s*(?:(?>(?:<\?.*?\?>|<!--.*?-->)\s*))*+(?:<!DOCTYPE|<speak(?=[\s/>]))", re.DOTALL)
_BLANK_WITH_NEWLINE = re.compile(r"[ \t]*[\r\n][ \t\r\n]*")
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


def parse(text: str) -> Element:
    """Parse an SSML 1.1 document, or a fragment that is then wrapped in ``<speak>``.

    Returns:
        The ``speak`` element, with 1-based positions in `text`.

    Raises:
        MarkupError: The text is not well-formed, declares another encoding than UTF-8 or ASCII, has a DOCTYPE, or is over
            a limit of size, depth or count.
    """
    document, offset = _document(text)
    return _xml.parse(document, column_offset=offset)


def _document(text: str) -> tuple[str, int]:
    """Return a text as one document, and how many characters were put in front of it."""
    text = text.lstrip("\ufeff")
    declared = _DECLARATION.match(text)
    if declared:
        _check_encoding(declared)
        # Decoded text needs no declaration; blanks keep every position behind it.
        text = re.sub(r"[^\n]", " ", declared.group()) + text[declared.end() :]
    if _DOCUMENT.match(text):
        return text, 0
    head = "<speak>"
    return f"{head}{text}</speak>", len(head)


def _check_encoding(declared: re.Match[str]) -> None:
    """Refuse a document that calls itself something else than what its reader has decoded."""
    found = _ENCODING.search(declared.group())
    if found is None or found["name"].lower() in _DECODED:
        return
    before = declared.group()[: found.start("name")]
    place = Place("", before.count("\n") + 1, len(before) - before.rfind("\n"))
    message = f"the document declares the encoding {found['name'][:40]}; documents are read as UTF-8"
    raise MarkupError.of(message, place=place, remedy="save it as UTF-8 and declare that, or nothing")


def serialise(tree: Element) -> str:
    """Write a tree as text. Every character is escaped where XML asks for it; what is empty closes itself."""
    parts: list[str] = []
    _write(tree, parts)
    return "".join(parts)


def _write(node: Element, parts: list[str]) -> None:
    attributes = "".join(f' {name}="{value.translate(_ATTRIBUTE)}"' for name, value in node.attributes)
    if not node.children:
        parts.append(f"<{node.name}{attributes}/>")
        return
    parts.append(f"<{node.name}{attributes}>")
    for child in node.children:
        if isinstance(child, str):
            parts.append(child.translate(_TEXT))
        else:
            _write(child, parts)
    parts.append(f"</{node.name}>")


def walk(tree: Element) -> Iterator[Element]:
    """Yield every element of the tree, parents first, in document order."""
    yield tree
    for child in tree.children:
        if isinstance(child, Element):
            yield from walk(child)


def tidy(tree: Element) -> Element:
    """Fold blank space that holds a line break into one space, and trim the ends.

    Templates are indented for people, and vendors bill every character of it.
    """
    folded = _fold(tree)
    children = list(folded.children)
    if children and isinstance(children[0], str):
        children[0] = children[0].lstrip(" \t\r\n")
    if children and isinstance(children[-1], str):
        children[-1] = children[-1].rstrip(" \t\r\n")
    kept = tuple(child for child in children if child != "")
    return folded if kept == folded.children else evolve(folded, children=kept)


def _fold(node: Element) -> Element:
    """Fold blank space; an element in which there is none to fold stays the same object."""
    children = [_folded(child) if isinstance(child, str) else _fold(child) for child in node.children]
    if all(map(is_, children, node.children)):
        return node
    return Element(node.name, node.attributes, tuple(children), node.line, node.column)


def _folded(text: str) -> str:
    return _BLANK_WITH_NEWLINE.sub(" ", text) if "\n" in text or "\r" in text else text


def position(source: str, parent: Element, before: int, text: str, offset: int) -> tuple[int, int]:
    """Return where a character of a text stands in the document that its tree was parsed from.

    Args:
        source: The document.
        parent: The element around the text.
        before: How many elements stand in it before the text.
        text: The text, perhaps tidied.
        offset: The character's place in it.

    Returns:
        A 1-based line and column; the element's own where the text is not from the document.
    """
    written = _written(source).get((parent.name, parent.line, parent.column, before))
    if written is None:
        return parent.line, parent.column
    return written.place(text, offset)


@frozen
class _Written:
    """A text as a document has it.

    Attributes:
        text: In one piece.
        starts: Where each of its pieces starts.
        places: The line and column of each piece.
        folded: With its blank space folded.
        folds: Where the blanks stand in there that were more than one character.
        shrunk: How many characters all folds up to each of them have taken, from none on.
    """

    text: str
    starts: Sequence[int]
    places: Sequence[tuple[int, int]]
    folded: str
    folds: Sequence[int]
    shrunk: Sequence[int]

    def place(self, tidied: str, offset: int) -> tuple[int, int]:
        """Return the place of a character of the same text, after it was perhaps tidied."""
        if tidied != self.text:
            offset += max(self.folded.find(tidied), 0)
            offset += self.shrunk[bisect_left(self.folds, offset)]
        piece = bisect_right(self.starts, offset) - 1
        line, column = self.places[piece]
        return line, column + offset - self.starts[piece]


# One document is often found fault with in several places.
@lru_cache(maxsize=4)
def _written(source: str) -> Mapping[_xml.Spot, _Written]:
    document, offset = _document(source)
    return {
        spot: _put_together(pieces) for spot, pieces in _xml.texts(document, column_offset=offset).items()
    }


def _put_together(pieces: Sequence[tuple[str, int, int]]) -> _Written:
    text = "".join(data for data, _, _ in pieces)
    blanks = list(_BLANK_WITH_NEWLINE.finditer(text))
    shrunk = list(accumulate((len(blank[0]) - 1 for blank in blanks), initial=0))
    return _Written(
        text,
        starts=list(accumulate((len(data) for data, _, _ in pieces[:-1]), initial=0)),
        places=[(line, column) for _, line, column in pieces],
        folded=_folded(text),
        folds=[blank.start() - before for blank, before in zip(blanks, shrunk, strict=False)],
        shrunk=shrunk,
    )


def plain_text(tree: Element) -> str:
    """Return what is said as plain text: ``sub`` gives its alias, breaks and block ends a space, ``desc`` nothing."""
    return " ".join("".join(_said(tree)).split())


def _said(node: Element) -> Iterator[str]:
    if node.name == "sub":
        yield node.get("alias")
        return
    if node.name in {"metadata", "meta", "desc", "lexicon"}:
        return
    if node.name in {"break", "p", "s"}:
        yield " "
    for child in node.children:
        if isinstance(child, str):
            yield child
        else:
            yield from _said(child)
    if node.name in {"p", "s"}:
        yield " "
