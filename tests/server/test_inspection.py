"""The inspection page: what the server saw, in a shape that others build on, and without a secret."""

import json
from typing import Any

import httpx
import jsonschema
import pytest

from kit import mill
from kit.local_server import GOOGLE, PATH, anything, ask_server, body, one
from kit.mill import MILL
from voicekit._server import read_manners
from voicekit._server.witness import BODY_BYTES, BODY_DEPTH, HEAD_CHARACTERS, KEPT

PAGE = "/_voicekit/requests"
CANARY = "sk-canary-1234"

COUNT = {"type": "integer", "minimum": 0}
TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["schema", "count", "accepted", "providers", "requests"],
    "properties": {
        "schema": {"const": "voicekit.requests/1"},
        "count": COUNT,
        "accepted": COUNT,
        "providers": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["count", "accepted"],
                "properties": {"count": COUNT, "accepted": COUNT},
            },
        },
        "requests": {
            "type": "array",
            "maxItems": 1_000,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": [
                    "number", "method", "path", "query", "headers", "kind", "provider", "status", "accepted",
                    "seconds", "fault", "body",
                ],
                "properties": {
                    "number": {"type": "integer", "minimum": 1},
                    "method": {"type": "string"},
                    "path": {"type": "string", "pattern": "^/"},
                    "query": {
                        "type": "object",
                        "additionalProperties": {
                            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
                        },
                    },
                    "headers": TEXTS,
                    "kind": {"enum": ["synthesize", "poll", "voices", "file", "other"]},
                    "provider": {"type": ["string", "null"]},
                    "status": {"type": ["integer", "null"]},
                    "accepted": {"type": "boolean"},
                    "seconds": {"type": "number", "minimum": 0},
                    "fault": {"type": ["string", "null"]},
                    "body": True,
                },
            },
        },
    },
}  # fmt: skip


async def inspect(client: httpx.AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(PAGE)).json()
    jsonschema.validate(found, SCHEMA)
    return found


def test_it_begins_with_nothing() -> None:
    assert one("GET", PAGE).json() == {
        "schema": "voicekit.requests/1", "count": 0, "accepted": 0, "providers": {}, "requests": []
    }  # fmt: skip


def test_each_request_has_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    mill.add(monkeypatch)

    async def story(client: httpx.AsyncClient) -> dict[str, Any]:
        await client.post(f"{PATH}?response_format=base64", json=body())
        await client.post(GOOGLE, json={})
        await client.get("/v1/voices?languageCode=de&a=1&a=2")
        await client.get("/files/none.wav")
        await client.get("/nowhere")
        await client.post(GOOGLE, content=b"not json", headers={"content-type": "application/json"})
        call = MILL.encode(mill.ask())
        name = (await client.post(call.path, json=json.loads(call.body))).json()["task"]
        await client.get(f"{call.path}/{name}")
        return await inspect(client)

    page = ask_server(story, speak=anything)
    seen = [
        (row["number"], row["kind"], row["provider"], row["status"], row["accepted"])
        for row in page["requests"]
    ]
    assert seen == [
        (1, "synthesize", "google-302ai", 200, True),
        (2, "synthesize", "google", 400, False),
        (3, "voices", "google", 200, False),
        (4, "file", None, 404, False),
        (5, "other", None, 404, False),
        (6, "synthesize", "google", 400, False),
        (7, "synthesize", "mill-tasks", 200, True),
        (8, "poll", "mill-tasks", 200, False),
    ]
    assert (page["count"], page["accepted"]) == (8, 2)
    assert page["providers"] == {
        "google": {"count": 3, "accepted": 0},
        "google-302ai": {"count": 1, "accepted": 1},
        "mill-tasks": {"count": 2, "accepted": 1},
    }
    first, third, sixth = (page["requests"][number] for number in (0, 2, 5))
    assert (first["method"], first["path"], first["query"]) == ("POST", PATH, {"response_format": "base64"})
    assert first["body"] == body()
    assert third["query"] == {"languageCode": "de", "a": ["1", "2"]}
    assert third["body"] is None
    assert sixth["body"] == "not json"


def test_what_a_vendor_refuses_with_a_200_is_not_charged() -> None:
    async def story(client: httpx.AsyncClient) -> dict[str, Any]:
        await client.post(
            "/minimaxi/v1/t2a_v2", json={"model": "speech-02-hd", "text": "One.", "stream": True}
        )
        return await inspect(client)

    page = ask_server(story, speak=anything)
    (row,) = page["requests"]
    assert (row["kind"], row["provider"], row["status"]) == ("synthesize", "minimax-302ai", 200)
    assert (row["accepted"], page["accepted"]) == (False, 0)


def test_the_own_pages_are_not_requests() -> None:
    async def story(client: httpx.AsyncClient) -> int:
        for path in ("/", "/health", PAGE, PAGE):
            await client.get(path)
        return int((await inspect(client))["count"])

    assert ask_server(story) == 0


def test_it_can_begin_anew() -> None:
    async def story(client: httpx.AsyncClient) -> dict[str, Any]:
        await client.post(PATH, json=body())
        assert (await client.delete(PAGE)).status_code == 204
        await client.get("/v1/voices")
        return await inspect(client)

    page = ask_server(story)
    assert (page["count"], page["accepted"], page["requests"][0]["number"]) == (1, 0, 1)
    assert list(page["providers"]) == ["google"]
    assert one("POST", PAGE).status_code == 405


def test_a_bug_has_a_row_too() -> None:
    async def speak(ask: Any) -> Any:
        raise ZeroDivisionError

    async def story(client: httpx.AsyncClient) -> dict[str, Any]:
        await client.post(PATH, json=body())
        return await inspect(client)

    (row,) = ask_server(story, speak=speak)["requests"]
    assert (row["status"], row["accepted"]) == (500, False)


def test_the_last_thousand_are_kept_and_bodies_are_cut() -> None:
    async def story(client: httpx.AsyncClient) -> dict[str, Any]:
        for number in range(KEPT + 20):
            await client.get(f"/nowhere/{number}")
        long = body(input={"text": "x" * 2 * BODY_BYTES})
        await client.post(GOOGLE, json=long)
        return await inspect(client)

    page = ask_server(story)
    assert page["count"] == KEPT + 21
    assert len(page["requests"]) == KEPT
    assert page["requests"][0]["number"] == 22
    assert len(page["requests"][-1]["body"]) == BODY_BYTES


@pytest.mark.parametrize("levels", [1, BODY_DEPTH - 1, BODY_DEPTH, 251, 1_000])
def test_a_body_that_is_nested_too_deep_is_shown_as_text(levels: int) -> None:
    """What orjson reads is deeper than what it writes, and than what most readers of the page take."""
    text = json.dumps(body())[:-1] + f', "x": {"[" * levels}{"]" * levels}}}'

    async def story(client: httpx.AsyncClient) -> dict[str, Any]:
        await client.post(GOOGLE, content=text, headers={"content-type": "application/json"})
        return await inspect(client)

    shown = ask_server(story)["requests"][0]["body"]
    assert (shown == text) if levels >= BODY_DEPTH else (shown == json.loads(text))


@pytest.mark.parametrize(
    "path", ["/v1/voices?" + "a&" * 30_000, "/v1/voices?a=" + "b" * 60_000, "/" + "%20" * 20_000]
)
def test_the_head_of_a_request_is_cut_too(path: str) -> None:
    """A query of 60 kB may have 30,000 names: a thousand of those were two gigabytes."""

    async def story(client: httpx.AsyncClient) -> str:
        await client.get(path, headers={"User-Agent": "x" * 60_000})
        await inspect(client)
        return (await client.get(PAGE)).text

    assert len(ask_server(story)) <= 3 * HEAD_CHARACTERS + 1_000


# --- secrets -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("", {"Authorization": f"Bearer {CANARY}"}),
        ("", {"Authorization": f"Basic {CANARY}"}),
        ("", {"x-goog-api-key": CANARY}),
        ("", {"xi-api-key": CANARY}),
        ("", {"Ocp-Apim-Subscription-Key": CANARY}),
        ("", {"Cookie": f"session={CANARY}"}),
        ("", {"X-Unknown-Secret": CANARY}),
        (f"?key={CANARY}", {}),
        (f"?KEY={CANARY}&X-Amz-Signature={CANARY}", {}),
        (f"?api_key={CANARY}&access_token={CANARY}", {}),
    ],
)
def test_no_credential_is_shown(query: str, headers: dict[str, str]) -> None:
    async def story(client: httpx.AsyncClient) -> str:
        await client.post(f"{PATH}{query}", json=body(), headers=headers)
        await client.get(f"/v1/voices{query}", headers=headers)
        await client.get(f"/nowhere{query}", headers=headers)
        assert (await inspect(client))["count"] == 3
        return (await client.get(PAGE)).text

    assert CANARY not in ask_server(story, manners=read_manners(faults=[f"latency=0.01,key={CANARY}"]))


def test_headers_are_shown_by_a_list() -> None:
    async def story(client: httpx.AsyncClient) -> dict[str, str]:
        await client.post(PATH, json=body(), headers={"User-Agent": "mine", "Accept": "*/*", "X-Other": "1"})
        row = (await inspect(client))["requests"][0]
        headers: dict[str, str] = row["headers"]
        return headers

    shown = ask_server(story)
    assert set(shown) == {"accept", "content-type", "content-length", "user-agent"}
    assert shown["user-agent"] == "mine"


def test_a_header_that_a_wire_reads_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    mill.add(monkeypatch)

    async def story(client: httpx.AsyncClient) -> dict[str, str]:
        call = MILL.encode(mill.ask(options=(("priority", "high"),)))
        await client.post(
            call.path, json=json.loads(call.body), headers={**dict(call.headers), "X-Mill-Key": CANARY}
        )
        headers: dict[str, str] = (await inspect(client))["requests"][0]["headers"]
        return headers

    shown = ask_server(story, speak=anything)
    assert shown["x-mill-priority"] == "high"
    assert "x-mill-key" not in shown


# --- who may look ------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_the_page_is_guarded_as_everything_is(method: str, headers: dict[str, str]) -> None:
    assert one(method, PAGE, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer right"}, 200),
        ({"x-goog-api-key": "right"}, 200),
    ],
)
def test_a_required_key_is_required_here_too(headers: dict[str, str], status: int) -> None:
    assert one("GET", PAGE, headers=headers, server={"require_key": "right"}).status_code == status
