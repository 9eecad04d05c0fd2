"""What adapting changed is told, and only once: not where a rule has said why, of the same element or attribute."""

from pathlib import Path

import pytest
from attrs import evolve

import voicekit
from kit.projects import project
from voicekit import _pipeline, checks
from voicekit.model import Severity

HEAD = "language: en-US\nprovider: google\nencoding: LINEAR16\n"


def told(root: Path, said: str, voice: str = "en-US-Neural2-F") -> list[tuple[str, int | None, str]]:
    """Return what a template's line gives, all of it on one line: the code, the line, and the start of the message."""
    files = {
        "profiles/en.yaml": f"{HEAD}voice: {voice}\n",
        "templates/a.ssml.j2": f"---\n---\n<speak>Hello.\n{said}\n</speak>\n",
        "prompts.yaml": "prompts:\n  - {id: a, script: a}\n",
    }
    found = voicekit.check(voicekit.load(project(root, files)))
    return [
        (finding.code, finding.place.line, finding.message.partition(" is ")[0])
        for finding in found
        if finding.code.startswith(("VK1", "VK3", "VK5"))
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ('<break time="500"/>', [("VK107", '<break>: time="500"'), ("VK501", '<break>: strength="medium"')]),
        (
            '<prosody rate="abc" volume="">x</prosody>',
            [("VK107", '<prosody>: rate="abc"'), ("VK503", '<prosody>: volume=""')],
        ),
        (
            '<prosody pitch="+20Hz" rate="">x</prosody>',
            [("VK309", '<prosody>: pitch="+20Hz"'), ("VK503", '<prosody>: rate=""')],
        ),
        (
            '<prosody pitch="+20Hz">x</prosody> <prosody pitch="" rate="slow">y</prosody>',
            [("VK309", '<prosody>: pitch="+20Hz"'), ("VK503", '<prosody>: pitch=""')],
        ),
        ("<foo>x</foo>", [("VK108", "<foo>")]),
        ("<prosody>x</prosody> <desc>y</desc>", [("VK106", "<prosody> states no rate, pitch or volume"), ("VK502", "<desc>")]),
        (
            '<say-as interpret-as="address">x</say-as>',
            [("VK309", '<say-as>: interpret-as="address"'), ("VK502", '<say-as> "address"')],
        ),
        ('<break time="500ms">x</break>', [("VK109", "<break> holds text, which belongs behind it")]),
    ],
)  # fmt: skip
def test_a_change_is_told_where_nothing_says_why(
    tmp_path: Path, said: str, expected: list[tuple[str, str]]
) -> None:
    assert told(tmp_path, said) == [(code, 4, message) for code, message in expected]


def test_an_ignored_element_hides_what_became_of_it_and_of_nothing_else(tmp_path: Path) -> None:
    said = '<emphasis>y</emphasis> <mark name="a"/> <sub alias="">x</sub>'

    assert told(tmp_path, said, "en-US-Chirp3-HD-Kore") == [
        ("VK106", 4, "<sub> has no `alias`, and does nothing without it"),
        ("VK304", 4, "<emphasis>"),
        ("VK304", 4, "<mark>"),
    ]


def test_advice_hides_nothing(tmp_path: Path) -> None:
    files = {
        "voicekit.yaml": "name: a\npacks: {p: {prompts: prompts.yaml, profiles: [en], target: telephony}}\n",
        "profiles/en.yaml": f"{HEAD}voice: en-US-Journey-F\n",
        "prompts.yaml": "prompts:\n  - {id: a, ssml: \"<speak>Hello.<break time='9s'/>Bye.</speak>\"}\n",
    }
    found = voicekit.check(voicekit.load(project(tmp_path, files)))

    assert {"VK504", "VK616", "VK303"} <= {finding.code for finding in found}


@pytest.mark.parametrize(("severity", "shown"), [("info", False), ("warning", False), ("error", True)])
def test_what_a_vendor_rejects_is_told_in_any_case(tmp_path: Path, severity: Severity, shown: bool) -> None:
    rows = "prompts:\n  - {id: a, ssml: '<speak><foo>x</foo></speak>'}\n"
    loaded = voicekit.load(project(tmp_path, {"prompts.yaml": rows}))
    (rendered,) = _pipeline.render(loaded).rows
    row = _pipeline.check_row(rendered)
    change = evolve(row.changes[0], severity=severity)

    found = checks.look(loaded, [evolve(row, changes=(change,))], ())

    assert ("VK502" in {finding.code for finding in found}) is shown
    assert "VK108" in {finding.code for finding in found}


def test_vendors_that_speak_one_prompt_are_told_apart(tmp_path: Path) -> None:
    plain = "language: en-US\nencoding: PCM\n"
    files = {
        "voicekit.yaml": "name: a\npacks: {p: {prompts: prompts.yaml, profiles: [azure, polly, polly-2]}}\n",
        "profiles/azure.yaml": f"{plain}provider: azure\nvoice: en-US-JennyNeural\n",
        "profiles/polly.yaml": f"{plain}provider: polly\nvoice: Joanna\n",
        "profiles/polly-2.yaml": f"{plain}provider: polly\nvoice: Matthew\n",
        "prompts.yaml": """prompts:
  - {id: a, ssml: "<speak>One moment. <break time='30s'/><prosody pitch='+20Hz'>Thank you.</prosody></speak>"}
""",
    }
    found = voicekit.check(voicekit.load(project(tmp_path, files)))

    assert [finding.message for finding in found if finding.code in {"VK309", "VK501", "VK504"}] == [
        '<prosody>: pitch="+20Hz" is not taken by Amazon Polly standard voices (evidence P)',
        "the break of 30 s becomes 3 breaks of at most 10 s (Amazon Polly standard voices)",
        "the break of 30 s is cut to 20 s (Azure Speech neural voices)",
    ]
