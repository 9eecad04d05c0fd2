"""What to do about an element that a voice does not take: in its place, with the same voice, or with which other."""

from pathlib import Path

import pytest
from attrs import evolve

import voicekit
from kit.projects import project
from voicekit import _capabilities as capabilities
from voicekit import _pipeline, checks, ssml
from voicekit.checks import Row

HEAD = "language: en-US\nprovider: google\nencoding: LINEAR16\n"
CHIRP, STUDIO, WAVENET = "en-US-Chirp3-HD-Kore", "en-US-Studio-O", "en-US-Wavenet-A"


def row(root: Path, said: str, voice: str) -> Row:
    files = {
        "profiles/en.yaml": f"{HEAD}voice: {voice}\n",
        "prompts.yaml": f"prompts:\n  - {{id: a, ssml: '<speak>Hello. {said}</speak>'}}\n",
    }
    (rendered,) = _pipeline.render(voicekit.load(project(root, files))).rows
    return _pipeline.check_row(rendered)


def remedies(one: Row) -> list[str]:
    found = checks.look(voicekit.load(), [one], (), only=[checks.find()["VK304"]])
    return [finding.remedy for finding in found]


@pytest.mark.parametrize(
    ("voice", "said", "remedy"),
    [
        (CHIRP, "<emphasis>x</emphasis>", "remove it, or choose a voice of Standard, Wavenet or Neural2"),
        (
            CHIRP,
            '<prosody rate="slow">x</prosody>',
            "remove it, use the profile's `rate`, or choose a voice of Standard, Wavenet, Neural2 or Studio",
        ),
        (
            CHIRP,
            '<prosody volume="loud">x</prosody>',
            "remove it, or choose a voice of Standard, Wavenet, Neural2 or Studio",
        ),
        (
            STUDIO,
            '<emphasis level="strong">x</emphasis>',
            "remove it, use <prosody>, or choose a voice of Standard, Wavenet or Neural2",
        ),
        (
            WAVENET,
            '<google:style name="calm">x</google:style>',
            "remove it, or choose en-US-Neural2-F or en-US-Neural2-J",
        ),
        (WAVENET, '<mstts:silence type="Leading" value="1s"/>', f"remove it, or choose another voice than {WAVENET}"),
    ],
)  # fmt: skip
def test_the_remedy_comes_from_what_voices_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, voice: str, said: str, remedy: str
) -> None:
    one = row(tmp_path, said, voice)
    monkeypatch.chdir(tmp_path)

    assert remedies(one) == [remedy]


@pytest.mark.parametrize(
    ("vendor", "family", "said"),
    [
        ("azure", "neural", '<mark name="a"/>'),  # becomes a bookmark
        ("elevenlabs", "eleven_multilingual_v2", "<p><s>One.</s></p>"),  # becomes punctuation
        ("elevenlabs", "eleven_multilingual_v2", '<sub alias="one">1</sub>'),  # becomes its alias
    ],
)
def test_what_is_said_in_another_way_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vendor: str, family: str, said: str
) -> None:
    known = capabilities.find()[vendor].families[family]
    one = evolve(row(tmp_path, said, WAVENET), family=known)
    monkeypatch.chdir(tmp_path)

    assert known.ssml.support != "no"
    assert [node.name for node in ssml.walk(ssml.parse(said)) if known.element(node.name).support == "no"]
    assert remedies(one) == []
