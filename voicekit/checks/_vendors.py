"""Whose voice a row has and what it is billed for, for rules about one vendor and about cost. Imports _capabilities and the subjects."""

import re
from collections.abc import Iterable

from voicekit import _capabilities as capabilities
from voicekit.checks._subjects import Row

_FREE = re.compile(r"<mark[ /][^>]*>")


def is_google(row: Row) -> bool:
    """Whether one of Google's own voices speaks, whoever carries the request."""
    return row.family is not None and row.family.name in capabilities.find()["google"].families


def billed(row: Row) -> int:
    """Count the characters that are billed for a row: Google counts markup except ``<mark>``, others the words."""
    if not is_google(row):
        return len(row.text)
    return sum(len(_FREE.sub("", ask.ssml or "")) + len(ask.text or "") for ask in row.asks)


def bought(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return the rows that are paid for: one of those that ask the same of the same provider."""
    return tuple({(row.provider, row.asks): row for row in rows}.values())
