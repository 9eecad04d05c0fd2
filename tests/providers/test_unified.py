"""302.AI's first unified endpoint, and what both versions share."""

import base64
import json
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from kit.provider import conforms, listing
from voicekit import _capabilities, providers
from voicekit._speak.compile import compile_ask
from voicekit._speak.segments import Run
from voicekit.errors import Refused, WrongAnswer
from voicekit.model import Ask, Call, Link, Reply, Sound
from voicekit.providers import Refusal, VoiceEntry
from voicekit.providers import _unified_wire as unified

WIRE = providers.get("unified-302ai")
VENDORS = ("openai", "doubao", "azure", "fish", "minimaxi", "dubbingx", "elevenlabs", "elevenlabs-official", "meruka", "google", "qwen")  # fmt: skip
BODY = {"text": "One moment.", "provider": "openai", "voice": "nova"}
ASK = Ask(text="One moment.", ssml=None, language="", voice="nova", encoding="MP3")
URL = "https://file.302.ai/gpt/tts/0123.mp3"


def sent(ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(WIRE.encode(ask).body)
    return found


def parsed(**changes: Any) -> Ask:
    return WIRE.parse(Call("POST", WIRE.route[1], (), json.dumps(BODY | changes).encode()))


def test_conforms() -> None:
    conforms(WIRE, extra=("model", "speed", "emotion", "output_format", "volume"))


def test_the_fields_of_302ais_own_client() -> None:
    """The voice arena, src/app/api/gen-speech/route.ts, sends these for OpenAI; the values are our own."""
    ask = evolve(ASK, rate=1.1, options=(("model", "tts-1-hd"),))

    assert sent(ask) == {**BODY, "speed": 1.1, "model": "tts-1-hd", "output_format": "mp3"}
    assert (WIRE.encode(ask).path, WIRE.encode(ask).query) == ("/302/tts/generate", ())


def test_what_is_the_providers_own_is_sent() -> None:
    options = (("emotion", "cheerful"), ("model", "m"), ("provider", "azure"))
    ask = evolve(ASK, voice="en-US-JennyNeural", encoding="LINEAR16", options=options)

    assert sent(ask) == {
        "text": "One moment.",
        "voice": "en-US-JennyNeural",
        "output_format": "wav",
        "provider": "azure",
        "emotion": "cheerful",
        "model": "m",
    }


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_vendor_behind_is_a_family_whose_price_nobody_says(vendor: str) -> None:
    family = WIRE.family("any voice", (("provider", vendor),))

    assert family is not None
    assert (family.name, family.price, family.priced.support) == (vendor, 0.0, "unknown")
    assert not family.rate.refuses
    assert parsed(provider=vendor, model="", emotion="").options == (
        () if vendor == "openai" else (("provider", vendor),)
    )


def test_a_voice_without_a_name_and_a_vendor_that_is_none_have_no_family() -> None:
    assert WIRE.family(" ") is None
    assert WIRE.family("nova", (("provider", "polly"),)) is None
    assert set(WIRE.capabilities.families) == set(VENDORS)


def test_the_limit_is_one_that_no_vendor_behind_is_known_to_undercut() -> None:
    families = (one for name in ("openai", "google", "elevenlabs") for one in _capabilities.find()[name].families.values())  # fmt: skip

    limits = [family.limit.number for family in families if family.limit]
    assert limits
    assert WIRE.capabilities.limit <= min(limits)
    assert WIRE.size(evolve(ASK, text="né")) == 3
    assert parsed(text="é" * 5_000).text == "é" * 5_000  # nothing is refused on it


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": None}, "text: Field required"), ({"text": ""}, "text: "), ({"text": 3}, "text: "), ({"voice": None}, "voice: "), ({"voice": []}, "voice: "),
        ({"provider": None}, "provider: Input should be 'openai'"), ({"provider": "polly"}, "provider: "), ({"provider": 1}, "provider: "), ({"model": 1}, "model: "),
        ({"emotion": {}}, "emotion: "), ({"speed": 4.5}, "speed: "), ({"speed": "1"}, "speed: "), ({"output_format": "flac"}, "output_format: Input should be 'mp3' or 'wav'"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_the_fields_name(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal) as caught:
        parsed(**changes)

    assert caught.value.status == 400
    assert words in caught.value.problems[0].message


@pytest.mark.parametrize("content", [b"", b"[]", b"3", b"{"])
def test_a_body_that_is_no_object_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal, match="no JSON object"):
        WIRE.parse(Call("POST", WIRE.route[1], (), content))


# --- the answer ---------------------------------------------------------------------------------------


def test_an_answer_is_an_address() -> None:
    reply = WIRE.respond(ASK, Link(URL))

    assert WIRE.wants_link(ASK)
    assert json.loads(reply.body) == {"audio_url": URL, "data": {}}
    assert WIRE.decode(reply) == Link(URL)


@pytest.mark.parametrize("data", [None, {}, "", "more"])
def test_the_address_is_all_that_is_read_beside_data(data: Any) -> None:
    body = json.dumps({"audio_url": URL, "data": data}).encode()

    assert WIRE.decode(Reply(200, "application/json", body)) == Link(URL)


def test_a_sound_without_an_address_is_read_too() -> None:
    body = json.dumps({"data": base64.b64encode(b"sound").decode()}).encode()

    assert WIRE.decode(Reply(200, "application/json", body)) == Sound(b"sound")


@pytest.mark.parametrize("body", [{}, {"audio_url": ""}, {"audio_url": None, "data": "c291bmQ="}, {"audio_url": "file:///etc/hosts"}, {"data": {}}, {"data": "no!"}])  # fmt: skip
def test_an_answer_without_a_sound_is_wrong(body: dict[str, Any]) -> None:
    with pytest.raises(WrongAnswer, match="unified-302ai answered 200 without"):
        WIRE.decode(Reply(200, "application/json", json.dumps(body).encode()))


def test_302ais_errors_are_written_and_read() -> None:
    reply = WIRE.refuse(402, "Not enough balance.")

    assert json.loads(reply.body)["error"]["err_code"] == -10004
    with pytest.raises(Refused, match="402: Not enough balance"):
        WIRE.decode(reply)


@pytest.mark.parametrize(
    ("voice", "language"), [("de-DE-KatjaNeural", "de"), ("en-US-Wavenet-A", "en-US"), ("nova", "en-US")]
)
def test_the_local_voice_speaks_what_the_voices_name_says(voice: str, language: str) -> None:
    (run,) = compile_ask(parsed(voice=voice))

    assert isinstance(run, Run)
    assert run.voice.voice.language.lower() == language.lower()


# --- the provider information ---------------------------------------------------------------------------


def test_the_provider_information_lists_what_is_spoken_under_googles_names() -> None:
    voices = [VoiceEntry("en-US", True, 24_000), VoiceEntry("de-DE", False, 24_000)]
    reply = WIRE.list_voices(voices, listing())

    assert WIRE.voices_route == ("GET", "/302/tts/provider")
    assert reply is not None
    (one,) = json.loads(reply.body)["provider_list"]
    assert one["provider"] == "google"
    assert set(one["req_params_info"]) == {"model_list", "output_format_list", "voice_list"}
    assert one["req_params_info"]["output_format_list"] == ["mp3", "wav"]
    listed = one["req_params_info"]["voice_list"]
    assert [(row["voice"], row["gender"]) for row in listed] == [
        ("en-US-Standard-C", "Female"),
        ("de-DE-Standard-B", "Male"),
    ]
    assert all(set(row) == {"voice", "name", "gender", "emotion", "sample"} for row in listed)
    for row in listed:
        assert parsed(provider="google", voice=row["voice"]).voice == row["voice"]


@pytest.mark.parametrize(
    ("asked", "listed"),
    [(("google",), ["google"]), (("openai", "google"), ["google"]), (("openai",), []), (("nobody", ""), [])],
)
def test_the_provider_information_is_narrowed_to_the_vendors_behind(
    asked: tuple[str, ...], listed: list[str]
) -> None:
    call = Call("GET", "/302/tts/provider", tuple(("provider", name) for name in asked))
    reply = WIRE.list_voices([VoiceEntry("en-US", True, 24_000)], call)

    assert reply is not None
    assert [one["provider"] for one in json.loads(reply.body)["provider_list"]] == listed


# --- a gain as a volume ---------------------------------------------------------------------------------


@given(st.floats(*unified.GAIN))
def test_a_gain_becomes_a_volume_and_is_the_same_again(gain: float) -> None:
    volume = unified.volume(gain)
    read = unified.gain(volume)

    assert unified.VOLUME[0] < volume <= unified.VOLUME[1]
    assert read == pytest.approx(gain, abs=1e-4)
    assert read is not None
    assert unified.volume(read) == volume


def test_the_second_versions_volume_is_in_this_body() -> None:
    wire = unified.UnifiedWire(
        name="later",
        path="/later",
        capabilities=unified.capabilities(ranges={"gain": unified.GAIN}),
    )
    call = wire.encode(evolve(ASK, gain=-6.0))

    assert json.loads(call.body)["volume"] == 0.501187
    assert wire.parse(call).gain == pytest.approx(-6.0, abs=1e-4)
    assert WIRE.parse(call).gain is None  # the first version has none
