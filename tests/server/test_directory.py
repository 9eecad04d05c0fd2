"""Many vendors on one port: whose a request is where two have one path, and what of it reaches the vendor's wire."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from kit import mill
from kit.local_server import anything, ask_server, body, plain
from kit.mill import MILL
from voicekit import _wire, providers
from voicekit._server import bodies, make_app
from voicekit._transport import Transport
from voicekit.model import Ask, Call, Endpoint
from voicekit.providers import Authentication, Provider, _paths

BEARER = Authentication("bearer")
OTHER = evolve(MILL, name="other-mill", authentication=BEARER)
LENIENT = evolve(MILL, name="lenient-mill", authentication=Authentication("header", "X-Lenient", bearer=True))
PICKY = evolve(
    MILL, name="a-picky-mill", capabilities=evolve(MILL.capabilities, encodings=frozenset({"FLAC"}))
)
CALL = MILL.encode(mill.ask())


def took(
    monkeypatch: pytest.MonkeyPatch,
    *others: Any,
    path: str = CALL.path,
    call: Call = CALL,
    headers: Mapping[str, str] | None = None,
) -> tuple[str, int]:
    """Return who took a request, and the status."""
    mill.add(monkeypatch, *others)

    async def story(client: httpx.AsyncClient) -> tuple[str, int]:
        kind = {"Content-Type": call.content_type, **(headers or {})}
        answer = await client.post(path, content=call.body, headers=kind)
        (row,) = (await client.get("/_voicekit/requests")).json()["requests"]
        return row["provider"], answer.status_code

    found: tuple[str, int] = ask_server(story, speak=anything)
    return found


@pytest.mark.parametrize(
    ("headers", "who"),
    [
        ({}, "lenient-mill"),
        ({"X-Mill-Key": "k"}, "mill-tasks"),
        ({"Authorization": "Bearer k"}, "other-mill"),
        ({"X-Lenient": "k"}, "lenient-mill"),
        ({"X-Mill-Key": "k", "Authorization": "Bearer k"}, "mill-tasks"),
        ({"Authorization": "Basic k"}, "lenient-mill"),
    ],
)
def test_the_key_says_whose_a_path_is(
    monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], who: str
) -> None:
    assert took(monkeypatch, OTHER, LENIENT, headers=headers) == (who, 200)


def test_a_way_that_is_also_taken_counts_where_nobody_has_it_as_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert took(monkeypatch, LENIENT, headers={"Authorization": "Bearer k"}) == ("lenient-mill", 200)


def test_without_a_key_it_is_whose_key_may_stand_in_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    by_hand = evolve(
        MILL, name="zealous-mill", authentication=Authentication("header", "X-Zeal", query="zeal")
    )
    assert took(monkeypatch, OTHER, LENIENT, by_hand) == ("zealous-mill", 200)
    assert took(monkeypatch, OTHER, by_hand, headers={"X-Mill-Key": "k"}) == ("mill-tasks", 200)
    assert took(monkeypatch, OTHER, by_hand, path=f"{CALL.path}?zeal=k") == ("zealous-mill", 200)


@pytest.mark.parametrize(
    ("headers", "who"),
    [
        ({}, "google"),
        ({"Authorization": "Bearer k"}, "google"),
        ({"x-goog-api-key": "k"}, "google"),
        ({"xi-api-key": "k"}, "elevenlabs"),
        (
            {"Authorization": "AWS4-HMAC-SHA256 Credential=AKID/20261007/us-east-1/polly/aws4_request"},
            "polly",
        ),
    ],
)
def test_the_lists_of_voices_that_share_a_path(headers: dict[str, str], who: str) -> None:
    if who not in providers.find():
        pytest.skip(f"there is no {who}")

    async def story(client: httpx.AsyncClient) -> Any:
        assert (await client.get("/v1/voices", headers=headers)).status_code == 200
        return (await client.get("/_voicekit/requests")).json()["requests"][0]["provider"]

    assert ask_server(story) == who


def test_among_equals_the_first_that_can_read_the_request_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert took(monkeypatch, PICKY, headers={"X-Mill-Key": "k"}) == ("mill-tasks", 200)
    flac = evolve(CALL, body=CALL.body.replace(b"LINEAR16", b"FLAC"))
    assert took(monkeypatch, PICKY, call=flac, headers={"X-Mill-Key": "k"}) == ("a-picky-mill", 200)


def test_what_nobody_can_read_is_refused_by_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert took(monkeypatch, PICKY, call=evolve(CALL, body=b"{}")) == ("a-picky-mill", 400)


@pytest.mark.parametrize("name", ["mill-tasks", "other-mill", "lenient-mill"])
def test_below_its_name_exactly_one_answers(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path = f"/{name}{CALL.path}"
    assert took(monkeypatch, OTHER, LENIENT, path=path, headers={"X-Mill-Key": "k"}) == (name, 200)


@pytest.mark.parametrize("name", list(providers.find()))
def test_the_embedded_endpoint_reaches_each_provider_itself(name: str) -> None:
    member, seen = providers.get(name), list[str]()

    async def story() -> None:
        app = make_app(anything, voices=())

        async def noting(scope: Any, receive: Any, send: Any) -> None:
            seen.append(scope["path"])
            await app(scope, receive, send)

        async with Transport(Endpoint("embedded"), member, app=noting, environ={}) as transport:
            await transport.send(member.encode(plain(member)))

    asyncio.run(story())
    assert seen[0].startswith(f"/{name}{member.route[1].partition('{')[0]}")


def test_each_address_on_the_front_page_is_answered() -> None:
    async def story(client: httpx.AsyncClient) -> dict[str, tuple[int, str, str]]:
        found = {}
        for row in (await client.get("/")).json()["routes"]:
            path = row["exact"].replace("{", "").replace("}", "")
            answer = await client.request(row["method"], path)
            requests = (await client.get("/_voicekit/requests")).json()["requests"]
            found[row["exact"]] = (answer.status_code, requests[-1]["provider"], row["provider"])
        return found

    found = ask_server(story, speak=anything)
    assert all(taken == promised for _, taken, promised in found.values())
    assert {status for status, _, _ in found.values()} <= {200, 400, 404, 415, 422}
    assert len(found) >= len(providers.find())


def test_a_wrong_method_below_a_name_is_told_the_right_one() -> None:
    async def story(client: httpx.AsyncClient) -> httpx.Response:
        return await client.put("/google/v1/text:synthesize", json=body())

    answer = ask_server(story)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


# --- what reaches the wire ---------------------------------------------------------------------------


@frozen
class Watched:
    """A provider that shows what it is given."""

    inner: Provider
    seen: list[Call]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def parse(self, call: Call) -> Ask:
        self.seen.append(call)
        return self.inner.parse(call)


def watch(monkeypatch: pytest.MonkeyPatch, path: str, headers: dict[str, str]) -> Call:
    greedy = frozenset({"X-Mill-Priority", "X-Mill-Key", "Authorization"})
    watched = Watched(evolve(MILL, headers=greedy), [])
    mill.add(monkeypatch)
    found = {**providers.find(), "mill-tasks": watched}
    monkeypatch.setattr(providers, "find", lambda: found)

    async def story(client: httpx.AsyncClient) -> None:
        kind = {"Content-Type": "application/json; charset=utf-8"}
        answer = await client.post(path, content=CALL.body, headers=kind | headers)
        assert answer.status_code == 200

    ask_server(story, speak=anything)
    return watched.seen[0]


def test_a_wire_gets_the_headers_that_it_names_and_never_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = {"x-mill-priority": "high", "X-Other": "1", "Cookie": "a=b"}
    sent |= {"X-Mill-Key": "sk-canary", "Authorization": "Bearer sk-canary"}
    call = watch(monkeypatch, f"{CALL.path}?page=2", sent)
    assert call.headers == (("X-Mill-Priority", "high"),)
    assert call.query == (("page", "2"),)
    assert call.content_type == "application/json"
    assert MILL.parse(call).options == (("priority", "high"),)


@pytest.mark.parametrize("name", ["key", "KEY", "X-Amz-Signature", "x-amz-security-token"])
def test_a_key_in_the_query_reaches_no_wire(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    call = watch(monkeypatch, f"{CALL.path}?{name}=sk-canary&page=2", {"Authorization": "Bearer sk-canary"})
    assert call.query == (("page", "2"),)
    assert "canary" not in repr(call)


def test_a_wire_sees_its_own_path(monkeypatch: pytest.MonkeyPatch) -> None:
    assert watch(monkeypatch, f"/mill-tasks{CALL.path}", {}).path == CALL.path


@given(st.text(min_size=1, max_size=20))
def test_a_value_in_a_path_comes_through_whole(value: str) -> None:
    if value in {".", ".."}:
        return
    template = "/v1/say/{voice}/now:please"
    written = _paths.fill(template, voice=value.encode("utf-8", "replace").decode())
    path = bodies.path_of({"raw_path": written.encode()})
    assert _paths.read(template, path) == _paths.read(template, written)


def test_a_colon_may_be_escaped() -> None:
    async def story(client: httpx.AsyncClient) -> int:
        return (await client.post("/v1/text%3Asynthesize", json=body())).status_code

    assert ask_server(story) == 200


@pytest.mark.parametrize(
    ("written", "kind", "fits"),
    [
        ("application/json", "application/json", True),
        ("application/json", "application/vnd.mill+json", True),
        ("application/json", "application/ssml+xml", False),
        ("application/json", "text/plain", False),
        ("application/ssml+xml", "application/ssml+xml", True),
        ("application/ssml+xml", "application/other+xml", True),
        ("application/ssml+xml", "application/json", False),
        ("application/ssml+xml", "text/plain", False),
        ("application/ssml+xml", "multipart/form-data", False),
        ("application/ssml+xml", "", False),
    ],
)
def test_the_media_type_of_a_body_is_that_of_the_wire(written: str, kind: str, fits: bool) -> None:
    assert bodies.fits(kind, written) is fits


def test_a_wire_of_xml_reads_xml_only(monkeypatch: pytest.MonkeyPatch) -> None:
    @frozen
    class XmlMill(mill.MillWire):
        def encode(self, ask: Ask) -> Call:
            call: Call = MILL.encode(ask)
            return evolve(call, content_type="application/ssml+xml", body=b"<speak/>")

        def parse(self, call: Call) -> Ask:
            assert (call.content_type, call.body) == ("application/ssml+xml", b"<speak>Hi.</speak>")
            return mill.ask("Hi.")

    xml = XmlMill(name="xml-mill")
    call = Call("POST", CALL.path, body=b"<speak>Hi.</speak>", content_type="application/ssml+xml")
    assert took(monkeypatch, xml, call=call) == ("xml-mill", 200)
    as_json = evolve(call, content_type="application/json", body=_wire.compact({"a": 1}))
    assert took(monkeypatch, xml, path=f"/xml-mill{CALL.path}", call=as_json) == ("xml-mill", 415)
