"""What adapting did to a document, as values, and the codes of it. Imports model only.

The codes are findings' codes; they are not checks, since they say what happened, and not what is wrong.
"""

from collections.abc import Mapping

from attrs import frozen

from voicekit.model import Element, Fact, Severity


@frozen
class Change:
    """One thing that adapting did, or could not do.

    `line` and `column` are the place of the element in the text that the tree was parsed from; `attribute` is empty where it is
    about the whole element.
    """

    code: str
    severity: Severity
    message: str
    line: int
    column: int
    attribute: str = ""


@frozen
class Code:
    """One kind of change: a few words for lists, and what a user can do about it."""

    name: str
    remedy: str


CODES: Mapping[str, Code] = {
    "VK501": Code("said in the vendor's own words", "nothing: it sounds the same"),
    "VK502": Code("element left out, its words kept", "remove the element, or choose a voice that takes it"),
    "VK503": Code("attribute left out or changed", "write a value that this voice takes"),
    "VK504": Code(
        "pause changed or left out",
        "shorten it, say it with punctuation, or choose a voice that takes it",
    ),
    "VK505": Code(
        "word with another meaning", "write the content as this vendor reads it, or choose another kind"
    ),
    "VK506": Code("bleeped words left out", "take the words out of the text"),
    "VK507": Code("wrapped for the vendor", "nothing: the vendor wants it so"),
}


class Changes:
    """A growing list of changes, each of which says whose voices it is for: a prompt may be spoken by several vendors'."""

    def __init__(self, voices: str) -> None:
        """Take what messages call the voices, such as ``Google Neural2 voices``."""
        self.voices = voices
        self.made: list[Change] = []

    def add(
        self,
        code: str,
        severity: Severity,
        node: Element,
        message: str,
        attribute: str = "",
        *,
        fact: Fact | None = None,
    ) -> None:
        """Note one change of an element, or of one of its attributes; `fact` is the evidence for it."""
        why = f"{self.voices}, evidence {fact.grade}" if fact else self.voices
        self.made.append(Change(code, severity, f"{message} ({why})", node.line, node.column, attribute))

    def info(self, code: str, node: Element, message: str, attribute: str = "") -> None:
        """Note that nothing was lost."""
        self.add(code, "info", node, message, attribute)

    def warn(self, code: str, node: Element, message: str, attribute: str = "") -> None:
        """Note that something was lost."""
        self.add(code, "warning", node, message, attribute)
