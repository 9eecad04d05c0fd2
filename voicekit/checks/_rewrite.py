"""Lines of a prompt list written anew, as far as the list then says the same. Imports _yaml and _sources.

What looks harmless on its line can begin a comment, a key or another cell once a character is gone, and only the parser knows.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from voicekit import _yaml
from voicekit.checks._sources import Source
from voicekit.errors import ConfigError

_SAID = frozenset({"text", "ssml", "values", "note"})  # columns whose text a rewriting may change
_READ = 8_000_000  # characters that are read to find out which lines to leave: some two seconds


def rewritten(source: Source, lines: Mapping[int, str], squash: Callable[[str], str]) -> Mapping[int, str]:
    """Return those rewritten lines with which a list still has the same columns, and the same text but for what `squash` drops.

    Args:
        source: The file; one that is no prompt list is taken at its word.
        lines: What the lines of these numbers would become.
        squash: Gives of a text what must stay.
    """
    if not source.path.endswith((".yaml", ".csv")):
        return lines
    meant = _meaning(source, {}, squash)
    kept: Mapping[int, str] = {}
    waiting = [sorted(lines)] if lines and meant is not None else []
    tries = max(_READ // (len(source.text) + 1), 8)
    while waiting and tries:
        some = waiting.pop()
        tried = {**kept, **{number: lines[number] for number in some}}
        tries -= 1
        if _meaning(source, tried, squash) == meant:
            kept = tried
        elif len(some) > 1:
            half = len(some) // 2
            waiting += [some[half:], some[:half]]
    return kept


def _meaning(source: Source, lines: Mapping[int, str], squash: Callable[[str], str]) -> Any:
    """Read a list with some lines as they would become; None where it can no longer be read."""
    text = "\n".join(lines.get(number, line) for number, line in enumerate(source.lines, 1))
    try:
        data = _rows(text) if source.path.endswith(".csv") else _yaml.load(text, source.path)
    except (ConfigError, csv.Error):
        return None
    return _squashed(data, squash, said=False)


def _rows(text: str) -> Sequence[Sequence[tuple[str, Mapping[str, str]]]]:
    """Read the rows of a CSV file; each cell has its column and, under that, its text."""
    head = text.partition("\n")[0]
    mark = next((mark for mark in ",;\t" if mark in head), ",")
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    pairs = (zip_longest(header, row, fillvalue="") for row in rows)
    return [[(column, {column.partition(".")[0]: cell}) for column, cell in row] for row in pairs]


def _squashed(data: Any, squash: Callable[[str], str], *, said: bool) -> Any:
    if isinstance(data, Mapping):
        return {key: _squashed(value, squash, said=said or key in _SAID) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_squashed(value, squash, said=said) for value in data]
    return squash(data) if said and isinstance(data, str) else data
