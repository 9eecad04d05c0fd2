"""What a plan comes to: a purchase for each key, and a file for each prompt that waits for its keys."""

from collections.abc import Iterable

from attrs import frozen, mutable

from voicekit.model import RequestPlan


@frozen
class Step:
    """Everything that one key is asked for: one purchase at most, for one piece of a file a row."""

    rows: tuple[RequestPlan, ...]

    @property
    def first(self) -> RequestPlan:
        """The row that stands for the request."""
        return self.rows[0]

    @property
    def buys(self) -> bool:
        """Whether the bytes have to be asked for."""
        return self.first.buys


@mutable
class File:
    """A file to write: the rows of its pieces in order, and the keys that are still to be had."""

    rows: tuple[RequestPlan, ...]
    missing: set[str]


def steps(rows: Iterable[RequestPlan]) -> list[Step]:
    """Group the rows that are not there yet by the bytes that they need, in the plan's order."""
    groups: dict[str, list[RequestPlan]] = {}
    for row in rows:
        if row.action != "cached":
            groups.setdefault(row.key, []).append(row)
    return [Step(tuple(group)) for group in groups.values()]


def waiting(rows: Iterable[RequestPlan]) -> dict[str, list[File]]:
    """List, for each key, the files that are not there yet and need it."""
    groups: dict[str, list[RequestPlan]] = {}
    for row in rows:
        if row.action != "cached":
            groups.setdefault(row.file, []).append(row)
    found: dict[str, list[File]] = {}
    for group in groups.values():
        file = File(tuple(sorted(group, key=lambda row: row.piece)), {row.key for row in group})
        for key in file.missing:
            found.setdefault(key, []).append(file)
    return found
