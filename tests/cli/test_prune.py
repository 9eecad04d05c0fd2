"""What prune lists is what it removes, and no sound that the lock file names is ever among it."""

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from kit.projects import PROFILE
from kit.story import Story
from kit.vendor import ENVIRON, Vendor

LONG = " ".join(f"This is sentence {number} of a long announcement." for number in range(120))
TEXTS = {"short": "Hello.", "bye": "Goodbye.", "long": LONG, "longer": f"{LONG} {LONG}"}
PIECES = 1 + 1 + 2 + 3
SOUNDS = PIECES - 1  # the two long ones begin with the same piece


@pytest.fixture(scope="module")
def vendor() -> Iterator[Vendor]:
    with Vendor() as running:
        yield running


@pytest.fixture
def shop(
    vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Story:
    """A project that is built from a vendor: two short prompts, and two that are several pieces."""
    monkeypatch.chdir(tmp_path)
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    story = Story(tmp_path, capsys, {"voicekit.yaml": vendor.project, "profiles/en.yaml": PROFILE})
    ask_for(story, TEXTS)
    assert story.build("--via", "vendor")["requests"] == SOUNDS
    return story


def ask_for(story: Story, ids: Sequence[str] | dict[str, str]) -> None:
    rows = [{"id": name, "text": TEXTS[name]} for name in ids]
    story.write("prompts.yaml", json.dumps({"prompts": rows}))


def sounds(story: Story) -> set[str]:
    return {path.stem for path in (story.root / ".voicekit/store/results").rglob("*.json")}


@pytest.mark.parametrize("via", ["vendor", "embedded"])
@pytest.mark.parametrize("left", [TEXTS, ("short", "long"), ("bye",), ()])
def test_what_is_listed_is_removed_and_what_the_lock_file_names_is_not_bought_again(
    shop: Story, left: Sequence[str], via: str
) -> None:
    ask_for(shop, left)
    lock, before = (shop.root / "voicekit.lock").read_bytes(), sounds(shop)
    listed = shop.run("prune", "--sounds", "--via", via, "--format", "json").json
    assert sounds(shop) == before

    removed = shop.run("prune", "--sounds", "--yes", "--via", via, "--format", "json").json
    assert removed == listed | {"removed": True}
    assert set(listed["files"]) == {f"build/phone/en-US/{name}.wav" for name in TEXTS if name not in left}
    assert before - sounds(shop) == set(listed["sounds"])

    ask_for(shop, TEXTS)
    (shop.root / "voicekit.lock").write_bytes(lock)
    shutil.rmtree(shop.root / "build")
    rows = shop.plan("--via", "vendor")["requests"]
    assert [row["action"] for row in rows] == ["reshape"] * PIECES


@pytest.mark.parametrize("via", ["vendor", "embedded"])
def test_sounds_go_once_neither_plan_nor_lock_file_names_them(shop: Story, via: str) -> None:
    bought = sounds(shop)
    ask_for(shop, ["short", "long"])
    shop.run("prune", "--yes", "--via", via)  # the lock file names the others until here

    listed = shop.run("prune", "--sounds", "--via", via, "--format", "json").json
    removed = shop.run("prune", "--sounds", "--yes", "--via", via, "--format", "json").json
    assert removed == listed | {"removed": True}
    assert sounds(shop) == bought - set(listed["sounds"])
    shutil.rmtree(shop.root / "build")
    ask_for(shop, TEXTS)
    rows = shop.plan("--via", "vendor")["requests"]
    assert {row["prompt"] for row in rows if row["action"] == "create"} == {"bye", "longer"}


def test_another_machine_keeps_the_pieces_that_its_lock_file_names(shop: Story) -> None:
    """There the manifests do not help: the build's folder stays out of version control."""
    shutil.rmtree(shop.root / "build")
    found = shop.run("prune", "--sounds", "--yes", "--format", "json").json

    assert found["sounds"] == []
