"""The caps, and what asks them: no request is sent whose price is not reserved. Imports model, errors and `month`.

A reservation is durable before its request is sent, so that neither a kill nor a power cut forgets it; it stays booked as
spent until it is settled. Settling need not be durable at once: what is lost of it leaves too much booked, never too little.
"""

import contextlib
import itertools
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from attrs import frozen

from voicekit import _files
from voicekit._ledger.month import FOLDER, Entry, Month, dollars, nanos, reservation
from voicekit.errors import BudgetError, Problems, VoicekitError
from voicekit.model import Budget

_LOCK_SECONDS = 10.0
_LOCK_PAUSE = 0.001  # seconds; it is held for a fraction of that
_REMEDIES = {
    "run": "raise `budget: {run: …}` in voicekit.yaml or --max-cost, or build less with --select; what was bought is kept",
    "month": "raise `budget: {month: …}` in voicekit.yaml, or wait for next month; `voicekit spend` says where it went",
}
_UNPRICED = "use a voice whose price is known; or take `budget` out of voicekit.yaml and --max-cost away"


def _utc_now() -> datetime:
    return datetime.now(UTC)


@frozen
class _Cap:
    """One cap in billionths of a USD: its key in `voicekit.yaml`, whose it is, and how much of it is gone."""

    name: str
    whose: str
    most: int
    booked: int


class Ledger:
    """The money of one run, within the caps of the run and of the month. Safe for threads, and beside other processes.

    ::

        with Ledger(root, project.budget.lowered(max_cost)) as ledger:
            ledger.check(Entry.of(row) for row in to_buy)
            with ledger.reserve(Entry.of(row)) as booking:
                sound = await transport.send(row.call, on_spent=booking.spent)
    """

    def __init__(self, root: Path, budget: Budget, *, now: Callable[[], datetime] = _utc_now) -> None:
        """Begin a run; nothing is read or made yet.

        Args:
            root: The project's folder; the ledger lies in `.voicekit/ledger/` below it.
            budget: The caps, in USD.
            now: The clock, which decides the month (UTC).
        """
        self._root, self._budget, self._now = root, budget, now
        self._months: dict[str, Month] = {}
        self._run = 0
        self._name, self._count = secrets.token_hex(4), itertools.count(1)
        self._alone = threading.Lock()
        self._founded = False
        self._open: set[Booking] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the run: settle the bookings whose requests nobody came to send, since somebody stopped it before."""
        for booking in tuple(self._open):
            booking.settle()

    @property
    def spent(self) -> float:
        """What this run has spent so far or holds reserved, in USD."""
        return self._run / 1e9

    def left(self) -> Budget:
        """Return what is left of each cap, in USD; None where there is no cap.

        Raises:
            ConfigError: The month's file is damaged, or of another version.
            HostError: The disk refuses.
        """
        with self._alone:
            month = self._month(self._now())
            month.read()
            return Budget(**{cap.name: max(0, cap.most - cap.booked) / 1e9 for cap in self._caps(month)})

    def check(self, entries: Iterable[Entry]) -> None:
        """Refuse what cannot be paid for as a whole, before its first request. Reserves and makes nothing.

        Args:
            entries: Everything that is to be bought.

        Raises:
            BudgetError: It costs more than is left of a cap; or there is a cap, and something has no known price.
            ConfigError: As `left`.
            HostError: As `left`.
        """
        bought = [entry for entry in entries if entry.usd != 0]
        if bought:
            with self._alone:
                month = self._month(self._now())
                month.read()
                self._refuse(bought, month)

    def reserve(self, entry: Entry) -> "Booking":
        """Set the price of one request aside. When this returns it is durable, and the request may be sent.

        What is free of charge is not entered. What has no known price is entered by its characters; under a cap it is
        refused.

        Raises:
            BudgetError: A cap has not enough left; or there is a cap, and the price is not known.
            ConfigError: As `left`.
            HostError: The disk refuses, or another process holds the ledger's lock for ten seconds.
        """
        if entry.usd == 0:
            return Booking(entry, self, None, "")
        now = self._now().astimezone(UTC)
        name = f"{self._name}-{next(self._count)}"
        with self._turn(self._month(now)) as month:
            self._refuse([entry], month)
            month.add(reservation(name, now.strftime("%Y-%m-%dT%H:%M:%SZ"), entry))
            self._run += entry.nanos
            booking = Booking(entry, self, month, name)
            self._open.add(booking)
        month.sync()
        return booking

    def repeat(self, booking: "Booking", month: Month, *, forced: bool = False) -> bool:
        """Set the price aside once more, for `Booking`. Returns whether the caps allow it; what is `forced` passes them."""
        with self._turn(month):
            try:
                self._refuse([booking.entry], month)
            except BudgetError:
                if not forced:
                    return False
            self._run += booking.entry.nanos
            if booking.name in month.held:  # and not, where somebody removed the file meanwhile
                month.add({"state": "repeated", "id": booking.name})
        month.sync()
        return True

    def settle(self, booking: "Booking", month: Month, *, reserved: int, spent: int) -> None:
        """Book what was spent and free what was not, for `Booking`."""
        self._open.discard(booking)
        with self._turn(month):
            if booking.name in month.held:
                month.add({"state": "settled", "id": booking.name, "requests": spent})
            self._run += (spent - reserved) * booking.entry.nanos

    def _month(self, now: datetime) -> Month:
        name = now.astimezone(UTC).strftime("%Y-%m")
        return self._months.setdefault(name, Month(self._root, name))

    @contextlib.contextmanager
    def _turn(self, month: Month) -> Iterator[Month]:
        """Let one thread of one process look at a month and write to it."""
        with self._alone:
            if not self._founded:
                _files.make_folder(self._root, FOLDER)
                self._founded = True
            path = self._root / FOLDER / "lock"
            with _files.lock(path, timeout=_LOCK_SECONDS, pause=_LOCK_PAUSE):
                month.read()
                yield month

    def _caps(self, month: Month) -> Iterator[_Cap]:
        if self._budget.run is not None:
            yield _Cap("run", "this run", nanos(self._budget.run), self._run)
        if self._budget.month is not None:
            yield _Cap("month", month.name, nanos(self._budget.month), month.booked)

    def _refuse(self, entries: Sequence[Entry], month: Month) -> None:
        """Refuse requests that a cap has no room for, with every reason."""
        caps, problems = list(self._caps(month)), Problems()
        unpriced = sorted({f"{entry.provider} ({entry.endpoint})" for entry in entries if entry.usd is None})
        for who in unpriced if caps else ():
            problems.add(f"what {who} charges is not known, so no budget can hold it", remedy=_UNPRICED)
        asked = sum(entry.nanos for entry in entries)
        requests = "a request" if len(entries) == 1 else f"{len(entries):,} requests"
        for cap in caps:
            if cap.booked + asked > cap.most:
                left = f"{dollars(max(0, cap.most - cap.booked))} of {dollars(cap.most)} USD left"
                message = f"{requests} for {dollars(asked)} USD would pass the budget of {cap.whose}: {left}"
                problems.add(message, where=f"budget.{cap.name}", remedy=_REMEDIES[cap.name])
        problems.settle(BudgetError)


class Booking:
    """The money of one request. Leaving its `with` settles it, however it is left.

    Attributes:
        entry: What it is for.
        name: Its id in the ledger.
    """

    def __init__(self, entry: Entry, ledger: Ledger, month: Month | None, name: str) -> None:
        """Hold a reservation; `month` is None for what is free of charge. `Ledger.reserve` makes these."""
        self.entry, self.name = entry, name
        self._ledger, self._month = ledger, month
        self._reserved, self._spent = 1, 0

    def spent(self) -> None:
        """Book one request that the vendor accepted or may have accepted.

        One that nothing was reserved for is booked as well, and past any cap: it is spent.
        """
        self._spent += 1
        if self._month is not None and self._spent > self._reserved:
            self._reserved += 1
            # The answer was paid for; a disk that fails now must not lose it. `settle` says the number once more.
            with contextlib.suppress(VoicekitError):
                self._ledger.repeat(self, self._month, forced=True)

    def may_repeat(self) -> bool:
        """Say whether the request may be sent once more, and reserve for it if the first may be charged already.

        Raises:
            ConfigError: As `Ledger.reserve`.
            HostError: As `Ledger.reserve`.
        """
        if self._month is None or self._spent < self._reserved:
            return True
        allowed = self._ledger.repeat(self, self._month)
        self._reserved += allowed
        return allowed

    def settle(self) -> None:
        """End the booking: what was spent stays booked, and the rest is free again."""
        month, self._month = self._month, None
        if month is not None:
            # Where the disk fails here all that was reserved stays booked, and the next reservation says why.
            with contextlib.suppress(VoicekitError):
                self._ledger.settle(self, month, reserved=self._reserved, spent=self._spent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.settle()
