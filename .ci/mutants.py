"""Mutate the code that guards, and see whether its tests notice. `make mutants`, or ARGS="--sample 40 --minutes 30 voicekit/_files.py".

In a copy of this repository each file's tests run once under a tracer, which notes the lines that each test reaches. Then a seeded sample
of mutants is tried, one after the other, against the tests that reach its line, the quick ones first. A test that fails, or that runs
for much longer than before, has noticed.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mutating import Mutant, mutants

REPOSITORY = Path(__file__).resolve().parent.parent
GOAL = 0.9
LEAST_SECONDS = 20.0
MOST_TESTS = 60  # that one mutant is tried against

# What guards, and the tests that are to notice.
ROOMS: dict[str, tuple[str, ...]] = {
    "voicekit/_files.py": ("tests/test__files.py", "tests/store/test_store.py", "tests/trust/test_t06_leaving_the_folder.py", "tests/trust/test_t15_power_loss.py"),
    "voicekit/_store": ("tests/store", "tests/trust/test_t17_damaged_store.py"),
    "voicekit/_transport": ("tests/test__transport.py", "tests/transport", "tests/trust/test_t08_inward.py", "tests/trust/test_t12_storms.py"),
    "voicekit/_ledger": ("tests/test__ledger.py", "tests/trust/test_t19_runaway_cost.py"),
    "voicekit/_xml.py": ("tests/test__xml.py", "tests/test_ssml.py", "tests/test_ssml_position.py", "tests/trust/test_t04_hostile_xml.py"),
    "voicekit/ssml.py": ("tests/test_ssml.py", "tests/test_ssml_position.py", "tests/trust/test_t04_hostile_xml.py"),
    "voicekit/_render": ("tests/render", "tests/trust/test_t01_sandbox_escapes.py", "tests/trust/test_t02_template_bombs.py"),
}  # fmt: skip
# A plugin for pytest: notes for each test the lines of some files that it reaches, and how long it takes.
TRACER = """
import json, os, sys, threading, time
import pytest
FILES = set(json.loads(os.environ["MUTANTS_TRACED"]))
reached, seconds = {}, {}

@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item):
    lines = set()
    def local(frame, event, _):
        if event == "line":
            lines.add((frame.f_code.co_filename, frame.f_lineno))
        return local
    def tracer(frame, event, _):
        return local(frame, "line", None) if frame.f_code.co_filename in FILES else None
    sys.settrace(tracer); threading.settrace(tracer)
    begun = time.perf_counter()
    yield
    sys.settrace(None); threading.settrace(None)
    reached[item.nodeid], seconds[item.nodeid] = sorted(lines), time.perf_counter() - begun

def pytest_sessionfinish():
    with open(os.environ["MUTANTS_NOTES"], "w") as file:
        json.dump({"reached": reached, "seconds": seconds}, file)
"""


@dataclass
class Tally:
    """What became of a file's mutants."""

    all: int = 0
    tried: int = 0
    survivors: list[Mutant] = field(default_factory=list)

    @property
    def killed(self) -> int:
        """How many were noticed."""
        return self.tried - len(self.survivors)


@dataclass(frozen=True)
class Reach:
    """Which tests reach a line of a file, the quick ones first, and how long each takes."""

    lines: dict[tuple[str, int], list[str]]
    seconds: dict[str, float]

    def tests(self, file: str, line: int) -> list[str]:
        """Return the tests that reach a line; for one that runs at import those that reach the file at all."""
        found = self.lines.get((file, line)) or sorted(
            {test for (name, _), tests in self.lines.items() if name == file for test in tests},
            key=self._quick,
        )
        return found[:MOST_TESTS]

    def _quick(self, test: str) -> float:
        return self.seconds[test]


def main() -> int:
    """Try, print, and return 1 where too many survive."""
    asked = _arguments()
    deadline = time.monotonic() + 60 * asked.minutes
    totals = Tally()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "repository"
        _copy(root)
        for room, tests in ROOMS.items():
            files = [
                name
                for name in _files(room)
                if not asked.files or any(name.startswith(one) for one in asked.files)
            ]
            if not files or time.monotonic() > deadline:
                continue
            reach = _reach(root, files, tests)
            for name in files:
                tally = _try(root, name, reach, asked, deadline)
                _show(name, tally)
                totals.all, totals.tried = totals.all + tally.all, totals.tried + tally.tried
                totals.survivors += tally.survivors
    _show("together", totals)
    return int(totals.tried > 0 and totals.killed < GOAL * totals.tried)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", help="files or folders; by default all that guard")
    parser.add_argument("--sample", type=int, default=25, help="mutants of each file (25)")
    parser.add_argument("--minutes", type=float, default=60, help="when to stop (60)")
    parser.add_argument("--seed", type=int, default=24, help="which mutants are drawn (24)")
    return parser.parse_args()


def _copy(root: Path) -> None:
    shutil.copytree(REPOSITORY, root, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "build", ".voicekit"))  # fmt: skip


def _files(room: str) -> list[str]:
    path = REPOSITORY / room
    found = (
        [path] if path.is_file() else sorted(one for one in path.glob("*.py") if one.name != "__init__.py")
    )
    return [one.relative_to(REPOSITORY).as_posix() for one in found]


def _reach(root: Path, files: Sequence[str], tests: Sequence[str]) -> Reach:
    """Run a room's tests once, and note the lines that each reaches."""
    (root / "mutants_tracer.py").write_text(TRACER, encoding="utf-8")
    notes = root / "mutants.json"
    traced = json.dumps([str(root / name) for name in files])
    there = [name for name in tests if (root / name).exists()]
    code = _run(
        root, ["-p", "mutants_tracer", *there], 3_600, MUTANTS_TRACED=traced, MUTANTS_NOTES=str(notes)
    )
    if code != 0:
        raise SystemExit(f"the tests of {', '.join(files)} fail before anything is mutated")
    noted = json.loads(notes.read_text(encoding="utf-8"))
    seconds: dict[str, float] = noted["seconds"]
    lines: dict[tuple[str, int], list[str]] = {}
    for test in sorted(noted["reached"], key=lambda name: seconds[name]):
        for path, line in noted["reached"][test]:
            lines.setdefault((Path(path).relative_to(root).as_posix(), line), []).append(test)
    return Reach(lines, seconds)


def _try(root: Path, name: str, reach: Reach, asked: argparse.Namespace, deadline: float) -> Tally:
    """Try a sample of a file's mutants."""
    path = root / name
    source = path.read_text(encoding="utf-8")
    everything = mutants(source)
    draw = random.Random(asked.seed)  # noqa: S311 - a sample
    chosen = draw.sample(everything, min(asked.sample, len(everything)))
    tally = Tally(len(everything))
    try:
        for number, mutant in enumerate(sorted(chosen, key=lambda one: one.line)):
            if time.monotonic() > deadline:
                break
            _write(path, mutant.source, number)
            tests = reach.tests(name, mutant.line)
            limit = max(LEAST_SECONDS, 5 * sum(reach.seconds[test] for test in tests))
            tally.tried += 1
            if not tests or _run(root, [*tests, "-x"], limit) == 0:
                tally.survivors.append(mutant)
    finally:
        _write(path, source, asked.sample + 1)
    return tally


def _write(path: Path, source: str, number: int) -> None:
    """Write a module with a time of its own, so that no compiled one passes for it."""
    path.write_text(source, encoding="utf-8")
    moment = 1_700_000_000 + 10 * number
    os.utime(path, (moment, moment))


def _run(root: Path, arguments: Sequence[str], seconds: float, **environ: str) -> int:
    """Run tests in the copy and return pytest's exit code; whatever they started is ended with them."""
    command = [
        sys.executable,
        "-P",
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        "-n",
        "0",
        *arguments,
    ]
    paths = os.pathsep.join(
        [str(root), *(path for path in sys.path if path and path != str(Path(__file__).parent))]
    )
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=root, env={**os.environ, "PYTHONPATH": paths, **environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )  # fmt: skip
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return 1
    finally:
        for _ in _left(process):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _left(process: "subprocess.Popen[Any]") -> Iterator[None]:
    """Yield once where a process, or what it started, is still there."""
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return
    yield


def _show(name: str, tally: Tally) -> None:
    if not tally.tried:
        return
    share = tally.killed / tally.tried
    print(
        f"{name:36} {tally.killed:4} of {tally.tried:4} killed, {share:4.0%} ({tally.all} mutants)",
        flush=True,
    )
    if name != "together":
        for mutant in tally.survivors:
            print(f"  survived  {name}:{mutant.line}: {mutant.what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
