"""Mureka behind 302.AI: its own fields, at a path that is assumed."""

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from kit.projects import PROFILE, project
from kit.provider import conforms
from voicekit import _pipeline, providers
from voicekit._capabilities import mureka
from voicekit.errors import ConfigError, WrongAnswer
from voicekit.model import Ask, Call, Link, Reply, Sound
from voicekit.providers import Refusal

WIRE = providers.get("mureka-302ai")
BODY = {"text": "One moment.", "voice": "Luna"}
ASK = Ask(text="One moment.", ssml=None, language="", voice="Luna", encoding="MP3")
URL = "https://file.302.ai/gpt/tts/0123.mp3"
PROJECT = """\
name: a
packs: {{phone: {{prompts: prompts.yaml, profiles: [en], endpoint: there}}}}
endpoints: {{there: {{provider: mureka-302ai{more}}}}}
"""


def parsed(**body: Any) -> Ask:
    return WIRE.parse(Call("POST", WIRE.route[1], (), json.dumps(body).encode()))


def test_conforms() -> None:
    conforms(WIRE, extra=("voice_id", "voice"))


def test_a_built_in_voice_and_an_uploaded_one_are_two_fields() -> None:
    assert json.loads(WIRE.encode(ASK).body) == BODY
    uploaded = evolve(ASK, voice="8302517")
    assert json.loads(WIRE.encode(uploaded).body) == {"text": "One moment.", "voice_id": "8302517"}
    assert parsed(**BODY) == ASK
    assert parsed(text="One moment.", voice_id="8302517") == uploaded


@pytest.mark.parametrize("voice", [*mureka.VOICES, "8302517", "file_aB-3"])
def test_a_voice_is_of_the_one_family_whose_price_nobody_says(voice: str) -> None:
    family = WIRE.family(voice)

    assert family is not None
    assert (family.name, family.price, family.priced.support) == ("Mureka", 0.0, "unknown")


@pytest.mark.parametrize("voice", ["", " ", "a b", "../x", "Luna\n", "x" * 65, "é"])
def test_a_name_that_fits_no_grammar_has_no_family(voice: str) -> None:
    assert WIRE.family(voice) is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"voice": "Luna"}, "text: Field required"), ({"text": "", "voice": "Luna"}, "text: "), ({"text": "x" * 501, "voice": "Luna"}, "at most 500 characters"), ({"text": 3, "voice": "Luna"}, "text: "),
        ({"text": "One."}, "voice: "), ({"text": "One.", "voice": "Nobody"}, "voice: Input should be 'Ethan'"), ({"text": "One.", "voice_id": "a b"}, "voice_id: "), ({"text": "One.", "voice_id": "Luna"}, "voice_id: "),
        ({"text": "One.", "voice": "Luna", "voice_id": "8302517"}, "Only one of"), ({"text": "One.", "voice_id": 8302517}, "voice_id: "),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_the_field_s_name(body: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal) as caught:
        parsed(**body)

    assert caught.value.status == 400
    assert words in caught.value.problems[0].message


def test_the_limit_is_the_vendor_s_own_in_characters() -> None:
    assert parsed(**BODY | {"text": "é" * 500}).text == "é" * 500
    assert (WIRE.capabilities.limit, WIRE.capabilities.unit) == (500, "characters")
    assert (WIRE.size(evolve(ASK, text="né")), WIRE.billed(evolve(ASK, text="né"))) == (2, 2)


def test_an_answer_is_an_address() -> None:
    assert json.loads(WIRE.respond(ASK, Link(URL)).body) == {"url": URL}
    body = json.dumps({"url": URL, "expires_at": 1_755_686_633}).encode()
    assert WIRE.decode(Reply(200, "application/json", body)) == Link(URL)
    assert WIRE.decode(WIRE.respond(ASK, Sound(b"x"))) == Sound(b"x")


@pytest.mark.parametrize("url", [None, "", [], 3, {"url": URL}, "file:///etc/hosts"])
def test_another_shape_is_a_wrong_answer(url: Any) -> None:
    with pytest.raises(WrongAnswer, match="mureka-302ai answered 200 without"):
        WIRE.decode(Reply(200, "application/json", json.dumps({"url": url}).encode()))


@pytest.mark.parametrize(
    ("more", "path"),
    [("", None), (", url: https://api.302.ai.example", None), (", url: https://127.0.0.1.example", None), (", path: /mureka/v1/speech", "/mureka/v1/speech"), (", url: 'http://127.0.0.1:8302'", WIRE.route[1])],
)  # fmt: skip
def test_nothing_is_sent_on_a_guess(more: str, path: str | None, tmp_path: Path) -> None:
    profile = (
        PROFILE.replace("google-302ai", WIRE.name)
        .replace("en-US-Neural2-F", "Luna")
        .replace("LINEAR16", "MP3")
    )
    files = {"voicekit.yaml": PROJECT.format(more=more), "profiles/en.yaml": profile}
    loaded = _pipeline.load(project(tmp_path, files | {"prompts.yaml": "prompts: [{id: a, text: One.}]\n"}))
    if path is not None:
        assert [row.call.path for row in _pipeline.plan(loaded).requests] == [path]
        return

    with pytest.raises(ConfigError, match="on a guess: the path of Mureka's speech") as caught:
        _pipeline.plan(loaded)
    assert "endpoints.there.path" in caught.value.problems[0].remedy
