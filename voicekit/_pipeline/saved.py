"""A plan in a file: `plan --out FILE`, and `build --plan FILE`, which does just that or refuses.

The file is data. A build never sends what it says: it plans anew from the project, with the flags that the file was made with,
and goes on only if that is the same plan, row by row. So a file that somebody edited changes no host, no path and no request; it
is stale.
"""

from collections.abc import Iterator, Mapping, Sequence
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


def _name(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row.get("file")), str(row.get("piece"))


def _differing(then: Mapping[Any, Mapping[str, Any]], now: Mapping[Any, Mapping[str, Any]]) -> Iterator[str]:
    for name in {**then, **now}:
        before, after = then.get(name), now.get(name)
        file = name[0][:120]
        if before is None or after is None:
            yield f"{file} is {'new' if before is None else 'gone'}"
            continue
        changed = [key for key in _DECIDES if before.get(key) != after.get(key)]
        if changed:
            yield f"{file} {_changed(changed, before, after)}"


def _changed(keys: Sequence[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Say how a row differs, by what says most."""
    if "action" in keys:
        return f"was {_action(before)}, and is now {_action(after)}"
    if "host" in keys:
        return f"would go to {after['host'] or 'the embedded voice'}, and no longer to {str(before.get('host'))[:120]}"
    if after["reasons"] and after["reasons"] != before.get("reasons"):
        return f"differs by more than it did: {'; '.join(after['reasons'])}"
    return f"has another {keys[0].replace('_', ' ')}"


def _action(row: Mapping[str, Any]) -> str:
    action = str(row.get("action"))[:20]
    return action if action == "cached" else f"to {action}"


def read(path: Path) -> SavedPlan:
    """Read a saved plan.

    Raises:
        ConfigError: It is none, of another version, too large, or holds what a plan does not.
    """
    place = Place(str(path))
    if not path.exists():
        raise ConfigError.of(
            "no such file", place=place, remedy=f"save a plan first: `voicekit plan --out {path}`"
        )
    try:
        data = _wire.parse(_files.read(path, limits.PLAN_BYTES))
    except ValueError as error:
        raise ConfigError.of(
            f"is no plan: {error}", place=place, remedy="save it again with `plan --out`"
        ) from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        remedy = "save it again, with the voicekit that builds it"
        raise ConfigError.of(f"is not {SCHEMA}", place=place, remedy=remedy)
    rows, flags = data.get("requests"), data.get("asked", {})
    strange = sorted(set(data) - _KEYS)
    asked = _asked(flags) if isinstance(flags, dict) else None
    if asked is None:
        strange.append("asked")
    if not isinstance(rows, list):
        rows = [None]
    if all(isinstance(row, dict) for row in rows):
        strange += sorted({key for row in rows for key in row} - set(_plan.ROW_KEYS))
    else:
        strange.append("requests")
    if strange or asked is None:
        message = f"holds what a plan does not: `{strange[0][:40]}`"
        raise ConfigError.of(message, place=place, remedy="save it again with `plan --out`")
    return SavedPlan(str(path), asked, tuple(rows))


def _asked(flags: Mapping[str, Any]) -> Asked | None:
    """Return the flags of a saved plan, if they are flags and nothing else."""
    sets = flags.get("sets", [])
    via, select, exclude = (flags.get(name) for name in ("via", "select", "exclude"))
    known = not set(flags) - {"via", "select", "exclude", "sets"} and isinstance(sets, list)
    if not known or not all(
        isinstance(text, str) for text in (*sets, via or "", select or "", exclude or "")
    ):
        return None
    return Asked(via, select, exclude, tuple(sets))
