"""The local server is bounded in jobs and in what it keeps, and no body breaks it."""

import asyncio
import json
from itertools import islice
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request

from kit.local_server import PATH, VOICES, anything, ask_server, body, on_socket, one, plain
from kit.speaker import ToneSpeaker
from voicekit import _limits as limits
from voicekit import providers
from voicekit._server import make_app
from voicekit._server.bodies import HELD_BYTES, Bodies
from voicekit._server.departures import GoneError, unless_gone
from voicekit._server.kept import KeptSounds
from voicekit.errors import SoundError
from voicekit.model import Ask, Sound


def test_jobs_are_bounded() -> None:
    speaker = ToneSpeaker(pause=0.01)

    async def story(client: httpx.AsyncClient) -> list[int]:
        answers = await asyncio.gather(*(client.post(PATH, json=body()) for _ in range(40)))
        return [answer.status_code for answer in answers]

    assert ask_server(story, speak=speaker.speak) == [200] * 40
    assert speaker.most_at_once == limits.CONCURRENCY


def test_a_failed_job_gives_its_place_back() -> None:
    calls = 0

    async def speak(ask: Ask) -> Sound:
        nonlocal calls
        calls += 1
        if calls <= 3 * limits.CONCURRENCY:
            raise SoundError.of("no", remedy="-")
        return await ToneSpeaker().speak(ask)

    async def story(client: httpx.AsyncClient) -> int:
        for _ in range(3 * limits.CONCURRENCY):
            await client.post(PATH, json=body())
        return (await client.post(PATH, json=body())).status_code

    assert ask_server(story, speak=speak) == 200


def test_an_abandoned_request_takes_no_turn_from_others() -> None:
    """Nobody speaks to the end for askers who hung up: the next one need not wait for all of them."""
    finished = list[Ask]()

    async def speak(ask: Ask) -> Sound:
        sound = await ToneSpeaker(pause=0.3).speak(ask)
        finished.append(ask)
        return sound

    async def story() -> int:
        async with on_socket(make_app(speak, voices=VOICES)) as url:
            host, port = url.removeprefix("http://").split(":")
            content = json.dumps(body()).encode()
            head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
            for _ in range(20 * limits.CONCURRENCY):
                _, writer = await asyncio.open_connection(host, int(port))
                writer.write(head.encode() + content)
                await writer.drain()
                writer.close()
            async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
                return (await client.post(PATH, json=body())).status_code

    assert asyncio.run(story()) == 200
    assert len(finished) <= 2 * limits.CONCURRENCY


def test_work_for_nobody_is_given_up() -> None:
    given_up = list[bool]()

    async def story() -> None:
        async def leave() -> Any:
            await asyncio.sleep(0)
            return {"type": "http.disconnect"}

        async def work() -> None:
            try:
                await asyncio.sleep(60)
            finally:
                given_up.append(True)

        with pytest.raises(GoneError):
            await unless_gone(leave, work())

    asyncio.run(story())
    assert given_up == [True]


FEW, ROOM = 5, 100


@given(st.lists(st.tuples(st.integers(0, FEW - 1), st.binary(min_size=1, max_size=60)), max_size=40))
@settings(deadline=None)
def test_bodies_are_bounded_together_and_the_largest_gives_way(pieces: list[tuple[int, bytes]]) -> None:
    """Of a few bodies that come in pieces, in turns, none is given up that has no more than its share."""
    sent = [b"".join(piece for number, piece in pieces if number == one) for one in range(FEW)]

    async def story() -> list[bytes | BaseException]:
        queues = [asyncio.Queue[Any]() for _ in range(FEW)]
        requests = [Request({"type": "http"}, queue.get) for queue in queues]
        reading = [asyncio.ensure_future(shelf.read(request)) for request in requests]
        for number, piece in pieces:
            queues[number].put_nowait({"type": "http.request", "body": piece, "more_body": True})
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert shelf.held <= ROOM
        for queue in queues:
            queue.put_nowait({"type": "http.request", "body": b"", "more_body": False})
        found = await asyncio.gather(*reading, return_exceptions=True)
        assert shelf.held == sum(len(one) for one in found if isinstance(one, bytes))
        for request in requests:
            shelf.forget(request)
        return found

    shelf = Bodies(ROOM)
    found = asyncio.run(story())
    assert shelf.held == 0
    for whole, read in zip(sent, found, strict=True):
        if isinstance(read, bytes):
            assert read == whole
        else:
            assert isinstance(read, HTTPException)
            assert read.status_code == 429
            assert len(whole) > ROOM / FEW
            assert len(b"".join(sent)) > ROOM


def test_a_body_counts_until_it_is_answered() -> None:
    """Whoever waits for a turn to be spoken holds what was sent."""
    free = asyncio.Event()
    large = json.dumps(body()) + " " * (limits.REQUEST_BYTES - 1_000)
    fitting = HELD_BYTES // len(large)

    async def speak(ask: Ask) -> Sound:
        await free.wait()
        return await anything(ask)

    async def story(client: httpx.AsyncClient) -> int:
        how: dict[str, Any] = {"content": large, "headers": {"content-type": "application/json"}}
        asked = [asyncio.ensure_future(client.post(PATH, **how)) for _ in range(fitting + 5)]
        first = [await one for one in islice(asyncio.as_completed(asked), 5)]
        assert {one.headers["retry-after"] for one in first} == {"5"}
        free.set()
        found = [(await one).status_code for one in asked]
        assert (found.count(200), found.count(429)) == (fitting, 5)
        return (await client.post(PATH, **how)).status_code

    assert ask_server(story, speak=speak) == 200


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=40), st.booleans()), max_size=60))
def test_kept_sounds_are_bounded_and_right(sounds: list[tuple[bytes, bool]]) -> None:
    kept, names = KeptSounds(most=5, most_bytes=100), dict[str, bytes]()
    for data, ask_again in sounds:
        name = kept.keep(data, ".wav", "audio/wav")
        names[name] = data
        found = [kept.get(known) if ask_again else kept.get(name) for known in names]
        assert all(one is None or one.data in names.values() for one in found)
        last = kept.get(name)
        assert last is not None
        assert last.data == data
        alive = [data for name, data in names.items() if kept.get(name) is not None]
        assert len(kept) == len(alive) <= 5
        assert sum(map(len, alive)) <= 100


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = ["input", "voice", "audioConfig", "text", "ssml", "languageCode", "name", "audioEncoding", "pitch",
        "speakingRate", "volumeGainDb", "sampleRateHertz", "effectsProfileId", "enableTimePointing", "ssmlGender"]  # fmt: skip


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """A good request with a few of its values replaced by any JSON, or no JSON at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=60))
    made = body()
    for _ in range(draw(st.integers(1, 3))):
        holder = draw(st.sampled_from([made, *(part for part in made.values() if isinstance(part, dict))]))
        holder[draw(st.sampled_from(KEYS))] = draw(PLAIN)
    return json.dumps(made).encode()


ANY_BODY = st.binary(max_size=60) | PLAIN.map(lambda data: json.dumps(data).encode())


@pytest.mark.parametrize("name", list(providers.find()))
@given(ANY_BODY)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_body_breaks_any_wire(name: str, content: bytes) -> None:
    member = providers.get(name)
    call = member.encode(plain(member))
    headers = {"Content-Type": call.content_type, **dict(call.headers)}
    path, server = f"/{name}{call.path}", {"speak": anything}
    answer = one("POST", path, content=content, headers=headers, params=list(call.query), server=server)
    assert answer.status_code in {200, 400, 404, 422}


@given(bodies(), st.sampled_from([PATH, "/v1/text:synthesize", "/v1beta1/text:synthesize"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_body_makes_a_bug(content: bytes, path: str) -> None:
    answer = one("POST", path, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in {200, 400}
    assert answer.headers["content-type"] == "application/json"
