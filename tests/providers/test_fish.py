"""Fish Audio's wire, behind 302.AI."""

import json
from typing import Any

import httpx
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from kit.local_server import anything, ask_server
from kit.provider import conforms
from voicekit import providers
from voicekit.errors import Refused, WrongAnswer
from voicekit.model import Ask, Call, Link, Reply, Sound
from voicekit.providers import Refusal

WIRE = providers.get("fish-302ai")
PATH = "/fish-audio/v1/tts"
VOICE = "738d0cc1a3e9430a9de2b544a466a7fc"
ASK = Ask(text="One moment.", ssml=None, language="", voice=VOICE, encoding="LINEAR16")
BODY = {"text": "One moment.", "reference_id": VOICE}


def test_conforms() -> None:
    conforms(WIRE, extra=("mp3_bitrate", "opus_bitrate", "chunk_length", "normalize", "latency"))


def sent(ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(WIRE.encode(ask).body)
    return found


def parsed(*, form: str | None = None, **changes: Any) -> Ask:
    return parsed_of(changes, () if form is None else (("response_format", form),))


def parsed_of(changes: dict[str, Any], query: tuple[tuple[str, str], ...] = ()) -> Ask:
    return WIRE.parse(Call("POST", PATH, query, json.dumps(BODY | changes).encode()))


# --- the request --------------------------------------------------------------------------------------


def test_the_fields_of_the_page_are_always_said() -> None:
    call = WIRE.encode(ASK)

    assert (call.method, call.path, call.query) == ("POST", PATH, (("response_format", "url"),))
    assert sent(ASK) == {**BODY, "chunk_length": 200, "format": "wav", "latency": "normal", "normalize": True}
    own = (
        ("chunk_length", 100),
        ("latency", "balanced"),
        ("normalize", False),
        ("response_format", "data"),
    )
    ask = evolve(ASK, encoding="MP3", options=own)
    assert sent(ask) == {
        **BODY,
        "chunk_length": 100,
        "format": "mp3",
        "latency": "balanced",
        "mp3_bitrate": 128,
        "normalize": False,
    }
    assert WIRE.encode(ask).query == (("response_format", "data"),)


@pytest.mark.parametrize(
    ("encoding", "word", "bit_rate"),
    [("MP3", "mp3", 128), ("OGG_OPUS", "opus", None), ("LINEAR16", "wav", None), ("PCM", "pcm", None)],
)
def test_a_format_is_an_encoding(encoding: str, word: str, bit_rate: int | None) -> None:
    body = sent(evolve(ASK, encoding=encoding))

    assert (body["format"], body.get("mp3_bitrate"), body.get("opus_bitrate")) == (word, bit_rate, None)
    read = parsed(format=word)
    assert (read.encoding, read.bit_rate) == (encoding, bit_rate and 1_000 * bit_rate)


@pytest.mark.parametrize(
    ("encoding", "word", "field", "kilobits"),
    [("MP3", "mp3", "mp3_bitrate", (64, 128, 192)), ("OGG_OPUS", "opus", "opus_bitrate", (24, 32, 48, 64))],
)
def test_a_bit_rate_is_the_fields_of_its_format(
    encoding: str, word: str, field: str, kilobits: tuple[int, ...]
) -> None:
    for one in kilobits:
        ask = evolve(ASK, encoding=encoding, bit_rate=1_000 * one)
        assert sent(ask)[field] == one
        assert parsed_of({"format": word, field: one}) == ask


def test_an_automatic_bit_rate_is_none() -> None:
    assert parsed(format="opus", opus_bitrate=-1000).bit_rate is None
    for field, wrong in (("opus_bitrate", 1), ("opus_bitrate", -1), ("mp3_bitrate", -1000)):
        with pytest.raises(Refusal, match=f"{field}: Input should be"):
            parsed_of({"format": "opus", field: wrong})


def test_what_is_unsaid_is_the_vendors_usual() -> None:
    usual = evolve(ASK, encoding="MP3", bit_rate=128_000)

    assert parsed() == parsed(form="url") == usual
    nothing = dict.fromkeys(("chunk_length", "format", "latency", "normalize", "mp3_bitrate"))
    assert parsed(**nothing) == usual
    assert parsed(mp3_bitrate=128, opus_bitrate=32, chunk_length=200, normalize=True) == usual


def test_the_price_is_302ais_by_characters() -> None:
    family = WIRE.family(VOICE)

    assert family is not None
    assert (family.price, family.priced.support, WIRE.capabilities.priced) == (20.0, "yes", "2025-01")
    ask = evolve(ASK, text="né\U0001f600")
    assert (WIRE.billed(ask), WIRE.size(ask)) == (3, 3)


@pytest.mark.parametrize("voice", ["", "alloy", VOICE[:-1], VOICE + "0", VOICE.upper(), f"{VOICE}\n"])
def test_a_voice_that_is_no_id_has_no_family_and_is_refused(voice: str) -> None:
    assert WIRE.family(voice) is None
    with pytest.raises(Refusal, match="reference_id: "):
        parsed(reference_id=voice)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "text: "), ({"text": None}, "text: Field required"), ({"reference_id": None}, "reference_id: Field required"),
        ({"format": "flac"}, "'mp3', 'opus', 'wav' or 'pcm'"), ({"mp3_bitrate": 100}, "64 or 128 or 192"), ({"mp3_bitrate": "64"}, "mp3_bitrate"),
        ({"chunk_length": 99}, "100"), ({"chunk_length": 301}, "300"), ({"chunk_length": "200"}, "chunk_length: "),
        ({"latency": "low"}, "'normal' or 'balanced'"), ({"normalize": "yes"}, "normalize: "),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_the_fields_name(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal) as caught:
        parsed(**changes)

    assert caught.value.status == 400
    assert words in caught.value.problems[0].message


# --- the answer ---------------------------------------------------------------------------------------


def test_an_answer_is_an_address_or_the_sound() -> None:
    link = Link("https://file.302.ai/gpt/imgs/1.wav")

    assert json.loads(WIRE.respond(ASK, link).body) == {"url": link.url}
    assert WIRE.decode(WIRE.respond(ASK, link)) == link
    assert WIRE.respond(ASK, Sound(b"sound")) == Reply(200, "audio/wav", b"sound")
    assert WIRE.wants_link(ASK)
    assert not WIRE.wants_link(evolve(ASK, options=(("response_format", "data"),)))


@given(st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()))
def test_an_address_that_is_none_is_a_wrong_answer(url: Any) -> None:
    with pytest.raises(WrongAnswer):
        WIRE.decode(Reply(200, "application/json", json.dumps({"url": url}).encode()))


def test_refusals_are_302ais() -> None:
    said = dict.fromkeys(("message", "message_cn", "message_jp"), "No.")
    error = {"err_code": -10011, **said, "type": "api_error"}

    assert json.loads(WIRE.refuse(400, "No.").body) == {"error": error}
    with pytest.raises(Refused, match="fish-302ai answered 429: slow down"):
        WIRE.decode(Reply(429, "application/json", b'{"message": "slow down"}'))


@pytest.mark.parametrize("form", ["url", "data", None])
def test_the_local_server_answers_in_the_form_that_is_asked_for(form: str | None) -> None:
    async def story(client: httpx.AsyncClient) -> bytes:
        query = {} if form is None else {"response_format": form}
        answer = await client.post(PATH, json=BODY | {"format": "wav"}, params=query)
        assert answer.status_code == 200
        if form == "data":
            assert answer.headers["content-type"] == "audio/wav"
            return answer.content
        return (await client.get(answer.json()["url"])).content

    assert ask_server(story, speak=anything) == b"LINEAR16 at 44100: One moment."
