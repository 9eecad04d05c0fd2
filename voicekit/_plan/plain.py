"""A plan as plain data: the rows of `voicekit.plan/1`, and what they come to."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from voicekit._plan.keys import plain_call
from voicekit.model import Action, Plan, Pruned, RequestPlan

ROW_KEYS = (
    "pack", "prompt", "profile", "locale", "file", "piece", "action", "reasons", "request_key", "key", "characters_billed",
    "price", "same_as", "endpoint", "host", "source", "request",
)  # fmt: skip
ACTIONS: tuple[Action, ...] = ("create", "change", "reshape", "prune", "cached")


def plain_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield the rows of a plan: its requests in order, and then what is pruned."""
    yield from map(_row, plan.requests)
    yield from map(_pruned, plan.prune)


def _row(row: RequestPlan) -> dict[str, Any]:
    return {
        "pack": row.pack,
        "prompt": row.prompt,
        "profile": row.profile,
        "locale": row.locale,
        "file": row.file,
        "piece": row.piece,
        "action": row.action,
        "reasons": list(row.reasons),
        "request_key": row.request_key,
        "key": row.key,
        "characters_billed": row.characters_billed,
        "price": row.price,
        "same_as": row.same_as,
        "endpoint": row.endpoint,
        "host": row.host,
        "source": row.source,
        "request": None if row.recording else plain_call(row.call),
    }


def _pruned(row: Pruned) -> dict[str, Any]:
    return {
        "pack": row.pack,
        "prompt": row.prompt,
        "profile": row.profile,
        "locale": row.locale,
        "file": row.file,
        "piece": 0,
        "action": "prune",
        "reasons": list(row.reasons),
        "request_key": None,
        "key": row.key,
        "characters_billed": 0,
        "price": 0.0,
        "same_as": None,
        "endpoint": None,
        "host": None,
        "source": None,
        "request": None,
    }


def pending(plan: Plan) -> bool:
    """Whether some action of a plan is not ``cached``."""
    return bool(plan.prune) or any(row.action != "cached" for row in plan.requests)


def bought(rows: Iterable[RequestPlan]) -> list[RequestPlan]:
    """Return the rows that a request is sent for: each sound once."""
    return [row for row in rows if row.buys and row.same_as is None]


def summary(plan: Plan) -> dict[str, Any]:
    """Count a plan's actions, requests, characters and price in USD, that also by provider and voice family.

    The actions are those of the rows, a piece each; `files` counts those of the files.
    """
    asked = bought(plan.requests)
    counts: dict[str, Any] = {
        action: sum(row.action == action for row in plan.requests) for action in ACTIONS
    }
    return {
        **counts,
        "prune": len(plan.prune),
        "files": _files(plan),
        "requests": len(asked),
        "characters_billed": sum(row.characters_billed for row in asked),
        "price": round(sum(row.price or 0.0 for row in asked), 6),
        "unpriced": sum(row.price is None for row in asked),
        "currency": "USD",
        "families": _families(asked),
        "endpoints": sorted({row.endpoint for row in plan.requests}),
    }


def _files(plan: Plan) -> dict[str, int]:
    """Count the files by action; of one with several pieces, the action that does most counts."""
    groups = groupby(plan.requests, lambda row: (row.pack, row.file))
    counts = Counter(min((row.action for row in rows), key=ACTIONS.index) for _, rows in groups)
    return {**{action: counts[action] for action in ACTIONS}, "prune": len(plan.prune)}


def _families(rows: Iterable[RequestPlan]) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str], list[RequestPlan]] = {}
    for row in rows:
        groups.setdefault((row.provider, row.family), []).append(row)
    return [
        {
            "provider": provider,
            "family": family,
            "requests": len(group),
            "characters_billed": sum(row.characters_billed for row in group),
            "price": None
            if any(row.price is None for row in group)
            else round(sum(row.price or 0.0 for row in group), 6),
        }
        for (provider, family), group in sorted(groups.items())
    ]
