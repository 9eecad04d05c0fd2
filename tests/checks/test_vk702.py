"""What counts as nearly the same."""

from pathlib import Path

import pytest

import voicekit
from kit.projects import project


@pytest.mark.parametrize(
    ("one", "other", "codes"),
    [
        ("text: Please hold on", "text: please hold on.", ["VK702"]),
        ("text: Please hold on", "ssml: <speak>Please hold on.</speak>", ["VK702"]),
        (
            "ssml: <speak><s>Please hold on.</s></speak>",
            "ssml: <speak> <s>please hold on</s></speak>",
            ["VK702"],
        ),
        ("text: Please hold on", "text: Please hold on", ["VK411"]),
        ("text: Please hold on", "text: Please hold on?", []),
        ("text: Please hold on", "text: Please. Hold on", []),
        ("text: Hold on", "text: hold on.", []),
        ("ssml: <speak>One <break/>two three</speak>", "ssml: <speak>One two <break/>three</speak>", []),
        ("ssml: <speak><s>One two three</s></speak>", "ssml: <speak><p>One two three</p></speak>", []),
        ("text: Please hold on", "text: please hold on, override: {rate: 0.9}", []),
        ("text: Please hold on, locale: en-US", "text: Please hold on, locale: en", ["VK411"]),
    ],
)
def test_case_spacing_and_the_end_make_a_twin(tmp_path: Path, one: str, other: str, codes: list[str]) -> None:
    rows = f"prompts:\n  - {{id: one, {one}}}\n  - {{id: other, {other}}}\n"
    findings = voicekit.check(voicekit.load(project(tmp_path, {"prompts.yaml": rows})))

    assert [finding.code for finding in findings if finding.code in {"VK411", "VK702"}] == codes
