"""A stand-in for an endpoint that is down: who gets one, for how long its file stands, and where none is asked."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.projects import PROFILE
from kit.story import Story
from kit.vendor import Vendor
from voicekit import _limits as limits

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
    monkeypatch.setattr(limits, "BACKOFF", (0.0, 0.0))
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


def test_of_namesakes_each_gets_what_it_says_itself(shop: Story) -> None:
    shop.write("profiles/es.yaml", PROFILE.replace("en-US", "es-US"))
    shop.write("profiles/de.yaml", PROFILE.replace("en-US", "es-US").replace("-F", "-D"))
    shop.edit("voicekit.yaml", "[en, ben]", "[en, es]")
    shop.edit("voicekit.yaml", "ben: spare", "es: de")
    twins = [
        {"id": "a", "text": "Hello.", "locale": "en-US"},
        {"id": "a", "text": "Hola.", "locale": "es-US"},
    ]
    shop.write("prompts.yaml", json.dumps({"prompts": twins}))
    shop.build()

    assert {(row["locale"], row["text"]) for row in shop.manifest()} == {
        ("en-US", "Hello."),
        ("es-US", "Hola."),
    }


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


def test_a_stand_in_stands_for_as_long_as_the_endpoint_is_down(shop: Story, vendor: Vendor) -> None:
    shop.build()
    files, lock = shop.files(), (shop.root / "voicekit.lock").read_bytes()
    (shop.root / "voicekit.lock").unlink()
    again = shop.build()

    assert (again["written"], again["cached"], again["failed"]) == ([], FILES, [])
    assert {row["file"] for row in again["fallbacks"]} == {row["file"] for row in shop.manifest()}
    assert statuses(shop) == ["cached"] * FILES
    assert (shop.files(), (shop.root / "voicekit.lock").read_bytes()) == (files, lock)
    assert vendor.count().total() == 2  # nothing was bought again
    assert shop.plan()["summary"]["change"] == FILES  # the first endpoint will be asked again

    shop.edit("voicekit.yaml", DOWN, vendor.url)
    assert shop.build()["fallbacks"] == []
    assert {row["fallback"] for row in shop.manifest()} == {""}


def test_a_prompt_that_is_new_or_changed_gets_its_stand_in_beside_those_that_stand(shop: Story) -> None:
    shop.build("--select", "id:a")
    shop.edit("prompts.yaml", "Hello.", "Hello there.")
    assert len(shop.build()["written"]) == FILES
    shop.edit("prompts.yaml", "Goodbye.", "So long.")
    done = shop.build()

    assert (len(done["written"]), done["cached"], len(done["fallbacks"])) == (2, 2, FILES)
    assert sorted(statuses(shop)) == ["cached"] * 2 + ["written"] * 2


def test_a_stand_in_that_is_damaged_is_made_whole(shop: Story, vendor: Vendor) -> None:
    shop.build()
    files = shop.files()
    (damaged, *_) = files
    (shop.root / "build" / damaged).write_bytes(bytes(len(files[damaged])))
    done = shop.build("--verify")

    assert (len(done["written"]), done["cached"]) == (1, FILES - 1)
    assert shop.files() == files
    assert vendor.count().total() == 2
