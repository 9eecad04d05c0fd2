"""Finding known words in a text: whole ones, as Unicode's word boundaries (UAX #29) see them. Imports nothing of ours.

Two tailorings. A word may hold several, blanks and punctuation included, so only its two ends are looked at. And in
languages that write two words with an apostrophe between them, it parts them.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby

# l'Orange, dell'Enel, l'Hospitalet, Ankara'da; elsewhere an apostrophe stands inside a word, as in can't and O'Brien.
_PARTED_BY_APOSTROPHE = frozenset({"ca", "fr", "it", "tr"})
_APOSTROPHES = "'’‘"
_JOINING = ".·‧"
# Scripts that write words without blanks: a word may begin and end anywhere in Thai, Lao, Myanmar, Khmer and their
# kin, in Hiragana and in Han.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaadf"
    "\u3041-\u309f\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_INVISIBLE = "\u00ad\u200c\u200d\u2060"  # soft hyphen, (non-)joiners: inside a word wherever they stand
_BLANK, _BLANKS = re.compile(r"\s"), re.compile(r"\s\s")


class Words:
    """A set of words that can be found in texts. The cost of finding does not grow with their number."""

    def __init__(self, words: Iterable[str], languages: Iterable[str] = ()) -> None:
        """Take the words, with single blanks inside, and the tags of the languages that they are in."""
        self._words = frozenset(words)
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            lengths.setdefault(word[0], set()).add(len(word))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}
        parted = not _PARTED_BY_APOSTROPHE.isdisjoint(tag.partition("-")[0] for tag in languages)
        edge = _edge(parted)
        self._edge = re.compile(edge)
        firsts = "".join(map(re.escape, sorted(lengths)))
        self._start = re.compile(f"(?=[{firsts}]){edge}" if firsts else "(?!)")

    def find(self, text: str) -> Iterator[tuple[int, list[tuple[str, int]]]]:
        """Yield each position at which words begin, with those words and where they end, the longest first.

        A blank of a word fits any run of blanks.
        """
        text, places = _folded(text)
        for start in self._start.finditer(text):
            at = start.start()
            ends = (at + length for length in self._lengths[text[at]] if at + length <= len(text))
            here = [
                (text[at:end], places[end - 1] + 1)
                for end in ends
                if text[at:end] in self._words and self._edge.match(text, end)
            ]
            if here:
                yield places[at], here


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Make each run of blanks one space, and tell where each character stood."""
    if not _BLANKS.search(text):
        return _BLANK.sub(" ", text), range(len(text))
    places = [at for at, char in enumerate(text) if not (char.isspace() and text[at - 1 : at].isspace())]
    return "".join(" " if text[at].isspace() else text[at] for at in places), places


@cache
def _edge(parted: bool) -> str:
    """Return a pattern of no width that fits where a word may begin or end: nowhere inside another."""
    marks = _marks() + _INVISIBLE
    letter = rf"[^\W{_UNSPACED}{_KATAKANA}]"
    before = f"(?:{letter}|[{marks}])"
    joining = f"[{_JOINING}{'' if parted else _APOSTROPHES}]"
    inside = (
        f"[{marks}]",
        f"(?<={before}){letter}",
        f"(?<={before}){joining}{letter}",
        f"(?<={before}{joining}){letter}",
        r"(?<=\d)[,;]\d",
        r"(?<=\d[,;])\d",
        f"(?<=[{_KATAKANA}])[{_KATAKANA}]",
    )
    return "".join(f"(?!{case})" for case in inside)


def _marks() -> str:
    """Return all combining marks as ranges of a character class; Python's own classes have no name for them."""
    # Below and between these planes there are none.
    codes = (*range(0x300, 0x1F000), *range(0xE0100, 0xE01F0))
    runs = groupby(codes, key=lambda code: unicodedata.category(chr(code)).startswith("M"))
    found = [[*run] for is_mark, run in runs if is_mark]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in found)
