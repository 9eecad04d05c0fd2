"""F5-TTS behind 302.AI, which speaks as a recording does."""

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from kit.local_server import anything, ask_server, gateway, one
from kit.projects import PROFILE, plan, project
from kit.provider import conforms
from voicekit import providers
from voicekit._speak.compile import compile_ask
from voicekit.errors import WrongAnswer
from voicekit.model import Ask, Call, Link, Reply, Sound
from voicekit.providers import Refusal

WIRE = providers.get("f5-tts-302ai")
RECORDING = "https://recordings.example.com/voices/clara-1.wav"
BODY = {"gen_text": "One moment.", "ref_audio_url": RECORDING, "model_type": "F5-TTS"}
ASK = Ask(text="One moment.", ssml=None, language="", voice=RECORDING, encoding="LINEAR16")
URL = "https://file.302.ai/gpt/imgs/20250613/0123.wav"


def parsed(**changes: Any) -> Ask:
    return WIRE.parse(Call("POST", WIRE.route[1], (), json.dumps(BODY | changes).encode()))


def test_conforms() -> None:
    conforms(WIRE, extra=("model_type", "ref_text", "speed"))


def test_the_three_fields_that_are_known() -> None:
    call = WIRE.encode(ASK)

    assert (call.method, call.path, call.query) == ("POST", "/302/submit/f5-tts", ())
    assert json.loads(call.body) == BODY
    assert parsed() == parsed(model_type=None) == ASK


@pytest.mark.parametrize(
    "voice",
    [RECORDING, "https://file.302.ai/gpt/imgs/20250226/0123.mp3", "https://a-b.example.org:8443/x/y%20z.ogg", "https://EXAMPLE.com/a"],
)  # fmt: skip
def test_a_voice_is_the_address_of_a_recording(voice: str) -> None:
    family = WIRE.family(voice)

    assert family is not None
    assert (family.name, family.price, family.priced.support) == ("F5-TTS", 0.0, "unknown")
    assert parsed(ref_audio_url=voice).voice == voice


@pytest.mark.parametrize(
    "voice",
    [
        "", "clara", "http://example.com/a.wav", "ftp://example.com/a.wav", "https://example.com", "https://example.com/", "https://localhost/a.wav", "https://a b.example.com/a.wav",
        f"{RECORDING}?X-Amz-Signature=0123", f"{RECORDING}#t=1", "https://name:word@example.com/a.wav", "https://example.com/a.wav\n", "https://[::1]/a.wav", "https://exämple.com/a.wav", "file:///etc/hosts",
    ],
)  # fmt: skip
def test_an_address_with_a_secret_or_of_another_kind_is_no_voice(voice: str) -> None:
    assert WIRE.family(voice) is None


def test_a_plan_warns_of_such_a_voice(tmp_path: Path) -> None:
    def told(voice: str) -> tuple[list[str], list[str]]:
        profile = PROFILE.replace("google-302ai", WIRE.name).replace("en-US-Neural2-F", voice)
        found = plan(project(tmp_path, {"profiles/en.yaml": profile}))
        sent = [json.loads(row.call.body)["ref_audio_url"] for row in found.requests]
        return sent, [finding.code for finding in found.findings]

    assert told(RECORDING) == ([RECORDING], [])
    for voice in (f"{RECORDING}?signature=0123", RECORDING.replace("https", "http")):
        assert told(voice) == ([voice], ["VK306"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"gen_text": None}, "gen_text: Field required"), ({"gen_text": ""}, "gen_text: "), ({"gen_text": 3}, "gen_text: "), ({"ref_audio_url": None}, "ref_audio_url: Field required"),
        ({"ref_audio_url": "clara"}, "https address of a recording"), ({"ref_audio_url": "http://example.com/a.wav"}, "https"), ({"ref_audio_url": []}, "ref_audio_url: "),
        ({"model_type": "E2-TTS"}, "model_type: Input should be 'F5-TTS'"), ({"model_type": 1}, "model_type: "),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_the_field_s_name(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal) as caught:
        parsed(**changes)

    assert caught.value.status == 400
    assert words in caught.value.problems[0].message


def test_the_local_server_takes_a_signed_address_too() -> None:
    assert parsed(ref_audio_url=f"{RECORDING}?signature=0123").voice.endswith("=0123")


def test_nothing_is_refused_for_its_length() -> None:
    assert parsed(gen_text="x" * 5_000).text == "x" * 5_000
    assert (WIRE.size(evolve(ASK, text="né")), WIRE.billed(evolve(ASK, text="né"))) == (2, 2)


# --- the answer ---------------------------------------------------------------------------------------


def test_an_answer_is_an_address_in_an_address() -> None:
    reply = WIRE.respond(ASK, Link(URL))

    assert json.loads(reply.body) == {"audio_url": {"url": URL}}
    body = {"audio_url": {"url": URL, "content_type": "audio/wav", "file_size": 3}, "more": 1}
    assert WIRE.decode(Reply(200, "application/json", json.dumps(body).encode())) == Link(URL)
    assert WIRE.decode(WIRE.respond(ASK, Sound(b"x"))) == Sound(b"x")


@pytest.mark.parametrize("found", [None, URL, [], {}, {"url": None}, {"url": ""}, {"url": [URL]}, {"url": "file:///etc/hosts"}, {"url": {"url": URL}}])  # fmt: skip
def test_another_shape_is_a_wrong_answer(found: Any) -> None:
    with pytest.raises(WrongAnswer, match="f5-tts-302ai answered 200 without the address"):
        WIRE.decode(Reply(200, "application/json", json.dumps({"audio_url": found}).encode()))


def test_the_local_voice_stands_in_and_fetches_nothing() -> None:
    """The recording's host does not exist; its address only chooses among the variants of a voice."""
    texts = ("One moment, please.", "Einen Moment bitte, wir sind gleich für Sie da.")
    spoken = [compile_ask(parsed(gen_text=text))[0] for text in texts]

    assert [run.voice.voice.language[:2] for run in spoken] == ["en", "de"]  # type: ignore[union-attr]

    async def story(client: Any) -> bytes:
        url = (await client.post(WIRE.route[1], json=BODY)).json()["audio_url"]["url"]
        return bytes((await client.get(url)).content)

    assert ask_server(story, speak=anything) == b"LINEAR16 at None: One moment."
    assert gateway(one("POST", WIRE.route[1], json=BODY | {"gen_text": ""})) == (400, -10011)
