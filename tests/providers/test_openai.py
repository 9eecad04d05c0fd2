"""OpenAI's wire at its own address and behind 302.AI, and 302.AI's unified endpoint in OpenAI's format."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.provider import conforms
from voicekit import providers
from voicekit._sound import probe
from voicekit.errors import Refused, WrongAnswer
from voicekit.model import Ask, Call, Link, Options, Reply, Sound
from voicekit.providers import NotFound, Refusal
from voicekit.testing import asks

BOTH = ("openai", "openai-302ai")
MODELS = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts", "gpt-4o-mini-tts-2025-12-15")
OLDER = ("alloy", "ash", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer")
NEWER = ("ballad", "cedar", "marin", "verse")
WORDS = {"MP3": "mp3", "OGG_OPUS": "opus", "AAC": "aac", "FLAC": "flac", "LINEAR16": "wav", "PCM": "pcm"}
KINDS = {"mp3": "audio/mpeg", "opus": "audio/opus", "aac": "audio/aac", "flac": "audio/flac", "wav": "audio/wav", "pcm": "audio/pcm"}  # fmt: skip
DEFAULTS = {"response_format": "mp3", "speed": 1.0}
ASK = Ask(text="One moment.", ssml=None, language="", voice="alloy", encoding="MP3")
BODY = {"model": "tts-1", "input": "One moment.", "voice": "alloy"}


@pytest.mark.parametrize("name", [*BOTH, "speech-302ai"])
def test_conforms(name: str) -> None:
    conforms(
        providers.get(name), extra=("instructions", "speed", "stream_format", "response_format", "volume")
    )


def sent(ask: Ask, name: str = "openai") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(providers.get(name).encode(ask).body)
    return found


def parsed(name: str = "openai", /, **changes: Any) -> Ask:
    wire = providers.get(name)
    return wire.parse(Call("POST", wire.route[1], (), json.dumps(BODY | changes).encode()))


# --- the request --------------------------------------------------------------------------------------


def test_the_fields_of_the_vendors_page() -> None:
    ask = evolve(ASK, rate=1.2, options=(("instructions", "Calm."), ("model", "gpt-4o-mini-tts")))

    assert sent(ask) == {
        "model": "gpt-4o-mini-tts",
        "input": "One moment.",
        "voice": "alloy",
        "instructions": "Calm.",
        "response_format": "mp3",
        "speed": 1.2,
    }
    assert sent(ASK) == {**BODY, "response_format": "mp3"}


@pytest.mark.parametrize(("model", "follows"), list(zip(MODELS, [False, False, True, True], strict=True)))
def test_instructions_are_for_the_models_that_follow_them(model: str, follows: bool) -> None:
    ask = evolve(ASK, options=(("instructions", "Calm."), ("model", model)))

    assert ("instructions" in sent(ask)) == follows
    assert (dict(parsed(model=model, instructions="Calm.").options).get("instructions") == "Calm.") == follows


def test_a_custom_voice_is_sent_as_an_object() -> None:
    assert sent(evolve(ASK, voice="voice_1234"))["voice"] == {"id": "voice_1234"}
    assert parsed(voice={"id": "voice_1234"}).voice == "voice_1234"


@pytest.mark.parametrize("name", BOTH)
def test_a_models_family_is_the_model_and_has_its_voices(name: str) -> None:
    def family(voice: str, model: str) -> str | None:
        found = providers.get(name).family(voice, (("model", model),))
        return found.name if found else None

    for model in MODELS:
        assert {family(voice, model) for voice in (*OLDER, "voice_1")} == {model}
        assert {family(voice, model) for voice in NEWER} == {None if model.startswith("tts-1") else model}
        assert {family(voice, model) for voice in ("", "Alloy", "kore", "voice_", "voice_/x")} == {None}
    assert family("alloy", "tts-2") is None


def test_prices_are_for_characters_and_those_of_tokens_are_not_known() -> None:
    families = providers.get("openai").capabilities.families

    assert {name: family.price for name, family in families.items() if family.priced.support == "yes"} == {
        "tts-1": 15.0,
        "tts-1-hd": 30.0,
    }
    assert providers.get("openai").billed(evolve(ASK, text="né\U0001f600")) == 3


@pytest.mark.parametrize("more", [{"instructions": None, "speed": None, "response_format": None, "stream_format": None}, {"stream_format": "audio"}, {"instructions": ""}, {"later": 1}])  # fmt: skip
def test_what_says_nothing_is_taken(more: dict[str, Any]) -> None:
    assert parsed(**more) == ASK


@pytest.mark.parametrize("speed", [0.25, 1, 4.0])
def test_all_of_the_vendors_speeds_are_spoken(speed: float) -> None:
    assert parsed(speed=speed).rate == speed


def test_which_model_has_which_voice_is_only_reported() -> None:
    assert parsed(voice="marin").voice == "marin"


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": None}, "'missing', 'loc': ('body', 'model'), 'msg': 'Field required'"), ({"model": 3}, "valid string"), ({"input": None}, "Field required"),
        ({"input": ""}, "at least 1 character"), ({"input": "é" * 4_097}, "string_too_long', 'loc': ('body', 'input'), 'msg': 'String should have at most 4096"),
        ({"voice": "kore"}, "Input should be 'alloy', 'ash'"), ({"voice": None}, "'enum', 'loc': ('body', 'voice')"), ({"voice": ["alloy"]}, "Input should be"),
        ({"voice": {"id": "alloy"}}, "id of a voice"), ({"voice": {}}, "id of a voice"), ({"voice": "voice_1234"}, "Input should be"),
        ({"speed": 4.01}, "less than or equal to 4"), ({"speed": 0.2}, "greater than or equal to 0.25"), ({"speed": "fast"}, "valid number"), ({"speed": True}, "valid number"),
        ({"response_format": "ogg"}, "Input should be 'mp3', 'opus', 'aac', 'flac', 'wav' or 'pcm'"), ({"response_format": "AAC"}, "Input should be"),
        ({"instructions": "x" * 4_097}, "at most 4096"), ({"instructions": 1}, "valid string"), ({"stream_format": "sse"}, "not a stream"), ({"stream_format": "x"}, "enum"),
    ],
)  # fmt: skip
def test_what_the_vendor_rejects_is_refused_in_its_words(
    name: str, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refusal) as caught:
        parsed(name, **changes)

    assert caught.value.status == 400
    assert words in caught.value.problems[0].message


def test_the_most_text_that_is_taken() -> None:
    text = "é" * 4_096

    assert parsed(input=text).text == text
    assert providers.get("openai").size(evolve(ASK, text=text)) == 4_096


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"null", b"\xff"])
def test_a_body_that_is_no_object_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal, match="We could not parse the JSON body"):
        providers.get("openai").parse(Call("POST", "/v1/audio/speech", (), content))


def test_an_unknown_model_is_not_found() -> None:
    with pytest.raises(NotFound, match="The model `gpt-5-tts` does not exist"):
        parsed(model="gpt-5-tts")


# --- the answer ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "word"), list(WORDS.items()))
@pytest.mark.parametrize("name", [*BOTH, "speech-302ai"])
def test_an_answer_is_the_sound_and_nothing_else(name: str, encoding: str, word: str) -> None:
    wire = providers.get(name)
    reply = wire.respond(evolve(ASK, encoding=encoding), Sound(b"sound"))

    assert reply == Reply(200, KINDS[word], b"sound")
    assert wire.decode(reply) == Sound(b"sound")


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [(400, "invalid_request_error", None), (401, "invalid_request_error", "invalid_api_key"), (403, "invalid_request_error", None),
     (404, "invalid_request_error", "model_not_found"), (429, "requests", "rate_limit_exceeded"), (500, "server_error", None), (503, "server_error", None)],
)  # fmt: skip
def test_an_error_is_openais_own(status: int, kind: str, code: str | None) -> None:
    reply = providers.get("openai").refuse(status, "No.")

    assert json.loads(reply.body) == {"error": {"message": "No.", "type": kind, "param": None, "code": code}}
    assert (reply.status, reply.content_type) == (status, "application/json")


@pytest.mark.parametrize(("status", "code"), [(401, -10001), (402, -10004), (403, -10001), (404, -10011), (429, -10011), (500, -10003), (503, -10008)])  # fmt: skip
def test_what_302ai_refuses_itself_is_in_its_own_shape(status: int, code: int) -> None:
    said = dict.fromkeys(("message", "message_cn", "message_jp"), "No.")
    error = {"err_code": code, **said, "type": "api_error"}

    for name in ("openai-302ai", "speech-302ai"):
        assert json.loads(providers.get(name).refuse(status, "No.").body) == {"error": error}
    assert json.loads(providers.get("openai-302ai").refuse(400, "No.").body)["error"]["param"] is None


@pytest.mark.parametrize("kind", ["application/json", "text/html", ""])
def test_a_200_that_is_no_sound_is_a_wrong_answer(kind: str) -> None:
    with pytest.raises(WrongAnswer, match="openai answered 200 without a sound"):
        providers.get("openai").decode(Reply(200, kind, b'{"status": "ok"}'))


def test_the_vendors_words_are_told() -> None:
    body = b'{"error": {"message": "Slow down.", "type": "requests", "param": null, "code": "rate_limit_exceeded"}}'
    with pytest.raises(Refused, match="openai answered 429: Slow down"):
        providers.get("openai").decode(Reply(429, "application/json", body))


# --- 302.AI's unified endpoint in this format ---------------------------------------------------------


def test_the_unified_endpoints_model_is_a_vendor() -> None:
    ask = evolve(ASK, voice="zh_female", rate=0.9, gain=-6.0, options=(("model", "doubao"),))

    assert sent(ask, "speech-302ai") == {
        "model": "doubao",
        "input": "One moment.",
        "voice": "zh_female",
        "response_format": "mp3",
        "speed": 0.9,
        "volume": 0.501187,
    }
    family = providers.get("speech-302ai").family("zh_female", (("model", "doubao"),))
    assert family is not None
    assert (family.name, family.priced.support) == ("doubao", "unknown")
    assert providers.get("speech-302ai").family(" ") is None


@pytest.mark.parametrize(("gain", "volume"), [(0.0, 1), (6.0, 1.99526), (-20.0, 0.1), (-40.0, 0.01)])
def test_a_gain_is_a_volume(gain: float, volume: float) -> None:
    wire = providers.get("speech-302ai")
    call = wire.encode(evolve(ASK, gain=gain))

    assert json.loads(call.body)["volume"] == volume
    assert wire.parse(call).gain == pytest.approx(gain, abs=1e-4)


def test_a_volume_of_nothing_is_the_least_gain() -> None:
    assert parsed("speech-302ai", model="openai", volume=0).gain == -96


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"model": "tts-1"}, "model: Input should be 'openai', 'doubao'"), ({"volume": 2.1}, "volume: Input should be less"), ({"volume": -0.1}, "greater"),
     ({"voice": ""}, "voice"), ({"input": ""}, "input"), ({"stream_format": "sse"}, "'audio' or 'url'")],
)  # fmt: skip
def test_the_unified_endpoint_says_which_field_is_wrong(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        parsed("speech-302ai", **{"model": "openai"} | changes)


@pytest.mark.parametrize(("options", "wanted"), [((), False), ((("stream_format", "url"),), True)])
def test_the_unified_answer_is_an_address_where_one_is_asked_for(options: Options, wanted: bool) -> None:
    wire = providers.get("speech-302ai")
    ask, link = evolve(ASK, options=options), Link("https://file.302.ai/gpt/imgs/1.mp3")

    assert wire.wants_link(ask) == wanted
    assert sent(ask, "speech-302ai").get("stream_format") == ("url" if wanted else None)
    reply = wire.respond(ask, link)
    assert json.loads(reply.body) == {"audio_url": link.url, "format": "mp3"}
    assert wire.decode(reply) == link


# --- OpenAI's own client --------------------------------------------------------------------------------


class Recorder(ThreadingHTTPServer):
    """Answers every POST with a sound, and keeps the last one's path and body."""

    last: tuple[str, Any] = ("", None)

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        assert isinstance(self.server, Recorder)
        self.server.last = (self.path, json.loads(content))
        self.send_response(200)
        self.send_header("content-type", "audio/mpeg")
        self.send_header("content-length", "5")
        self.end_headers()
        self.wfile.write(b"sound")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def openai() -> Any:
    return pytest.importorskip("openai", reason="OpenAI's client is not installed")


def client(openai: Any, address: str, base: str = "/v1") -> Any:
    return openai.OpenAI(api_key="a key", base_url=address + base, max_retries=0, timeout=30)


def arguments(ask: Ask, *, omitted: bool) -> dict[str, Any]:
    """Say a profile in the client's own words; `omitted` leaves what the vendor would take anyway to it."""
    options = dict(ask.options)
    found: dict[str, Any] = {"input": ask.text, "voice": ask.voice, "model": options.get("model", "tts-1")}
    if ask.encoding != "MP3" or not omitted:
        found["response_format"] = WORDS[ask.encoding]
    if ask.rate is not None or not omitted:
        found["speed"] = 1.0 if ask.rate is None else ask.rate
    if "instructions" in options and not found["model"].startswith("tts-1"):
        found["instructions"] = options["instructions"]
    return found


@pytest.mark.parametrize("name", BOTH)
def test_openais_client_sends_the_plans_request(name: str, openai: Any, recorder: Recorder) -> None:
    with client(openai, recorder.address) as speaking:

        @settings(max_examples=40)
        @given(asks(name), st.booleans())
        def check(ask: Ask, omitted: bool) -> None:
            speaking.audio.speech.create(**arguments(ask, omitted=omitted))

            call = providers.get(name).encode(ask)
            path, body = recorder.last
            assert (path, DEFAULTS | body) == (call.path, DEFAULTS | json.loads(call.body))
            assert call.query == ()

        check()


def test_openais_client_sends_a_custom_voice_as_the_plan_does(openai: Any, recorder: Recorder) -> None:
    with client(openai, recorder.address) as speaking:
        speaking.audio.speech.create(input="One moment.", model="tts-1", voice={"id": "voice_1234"})

    assert DEFAULTS | recorder.last[1] == DEFAULTS | sent(evolve(ASK, voice="voice_1234"))


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The address of a running `voicekit serve`."""
    command = [sys.executable, "-m", "voicekit", "serve", "--port", "0", "--require-key", "the key"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().rpartition(" ")[2].strip()
        finally:
            process.terminate()


def heard(openai: Any, served: str, base: str = "/v1", key: str = "the key", **changes: Any) -> bytes:
    said = {"input": "Please hold the line.", "model": "tts-1", "voice": "nova", **changes}
    with openai.OpenAI(api_key=key, base_url=served + base, max_retries=0, timeout=60) as speaking:
        content: bytes = speaking.audio.speech.create(**said).content
        return content


@pytest.mark.parametrize(
    ("base", "model"), [("/v1", "tts-1"), ("/openai-302ai/v1", "tts-1"), ("/302", "google")]
)
@pytest.mark.parametrize(("encoding", "word"), list(WORDS.items()))
def test_openais_client_hears_what_it_asked_for(
    openai: Any, served: str, base: str, model: str, encoding: str, word: str
) -> None:
    data = heard(openai, served, base, model=model, response_format=word)
    media = probe.verify(data, encoding, 24_000, text_length=len("Please hold the line."))

    assert 0.5 < media.duration < 4


def test_openais_client_hears_a_rate(openai: Any, served: str) -> None:
    slow, fast = (
        probe.probe(heard(openai, served, speed=speed, response_format="wav")) for speed in (0.5, 2.0)
    )

    assert slow.duration == pytest.approx(4 * fast.duration, rel=0.1)


def test_openais_client_tells_every_refusal(openai: Any, served: str) -> None:
    for kind, changes in (
        (openai.BadRequestError, {"voice": "kore"}),
        (openai.BadRequestError, {"speed": 9.0}),
        (openai.BadRequestError, {"input": "x" * 4_097}),
        (openai.NotFoundError, {"model": "tts-9"}),
        (openai.AuthenticationError, {"key": "another key"}),
    ):
        with pytest.raises(kind) as caught:
            heard(openai, served, **changes)
        assert caught.value.type == "invalid_request_error"
        assert caught.value.body["message"]


def test_openais_client_tells_302ais_refusals(openai: Any, served: str) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        heard(openai, served, "/openai-302ai/v1", model="tts-9")

    assert caught.value.body["err_code"] == -10011
