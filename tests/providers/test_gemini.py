"""302.AI's Gemini: a request in the page's shape, answers by address and in base64, and what is refused."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from attrs import evolve

from kit.provider import conforms
from voicekit import providers
from voicekit._capabilities import google
from voicekit._sound import codecs, probe
from voicekit.errors import Refused, WrongAnswer
from voicekit.model import Ask, Call, Link, Reply, Sound
from voicekit.providers import NotFound, Refusal

GEMINI = providers.get("gemini-302ai")
ASK = Ask("Thank you for calling.", None, "", "Kore", "PCM")
FLASH, PRO = "gemini-2.5-flash-preview-tts", "gemini-2.5-pro-preview-tts"
EXTRA = ("role", "text", "parts", "speechConfig", "voiceConfig", "prebuiltVoiceConfig", "voiceName", "model")


def test_conforms() -> None:
    conforms(GEMINI, extra=EXTRA)


def test_the_request_has_the_shape_of_the_page() -> None:
    call = GEMINI.encode(ASK)

    assert (call.method, call.path, call.query) == (
        "POST",
        f"/google/v1/models/{FLASH}",
        (("response_format", "url"),),
    )
    assert json.loads(call.body) == {
        "contents": [{"parts": [{"text": "Thank you for calling."}]}],
        "generationConfig": {
            "responseModalities": ["AUDIO"],
            "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
        },
        "model": FLASH,
    }


def test_the_model_stands_in_the_path_and_in_the_body() -> None:
    call = GEMINI.encode(evolve(ASK, options=(("model", PRO),)))

    assert call.path == f"/google/v1/models/{PRO}"
    assert json.loads(call.body)["model"] == PRO
    assert GEMINI.parse(call).options == (("model", PRO),)


def test_without_the_parameter_the_answer_is_base64() -> None:
    ask = evolve(ASK, options=(("response_format", "base64"),))

    assert GEMINI.encode(ask).query == ()
    assert GEMINI.parse(GEMINI.encode(ask)) == ask
    assert GEMINI.wants_link(ASK)
    assert not GEMINI.wants_link(ask)


@pytest.mark.parametrize("voice", [*google.WOMEN, *google.MEN])
def test_all_thirty_voices_speak(voice: str) -> None:
    family = GEMINI.family(voice)

    assert family is not None
    assert family.name == "Gemini"
    assert GEMINI.parse(GEMINI.encode(evolve(ASK, voice=voice))).voice == voice


@pytest.mark.parametrize("voice", ["", "kore", "Nobody", "en-US-Chirp3-HD-Kore", "Kore\n"])
def test_no_other_voice_does(voice: str) -> None:
    assert GEMINI.family(voice) is None
    with pytest.raises(Refusal, match=r"is none of Achernar, .*Zubenelgenubi"):
        GEMINI.parse(GEMINI.encode(evolve(ASK, voice=voice)))


def test_what_is_asked_for_in_words_is_no_setting() -> None:
    takes = GEMINI.capabilities

    assert not takes.ranges
    assert not takes.language
    assert takes.inputs == {"text"}
    assert takes.encodings == {"PCM"}
    assert takes.sample_rates == {}
    assert takes.natural_rate == 24_000


def test_no_price_is_made_up() -> None:
    (family,) = GEMINI.capabilities.families.values()

    assert family.price == 0
    assert family.priced.support == "unknown"


def test_a_text_is_measured_in_bytes() -> None:
    assert GEMINI.size(evolve(ASK, text="é")) == 2
    assert GEMINI.billed(evolve(ASK, text="é")) == 1


# --- what is refused --------------------------------------------------------------------------------------


def call(**changes: Any) -> Call:
    good = GEMINI.encode(ASK)
    return evolve(good, body=json.dumps({**json.loads(good.body), **changes}).encode())


def speech(config: Any) -> dict[str, Any]:
    return {"responseModalities": ["AUDIO"], "speechConfig": config}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"contents": None}, "one turn"), ({"contents": []}, "one turn"), ({"contents": [{}, {}]}, "one turn"), ({"contents": "Hello"}, "one turn"),
        ({"contents": ["Hello"]}, "expected an object"), ({"contents": [{}]}, "must have a text"), ({"contents": [{"parts": []}]}, "must have a text"),
        ({"contents": [{"parts": [{"text": ""}]}]}, "must have a text"), ({"contents": [{"parts": [{"text": 1}]}]}, "TYPE_STRING"),
        ({"contents": [{"parts": [{"inlineData": {}}]}]}, "Unknown name"), ({"contents": [{"role": "model", "parts": [{"text": "a"}]}]}, "role must be user"),
        ({"generationConfig": None}, "responseModalities"), ({"generationConfig": {"responseModalities": ["TEXT"]}}, "responseModalities"),
        ({"generationConfig": speech(None)}, "is none of"), ({"generationConfig": speech({"voiceConfig": []})}, "expected an object"),
        ({"generationConfig": speech({"multiSpeakerVoiceConfig": {}})}, "Unknown name"), ({"model": PRO}, "model is not the one of the path"),
        ({"systemInstruction": {}}, "Unknown name"),
        ({"model": []}, "model is not the one"), ({"contents": [{"role": [], "parts": [{"text": "a"}]}]}, "role must be user"),
        ({"generationConfig": {"responseModalities": {}}}, "responseModalities"),
    ],
)  # fmt: skip
def test_a_request_that_is_not_the_pages_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words) as caught:
        GEMINI.parse(call(**changes))

    assert caught.value.problems[0].remedy


@pytest.mark.parametrize(
    "path", ["/google/v1/models/gemini-2.5-flash", "/google/v1/models/", "/", "/google/v1/models/a/b"]
)
def test_another_model_is_not_found(path: str) -> None:
    with pytest.raises(NotFound, match="is not found") as caught:
        GEMINI.parse(evolve(GEMINI.encode(ASK), path=path))

    assert caught.value.status == 404


def test_parts_are_said_in_order() -> None:
    parts = [{"text": "Thank you "}, {"text": "for calling."}]

    assert GEMINI.parse(call(contents=[{"role": "user", "parts": parts}])) == ASK


def test_what_is_null_is_not_set() -> None:
    turn = {"role": None, "parts": [{"text": "Thank you for calling."}, {"text": None}]}

    assert GEMINI.parse(call(contents=[turn], model=None)) == ASK


def test_a_long_text_is_for_the_vendor_to_measure() -> None:
    ask = evolve(ASK, text="a" * 20_000)

    assert GEMINI.parse(GEMINI.encode(ask)) == ask


# --- answers ----------------------------------------------------------------------------------------------


def answer(data: Any, kind: Any = "audio/L16;codec=pcm;rate=24000", **more: Any) -> Reply:
    """Return an answer in the page's shape."""
    part = {"inlineData": {"data": data, "mimeType": kind}}
    body = {"candidates": [{"content": {"parts": [part], "role": "model"}}], **more}
    return Reply(200, "application/json", json.dumps(body).encode())


def test_an_answer_by_address_is_a_link_with_its_rate() -> None:
    url = "https://file.302.ai/gpt/imgs/20250617/0123456789abcdef.wav"

    assert GEMINI.decode(answer(url, usageMetadata={"totalTokenCount": 90})) == Link(url, (), 24_000)


@pytest.mark.parametrize(
    ("kind", "rate"),
    [
        ("audio/L16;codec=pcm;rate=24000", 24_000), ("audio/L16; rate=16000; codec=pcm", 16_000), ("audio/wav", None),
        ("audio/L16;rate=0", None), ("audio/L16;rate=-1", None), ("audio/L16;rate=99999999", None), ("audio/L16;bitrate=8000", None),
        ("audio/L16;rate=8000x", None),
    ],
)  # fmt: skip
def test_the_rate_is_read_from_the_media_type(kind: str, rate: int | None) -> None:
    assert GEMINI.decode(answer(base64.b64encode(b"sound").decode(), kind)) == Sound(b"sound", (), rate)


def test_an_answer_states_its_rate() -> None:
    body = json.loads(GEMINI.respond(ASK, Sound(b"sound", sample_rate=24_000)).body)

    assert body["candidates"][0]["content"]["parts"] == [
        {"inlineData": {"mimeType": "audio/L16;codec=pcm;rate=24000", "data": "c291bmQ="}}
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"candidates": []}, {"candidates": None}, {"candidates": [{}]}, {"candidates": [{"content": {"parts": []}}]}, {"promptFeedback": {"blockReason": "OTHER"}},
        {"candidates": [{"finishReason": "OTHER"}]}, {"candidates": [{"content": {"parts": [{"text": "I cannot."}]}}]}, {"candidates": {"0": 1}},
    ],
)  # fmt: skip
def test_an_answer_without_a_sound_is_wrong(body: Any) -> None:
    with pytest.raises(WrongAnswer):
        GEMINI.decode(Reply(200, "application/json", json.dumps(body).encode()))


@pytest.mark.parametrize(("data", "kind"), [("", "audio/L16"), ("a*", "audio/L16"), (3, "audio/L16"), (None, "audio/L16"), ("c291bmQ=", "text/plain"), ("c291bmQ=", None), ("ftp://a/b", "audio/L16"), ("file:///etc", "audio/L16")])  # fmt: skip
def test_strange_data_is_wrong(data: Any, kind: Any) -> None:
    with pytest.raises(WrongAnswer):
        GEMINI.decode(answer(data, kind))


def test_googles_400_is_passed_on_and_the_gateways_errors_are_its_own() -> None:
    google_s = json.loads(GEMINI.refuse(400, "words").body)["error"]
    own = json.loads(GEMINI.refuse(401, "words").body)["error"]

    assert google_s == {"code": 400, "message": "words", "status": "INVALID_ARGUMENT"}
    said = dict.fromkeys(("message", "message_cn", "message_jp"), "words")
    assert own == {"err_code": -10001, **said, "type": "api_error"}
    with pytest.raises(Refused, match="401: words"):
        GEMINI.decode(GEMINI.refuse(401, "words"))


# --- spoken -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served() -> Iterator[httpx.Client]:
    """Talk to a running ``voicekit serve``."""
    command = [sys.executable, "-m", "voicekit", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().rpartition(" ")[2].strip()
        try:
            with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
                yield client
        finally:
            process.terminate()


def made(served: httpx.Client, ask: Ask) -> Sound | Link:
    call = GEMINI.encode(ask)
    answer = served.post(
        call.path, params=dict(call.query), content=call.body, headers={"content-type": call.content_type}
    )
    found = GEMINI.decode(Reply(answer.status_code, answer.headers["content-type"], answer.content))
    assert isinstance(found, Sound | Link)
    return found


def test_the_local_server_answers_by_address_and_in_base64(served: httpx.Client) -> None:
    link, sound = (
        made(served, evolve(ASK, options=options)) for options in ((), (("response_format", "base64"),))
    )

    assert isinstance(link, Link)
    assert isinstance(sound, Sound)
    assert link.sample_rate == sound.sample_rate == 24_000
    assert served.get(link.url).content == sound.data
    media = probe.verify(sound.data, "PCM", 24_000, text_length=len(ASK.content))
    assert 0.5 < media.duration < 4


def test_a_text_is_spoken_in_its_own_language(served: httpx.Client) -> None:
    """Espeak-ng's two readings of one Spanish sentence differ; the wire carries no language to choose by."""
    text = "Gracias por llamar. Por favor, espere en la línea."
    spanish = Ask(text, None, "es-ES", "es-ES-Chirp3-HD-Kore", "LINEAR16")
    english = evolve(spanish, language="en-US", voice="en-US-Chirp3-HD-Kore")
    sound = made(served, evolve(ASK, text=text, options=(("response_format", "base64"),)))
    assert isinstance(sound, Sound)
    heard = codecs.decode(sound.data, encoding="PCM", sample_rate=24_000)
    direct = [codecs.decode(_by_google(served, ask)) for ask in (spanish, english)]

    assert heard.seconds == pytest.approx(direct[0].seconds, abs=0.001)
    assert heard.seconds != pytest.approx(direct[1].seconds, abs=0.05)


def _by_google(served: httpx.Client, ask: Ask) -> bytes:
    wire = providers.get("google")
    call = wire.encode(ask)
    answer = served.post(call.path, content=call.body, headers={"content-type": call.content_type})
    sound = wire.decode(Reply(answer.status_code, "", answer.content))
    assert isinstance(sound, Sound)
    return sound.data


def test_another_model_is_answered_with_404(served: httpx.Client) -> None:
    call = GEMINI.encode(ASK)
    answer = served.post("/google/v1/models/gemini-9", content=call.body, headers={"content-type": call.content_type})  # fmt: skip

    assert answer.status_code == 404
    assert "is not found" in answer.json()["error"]["message"]
