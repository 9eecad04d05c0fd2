"""The XML parser: expat, bounded, with positions and no DOCTYPE. Imports model, errors and _limits.

Prefixes are kept as they are written, because vendors use them without declaring them. Comments and processing
instructions are dropped; CDATA becomes text; adjacent text is one string.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pyexpat import ExpatError, ParserCreate
from xml.parsers.expat import errors as expat_errors

from voicekit import _limits as limits
from voicekit.errors import MarkupError, Place
from voicekit.model import Element

# Characters that expat gathers before it hands them on: as many as texts between two tags have, since it is allocated for each document.
_BUFFER = 2_048
# Everything outside XML 1.0's Char production.
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# A text's place in a tree: its element's name, line and column, and how many elements stand before it in there.
Spot = tuple[str, int, int, int]

_REMEDIES = {
    expat_errors.codes[expat_errors.XML_ERROR_INVALID_TOKEN]: "write & as &amp; and < as &lt;",
    expat_errors.codes[
        expat_errors.XML_ERROR_UNDEFINED_ENTITY
    ]: "only &amp; &lt; &gt; &quot; &apos; and &#…; exist here",
    expat_errors.codes[
        expat_errors.XML_ERROR_TAG_MISMATCH
    ]: "close the elements in the order in which they were opened",
    expat_errors.codes[expat_errors.XML_ERROR_NO_ELEMENTS]: "close every element that is opened",
}


def illegal_character(text: str) -> tuple[int, int, str] | None:
    """Find the first character that XML 1.0 forbids: its line, its column and its name, all printable."""
    found = ILLEGAL.search(text)
    if found is None:
        return None
    before = text[: found.start()]
    return before.count("\n") + 1, found.start() - before.rfind("\n"), f"U+{ord(found.group()):04X}"


def parse(text: str, *, column_offset: int = 0) -> Element:
    """Parse one XML document into a tree.

    Args:
        text: The document, decoded.
        column_offset: Characters that the caller put in front of the user's first line.

    Raises:
        MarkupError: With line and column, for anything that is not well-formed or is over a limit.
    """
    return _Builder(text, column_offset).run()


def texts(text: str, *, column_offset: int = 0) -> Mapping[Spot, Sequence[tuple[str, int, int]]]:
    """Find where the text of a document stands that `parse` has accepted.

    Args:
        text: The document.
        column_offset: As `parse` was given it.

    Returns:
        Each text in the pieces that stand in the document as they are, with line and column.
    """
    found: dict[Spot, list[tuple[str, int, int]]] = defaultdict(list)
    spots: list[Spot] = [("", 0, 0, 0)]
    parser = ParserCreate("UTF-8")

    def here() -> tuple[int, int]:
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        return line, max(1, column - column_offset) if line == 1 else column

    def start(name: str, _: object) -> None:
        around, line, column, before = spots[-1]
        spots[-1] = (around, line, column, before + 1)
        spots.append((name, *here(), 0))

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: spots.pop()
    parser.CharacterDataHandler = lambda data: found[spots[-1]].append((data, *here()))
    parser.Parse(text.encode(), True)
    return found


class _Builder:
    """Builds a tree from expat's events while counting what it may cost.

    It is the busiest code of the linter, so each event does no more than it must: `_children` is what the innermost open
    element holds so far, `_open` what is to be known of the open ones when they end.
    """

    __slots__ = ("_children", "_elements", "_offset", "_open", "_parser", "_text")

    def __init__(self, text: str, column_offset: int) -> None:
        self._text = text
        self._offset = column_offset
        self._open: list[tuple[dict[str, str], int, int, list[Element | str]]] = []
        self._children: list[Element | str] = []
        self._elements = 0
        self._parser = ParserCreate("UTF-8")
        self._parser.buffer_text = True
        self._parser.buffer_size = _BUFFER
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype

    def run(self) -> Element:
        try:
            data = self._text.encode()
        except UnicodeEncodeError as error:
            raise self._forbidden() or error from None
        if len(data) > limits.SSML_BYTES:
            what = f"the document has {len(data):,} bytes; at most {limits.SSML_BYTES:,} are read"
            raise self._error(what, 1, 1, "split it")
        try:
            self._parser.Parse(data, True)
        except ExpatError as error:
            raise self._forbidden() or self._malformed(error) from None
        (root,) = self._children
        assert isinstance(root, Element)
        return root

    def _forbidden(self) -> MarkupError | None:
        """Name the first forbidden character, if there is one: expat refuses them all, and names none."""
        found = illegal_character(self._text)
        return found and self._error(f"the character {found[2]} is forbidden in XML", *found[:2], "remove it")

    def _malformed(self, error: ExpatError) -> MarkupError:
        what = expat_errors.messages.get(error.code, "not well-formed")
        remedy = _REMEDIES.get(error.code, "make the document well-formed XML")
        return self._error(f"not well-formed: {what}", error.lineno, error.offset + 1, remedy)

    def _error(self, message: str, line: int, column: int, remedy: str) -> MarkupError:
        return MarkupError.of(message, place=Place("", line, self._column(line, column)), remedy=remedy)

    def _column(self, line: int, column: int) -> int:
        return max(1, column - self._offset) if line == 1 else column

    def _doctype(self, *_: object) -> None:
        # The parser stands somewhere inside it, or behind it.
        read = self._text.encode()[: self._parser.CurrentByteIndex + 1].decode(errors="ignore")
        before = read[: max(read.rfind("<!DOCTYPE"), 0)]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise self._error("a DOCTYPE is refused", line, column, "remove it; SSML needs none")

    def _start(self, _: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        parser, around = self._parser, self._open
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        if self._elements > limits.SSML_ELEMENTS:
            what = f"more than {limits.SSML_ELEMENTS:,} elements"
            raise self._error(what, line, column, "split the document")
        if len(around) >= limits.SSML_DEPTH:
            what = f"elements nested deeper than {limits.SSML_DEPTH}"
            raise self._error(what, line, column, "flatten the document")
        around.append((attributes, line, column, self._children))
        self._children = []

    def _end(self, name: str) -> None:
        attributes, line, column, outer = self._open.pop()
        pairs = tuple(sorted(attributes.items())) if attributes else ()
        if self._offset:
            column = self._column(line, column)
        outer.append(Element(name, pairs, tuple(self._children), line, column))
        self._children = outer

    def _characters(self, data: str) -> None:
        children = self._children
        if children and isinstance(children[-1], str):
            children[-1] += data
        else:
            children.append(data)
