"""T12: a storm of retries. In an outage the load stays what it was; otherwise the brake costs nothing.

The clock is simulated, so that waits take no time. A vendor's luck is drawn for each call and attempt beforehand: with and without
the bucket the same calls meet the same faults, and what differs is the bucket's doing.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import evolve, frozen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kit import projects
from kit.clock import Clock
from kit.fault_server import GOOD, FaultServer
from kit.sending import CALL, sending
from voicekit import _limits as limits
from voicekit._transport.retries import CAPACITY, LOST_COST, RETRY_COST, SUCCESS_GAIN, Bucket, retry_after
from voicekit.cli import run
from voicekit.errors import SendError

CALLS = 1_000
PROJECT = """\
name: mill
packs:
  phone: {{prompts: prompts.yaml, profiles: [en]}}
endpoints:
  here: {{provider: google-302ai, url: "{url}"}}
"""
RATES = (0.01, 0.03, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30)
FAULTS = {"refused": (503,), "limited": (429,), "lost": (None,), "mixed": (500, 503, 429, None)}


class Vendor:
    """Answers each attempt of each call by lot: a status, or a connection that breaks."""

    def __init__(self, rate: float, faults: tuple[int | None, ...]) -> None:
        self.rate, self.faults = rate, faults
        self.asked: Counter[str] = Counter()
        self.running = self.most = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        call = request.url.params["call"]
        self.asked[call] += 1
        luck = random.Random(f"{call}/{self.asked[call]}")
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        if luck.random() >= self.rate:
            headers = {"content-type": "application/json"}
            return httpx.Response(200, headers=headers, stream=httpx.ByteStream(GOOD))
        status = luck.choice(self.faults)
        if status is None:
            raise httpx.ReadError("gone")
        return httpx.Response(status, stream=httpx.ByteStream(b"{}"))


@frozen
class Day:
    """What a thousand calls came to."""

    load: float
    good: frozenset[int]
    seconds: float


def a_day(rate: float, faults: tuple[int | None, ...], *, together: int = limits.CONCURRENCY) -> Day:
    """Send a thousand calls to one endpoint, so many at a time."""
    vendor, clock, luck = Vendor(rate, faults), Clock(), random.Random(1)
    start, good = clock.time(), set[int]()

    async def story() -> None:
        numbers = iter(range(CALLS))
        how: dict[str, Any] = {
            "wire": httpx.MockTransport(vendor),
            "sleep": clock.sleep,
            "now": clock.time,
            "random": luck.random,
        }
        async with sending("http://vendor.example", **how) as transport:

            async def worker() -> None:
                for number in numbers:
                    try:
                        await transport.send(evolve(CALL, query=(("call", str(number)),)))
                    except SendError:
                        continue
                    good.add(number)

            await asyncio.gather(*(worker() for _ in range(together)))

    asyncio.run(story())
    return Day(vendor.asked.total() / CALLS, frozenset(good), clock.time() - start)


@pytest.mark.parametrize("kind", FAULTS)
def test_an_outage_is_not_made_worse(kind: str, figure: Callable[..., None]) -> None:
    day = a_day(1.0, FAULTS[kind])
    assert not day.good
    assert day.load > 1.0
    figure(f"load of {CALLS:,} calls in an outage, {kind}", day.load, goal=1.1, unit="x")


def test_the_outage_is_heard_of_once_the_bucket_is_full_again() -> None:
    """What an outage emptied fills with the successes after it: one for each, and what a retry took for one that helped."""
    bucket = Bucket()
    while bucket.take(RETRY_COST):
        pass
    for _ in range(int(CAPACITY / SUCCESS_GAIN)):
        bucket.give(SUCCESS_GAIN)
    assert bucket.tokens == CAPACITY


@pytest.mark.parametrize("kind", FAULTS)
def test_the_brake_costs_no_success(
    kind: str, monkeypatch: pytest.MonkeyPatch, figure: Callable[..., None]
) -> None:
    braked = {rate: a_day(rate, FAULTS[kind]) for rate in RATES}
    monkeypatch.setattr(Bucket, "take", lambda *_: True)
    free = {rate: a_day(rate, FAULTS[kind]) for rate in RATES}

    print({rate: f"{len(free[rate].good)} of {CALLS}, load {braked[rate].load:.2f}" for rate in RATES})
    assert all(len(day.good) < CALLS for day in (free[0.30], braked[0.30]))
    lost = sum(len(free[rate].good - braked[rate].good) for rate in RATES)
    figure(f"successes lost to the brake at 1 to 30 % of faults, {kind}", lost, goal=0)


# --- the bucket ---------------------------------------------------------------------------------------


class BucketMachine(RuleBasedStateMachine):
    """A bucket beside a ledger of what went in and out: it never lends, never overflows, and forgets nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.bucket, self.owed = Bucket(), 0.0

    @rule(cost=st.sampled_from([RETRY_COST, LOST_COST]))
    def take(self, cost: float) -> None:
        fits = CAPACITY - self.owed >= cost
        assert self.bucket.take(cost) == fits
        self.owed += cost * fits

    @rule()
    def succeed_at_once(self) -> None:
        self.bucket.give(SUCCESS_GAIN)
        self.owed = max(0.0, self.owed - SUCCESS_GAIN)

    @precondition(lambda self: self.owed >= RETRY_COST)
    @rule(cost=st.sampled_from([RETRY_COST, LOST_COST]))
    def succeed_after_a_retry(self, cost: float) -> None:
        self.bucket.give(cost)
        self.owed = max(0.0, self.owed - cost)

    @rule(many=st.integers(1, 120))
    def fall_ill(self, many: int) -> None:
        before = self.bucket.tokens
        taken = sum(self.bucket.take(RETRY_COST) for _ in range(many))
        assert taken == min(many, int(before // RETRY_COST))
        self.owed += taken * RETRY_COST

    @invariant()
    def it_holds_what_it_should(self) -> None:
        assert 0 <= self.bucket.tokens <= CAPACITY
        assert self.bucket.tokens == CAPACITY - self.owed


def test_the_bucket_forgets_nothing() -> None:
    run_state_machine_as_test(
        BucketMachine, settings=settings(max_examples=60, stateful_step_count=60, deadline=None)
    )


# --- what the server asks for -------------------------------------------------------------------------


def in_words(now: datetime, seconds: float) -> Iterator[str]:
    """Write a moment in the three ways of RFC 9110, 5.6.7, and as mail does."""
    then = now + timedelta(seconds=seconds)
    yield format_datetime(then, usegmt=True)
    yield then.strftime("%A, %d-%b-%y %H:%M:%S GMT")
    yield then.strftime("%a %b %e %H:%M:%S %Y")
    yield format_datetime(then)
    yield then.astimezone().strftime("%a, %d %b %Y %H:%M:%S %z")


FORMS = ("7", " 7 ", "007", "0", "59", "60", "61", "86400", "9" * 30, "9" * 5_000, "-7", "+7", "7.5", "1e9", "inf", "nan", "7s",
         "7, 8", "", " ", "\u0667", "\uff17", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT",
         "Fri, 31 Dec 99999 23:59:59 GMT", "Wed, 30 Feb 2030 25:61:61 GMT", "0x10", "7\t", "1_000", "None", "[7]")  # fmt: skip


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_no_form_of_retry_after_is_waited_for_longer_than_a_minute(
    zone: str, monkeypatch: pytest.MonkeyPatch, figure: Callable[..., None]
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        clock = Clock(1_700_000_000.4)
        dates = [
            word for seconds in (-9e4, -1, 9, 45, 61, 9e4, 9e8) for word in in_words(clock.now(), seconds)
        ]
        waits = [one for value in (*FORMS, *dates) for one in waited(value, clock)]
        soon = [retry_after(word, clock.time()) for word in in_words(clock.now(), 9)]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert [round(wish or 0) for wish in soon] == [9] * len(soon)
    figure(
        f"longest wait for {len(waits)} forms of Retry-After, in {zone}",
        max(waits),
        goal=limits.RETRY_AFTER,
        unit=" s",
    )


def waited(value: str, clock: Clock) -> list[float]:
    """Return how long is waited after a refusal that asks for a pause in these words."""
    header = [(b"retry-after", value.encode())]
    answers = [httpx.Response(429, headers=header, stream=httpx.ByteStream(b"{}"))]
    kind = {"content-type": "application/json"}

    def vendor(_: httpx.Request) -> httpx.Response:
        return answers.pop() if answers else httpx.Response(200, headers=kind, stream=httpx.ByteStream(GOOD))

    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def story() -> None:
        how: dict[str, Any] = {
            "wire": httpx.MockTransport(vendor),
            "sleep": sleep,
            "now": clock.time,
            "random": lambda: 0.9,
        }
        async with sending("http://vendor.example", deadline=1e9, **how) as transport:
            await transport.send(CALL)

    asyncio.run(story())
    assert len(waits) == 1
    return waits


def test_a_build_asks_for_no_more_at_once_than_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[..., None]
) -> None:
    prompts = 'prompts:\n  - {id: "{n}", text: "{{ n }}", each: {n: 1..60}}\n'
    with FaultServer.in_thread() as server:
        settings = {"voicekit.yaml": PROJECT.format(url=server.at("late")), "prompts.yaml": prompts}
        monkeypatch.chdir(projects.project(tmp_path, settings))
        assert run(["build", "--via", "here", "--quiet"]) == SendError.exit_code
        assert len(server.heard) == 60
        assert server.busiest > 1
    figure("requests at once of a build", server.busiest, goal=limits.CONCURRENCY)
