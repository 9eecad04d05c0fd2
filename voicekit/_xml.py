"""The XML parser: expat, bounded, with positions and no DOCTYPE. Imports model, errors and _limits.

Prefixes are kept as they are written, because vendors use them without declaring them. Comments and processing
instructions are dropped; CDATA becomes text; adjacent text is one string.
"""

import re
from pyexpat import ExpatError, ParserCreate
from xml.parsers.expat import errors as expat_errors

from voicekit import _limits as limits
from voicekit.errors import MarkupError, Place
from voicekit.model import Element

# Everything outside XML 1.0's Char production.
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

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


class _Builder:
    """Builds a tree from expat's events while counting what it may cost."""

    def __init__(self, text: str, column_offset: int) -> None:
        self._text = text
        self._offset = column_offset
        self._open: list[tuple[str, tuple[tuple[str, str], ...], int, int, list[Element | str]]] = []
        self._elements = 0
        self._root: Element | None = None
        self._parser = ParserCreate("UTF-8")
        self._parser.ordered_attributes = True
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype

    def run(self) -> Element:
        bad = illegal_character(self._text)
        if bad:
            line, column, name = bad
            raise self._error(f"the character {name} is forbidden in XML", line, column, "remove it")
        data = self._text.encode()
        if len(data) > limits.SSML_BYTES:
            raise self._error(
                f"the document has {len(data):,} bytes; at most {limits.SSML_BYTES:,} are read",
                1,
                1,
                "split it",
            )
        try:
            self._parser.Parse(data, True)
        except ExpatError as error:
            what = expat_errors.messages.get(error.code, "not well-formed")
            remedy = _REMEDIES.get(error.code, "make the document well-formed XML")
            raise self._error(f"not well-formed: {what}", error.lineno, error.offset + 1, remedy) from None
        assert self._root is not None
        return self._root

    def _error(self, message: str, line: int, column: int, remedy: str) -> MarkupError:
        return MarkupError.of(message, place=Place("", line, self._column(line, column)), remedy=remedy)

    def _column(self, line: int, column: int) -> int:
        return max(1, column - self._offset) if line == 1 else column

    def _here(self) -> tuple[int, int]:
        line = self._parser.CurrentLineNumber
        return line, self._column(line, self._parser.CurrentColumnNumber + 1)

    def _doctype(self, *_: object) -> None:
        # The parser stands somewhere inside it, or behind it.
        read = self._text.encode()[: self._parser.CurrentByteIndex + 1].decode(errors="ignore")
        before = read[: max(read.rfind("<!DOCTYPE"), 0)]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise self._error("a DOCTYPE is refused", line, column, "remove it; SSML needs none")

    def _start(self, name: str, flat: list[str]) -> None:
        line, column = self._here()
        self._elements += 1
        if self._elements > limits.SSML_ELEMENTS:
            raise self._error(
                f"more than {limits.SSML_ELEMENTS:,} elements", line, column, "split the document"
            )
        if len(self._open) >= limits.SSML_DEPTH:
            raise self._error(
                f"elements nested deeper than {limits.SSML_DEPTH}", line, column, "flatten the document"
            )
        attributes = tuple(sorted(zip(flat[::2], flat[1::2], strict=True)))
        self._open.append((name, attributes, line, column, []))

    def _end(self, _: str) -> None:
        name, attributes, line, column, children = self._open.pop()
        element = Element(name, attributes, tuple(children), line, column)
        if self._open:
            self._open[-1][4].append(element)
        else:
            self._root = element

    def _characters(self, data: str) -> None:
        children = self._open[-1][4]
        if children and isinstance(children[-1], str):
            children[-1] += data
        else:
            children.append(data)
