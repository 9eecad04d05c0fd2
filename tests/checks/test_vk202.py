"""Where a sentence ends, for the rule of long sentences."""

import json
from pathlib import Path

import pytest

import voicekit
from kit.projects import PROFILE, project

WORDS = "word " * 160  # 799 bytes as a sentence


@pytest.mark.parametrize(
    ("said", "fires"),
    [
        ("text: " + json.dumps("a" * 900), False),
        ("text: " + json.dumps("a" * 901), True),
        ("text: " + json.dumps("é" * 451), True),
        ("text: " + json.dumps(f"{WORDS}. {WORDS}."), False),
        ("text: " + json.dumps(f"{WORDS}, {WORDS}"), True),
        ("text: " + json.dumps(f"{WORDS} (so it is.) {WORDS}"), False),
        ("text: " + json.dumps(f"{WORDS} at 3.50 {WORDS}"), True),
        ("text: " + json.dumps(f"{WORDS}\n\n{WORDS}"), False),
        ("text: " + json.dumps("、。" * 900), False),
        ("ssml: " + json.dumps(f"<speak>{WORDS}<mark name='a'/>{WORDS}</speak>"), True),
        ("ssml: " + json.dumps(f"<speak>{WORDS}<break/>{WORDS}</speak>"), False),
        ("ssml: " + json.dumps(f"<speak><s>{WORDS}</s>{WORDS}</speak>"), False),
        ("ssml: " + json.dumps(f"<speak><sub alias='a'>{WORDS}{WORDS}</sub></speak>"), False),
        ("ssml: " + json.dumps(f"<speak>a<sub alias='{WORDS}{WORDS}'>b</sub></speak>"), True),
    ],
)
def test_a_sentence_is_measured_to_its_end(tmp_path: Path, said: str, fires: bool) -> None:
    files = {"prompts.yaml": f"prompts:\n  - {{id: long, {said}}}\n", "profiles/en.yaml": PROFILE}
    findings = voicekit.check(voicekit.load(project(tmp_path, files)))

    assert ("VK202" in {finding.code for finding in findings}) is fires
