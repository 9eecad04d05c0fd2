"""What a line carries, as the target's shape says, whatever it is called."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

import voicekit
from kit.projects import project
from voicekit import _pipeline, checks
from voicekit._pipeline import linting
from voicekit.model import Finding, Shape

PHONE = Shape("asterisk", "wav", "pcm_s16le", 8_000, 1, ".wav")
WIDE = Shape("wideband", "wav", "pcm_s16le", 16_000, 1, ".wav")


def found(root: Path, settings: str, shape: Shape) -> list[str]:
    profile = f"provider: google\nlanguage: en-US\nvoice: en-US-Neural2-F\n{settings}"
    loaded = voicekit.load(project(root, {"profiles/en.yaml": profile}))
    (rendered,) = _pipeline.render(loaded).rows
    row = evolve(_pipeline.check_row(rendered), shape=shape)
    findings = checks.look(loaded, [row], (), only=[checks.find()["VK622"]])
    return [finding.message for finding in findings]


@pytest.mark.parametrize(
    ("shape", "settings", "said"),
    [
        (PHONE, "encoding: LINEAR16\nsample_rate: 24000\n", "24000 Hz are asked for, and a phone line carries 8000"),
        (
            PHONE,
            "encoding: LINEAR16\neffects: [wearable-class-device]\n",
            "the effect wearable-class-device is made for another device than a phone line",
        ),
        (WIDE, "encoding: LINEAR16\nsample_rate: 24000\n", "24000 Hz are asked for, and a file for wideband carries 16000"),
        (WIDE, "encoding: MULAW\nsample_rate: 16000\n", "16000 Hz are asked for, and a phone line carries 8000"),
        (WIDE, "encoding: LINEAR16\nsample_rate: 16000\neffects: [wearable-class-device]\n", None),
        (Shape(), "encoding: LINEAR16\nsample_rate: 48000\neffects: [wearable-class-device]\n", None),
        (PHONE, "encoding: LINEAR16\nsample_rate: 8000\neffects: [telephony-class-application]\n", None),
    ],
)  # fmt: skip
def test_more_than_the_shape_carries_is_told(
    tmp_path: Path, shape: Shape, settings: str, said: str | None
) -> None:
    assert found(tmp_path, settings, shape) == ([said] if said else [])


def test_a_row_and_a_profile_have_the_shape_of_their_packs_target(tmp_path: Path) -> None:
    files = {
        "voicekit.yaml": "name: a\npacks: {p: {prompts: prompts.yaml, profiles: [en], target: telephony}}\n"
    }
    loaded = voicekit.load(project(tmp_path, files))
    (rendered,) = _pipeline.render(loaded).rows
    shown: list[Shape] = []

    def look(subject: checks.Row | checks.ProfileUse) -> Iterator[Finding]:
        shown.append(subject.shape)
        return iter(())

    checks.look(
        loaded,
        [_pipeline.check_row(rendered)],
        linting.profile_uses(loaded, None),
        only=[
            checks.Check("VK998", "x", profile=look),
            checks.Check("VK999", "x", row=look),
        ],
    )

    assert [shape.codec for shape in shown] == ["pcm_mulaw", "pcm_mulaw"]
