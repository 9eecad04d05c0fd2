"""The words of a text, in a form that says at once that a rule has nothing to look for. Imports nothing of ours.

All rules ask about one row after another, so few answers are kept.
"""

import re
from functools import lru_cache

_KEPT = 64
_WORD = re.compile(r"\w+")
# Small letters for capitals, and blanks for what stands between words: ASCII is split twice as fast this way.
_PLAIN = {code: chr(code).lower() if _WORD.match(chr(code)) else " " for code in range(128)}


@lru_cache(maxsize=_KEPT)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case."""
    return tuple(text.translate(_PLAIN).split() if text.isascii() else _WORD.findall(text.lower()))


@lru_cache(maxsize=_KEPT)
def vocabulary(text: str) -> frozenset[str]:
    """Return the different words of a text, in lower case."""
    return frozenset(words(text))
