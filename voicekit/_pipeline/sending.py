"""Send: one transport for each endpoint and provider that a plan needs, and tasks that survive a crash."""

import contextlib
import math
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from voicekit import _embedded, providers
from voicekit import _limits as limits
from voicekit._pipeline.awaiting import Awaited
from voicekit._run import Reserve, Send, length_said
from voicekit._transport import Transport, credential_problem
from voicekit.errors import HostError, Problems, TaskOver, VoicekitError
from voicekit.model import Project, RequestPlan, Sound

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

    What it gives is entered with a row and gives its sound, which is to be kept inside: of a task that the vendor made, the name is
    dropped only then. Money is set aside where a request is sent, and not where a task is asked about.

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
        awaited = Awaited(Path(project.root))

        @asynccontextmanager
        async def send(row: RequestPlan, reserve: Reserve) -> AsyncIterator[Sound]:
            sound = await _sent(transports[row.endpoint, row.provider], row, reserve, awaited)
            try:
                yield sound
            except HostError:
                raise  # it could not be kept: whoever comes next fetches it again
            except VoicekitError:
                awaited.forget(row.key)  # it is not what was asked for, and would not be the next time
                raise
            if providers.get(row.provider).poll_routes:
                awaited.forget(row.key)

        yield send


async def _sent(transport: Transport, row: RequestPlan, reserve: Reserve, awaited: Awaited) -> Sound:
    """Send a request; or take up its task, which is paid for, as long as its sound can come."""
    send = partial(
        transport.send,
        row.call,
        reply_limit=most_bytes(row),
        on_task=partial(awaited.note, row.key),
    )
    known = awaited.find(row.key)
    if known is not None:
        with contextlib.suppress(TaskOver):
            return await send(resume=known)
        awaited.forget(row.key)
    try:
        async with reserve() as money:
            return await send(on_spent=money.spent, may_repeat=money.may_repeat)
    except TaskOver:
        awaited.forget(row.key)
        raise
