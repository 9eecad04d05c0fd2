"""T18: two runs at once. Builds share the store; each sound is bought once where the lock works, and is right even where it does not.

Eight processes build at once: the same project, and projects that share a store over a folder. Some are killed while they hold
the lock. With the lock taken out of them, double buys are all that may happen.
"""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

import voicekit
from kit.builds import Nursery
from kit.projects import PROFILE, write
from kit.vendor import Vendor, tone
from voicekit._store import Record, Store

Figure = Callable[..., None]
PROCESSES = 8
PROMPTS = 12
ROUNDS = 12 if os.environ.get("VOICEKIT_TRUST_FIGURES") else 4


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as found:
        yield found


def project(root: Path, vendor: Vendor, texts: Mapping[str, str], *, store: Path | None = None) -> Path:
    rows = [{"id": name, "text": text} for name, text in texts.items()]
    shared = f'store: {{url: "{store}"}}\n' if store else ""
    prompts = json.dumps({"prompts": rows})
    return write(
        root, {"voicekit.yaml": vendor.project + shared, "profiles/en.yaml": PROFILE, "prompts.yaml": prompts}
    )


def texts(about: object) -> dict[str, str]:
    return {f"p{row}": f"About {about}, sentence {row}." for row in range(PROMPTS)}


def wrong(root: Path, said: Mapping[str, str]) -> list[str]:
    """List what of a project is not what it should be: files, their records, entries of the store."""
    found = []
    for name, text in said.items():
        path = root / f"build/phone/en-US/{name}.wav"
        found += [] if path.is_file() and path.read_bytes() == tone(text) else [str(path)]
    rows = json.loads((root / "build/phone/manifest.json").read_text())["prompts"]
    found += sorted(said.keys() ^ {row["id"] for row in rows})
    store = Store(root / ".voicekit/store")
    for key in store.inventory():
        record = store.find(key)
        found += [] if isinstance(record, Record) and isinstance(store.read(record), bytes) else [key]
    planned = voicekit.plan(voicekit.load(root), via="vendor")
    return found + [row.file for row in planned.requests if row.action != "cached"]


def together(nursery: Nursery, roots: list[Path], **options: Any) -> list[dict[str, Any]]:
    """Build in as many processes at once, and return what each reported."""
    pids = [nursery.begin(root, **options) for root in roots]
    return [nursery.end(pid) for pid in pids]


@pytest.mark.parametrize("lock", [True, False], ids=["with the lock", "without the lock"])
def test_eight_builds_of_one_project(lock: bool, tmp_path: Path, nursery: Nursery, figure: Figure) -> None:
    bad, doubles, failed = [], 0, []
    with Vendor(0.01) as vendor:
        for number in range(ROUNDS):
            said = texts(number)
            root = project(tmp_path / str(number), vendor, said)
            before = vendor.count()
            ended = together(nursery, [root] * PROCESSES, lock=lock)
            doubles += (vendor.count() - before).total() - PROMPTS
            failed += [one for one in ended if one["code"] != 0]
            if not lock:  # what only one of them knows of, the next run knows
                nursery.run(root)
            bad += wrong(root, said)
    how = "with the lock" if lock else "without the lock"
    print(
        f"T18 {how}: {doubles} double buys of {ROUNDS * PROMPTS}, {len(failed)} of {ROUNDS * PROCESSES} builds failed: {failed[:3]}"
    )
    figure(f"wrong artefacts of {ROUNDS} times {PROCESSES} builds at once, {how}", len(bad), goal=0)
    if lock:
        figure("sounds bought twice with the lock", doubles, goal=0)
        figure("builds that failed beside others with the lock", len(failed), goal=0)


def test_a_killed_holder_leaves_the_lock_to_the_next(
    tmp_path: Path, nursery: Nursery, figure: Figure
) -> None:
    draw, bad, unfinished = random.Random(18), list[str](), list[object]()
    with Vendor(0.02) as vendor:
        for number in range(ROUNDS):
            said = texts(number)
            root = project(tmp_path / str(number), vendor, said)
            pids = [nursery.begin(root) for _ in range(4)]
            time.sleep(draw.uniform(0.05, 0.3))
            nursery.kill(pids[0])
            ended = [nursery.end(pid) for pid in pids]
            unfinished += [one for one in ended[1:] if one["code"] != 0]
            bad += wrong(root, said)
    figure("builds that a killed holder of the lock kept from ending", len(unfinished), goal=0)
    figure("wrong artefacts after a killed holder", len(bad), goal=0)


def test_eight_projects_share_a_store(tmp_path: Path, nursery: Nursery, figure: Figure) -> None:
    """Nobody locks between machines: here a sound may be bought twice, and none is ever wrong."""
    bad: list[object] = []
    with Vendor(0.01) as vendor:
        said = texts("all")
        (tmp_path / "share").mkdir()
        roots = [
            project(tmp_path / str(number), vendor, said, store=tmp_path / "share")
            for number in range(PROCESSES)
        ]
        ended = together(nursery, roots)
        bad += [one for one in ended if one["code"] != 0]
        for root in roots:
            bad += wrong(root, said)
        bought = vendor.count()
        late = project(tmp_path / "late", vendor, said, store=tmp_path / "share")
        assert nursery.run(late)["code"] == 0
        bad += wrong(late, said)
        again = (vendor.count() - bought).total()
    print(f"T18: {bought.total() - PROMPTS} double buys of {PROMPTS} by {PROCESSES} machines at once")
    figure(f"wrong artefacts of {PROCESSES} machines that share a store", len(bad), goal=0)
    figure("sounds bought again that the shared store has", again, goal=0)


# --- any order --------------------------------------------------------------------------------------------


class Builds(RuleBasedStateMachine):
    """Two projects' worth of edits, and up to eight builds at once that begin, end and are killed in any order."""

    nursery: Nursery
    vendor: Vendor
    base: Path
    count = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).count += 1
        self.root = self.base / str(self.count)
        self.said = {"p0": f"First of {self.count}."}
        self.ever = {"p0": {self.said["p0"]}}
        self.pids: list[int] = []
        self.before = self.vendor.count()
        self.killed = 0
        self.write()

    def write(self) -> None:
        project(self.root, self.vendor, self.said)

    @rule(row=st.integers(0, 3), version=st.integers(0, 2))
    def edit(self, row: int, version: int) -> None:
        self.said[f"p{row}"] = f"Row {row} of {self.count}, version {version}."
        self.ever.setdefault(f"p{row}", set()).add(self.said[f"p{row}"])
        self.write()

    @rule()
    def begin(self) -> None:
        if len(self.pids) < PROCESSES:
            self.pids.append(self.nursery.begin(self.root))

    @rule(milliseconds=st.integers(0, 200))
    def wait(self, milliseconds: int) -> None:
        if self.pids:
            time.sleep(milliseconds / 1_000)

    @rule(data=st.data())
    def kill(self, data: st.DataObject) -> None:
        if self.pids:
            pid = self.pids.pop(data.draw(st.integers(0, len(self.pids) - 1)))
            self.nursery.kill(pid)
            self.killed += self.nursery.end(pid)["code"] < 0

    @rule()
    def end(self) -> None:
        while self.pids:
            assert self.nursery.end(self.pids.pop())["code"] in {
                0,
                4,
            }  # 4: a file was read while it was written

    @invariant()
    def every_file_says_what_somebody_wrote(self) -> None:
        for path in (self.root / "build/phone").rglob("p*.wav"):
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                continue
            assert data in {tone(text) for text in self.ever[path.stem]}

    def teardown(self) -> None:
        self.end()
        assert self.nursery.run(self.root)["code"] == 0
        assert wrong(self.root, self.said) == []
        bought: Counter[str] = self.vendor.count() - self.before
        # A killed build may have had as many requests under way as there are rows; nobody else buys twice.
        assert bought.total() - len(bought) <= 4 * self.killed


def test_any_order_of_builds(tmp_path: Path, nursery: Nursery, figure: Figure) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    with Vendor(0.005) as vendor:
        Builds.nursery, Builds.vendor, Builds.base = nursery, vendor, tmp_path
        run_state_machine_as_test(
            Builds,
            settings=settings(max_examples=ROUNDS, stateful_step_count=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)),
        )  # fmt: skip
    figure(f"orders of edits, builds and kills that end wrong, of {Builds.count}", 0, goal=0)
