"""T14: killed at any moment. The store never shows a torn entry, a second run finishes, and nothing already kept is bought again.

Builds run in processes of their own against a vendor on loopback, and are killed at random times, some of them again and again,
before one may run to its end. Between a kill and the next run a text is changed, and changed back, and a prompt goes and comes again. `make trust` kills 500 times; every other run 60 times.
"""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import Factory, mutable

import voicekit
from kit.builds import Nursery
from kit.projects import PROFILE, write
from kit.vendor import ENVIRON, Vendor, tone
from voicekit import _files, _pipeline
from voicekit import _limits as limits
from voicekit._keep import JOURNALS, Shelf
from voicekit._store import Record, Store
from voicekit.errors import SoundError

Figure = Callable[..., None]
KILLS = 500 if os.environ.get("VOICEKIT_TRUST_FIGURES") else 60
PROMPTS = 12
STORE = ".voicekit/store"


@mutable
class Tally:
    """What was found after all kills."""

    kills: int = 0
    midway: int = 0
    torn: list[str] = Factory(list)
    bought_again: list[str] = Factory(list)
    in_flight: int = 0
    unfinished: list[str] = Factory(list)
    stray: list[str] = Factory(list)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as found:
        yield found


def texts(number: int) -> dict[str, str]:
    """Return the prompts of a project: no other project says the same."""
    return {f"p/{row}": f"Project {number}, sentence {row}." for row in range(PROMPTS)}


def changed(text: str) -> str:
    """Return another text whose sound is as long, so that only its bytes tell it apart; of that the first one again."""
    return text[:-1] + {".": "!", "!": "."}[text[-1]]


def edited(said: dict[str, str], number: int, draw: random.Random) -> dict[str, str]:
    """Change some texts, or change them back; take some prompts out, or in again."""
    rows = {}
    for name, first in texts(number).items():
        luck = draw.random()
        if luck > 0.15:
            text = said.get(name, first)
            rows[name] = changed(text) if luck > 0.7 else text
    return rows


def project(root: Path, said: dict[str, str], vendor: Vendor) -> Path:
    rows = [{"id": name, "text": text} for name, text in said.items()]
    return write(
        root,
        {
            "voicekit.yaml": vendor.project,
            "profiles/en.yaml": PROFILE,
            "prompts.yaml": json.dumps({"prompts": rows}),
        },
    )


def kept(root: Path) -> dict[str, str]:
    """Return the texts whose sound is kept and whole; one that is listed and is not whole has the empty text."""
    store = Store(root / STORE)
    found = {}
    for key in store.inventory():
        record = store.find(key)
        whole = isinstance(record, Record) and isinstance(store.read(record), bytes)
        found[key] = record.request["body"]["input"]["text"] if record and whole else ""
    return found


def torn(root: Path, number: int) -> list[str]:
    """List what is there and is not whole: entries of the store, files of the build, records."""
    found = [key for key, text in kept(root).items() if not text]
    said = texts(number)
    for path in (root / "build").rglob("*.wav"):
        text = said[path.relative_to(root / "build/phone/en-US").with_suffix("").as_posix()]
        if path.read_bytes() not in {tone(text), tone(changed(text))}:
            found.append(str(path))
    records = [root / name for name in ("build/phone/manifest.json", "voicekit.lock", "build/results.json")]
    return found + [str(path) for path in records if path.exists() and not path.read_bytes().endswith(b"}\n")]


def finished(root: Path, said: dict[str, str]) -> bool:
    """Whether every file is there and says what it should, no other is, and a plan has nothing left to do."""
    wanted = {root / f"build/phone/en-US/{name}.wav": tone(text) for name, text in said.items()}
    whole = {path: path.read_bytes() for path in (root / "build").rglob("*.wav")} == wanted
    planned = voicekit.plan(voicekit.load(root), via="vendor")
    return whole and not planned.prune and all(row.action == "cached" for row in planned.requests)


def stray(root: Path) -> list[str]:
    """List temporary files."""
    return [str(path) for path in root.rglob(f"{_files.TEMPORARY}*")]


def one_project(root: Path, number: int, draw: random.Random, vendor: Vendor, nursery: Nursery, tally: Tally, seconds: float) -> None:  # fmt: skip
    said = texts(number)
    for _ in range(draw.randint(1, 4)):
        project(root, said, vendor)
        had, before = set(kept(root).values()), vendor.count()
        pid = nursery.begin(root)
        time.sleep(draw.uniform(0, seconds))
        nursery.kill(pid)
        nursery.end(pid)
        tally.kills += 1
        now = set(kept(root).values())
        tally.midway += now != had and not now.issuperset(said.values())
        tally.torn += torn(root, number)
        bought = vendor.count() - before
        tally.bought_again += had & bought.keys()
        tally.in_flight = max(tally.in_flight, len(bought.keys() - now))
        said = edited(said, number, draw)
    project(root, said, vendor)
    had, before = set(kept(root).values()), vendor.count()
    ended = nursery.run(root)
    bought = vendor.count() - before
    tally.bought_again += had & bought.keys()
    tally.unfinished += [str(ended)] if ended["code"] != 0 or not finished(root, said) else []
    tally.torn += torn(root, number)
    tally.stray += stray(root)


@pytest.mark.timeout(1_200)
def test_a_build_is_killed_at_any_moment(tmp_path: Path, nursery: Nursery, figure: Figure) -> None:
    draw, tally = random.Random(14), Tally()
    with Vendor(0.01) as vendor:
        begun = time.monotonic()
        assert nursery.run(project(tmp_path / "whole", texts(10_000), vendor))["code"] == 0
        seconds = 1.1 * (time.monotonic() - begun)
        number = 0
        while tally.kills < KILLS:
            one_project(tmp_path / str(number), number, draw, vendor, nursery, tally, seconds)
            number += 1
    print(tally)
    assert tally.midway > 0  # or the kills say nothing
    figure(f"torn entries and files of {tally.kills} kills", len(tally.torn), goal=0)
    figure("sounds bought again that were kept", len(tally.bought_again), goal=0)
    figure("requests that one kill lost", tally.in_flight, goal=limits.CONCURRENCY)
    figure(f"projects of {number} that the next run does not finish", len(tally.unfinished), goal=0)
    figure("temporary files left after the next run", len(tally.stray), goal=0)


class Killed(BaseException):
    """What ends a build as a kill does, but for the process."""


def killed_before_its_records(root: Path) -> None:
    """Build, and end once every file is written and no record of them."""

    def die(*_: Any) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Shelf, "save", die)
        with pytest.raises(Killed):
            build(root)


def build(root: Path) -> Any:
    return voicekit.build(voicekit.load(root), via="vendor", environ=ENVIRON)


def say(root: Path, **said: str) -> Callable[[], bool]:
    """Write the prompts; what is returned says whether just their files are there, and say that."""
    rows = [{"id": name, "text": text} for name, text in said.items()]
    write(root, {"prompts.yaml": json.dumps({"prompts": rows})})
    sounds = {f"{name}.wav": tone(text) for name, text in said.items()}
    return lambda: {path.name: path.read_bytes() for path in root.rglob("build/**/*.wav")} == sounds


@pytest.fixture
def spoken(tmp_path: Path) -> Iterator[Path]:
    """An empty project with its vendor."""
    with Vendor() as vendor:
        yield write(tmp_path, {"voicekit.yaml": vendor.project, "profiles/en.yaml": PROFILE})


def test_a_change_that_is_taken_back_after_a_kill_is_taken_back(spoken: Path) -> None:
    """Both sounds are as long, so that only their bytes tell them apart."""
    say(spoken, key="Press 1 now.")
    build(spoken)
    say(spoken, key="Press 2 now.")
    killed_before_its_records(spoken)
    back = say(spoken, key="Press 1 now.")

    assert _pipeline.recall(spoken, _pipeline.Asked("vendor", None, None), built=True) is None
    assert [row.action for row in voicekit.plan(voicekit.load(spoken), via="vendor").requests] == ["reshape"]
    assert build(spoken).requests == 0
    assert back()
    assert not (spoken / JOURNALS).exists()


def test_what_a_killed_build_wrote_goes_with_its_prompt(spoken: Path) -> None:
    say(spoken, one="One.", two="Two.")
    killed_before_its_records(spoken)
    there = say(spoken, one="One.")

    assert build(spoken).pruned == 1
    assert there()
    there = say(spoken, one="One.", two="Two, in other words.")
    assert not build(spoken).failures
    assert there()


@pytest.mark.parametrize("edited", [False, True])
def test_what_a_killed_build_wrote_is_listed_and_pruned(spoken: Path, edited: bool) -> None:
    say(spoken, one="One.", two="Two.")
    killed_before_its_records(spoken)
    there = say(spoken, one="One.")
    name = "build/phone/en-US/two.wav"
    if edited:
        write(spoken, {name: "theirs"})
    listed = _pipeline.prune(voicekit.load(spoken), via="vendor")

    assert (listed.files, listed.left) == (((), (name,)) if edited else ((name,), ()))
    assert _pipeline.prune(voicekit.load(spoken), via="vendor", remove=True) == listed
    assert (spoken / name).exists() == edited
    assert [row.action for row in voicekit.plan(voicekit.load(spoken), via="vendor").requests] == ["reshape"]
    build(spoken)
    assert there() != edited
    assert not _pipeline.prune(voicekit.load(spoken), via="vendor").left


def test_a_build_of_a_part_leaves_what_a_killed_build_wrote(spoken: Path) -> None:
    there = say(spoken, one="One.", two="Two.")
    killed_before_its_records(spoken)
    result = voicekit.build(voicekit.load(spoken), via="vendor", environ=ENVIRON, select="id:one")

    assert result.pruned == 0
    assert there()
    assert [row.id for row in build(spoken).written] == ["two"]
    assert there()
    assert not (spoken / JOURNALS).exists()


def test_what_a_killed_build_wrote_for_a_pack_goes_with_the_pack(spoken: Path) -> None:
    config = (spoken / "voicekit.yaml").read_text()
    say(spoken, one="One.")
    write(spoken, {"voicekit.yaml": config.replace("phone:", "gate:")})
    killed_before_its_records(spoken)
    write(spoken, {"voicekit.yaml": config})

    assert build(spoken).pruned == 1
    assert {path.name for path in (spoken / "build").iterdir()} == {"phone", "results.json"}


def test_what_is_asked_for_and_fails_stays(spoken: Path) -> None:
    """Its profile was renamed, and what is to stand there fails: the old file is not removed, and stays ours."""
    there = say(spoken, one="One.")
    build(spoken)
    (spoken / "profiles/en.yaml").rename(spoken / "profiles/us.yaml")
    config = (spoken / "voicekit.yaml").read_text()
    write(spoken, {"voicekit.yaml": config.replace("[en]", "[us]")})

    def fail(*_: Any) -> None:
        raise SoundError.of("cannot be written", remedy="try again")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Shelf, "write", fail)
        assert build(spoken).failures
    assert there()
    there = say(spoken, one="One, in other words.")
    assert not build(spoken).failures
    assert there()


def test_the_vendor_counts(tmp_path: Path, nursery: Nursery) -> None:
    """What the figures rest on: a build buys each sound once, and buys again what is taken from the store."""
    with Vendor() as vendor:
        root = project(tmp_path, texts(1), vendor)
        assert nursery.run(root)["requests"] == PROMPTS
        assert vendor.count() == Counter(texts(1).values())
        for path in (root / STORE / "results").rglob("*.json"):
            path.unlink()
        for path in (root / "build").rglob("*.wav"):
            path.unlink()
        assert nursery.run(root)["requests"] == PROMPTS
        assert vendor.count().total() == 2 * PROMPTS
