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

# What expat's errors mean to an author, and what to do; its own words stand for all others.
_MEANT = {
    expat_errors.codes[error]: meant
    for error, meant in {
        expat_errors.XML_ERROR_INVALID_TOKEN: (
            "here stands what XML does not allow",
            "write & as &amp; and < as &lt;, and put the values of attributes into quotation marks",
        ),
        expat_errors.XML_ERROR_UNDEFINED_ENTITY: ("undefined entity", "only &amp; &lt; &gt; &quot; &apos; and &#…; exist here"),
        expat_errors.XML_ERROR_TAG_MISMATCH: (
            "mismatched tag",
            "close the elements in the order in which they were opened",
        ),
        expat_errors.XML_ERROR_NO_ELEMENTS: ("no element found, or not its end", "close every element that is opened"),
        expat_errors.XML_ERROR_UNCLOSED_TOKEN: (
            "a tag or a comment begins here and does not end",
            "close it; perhaps the end of the text is missing",
        ),
        expat_errors.XML_ERROR_UNCLOSED_CDATA_SECTION: ("a CDATA section does not end", "close it with ]]>"),
        expat_errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: (
            "junk after document element",
            "move it in front of the last end tag, or remove it",
        ),
        expat_errors.XML_ERROR_DUPLICATE_ATTRIBUTE: ("duplicate attribute", "state each attribute of an element once"),
        expat_errors.XML_ERROR_BAD_CHAR_REF: ("reference to a character that XML forbids", "remove it"),
        expat_errors.XML_ERROR_MISPLACED_XML_PI: (
            "an XML declaration that is not the first thing",
            "put it at the very beginning, or remove it",
        ),
    }.items()
}  # fmt: skip
_AMPERSAND = re.compile(r"&[^&;<>\s]*$")
_NAME = re.compile(r"<([^\s/>]+)")
_LINE_END = re.compile(r"\r\n?|\n")


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


def texts(text: str, *, column_offset: int) -> Mapping[Spot, Sequence[tuple[str, int, int]]]:
    """Find where the text of a document stands that `parse` has accepted.

    Args:
        text: The document.
        column_offset: As `parse` was given it.

    Returns:
        Each text in the pieces that stand in the document as they are, with line and column.
    """
    found: dict[Spot, list[tuple[str, int, int]]] = defaultdict(list)
    spots: list[Spot] = []
    parser = ParserCreate("UTF-8")

    def here() -> tuple[int, int]:
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        return line, max(1, column - column_offset) if line == 1 else column

    def start(name: str, _: object) -> None:
        if spots:
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
        line, column = error.lineno, error.offset + 1
        what = expat_errors.messages.get(error.code, "it cannot be read")
        what, remedy = _MEANT.get(error.code, (what, "make the document well-formed XML"))
        before = self._text.encode()[: self._parser.ErrorByteIndex].decode(errors="ignore")
        bare = _AMPERSAND.search(before)
        if bare and error.code == expat_errors.codes[expat_errors.XML_ERROR_INVALID_TOKEN]:
            what, remedy, column = "an & begins no entity here", "write & as &amp;", column - len(bare[0])
        return self._error(f"not well-formed: {what}{self._still_open(error.code)}", line, column, remedy)

    def _still_open(self, code: int) -> str:
        """Name the innermost element that is open, where that is what is wrong; not the one that the caller put around all."""
        ends = (expat_errors.XML_ERROR_TAG_MISMATCH, expat_errors.XML_ERROR_NO_ELEMENTS)
        if code not in {expat_errors.codes[one] for one in ends} or len(self._open) <= bool(self._offset):
            return ""
        _, line, column, _ = self._open[-1]
        name = _NAME.match(_LINE_END.split(self._text)[line - 1], column - 1)
        return f": <{name[1][:40]}> is still open" if name else ""

    def _error(self, message: str, line: int, column: int, remedy: str) -> MarkupError:
        return MarkupError.of(message, place=Place("", line, self._column(line, column)), remedy=remedy)

    def _column(self, line: int, column: int) -> int:
        return max(1, column - self._offset) if line == 1 else column

    def _doctype(self, *_: object) -> None:
        # The parser stands somewhere inside it, or behind it.
        read = self._text.encode()[: self._parser.CurrentByteIndex].decode(errors="ignore")
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
