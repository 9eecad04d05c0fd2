"""What was spent, added up by what it was for. Imports `month`."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from attrs import field, frozen, mutable

from voicekit._ledger.month import FOLDER, Entry, Held, Month
from voicekit.errors import ConfigError, Problems

_KEYS: Mapping[str, Callable[[str, Entry], Iterable[str]]] = {
    "pack": lambda _, entry: (entry.pack,),
    "profile": lambda _, entry: (entry.profile,),
    "tag": lambda _, entry: entry.tags or ("",),
    "month": lambda month, _: (month,),
    "provider": lambda _, entry: (entry.provider,),
}
BY = tuple(_KEYS)


@mutable
class Spent:
    """A sum.

    Attributes:
        requests: Those that a vendor accepted or may have accepted, and those that a run left open.
        characters: As the vendors count them.
        nanos: Their price, in billionths of a USD.
        unpriced: How many of the requests have no known price, and add nothing to it.
    """

    requests: int = 0
    characters: int = 0
    nanos: int = 0
    unpriced: int = 0

    @property
    def usd(self) -> float:
        """The price in USD."""
        return self.nanos / 1e9

    def add(self, entry: Entry, requests: int) -> None:
        """Add so many requests of one entry."""
        self.requests += requests
        self.characters += entry.characters * requests
        self.nanos += entry.nanos * requests
        self.unpriced += requests if entry.usd is None else 0


@frozen
class Report:
    """What the ledger of one machine says.

    Attributes:
        rows: By the name of what it was for, in order. An entry with several tags counts in the row of each; what has
            none stands under the empty name.
        total: Each request once.
        held: Reservations that are not settled, and count as spent: of runs that were cut short, or that run now.
    """

    rows: Mapping[str, Spent]
    total: Spent = field(factory=Spent)
    held: tuple[Held, ...] = ()


def months(root: Path) -> list[str]:
    """Name the months that have a file in a project's ledger, the oldest first."""
    return sorted(path.stem for path in (root / FOLDER).glob("????-??.jsonl"))


def report(root: Path, names: Iterable[str], by: str) -> Report:
    """Add up some months.

    Args:
        root: The project's folder.
        names: Months such as ``2026-11``; one without a file holds nothing.
        by: One of `BY`.

    Raises:
        ConfigError: A file is damaged or of another version: names every line of every month.
        HostError: The disk refuses.
    """
    rows: dict[str, Spent] = {}
    total, held, problems = Spent(), list[Held](), Problems()

    def add(name: str, entry: Entry, requests: int) -> None:
        total.add(entry, requests)
        for key in _KEYS[by](name, entry) if requests else ():
            rows.setdefault(key, Spent()).add(entry, requests)

    for name in names:
        month = Month(root, name, on_settled=partial(add, name))
        try:
            month.read()
        except ConfigError as error:
            problems.extend(error.problems)
        for one in month.held.values():
            add(name, one.entry, one.requests)
        held.extend(month.held.values())
    problems.settle()
    return Report(dict(sorted(rows.items())), total, tuple(held))
