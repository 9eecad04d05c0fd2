"""SiliconFlow's wire, behind 302.AI."""

import json
from typing import Any

import httpx
import pytest
from attrs import evolve
from hypothesis import given, settings

from kit.provider import conforms
from kit.serving import serving
from voicekit import providers
from voicekit._sound import probe
from voicekit._sound.encodings import ENCODINGS
from voicekit.errors import Refused
from voicekit.model import Ask, Call, Reply, Sound
from voicekit.providers import Refusal
from voicekit.testing import asks

WIRE = providers.get("siliconflow-302ai")
MODEL = "FunAudioLLM/CosyVoice2-0.5B"
BODY = {"model": MODEL, "input": "One moment.", "voice": f"{MODEL}:anna", "response_format": "wav"}
ASK = Ask(text="One moment.", ssml=None, language="", voice=f"{MODEL}:anna", encoding="LINEAR16")


def sent(ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(WIRE.encode(ask).body)
    return found


def parsed(**changes: Any) -> Ask:
    return WIRE.parse(Call("POST", WIRE.route[1], (), json.dumps(BODY | changes).encode()))


def test_conforms() -> None:
    conforms(WIRE, extra=("speed", "gain", "sample_rate", "stream", "response_format"))


def test_the_fields_of_the_vendors_page() -> None:
    assert sent(evolve(ASK, rate=1.1, gain=-3.5, sample_rate=8_000)) == {
        **BODY,
        "speed": 1.1,
        "gain": -3.5,
        "sample_rate": 8_000,
        "stream": False,
    }


@pytest.mark.parametrize(("encoding", "rate"), [("MP3", 44_100), ("LINEAR16", 44_100), ("PCM", 44_100), ("OGG_OPUS", 48_000)])  # fmt: skip
def test_a_rate_is_always_said(encoding: str, rate: int) -> None:
    assert sent(evolve(ASK, encoding=encoding))["sample_rate"] == rate
    words = {"MP3": "mp3", "LINEAR16": "wav", "PCM": "pcm", "OGG_OPUS": "opus"}
    assert parsed(response_format=words[encoding]).sample_rate == rate


def test_every_rate_of_the_vendor_is_one_of_the_encoding() -> None:
    for encoding, rates in (WIRE.capabilities.sample_rates or {}).items():
        assert all(rate in (ENCODINGS[encoding].rates or rates) for rate in rates)


@pytest.mark.parametrize(
    ("voice", "stated", "model"),
    [
        (f"{MODEL}:anna", None, MODEL),
        ("fishaudio/fish-speech-1.5:alex", None, "fishaudio/fish-speech-1.5"),
        ("speech:our-voice:abc123:def456", None, MODEL),
        ("speech:our-voice:abc123:def456", "IndexTeam/IndexTTS-2", "IndexTeam/IndexTTS-2"),
        ("RVC-Boss/GPT-SoVITS:david", None, "RVC-Boss/GPT-SoVITS"),
    ],
)
def test_a_voices_name_says_the_model_unless_one_is_stated(
    voice: str, stated: str | None, model: str
) -> None:
    ask = evolve(ASK, voice=voice, options=(("model", stated),) if stated else ())
    read = WIRE.parse(WIRE.encode(ask))

    assert sent(ask)["model"] == model
    assert (read.voice, read.options) == (voice, ask.options)
    family = WIRE.family(voice, ask.options)
    assert family is not None
    assert family.name in {model, "any other model"}
    assert (family.price > 0) == (family.name == model)


@pytest.mark.parametrize("voice", ["", "alloy", "speech:", f"{MODEL}", f"{MODEL}:", f"{MODEL}:a b", f"{MODEL}:anna\n"])  # fmt: skip
def test_a_name_that_fits_no_grammar_has_no_family_and_is_refused(voice: str) -> None:
    assert WIRE.family(voice) is None
    with pytest.raises(Refusal, match="voice: "):
        parsed(voice=voice)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"input": ""}, "input: "), ({"input": "x" * 128_001}, "128000 characters"), ({"model": None}, "model: Field required"),
        ({"speed": 0.2}, "0.25"), ({"speed": 4.1}, "equal to 4"), ({"gain": -10.5}, "-10"), ({"gain": 10.5}, "equal to 10"), ({"gain": "loud"}, "valid number"),
        ({"sample_rate": 22_050}, "44100 or 8000"), ({"sample_rate": 48_000}, "sample_rate"), ({"sample_rate": True}, "sample_rate"), ({"sample_rate": "8000"}, "sample_rate"),
        ({"response_format": "opus", "sample_rate": 16_000}, "48000"), ({"response_format": "flac"}, "'mp3', 'opus', 'wav' or 'pcm'"),
        ({"stream": True}, "whole answers"), ({"stream": "no"}, "valid boolean"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_the_fields_name(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal) as caught:
        parsed(**changes)

    assert caught.value.status == 400
    assert words in caught.value.problems[0].message


def test_the_ends_of_every_range_are_taken() -> None:
    low, high = (
        parsed(speed=0.25, gain=-10, sample_rate=8_000),
        parsed(speed=4, gain=10.0, input="x" * 128_000),
    )

    assert (low.rate, low.gain, low.sample_rate) == (0.25, -10, 8_000)
    assert (high.rate, high.gain, high.sample_rate) == (4, 10, 44_100)
    assert (
        parsed(speed=None, gain=None, sample_rate=None, stream=False, response_format=None).encoding == "MP3"
    )


def test_bytes_are_billed_and_characters_limited() -> None:
    ask = evolve(ASK, text="né")

    assert (WIRE.billed(ask), WIRE.size(ask)) == (3, 2)


def test_answers_are_the_sound_and_refusals_302ais() -> None:
    reply = WIRE.respond(ASK, Sound(b"sound"))

    assert reply == Reply(200, "audio/wav", b"sound")
    said = dict.fromkeys(("message", "message_cn", "message_jp"), "No.")
    error = {"err_code": -10011, **said, "type": "api_error"}
    assert json.loads(WIRE.refuse(400, "No.").body) == {"error": error}
    with pytest.raises(Refused, match="siliconflow-302ai answered 400: No"):
        WIRE.decode(WIRE.refuse(400, "No."))


def test_siliconflows_own_words_are_told() -> None:
    body = b'{"code": 20012, "message": "Model does not exist.", "data": null}'
    with pytest.raises(Refused, match="Model does not exist"):
        WIRE.decode(Reply(400, "application/json", body))


# --- OpenAI's client, which SiliconFlow's guide calls it with -------------------------------------------

_SPOKEN_BY_THE_CLIENT = frozenset({"input", "model", "voice", "response_format", "speed"})


@pytest.fixture(scope="module")
def openai() -> Any:
    return pytest.importorskip("openai", reason="OpenAI's client is not installed")


def heard(openai: Any, address: str, body: dict[str, Any], **how: Any) -> bytes:
    """Say a plan's body in the client's own words; what OpenAI does not have goes as it does in SiliconFlow's guide."""
    own = {name: value for name, value in body.items() if name in _SPOKEN_BY_THE_CLIENT}
    more = {name: value for name, value in body.items() if name not in own}
    base = f"{address}/siliconflow/v1"
    with openai.OpenAI(api_key="the key", base_url=base, max_retries=0, timeout=60, **how) as speaking:
        content: bytes = speaking.audio.speech.create(**own, extra_body=more).content
        return content


def test_the_clients_request_is_the_plans(openai: Any) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"sound")

    @settings(max_examples=40)
    @given(asks(WIRE.name))
    def check(ask: Ask) -> None:
        call = WIRE.encode(ask)
        wire = httpx.Client(transport=httpx.MockTransport(answer))
        assert heard(openai, "http://vendor.example", json.loads(call.body), http_client=wire) == b"sound"
        asked = seen[-1]
        assert (asked.method, asked.url.path, asked.url.query) == (call.method, call.path, b"")
        assert json.loads(asked.content) == json.loads(call.body)
        assert asked.headers["content-type"] == call.content_type

    check()


def test_the_client_gets_the_encoding_and_the_rate_that_it_asked_for(openai: Any) -> None:
    with serving("--require-key", "the key") as server:
        for encoding, rate in (("LINEAR16", 8_000), ("MP3", 32_000), ("OGG_OPUS", 48_000)):
            data = heard(openai, server.address, sent(evolve(ASK, encoding=encoding, sample_rate=rate)))
            assert probe.verify(data, encoding, rate, text_length=len(ASK.content)).sample_rate == rate
        with pytest.raises(openai.BadRequestError) as caught:
            heard(openai, server.address, BODY | {"voice": "alloy"})
        assert caught.value.body["err_code"] == -10011
