"""ElevenLabs' wire at its own address and behind 302.AI, held against ElevenLabs' own client."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kit.provider import conforms, listing, says_the_same
from kit.serving import Server, serving
from voicekit import providers, ssml
from voicekit._sound import bare, probe
from voicekit.errors import Refused, WrongAnswer
from voicekit.model import Ask, Call, Link, Options, Reply, Sound
from voicekit.providers import NotFound, Refusal, Unprocessable, VoiceEntry
from voicekit.testing import asks

BOTH = ("elevenlabs", "elevenlabs-302ai")
MODELS = {
    "eleven_v3": 3_000,
    "eleven_multilingual_v2": 10_000,
    "eleven_flash_v2_5": 40_000,
    "eleven_turbo_v2_5": 40_000,
    "eleven_flash_v2": 30_000,
    "eleven_turbo_v2": 30_000,
}
TOLD = ("eleven_v3", "eleven_flash_v2_5", "eleven_turbo_v2_5")
VOICE = "JBFqnCBsd6RMkjVDRZzb"
ASK = Ask(text="One moment.", ssml=None, language="en-US", voice=VOICE, encoding="MP3")
PATHS = {
    "elevenlabs": f"/v1/text-to-speech/{VOICE}",
    "elevenlabs-302ai": f"/elevenlabs/text-to-speech/{VOICE}",
}
EXTRA = ("language_code", "voice_settings", "seed", "apply_text_normalization", "stability", "speed")


@pytest.mark.parametrize("name", BOTH)
def test_conforms(name: str) -> None:
    conforms(providers.get(name), extra=EXTRA)


def sent(ask: Ask, name: str = "elevenlabs") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(providers.get(name).encode(ask).body)
    return found


def query(ask: Ask, name: str = "elevenlabs") -> dict[str, str]:
    return dict(providers.get(name).encode(ask).query)


def parsed(
    name: str = "elevenlabs", /, *, path: str = "", asked: dict[str, str] | None = None, **changes: Any
) -> Ask:
    body = {"text": "One moment.", "model_id": "eleven_multilingual_v2"} | changes
    call = Call("POST", path or PATHS[name], tuple((asked or {}).items()), json.dumps(body).encode())
    return providers.get(name).parse(call)


def model(name: str, *more: tuple[str, Any]) -> Options:
    stated = () if name == "eleven_multilingual_v2" else (("model", name),)
    return tuple(sorted((*stated, *more)))


# --- the request --------------------------------------------------------------------------------------


def test_the_fields_of_the_vendors_page() -> None:
    own = (("apply_text_normalization", "off"), ("seed", 7), ("stability", 0.4), ("use_speaker_boost", True))
    ask = evolve(ASK, rate=1.1, options=model("eleven_flash_v2_5", *own))
    call = providers.get("elevenlabs").encode(ask)

    assert (call.method, call.path) == ("POST", PATHS["elevenlabs"])
    assert call.query == (("output_format", "mp3_44100_128"),)
    assert json.loads(call.body) == {
        "text": "One moment.",
        "model_id": "eleven_flash_v2_5",
        "language_code": "en",
        "voice_settings": {"stability": 0.4, "use_speaker_boost": True, "speed": 1.1},
        "seed": 7,
        "apply_text_normalization": "off",
    }
    assert sent(ASK) == {"text": "One moment.", "model_id": "eleven_multilingual_v2"}


@pytest.mark.parametrize(
    ("encoding", "rate", "word"),
    [
        ("MP3", None, "mp3_44100_128"), ("MP3", 22_050, "mp3_22050_32"), ("MP3", 24_000, "mp3_24000_48"), ("MP3", 44_100, "mp3_44100_128"),
        ("OGG_OPUS", 48_000, "opus_48000_128"), ("LINEAR16", None, "wav_24000"), ("LINEAR16", 8_000, "wav_8000"), ("PCM", None, "pcm_24000"),
        ("PCM", 44_100, "pcm_44100"), ("MULAW", None, "ulaw_8000"), ("ALAW", 8_000, "alaw_8000"),
    ],
)  # fmt: skip
def test_a_format_says_encoding_and_rate(encoding: str, rate: int | None, word: str) -> None:
    ask = evolve(ASK, encoding=encoding, sample_rate=rate)

    assert query(ask) == {"output_format": word}
    read = parsed(asked={"output_format": word})
    assert read.encoding == encoding
    assert read.sample_rate in {rate, int(word.split("_")[1])}


def test_every_format_of_the_client_is_read() -> None:
    known = {
        *(f"mp3_44100_{kbits}" for kbits in (32, 64, 96, 128, 192)),
        *(f"opus_48000_{kbits}" for kbits in (32, 64, 96, 128, 192)),
        *(f"{codec}_{rate}" for codec in ("pcm", "wav") for rate in (8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)),
        *("mp3_22050_32", "mp3_24000_48", "ulaw_8000", "alaw_8000"),
    }  # fmt: skip

    assert len(known) == 28
    for word in known:
        assert parsed(asked={"output_format": word}).sample_rate == int(word.split("_")[1])
    with pytest.raises(Unprocessable, match="output_format: Input should be alaw_8000"):
        parsed(asked={"output_format": "mp3_8000_8"})


def test_without_a_format_it_is_the_vendors_usual_one() -> None:
    read = parsed()

    assert (read.encoding, read.sample_rate) == ("MP3", 44_100)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(("language", "code"), [("en-US", "en"), ("es-419", "es"), ("cmn-CN", "zh"), ("fil-PH", None), ("", None)])  # fmt: skip
def test_a_language_is_told_to_the_models_that_take_one(name: str, language: str, code: str | None) -> None:
    ask = evolve(ASK, language=language, options=model(name))

    assert sent(ask).get("language_code") == (code if name in TOLD else None)
    assert parsed(model_id=name, language_code=code).language == (code or "" if name in TOLD else "")


@pytest.mark.parametrize("wrong", ["english", "EN", "e n", "é", "en-US"])
def test_a_language_that_is_none_is_ignored_as_the_vendor_says(wrong: str) -> None:
    assert parsed(model_id="eleven_v3", language_code=wrong).language == ""


@pytest.mark.parametrize("name", MODELS)
def test_a_models_family_is_the_model(name: str) -> None:
    wire = providers.get("elevenlabs")
    family = wire.family(VOICE, model(name))

    assert family is not None
    assert family.limit is not None
    assert (family.name, family.limit.number, family.priced.support) == (name, MODELS[name], "unknown")
    for wrong in ("", "alloy", VOICE + "x", VOICE[:-1] + "-", "en-US-Neural2-F", VOICE + "\n"):
        assert wire.family(wrong, model(name)) is None


@pytest.mark.parametrize("name", MODELS)
def test_each_model_has_its_own_limit(name: str) -> None:
    most = MODELS[name]

    assert len(parsed(model_id=name, text="é" * most).content) == most
    with pytest.raises(
        Refusal, match=f"has {most + 1} characters and exceeds the character limit of {most} "
    ):
        parsed(model_id=name, text="é" * (most + 1))


# --- tags in the text -----------------------------------------------------------------------------------

PHONEME = '<phoneme alphabet="ipa" ph="ˈækmi">Acme</phoneme>'


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ("Hold<break time='1.5s'/>please & thanks", 'Hold<break time="1.5s" />please & thanks'),
        (f"Call {PHONEME}.", f"Call {PHONEME}."),
        ("5 &lt; 6 <break time='0.5s'/>", '5 < 6 <break time="0.5s" />'),
        ('<phoneme alphabet="ipa" ph="&quot;">R&amp;D</phoneme>', '<phoneme alphabet="ipa" ph="&quot;">R&amp;D</phoneme>'),
    ],
)  # fmt: skip
def test_tags_stand_in_the_text_without_the_root(document: str, text: str) -> None:
    said = ssml.serialise(ssml.parse(document.replace("& ", "&amp; ")))
    ask = evolve(ASK, text=None, ssml=said, options=model("eleven_flash_v2"))
    read = parsed(model_id="eleven_flash_v2", text=text)

    assert sent(ask)["text"] == text
    assert (read.text, read.ssml) == (None, said)
    wire = providers.get("elevenlabs")
    assert wire.size(ask) == wire.billed(ask) == len(text)


@pytest.mark.parametrize("tag", ["<break time='1s'/>", '<break  time="1s"/>', '<break time="1s" />'])
def test_every_way_to_write_a_tag_is_one_request(tag: str) -> None:
    text = f"Hold {tag} please."

    assert parsed(text=text).ssml == '<speak>Hold <break time="1s"/> please.</speak>'
    assert sent(evolve(ASK, text=text))["text"] == 'Hold <break time="1s" /> please.'


@pytest.mark.parametrize(
    "text",
    ["5 < 6 > 4", "<b>Hi</b>", "<break", "<break>", "<break time=1s/>", "<break time='1s' time='2s'/>", "<phoneme>a", "&amp; &", "</break>"],
)  # fmt: skip
def test_what_is_no_tag_is_said(text: str) -> None:
    assert parsed(text=text).text == text
    assert sent(evolve(ASK, text=text))["text"] == text


def test_the_model_without_tags_reads_them_out() -> None:
    text = 'Hold <break time="1s"/> please.'

    assert parsed(model_id="eleven_v3", text=text).text == text
    assert sent(evolve(ASK, text=text, options=model("eleven_v3")))["text"] == text


PIECES = (
    *("<break time='1s'/>", '<break time="2s" />', PHONEME, "<break", "/>", "</phoneme>", "<phoneme "),
    *("&lt;", "a b", "<", '"', "<break/>"),
)
TAGGED = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)


@given(TAGGED, st.sampled_from(sorted(MODELS)))
@example("<phoneme a='1'>x<break/></phoneme>", "eleven_flash_v2")
def test_what_holds_pieces_of_tags_is_read_as_it_was_written(text: str, name: str) -> None:
    for wire in map(providers.get, BOTH):
        ask = evolve(ASK, text=text, language="", options=model(name))
        says_the_same(wire, ask, wire.parse(wire.encode(ask)))


# --- what is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"text": None}, 422, "text: Field required"), ({"text": ""}, 422, "text: String should have at least 1 character"), ({"text": 3}, 422, "text: "),
        ({"model_id": "eleven_v9"}, 400, "A model with model ID eleven_v9 does not exist"), ({"model_id": 3}, 422, "model_id: "),
        ({"voice_settings": []}, 422, "voice_settings: Input should be a valid dictionary"),
        ({"voice_settings": {"speed": 1.21}}, 400, "Invalid setting for speed received, expected to be greater or equal to 0.7 and less or equal to 1.2, received 1.21"),
        ({"voice_settings": {"speed": 0.6}}, 400, "received 0.6"), ({"voice_settings": {"speed": "fast"}}, 422, "voice_settings.speed: "),
        ({"voice_settings": {"stability": -0.1}}, 400, "setting for stability"), ({"voice_settings": {"style": 2}}, 400, "setting for style"),
        ({"voice_settings": {"similarity_boost": True}}, 422, "voice_settings.similarity_boost: "),
        ({"voice_settings": {"use_speaker_boost": "yes"}}, 422, "voice_settings.use_speaker_boost: "),
        ({"seed": -1}, 422, "seed: "), ({"seed": 4_294_967_296}, 422, "seed: "), ({"seed": 1.5}, 422, "valid integer"), ({"seed": True}, 422, "seed: "),
        ({"apply_text_normalization": "maybe"}, 422, "'auto', 'on' or 'off'"), ({"language_code": 3}, 422, "language_code: "),
    ],
)  # fmt: skip
def test_what_the_vendor_rejects_is_refused(
    name: str, changes: dict[str, Any], status: int, words: str
) -> None:
    with pytest.raises(Refusal) as caught:
        parsed(name, **changes)

    assert caught.value.status == status
    assert words in caught.value.problems[0].message


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"null", b"\xff"])
def test_a_body_that_is_no_object_is_refused(content: bytes) -> None:
    with pytest.raises(Unprocessable, match="JSON decode error"):
        providers.get("elevenlabs").parse(Call("POST", PATHS["elevenlabs"], (), content))


@pytest.mark.parametrize("voice", ["foo", "..%2Fvoices", VOICE + "1", VOICE.lower() + "-"])
def test_a_voice_that_fits_no_grammar_is_not_found(voice: str) -> None:
    with pytest.raises(NotFound, match=r"A voice with the voice_id .* was not found"):
        parsed(path=f"/v1/text-to-speech/{voice}")


def test_what_says_nothing_is_taken() -> None:
    more: dict[str, Any] = {
        "voice_settings": None,
        "seed": None,
        "previous_text": "Hello.",
        "apply_text_normalization": None,
    }

    assert parsed(**more) == parsed()
    assert parsed(voice_settings={"speed": None, "stability": None}) == parsed()


# --- the answer ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "kind"),
    [("MP3", "audio/mpeg"), ("LINEAR16", "audio/wav"), ("PCM", "audio/pcm"), ("OGG_OPUS", "audio/ogg"), ("MULAW", "audio/basic"), ("ALAW", "audio/x-alaw-basic")],
)  # fmt: skip
def test_an_answer_is_the_sound_and_nothing_else(encoding: str, kind: str) -> None:
    for wire in map(providers.get, BOTH):
        reply = wire.respond(evolve(ASK, encoding=encoding), Sound(b"sound"))

        assert reply == Reply(200, kind, b"sound")
        assert wire.decode(reply) == Sound(b"sound")


def test_g711_comes_without_its_header() -> None:
    wire = providers.get("elevenlabs")

    assert [wire.bare_rate(evolve(ASK, encoding=name)) for name in ("MULAW", "ALAW")] == [8_000, 8_000]
    assert {wire.bare_rate(evolve(ASK, encoding=name)) for name in ("LINEAR16", "MP3", "PCM")} == {None}


def test_302ai_answers_with_an_address() -> None:
    wire, link = providers.get("elevenlabs-302ai"), Link("https://file.302.ai/gpt/tts/1.mp3")
    reply = wire.respond(ASK, link)

    assert query(ASK, "elevenlabs-302ai") == {"output_format": "mp3_44100_128", "response_format": "url"}
    assert json.loads(reply.body) == {"url": link.url}
    assert wire.decode(reply) == link
    own = evolve(ASK, options=(("response_format", "audio"),))
    assert query(own, "elevenlabs-302ai") == {"output_format": "mp3_44100_128"}
    assert parsed("elevenlabs-302ai").options == own.options
    assert (wire.wants_link(ASK), wire.wants_link(own)) == (True, False)


@pytest.mark.parametrize(
    ("status", "message", "detail"),
    [
        (400, "This request's text has 9 characters and exceeds", {"status": "max_character_limit_exceeded"}),
        (400, "Invalid setting for speed received", {"status": "invalid_voice_settings"}),
        (400, "A model with model ID x does not exist.", {"status": "model_not_found"}), (400, "No.", {"status": "invalid_request"}),
        (401, "No.", {"status": "invalid_api_key"}), (404, "A voice with the voice_id x was not found.", {"status": "voice_not_found"}),
        (429, "No.", {"status": "too_many_concurrent_requests"}), (503, "No.", {"status": "system_busy"}),
    ],
)  # fmt: skip
def test_an_error_is_elevenlabs_own(status: int, message: str, detail: dict[str, str]) -> None:
    wire = providers.get("elevenlabs")
    reply = wire.refuse(status, message)

    assert (reply.status, json.loads(reply.body)) == (status, {"detail": {**detail, "message": message}})
    with pytest.raises(Refused) as caught:
        wire.decode(reply)
    assert caught.value.problems[0].message == f"elevenlabs answered {status}: {message}"


def test_validation_is_told_as_a_list() -> None:
    wire = providers.get("elevenlabs")
    reply = wire.refuse(422, "voice_settings.speed: Input should be a valid number")

    (row,) = json.loads(reply.body)["detail"]
    assert (row["loc"], row["msg"]) == (["body", "voice_settings", "speed"], "Input should be a valid number")
    with pytest.raises(Refused, match="elevenlabs answered 422: Input should be a valid number"):
        wire.decode(reply)
    assert json.loads(wire.refuse(405, "Method Not Allowed").body) == {"detail": "Method Not Allowed"}


def test_what_302ai_refuses_itself_is_in_its_own_shape() -> None:
    wire = providers.get("elevenlabs-302ai")

    for status in (401, 404, 422, 429, 500):
        assert set(json.loads(wire.refuse(status, "No.").body)["error"]) == {
            "err_code",
            "message",
            "message_cn",
            "message_jp",
            "type",
        }
    assert "detail" in json.loads(wire.refuse(400, "No.").body)


@pytest.mark.parametrize("body", [b'{"url": null}', b'{"url": "ftp://a/b"}', b"{}", b"[]", b"<html>"])
def test_an_answer_without_an_address_is_wrong(body: bytes) -> None:
    for name in BOTH:
        with pytest.raises(WrongAnswer):
            providers.get(name).decode(Reply(200, "application/json", body))


def test_the_list_of_voices_is_of_stand_ins_that_can_be_asked_for() -> None:
    entries = [VoiceEntry("en-US", True, 24_000), VoiceEntry("cmn-CN", False, 24_000)]
    for name in BOTH:
        wire = providers.get(name)
        reply = wire.list_voices(entries, listing())
        assert reply is not None
        rows = json.loads(reply.body)["voices"]

        assert len({row["voice_id"] for row in rows}) == 2
        assert all(wire.family(row["voice_id"]) is not None for row in rows)
        assert [row["labels"] for row in rows] == [
            {"gender": "female", "language": "en"},
            {"gender": "male", "language": "zh"},
        ]
        assert all("voicekit" in row["name"] for row in rows)


# --- ElevenLabs' own client -------------------------------------------------------------------------------


class Recorder(ThreadingHTTPServer):
    """Answers every POST with a sound, and keeps the last one's path, query and body."""

    last: tuple[str, dict[str, str], Any] = ("", {}, None)

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
        asked = urlsplit(self.path)
        self.server.last = (asked.path, dict(parse_qsl(asked.query)), json.loads(content))
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
def library() -> Any:
    return pytest.importorskip("elevenlabs", reason="ElevenLabs' client is not installed")


@contextmanager
def client(library: Any, address: str, key: str = "a key") -> Iterator[Any]:
    """ElevenLabs' client for an address, and no connection left open behind it."""
    with httpx.Client(timeout=60, trust_env=False) as connections:
        yield library.ElevenLabs(api_key=key, base_url=address, httpx_client=connections)


def arguments(ask: Ask, *, omitted: bool) -> dict[str, Any]:
    """Say an ask in the client's own words; `omitted` leaves to the vendor what it would take anyway."""
    call = providers.get("elevenlabs").encode(ask)
    found = {**dict(call.query), "voice_id": ask.voice, "text": json.loads(call.body)["text"]}
    options = {"model": "eleven_multilingual_v2", **dict(ask.options)}
    found["model_id"] = options.pop("model")
    if omitted and found["output_format"] == "mp3_44100_128":
        del found["output_format"]
    settings: dict[str, Any] = {name: options.pop(name) for name in ("stability", "similarity_boost", "style", "use_speaker_boost") if name in options}  # fmt: skip
    if ask.rate is not None:
        settings["speed"] = ask.rate
    if settings:
        found["voice_settings"] = settings
    if found["model_id"] in TOLD:
        found["language_code"] = ask.language.split("-")[0]
    return found | options


def kept(body: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is null, which says nothing."""
    plain = {key: kept(value) if isinstance(value, dict) else value for key, value in body.items()}
    return {key: value for key, value in plain.items() if value is not None}


def test_elevenlabs_client_sends_the_plans_request(library: Any, recorder: Recorder) -> None:
    @settings(max_examples=40)
    @given(asks("elevenlabs"), st.booleans(), st.booleans())
    def check(ask: Ask, omitted: bool, typed: bool) -> None:
        said = arguments(ask, omitted=omitted)
        if typed and "voice_settings" in said:
            said["voice_settings"] = library.VoiceSettings(**said["voice_settings"])
        with client(library, recorder.address) as speaking:
            assert b"".join(speaking.text_to_speech.convert(**said)) == b"sound"

        call = providers.get("elevenlabs").encode(ask)
        path, asked, body = recorder.last
        assert path == call.path
        assert {"output_format": "mp3_44100_128"} | asked == dict(call.query)
        assert kept(body) == json.loads(call.body)

    check()


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    with serving("--require-key", "the key") as server:
        yield server


def heard(library: Any, served: Server, *, key: str = "the key", **changes: Any) -> bytes:
    said = {"voice_id": VOICE, "text": "Please hold the line.", **changes}
    with client(library, served.address, key) as speaking:
        return b"".join(speaking.text_to_speech.convert(**said))


@pytest.mark.parametrize(
    ("word", "encoding", "rate"),
    [
        ("mp3_44100_128", "MP3", 44_100), ("mp3_22050_32", "MP3", 22_050), ("mp3_24000_48", "MP3", 24_000), ("opus_48000_64", "OGG_OPUS", 48_000),
        ("wav_8000", "LINEAR16", 8_000), ("wav_22050", "LINEAR16", 22_050), ("pcm_16000", "PCM", 16_000), ("pcm_44100", "PCM", 44_100),
    ],
)  # fmt: skip
def test_elevenlabs_client_hears_what_it_asked_for(
    library: Any, served: Server, word: str, encoding: str, rate: int
) -> None:
    data = heard(library, served, output_format=word)
    media = probe.verify(data, encoding, rate, text_length=len("Please hold the line."))

    assert (media.sample_rate, media.channels) == (rate, 1)
    assert 0.5 < media.duration < 4


@pytest.mark.parametrize(("word", "encoding"), [("ulaw_8000", "MULAW"), ("alaw_8000", "ALAW")])
def test_elevenlabs_client_hears_g711_without_a_header(
    library: Any, served: Server, word: str, encoding: str
) -> None:
    data = heard(library, served, output_format=word)

    assert not data.startswith(b"RIFF")
    media = probe.verify(bare.headed(data, encoding, 8_000), encoding, 8_000, text_length=21)
    assert media.duration == pytest.approx(len(data) / 8_000)


def test_elevenlabs_client_hears_pauses_and_a_rate(library: Any, served: Server) -> None:
    def seconds(**changes: Any) -> float:
        return probe.probe(heard(library, served, output_format="wav_16000", **changes)).duration

    plain = seconds()
    paused = seconds(text='Please hold <break time="2.0s" /> the line.')
    assert paused - plain == pytest.approx(2.0, abs=0.4)
    slow = seconds(voice_settings={"speed": 0.7})
    assert slow / plain == pytest.approx(1 / 0.7, rel=0.1)


def test_elevenlabs_client_tells_every_refusal(library: Any, served: Server) -> None:
    from elevenlabs.core.api_error import ApiError

    for status, kind, changes in (
        (404, "voice_not_found", {"voice_id": "foo"}),
        (400, "max_character_limit_exceeded", {"text": "x" * 10_001}),
        (400, "invalid_voice_settings", {"voice_settings": {"speed": 1.5}}),
        (400, "model_not_found", {"model_id": "eleven_v9"}),
        (401, "invalid_api_key", {"key": "another key"}),
    ):
        with pytest.raises(ApiError) as caught:
            heard(library, served, **changes)
        assert caught.value.status_code == status
        assert caught.value.body["detail"]["status"] == kind
    with pytest.raises(library.UnprocessableEntityError) as unprocessable:
        heard(library, served, text="")
    assert unprocessable.value.body["detail"][0]["loc"] == ["body", "text"]


def test_elevenlabs_client_hears_the_same_as_a_stream(library: Any, served: Server) -> None:
    said = {"voice_id": VOICE, "text": "Please hold the line.", "output_format": "pcm_16000"}
    with client(library, served.address, "the key") as speaking:
        streamed = b"".join(speaking.text_to_speech.stream(**said))
        assert streamed == b"".join(speaking.text_to_speech.convert(**said))
    assert len(streamed) > 16_000


def test_elevenlabs_client_searches_voices_page_by_page(library: Any, served: Server) -> None:
    with client(library, served.address, "the key") as asking:
        every = [voice.voice_id for voice in asking.voices.get_all().voices]
        found, token = [], None
        while True:
            page = asking.voices.search(page_size=100, **({"next_page_token": token} if token else {}))
            found += [voice.voice_id for voice in page.voices]
            assert page.total_count == len(every)
            assert page.has_more == (page.next_page_token is not None) == (len(found) < len(every))
            if (token := page.next_page_token) is None:
                break
        assert len(asking.voices.search().voices) == 10
        welsh = asking.voices.search(search="CY-gb").voices
        assert {voice.verified_languages[0].locale for voice in welsh} == {"cy-GB"}
    assert found == every


@pytest.mark.parametrize(
    "asked",
    [{"page_size": "0"}, {"page_size": "101"}, {"page_size": "x"}, {"page_size": "²"}, {"next_page_token": "-1"}, {"next_page_token": "9" * 5_000}],
)  # fmt: skip
def test_a_page_that_there_is_not_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(Refusal) as caught:
        providers.get("elevenlabs").list_voices([], Call("GET", "/v2/voices", tuple(asked.items())))
    assert caught.value.status == 422
    assert caught.value.problems[0].message.startswith(next(iter(asked)))


def test_elevenlabs_client_lists_voices_that_it_can_then_ask_for(library: Any, served: Server) -> None:
    with client(library, served.address, "the key") as asking:
        voices = asking.voices.get_all().voices
    english = next(voice for voice in voices if voice.verified_languages[0].locale == "en-US")

    assert len(voices) > 20
    assert "embedded" in english.name
    assert heard(library, served, voice_id=english.voice_id, output_format="wav_8000").startswith(b"RIFF")
