"""Doubao's wire, behind 302.AI."""

import base64
import json
import subprocess
import sys
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
from voicekit.model import Ask, Call, Reply, Sound
from voicekit.providers import Refusal
from voicekit.testing import asks

WIRE = providers.get("doubao-302ai")
PATH = "/doubao/tts_hd"
VOICE = "zh_male_M392_conversation_wvae_bigtts"
ASK = Ask(text="你好", ssml=None, language="", voice=VOICE, encoding="MP3")
AUDIO = {"voice_type": VOICE, "encoding": "mp3"}
REQUEST = {"reqid": "any", "text": "你好", "operation": "query"}


def test_conforms() -> None:
    conforms(WIRE, extra=("speed_ratio", "encoding", "text_type"))


def sent(ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(WIRE.encode(ask).body)
    return found


def parsed(audio: Any = AUDIO, request: Any = REQUEST) -> Ask:
    return WIRE.parse(Call("POST", PATH, (), json.dumps({"audio": audio, "request": request}).encode()))


# --- the request --------------------------------------------------------------------------------------


def test_the_fields_of_the_page() -> None:
    body = sent(evolve(ASK, rate=0.9))

    assert body["audio"] == {**AUDIO, "speed_ratio": 0.9}
    assert body["request"] == {**REQUEST, "reqid": body["request"]["reqid"]}
    assert sent(ASK)["audio"] == AUDIO


@given(asks("doubao-302ai"), asks("doubao-302ai"))
def test_the_number_of_a_request_is_made_of_what_it_says(one: Ask, other: Ask) -> None:
    bodies = [sent(ask) for ask in (one, other)]
    numbers = [body["request"].pop("reqid") for body in bodies]

    assert all(len(number) == 32 and number.isalnum() for number in numbers)
    assert (numbers[0] == numbers[1]) == (bodies[0] == bodies[1])


def test_a_request_is_the_same_bytes_in_another_process() -> None:
    code = f"""
from voicekit import providers
from voicekit.model import Ask
ask = Ask("你好", None, "", {VOICE!r}, "MP3", rate=0.9)
print(providers.get("doubao-302ai").encode(ask).body.decode())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == WIRE.encode(evolve(ASK, rate=0.9)).body.decode()


@pytest.mark.parametrize(("encoding", "word"), [("PCM", "pcm"), ("LINEAR16", "wav"), ("MP3", "mp3"), ("OGG_OPUS", "ogg_opus")])  # fmt: skip
def test_a_word_is_an_encoding(encoding: str, word: str) -> None:
    assert sent(evolve(ASK, encoding=encoding))["audio"]["encoding"] == word
    assert parsed({**AUDIO, "encoding": word}).encoding == encoding


def test_without_an_encoding_it_is_samples() -> None:
    assert parsed({"voice_type": VOICE}).encoding == "PCM"
    assert WIRE.capabilities.natural_rate == 24_000


def test_bytes_are_limited_and_characters_billed_at_302ais_price() -> None:
    family = WIRE.family(VOICE)

    assert (WIRE.size(ASK), WIRE.billed(ASK)) == (6, 2)
    assert family is not None
    assert (family.price, family.priced.support, WIRE.capabilities.priced) == (35.0, "yes", "2025-02")
    longest = "你" * 341 + "a"
    assert parsed(request={**REQUEST, "text": longest}).text == longest
    with pytest.raises(Refusal, match="longer than 1,024 bytes"):
        parsed(request={**REQUEST, "text": longest + "a"})


@pytest.mark.parametrize("voice", ["", "alloy", "en-US-Neural2-F", "zh_", "_a", "a b_c", "é_a", f"{VOICE}\n"])
def test_a_voice_that_fits_no_grammar_has_no_family_and_is_refused(voice: str) -> None:
    assert WIRE.family(voice) is None
    with pytest.raises(Refusal, match="voice"):
        parsed({**AUDIO, "voice_type": voice})


@pytest.mark.parametrize("voice", [VOICE, "BV001_streaming", "S_abc123", "en_female_anna_mars_bigtts"])
def test_voices_are_named_with_underlines(voice: str) -> None:
    assert WIRE.family(voice) is not None
    assert parsed({**AUDIO, "voice_type": voice}).voice == voice


@pytest.mark.parametrize(
    ("audio", "request_", "words"),
    [
        ([], {}, "audio: "), ({}, {}, "audio.voice_type: Field required"), ({"encoding": "flac"}, {}, "audio.encoding: Input should be 'pcm', 'wav', 'mp3' or 'ogg_opus'"),
        ({"speed_ratio": 0.79}, {}, "audio.speed_ratio: "), ({"speed_ratio": 2.01}, {}, "equal to 2"), ({"speed_ratio": "1"}, {}, "valid number"),
        ({}, {"text": ""}, "request.text: "), ({}, {"text": None}, "request.text: Field required"), ({}, {"reqid": ""}, "request.reqid: "),
        ({}, {"reqid": None}, "request.reqid: "), ({}, {"operation": "submit"}, "request.operation: Input should be 'query'"), ({}, {"operation": None}, "request.operation: "),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_the_fields_name(audio: Any, request_: Any, words: str) -> None:
    whole = audio if audio == [] else {} if "voice_type" in words else {**AUDIO, **audio}
    with pytest.raises(Refusal) as caught:
        parsed(whole, {**REQUEST, **request_})

    assert caught.value.status == 400
    assert words in caught.value.problems[0].message


@pytest.mark.parametrize(("speed", "rate"), [(0.8, 0.8), (1, 1.0), (2, 2.0), (None, None)])
def test_all_of_the_vendors_speeds_are_spoken(speed: float | None, rate: float | None) -> None:
    assert parsed({**AUDIO, "speed_ratio": speed}).rate == rate


# --- the answer ---------------------------------------------------------------------------------------


def test_an_answer_is_the_pages_with_the_sound_in_base64() -> None:
    reply = WIRE.respond(ASK, Sound(b"sound"))

    assert json.loads(reply.body) == {
        "reqid": sent(ASK)["request"]["reqid"],
        "code": 3000,
        "operation": "query",
        "message": "Success",
        "sequence": -1,
        "data": base64.b64encode(b"sound").decode(),
    }
    assert WIRE.decode(reply) == Sound(b"sound")


@pytest.mark.parametrize(
    ("code", "remedy"),
    [(3001, "correct"), (3003, "requests_per_minute"), (3005, "later"), (3010, "correct"), (3030, "later"), (3031, "later"), (3050, "correct"), (0, "correct"), (9, "correct")],
)  # fmt: skip
@pytest.mark.parametrize("status", [200, 400, 500])
def test_any_other_number_is_a_refusal_whatever_the_status(code: int, remedy: str, status: int) -> None:
    body = {"reqid": "a", "code": code, "message": "no such thing"}
    with pytest.raises(Refused) as caught:
        WIRE.decode(Reply(status, "application/json", json.dumps(body).encode()))

    (problem,) = caught.value.problems
    assert problem.message == f"doubao-302ai answered {code if status == 200 else status}: no such thing"
    assert status != 200 or remedy in problem.remedy


@given(st.none() | st.booleans() | st.text() | st.floats(allow_nan=False) | st.lists(st.integers()))
def test_a_number_that_is_none_is_a_wrong_answer(code: Any) -> None:
    body = {"code": code, "data": base64.b64encode(b"sound").decode()}
    with pytest.raises(WrongAnswer):
        WIRE.decode(Reply(200, "application/json", json.dumps(body).encode()))


@pytest.mark.parametrize("data", [None, "", 3, "not*base64", "https://file.302.ai/1.mp3"])
def test_success_without_a_sound_is_a_wrong_answer(data: Any) -> None:
    with pytest.raises(WrongAnswer):
        WIRE.decode(Reply(200, "application/json", json.dumps({"code": 3000, "data": data}).encode()))


def test_a_refusal_has_doubaos_number_and_302ai_its_own_shape() -> None:
    for message, code in (("No.", 3001), ("The text is longer than", 3010), ("There is no voice x.", 3050)):
        body = json.loads(WIRE.refuse(400, message).body)
        assert body == {"reqid": "", "code": code, "message": message}
    assert json.loads(WIRE.refuse(401, "No.").body)["error"]["err_code"] == -10001


def test_the_local_server_speaks_it() -> None:
    async def story(client: httpx.AsyncClient) -> tuple[bytes, Any]:
        good = await client.post(PATH, json={"audio": {"voice_type": VOICE}, "request": REQUEST})
        bad = await client.post(PATH, json={"audio": AUDIO, "request": {**REQUEST, "text": "你" * 342}})
        assert (good.status_code, bad.status_code) == (200, 400)
        return base64.b64decode(good.json()["data"]), bad.json()["code"]

    assert ask_server(story, speak=anything) == ("PCM at 24000: 你好".encode(), 3010)
