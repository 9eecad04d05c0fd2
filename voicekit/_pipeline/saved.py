"""A plan in a file: `plan --out FILE`, and `build --plan FILE`, which does just that or refuses.

The file is data. A build never sends what it says: it plans anew from the project, with the flags that the file was made with,
and goes on only if that is the same plan, row by row. So a file that somebody edited changes no host, no path and no request; it
is stale.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from voicekit import _files, _plan, _wire
from voicekit import _limits as limits
from voicekit.errors import ConfigError, Place, Problems
from voicekit.model import Plan

SCHEMA = "voicekit.plan/1"
_KEYS = frozenset({"schema", "project", "asked", "requests", "summary", "findings", "explained"})
_SHOWN = 5
# What says of a row whether it is the same; the rest is for people.
_DECIDES = ("pack", "prompt", "profile", "locale", "file", "piece", "action", "request_key", "key", "characters_billed",
            "price", "endpoint", "host", "source", "request")  # fmt: skip


@frozen
class Asked:
    """The flags that a plan was made with."""

    via: str | None = None
    select: str | None = None
    exclude: str | None = None
    sets: tuple[str, ...] = ()


@frozen
class SavedPlan:
    """A plan as a file holds it."""

    path: str
    asked: Asked
    rows: tuple[Mapping[str, Any], ...] = field(repr=False)

    def refuse_other(self, planned: Plan) -> None:
        """Refuse a plan that is not this one.

        Raises:
            ConfigError: With the first rows that differ.
        """
        now = {_name(row): row for row in _plan.plain_rows(planned)}
        then = {_name(row): row for row in self.rows}
        differing = list(_differing(then, now))
        if not differing and len(self.rows) == len(then):
            return
        problems = Problems()
        more = f" (and {len(differing) - _SHOWN} more)" if len(differing) > _SHOWN else ""
        what = "; ".join(differing[:_SHOWN]) or "a row stands twice"
        problems.add(
            f"is stale: {what}{more}", place=Place(self.path), remedy="look at a new plan, and save that one"
        )
        problems.settle(ConfigError)


def _name(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row.get("action") == "prune", row.get("file"), row.get("piece")


def _differing(then: Mapping[Any, Mapping[str, Any]], now: Mapping[Any, Mapping[str, Any]]) -> Iterator[str]:
    for name in {**then, **now}:
        file = str(name[1])[:120]
        before, after = then.get(name), now.get(name)
        if before is None or after is None:
            yield f"{file} is {'new' if before is None else 'gone'}"
            continue
        changed = [key for key in _DECIDES if before.get(key) != after.get(key)]
        if "action" in changed:
            yield f"{file} was to {str(before.get('action'))[:20]}, now {after['action']}"
        elif changed:
            yield f"{file} has another {changed[0].replace('_', ' ')}"


def read(path: Path) -> SavedPlan:
    """Read a saved plan.

    Raises:
        ConfigError: It is none, of another version, too large, or holds what a plan does not.
    """
    place = Place(str(path))
    try:
        data = _wire.parse(_files.read(path, limits.PLAN_BYTES))
    except ValueError as error:
        raise ConfigError.of(
            f"is no plan: {error}", place=place, remedy="save it again with `plan --out`"
        ) from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        remedy = "save it again, with the voicekit that builds it"
        raise ConfigError.of(f"is not {SCHEMA}", place=place, remedy=remedy)
    rows = data.get("requests")
    strange = sorted(set(data) - _KEYS)
    if not isinstance(rows, list):
        rows = [None]
    if all(isinstance(row, dict) for row in rows):
        strange += sorted({key for row in rows for key in row} - set(_plan.ROW_KEYS))
    else:
        strange.append("requests")
    if strange:
        message = f"holds what a plan does not: `{strange[0][:40]}`"
        raise ConfigError.of(message, place=place, remedy="save it again with `plan --out`")
    asked = _wire.from_plain(data.get("asked") or {}, Asked, path=str(path))
    return SavedPlan(str(path), asked, tuple(rows))
