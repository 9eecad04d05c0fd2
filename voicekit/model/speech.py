"""What is said, and what is found in it. Frozen values, and nothing that acts."""

from collections.abc import Callable

from attrs import field, frozen

from voicekit.errors import Place
from voicekit.model.basics import Severity


@frozen
class Element:
    """An element of an SSML tree. Names keep their prefix as written; attributes are sorted by name.

    `line` and `column` are 1-based positions in the text that was parsed; they do not count for equality.
    """

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: "tuple[Element | str, ...]" = ()
    line: int = field(default=0, eq=False)
    column: int = field(default=0, eq=False)

    def get(self, attribute: str, default: str = "") -> str:
        """Return an attribute's value, or `default`."""
        for name, value in self.attributes:
            if name == attribute:
                return value
        return default


@frozen
class Speech:
    """A rendered prompt: an SSML tree, or plain text, and where it came from.

    `locate` turns a line and column of the rendered text, which is `source`, into a place of the template that wrote it.
    """

    content: Element | str
    place: Place
    language: str | None = None
    locate: Callable[[int, int], Place] | None = field(default=None, eq=False, repr=False)
    source: str = field(default="", eq=False, repr=False)

    def place_of(self, element: Element) -> Place:
        """Return where an element of this speech was written."""
        return self.place_at(element.line, element.column)

    def place_at(self, line: int, column: int) -> Place:
        """Return where a position of the rendered text was written."""
        return self.locate(line, column) if self.locate else self.place


@frozen
class Fix:
    """How a finding is mended in its file: what stands there is replaced, and nothing else is touched.

    Attributes:
        path: The file, as a `Place` names it.
        line: 1-based, as is `column`.
        length: Characters that are replaced; an end of line is one.
        seen: SHA-256 of the file's text as it was read. A file that changed since then is left alone.
    """

    path: str
    line: int
    column: int
    length: int
    replacement: str
    seen: str = field(repr=False)


@frozen
class Finding:
    """What a check has to say, where, and how it may be mended without a second thought.

    `attribute` is that of an SSML element, where it speaks of one alone.
    """

    code: str
    severity: Severity
    place: Place
    message: str
    remedy: str
    fix: Fix | None = field(default=None, eq=False)
    attribute: str = field(default="", eq=False, repr=False)
