"""A stand-in for an endpoint that is down: who gets one, for how long its file stands, and where none is asked."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.projects import PROFILE
from kit.story import Story
from kit.vendor import Vendor

DOWN = "http://127.0.0.1:9"
PROJECT = """\
name: mill
packs: {phone: {prompts: prompts.yaml, profiles: [en, ben], endpoint: first}}
endpoints:
  first:
    provider: google-302ai
    url: "%s"
    fallback: {endpoint: second, profiles: {en: spare, ben: spare}}
  second: {provider: google-302ai, url: "%s"}
"""
FILES = 4


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with Vendor() as running:
        yield running


@pytest.fixture
def shop(
    vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Story:
    """A project whose endpoint is down, and has another to stand in for it; nothing is built yet."""
    monkeypatch.chdir(tmp_path)
    prompts = [{"id": "a", "text": "Hello."}, {"id": "ab", "text": "Goodbye."}]
    files = {
        "voicekit.yaml": PROJECT % (DOWN, vendor.url),
        "profiles/en.yaml": PROFILE,
        "profiles/ben.yaml": PROFILE.replace("-F", "-C"),
        "profiles/spare.yaml": PROFILE.replace("-F", "-D"),
        "prompts.yaml": json.dumps({"prompts": prompts}),
    }
    return Story(tmp_path, capsys, files)


def statuses(story: Story) -> list[str]:
    found = json.loads((story.root / "build/results.json").read_text(encoding="utf-8"))
    return [row["status"] for row in found["results"]]


def test_every_prompt_in_every_profile_gets_its_stand_in(shop: Story) -> None:
    done = shop.build()  # `a` in `ben` and `ab` in `en` are the same letters, and two files

    assert (len(done["fallbacks"]), done["failed"]) == (FILES, [])
    assert len(shop.files()) == FILES
    assert statuses(shop) == ["written"] * FILES


def test_a_saved_plan_asks_nobody_that_it_does_not_name(shop: Story, vendor: Vendor) -> None:
    assert shop.run("plan", "--out", "p.json").code == 0
    rows = json.loads((shop.root / "p.json").read_text(encoding="utf-8"))["requests"]
    assert {row["host"] for row in rows} == {DOWN}
    ran = shop.run("build", "--plan", "p.json")

    assert ran.code == 5
    assert "a saved plan asks no fallback" in ran.err
    assert vendor.count().total() == 0
    assert shop.run("build").code == 0
    assert vendor.count().total() == 2  # each text once: both profiles have the same stand-in
