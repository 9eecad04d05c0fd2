"""What the vendor's own rules say of a project, through the public `check` and `plan`."""

from pathlib import Path
from typing import Any

import pytest

import voicekit
from kit.projects import PROFILE, plan, project, write
from voicekit.errors import FindingsError

CHIRP, JOURNEY, STUDIO = "en-US-Chirp3-HD-Kore", "en-US-Journey-D", "en-US-Studio-O"
VENDOR = ("VK1", "VK201", "VK30")


def found(root: Path) -> list[tuple[str, str]]:
    """Return code and severity of what the vendor's rules find; the craft of prompts has tests of its own."""
    findings = voicekit.check(voicekit.load(root))
    return [(finding.code, finding.severity) for finding in findings if finding.code.startswith(VENDOR)]


def written(profile: dict[str, Any], said: str) -> dict[str, str]:
    stated = {
        "provider": "google",
        "language": "en-US",
        "voice": "en-US-Neural2-F",
        "encoding": "MULAW",
        **profile,
    }
    return {
        "profiles/en.yaml": "".join(f"{key}: {value}\n" for key, value in stated.items()),
        "prompts.yaml": f"prompts:\n  - id: hello\n    {said}\n",
    }


@pytest.mark.parametrize(
    ("profile", "said", "expected"),
    [
        ({}, "text: One.", []),
        ({}, 'text: "a\\a"', [("VK102", "error")]),
        ({}, 'text: "a\\uFFFE"', [("VK102", "error")]),
        ({}, 'text: "tab\\tand\\nline"', []),
        ({}, 'text: " \\n"', [("VK103", "error")]),
        ({}, 'ssml: "<speak>a & b</speak>"', [("VK101", "error")]),
        ({}, 'ssml: "<speak>a\\a</speak>"', [("VK101", "error")]),
        ({"voice": CHIRP, "pitch": 2}, "text: One.", [("VK301", "error")]),
        ({"voice": CHIRP, "pitch": 0}, "text: One.", [("VK301", "warning")]),
        ({"voice": STUDIO, "pitch": 2}, "text: One.", [("VK301", "warning")]),
        ({"voice": JOURNEY, "rate": 1.5}, "text: One.", [("VK302", "warning")]),
        ({"voice": CHIRP, "rate": 1.5}, "text: One.", []),
        ({"voice": JOURNEY}, "ssml: <speak>a</speak>", [("VK303", "warning")]),
        ({"voice": CHIRP}, "ssml: <speak>a<emphasis>c</emphasis><p>b</p></speak>", [("VK304", "warning")]),
        ({"voice": JOURNEY, "encoding": "MP3"}, "text: One.", [("VK305", "warning")]),
        ({"voice": CHIRP, "encoding": "M4A"}, "text: One.", [("VK305", "error")]),
        ({"provider": "google-302ai", "encoding": "AMR"}, "text: One.", [("VK305", "warning")]),
        ({"voice": "alloy"}, "text: One.", [("VK306", "warning")]),
        ({"language": "es-US"}, "text: One.", [("VK306", "warning")]),
        ({"language": "zh-CN", "voice": "cmn-CN-Standard-A"}, "text: One.", []),
        ({"gain": 1, "sample_rate": 8_000}, "text: One.", []),
        ({"provider": "google-302ai", "gain": 1}, "text: One.", [("VK307", "warning")]),
        ({"provider": "google-302ai", "sample_rate": 8_000}, "text: One.", [("VK307", "warning")]),
        ({"provider": "google-302ai"}, "ssml: <speak>a</speak>", [("VK307", "warning")]),
    ],
)
def test_a_rule_fires_where_it_should_and_nowhere_else(
    tmp_path: Path, profile: dict[str, Any], said: str, expected: list[tuple[str, str]]
) -> None:
    assert found(project(tmp_path, written(profile, said))) == expected


@pytest.mark.parametrize(("said", "stops"), [('text: "a\\a"', True), ("text: One.", False)])
def test_a_plan_stops_on_errors_only(tmp_path: Path, said: str, stops: bool) -> None:
    root = project(tmp_path, written({"voice": CHIRP, "pitch": 0}, said))

    if stops:
        with pytest.raises(FindingsError, match=r"prompts\.yaml:3: .*VK102 .*U\+0007"):
            plan(root)
    else:
        assert plan(root).requests


@pytest.mark.parametrize(
    ("severity", "pitch", "left"),
    [
        ("off", 0, []),
        ("error", 0, ["error"]),
        ("info", 0, ["info"]),
        ("off", 3, ["error"]),
        ("warning", 3, ["error"]),
    ],
)
def test_a_project_can_silence_advice_and_not_facts(
    tmp_path: Path, severity: str, pitch: int, left: list[str]
) -> None:
    top = f"name: a\nchecks: {{VK301: {severity}}}\npacks: {{phone: {{prompts: prompts.yaml, profiles: [en]}}}}\n"
    root = project(
        tmp_path, {**written({"voice": CHIRP, "pitch": pitch}, "text: One."), "voicekit.yaml": top}
    )

    assert [severity for _, severity in found(root)] == left


def test_a_finding_points_at_what_was_stated(tmp_path: Path) -> None:
    chirp = PROFILE.replace("Neural2-F", "Chirp3-HD-Kore")
    rows = "prompts:\n  - {id: a, text: A.}\n  - id: b\n    text: B.\n    override:\n      gain: 1\n      pitch: 3\n"
    files = {
        "profiles/base.yaml": "\npitch: 2\n",
        "profiles/en.yaml": f"extends: base\n{chirp}",
        "prompts.yaml": rows,
    }
    root = project(tmp_path, files)
    findings = [finding for finding in voicekit.check(voicekit.load(root)) if finding.code.startswith(VENDOR)]

    places = {
        (finding.code, finding.place.path.removeprefix(f"{root}/"), finding.place.line)
        for finding in findings
    }
    assert places == {
        ("VK301", "profiles/base.yaml", 2),
        ("VK301", "prompts.yaml", 7),
        ("VK307", "prompts.yaml", 6),
    }
    with pytest.raises(FindingsError, match="VK301"):
        plan(root)
    write(root, {"profiles/base.yaml": "\npitch: 0\n", "prompts.yaml": "prompts: [{id: a, text: A.}]\n"})
    assert plan(root).requests


def test_findings_are_told_once_and_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    rows = "prompts:\n" + "".join(f'  - {{id: p{n}, text: "a\\a"}}\n' for n in range(12))
    findings = voicekit.check(voicekit.load(project(tmp_path, {"prompts.yaml": rows})))
    places = [(finding.place.path, finding.place.line) for finding in findings if finding.code == "VK102"]

    assert places == [(f"{tmp_path}/prompts.yaml", line) for line in range(2, 14)]
