"""A speech as a stream of what is never cut. Imports boundaries, ssml, model and errors.

An atom is a word, or an element that must not be opened twice, with what must stay beside it: marks go with the atom
that they stand before.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from attrs import define, evolve, frozen

from voicekit import ssml
from voicekit._adapt.boundaries import Cut, between, graphemes, words
from voicekit.errors import MarkupError, Place
from voicekit.model import Element

Size = Callable[[str], int]

# These only say how their content sounds, so each piece can open them again. Any other element, known or not, is kept
# whole: `audio` would play twice, `say-as`, `phoneme`, `sub`, `w` and `token` name what is inside as one thing.
_REOPENED: Mapping[str, Cut] = MappingProxyType(
    {
        **dict.fromkeys(["p", "paragraph"], Cut.PARAGRAPH),
        **dict.fromkeys(["s", "sentence"], Cut.SENTENCE),
        **dict.fromkeys(["prosody", "emphasis", "voice", "lang", "lookup"], Cut.GRAPHEME),
        **dict.fromkeys(["google:style", "mstts:express-as", "mstts:prosody"], Cut.GRAPHEME),
        **dict.fromkeys(["amazon:domain", "amazon:effect", "amazon:emotion"], Cut.GRAPHEME),
        "amazon:auto-breaths": Cut.GRAPHEME,
    }
)
# These say how long all of it is, or how its melody goes from its beginning to its end.
_OF_THE_WHOLE = frozenset({"duration", "contour", "amazon:max-duration"})
# These hold for all that stands beside them, so they come with every opening of what is around them.
_STANDING = frozenset({"lexicon", "mstts:silence"})
# These are not heard themselves: they stay with what they stand before.
_HELD = frozenset({"mark", "bookmark", "mstts:viseme", "mstts:audioduration", "mstts:backgroundaudio"})
_SOMETHING = "0"  # stands for an element where the place beside it is judged


@define
class Atom:
    """What is never cut.

    Attributes:
        lead: The tags and blanks between the atom before and this one.
        text: Itself, as it is sent.
        opened: The tags that are open where it begins.
        closed: What closes those that are open where it ends.
        cut: How good a cut in front of it would be.
        owner: The element that it is, or that it stands in; None in plain text.
    """

    lead: str
    text: str
    opened: str
    closed: str
    cut: Cut
    owner: Element | None


@frozen
class _Tags:
    """The tags around a place: those open before it, and what closes them."""

    opened: str = ""
    closed: str = ""

    def inside(self, opened: str, closed: str) -> "_Tags":
        return _Tags(self.opened + opened, closed + self.closed)


class Reader:
    """Reads a speech into atoms.

    Args:
        limit: The most that a piece may measure.
        size: Measures a piece.
        whole: Fits runs of text that are never cut.
        pauses: Those of them that are pauses.
    """

    def __init__(
        self, limit: int, size: Size, whole: re.Pattern[str] | None = None, pauses: tuple[str, ...] = ()
    ) -> None:
        self._limit = limit
        self._size = size
        self._keep = whole
        self._pauses = pauses
        self._atoms: list[Atom] = []
        self._tags = _Tags()
        self._held: Atom | None = None  # marks that wait for what they stand before
        self._begin()
        self._said = ""
        self._paused = False

    def _begin(self) -> None:
        """Forget what led to the last atom."""
        self._lead, self._edge, self._blank = "", Cut.GRAPHEME, ""

    def read(self, content: Element | str) -> list[Atom]:
        """Return the atoms of a whole speech."""
        if isinstance(content, str):
            self._text(content, None)
        else:
            self._inside(content)
        if self._held is None:
            return self._atoms
        if not self._atoms:
            return [self._held]
        last = self._atoms[-1]
        last.text, last.closed = last.text + self._held.lead + self._held.text, self._held.closed
        return self._atoms

    def _inside(self, element: Element) -> None:
        opened, closed = _shell(element)
        before, self._tags = self._tags, self._tags.inside(opened, closed)
        edge = _REOPENED.get(element.name, Cut.GRAPHEME)
        self._pass(opened, edge)
        for child in element.children:
            if isinstance(child, str):
                self._text(child, element)
            elif _is_reopened(child) and _says(child):
                self._inside(child)
            elif child.name not in _STANDING:
                self._whole(child)
        self._pass(closed, edge)
        self._tags = before

    def _pass(self, tag: str, edge: Cut) -> None:
        self._lead += tag
        self._edge = max(self._edge, edge)

    def _whole(self, element: Element) -> None:
        text = ssml.serialise(element)
        if element.name in _HELD:
            self._hold(text, element)
        elif element.name == "break":
            self._pause(text, element)
        else:
            self._add(text, _SOMETHING, element)

    def _pause(self, text: str, owner: Element | None) -> None:
        said = self._said
        self._add(text, "", owner)
        self._said, self._paused = said, True

    def _hold(self, mark: str, element: Element) -> None:
        if self._held is None:
            self._held = Atom(self._lead, mark, self._tags.opened, self._tags.closed, Cut.GRAPHEME, element)
        else:
            self._held.text += self._lead + mark
            self._held.closed = self._tags.closed
        self._lead = ""

    def _text(self, text: str, owner: Element | None) -> None:
        escaped = _plain if owner is None else _escaped
        for word, blank, whole in self._words(text):
            if blank:
                self._blank += word
                self._lead += escaped(word)
            elif word in self._pauses:
                self._pause(word, owner)
            elif whole or self._fits_twice(escaped(word)):
                self._add(escaped(word), word, owner)
            else:
                self._divided(word, owner, escaped)

    def _words(self, text: str) -> Iterator[tuple[str, bool, bool]]:
        """Yield words and blanks: each with whether it is blank, and whether it is never cut."""
        done = 0
        for found in self._keep.finditer(text) if self._keep else ():
            yield from ((word, blank, False) for word, blank in words(text[done : found.start()]))
            yield found[0], False, True
            done = found.end()
        yield from ((word, blank, False) for word, blank in words(text[done:]))

    def _divided(self, word: str, owner: Element | None, escaped: Callable[[str], str]) -> None:
        first, *rest = graphemes(word)
        self._add(escaped(first), first, owner)
        opened, closed = self._tags.opened, self._tags.closed
        self._atoms += [Atom("", escaped(cluster), opened, closed, Cut.GRAPHEME, owner) for cluster in rest]
        self._said = word

    def _fits_twice(self, word: str) -> bool:
        """Whether a word leaves room in a piece; a longer one may have to be cut."""
        return 2 * self._size(f"{self._tags.opened}{word}{self._tags.closed}") <= self._limit

    def _add(self, text: str, said: str, owner: Element | None) -> None:
        lead, opened = self._lead, self._tags.opened
        if self._held is not None:
            lead, opened, text = self._held.lead, self._held.opened, self._held.text + lead + text
        cut = self._judge(said)
        if cut is Cut.NEVER and self._atoms:
            last = self._atoms[-1]
            last.text, last.closed = last.text + lead + text, self._tags.closed
            self._refuse_endless(last)
        else:
            self._atoms.append(Atom(lead, text, opened, self._tags.closed, cut, owner))
        self._held = None
        self._begin()
        self._said, self._paused = said, False

    def _judge(self, said: str) -> Cut:
        """Judge the place between the last atom and what is said next."""
        if not said:  # a pause stays with the words before it where it can
            return self._edge
        found = between(self._said, self._blank or " " * self._paused, said)
        if found is Cut.NEVER:
            return found
        return max(found, self._edge, Cut.CLAUSE if self._paused else Cut.GRAPHEME)

    def _refuse_endless(self, atom: Atom) -> None:
        if self._size(atom.text) > self._limit:
            raise indivisible(atom, self._size(atom.text), self._limit)


def _plain(text: str) -> str:
    return text


def _escaped(text: str) -> str:
    return text if text.isalnum() or text == " " else ssml.serialise(Element("t", (), (text,)))[3:-4]


def _shell(element: Element) -> tuple[str, str]:
    """Return the tags of an element; what holds for all of it comes with the first."""
    standing = (child for child in element.children if isinstance(child, Element) and child.name in _STANDING)
    tag = ssml.serialise(evolve(element, children=()))
    return f"{tag[:-2]}>{''.join(map(ssml.serialise, standing))}", f"</{element.name}>"


def _is_reopened(element: Element) -> bool:
    return element.name in _REOPENED and all(name not in _OF_THE_WHOLE for name, _ in element.attributes)


def _says(element: Element) -> bool:
    """Whether there is something in an element that can be cut off."""
    return any(
        child.strip() != "" if isinstance(child, str) else not _is_reopened(child) or _says(child)
        for child in element.children
    )


def indivisible(atom: Atom, size: int, limit: int) -> MarkupError:
    """Make the error for an atom that no piece can hold."""
    what = (
        "a single character of plain text"
        if atom.owner is None
        else f"what `<{atom.owner.name}>` holds together"
    )
    place = Place("", atom.owner.line, atom.owner.column) if atom.owner and atom.owner.line else None
    return MarkupError.of(
        f"{what} measures {size:,} with the tags around it; one request takes {limit:,}",
        place=place,
        remedy="shorten it, or divide it by hand into elements or prompts that fit",
    )
