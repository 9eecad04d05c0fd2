"""Recording exchanges and answering from them: the same answers, nothing spoken, no credential in the file."""

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import evolve

from kit import mill
from kit.local_server import PATH, anything, ask_server, body, gateway, on_socket, plain, rpc
from kit.mill import MILL
from voicekit import providers
from voicekit._server import make_app, read_manners
from voicekit._server.recording import request_key
from voicekit._transport import Transport
from voicekit.errors import ConfigError, HostError, Place
from voicekit.model import Ask, Call, Endpoint, Sound

CANARY = "sk-canary-1234"


async def silent(ask: Ask) -> Sound:
    raise AssertionError("nothing is to be spoken")


def record(story: Any, path: Path, **how: Any) -> Any:
    return ask_server(story, speak=anything, manners=read_manners(record=str(path)), **how)


def replay(story: Any, path: Path, **how: Any) -> Any:
    return ask_server(story, speak=silent, manners=read_manners(replay=str(path)), **how)


async def two(client: httpx.AsyncClient) -> list[tuple[int, str, bytes]]:
    """Ask for JSON and for a link with its file."""
    inline = await client.post(f"{PATH}?response_format=base64", json=body())
    linked = await client.post(f"{PATH}?response_format=url", json=body())
    file = await client.get(linked.json()["audioContent"])
    refused = await client.post("/v1/text:synthesize", json={})
    answers = (inline, linked, file, refused)
    return [(one.status_code, one.headers["content-type"], one.content) for one in answers]


def test_what_was_recorded_is_answered_without_speaking(tmp_path: Path) -> None:
    file = tmp_path / "exchanges.jsonl"
    first = record(two, file)
    assert replay(two, file) == first
    assert replay(two, file, base="http://127.0.0.1:99")[2:] == first[2:]


def test_a_link_leads_to_the_server_that_replays(tmp_path: Path) -> None:
    file = tmp_path / "exchanges.jsonl"
    member = providers.get("google-302ai")
    call = member.encode(plain(member))

    async def story(app: Any) -> Sound:
        async with on_socket(app) as origin:
            endpoint = Endpoint("local", member.name, url=origin)
            async with Transport(endpoint, member, environ={}) as transport:
                return await transport.send(call)

    made = asyncio.run(story(make_app(anything, voices=(), manners=read_manners(record=str(file)))))
    again = asyncio.run(story(make_app(silent, voices=(), manners=read_manners(replay=str(file)))))
    assert made == again
    assert "127.0.0.1" not in file.read_text()


def test_a_task_is_done_after_as_many_questions_as_then(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mill.add(monkeypatch)
    file = tmp_path / "exchanges.jsonl"
    free = asyncio.Event()

    async def speak(ask: Ask) -> Sound:
        await free.wait()
        return await anything(ask)

    async def story(client: httpx.AsyncClient) -> list[str]:
        call = MILL.encode(mill.ask())
        name = (await client.post(call.path, json=json.loads(call.body))).json()["task"]
        states = []
        for number in range(4):
            if number == 2:
                free.set()
                await asyncio.sleep(0.05)
            states.append((await client.get(f"{call.path}/{name}")).json()["state"])
        return states

    assert ask_server(story, speak=speak, manners=read_manners(record=str(file))) == [
        "milling",
        "milling",
        "done",
        "done",
    ]
    assert replay(story, file) == ["milling", "milling", "done", "done"]


def test_a_request_that_was_not_recorded_is_the_vendors_404(tmp_path: Path) -> None:
    file = tmp_path / "exchanges.jsonl"
    record(two, file)

    async def story(client: httpx.AsyncClient) -> list[httpx.Response]:
        other = body(input={"text": "Something else."})
        paths = (PATH, "/v1/text:synthesize")
        return [await client.post(path, json=other) for path in paths]

    proxy, google = replay(story, file)
    assert gateway(proxy)[0] == 404
    assert rpc(google) == (404, "NOT_FOUND")
    assert google.json()["error"]["message"] == f"This request is not in the recording {file}."


def test_how_a_request_is_written_does_not_count(tmp_path: Path) -> None:
    file = tmp_path / "exchanges.jsonl"

    async def one(client: httpx.AsyncClient) -> int:
        return (await client.post(f"{PATH}?response_format=base64&a=1", json=body())).status_code

    async def other(client: httpx.AsyncClient) -> int:
        turned = json.dumps(dict(reversed(body().items())), indent=3)
        headers = {"content-type": "application/json", "Authorization": "Bearer k"}
        path = f"/google-302ai{PATH}?a=1&key=k&response_format=base64"
        return (await client.post(path, content=turned, headers=headers)).status_code

    assert record(one, file) == replay(other, file) == 200


@pytest.mark.parametrize(
    "other",
    [
        {"method": "GET"}, {"path": "/b"}, {"query": (("a", "2"),)}, {"query": ()}, {"body": b'{"x":2}'},
        {"body": b"x"}, {"headers": (("X-A", "2"),)},
    ],
)  # fmt: skip
def test_what_a_request_says_counts(other: dict[str, Any]) -> None:
    call = Call("POST", "/a", (("a", "1"),), b'{"x":1.0}', headers=(("X-A", "1"),))
    assert request_key("google", call) == request_key("google", evolve(call, body=b' {"x" : 1}'))
    assert request_key("google", call) != request_key("google", evolve(call, **other))
    assert request_key("google", call) != request_key("openai", call)
    assert request_key("google", call) != request_key(None, call)


@pytest.mark.parametrize("levels", [150, 250, 900, 1_000])
def test_a_body_that_is_nested_deep_is_told_from_others(tmp_path: Path, levels: int) -> None:
    file = tmp_path / "exchanges.jsonl"

    async def ask(client: httpx.AsyncClient, innermost: str = "") -> int:
        """Ask a vendor who overlooks what is not known."""
        text = f'{{"text": "One", "x": {"[" * levels}{innermost}{"]" * levels}}}'
        headers = {"content-type": "application/json"}
        path = "/elevenlabs/v1/text-to-speech/JBFqnCBsd6RMkjVDRZzb"
        return (await client.post(path, content=text, headers=headers)).status_code

    assert record(ask, file) == 200
    assert replay(ask, file) == 200
    assert replay(partial(ask, innermost="1"), file) == 404


def test_no_credential_is_recorded(tmp_path: Path) -> None:
    file = tmp_path / "exchanges.jsonl"

    async def story(client: httpx.AsyncClient) -> None:
        headers = {"Authorization": f"Bearer {CANARY}", "x-goog-api-key": CANARY, "Cookie": f"a={CANARY}"}
        await client.post(f"{PATH}?key={CANARY}", json=body(), headers=headers)
        await client.get(f"/v1/voices?key={CANARY}", headers=headers)

    record(story, file, require_key=CANARY)
    text = file.read_text()
    assert len(text.splitlines()) == 2
    assert CANARY not in text


def test_the_lines_of_a_recording(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mill.add(monkeypatch)
    file = tmp_path / "exchanges.jsonl"

    async def story(client: httpx.AsyncClient) -> None:
        call = MILL.encode(mill.ask(options=(("priority", "high"),)))
        headers = {**dict(call.headers), "User-Agent": "mine"}
        await client.post(f"{call.path}?a=1&a=2", json=json.loads(call.body), headers=headers)
        await client.get("/files/none.wav")

    record(story, file)
    first, second = map(json.loads, file.read_text().splitlines())
    assert (first["schema"], first["provider"]) == ("voicekit.exchange/1", "mill-tasks")
    assert {key: first["request"][key] for key in ("method", "path", "query", "headers", "content_type")} == {
        "method": "POST", "path": "/mill/sounds", "query": [["a", "1"], ["a", "2"]],
        "headers": {"X-Mill-Priority": "high"}, "content_type": "application/json",
    }  # fmt: skip
    assert json.loads(first["request"]["body"])["text"] == "Hello."
    assert (first["response"]["status"], first["response"]["content_type"]) == (200, "application/json")
    assert json.loads(first["response"]["body"])["state"] == "milling"
    assert (second["provider"], second["request"]["path"]) == (None, "/files/none.wav")
    assert second["response"]["status"] == 404


def test_a_recording_goes_on_where_it_ended(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "exchanges.jsonl"
    record(two, file)
    size = len(file.read_bytes())
    record(two, file)
    assert file.read_bytes()[:size] == file.read_bytes()[size:]
    replay(two, file)


@pytest.mark.parametrize(
    "text",
    [
        "voicekit: no recording\n",
        "[]\n",
        "{}\n",
        '{"schema": "voicekit.exchange/2"}\n',
        '{"schema": "voicekit.exchange/1", "provider": null, "request": {}, "response": {}}\n',
    ],
)
def test_another_file_is_neither_replayed_nor_written_to(tmp_path: Path, text: str) -> None:
    file = tmp_path / "file"
    file.write_text(text)
    for how in (partial(read_manners, record=str(file)), partial(read_manners, replay=str(file))):
        with pytest.raises(ConfigError) as caught:
            how()
        assert caught.value.problems[0].place == Place(str(file), 1)
        assert caught.value.problems[0].remedy
    assert file.read_text() == text


def one_exchange(**response: Any) -> str:
    """Write the line of a question after a file, with an answer of which something is changed."""
    asked = {"method": "GET", "path": "/files/a", "query": [], "headers": {}, "content_type": "", "body": ""}
    told = {"status": 200, "content_type": "text/x", "headers": [], "body": "{}"} | response
    return json.dumps({"schema": "voicekit.exchange/1", "provider": None, "request": asked, "response": told})


@pytest.mark.parametrize(
    "response",
    [
        {"status": 99}, {"status": 101}, {"status": 199}, {"status": 600}, {"status": 10**30}, {"status": "200"}, {"status": 200.5},
        {"status": True}, {"status": 204}, {"status": 304}, {"content_type": None}, {"content_type": "a/b\r\nX: y"}, {"content_type": "a/\u20ac"},
        {"headers": [["X-A", "b\r\nSet-Cookie: c=1"]]}, {"headers": [["X-A", "\u20ac"]]}, {"headers": [["X-A", "\x00"]]},
        {"headers": [["X-A", " b"]]}, {"headers": [["X A", "b"]]}, {"headers": [["X-\u00e4", "b"]]}, {"headers": [["", "b"]]},
        {"headers": [["X-A: b\r\nX-B", "c"]]}, {"headers": [["X-A"]]},
    ],
)  # fmt: skip
def test_an_answer_that_no_server_can_give_is_refused(tmp_path: Path, response: dict[str, Any]) -> None:
    file = tmp_path / "exchanges.jsonl"
    file.write_text(f"{one_exchange()}\n{one_exchange(**response)}\n")
    with pytest.raises(ConfigError, match="not an exchange") as caught:
        read_manners(replay=str(file))
    assert caught.value.problems[0].place == Place(str(file), 2)


@pytest.mark.parametrize("status", [200, 302, 418, 599, 204, 304])
def test_whatever_is_read_can_be_answered(tmp_path: Path, status: int) -> None:
    """What the connection of that time said of itself is not said again."""
    file = tmp_path / "exchanges.jsonl"
    told = "" if status in {204, 304} else "said"
    headers = [
        ["X-A", "b c"],
        ["Retry-After", ""],
        ["Content-Length", "50"],
        ["transfer-encoding", "chunked"],
        ["Connection", "close"],
    ]
    file.write_text(one_exchange(status=status, headers=headers, body=told))

    async def story(app: Any) -> httpx.Response:
        async with on_socket(app) as origin, httpx.AsyncClient(base_url=origin, trust_env=False) as client:
            return await client.get("/files/a")

    found = asyncio.run(story(make_app(silent, voices=(), manners=read_manners(replay=str(file)))))
    assert (found.status_code, found.text, found.headers["x-a"], found.headers["retry-after"]) == (
        status,
        told,
        "b c",
        "",
    )
    assert "connection" not in found.headers


@pytest.mark.parametrize("name", list(providers.find()))
def test_every_wire_is_repeated(tmp_path: Path, name: str) -> None:
    member = providers.get(name)
    call = member.encode(plain(member))
    file = tmp_path / "exchanges.jsonl"

    async def story(client: httpx.AsyncClient) -> list[tuple[int, httpx.Headers, bytes]]:
        headers = {"content-type": call.content_type, **dict(call.headers)}
        ask = partial(client.request, call.method, f"/{name}{call.path}", params=call.query, headers=headers)
        answers = [await ask(content=call.body), await ask(content=b"nothing")]
        return [(one.status_code, one.headers, one.content) for one in answers]

    first = record(story, file)
    assert first[0][0] == 200
    assert replay(story, file) == first


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "exchanges.jsonl"
    record(two, file)
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:2], lines[2][:-20], *lines[3:]]))
    with pytest.raises(ConfigError) as caught:
        read_manners(replay=str(file))
    assert caught.value.problems[0].place == Place(str(file), 3)


def test_a_recording_that_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        read_manners(replay=str(tmp_path / "none"))
    with pytest.raises(HostError):
        read_manners(record="/proc/none/exchanges.jsonl")
    (tmp_path / "link").symlink_to(tmp_path / "goal")
    with pytest.raises(HostError):
        read_manners(record=str(tmp_path / "link"))


def test_faults_strike_what_is_replayed(tmp_path: Path) -> None:
    file = tmp_path / "exchanges.jsonl"
    record(two, file)

    async def story(client: httpx.AsyncClient) -> list[int]:
        path = f"{PATH}?response_format=base64"
        return [(await client.post(path, json=body())).status_code for _ in range(2)]

    how = read_manners(replay=str(file), faults=["status=503,times=1"])
    assert ask_server(story, speak=silent, manners=how) == [503, 200]
