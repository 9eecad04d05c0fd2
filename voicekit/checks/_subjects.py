"""What checks look at: frozen values, made once and handed to every check. Imports model.

None of them parses or renders anything: a row carries the tree that was rendered, the words in it, and its requests.
"""

from attrs import field, frozen

from voicekit.errors import Place
from voicekit.model import Ask, Capabilities, Element, Family, Pack, Profile, Project, Prompt, Script, Speech


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

    @property
    def ask(self) -> Ask:
        """The first request; the pieces of a prompt differ only in what they say."""
        return self.asks[0]

    @property
    def language(self) -> str:
        """The language that the profile speaks, as a BCP-47 tag."""
        return self.ask.language

    def place_of(self, setting: str) -> Place:
        """Return where a setting of this row was stated: the prompt's override, or a profile of the chain."""
        if setting in self.prompt.override:
            return self.prompt.place_of(f"override.{setting}")
        return self.profile.place_of(setting)


@frozen
class Whole:
    """A project and all of its rows, in the order of its files."""

    project: Project
    rows: tuple[Row, ...] = field(repr=False)


@frozen
class PackUse:
    """A pack and its rows."""

    project: Project
    pack: Pack
    rows: tuple[Row, ...] = field(repr=False)


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


@frozen
class Node:
    """An element of a row's SSML, and those around it, outermost first."""

    row: Row
    element: Element
    parents: tuple[Element, ...]

    @property
    def place(self) -> Place:
        """The line of the template, or of the prompt list, that wrote it."""
        return self.row.speech.place_of(self.element)


@frozen
class Run:
    """A piece of a row's text: between two tags, or the whole of a plain text, which has no parents."""

    row: Row
    text: str
    parents: tuple[Element, ...] = ()

    @property
    def place(self) -> Place:
        """The line that wrote the element around it, or that a plain text starts on."""
        return self.row.speech.place_of(self.parents[-1]) if self.parents else self.place_at(0)

    def place_at(self, offset: int) -> Place:
        """Return the line that wrote a character of the text; inside SSML, the line of the element around it."""
        speech = self.row.speech
        if self.parents or speech.locate is None:
            return self.place if self.parents else speech.place
        before = self.text[:offset]
        return speech.locate(before.count("\n") + 1, offset - before.rfind("\n"))
