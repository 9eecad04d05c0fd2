"""Running a plan: what is bought once, kept, shaped and written; concurrency, rates and interruption. Uses the stages."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen, mutable

from voicekit import _limits as limits
from voicekit import _wire, providers, ssml
from voicekit._keep import Shelf
from voicekit._plan import BUILD, joined_key, plain_call, shape_key
from voicekit._sound import codecs, loudness, probe
from voicekit._sound import shape as shaping
from voicekit._sound.encodings import ENCODINGS
from voicekit._store import Miss, Record, Store
from voicekit.errors import BuildFailed, ConfigError, HostError, Problems, SoundError, VoicekitError
from voicekit.model import Artefact, Call, Capabilities, Mark, Plan, RequestPlan, Sound

Send = Callable[[RequestPlan], Awaitable[Sound]]


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
        return self.first.action in {"create", "change"}


@mutable
class _File:
    """A file to write: the rows of its pieces in order, and the keys that are still to be had."""

    rows: tuple[RequestPlan, ...]
    missing: set[str]


@frozen
class _Bought:
    """What the store holds for one key."""

    record: Record
    data: bytes = field(repr=False)


@mutable
class Result:
    """What a build did.

    Attributes:
        written: Files made or made anew.
        requests: Requests sent.
        cached: Files that were there already.
        pruned: Files removed because no prompt asks for them.
        left: Files that no prompt asks for and that are no longer what we wrote, so they stay.
        characters: Characters billed.
        failures: What went wrong, by prompt and profile.
        interrupted: Whether someone stopped the run.
    """

    written: list[Artefact] = field(factory=list)
    requests: int = 0
    cached: int = 0
    pruned: int = 0
    left: list[str] = field(factory=list)
    characters: int = 0
    cost: float = 0.0
    failures: list[tuple[RequestPlan, VoicekitError]] = field(factory=list)
    interrupted: bool = False

    def settle(self) -> None:
        """Raise what the run ends with, if anything failed.

        Raises:
            HostError: The disk stood in the way.
            BuildFailed: Some prompts failed.
        """
        if not self.failures:
            return
        kind = HostError if all(isinstance(error, HostError) for _, error in self.failures) else BuildFailed
        problems = Problems()
        for row, error in self.failures:
            for problem in error.problems:
                where = f"{row.prompt} ({row.profile})"
                problems.add(
                    problem.message, place=problem.place or row.place, where=where, remedy=problem.remedy
                )
        problems.settle(kind)


def steps(rows: Iterable[RequestPlan]) -> list[Step]:
    """Group the rows that are not there yet by the bytes that they need, in the plan's order."""
    groups: dict[str, list[RequestPlan]] = {}
    for row in rows:
        if row.action != "cached":
            groups.setdefault(row.key, []).append(row)
    return [Step(tuple(group)) for group in groups.values()]


def _waiting(rows: Iterable[RequestPlan]) -> dict[str, list[_File]]:
    """List, for each key, the files that are not there yet and need it."""
    groups: dict[str, list[RequestPlan]] = {}
    for row in rows:
        if row.action != "cached":
            groups.setdefault(row.file, []).append(row)
    found: dict[str, list[_File]] = {}
    for group in groups.values():
        file = _File(tuple(sorted(group, key=lambda row: row.piece)), {row.key for row in group})
        for key in file.missing:
            found.setdefault(key, []).append(file)
    return found


class Runner:
    """Runs the steps of a plan against a store and the packs' folders."""

    def __init__(
        self, store: Store, shelves: Mapping[str, Shelf], capabilities: Mapping[str, Capabilities]
    ) -> None:
        self._store = store
        self._shelves = shelves
        self._capabilities = capabilities

    async def run(
        self,
        plan: Plan,
        send: Send,
        *,
        concurrency: int = limits.CONCURRENCY,
        per_minute: float | None = None,
        fail_fast: bool = False,
        on_done: Callable[[Step], None] = lambda _: None,
    ) -> Result:
        """Make every file of a plan that is not there yet.

        Args:
            plan: What to make.
            send: Sends one request and returns its sound.
            concurrency: Requests under way at once.
            per_minute: Requests started in a minute at most; None for as many as there are.
            fail_fast: Stop at the first failure.
            on_done: Called after each step.

        Returns:
            What was done; nothing is raised for a prompt that failed.

        Raises:
            ConfigError: The project cannot be sent at all, such as for want of a credential.
        """
        result = Result(cached=sum(row.action == "cached" and not row.piece for row in plan.requests))
        waiting = _waiting(plan.requests)
        queue = iter(steps(plan.requests))
        stop = asyncio.Event()
        pace = _Pace(per_minute)

        async def worker() -> None:
            for step in queue:
                if step.buys:
                    await pace.wait(stop)
                if stop.is_set():
                    return
                known = len(result.failures)
                try:
                    await self._step(step, waiting[step.first.key], send, result)
                except ConfigError:
                    stop.set()
                    raise
                if any(fail_fast or isinstance(error, HostError) for _, error in result.failures[known:]):
                    stop.set()
                on_done(step)

        with _interruptible(stop, result):
            async with asyncio.TaskGroup() as group:
                for _ in range(concurrency):
                    group.create_task(worker())
        return result

    async def _step(self, step: Step, files: Iterable[_File], send: Send, result: Result) -> None:
        """Obtain the bytes of one key, and write the files that waited for nothing else."""
        with _noting(result, step.rows):
            if step.buys:
                for file in files:
                    self._shelves[file.rows[0].pack].refuse_foreign(_below_pack(file.rows[0]))
                bought = await self._buy(step.first, send, result)
            else:
                bought = await asyncio.to_thread(self._look_up, step.first)
            for file in files:
                file.missing.remove(step.first.key)
                if not file.missing:
                    with _noting(result, file.rows[:1]):
                        result.written.append(await asyncio.to_thread(self._write, file.rows, bought))

    async def _buy(self, row: RequestPlan, send: Send, result: Result) -> _Bought:
        result.requests += 1
        sound = await send(row)
        result.characters += row.characters_billed
        result.cost += row.price
        return await asyncio.to_thread(self._keep, row, sound)

    def _keep(self, row: RequestPlan, sound: Sound) -> _Bought:
        """Verify a sound and keep it. A rate that the vendor's page does not document may come back as another."""
        proven = "sample_rate" not in self._capabilities[row.provider].undocumented
        rate = row.sample_rate if proven or row.encoding == "PCM" else None
        media = probe.verify(
            sound.data,
            row.encoding,
            (sound.sample_rate or rate) if row.encoding == "PCM" else rate,
            text_length=len(_content(row.call)),
            may_be_silent=not _said(row).strip(),
        )
        record = self._store.keep(
            sound.data,
            key=row.key,
            request_key=row.request_key,
            source=row.source,
            provider=row.provider,
            endpoint=row.endpoint,
            encoding=row.encoding,
            sample_rate=media.sample_rate,
            duration=media.duration,
            characters_billed=row.characters_billed,
            request=plain_call(row.call),
            marks=sound.marks,
        )
        return _Bought(record, sound.data)

    def _look_up(self, row: RequestPlan) -> _Bought:
        record = self._store.look(row.key)
        data = self._store.read(record) if isinstance(record, Record) else record
        if isinstance(record, Miss) or isinstance(data, Miss):
            reason = data.reason if isinstance(data, Miss) else ""
            raise SoundError.of(
                f"the store cannot give it: {reason}", remedy="run the build again to make it anew"
            )
        return _Bought(record, data)

    def _write(self, rows: Sequence[RequestPlan], bought: _Bought) -> Artefact:
        """Join the pieces of a file, the last of which was just bought, write it, and measure what was written."""
        _refuse_gaps(rows)
        parts = [bought if row.key == bought.record.key else self._look_up(row) for row in rows]
        row, record = rows[0], parts[0].record
        made = shaping.joined(
            [part.data for part in parts], row.shape, encoding=record.encoding, sample_rate=record.sample_rate
        )
        shelf = self._shelves[row.pack]
        file = _below_pack(row)
        pcm = codecs.decode(made.data, encoding=record.encoding, sample_rate=record.sample_rate)
        media = probe.probe(made.data, encoding=record.encoding, sample_rate=record.sample_rate)
        shelf.write(file, made.data)
        key = joined_key([piece.key for piece in rows])
        return Artefact(
            pack=row.pack,
            id=row.prompt,
            locale=row.locale,
            profile=row.profile,
            file=file,
            key=key,
            text=row.text,
            duration=round(media.duration, 3),
            sample_rate=media.sample_rate,
            encoding=_encoding_name(row, media),
            loudness=_rounded(loudness.lufs(pcm)),
            provider=row.provider,
            endpoint=record.endpoint,
            source=row.source,
            characters_billed=sum(piece.characters_billed for piece in rows),
            digest=_wire.digest(made.data),
            size=len(made.data),
            shape=shape_key(key, row.shape),
            request_key=joined_key([piece.request_key for piece in rows]),
            marks=tuple(_moved([part.record.marks for part in parts], made.starts)),
        )


def _refuse_gaps(rows: Sequence[RequestPlan]) -> None:
    if [row.piece for row in rows] != list(range(rows[0].pieces)):
        raise SoundError.of(
            f"only {len(rows)} of its {rows[0].pieces} pieces are planned",
            remedy="select the whole prompt",
        )


def _moved(marks: Iterable[Iterable[Mark]], starts: Iterable[float]) -> Iterator[Mark]:
    """Move the marks of each piece to where the piece begins."""
    for found, start in zip(marks, starts, strict=True):
        for mark in found:
            yield Mark(mark.name, start + mark.seconds)


def _said(row: RequestPlan) -> str:
    """Return what one request says: of a piece only its part of the prompt."""
    if row.pieces == 1:
        return row.text
    try:
        ask = providers.get(row.provider).parse(row.call)
    except VoicekitError:
        return row.text  # a vendor took what its page does not allow
    return ask.text or "" if ask.ssml is None else ssml.plain_text(ssml.parse(ask.ssml))


@contextlib.contextmanager
def _noting(result: Result, rows: Iterable[RequestPlan]) -> Iterator[None]:
    """Note what goes wrong as a failure of these rows' prompts, once each, and go on."""
    try:
        yield
    except ConfigError:
        raise
    except VoicekitError as error:
        failed: dict[str, RequestPlan] = {}
        for row in rows:
            failed.setdefault(row.file, row)
        result.failures.extend((row, error) for row in failed.values())


def _below_pack(row: RequestPlan) -> str:
    """Return where a row's file lies inside its pack's folder."""
    return row.file.removeprefix(f"{BUILD}/{row.pack}/")


def _content(call: Call) -> str:
    return call.body.decode(errors="replace")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _encoding_name(row: RequestPlan, media: probe.Media) -> str:
    """Name the encoding of a file: the one asked for, or the one that its target made of it."""
    if ENCODINGS[row.encoding].codec == media.codec:
        return row.encoding
    fitting = (
        name
        for name, known in ENCODINGS.items()
        if (known.container, known.codec) == (media.container, media.codec)
    )
    return next(fitting, media.codec)


class _Pace:
    """Starts at most so many requests in a minute, evenly."""

    def __init__(self, per_minute: float | None) -> None:
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._next = 0.0

    async def wait(self, stop: asyncio.Event) -> None:
        if not self._gap:
            return
        now = asyncio.get_running_loop().time()
        self._next = max(self._next, now)
        delay, self._next = self._next - now, self._next + self._gap
        if delay > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), delay)


@contextlib.contextmanager
def _interruptible(stop: asyncio.Event, result: Result) -> Iterator[None]:
    """Let ctrl-C finish what is under way instead of cutting it off."""
    loop = asyncio.get_running_loop()

    def interrupt() -> None:
        result.interrupted = True
        stop.set()

    try:
        loop.add_signal_handler(signal.SIGINT, interrupt)
    except (RuntimeError, ValueError, NotImplementedError):  # not the main thread: nobody presses ctrl-C here
        yield
        return
    try:
        yield
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
