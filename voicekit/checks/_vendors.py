"""Whose voice a row has and what it is billed for, for rules about one vendor and about cost. Imports _capabilities and the subjects."""

import re

from voicekit import _capabilities as capabilities
from voicekit.checks._subjects import Node, PackUse, Row

_FREE = re.compile(r"<mark[ /][^>]*>")
_GOOGLE = frozenset(capabilities.find()["google"].families)

# Which families may stand in one request (Google's SSML page, M, 2026-04-02).
_NEW, _OLD = ("Neural2", "Standard", "Studio"), ("News", "Standard", "Wavenet")
_TOGETHER = {"Neural2": _NEW, "Studio": _NEW, "Standard": _NEW, "Wavenet": _OLD, "News": _OLD}
_FAMILY = re.compile(r"[a-z]{2,3}-[A-Za-z0-9]{2,4}-(?P<family>[A-Z][A-Za-z0-9]*(?:-HD)?)-[A-Za-z0-9]+")


def is_google(row: Row) -> bool:
    """Whether one of Google's own voices speaks, whoever carries the request."""
    return row.family is not None and row.family.name in _GOOGLE


def unlisted_switch(node: Node) -> tuple[str, ...]:
    """Return the families that a Google voice can change to, where a ``<voice>`` names one of another; else nothing."""
    family, asked = node.row.family, _FAMILY.fullmatch(node.element.get("name"))
    if family is None or asked is None or not is_google(node.row):
        return ()
    together = _TOGETHER.get(family.name, ())
    return () if asked["family"] in together else together


def billed(row: Row) -> int:
    """Count the characters that are billed for a row: Google counts markup except ``<mark>``, others the words."""
    if not is_google(row):
        return len(row.text)
    sent = [ask.ssml or ask.text or "" for ask in row.asks]
    return sum(len(_FREE.sub("", text) if "<mark" in text else text) for text in sent)


def bought(use: PackUse) -> tuple[Row, ...]:
    """Return the rows that are paid for: one of those that ask the same of the same provider.

    Only what has the same words can be the same request.
    """
    again: set[int] = set()
    for twins in use.twins:
        seen: set[tuple[object, ...]] = set()
        for row in twins:
            asked = (row.provider, row.asks)
            if asked in seen:
                again.add(id(row))
            seen.add(asked)
    return tuple(row for row in use.rows if id(row) not in again) if again else use.rows
