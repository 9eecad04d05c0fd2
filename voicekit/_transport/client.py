"""From a call to its sound: sign, send, retry, decode, fetch the link. Imports providers, model, errors, _limits."""

import asyncio
import os
import random as system_random
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from types import TracebackType
from typing import Any, Self

import httpx

from voicekit import _limits as limits
from voicekit._transport import answers, calls, credentials, links
from voicekit._transport.exchange import Fault, exchange, open_wire
from voicekit._transport.retries import (
    LOST_COST,
    RETRY_COST,
    SUCCESS_GAIN,
    Bucket,
    pause,
    retry_after,
)
from voicekit.errors import SendError, Unreachable, WrongAnswer
from voicekit.model import Call, Endpoint, Link, Reply, Sound
from voicekit.providers import Provider

ASGIApp = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[MutableMapping[str, Any]]],
        Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ],
    Awaitable[None],
]
Requests = Callable[[int], httpx.Request]

_OWN_HEADERS = (("User-Agent", "voicekit"), ("Accept", "*/*"), ("Accept-Encoding", "identity"))
_REDIRECTS = {301, 302, 303, 307, 308}


def _nothing() -> None:
    """Stand in where nobody counts what is spent."""


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
        deadline: float = limits.DEADLINE,
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
            deadline: Seconds for one `send`, with everything in it.
            now: Seconds since the epoch, for dates in ``Retry-After``.
            resolve: Host name to addresses, for links.
            wire: Carries the requests, in place of a network.

        Raises:
            ConfigError: The endpoint's address cannot be one.
        """
        self._endpoint, self._provider, self._environ = endpoint, provider, environ
        del environ  # a traceback that shows locals must not find it here
        self._sleep, self._random, self._now, self._resolve = sleep, random, now, resolve
        self._deadline = deadline
        self._bucket = Bucket()
        self._base = calls.base(endpoint, provider)
        written = endpoint.embedded or endpoint.url is not None
        self._places = links.Places(
            hosts=frozenset() if endpoint.embedded else provider.capabilities.file_hosts,
            own=links.origin(self._base) if written else None,
        )
        self._wires: dict[str, httpx.AsyncBaseTransport] = {}
        self._given = wire
        if endpoint.embedded and wire is None:
            if app is None:
                raise ValueError("the embedded endpoint needs an app")
            self._given = httpx.ASGITransport(app=app)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        for wire in (self._given, *self._wires.values()):
            if wire is not None:
                await wire.aclose()

    async def send(
        self,
        call: Call,
        *,
        reply_limit: int = limits.REPLY_BYTES,
        on_spent: Callable[[], None] = _nothing,
    ) -> Sound:
        """Send one call and return its sound.

        Args:
            call: What to send.
            reply_limit: The most bytes that the answer, and a linked file, may have.
            on_spent: Called once for each request that the vendor accepted or may have accepted, and so may charge.

        Raises:
            ConfigError: The credential is missing, or the call is not one that may be sent.
            Refused: The vendor says no; the last time, where it was asked several times.
            Unreachable: No whole answer came, or none before the deadline.
            WrongAnswer: An answer came that is not what was asked for.
            ForbiddenAddress: The answer leads where we do not fetch from.
        """
        problem = credentials.problem(self._endpoint, self._environ)
        if problem is not None:
            raise problem
        url = calls.address(self._base, call, self._endpoint)
        clock, running = _Clock(self._deadline), asyncio.timeout(self._deadline)
        try:
            async with running:
                return await self._speak(call, url, reply_limit, on_spent, clock)
        except TimeoutError:
            if not running.expired():
                raise
            failure: Any = Unreachable.of(
                f"{self._provider.name} gave no whole answer within {self._deadline:g} seconds",
                remedy="try again later, or choose another endpoint",
            )
        except SendError as error:
            failure = credentials.clean(error, self._endpoint, self._environ)
        # Raised here, outside of any handler, so that neither the request nor the vendor's words hang on to it.
        raise failure

    async def _speak(
        self, call: Call, url: httpx.URL, limit: int, on_spent: Callable[[], None], clock: "_Clock"
    ) -> Sound:
        outcome = await self._attempt(lambda _: self._signed(call, url), limit, on_spent, clock)
        who = self._provider.name
        reply = answers.whole(outcome, who)
        if reply.status != 200:
            # The vendor's own words; but whatever a decoder makes of an error, it is never a sound.
            self._provider.decode(self._blotted(reply))
            raise answers.refused(reply, who)
        found = self._provider.decode(answers.listed(reply, who))
        if isinstance(found, Link):
            data = await self._fetch(found.url, limit, clock)
            return Sound(data, found.marks, found.sample_rate)
        if not isinstance(found, Sound):
            raise WrongAnswer.of(f"{who} answered with a task, which is not waited for", remedy=answers.AGAIN)
        if not found.data:
            raise WrongAnswer.of(f"{who} answered with no sound", remedy=answers.AGAIN)
        return found

    # --- one request, several times ------------------------------------------------------------------

    async def _attempt(
        self, request: Requests, limit: int, on_spent: Callable[[], None], clock: "_Clock"
    ) -> Reply | Fault:
        """Ask until there is an answer that is final, and return that one."""
        paid, lost, attempt = 0.0, 0, 1
        while True:
            outcome = await self._once(request(attempt), limit, on_spent)
            lost += answers.is_lost(outcome)
            if not answers.is_repeatable(outcome):
                if isinstance(outcome, Reply) and outcome.status == 200:
                    self._bucket.give(paid or SUCCESS_GAIN)
                return outcome
            wait = pause(attempt, self._wish(outcome), self._random)
            paid = LOST_COST if answers.is_lost(outcome) else RETRY_COST
            hopeless = attempt == limits.ATTEMPTS or lost > 1 or not clock.allows(wait)
            if hopeless or not self._bucket.take(paid):
                return outcome
            await self._sleep(wait)
            attempt += 1

    async def _once(self, request: httpx.Request, limit: int, on_spent: Callable[[], None]) -> Reply | Fault:
        wire = self._wire_for(request.headers["host"])
        accepted = True  # until something says otherwise: a deadline that strikes here leaves it open
        try:
            outcome = await exchange(wire, request, limit)
            accepted = answers.may_be_charged(outcome)
            return outcome
        finally:
            if accepted:
                on_spent()

    def _wire_for(self, host: str) -> httpx.AsyncBaseTransport:
        """Return what carries requests to one host.

        Each has its own pool: a pool knows connections by their address, and a file host is connected to by an address,
        where another name's certificate may have been looked at.
        """
        if self._given is not None:
            return self._given
        if host not in self._wires:
            self._wires[host] = open_wire()
        return self._wires[host]

    def _wish(self, outcome: Reply | Fault) -> float | None:
        if isinstance(outcome, Fault):
            return None
        header = next((value for name, value in outcome.headers if name.lower() == "retry-after"), None)
        return retry_after(header, self._now())

    # --- the request ---------------------------------------------------------------------------------

    def _blotted(self, reply: Reply) -> Reply:
        body = credentials.without(reply.body, self._endpoint, self._environ)
        return Reply(reply.status, reply.content_type, body, reply.headers)

    def _signed(self, call: Call, url: httpx.URL) -> httpx.Request:
        signature = credentials.headers(self._endpoint, self._provider.authentication, self._environ)
        kind = [("Content-Type", call.content_type)] if call.body else []
        return httpx.Request(
            call.method, url, headers=[*_OWN_HEADERS, *kind, *call.headers, *signature], content=call.body
        )

    # --- the link ------------------------------------------------------------------------------------

    async def _fetch(self, link: str, limit: int, clock: "_Clock") -> bytes:
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

    async def _get(self, url: httpx.URL, limit: int, clock: "_Clock") -> Reply:
        addresses = await links.targets(url, self._places, self._resolve)
        if not addresses:
            raise Unreachable.of(
                f"the host {url.host} of the reply's link is not known", remedy="try again later"
            )

        def request(attempt: int) -> httpx.Request:
            return links.fetch_request(url, addresses[(attempt - 1) % len(addresses)], _OWN_HEADERS)

        outcome = await self._attempt(request, limit, _nothing, clock)
        return answers.arrived(outcome, url.host)


class _Clock:
    """What is left of a deadline, counting real seconds and, where sleeping is only pretended, the waits."""

    def __init__(self, deadline: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._start, self._deadline, self._waited = self._loop.time(), deadline, 0.0

    def allows(self, wait: float) -> bool:
        """Say whether a wait ends before the deadline, and count it."""
        self._waited += wait
        return max(self._loop.time() - self._start + wait, self._waited) < self._deadline
