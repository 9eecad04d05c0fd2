"""One request, several times, until its answer is final. Imports this folder's exchange and rules, model and _limits."""

import asyncio
import random as system_random
import time
from collections.abc import Awaitable, Callable

import httpx

from voicekit import _limits as limits
from voicekit._transport import answers
from voicekit._transport.exchange import Fault, exchange, open_wire
from voicekit._transport.retries import (
    LOST_COST,
    RETRY_COST,
    SUCCESS_GAIN,
    Bucket,
    pause,
    retry_after,
)
from voicekit.model import Reply

Requests = Callable[[int], httpx.Request]


def nothing() -> None:
    """Stand in where nobody counts what is spent."""


def always() -> bool:
    """Stand in where nobody minds that a request is sent again."""
    return True


class Clock:
    """What is left of a deadline, counting real seconds and, where sleeping is only pretended, the waits."""

    def __init__(self, deadline: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._start, self._deadline, self._waited = self._loop.time(), deadline, 0.0

    def extend(self, deadline: float) -> None:
        """Move the deadline; what has passed stays counted."""
        self._deadline = deadline

    def allows(self, wait: float) -> bool:
        """Say whether a wait ends before the deadline, and count it."""
        self._waited += wait
        return max(self._loop.time() - self._start + wait, self._waited) < self._deadline


class Patience:
    """How long a vendor may leave questions without an answer: three in a row, and more of them within a minute."""

    def __init__(self) -> None:
        self._failures, self._clock = 0, Clock(limits.DEADLINE)

    def note(self, *, failed: bool) -> None:
        """Note what became of a question."""
        self._failures = self._failures + 1 if failed else 0
        if not failed:
            self._clock = Clock(limits.DEADLINE)

    def allows(self, wait: float) -> bool:
        """Say whether to ask once more after a wait, and count it."""
        if not self._failures:
            return True
        is_soon = self._clock.allows(wait)
        return is_soon or self._failures < limits.ATTEMPTS


class Attempts:
    """The requests of one endpoint: its connections, a pool a host, and the retries that it may still have.

    Args:
        wire: Carries every request, in place of a network.
        cleaned: Rids a reply of credentials, before anybody looks at it.
        is_busy: Says of a refusal whether the vendor is busy, beside what its status tells.
        sleep: Waits between attempts.
        random: Gives numbers in [0, 1), for the jitter.
        now: Seconds since the epoch, for dates in ``Retry-After``.
    """

    def __init__(
        self,
        *,
        wire: httpx.AsyncBaseTransport | None = None,
        cleaned: Callable[[Reply], Reply | Fault] = lambda reply: reply,
        is_busy: Callable[[Reply], bool] = lambda _: False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = system_random.random,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._given, self._wires = wire, dict[str, httpx.AsyncBaseTransport]()
        self._cleaned, self._sleep, self._random, self._now = cleaned, sleep, random, now
        self._is_busy = is_busy
        self._bucket = Bucket()

    async def aclose(self) -> None:
        """Close the connections."""
        for wire in (self._given, *self._wires.values()):
            if wire is not None:
                await wire.aclose()

    async def ask(
        self,
        request: Requests,
        limit: int,
        clock: Clock,
        on_spent: Callable[[], None] = nothing,
        may_repeat: Callable[[], bool] = always,
    ) -> Reply | Fault:
        """Ask until there is an answer that is final, and return that one.

        Args:
            request: Writes the request of an attempt, counted from 1.
            limit: The most bytes that a 200 may have.
            clock: Bounds the waits.
            on_spent: Called for each request that was accepted, or may have been.
            may_repeat: Asked before a request is sent again.
        """
        paid, lost, attempt = SUCCESS_GAIN, 0, 1
        while True:
            outcome = await self.once(request(attempt), limit, on_spent)
            lost += answers.is_lost(outcome)
            if not self.is_repeatable(outcome):
                if isinstance(outcome, Reply) and outcome.status == 200:
                    self._bucket.give(paid)
                return outcome
            wait = pause(attempt, self.wish(outcome), self._random)
            paid = LOST_COST if answers.is_lost(outcome) else RETRY_COST
            hopeless = attempt == limits.ATTEMPTS or lost > 1 or not clock.allows(wait)
            if hopeless or not may_repeat() or not self._bucket.take(paid):
                return outcome
            await self._sleep(wait)
            attempt += 1

    def is_repeatable(self, outcome: Reply | Fault) -> bool:
        """Say whether asking again may help and is decent."""
        busy = isinstance(outcome, Reply) and self._is_busy(outcome)
        return busy or answers.is_repeatable(outcome)

    async def once(
        self, request: httpx.Request, limit: int, on_spent: Callable[[], None] = nothing
    ) -> Reply | Fault:
        """Ask a single time."""
        wire = self._wire_for(request.headers["host"])
        accepted = True  # until something says otherwise: a deadline that strikes here leaves it open
        try:
            outcome = await exchange(wire, request, limit)
            accepted = answers.may_be_charged(outcome)
            return self._cleaned(outcome) if isinstance(outcome, Reply) else outcome
        finally:
            if accepted:
                on_spent()

    async def at_most(self, request: httpx.Request, limit: int, seconds: float) -> Reply | Fault:
        """Ask a single time for what costs nothing; an answer that takes longer than `seconds` is lost."""
        running = asyncio.timeout(seconds)
        try:
            async with running:
                return await self.once(request, limit)
        except TimeoutError:
            if not running.expired():
                raise
            return Fault("lost", "no whole answer in time")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._sleep(seconds)

    def wish(self, outcome: Reply | Fault | None) -> float | None:
        """Return how long the server wants to be left alone, in seconds; None where it does not say."""
        if not isinstance(outcome, Reply):
            return None
        header = next((value for name, value in outcome.headers if name.lower() == "retry-after"), None)
        return retry_after(header, self._now())

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
