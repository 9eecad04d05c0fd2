"""From a call to its sound: sign, send, wait, decode, fetch the link. Imports providers, model, errors, _limits."""

import asyncio
import os
import random as system_random
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from types import TracebackType
from typing import Any, Self

import httpx

from voicekit import _limits as limits
from voicekit._transport import answers, calls, credentials, links, tasks
from voicekit._transport.attempts import Attempts, Clock, Patience, always, nothing
from voicekit._transport.exchange import Fault
from voicekit.errors import Refused, SendError, TaskOver, Unreachable, WrongAnswer
from voicekit.model import Call, Endpoint, Link, Reply, Sound, Task
from voicekit.providers import Provider

ASGIApp = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[MutableMapping[str, Any]]],
        Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ],
    Awaitable[None],
]

_OWN_HEADERS = (("User-Agent", "voicekit"), ("Accept", "*/*"), ("Accept-Encoding", "identity"))
_REPEATED = "the answer repeats the credential, and none of it is kept"
_REDIRECTS = {301, 302, 303, 307, 308}


def _forget(_: Task) -> None:
    """Stand in where nobody takes a task up again."""


class Transport:
    """What sends calls to one endpoint. Use it as an async context manager, in one event loop."""

    def __init__(
        self,
        endpoint: Endpoint,
        provider: Provider,
        *,
        app: ASGIApp | None = None,
        environ: Mapping[str, str] = os.environ,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = system_random.random,
        deadline: float | None = None,
        now: Callable[[], float] = time.time,
        resolve: links.Resolve = links.system_resolve,
        wire: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Make a transport; nothing is opened before the first `send`.

        Args:
            endpoint: Where to. ``embedded`` is answered by `app` in this process.
            provider: Whose wire it is.
            app: The ASGI app of the embedded endpoint.
            environ: Where the credential is read from, at each `send`.
            sleep: Waits between attempts.
            random: Gives numbers in [0, 1), for the jitter.
            deadline: Seconds for one `send`, with everything in it. By default a minute, and more where the answer is a task.
            now: Seconds since the epoch, for dates in ``Retry-After``.
            resolve: Host name to addresses, for links.
            wire: Carries the requests, in place of a network.

        Raises:
            ConfigError: The endpoint's address cannot be one.
        """
        self._endpoint, self._provider, self._environ = endpoint, provider, environ
        del environ  # a traceback that shows locals must not find it here
        usual = limits.TASK_DEADLINE if provider.poll_routes else limits.DEADLINE
        self._deadline = usual if deadline is None else deadline
        # A vendor with tasks answers the call itself as soon as any other.
        self._first = min(self._deadline, limits.DEADLINE) if provider.poll_routes else self._deadline
        self._resolve, self._now = resolve, now
        self._base = calls.base(endpoint, provider)
        written = endpoint.embedded or endpoint.url is not None
        self._places = links.Places(
            hosts=frozenset() if endpoint.embedded else provider.capabilities.file_hosts,
            own=links.origin(self._base) if written else None,
        )
        if endpoint.embedded and wire is None:
            if app is None:
                raise ValueError("the embedded endpoint needs an app")
            wire = httpx.ASGITransport(app=app)
        self._attempts = Attempts(
            wire=wire,
            cleaned=self._cleaned,
            is_busy=provider.is_busy,
            sleep=sleep,
            random=random,
            now=now,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._attempts.aclose()

    async def send(
        self,
        call: Call,
        *,
        reply_limit: int = limits.REPLY_BYTES,
        on_spent: Callable[[], None] = nothing,
        may_repeat: Callable[[], bool] = always,
        on_task: Callable[[Task], None] = _forget,
        resume: Task | None = None,
    ) -> Sound:
        """Send one call and return its sound, waiting for the vendor where it makes the sound in its own time.

        Args:
            call: What to send.
            reply_limit: The most bytes that the answer, and a linked file, may have.
            on_spent: Called once for each request that the vendor accepted or may have accepted, and so may charge.
            may_repeat: Asked before the call is sent again; where a first answer got lost, that may be charged twice.
            on_task: Called with the task that the vendor answered with, before anything else happens: whoever keeps it
                can take it up again after a crash.
            resume: The task that an earlier `send` of this call was told. It is asked about, and the call is not sent.

        Raises:
            ConfigError: The credential is missing, or the call is not one that may be sent.
            Refused: The vendor says no; the last time, where it was asked several times.
            TaskOver: The task failed, or the vendor knows the one to `resume` no longer.
            Unreachable: No whole answer came, or none before the deadline.
            WrongAnswer: An answer came that is not what was asked for.
            ForbiddenAddress: The answer leads where we do not fetch from.
        """
        problem = credentials.problem(self._endpoint, self._provider.authentication, self._environ)
        if problem is not None:
            raise problem
        start, seconds = asyncio.get_running_loop().time(), self._first
        clock, running = Clock(seconds), asyncio.timeout(seconds)
        try:
            async with running:
                found = resume or await self._submit(call, reply_limit, clock, on_spent, may_repeat)
                if isinstance(found, Task):
                    seconds = self._deadline
                    clock.extend(seconds)
                    running.reschedule(start + seconds)
                    if resume is None:
                        on_task(found)
                    found = await self._wait(found, reply_limit, clock, resumed=resume is not None)
                return await self._arrived(found, reply_limit, clock)
        except TimeoutError:
            if not running.expired():
                raise
            failure: Any = Unreachable.of(
                f"{self._provider.name} gave no whole answer within {seconds:g} seconds",
                remedy="try again later, or choose another endpoint",
            )
        except SendError as error:
            failure = credentials.blots(self._endpoint, self._environ).out_of_error(error)
            failure = answers.stood_in(failure) if self._endpoint.embedded else failure
        # Raised here, outside of any handler, so that neither the request nor the vendor's words hang on to it.
        raise failure

    # --- the call, and the task that it may become ----------------------------------------------------

    async def _submit(
        self,
        call: Call,
        limit: int,
        clock: Clock,
        on_spent: Callable[[], None],
        may_repeat: Callable[[], bool],
    ) -> Sound | Link | Task:
        url = calls.address(self._base, call, self._endpoint)
        outcome = await self._attempts.ask(
            lambda _: self._signed(call, url), limit, clock, on_spent, may_repeat
        )
        found = self._read(outcome)
        if isinstance(found, Task) and not self._provider.poll_routes:
            raise WrongAnswer.of(
                f"{self._provider.name} answered with a task, which is not waited for", remedy=answers.AGAIN
            )
        return found

    async def _wait(self, task: Task, limit: int, clock: Clock, *, resumed: bool) -> Sound | Link:
        """Ask about a task until it is done. Asking costs nothing, so that a lost or refused answer is asked for again."""
        call = self._provider.poll(task)
        url = calls.address(self._base, call, self._endpoint)
        outcome: Reply | Fault | None = None
        patience = Patience()
        for pause in tasks.pauses(at_once=resumed):
            wait = max(pause, min(self._attempts.wish(outcome) or 0.0, limits.RETRY_AFTER))
            if not (clock.allows(wait) and patience.allows(wait)):
                break
            await self._attempts.sleep(wait)
            outcome = await self._attempts.at_most(self._signed(call, url), limit, limits.DEADLINE)
            failed = self._attempts.is_repeatable(outcome)
            patience.note(failed=failed)
            if failed:
                continue
            try:
                found = tasks.made(self._read(outcome), task, self._provider.name)
            except Refused as error:
                if resumed and tasks.is_gone(outcome):
                    raise TaskOver(error.problems) from None
                raise
            if found is not None:
                return found
        if outcome is not None and self._attempts.is_repeatable(outcome):
            self._read(outcome)  # tells what stood in the way at last
        raise tasks.too_late(self._provider.name, self._deadline)

    def _read(self, outcome: Reply | Fault) -> Sound | Link | Task:
        who = self._provider.name
        reply = answers.whole(outcome, who)
        if reply.status != 200:
            # The vendor's own words; but whatever a decoder makes of an error, it is never a sound.
            self._provider.decode(reply)
            raise answers.refused(reply, who)
        found = self._provider.decode(answers.listed(reply, who))
        if isinstance(found, Sound) and credentials.blots(self._endpoint, self._environ).are_in(found.data):
            raise WrongAnswer.of(f"{who}: {_REPEATED}", remedy=answers.AGAIN)
        return found

    async def _arrived(self, found: Sound | Link, limit: int, clock: Clock) -> Sound:
        if isinstance(found, Link):
            data = await self._fetch(found.url, limit, clock)
            return Sound(data, found.marks, found.sample_rate)
        if not found.data:
            raise WrongAnswer.of(f"{self._provider.name} answered with no sound", remedy=answers.AGAIN)
        return found

    # --- the request ---------------------------------------------------------------------------------

    def _cleaned(self, reply: Reply) -> Reply | Fault:
        """Return a reply that holds no credential: blotted out of a refusal; a success that repeats it is none."""
        blots = credentials.blots(self._endpoint, self._environ)
        if reply.status == 200 and blots.are_in(reply.body):
            return Fault("unfit", _REPEATED)
        return blots.out_of_reply(reply)

    def _signed(self, call: Call, url: httpx.URL) -> httpx.Request:
        kind = (("Content-Type", call.content_type),) if call.body else ()
        stated = (*_OWN_HEADERS, *kind, *call.headers)
        unsigned = credentials.Unsigned(call.method, str(url), stated, call.body)
        how = self._provider.authentication
        signature = credentials.headers(self._endpoint, how, self._environ, unsigned, self._now())
        return httpx.Request(call.method, url, headers=[*stated, *signature], content=call.body)

    # --- the link ------------------------------------------------------------------------------------

    async def _fetch(self, link: str, limit: int, clock: Clock) -> bytes:
        """Follow a link and its redirects, each of them looked at, without the credential."""
        url = links.join(None, link)
        for _ in range(limits.REDIRECTS + 1):
            reply = await self._get(url, limit, clock)
            location = next((value for name, value in reply.headers if name.lower() == "location"), "")
            if reply.status not in _REDIRECTS or not location:
                return answers.linked_sound(reply, url.host)
            url = links.join(url, location)
        raise WrongAnswer.of(
            f"the reply's link redirects more than {limits.REDIRECTS} times", remedy=answers.AGAIN
        )

    async def _get(self, url: httpx.URL, limit: int, clock: Clock) -> Reply:
        addresses = await links.targets(url, self._places, self._resolve)
        if not addresses:
            raise Unreachable.of(
                f"the host {url.host} of the reply's link is not known", remedy="try again later"
            )

        def request(attempt: int) -> httpx.Request:
            return links.fetch_request(url, addresses[(attempt - 1) % len(addresses)], _OWN_HEADERS)

        outcome = await self._attempts.ask(request, limit, clock)
        return answers.arrived(outcome, url.host)
