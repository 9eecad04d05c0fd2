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
    return [finding.remedy for finding in found if finding.code == "VK304"]


@pytest.mark.parametrize(
    ("voice", "said", "remedy"),
    [
        (CHIRP, "<emphasis>x</emphasis>", "remove it, or choose a voice of the family Standard, Wavenet or Neural2"),
        (
            CHIRP,
            '<prosody rate="slow">x</prosody>',
            "remove it, use the profile's `rate`, or choose a voice of the family Standard, Wavenet, Neural2 or Studio",
        ),
        (
            CHIRP,
            '<prosody volume="loud">x</prosody>',
            "remove it, or choose a voice of the family Standard, Wavenet, Neural2 or Studio",
        ),
        (
            STUDIO,
            '<emphasis level="strong">x</emphasis>',
            "remove it, use <prosody>, or choose a voice of the family Standard, Wavenet or Neural2",
        ),
        (
            WAVENET,
            '<google:style name="calm">x</google:style>',
            "remove it, or choose en-US-Neural2-F or en-US-Neural2-J",
        ),
        (WAVENET, '<mstts:silence type="Leading" value="1s"/>', "remove it: no voice of Google is known to take it"),
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
        (
            "elevenlabs",
            "eleven_multilingual_v2",
            '<say-as interpret-as="digits">12</say-as>',
        ),  # becomes a text with spaces
        ("elevenlabs", "eleven_multilingual_v2", '<say-as interpret-as="expletive">12</say-as>'),  # VK506
        ("polly", "neural", f'<voice name="{WAVENET}">One.</voice>'),  # it speaks anyway
        ("polly", "neural", '<meta name="a" content="b"/>'),  # nothing of it is heard
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


def findings(root: Path, profile: str, said: str) -> list[tuple[str, str, str]]:
    files = {
        "profiles/en.yaml": f"language: en-US\n{profile}",
        "prompts.yaml": f"prompts:\n  - {{id: a, ssml: '<speak>Hello. {said}</speak>'}}\n",
    }
    found = voicekit.check(voicekit.load(project(root, files)))
    return [(one.code, one.severity, one.message) for one in found if one.code.startswith(("VK3", "VK5"))]


@pytest.mark.parametrize("element", ["voice", "audio"])
def test_what_a_vendor_rejects_is_one_error(tmp_path: Path, element: str) -> None:
    said = {"voice": '<voice name="Matthew">x</voice>', "audio": '<audio src="https://a.example/a.mp3"/>'}[
        element
    ]

    assert findings(tmp_path, "provider: polly\nvoice: Joanna\nencoding: PCM\n", said) == [
        ("VK304", "error", f"<{element}> is refused by Amazon Polly standard voices (evidence P)")
    ]


def test_an_element_of_some_voices_names_the_voice(tmp_path: Path) -> None:
    profile = "provider: azure\nvoice: en-US-JennyNeural\nencoding: PCM\n"

    assert findings(tmp_path, profile, "<emphasis>x</emphasis>")[0] == (
        "VK304", "warning", "<emphasis> is ignored by Azure Speech's en-US-JennyNeural (evidence P)"
    )  # fmt: skip


def test_bleeped_words_that_are_left_out_are_told(tmp_path: Path) -> None:
    profile = "provider: elevenlabs\nvoice: 21m00Tcm4TlvDq8ikWAM\nencoding: MP3\n"

    assert [
        code for code, _, _ in findings(tmp_path, profile, '<say-as interpret-as="bleep">x</say-as>')
    ] == ["VK506"]


def test_a_token_whose_role_a_lexicon_has_used_is_no_fault(tmp_path: Path) -> None:
    lexicon = (
        '<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">'
        '<lexeme role="past"><grapheme>read</grapheme><phoneme>ɹɛd</phoneme></lexeme></lexicon>'
    )
    files = {
        "voicekit.yaml": "name: a\nlexicons: [a.pls]\npacks: {p: {prompts: prompts.yaml, profiles: [en, po]}}\n",
        "lexicons/a.pls": lexicon,
        "profiles/en.yaml": f"{HEAD}voice: {WAVENET}\n",
        "profiles/po.yaml": "language: en-US\nprovider: polly\nvoice: Joanna\nencoding: PCM\n",
        "prompts.yaml": """prompts:
  - {id: a, ssml: '<speak>I <w role="past">read</w> it.</speak>'}
  - {id: b, ssml: '<speak>I <w role="past">wrote</w> it.</speak>'}
""",
    }
    found = voicekit.check(voicekit.load(project(tmp_path, files)))

    assert [(one.code, one.place.line) for one in found if one.code.startswith(("VK3", "VK5"))] == [
        ("VK502", 3),
        ("VK502", 3),
    ]
