"""Waiting for a vendor that makes sounds in its own time: how often it is asked, what its answers are worth, and resuming."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from kit import mill
from kit.clock import Clock
from kit.local_server import anything, on_socket
from kit.mill import MILL
from voicekit import _limits as limits
from voicekit._server import Manners, make_app
from voicekit._transport import Transport, tasks
from voicekit.errors import (
    ConfigError,
    Denied,
    ForbiddenAddress,
    HostError,
    Refused,
    SendError,
    TaskOver,
    Unreachable,
    VoicekitError,
    WrongAnswer,
)
from voicekit.model import Call, Endpoint, Sound, Task

CALL = MILL.encode(mill.ask())
SUBMIT, POLL = "POST", "GET"
TESTS = Path(__file__).parent.parent

Answer = Callable[[httpx.Request], httpx.Response]


def told(status: int = 200, kind: str = "application/json", **said: Any) -> Answer:
    """Return what answers with some JSON."""
    headers = {"content-type": kind}
    headers |= {"retry-after": str(said.pop("retry_after"))} if "retry_after" in said else {}
    body = json.dumps(said).encode()
    return lambda _: httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


def lost(_: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("gone")


MILLING = told(task="t-1", state="milling")
DONE = told(state="done", sound="UklGRg==")


class Vendor:
    """Answers a submit with a task, and questions in turn; the last answer stays."""

    def __init__(self, *answers: Answer, submit: Answer = MILLING) -> None:
        self.submit, self.answers = submit, list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.method == SUBMIT:
            return self.submit(request)
        return (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])(request)

    @property
    def polls(self) -> list[str]:
        return [request.url.path for request in self.asked if request.method == POLL]

    @property
    def submits(self) -> int:
        return len(self.asked) - len(self.polls)


def send(
    vendor: Vendor, *, clock: Clock | None = None, resume: Task | None = None, **how: Any
) -> tuple[Sound | VoicekitError, list[str]]:
    """Send one call; returns its end, and what happened on the way."""
    clock, events = clock or Clock(), list[str]()
    credential = how.pop("credential", None)

    async def story() -> Sound:
        endpoint = Endpoint("test", MILL.name, url="http://vendor.example", credential=credential)
        settings: dict[str, Any] = {
            "sleep": clock.sleep,
            "now": clock.time,
            "random": lambda: 0.5,
            "environ": {},
        } | how
        async with Transport(endpoint, MILL, wire=httpx.MockTransport(vendor), **settings) as transport:
            return await transport.send(
                CALL,
                on_spent=lambda: events.append("spent"),
                on_task=lambda task: events.append(f"{task.id} after {len(vendor.asked)}"),
                resume=resume,
            )

    try:
        return asyncio.run(story()), events
    except VoicekitError as error:
        return error, events


# --- the way of a task -------------------------------------------------------------------------------


def test_a_task_is_told_first_and_then_asked_about_until_it_is_done() -> None:
    vendor, clock = Vendor(MILLING, MILLING, MILLING, DONE), Clock()
    found, events = send(vendor, clock=clock)
    assert found == Sound(b"RIFF")
    assert events == ["spent", "t-1 after 1"]
    assert vendor.polls == ["/mill/sounds/t-1"] * 4
    assert clock.waits == [0.5, 0.75, 1.125, 1.6875]


def test_the_pauses_grow_to_a_cap() -> None:
    assert list(islice(tasks.pauses(at_once=True), 3)) == [0.0, 0.5, 0.75]
    many = list(islice(tasks.pauses(at_once=False), 30))
    assert many[0] == 0.5
    assert max(many) == many[-1] == 5.0
    assert many == sorted(many)


def test_a_wish_to_be_left_alone_is_obeyed_and_clamped() -> None:
    clock = Clock()
    vendor = Vendor(
        told(task="t-1", state="milling", retry_after=9), told(503, retry_after=86_400), told(429), DONE
    )
    assert send(vendor, clock=clock)[0] == Sound(b"RIFF")
    assert clock.waits == [0.5, 9.0, limits.RETRY_AFTER, 1.6875]


@pytest.mark.parametrize("answer", [lost, told(500), told(502), told(503), told(429)])
def test_a_question_that_got_lost_is_asked_again_and_never_booked(answer: Answer) -> None:
    vendor = Vendor(answer, answer, answer, answer, answer, DONE)
    found, events = send(vendor)
    assert found == Sound(b"RIFF")
    assert events.count("spent") == vendor.submits == 1
    assert len(vendor.polls) == 6


def test_a_finished_task_may_end_in_a_link() -> None:
    link = told(state="done", url="http://vendor.example/a.wav")

    def file(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": "audio/wav"}, stream=httpx.ByteStream(b"RIFF"))

    vendor = Vendor(MILLING, link, file)
    found, events = send(vendor, credential="KEY", environ={"KEY": "sk-canary"})
    assert found == Sound(b"RIFF")
    assert vendor.polls == ["/mill/sounds/t-1"] * 2 + ["/a.wav"]
    keys = ["x-mill-key" in request.headers for request in vendor.asked]
    assert keys == [True, True, True, False]
    assert events.count("spent") == 1


def test_a_link_of_a_task_leads_no_further_than_any_other() -> None:
    vendor = Vendor(told(state="done", url="http://169.254.169.254/latest"))
    assert type(send(vendor)[0]) is ForbiddenAddress
    assert len(vendor.polls) == 1


def test_a_sound_in_the_first_answer_needs_no_task() -> None:
    vendor = Vendor(MILLING, submit=DONE)
    assert send(vendor) == (Sound(b"RIFF"), ["spent"])
    assert vendor.polls == []


# --- wrong answers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (told(task="t-2", state="milling"), WrongAnswer),
        (told(task=7, state="milling"), WrongAnswer),
        (told(state="milling"), WrongAnswer),
        (told(state="resting", sound="UklGRg=="), WrongAnswer),
        (told(state="done"), WrongAnswer),
        (told(state="done", sound=""), WrongAnswer),
        (told(state="done", sound="UklGRg==", kind="text/html"), WrongAnswer),
        (told(201, task="t-1", state="milling"), WrongAnswer),
        (told(202, task="t-1", state="milling"), WrongAnswer),
        (told(302), WrongAnswer),
        (told(400, message="no"), Refused),
        (told(401, message="no"), Denied),
        (told(403, message="no"), Refused),
        (told(404, message="no"), Refused),
        (told(410, message="no"), Refused),
        (told(state="failed"), TaskOver),
    ],
)
def test_a_wrong_answer_to_a_question_is_an_error(answer: Answer, kind: type[VoicekitError]) -> None:
    vendor = Vendor(MILLING, answer)
    found, events = send(vendor)
    assert type(found) is kind
    assert found.problems[0].remedy
    assert len(vendor.polls) == 2
    assert events == ["spent", "t-1 after 1"]


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_task_whose_name_is_no_segment_of_a_path_is_not_asked_about(name: str) -> None:
    vendor = Vendor(DONE, submit=told(task=name, state="milling"))
    assert type(send(vendor)[0]) is WrongAnswer
    assert vendor.polls == []


@given(st.text(max_size=20))
def test_no_name_of_a_task_leads_elsewhere(name: str) -> None:
    vendor = Vendor(told(404), submit=told(task=name, state="milling"))
    found, _ = send(vendor)
    assert isinstance(found, SendError | ConfigError)
    for request in vendor.asked[1:]:
        assert request.url.host == "vendor.example"
        path = request.url.raw_path.decode()
        assert path.startswith("/mill/sounds/")
        assert not {"/", "?", "#"} & set(path.removeprefix("/mill/sounds/"))


def test_a_task_where_none_is_known_is_a_wrong_answer() -> None:
    quick = evolve(MILL, poll_routes=())

    async def story() -> None:
        endpoint = Endpoint("test", MILL.name, url="http://vendor.example")
        wire = httpx.MockTransport(Vendor(DONE))
        async with Transport(endpoint, quick, wire=wire, environ={}) as transport:
            await transport.send(CALL)

    with pytest.raises(WrongAnswer, match="which is not waited for"):
        asyncio.run(story())


# --- the deadline ------------------------------------------------------------------------------------


def test_a_task_that_is_never_done_ends_with_the_deadline() -> None:
    vendor, clock = Vendor(MILLING), Clock()
    found, events = send(vendor, clock=clock)
    assert type(found) is Unreachable
    assert "within 600 seconds" in str(found)
    assert "not paid for twice" in found.problems[0].remedy
    assert 590 < sum(clock.waits) < 600
    assert 115 < len(vendor.polls) < 135
    assert events.count("spent") == 1


def test_a_deadline_that_leaves_no_time_to_ask_ends_as_any_other() -> None:
    vendor = Vendor(MILLING)
    found, events = send(vendor, deadline=0.3)
    assert type(found) is Unreachable
    assert "has not finished the task" in str(found)
    assert vendor.polls == []
    assert events.count("spent") == 1


def test_what_stood_in_the_way_at_last_is_told() -> None:
    found, _ = send(Vendor(MILLING, told(503, message="the mill is closed")), deadline=30.0)
    assert isinstance(found, Refused)
    assert "503: the mill is closed" in str(found)
    assert type(send(Vendor(MILLING, lost), deadline=30.0)[0]) is Unreachable


def test_one_deadline_covers_the_submit_and_all_questions() -> None:
    async def story() -> tuple[VoicekitError, float]:
        class Slow(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                await asyncio.sleep(0.1 if request.method == SUBMIT else 30)
                return MILLING(request)

        endpoint = Endpoint("test", MILL.name, url="http://vendor.example")
        start = time.monotonic()
        async with Transport(endpoint, MILL, wire=Slow(), environ={}, deadline=0.9) as transport:
            try:
                await transport.send(CALL)
            except VoicekitError as error:
                return error, time.monotonic() - start
        raise AssertionError

    found, took = asyncio.run(story())
    assert type(found) is Unreachable
    assert "0.9 seconds" in str(found)
    assert 0.9 <= took < 0.9 + 0.25


def test_a_question_that_hangs_is_given_up_and_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DEADLINE", 0.1)

    class Hanging(httpx.AsyncBaseTransport):
        asked = 0

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            self.asked += 1
            if self.asked == 2:
                await asyncio.sleep(30)
            return (MILLING if request.method == SUBMIT else DONE)(request)

    async def story() -> tuple[Sound, int]:
        wire, spent = Hanging(), list[None]()
        endpoint = Endpoint("test", MILL.name, url="http://vendor.example")
        async with Transport(endpoint, MILL, wire=wire, environ={}) as transport:
            sound = await transport.send(CALL, on_spent=lambda: spent.append(None))
        assert len(spent) == 1
        return sound, wire.asked

    assert asyncio.run(story()) == (Sound(b"RIFF"), 3)


def test_only_a_task_has_the_longer_deadline() -> None:
    def silent(_: httpx.Request) -> httpx.Response:
        return httpx.Response(503, stream=httpx.ByteStream(b""), headers={"retry-after": "59"})

    async def waits(provider: Any) -> list[float]:
        clock, endpoint = Clock(), Endpoint("test", MILL.name, url="http://vendor.example")
        wire = httpx.MockTransport(silent)
        async with Transport(endpoint, provider, wire=wire, environ={}, sleep=clock.sleep) as transport:
            with pytest.raises(Refused):
                await transport.send(CALL)
        return clock.waits

    assert asyncio.run(waits(evolve(MILL, poll_routes=()))) == [59.0]
    assert asyncio.run(waits(MILL)) == [59.0]


@pytest.mark.parametrize("wish", [3_600, "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_a_far_wish_to_be_left_alone_is_not_waited_for_before_there_is_a_task(wish: Any) -> None:
    vendor, clock = Vendor(DONE, submit=told(429, message="later", retry_after=wish)), Clock()
    found, events = send(vendor, clock=clock)
    assert isinstance(found, Refused)
    assert "429: later" in str(found)
    assert clock.waits == []
    assert (vendor.submits, vendor.polls, events) == (1, [], [])


@pytest.mark.parametrize("wish", [61, 86_400, "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_a_vendor_that_will_not_be_asked_about_a_task_is_left_after_three_questions(wish: Any) -> None:
    vendor, clock = Vendor(MILLING, told(429, message="later", retry_after=wish)), Clock()
    found, events = send(vendor, clock=clock)
    assert isinstance(found, Refused)
    assert not isinstance(found, TaskOver)
    assert "429: later" in str(found)
    assert clock.waits == [0.5, 0.75, limits.RETRY_AFTER, limits.RETRY_AFTER]
    assert events == ["spent", "t-1 after 1"]


@pytest.mark.parametrize("answer", [told(502), told(429), lost])
def test_a_vendor_that_answers_no_question_for_a_minute_is_left(answer: Answer) -> None:
    vendor, clock = Vendor(MILLING, MILLING, answer), Clock()
    assert isinstance(send(vendor, clock=clock)[0], Refused | Unreachable)
    assert limits.DEADLINE - 5 <= sum(clock.waits[3:]) < limits.DEADLINE


def test_every_answer_to_a_question_gives_a_vendor_another_minute() -> None:
    troubled = [MILLING, *[told(503, retry_after=25)] * 2] * 4
    vendor, clock = Vendor(*troubled, DONE), Clock()
    assert send(vendor, clock=clock)[0] == Sound(b"RIFF")
    assert sum(clock.waits) > 3 * limits.DEADLINE


def test_a_call_that_is_never_answered_is_given_up_as_soon_as_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "DEADLINE", 0.1)

    class Silent(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(30)
            return DONE(request)

    async def story() -> None:
        endpoint = Endpoint("test", MILL.name, url="http://vendor.example")
        async with Transport(endpoint, MILL, wire=Silent(), environ={}) as transport:
            await transport.send(CALL)

    with pytest.raises(Unreachable, match=r"no whole answer within 0\.1 seconds"):
        asyncio.run(story())


# --- taking a task up again --------------------------------------------------------------------------


def test_a_resumed_task_is_asked_about_at_once_and_not_submitted() -> None:
    vendor, clock = Vendor(MILLING, DONE), Clock()
    found, events = send(vendor, clock=clock, resume=Task("t-1"))
    assert found == Sound(b"RIFF")
    assert vendor.submits == 0
    assert events == []
    assert clock.waits == [0.0, 0.5]


@pytest.mark.parametrize("status", [404, 410])
def test_a_task_that_the_vendor_knows_no_longer_is_over(status: int) -> None:
    vendor = Vendor(told(status, message="no such task"))
    found, events = send(vendor, resume=Task("t-1"))
    assert type(found) is TaskOver
    assert f"{status}: no such task" in str(found)
    assert events == []
    assert vendor.submits == 0


@pytest.mark.parametrize("answer", [told(401), told(400), told(503), lost])
def test_any_other_refusal_leaves_a_resumed_task_alive(answer: Answer) -> None:
    found, _ = send(Vendor(answer), resume=Task("t-1"))
    assert isinstance(found, Refused | Unreachable)
    assert not isinstance(found, TaskOver)


def test_whoever_cannot_keep_the_task_hears_of_it_before_anything_is_asked() -> None:
    vendor = Vendor(DONE)

    async def story() -> None:
        def full(_: Task) -> None:
            raise HostError.of("the disk is full", remedy="free some space")

        endpoint = Endpoint("test", MILL.name, url="http://vendor.example")
        async with Transport(endpoint, MILL, wire=httpx.MockTransport(vendor), environ={}) as transport:
            await transport.send(CALL, on_task=full)

    with pytest.raises(HostError, match="the disk is full"):
        asyncio.run(story())
    assert vendor.polls == []


@pytest.mark.parametrize(
    "answer", [told(401, message="key sk-canary+7f is wrong"), told(404, message="sk-canary+7f")]
)
@pytest.mark.parametrize("resume", [None, Task("t-1")])
def test_no_secret_comes_back_from_a_question(answer: Answer, resume: Task | None) -> None:
    found, _ = send(Vendor(answer), credential="KEY", environ={"KEY": "sk-canary+7f"}, resume=resume)
    assert isinstance(found, Refused)
    assert "canary" not in str(found)
    assert found.__cause__ is None
    assert found.__context__ is None


# --- against the local server ------------------------------------------------------------------------

CRASHING = """
import asyncio, os, sys
from kit import mill
from voicekit._transport import Transport
from voicekit.model import Endpoint

def keep(task):
    with open(sys.argv[2], "w") as file:
        file.write(task.id)
    os.kill(os.getpid(), 9)

async def story():
    endpoint = Endpoint("local", mill.NAME, url=sys.argv[1])
    async with Transport(endpoint, mill.MILL, environ={}) as transport:
        await transport.send(mill.MILL.encode(mill.ask()), on_task=keep)

asyncio.run(story())
"""


def test_a_crash_between_submit_and_fetch_pays_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mill.add(monkeypatch)
    journal = tmp_path / "task"

    async def story() -> tuple[int, Sound, Any]:
        app = make_app(anything, voices=(), manners=Manners(latency=(0.2, 0.2)))
        async with on_socket(app) as origin:
            command = [sys.executable, "-c", CRASHING, origin, str(journal)]
            paths = {"PYTHONPATH": f"{TESTS}:{TESTS.parent}"}
            process = await asyncio.create_subprocess_exec(*command, env=paths)
            code = await process.wait()
            endpoint = Endpoint("local", mill.NAME, url=origin)
            async with Transport(endpoint, MILL, environ={}) as transport:
                sound = await transport.send(CALL, resume=Task(journal.read_text()))
            async with httpx.AsyncClient(base_url=origin, trust_env=False) as client:
                return code, sound, (await client.get("/_voicekit/requests")).json()

    code, sound, page = asyncio.run(story())
    assert code == -signal.SIGKILL
    assert sound.data == b"LINEAR16 at 11025: Hello."
    assert page["accepted"] == 1
    assert [row["kind"] for row in page["requests"]].count("synthesize") == 1
    assert page["providers"]["mill-tasks"]["accepted"] == 1


def test_a_server_that_was_started_anew_knows_the_task_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    mill.add(monkeypatch)

    async def story() -> None:
        async with on_socket(make_app(anything, voices=())) as origin:
            endpoint = Endpoint("local", mill.NAME, url=origin)
            async with Transport(endpoint, MILL, environ={}) as transport:
                await transport.send(CALL, resume=Task("0" * 32))

    with pytest.raises(TaskOver, match="404: There is no such task"):
        asyncio.run(story())


def test_a_task_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    mill.add(monkeypatch)

    async def story(call: Call) -> Sound:
        async with Transport(
            Endpoint("embedded"), MILL, app=make_app(anything, voices=()), environ={}
        ) as transport:
            return await transport.send(call)

    assert asyncio.run(story(CALL)).data == b"LINEAR16 at 11025: Hello."
    linked = MILL.encode(mill.ask(options=(("delivery", "link"),)))
    assert asyncio.run(story(linked)).data == b"LINEAR16 at 11025: Hello."
