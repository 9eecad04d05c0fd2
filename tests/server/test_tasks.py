"""Sounds that the local server makes in their own time: named, asked about, bounded, given up at the end."""

import asyncio
import base64
import time
from typing import Any

import httpx
import pytest
from attrs import evolve

from kit import mill
from kit.local_server import anything, ask_server
from kit.mill import MILL
from kit.speaker import tone
from voicekit._server import Manners, make_app
from voicekit._server.tasks import KeptTasks
from voicekit._transport import Transport
from voicekit.errors import HostError, SoundError
from voicekit.model import Ask, Endpoint, Sound

PATH = MILL.route[1]


@pytest.fixture(autouse=True)
def _with_the_mill(monkeypatch: pytest.MonkeyPatch) -> None:
    mill.add(monkeypatch, evolve(MILL, name="other-mill"))


async def submit(client: httpx.AsyncClient, ask: Ask | None = None, prefix: str = "") -> httpx.Response:
    call = MILL.encode(ask or mill.ask())
    return await client.post(
        prefix + call.path, content=call.body, headers={"Content-Type": call.content_type}
    )


async def finished(client: httpx.AsyncClient, name: str) -> httpx.Response:
    """Ask until the task is no longer under way."""
    for _ in range(200):
        answer = await client.get(f"{PATH}/{name}")
        if answer.json().get("state") != "milling":
            return answer
        await asyncio.sleep(0.01)
    raise AssertionError("never done")


def test_a_request_is_answered_with_a_task_that_becomes_the_sound() -> None:
    free = asyncio.Event()

    async def speak(ask: Ask) -> Sound:
        await free.wait()
        return Sound(tone(0.1, 8_000))

    async def story(client: httpx.AsyncClient) -> None:
        told = (await submit(client)).json()
        assert told == {"task": told["task"], "state": "milling"}
        assert 10**14 <= int(told["task"]) < 10**15  # a number that every program can hold
        pending = await client.get(f"{PATH}/{told['task']}")
        assert (pending.status_code, pending.json()) == (200, told)
        free.set()
        done = (await finished(client, told["task"])).json()
        assert base64.b64decode(done["sound"]) == tone(0.1, 8_000)
        again = (await client.get(f"{PATH}/{told['task']}")).json()
        assert again == done
        page = (await client.get("/_voicekit/requests")).json()
        assert page["accepted"] == 1
        assert page["count"] > 3

    ask_server(story, speak=speak)


def test_a_task_may_end_in_a_link() -> None:
    async def story(client: httpx.AsyncClient) -> None:
        name = (await submit(client, mill.ask(options=(("delivery", "link"),)))).json()["task"]
        url = (await finished(client, name)).json()["url"]
        assert url.startswith("http://127.0.0.1/files/")
        assert (await client.get(url)).content == b"LINEAR16 at 11025: Hello."

    ask_server(story, speak=anything)


def test_samples_without_a_header_have_the_vendors_own_rate() -> None:
    async def story(client: httpx.AsyncClient) -> str:
        name = (await submit(client, mill.ask(encoding="PCM"))).json()["task"]
        return base64.b64decode((await finished(client, name)).json()["sound"]).decode()

    assert ask_server(story, speak=anything) == "PCM at 11025: Hello."


@pytest.mark.parametrize("name", ["nobody", "0" * 32, "%2e%2e", "a%2Fb"])
def test_an_unknown_task_is_the_vendors_404(name: str) -> None:
    async def story(client: httpx.AsyncClient) -> Any:
        answer = await client.get(f"{PATH}/{name}")
        return answer.status_code, answer.json()

    assert ask_server(story) == (404, {"message": "There is no such task.", "mill": 404})


def test_a_task_is_known_to_its_vendor_only() -> None:
    async def story(client: httpx.AsyncClient) -> list[int]:
        name = (await submit(client, prefix="/other-mill")).json()["task"]
        paths = [f"/other-mill{PATH}/{name}", f"/mill-tasks{PATH}/{name}"]
        return [(await client.get(path)).status_code for path in paths]

    assert ask_server(story, speak=anything) == [200, 404]


def test_what_cannot_be_spoken_is_a_task_that_failed() -> None:
    async def speak(ask: Ask) -> Sound:
        raise SoundError.of("no voice speaks Volapük", remedy="use another language")

    async def story(client: httpx.AsyncClient) -> Any:
        name = (await submit(client)).json()["task"]
        answer = await finished(client, name)
        return answer.status_code, answer.json()

    status, told = ask_server(story, speak=speak)
    assert status == 200
    assert told["state"] == "failed"
    assert told["message"] == "no voice speaks Volapük: use another language"


def test_a_machine_that_cannot_speak_is_503_and_raised_in_this_process() -> None:
    async def speak(ask: Ask) -> Sound:
        raise HostError.of("no voice library", remedy="install it")

    async def story(client: httpx.AsyncClient) -> tuple[int, Any]:
        name = (await submit(client)).json()["task"]
        answer = await finished(client, name)
        return answer.status_code, answer.json()

    assert ask_server(story, speak=speak) == (503, {"message": "no voice library", "mill": 503})

    async def build() -> None:
        app = make_app(speak, voices=())
        async with Transport(Endpoint("embedded"), MILL, app=app, environ={}) as transport:
            await transport.send(MILL.encode(mill.ask()))

    with pytest.raises(HostError, match="no voice library"):
        asyncio.run(build())


def test_latency_lengthens_the_task_and_not_the_questions() -> None:
    async def story(client: httpx.AsyncClient) -> tuple[float, float, float]:
        start = time.monotonic()
        name = (await submit(client)).json()["task"]
        submitted = time.monotonic() - start
        await client.get(f"{PATH}/{name}")
        asked = time.monotonic() - start
        await finished(client, name)
        return submitted, asked, time.monotonic() - start

    submitted, asked, done = ask_server(story, speak=anything, manners=Manners(latency=(0.4, 0.4)))
    assert submitted <= asked < 0.3
    assert 0.4 <= done < 2.0


def test_too_many_tasks_are_refused_until_some_are_done() -> None:
    free = asyncio.Event()

    async def speak(ask: Ask) -> Sound:
        await free.wait()
        return await anything(ask)

    async def story(client: httpx.AsyncClient) -> tuple[set[int], httpx.Response, int]:
        taken = {(await submit(client)).status_code for _ in range(256)}
        refused = await submit(client)
        free.set()
        await asyncio.sleep(0.3)
        return taken, refused, (await submit(client)).status_code

    taken, refused, later = ask_server(story, speak=speak)
    assert taken == {200}
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
    assert refused.json()["message"] == "Too many tasks are under way."
    assert later == 200


def test_kept_tasks_are_bounded_in_number_and_bytes() -> None:
    async def made(data: bytes) -> Sound:
        return Sound(data)

    async def story() -> None:
        kept = KeptTasks(most=3, most_bytes=100)
        names = []
        for number in range(6):
            task = kept.start("a", mill.ask(), made(bytes([number]) * 40))
            assert task is not None
            names.append(task.id)
            await task.work
            await asyncio.sleep(0)
            assert len(kept) <= 2
        assert [name for name in names if kept.get("a", name)] == names[-2:]
        large = kept.start("a", mill.ask(), made(bytes(1_000)))
        assert large is not None
        await large.work
        await asyncio.sleep(0)
        assert len(kept) == 1
        assert kept.get("a", large.id) is large
        assert kept.get("b", large.id) is None
        assert len(set(names)) == 6

    asyncio.run(story())


def test_what_is_under_way_is_given_up_at_the_end() -> None:
    ended: list[str] = []

    async def endless() -> Sound:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("given up")
        raise AssertionError

    async def story() -> None:
        kept = KeptTasks()
        for _ in range(3):
            kept.start("a", mill.ask(), endless())
        await asyncio.sleep(0)
        await kept.aclose()

    asyncio.run(story())
    assert ended == ["given up"] * 3
