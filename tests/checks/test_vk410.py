"""Locales of the project itself, which have no line of their own."""

from pathlib import Path

import pytest

import voicekit
from kit.projects import project


@pytest.mark.parametrize(("tag", "fires"), [("en-US", False), ("en", False), ("en-GB", True), ("es", True)])
def test_values_for_a_locale_reach_a_profile_or_are_told(tmp_path: Path, tag: str, fires: bool) -> None:
    top = f"name: a\nlocales: {{{tag}: {{values: {{b: c}}}}}}\npacks: {{phone: {{prompts: prompts.yaml, profiles: [en]}}}}\n"
    findings = voicekit.check(voicekit.load(project(tmp_path, {"voicekit.yaml": top})))
    places = [str(finding.place) for finding in findings if finding.code == "VK410"]

    assert places == ([f"{tmp_path}/voicekit.yaml"] if fires else [])
