"""302.AI's second unified endpoint: at once, as a task, and both at one path; 302.AI's own command line as a judge."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
from attrs import evolve
from hypothesis import given, settings

from kit.local_server import anything, ask_server, gateway
from kit.provider import conforms
from kit.serving import serving
from voicekit import _capabilities, providers
from voicekit._sound import probe
from voicekit.errors import Refused, TaskOver, WrongAnswer
from voicekit.model import Ask, Call, Link, Reply, Sound, Task
from voicekit.providers import Refusal
from voicekit.testing import asks

WIRE, LATER = providers.get("unified-v2-302ai"), providers.get("unified-v2-async-302ai")
PATH, FETCH = "/302/v2/audio/tts", "/302/v2/audio/fetch"
BODY = {"text": "One moment.", "provider": "openai", "voice": "nova", "output_format": "mp3"}
ASK = Ask(text="One moment.", ssml=None, language="", voice="nova", encoding="MP3")
URL = "https://file.302.ai/gpt/tts/0123.mp3"
NAME = "7a3f6d0e-52a1-4c7e-9a55-0f3f5b0f6c11"

both = pytest.mark.parametrize("wire", [WIRE, LATER], ids=lambda wire: wire.name)


def answered(**body: Any) -> Reply:
    return Reply(200, "application/json", json.dumps(body).encode())


@both
def test_conforms(wire: Any) -> None:
    conforms(wire, extra=("model", "speed", "emotion", "output_format", "volume", "timeout"))


def test_every_field_of_the_vendors_clients_is_sent() -> None:
    options = (("emotion", "cheerful"), ("model", "m"), ("provider", "azure"))
    ask = evolve(ASK, voice="en-US-JennyNeural", encoding="LINEAR16", rate=1.1, gain=-6.0, options=options)

    assert json.loads(WIRE.encode(ask).body) == {
        "text": "One moment.",
        "provider": "azure",
        "model": "m",
        "voice": "en-US-JennyNeural",
        "speed": 1.1,
        "volume": 0.501187,
        "emotion": "cheerful",
        "output_format": "wav",
    }


def test_a_task_is_the_same_request_with_run_async() -> None:
    now, later = WIRE.encode(ASK), LATER.encode(ASK)

    assert (now.method, now.path, now.query, json.loads(now.body)) == ("POST", PATH, (), BODY)
    assert later == evolve(now, query=(("run_async", "true"),))
    assert (WIRE.wants_task(ASK), LATER.wants_task(ASK)) == (False, True)
    assert WIRE.poll_routes == ()
    assert LATER.poll_routes == (("GET", f"{FETCH}/{{task_id}}"), ("POST", f"{FETCH}/{{task_id}}"))
    assert LATER.poll(Task(NAME)).method == "GET"


@pytest.mark.parametrize(("query", "taker"), [((), WIRE), ((("run_async", "false"),), WIRE), ((("run_async", "False"),), WIRE), ((("run_async", "true"),), LATER), ((("webhook", ""), ("run_async", "True")), LATER)])  # fmt: skip
def test_the_query_says_whose_request_it_is(query: tuple[tuple[str, str], ...], taker: Any) -> None:
    call = Call("POST", PATH, query, json.dumps(BODY).encode())
    other = LATER if taker is WIRE else WIRE

    assert taker.parse(call) == ASK
    with pytest.raises(Refusal, match="run_async: must"):
        other.parse(call)


@pytest.mark.parametrize(("changes", "words"), [({"text": None}, "text: "), ({"voice": 3}, "voice: "), ({"provider": "polly"}, "provider: "), ({"volume": 2.5}, "volume: "), ({"speed": 0.2}, "speed: "), ({"output_format": "flac"}, "output_format: ")])  # fmt: skip
@pytest.mark.parametrize("query", [(), (("run_async", "true"),)])
@both
def test_what_cannot_be_is_told_by_the_field_s_name_whoever_reads_it(
    wire: Any, query: tuple[tuple[str, str], ...], changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refusal) as caught:
        wire.parse(Call("POST", PATH, query, json.dumps(BODY | changes).encode()))

    assert caught.value.status == 400
    assert words in caught.value.problems[0].message


def test_prices_and_limits_are_the_first_version_s() -> None:
    first = providers.get("unified-302ai").capabilities

    assert WIRE.capabilities == LATER.capabilities
    assert (WIRE.capabilities.limit, WIRE.capabilities.unit) == (first.limit, first.unit)
    assert WIRE.capabilities.families == _capabilities.find()["unified"].families
    assert {one.priced.support for one in WIRE.capabilities.families.values()} == {"unknown"}
    assert WIRE.capabilities.undocumented == {"gain"}


# --- answers ------------------------------------------------------------------------------------------


def test_the_answer_of_the_documented_shape() -> None:
    body = json.loads(WIRE.respond(ASK, Link(URL, size=1_234)).body)

    assert set(body) == {"task_id", "status", "audio_url", "raw_response"}
    assert (body["status"], body["audio_url"]) == ("completed", URL)
    audio = {"url": URL, "content_type": "audio/mpeg", "file_size": 1_234}
    assert body["raw_response"] == {"audio": audio, "timestamps": None}
    assert WIRE.decode(answered(**body, created_at="2025-08-20T10:43:53Z", execution_time="1.2")) == Link(URL)


@pytest.mark.parametrize("status", ["pending", "processing"])
def test_a_task_under_way_is_a_task(status: str) -> None:
    reply = answered(task_id=NAME, status=status, created_at="2025-08-20T10:43:53Z")

    assert LATER.decode(reply) == Task(NAME)
    with pytest.raises(WrongAnswer, match="before the sound was made") as caught:
        WIRE.decode(reply)
    assert "unified-v2-async-302ai" in caught.value.problems[0].remedy


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"error": {"err_code": -10008, "message": "no channel"}}, "could not make the sound: no channel"),
        ({"error": "the voice is gone"}, "could not make the sound: the voice is gone"),
        ({"error": {"message": ["x"]}}, "could not make the sound"),
        ({}, "could not make the sound"),
    ],
)
@both
def test_a_task_that_failed_is_over(wire: Any, more: dict[str, Any], words: str) -> None:
    with pytest.raises(TaskOver) as caught:
        wire.decode(answered(task_id=NAME, status="failed", **more))

    (problem,) = caught.value.problems
    assert problem.message == f"{wire.name} {words}"
    assert problem.remedy


def test_the_reason_of_a_failure_is_bounded_and_printable() -> None:
    with pytest.raises(TaskOver) as caught:
        LATER.decode(answered(task_id=NAME, status="failed", error="\x1b[31m" + "x" * 10_000))

    assert len(str(caught.value)) < 500
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        {}, {"status": "completed", "audio_url": URL}, {"task_id": "../x", "status": "completed", "audio_url": URL}, {"task_id": 7, "status": "pending"}, {"task_id": NAME},
        {"task_id": NAME, "status": "resting"}, {"task_id": NAME, "status": ["pending"]}, {"task_id": NAME, "status": "completed"}, {"task_id": NAME, "status": "completed", "audio_url": "file:///etc/hosts"},
        {"task_id": "x" * 200, "status": "pending"}, {"task_id": NAME, "status": "completed", "audio_url": "data:audio/mpeg;base64,!"},
    ],
)  # fmt: skip
@both
def test_another_shape_is_a_wrong_answer(wire: Any, body: dict[str, Any]) -> None:
    with pytest.raises(WrongAnswer, match=f"{wire.name} answered 200 with") as caught:
        wire.decode(answered(**body))
    assert caught.value.problems[0].remedy


def test_a_report_is_what_the_vendor_says_of_a_task() -> None:
    assert json.loads(LATER.report(Task(NAME), None).body) == {"task_id": NAME, "status": "processing"}
    done = json.loads(LATER.report(Task(NAME), Link(URL)).body)
    assert done == {"task_id": NAME, "status": "completed", "audio_url": URL}
    assert LATER.decode(LATER.report(Task(NAME), Sound(b"x"))) == Sound(b"x")
    task = Task(NAME, begun=1_755_686_633.5, finished=1_755_686_635.75)
    begun = "2025-08-20T10:43:53Z"
    assert json.loads(LATER.respond(ASK, task).body) == {
        "task_id": NAME,
        "status": "pending",
        "created_at": begun,
    }
    assert json.loads(LATER.report(task, None).body)["created_at"] == begun
    times = {"created_at": begun, "completed_at": "2025-08-20T10:43:55Z", "execution_time": "2.25"}
    assert json.loads(LATER.report(task, Link(URL)).body) == done | times
    with pytest.raises(Refused, match="404: There is no such task"):
        LATER.decode(LATER.refuse(404, "There is no such task."))


# --- both at one path of the local server -------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/{name}"])
def test_the_query_chooses_on_the_authentic_path_too(prefix: str) -> None:
    """Without it the answer has the address; with it a task, which becomes the address."""

    async def story(client: httpx.AsyncClient) -> list[str]:
        at_once = await client.post(prefix.format(name=WIRE.name) + PATH, json=BODY)
        assert at_once.json()["status"] == "completed"
        assert (await client.get(at_once.json()["audio_url"])).content == b"MP3 at None: One moment."
        below = prefix.format(name=LATER.name)
        told = (await client.post(f"{below}{PATH}?run_async=true", json=BODY)).json()
        assert set(told) == {"task_id", "status", "created_at"}
        assert told["status"] == "pending"
        page = await finished(client, f"{below}{FETCH}/{told['task_id']}")
        assert page["created_at"] == told["created_at"] <= page["completed_at"]
        assert float(page["execution_time"]) >= 0
        posted = await client.post(f"{below}{FETCH}/{told['task_id']}", json={})
        assert posted.json() == page
        assert (await client.get(page["audio_url"])).content == b"MP3 at None: One moment."
        rows = (await client.get("/_voicekit/requests")).json()["requests"]
        return [row["provider"] for row in rows if row["kind"] == "synthesize"]

    assert ask_server(story, speak=anything) == [WIRE.name, LATER.name]


async def finished(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    for _ in range(200):
        page: dict[str, Any] = (await client.get(url)).json()
        if page["status"] == "completed":
            return page
        assert page["status"] == "processing"
        await asyncio.sleep(0.01)
    raise AssertionError("never done")


def test_the_server_refuses_in_302ais_shape() -> None:
    async def story(client: httpx.AsyncClient) -> None:
        wrong = await client.post(f"{PATH}?run_async=true", json=BODY | {"text": ""})
        assert gateway(wrong) == (400, -10011)
        assert "text: " in wrong.json()["error"]["message"]
        astray = await client.post(f"/{WIRE.name}{PATH}?run_async=true", json=BODY)
        assert "run_async" in astray.json()["error"]["message"]
        assert gateway(await client.get(f"{FETCH}/{NAME}")) == (404, -10011)
        assert gateway(await client.post(f"{FETCH}/{NAME}", json={})) == (404, -10011)
        put = await client.put(f"{FETCH}/{NAME}", json={})
        assert (put.status_code, put.headers["allow"]) == (405, "GET, POST")

    ask_server(story, speak=anything)


# --- 302.AI's own command line ------------------------------------------------------------------------


def client(monkeypatch: pytest.MonkeyPatch, address: str) -> Any:
    """Return the module of 302.AI's command line that calls this endpoint, for a server on this machine."""
    module = pytest.importorskip("ai302.api.tts", reason="302.AI's command line (cli-302ai) is not installed")
    monkeypatch.setattr(module, "DEFAULT_BASE_URL", address)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return module


def said(module: Any, ask: Ask, *, run_async: bool) -> dict[str, Any]:
    """Have the client send what an ask says, and return its answer."""
    options = dict(ask.options)
    found: dict[str, Any] = module.create_tts_task(
        api_key="sk-none",
        text=ask.content,
        provider=options.get("provider", "openai"),
        voice=ask.voice,
        model=options.get("model"),
        speed=ask.rate,
        volume=json.loads(WIRE.encode(ask).body).get("volume"),
        emotion=options.get("emotion"),
        output_format={"MP3": "mp3", "LINEAR16": "wav"}[ask.encoding],
        run_async=run_async,
    )
    return found


@contextmanager
def recording() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Answer every request with a task, and keep what was asked: the path with its query, and the body."""
    seen: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, body))
            answer = b'{"task_id": "t", "status": "pending"}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()
            thread.join()


@both
def test_the_request_of_302ais_own_client_is_the_plan_s(wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client states ``run_async`` when it is false too; that is its default, and the plan leaves it out."""
    with recording() as (address, seen):
        module = client(monkeypatch, address)

        @settings(max_examples=25)
        @given(asks(wire.name))
        def check(ask: Ask) -> None:
            said(module, ask, run_async=wire is LATER)
            path, body = seen[-1]
            call = wire.encode(ask)
            assert path == f"{call.path}?run_async={'true' if wire is LATER else 'false'}"
            assert json.loads(body) == json.loads(call.body)

        check()


def test_302ais_own_client_gets_sounds_from_the_local_server(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        module = client(monkeypatch, server.address)
        for encoding, codec in (("MP3", "mp3"), ("LINEAR16", "pcm_s16le")):
            ask = evolve(ASK, encoding=encoding)
            at_once, task = (said(module, ask, run_async=later) for later in (False, True))
            assert (at_once["status"], task["status"]) == ("completed", "pending")
            done = polled(partial(module.fetch_tts_task, api_key="sk-none", task_id=task["task_id"]))
            heard = {httpx.get(one["audio_url"], trust_env=False).content for one in (at_once, done)}
            assert [probe.probe(data).codec for data in heard] == [codec]
        listed = module.get_tts_providers(api_key="sk-none")["provider_list"]
        assert listed[0]["req_params_info"]["voice_list"]
        assert server.count == 4


def polled(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    for _ in range(500):
        page = ask()
        if page["status"] == "completed":
            return page
        time.sleep(0.02)
    raise AssertionError("never done")
