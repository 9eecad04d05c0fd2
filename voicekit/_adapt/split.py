"""A script that is over a provider's limit → pieces that are not. Imports atoms, boundaries, ssml and model.

The speech is a stream of atoms, each with the tags that lead to it, and is cut between two of them. What is open there
is closed and opened again behind the cut; blanks at a cut are dropped.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from voicekit import ssml
from voicekit._adapt.atoms import Atom, Reader, Size, indivisible
from voicekit._adapt.boundaries import BLANK, Cut
from voicekit.model import Element

_BEST_FIRST = (Cut.PARAGRAPH, Cut.SENTENCE, Cut.CLAUSE, Cut.WORD, Cut.GRAPHEME)


def split(
    content: Element | str,
    limit: int,
    size: Size,
    *,
    pauses: tuple[str, ...] = (),
    phrases: Iterable[str] = (),
) -> tuple[Element | str, ...]:
    """Cut a speech into pieces that fit one request each.

    A paragraph that fits a piece is never cut, nor a sentence, a clause, a word or a grapheme that fits; within that,
    each piece is as long as it can be. What fits as a whole comes back untouched.

    Args:
        content: A ``speak`` tree, or plain text.
        limit: The most that one piece may measure.
        size: Measures a piece as it is sent, `ssml.serialise` of a tree or the plain text. More text never measures
            less.
        pauses: Tags in plain text that are pauses.
        phrases: What is said in one in plain text, though there are blanks in it.

    Returns:
        The pieces in order, each a whole document. Together they say what `content` says and hold each mark once; their
        elements' positions are those in the piece.

    Raises:
        MarkupError: Something that cannot be divided is over the limit; names it and its place.
    """
    whole = content if isinstance(content, str) else ssml.serialise(content)
    if size(whole) <= limit:
        return (content,)
    atoms = Reader(limit, size, _whole(pauses, phrases), pauses).read(content)
    pieces = tuple(_Cutter(atoms, limit, size).pieces())
    return pieces if isinstance(content, str) else tuple(ssml.parse(piece) for piece in pieces)


def _whole(pauses: tuple[str, ...], phrases: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern of what is never cut: pauses, and phrases of several words with what is written onto them."""
    several = sorted((phrase for phrase in phrases if phrase.split() != [phrase]), key=len, reverse=True)
    onto = f"[^{BLANK}]*"
    cases = [re.escape(tag) for tag in pauses] + [f"{onto}{re.escape(phrase)}{onto}" for phrase in several]
    return re.compile("|".join(cases)) if cases else None


class _Cutter:
    """Puts atoms together to pieces."""

    def __init__(self, atoms: Sequence[Atom], limit: int, size: Size) -> None:
        self._atoms = atoms
        self._limit = limit
        self._size = size
        self._flat = [part for atom in atoms for part in (atom.lead, atom.text)]
        self._places = _places(atoms)
        self._reached: dict[int, int] = {}

    def pieces(self) -> Iterator[str]:
        """Yield the pieces as they are sent."""
        start = 0
        while start < len(self._atoms):
            end = self._end(start)
            yield self._piece(start, end)
            start = end

    def _piece(self, start: int, end: int) -> str:
        inner = "".join(self._flat[2 * start + 1 : 2 * end])
        return f"{self._atoms[start].opened}{inner}{self._atoms[end - 1].closed}"

    def _end(self, start: int) -> int:
        """Return where the piece that begins at `start` ends, exclusive.

        From the best kind of cut to the worst: go to the last one within reach. If the part behind it would fit a
        piece of its own, it stays whole; otherwise it has to be cut anyway, so as much of it as fits is taken along.
        """
        reach = self._reach(start)
        if reach == len(self._atoms):
            return reach
        end = start
        for cut in _BEST_FIRST:
            end = self._last_cut(end, reach, cut)
            if end > start and self._part_fits(end, cut):
                return end
        if end == start:
            size = self._size(self._piece(start, start + 1))
            raise indivisible(self._atoms[start], size, self._limit)
        return end

    def _part_fits(self, start: int, cut: Cut) -> bool:
        """Whether what goes from `start` to the next cut of this kind fits one piece."""
        reach = self._reach(start)
        return reach == len(self._atoms) or self._last_cut(start, reach, cut) > start

    def _last_cut(self, start: int, reach: int, cut: Cut) -> int:
        """Return the last place for this kind of cut behind `start` and up to `reach`, or `start`."""
        places = self._places[cut]
        found = bisect_right(places, reach)
        return max(start, places[found - 1]) if found else start

    def _reach(self, start: int) -> int:
        """Return how far a piece that begins at `start` could go, exclusive; `start` if nothing fits."""
        if start not in self._reached:
            low, step = start, 1
            while low + step <= len(self._atoms) and self._fits(start, low + step):
                low, step = low + step, step * 2
            high = min(low + step, len(self._atoms) + 1)  # does not fit, or does not exist
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if self._fits(start, middle) else (low, middle)
            self._reached[start] = low
        return self._reached[start]

    def _fits(self, start: int, end: int) -> bool:
        return self._size(self._piece(start, end)) <= self._limit


def _places(atoms: Sequence[Atom]) -> Mapping[Cut, Sequence[int]]:
    """List, for each kind of cut, the atoms in front of which one that is at least as good can be made."""
    found: dict[Cut, list[int]] = {cut: [] for cut in _BEST_FIRST}
    upwards = list(zip(reversed(_BEST_FIRST), reversed(found.values()), strict=True))
    for place, atom in enumerate(atoms):
        for cut, places in upwards:
            if atom.cut < cut:
                break
            places.append(place)
    return found
