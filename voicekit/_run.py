"""Running a plan: what is bought once, kept, shaped and written; concurrency, rates and interruption. Uses the stages."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any

from attrs import field, frozen, mutable

from voicekit import _limits as limits
from voicekit import _wire
from voicekit._keep import Shelf
from voicekit._plan import BUILD, plain_call, shape_key
from voicekit._sound import codecs, loudness, probe
from voicekit._sound import shape as shaping
from voicekit._sound.encodings import ENCODINGS
from voicekit._store import Miss, Record, Store
from voicekit.errors import BuildFailed, ConfigError, HostError, Problems, SoundError, VoicekitError
from voicekit.model import Artefact, Call, Capabilities, Plan, RequestPlan, Sound

Send = Callable[[RequestPlan], Awaitable[Sound]]


@frozen
class Step:
    """Everything that one key is asked for: one purchase at most, and one file a row."""

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
        result = Result(cached=sum(row.action == "cached" for row in plan.requests))
        queue = iter(steps(plan.requests))
        stop = asyncio.Event()
        pace = _Pace(per_minute)

        async def worker() -> None:
            for step in queue:
                if step.buys:
                    await pace.wait(stop)
                if stop.is_set():
                    return
                try:
                    await self._step(step, send, result)
                except ConfigError:
                    stop.set()
                    raise
                except VoicekitError as error:
                    result.failures.extend((row, error) for row in step.rows)
                    if fail_fast or isinstance(error, HostError):
                        stop.set()
                on_done(step)

        with _interruptible(stop, result):
            async with asyncio.TaskGroup() as group:
                for _ in range(concurrency):
                    group.create_task(worker())
        return result

    async def _step(self, step: Step, send: Send, result: Result) -> None:
        if step.buys:
            record, data = await self._buy(step.first, send, result)
        else:
            record, data = await asyncio.to_thread(self._bought, step.first)
        for row in step.rows:
            result.written.append(await asyncio.to_thread(self._write, row, record, data))

    async def _buy(self, row: RequestPlan, send: Send, result: Result) -> tuple[Record, bytes]:
        result.requests += 1
        sound = await send(row)
        result.characters += row.characters_billed
        result.cost += row.price
        return await asyncio.to_thread(self._keep, row, sound)

    def _keep(self, row: RequestPlan, sound: Sound) -> tuple[Record, bytes]:
        """Verify a sound and keep it. A rate that the vendor's page does not document may come back as another."""
        proven = "sample_rate" not in self._capabilities[row.provider].undocumented
        rate = row.sample_rate if proven or row.encoding == "PCM" else None
        media = probe.verify(
            sound.data,
            row.encoding,
            (sound.sample_rate or rate) if row.encoding == "PCM" else rate,
            text_length=len(_content(row.call)),
            may_be_silent=not row.text.strip(),
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
        return record, sound.data

    def _bought(self, row: RequestPlan) -> tuple[Record, bytes]:
        record = self._store.look(row.key)
        data = self._store.read(record) if isinstance(record, Record) else record
        if isinstance(record, Miss) or isinstance(data, Miss):
            reason = data.reason if isinstance(data, Miss) else ""
            raise SoundError.of(
                f"the store cannot give it: {reason}", remedy="run the build again to make it anew"
            )
        return record, data

    def _write(self, row: RequestPlan, record: Record, data: bytes) -> Artefact:
        """Shape the bytes and write the file, and measure what was written."""
        made = shaping.shape(data, row.shape, encoding=record.encoding, sample_rate=record.sample_rate)
        shelf = self._shelves[row.pack]
        file = row.file.removeprefix(f"{BUILD}/{row.pack}/")
        pcm = codecs.decode(made, encoding=record.encoding, sample_rate=record.sample_rate)
        media = probe.probe(made, encoding=record.encoding, sample_rate=record.sample_rate)
        shelf.write(file, made)
        return Artefact(
            id=row.prompt,
            locale=row.locale,
            profile=row.profile,
            file=file,
            key=row.key,
            text=row.text,
            duration=round(media.duration, 3),
            sample_rate=media.sample_rate,
            encoding=_encoding_name(row, media),
            loudness=_rounded(loudness.lufs(pcm)),
            provider=row.provider,
            endpoint=record.endpoint,
            source=row.source,
            characters_billed=row.characters_billed,
            digest=_wire.digest(made),
            size=len(made),
            shape=shape_key(row.key, row.shape),
            request_key=row.request_key,
            marks=record.marks,
        )


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
