"""The run itself: steps through a queue, several at once, until all are done or someone stops it."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from voicekit import _files
from voicekit import _limits as limits
from voicekit._keep import Shelf
from voicekit._run.keeping import keep, verified
from voicekit._run.money import Book, Counted, Money, Send, free
from voicekit._run.pace import Pace
from voicekit._run.result import Result
from voicekit._run.steps import File, Step, steps, waiting
from voicekit._run.writing import Had, names, write
from voicekit._sound import codecs
from voicekit._store import Kept, Miss, Store
from voicekit.errors import BudgetError, ConfigError, Denied, HostError, SoundError, SoundLost, VoicekitError
from voicekit.model import Endpoint, Plan, RequestPlan, Sound


class Runner:
    """Runs the steps of a plan against a store and the packs' folders."""

    def __init__(
        self,
        root: Path,
        store: Store,
        shelves: Mapping[str, Shelf],
        *,
        book: Book = free,
        endpoints: Iterable[Endpoint] = (),
    ) -> None:
        """Make a runner.

        Args:
            root: The project's folder, where recordings lie.
            store: What was bought, here and in a store that is shared.
            shelves: The packs' folders.
            book: Sets the price of a request aside before it is sent; raises `BudgetError` where it may not be.
            endpoints: Those that are asked, with their rates.
        """
        self._root, self._store, self._shelves, self._book = root, store, shelves, book
        self._paces = {endpoint.name: Pace(endpoint) for endpoint in endpoints}
        self._denied: dict[str, Denied] = {}

    async def run(
        self,
        plan: Plan,
        send: Send,
        *,
        concurrency: int = limits.CONCURRENCY,
        fail_fast: bool = False,
        on_done: Callable[[Step, Result], None] = lambda *_: None,
        on_interrupt: Callable[[], None] = lambda: None,
    ) -> Result:
        """Make every file of a plan that is not there yet.

        Whoever interrupts it once lets what is under way finish; twice cuts that off.

        Args:
            plan: What to make.
            send: Sends one request and gives its sound, which is kept before it is left.
            concurrency: Requests under way at once.
            fail_fast: Stop at the first failure.
            on_done: Called after each step.
            on_interrupt: Called when someone interrupts it for the first time.

        Returns:
            What was done; nothing is raised for a prompt that failed. What the rest would fail with too ends the run, and
            what is under way then is finished.
        """
        result = Result(cached=sum(row.action == "cached" and not row.piece for row in plan.requests))
        files = waiting(plan.requests)
        queue = iter(steps(plan.requests))
        stop = asyncio.Event()

        async def worker() -> None:
            for step in queue:
                if stop.is_set():
                    return
                known = len(result.failures)
                await self._step(step, files[step.first.key], send, result, stop)
                if any(fail_fast or _ends(error) for _, error in result.failures[known:]):
                    stop.set()
                on_done(step, result)

        with _interruptible(stop, result, on_interrupt):
            async with asyncio.TaskGroup() as group:
                for _ in range(concurrency):
                    group.create_task(worker())
        result.warnings = self._store.problems
        result.undone = _undone(plan.requests, result)
        return result

    async def _step(
        self, step: Step, files: Iterable[File], send: Send, result: Result, stop: asyncio.Event
    ) -> None:
        """Obtain the bytes of one key, and write the files that waited for nothing else."""
        with _noting(result, step.rows):
            if step.buys:
                for file in files:
                    for name in names(file.rows[0]):
                        self._shelves[file.rows[0].pack].refuse_foreign(name)
                had = await self._have(step.first, send, result, stop)
            else:
                had = await asyncio.to_thread(self._look_up, step.first)
            if had is None:
                return
            for file in files:
                file.missing.remove(step.first.key)
                if not file.missing:
                    with _noting(result, file.rows[:1]):
                        result.written.append(await asyncio.to_thread(self._write, file.rows, had))

    async def _have(self, row: RequestPlan, send: Send, result: Result, stop: asyncio.Event) -> Had | None:
        """Take the sound of a request from the shared store, or buy it; None if the run was stopped before its turn."""
        shared = await asyncio.to_thread(self._store.obtain, row.key, partial(_refuse_unfit, row))
        if isinstance(shared, Kept):
            result.fetched += shared.fetched
            return _had(shared)
        self._refuse_denied(row)
        pace = self._paces.get(row.endpoint)
        if pace is not None:
            await pace.wait(row.characters_billed, stop)
        if stop.is_set():
            return None
        self._refuse_denied(row)
        try:
            async with send(row, partial(self._reserved, row, result)) as sound:
                return _had(await asyncio.to_thread(keep, self._store, row, sound))
        except Denied as error:
            self._denied[row.endpoint] = error
            raise

    @contextlib.asynccontextmanager
    async def _reserved(self, row: RequestPlan, result: Result) -> AsyncIterator[Money]:
        """Set the price of a request aside while it is sent, and count it."""
        booking = await asyncio.to_thread(self._book, row)
        result.requests += 1
        with booking as money:
            yield Counted(money, row, result)
        result.characters += row.characters_billed

    def _refuse_denied(self, row: RequestPlan) -> None:
        """Raise what the endpoint said to another request, if it takes none with this credential: it would say so again."""
        denied = self._denied.get(row.endpoint)
        if denied is not None:
            raise Denied(denied.problems)

    def _look_up(self, row: RequestPlan) -> Had:
        if row.recording:
            data = _files.read_below(self._root, row.recording, limits.REPLY_BYTES)
            return Had(row.key, data, "", None, row.endpoint)
        kept = self._store.obtain(row.key, partial(_refuse_unfit, row))
        if isinstance(kept, Miss):
            raise _lost(kept.reason)
        return _had(kept)

    def _write(self, rows: tuple[RequestPlan, ...], had: Had) -> Any:
        parts = [had if row.key == had.key else self._look_up(row) for row in rows]
        try:
            return write(rows, parts, self._shelves[rows[0].pack])
        except SoundError:
            self._give_up_spoilt(rows, parts)
            raise

    def _give_up_spoilt(self, rows: Iterable[RequestPlan], parts: Iterable[Had]) -> None:
        """Take what is whole and cannot be read out of the store, or every build would fail of it."""
        reasons = []
        for row, part in zip(rows, parts, strict=True):
            reason = "" if row.recording else _unreadable(part)
            if reason:
                self._store.reject(part.key)
                reasons.append(reason)
        if reasons:
            raise _lost(reasons[0])


def _had(kept: Kept) -> Had:
    record = kept.record
    return Had(record.key, kept.data, record.encoding, record.sample_rate, record.endpoint, record.marks)


def _unreadable(part: Had) -> str:
    """Say why a sound cannot be decoded; empty where it can."""
    try:
        codecs.decode(part.data, encoding=part.encoding, sample_rate=part.sample_rate)
    except SoundError as error:
        return error.problems[0].message
    return ""


def _lost(reason: str) -> SoundLost:
    return SoundLost.of(f"the store cannot give it: {reason}", remedy="run the build again to make it anew")


def _refuse_unfit(row: RequestPlan, kept: Kept) -> None:
    """Hold what somebody else bought against what is asked for, as if it had been bought here."""
    found = verified(row, Sound(kept.data, kept.record.marks, kept.record.sample_rate))
    if found.data != kept.data or kept.record.encoding != row.encoding:
        raise SoundError.of("its record is about a sound in another encoding")


def _ends(error: VoicekitError) -> bool:
    """Whether an error ends the run: what comes after would meet the same."""
    return isinstance(error, HostError | BudgetError | ConfigError)


@contextlib.contextmanager
def _noting(result: Result, rows: Iterable[RequestPlan]) -> Iterator[None]:
    """Note what goes wrong as a failure of these rows' prompts, once each, and go on."""
    try:
        yield
    except VoicekitError as error:
        failed: dict[str, RequestPlan] = {}
        for row in rows:
            failed.setdefault(row.file, row)
        result.failures.extend((row, error) for row in failed.values())


def _undone(rows: Iterable[RequestPlan], result: Result) -> int:
    """Count the files that were to be made, and neither are nor failed."""
    asked = {(row.pack, row.prompt, row.profile) for row in rows if row.action != "cached"}
    written = {(row.pack, row.id, row.profile) for row in result.written}
    return len(asked - written - {(row.pack, row.prompt, row.profile) for row, _ in result.failures})


@contextlib.contextmanager
def _interruptible(stop: asyncio.Event, result: Result, on_interrupt: Callable[[], None]) -> Iterator[None]:
    """Let ctrl-C finish what is under way instead of cutting it off; a second one cuts it off.

    What is cut off counts as spent, since the vendor may have taken it.
    """
    loop, running = asyncio.get_running_loop(), asyncio.current_task()

    def interrupt() -> None:
        if not result.interrupted:
            result.interrupted = True
            stop.set()
            on_interrupt()
        elif not result.cut and running is not None:
            result.cut = True
            running.cancel()

    try:
        loop.add_signal_handler(signal.SIGINT, interrupt)
    except (RuntimeError, ValueError, NotImplementedError):  # not the main thread: nobody presses ctrl-C here
        yield
        return
    try:
        yield
    except asyncio.CancelledError:
        if not result.cut or running is None:
            raise
        running.uncancel()
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def first_of(group: BaseExceptionGroup[Any]) -> BaseException:
    """Return the first error of a task group that is ours."""
    for error in group.exceptions:
        if isinstance(error, VoicekitError):
            return error
        if isinstance(error, BaseExceptionGroup):
            return first_of(error)
    return group.exceptions[0]
