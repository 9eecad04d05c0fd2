"""What checks look at: frozen values, made once and handed to every check. Imports model and ssml.

None of them parses or renders anything: a row carries the tree that was rendered, the words in it, and its requests.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Literal

from attrs import field, frozen

from voicekit import ssml
from voicekit.errors import Place
from voicekit.model import (
    Ask,
    Capabilities,
    Element,
    Family,
    Pack,
    Profile,
    Project,
    Prompt,
    Script,
    Severity,
    Shape,
    Speech,
)

Holds = Literal["words", "elements", "nothing"]
_NO_TARGET = Shape()


@frozen
class Change:
    """One thing that adapting did to an element, or to one of its attributes, as a finding would tell it.

    Attributes:
        line: The element's, in the rendered text, as is `column`.
        attribute: Empty where it is about the whole element.
    """

    code: str
    severity: Severity
    message: str
    remedy: str
    line: int
    column: int
    attribute: str = ""


@frozen
class Row:
    """One prompt as one profile says it, and what its provider is known to take.

    Attributes:
        profile: As resolved, with the prompt's own overrides.
        speech: What is said, as it was rendered.
        asks: The requests that say it, one for each piece.
        text: The words of it, without markup.
        sizes: The length of each request in the unit of the provider's limit.
        family: The voice's family; None where the name fits none.
        shape: What its file must be; empty where the pack has no target.
        changes: What adapting did to it.
    """

    pack: Pack
    prompt: Prompt
    profile: Profile
    speech: Speech
    asks: tuple[Ask, ...]
    text: str
    provider: str
    capabilities: Capabilities
    family: Family | None
    sizes: tuple[int, ...]
    shape: Shape = _NO_TARGET
    changes: tuple[Change, ...] = ()

    @property
    def ask(self) -> Ask:
        """The first request; the pieces of a prompt differ only in what they say."""
        return self.asks[0]

    @property
    def language(self) -> str:
        """The language that the profile speaks, as a BCP-47 tag."""
        return self.asks[0].language

    def place_of(self, setting: str) -> Place:
        """Return where a setting of this row was stated: the prompt's override, or a profile of the chain."""
        if setting in self.prompt.override:
            return self.prompt.place_of(f"override.{setting}")
        return self.profile.place_of(setting)


@frozen
class Document:
    """A row, and every element of its SSML in the order of the document; there is none in a plain text."""

    row: Row
    elements: Sequence[Element]


@frozen
class Whole:
    """A project and all of its rows, in the order of its files."""

    project: Project
    rows: tuple[Row, ...] = field(repr=False)


@frozen
class PackUse:
    """A pack and its rows.

    Attributes:
        rows: Those that a check has asked for with its `signs` and `words`, or all.
        twins: Rows that have the same words, whatever stands between them, where there are two or more.
    """

    project: Project
    pack: Pack
    rows: tuple[Row, ...] = field(repr=False)
    twins: tuple[tuple[Row, ...], ...] = field(default=(), repr=False)


@frozen
class PromptUse:
    """A prompt of a pack, its rows in all profiles that say it, and the variants of its script."""

    project: Project
    pack: Pack
    prompt: Prompt
    rows: tuple[Row, ...] = field(repr=False)
    scripts: tuple[Script, ...] = ()


@frozen
class ProfileUse:
    """A profile of a pack, as resolved, and what its provider is known to take."""

    project: Project
    pack: Pack
    profile: Profile
    provider: str
    capabilities: Capabilities
    family: Family | None
    shape: Shape = _NO_TARGET


@frozen
class Node:
    """An element of a row's SSML, those around it, outermost first, and what it holds directly: words count most."""

    row: Row
    element: Element
    parents: tuple[Element, ...]
    holds: Holds

    @property
    def place(self) -> Place:
        """The line of the template, or of the prompt list, that wrote it."""
        return self.row.speech.place_of(self.element)


@frozen
class Run:
    """A piece of a row's text: between two tags, or the whole of a plain text, which has no parents.

    `before` is how many elements stand before it in the innermost parent; None where it is no text of it, but an attribute.
    """

    row: Row
    text: str
    parents: tuple[Element, ...] = ()
    before: int | None = None

    @property
    def place(self) -> Place:
        """The line that wrote the element around it, or that a plain text starts on."""
        return self.row.speech.place_of(self.parents[-1]) if self.parents else self.place_at(0)

    def place_at(self, offset: int) -> Place:
        """Return the line that wrote a character of the text; for an attribute's, the line of its element."""
        speech = self.row.speech
        if speech.locate is None:
            return speech.place
        if not self.parents:
            return speech.place_at(*_position(self.text, offset))
        if self.before is None:
            return self.place
        return speech.place_at(
            *ssml.position(speech.source, self.parents[-1], self.before, self.text, offset)
        )


def _position(text: str, offset: int) -> tuple[int, int]:
    """Return the 1-based line and column of a character."""
    starts = _line_starts(text)
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


@lru_cache(maxsize=8)
def _line_starts(text: str) -> Sequence[int]:
    """Return where each line of a text starts; kept, since one text may be found fault with in many places."""
    return [0, *accumulate(len(line) + 1 for line in text.split("\n")[:-1])]
