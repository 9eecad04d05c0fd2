"""Send: one transport for each endpoint and provider that a plan needs, and tasks that survive a crash."""

import math
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from voicekit import _embedded, _files, _wire, providers
from voicekit import _limits as limits
from voicekit._pipeline.workplace import STATE
from voicekit._run import Money, Send, length_said
from voicekit._transport import Transport, credential_problem
from voicekit.errors import ConfigError, Problems, TaskOver
from voicekit.model import Project, RequestPlan, Sound, Task

_RATE = 48_000  # Hz: vendors that state none have none higher
_BESIDE = 1_000_000  # bytes for what stands beside the samples: marks, tags, other words


def most_bytes(row: RequestPlan) -> int:
    """Return the most bytes that an answer can have: the longest sound of its words, as bare samples in base64."""
    seconds = limits.SPEECH_ALLOWANCE + limits.SPEECH_PER_CHARACTER * length_said(row)
    samples = math.ceil(seconds * max(row.sample_rate or 0, _RATE))
    return min(limits.REPLY_BYTES, _BESIDE + samples * 2 * 4 // 3)


def refuse_without_credential(
    project: Project, rows: Iterable[RequestPlan], environ: Mapping[str, str]
) -> None:
    """Refuse requests that nobody may send, before one of them is sent: some others would be under way by then.

    Args:
        project: The project, which names the endpoints.
        rows: What is going to be sent.
        environ: Where credentials are.

    Raises:
        ConfigError: With every credential that is missing, or cannot be one.
    """
    problems = Problems()
    for endpoint, provider in dict.fromkeys((row.endpoint, row.provider) for row in rows):
        how = providers.get(provider).authentication
        error = credential_problem(project.endpoints[endpoint], how, environ)
        problems.extend(error.problems if error is not None else ())
    problems.settle()


@asynccontextmanager
async def sender(
    project: Project, rows: Iterable[RequestPlan], environ: Mapping[str, str]
) -> AsyncIterator[Send]:
    """Open what the requests of some rows are sent through.

    Args:
        project: The project, which names the endpoints.
        rows: What may be sent; those that buy nothing count for nothing.
        environ: Where credentials are read, at send time only.
    """
    async with AsyncExitStack() as stack:
        transports: dict[tuple[str, str], Transport] = {}
        app = None
        for row in rows:
            pair = (row.endpoint, row.provider)
            if pair in transports or row.recording:
                continue
            endpoint = project.endpoints[row.endpoint]
            app = app or (await _embedded.app(stack) if endpoint.embedded else None)
            transport = Transport(
                endpoint,
                providers.get(row.provider),
                app=app if endpoint.embedded else None,
                environ=environ,
            )
            transports[pair] = await stack.enter_async_context(transport)
        tasks = _Tasks(Path(project.root))

        async def send(row: RequestPlan, money: Money) -> Sound:
            transport = transports[row.endpoint, row.provider]
            return await tasks.through(transport, row, money)

        yield send


class _Tasks:
    """The vendor's names for sounds that it is still making, each in a file until the sound is there.

    A process that is killed between submitting and fetching left the name behind: the next build fetches that one instead
    of paying for another.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    async def through(self, transport: Transport, row: RequestPlan, money: Money) -> Sound:
        """Send a request, or take its task up again; the name is dropped once the sound is here or can no longer come."""
        path = f"{STATE}/tasks/{row.key}.json"
        known = self._read(path)
        send = partial(
            transport.send,
            row.call,
            reply_limit=most_bytes(row),
            on_spent=money.spent,
            may_repeat=money.may_repeat,
            on_task=self._noter(path),
        )
        if known is not None:
            try:
                sound = await send(resume=known)
            except TaskOver:
                _files.remove(self._root, path)
            else:
                _files.remove(self._root, path)
                return sound
        try:
            sound = await send()
        except TaskOver:
            _files.remove(self._root, path)
            raise
        if providers.get(row.provider).poll_routes:
            _files.remove(self._root, path)
        return sound

    def _read(self, path: str) -> Task | None:
        if _files.look(self._root, path) is None:
            return None
        try:
            return _wire.from_plain(
                _wire.parse(_files.read_below(self._root, path, limits.FILE_BYTES)), Task, path=path
            )
        except (ValueError, ConfigError):
            return None  # cut short by a kill: the vendor's name is lost, and with it the sound

    def _noter(self, path: str) -> Callable[[Task], None]:
        def note(task: Task) -> None:
            _files.write(self._root, path, _wire.compact(_wire.to_plain(task)))

        return note
