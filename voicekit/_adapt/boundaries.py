"""Where text may be cut, and how well: words, clauses, sentences, graphemes. Imports nothing of voicekit.

Neither Python nor a package that we depend on knows Unicode's segmentation (UAX 29), so two careful rules stand here.

Graphemes: what UAX 29 keeps together stays together. Where its exact rule needs tables that Python has not, this one
keeps more: after a zero-width joiner nothing is cut, nor between a virama and the letter behind it. Combining marks of
every kind, variation selectors, skin tones, tags, regional indicators by pairs and Hangul syllables follow the standard.

Sentences: a stop, perhaps closing quotes, a blank, and no lower-case letter behind it; 。！？ need no blank. After
what is known to be abbreviated the cut is no better than between two words.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import IntEnum
from itertools import pairwise, takewhile


class Cut(IntEnum):
    """How good a place is for a cut, from the worst to the best."""

    NEVER = 0
    GRAPHEME = 1
    WORD = 2
    CLAUSE = 3
    SENTENCE = 4
    PARAGRAPH = 5


# No-break spaces (U+00A0, U+2007, U+202F) keep their words together.
BLANK = " \t\n\r\f\v\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000"
_RUNS = re.compile(f"([{BLANK}]+)|[^{BLANK}]+")
_BLANK_LINE = re.compile("\n[ \t\r]*\n|\u2029")

_CLOSERS = "\"'”’»›)\\]}」』）】》〉］｝"
_WIDE_STOPS = "。！？｡"
_WIDE_PAUSES = "、､，；：—―…"
_STOPS = f"{_WIDE_STOPS}.!?؟۔।॥։።…‽"
_PAUSES = f"{_WIDE_PAUSES},;:،؛–"
# Where a script writes no blanks, and after a zero-width space. 1：30 and １，０００ stay whole.
_PHRASES = re.compile(
    rf".+?(?:[{_WIDE_STOPS}]+[{_WIDE_STOPS}{_CLOSERS}]*|[{_WIDE_PAUSES}]+(?!\d)[{_CLOSERS}]*|\u200b|$)",
    re.DOTALL,
)

_LETTERED = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")  # e.g., i.e., z.B., U.S., and initials
_ORDINAL = re.compile(r"\d{1,2}")  # "3. Mai" and "1. Open the door", but also "You are number 3."
_ABBREVIATIONS = frozenset(
    [
        "approx",
        "apt",
        "ave",
        "blvd",
        "capt",
        "cf",
        "col",
        "corp",
        "dept",
        "dr",
        "ext",
        "gen",
        "gov",
        "hon",
        "hwy",
        "inc",
        "jr",
        "lt",
        "ltd",
        "messrs",
        "mr",
        "mrs",
        "ms",
        "mt",
        "prof",
        "rep",
        "rev",
        "sen",
        "sgt",
        "sr",
        "st",
        "vs",
        "aug",
        "dec",
        "feb",
        "jan",
        "nov",
        "oct",
        "sept",
        "tel",
        "al",
        "etc",
        "bzw",
        "ca",
        "dipl",
        "evtl",
        "frl",
        "ggf",
        "hr",
        "inkl",
        "ing",
        "str",
        "usw",
        "vgl",
        "zzgl",
        "avda",
        "dra",
        "sra",
        "srta",
        "ud",
        "uds",
        "mme",
        "mlle",
        "env",
        "bd",
    ]
)
_BEFORE_NUMBERS = frozenset(["abs", "art", "fig", "no", "nos", "nr", "núm", "p", "pp", "pág", "vol", "ziff"])


def words(text: str) -> Iterator[tuple[str, bool]]:
    """Yield a text as words and the blanks between them, each with whether it is blank.

    Where a script writes no blanks, a word is what stands between two marks of punctuation.
    """
    for run in _RUNS.finditer(text):
        if run[1]:
            yield run[1], True
        elif run[0].isascii():
            yield run[0], False
        else:
            yield from ((phrase, False) for phrase in _PHRASES.findall(run[0]))


def between(before: str, blank: str, after: str) -> Cut:
    """Judge the place between two words.

    Args:
        before: What stands before it, without a blank.
        blank: The blanks between them, or nothing.
        after: What stands behind it, without a blank; not empty.
    """
    if _extends(after[0]) or (not blank and not after[0].isascii() and _one_cluster(before, after[0])):
        return Cut.NEVER
    if _BLANK_LINE.search(blank):
        return Cut.PARAGRAPH
    body = before.rstrip(_CLOSERS)
    last = body[-1:] or " "
    if last in _WIDE_STOPS:
        return Cut.SENTENCE
    if not blank:
        return Cut.CLAUSE if last in _WIDE_PAUSES else Cut.WORD if last == "\u200b" else Cut.GRAPHEME
    if last in _STOPS:
        return _after_stop(body, after)
    return Cut.CLAUSE if last in _PAUSES or body == "-" else Cut.WORD


def _after_stop(body: str, after: str) -> Cut:
    if body.endswith("."):
        word = body[:-1].lstrip("\"'“‘«‹([{").casefold()
        if word in _ABBREVIATIONS or (word in _BEFORE_NUMBERS and after[0].isdigit()):
            return Cut.WORD
        if _LETTERED.fullmatch(word):
            return Cut.WORD
        if _ORDINAL.fullmatch(word):
            return Cut.CLAUSE
    return Cut.CLAUSE if after[0].islower() else Cut.SENTENCE


# --- graphemes --------------------------------------------------------------------------------------

_VIRAMA = 9  # its canonical combining class
_JOINER = "\u200d"
_EXTENDING = re.compile("[\u200c\u200d\u0e33\u0eb3\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_PREPENDED = re.compile(
    "[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd\U000111c2\U000111c3\U0001193f\U00011941"
    "\U00011a3a\U00011a84-\U00011a89\U00011d46\U00011f02]"
)
_INDICATOR = re.compile("[\U0001f1e6-\U0001f1ff]")
_HANGUL = re.compile(
    "(?P<L>[\u1100-\u115f\ua960-\ua97c])|(?P<V>[\u1160-\u11a7\ud7b0-\ud7c6])"
    "|(?P<T>[\u11a8-\u11ff\ud7cb-\ud7fb])|(?P<S>[\uac00-\ud7a3])"
)
_HANGUL_JOINS = frozenset(
    ["L L", "L V", "L LV", "L LVT", "V V", "V T", "LV V", "LV T", "LVT T", "T T"]
)  # UAX 29, GB6 to GB8


def graphemes(text: str) -> list[str]:
    """Cut a text into what a reader takes for one character each. Joined, they are the text."""
    if text.isascii() and "\r" not in text:
        return list(text)
    starts = [*_starts(text), len(text)]
    return [text[start:end] for start, end in pairwise(starts)]


def _starts(text: str) -> Iterator[int]:
    start, linked = 0, False
    for place, character in enumerate(text):
        if place and _joins(text[place - 1], character, alone=place - start == 1, linked=linked):
            linked = _is_virama(character) or (linked and _extends(character))
        else:
            start, linked = place, _is_virama(character)
            yield place


def _one_cluster(before: str, after: str) -> bool:
    """Whether the character `after` belongs to the last cluster of `before`."""
    if not before:
        return False
    if _INDICATOR.match(after):  # by pairs: all that stands before counts
        return len(graphemes(before + after)) == len(graphemes(before))
    marks = takewhile(_extends, reversed(before))
    return _joins(before[-1], after, alone=False, linked=any(map(_is_virama, marks)))


def _is_virama(character: str) -> bool:
    return unicodedata.combining(character) == _VIRAMA


def _extends(character: str) -> bool:
    if character.isascii():
        return False
    return unicodedata.category(character).startswith("M") or bool(_EXTENDING.match(character))


def _joins(last: str, character: str, *, alone: bool, linked: bool) -> bool:
    """Whether a character belongs to the cluster in front of it.

    Args:
        last: The cluster's last character.
        character: The one behind it.
        alone: Whether the cluster has no other character.
        linked: Whether a virama stands behind the cluster's last letter.
    """
    if last.isascii() and character.isascii():
        return last + character == "\r\n"
    if last == _JOINER or _extends(character) or _PREPENDED.match(last):
        return True
    if _INDICATOR.match(character):
        return alone and bool(_INDICATOR.match(last))
    if f"{_hangul(last)} {_hangul(character)}" in _HANGUL_JOINS:
        return True
    return linked and unicodedata.category(character) == "Lo"


def _hangul(character: str) -> str:
    found = _HANGUL.match(character)
    if found is None:
        return ""
    if found["S"]:
        return "LV" if (ord(character) - 0xAC00) % 28 == 0 else "LVT"
    return found.lastgroup or ""
