"""Fish Audio's own client as a judge: its fields, its words and its defaults, and a sound from the local server.

The client speaks MessagePack, which Fish Audio itself takes; 302.AI's page has JSON. So its requests are written anew as JSON below it,
and nothing else of them is changed.
"""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from attrs import evolve
from hypothesis import given, settings

from kit.serving import Server, serving
from voicekit import providers
from voicekit._sound import probe
from voicekit.model import Ask
from voicekit.testing import asks

WIRE = providers.get("fish-302ai")
VOICE = "738d0cc1a3e9430a9de2b544a466a7fc"


class Repacking(httpx.BaseTransport):
    """Writes a body of MessagePack as JSON, hands it on, and keeps where it went and what it said."""

    def __init__(self, below: httpx.BaseTransport) -> None:
        self.below, self.seen = below, list[tuple[str, str, dict[str, Any]]]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        import ormsgpack

        assert request.headers["content-type"] == "application/msgpack"
        said = ormsgpack.unpackb(request.read())
        self.seen.append((request.method, request.url.path, said))
        headers = {name: request.headers[name] for name in ("authorization", "user-agent", "host")}
        return self.below.handle_request(
            httpx.Request(request.method, request.url, headers=headers, json=said)
        )

    def close(self) -> None:
        self.below.close()


@pytest.fixture(scope="module")
def fish() -> Any:
    return pytest.importorskip("fishaudio", reason="Fish Audio's client is not installed")


def client(fish: Any, address: str, wire: httpx.BaseTransport, key: str = "the key") -> Any:
    """Return Fish Audio's client, for an address at which Fish Audio stands below 302.AI's path."""
    headers = {"Authorization": f"Bearer {key}"}
    inner = httpx.Client(base_url=f"{address}/fish-audio", transport=wire, headers=headers, timeout=60)
    return fish.FishAudio(api_key=key, httpx_client=inner)


def spoken(fish: Any, speaking: Any, body: dict[str, Any]) -> bytes:
    """Have the client say what a plan's body says."""
    body = dict(body)
    text, voice = body.pop("text"), body.pop("reference_id")
    said: bytes = speaking.tts.convert(
        text=text,
        reference_id=voice,
        config=fish.types.TTSConfig(**body),
        request_options=fish.core.RequestOptions(additional_query_params={"response_format": "data"}),
    )
    return said


def test_the_request_of_the_client_says_what_the_plan_says(fish: Any) -> None:
    wire = Repacking(httpx.MockTransport(lambda _: httpx.Response(200, content=b"sound")))
    speaking = client(fish, "http://vendor.example", wire)

    @settings(max_examples=50)
    @given(asks(WIRE.name))
    def check(ask: Ask) -> None:
        call = WIRE.encode(ask)
        body = json.loads(call.body)
        assert spoken(fish, speaking, body) == b"sound"
        method, path, said = wire.seen[-1]
        assert (method, path) == (call.method, call.path)
        assert {name: said[name] for name in body} == body
        # What the client says beside is what it says to everybody: it comes from no setting of the plan.
        beside = {name: value for name, value in said.items() if name not in body}
        plain = fish.types.TTSRequest(text="x").model_dump()
        assert beside == {name: plain[name] for name in beside}
        # A bit rate of Opus among it: the plan leaves one that nobody asked for to the vendor.
        meant = {name: value for name, value in said.items() if name in body or name != "opus_bitrate"}
        assert WIRE.parse(call) == WIRE.parse(evolve(call, body=json.dumps(meant).encode()))

    check()


def test_the_defaults_of_the_client_are_the_vendors_usual(fish: Any) -> None:
    """All but one: 302.AI's page says that `latency` is normal where nothing is said, and the client always says it."""
    usual = fish.types.TTSConfig().model_dump()
    plan = json.loads(WIRE.encode(Ask("One.", None, "", VOICE, "MP3")).body)

    own = {name: usual[name] for name in ("chunk_length", "normalize", "format", "mp3_bitrate")}
    assert own == {name: plan[name] for name in own}
    assert (plan["latency"], usual["latency"]) == ("normal", "balanced")


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    with serving("--require-key", "the key") as server:
        yield server


@pytest.mark.parametrize(("word", "codec"), [("mp3", "mp3"), ("wav", "pcm_s16le"), ("opus", "opus")])
def test_the_client_hears_what_it_asked_for(fish: Any, served: Server, word: str, codec: str) -> None:
    with httpx.HTTPTransport() as below:
        speaking = client(fish, served.address, Repacking(below))
        data = spoken(fish, speaking, {"text": "Please hold.", "reference_id": VOICE, "format": word})

    assert probe.probe(data).codec == codec


def test_the_client_tells_every_refusal(fish: Any, served: Server) -> None:
    for kind, status, key, changes in (
        (fish.exceptions.AuthenticationError, 401, "another key", {}),
        (fish.exceptions.APIError, 400, "the key", {"reference_id": "nobody"}),
        (fish.exceptions.APIError, 400, "the key", {"text": ""}),
    ):
        speaking = client(fish, served.address, Repacking(httpx.HTTPTransport()), key)
        with pytest.raises(kind) as caught:
            spoken(fish, speaking, {"text": "One.", "reference_id": VOICE, **changes})
        speaking.close()
        assert caught.value.status == status
