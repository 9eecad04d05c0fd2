"""Mutate the code that guards, and see whether its tests notice. `make mutants`, or ARGS="--sample 40 --minutes 30 voicekit/_files.py".

In a copy of this repository one process loads a room and its tests. Each of them runs once under a tracer, which notes the lines that it
reaches. Then a seeded sample of mutants is tried: a fork of that process puts the mutant into the functions that are loaded (it stands on
the disk too, for the processes that tests start), and runs the tests that reach its line, the quick ones first. A test has noticed that
fails, that dies or that takes ten times as long as before, and a minute; but it must pass without the mutant, or it does not count. What is
changed at import is tried in a process that imports it afresh. A mutant that cannot be imported is no test's merit, and is not counted.
Hypothesis draws the same examples each time. Where a temporary folder can be in memory (TMPDIR=/dev/shm) all this is quicker.
"""

import argparse
import ast
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from mutating import Mutant, changed, mutants

REPOSITORY = Path(__file__).resolve().parent.parent
GOAL = 90  # percent
MOST_SECONDS = 30.0  # of work of the tests that one mutant is tried against
LEAST_SECONDS = 60.0  # that a test is given
START_SECONDS = 600.0  # to collect the tests

# What guards, and the tests that are to notice: a room's own, and those of the trust table that take seconds.
ROOMS: dict[str, tuple[str, ...]] = {
    "voicekit/_files.py": ("tests/test__files.py", "tests/store/test_store.py", "tests/trust/test_t06_leaving_the_folder.py"),
    "voicekit/_store": ("tests/store", "tests/trust/test_t17_damaged_store.py"),
    "voicekit/_transport": ("tests/test__transport.py", "tests/transport"),
    "voicekit/_ledger": ("tests/test__ledger.py",),
    "voicekit/_xml.py": ("tests/test__xml.py", "tests/test_ssml.py", "tests/test_ssml_position.py", "tests/trust/test_t04_hostile_xml.py"),
    "voicekit/ssml.py": ("tests/test_ssml.py", "tests/test_ssml_position.py", "tests/trust/test_t03_injection.py", "tests/trust/test_t04_hostile_xml.py"),
    "voicekit/_render": ("tests/render", "tests/trust/test_t01_sandbox_escapes.py", "tests/trust/test_t02_template_bombs.py"),
}  # fmt: skip


class Tally(Counter[str]):
    """How many mutants there are in all, and how many were killed, late, broken or survived."""

    @property
    def killed(self) -> int:
        """How many some test noticed, also by taking too long."""
        return self["killed"] + self["late"]

    @property
    def tried(self) -> int:
        """How many some test could notice."""
        return self.killed + self["survived"]

    def show(self, name: str) -> None:
        """Print a line, if there is something to tell."""
        if self.tried:
            share = 100 * self.killed / self.tried
            print(
                f"{name:32} {self.killed:4} of {self.tried:4} killed, {share:5.1f}%"
                f" ({self['late']} of them by the clock; {self['broken']} broken; {self['all']} mutants in all)",
                flush=True,
            )


class Warm:
    """A process that has a room and its tests loaded, and runs some of them whenever it is asked."""

    def __init__(self, root: Path, tests: Sequence[str], files: Sequence[str]) -> None:
        ours, theirs = socket.socketpair()
        environ = {
            "PYTHONPATH": os.pathsep.join([str(root), str(Path(__file__).parent)]),
            "MUTANTS_SOCKET": str(theirs.fileno()),
            "MUTANTS_FILES": json.dumps(files),
        }
        plugins = (
            "-p",
            "mutated",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
            "-n",
            "0",
            "--assert=plain",
        )
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-P", "-m", "pytest", "-q", f"--basetemp={root}.tmp", *plugins, *tests],
            cwd=root, env={**os.environ, **environ}, pass_fds=[theirs.fileno()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()
        self._scratch = f"{root}.tmp"
        self._line = ours
        self._line.settimeout(START_SECONDS)
        self._file = ours.makefile("rw")
        try:
            told = json.loads(self._file.readline() or "{}")
        except TimeoutError:
            told = {}
        self._line.settimeout(None)
        self.tests: list[str] = told["tests"] if told.get("collected") else []
        self.loading = {(name, line) for name, line in told.get("loading", ())}

    def ask(self, tests: dict[str, float], **order: Any) -> dict[str, Any]:
        """Run tests, each with the seconds that it may take, and return what came of it."""
        self._file.write(json.dumps({"tests": tests, "scratch": self._scratch, **order}) + "\n")
        self._file.flush()
        answer: dict[str, Any] = json.loads(self._file.readline())
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._line.close()
        self._process.kill()
        self._process.wait()


class Reach:
    """Which tests reach a line of a file, and how long each takes."""

    def __init__(self, root: Path, warm: Warm) -> None:
        notes = root.with_suffix(".json")
        warm.ask(dict.fromkeys(warm.tests, 600.0), notes=str(notes))
        noted = json.loads(notes.read_text(encoding="utf-8"))
        self._seconds: dict[str, float] = {}
        self._work: dict[str, float] = {}
        self._lines: dict[tuple[str, int], set[str]] = {}
        for test, note in noted.items():
            # Some have an eye on the clock, and fail for the tracer's sake.
            if note["failed"] and "passed" not in warm.ask({test: 600.0}):
                print(f"left out, since it fails before anything is mutated: {test}", flush=True)
                continue
            self._seconds[test], self._work[test] = note["seconds"], note["work"]
            for name, line in note["lines"]:
                self._lines.setdefault((name, line), set()).add(test)

    def tests(self, name: str, line: int) -> dict[str, float]:
        """Return the tests that reach a line, the quick ones first, and the seconds that each may take.

        For a line that runs at import, or in another process only, those of all tests that reach the file come first.
        """
        found = self._lines.get((name, line))
        near = {test for (file, _), tests in self._lines.items() if file == name for test in tests}
        chosen, total = {}, 0.0
        for test in sorted(found or self._work, key=lambda test: (test not in near, self._work[test])):
            total += self._work[test]
            if total > MOST_SECONDS and chosen:
                break
            chosen[test] = max(LEAST_SECONDS, 10 * self._seconds[test])
        return chosen


class Bench:
    """A file of the copy, into which mutants are put."""

    _moment = 1_700_000_000

    def __init__(self, root: Path, name: str, warm: Warm, reach: Reach) -> None:
        self.name, self._root, self._warm, self._reach = name, root, warm, reach
        self._path = root / name
        self.source = self._path.read_text(encoding="utf-8")

    def fate(self, mutant: Mutant) -> tuple[str, str]:
        """Return what becomes of a mutant: killed, late, broken or survived; and the test that noticed."""
        tests = self._reach.tests(self.name, mutant.line)
        while tests:
            self._write(ast.unparse(changed(self.source, mutant)))
            answer = self._warm.ask(tests, path=str(self._path), source=self.source, mutant=asdict(mutant))
            at_import = (self.name, mutant.line) in self._warm.loading
            if "import" in answer or ("passed" in answer and at_import):
                answer = self._afresh(tests)
            self._write(self.source)
            if "passed" in answer:
                break
            if "broken" in answer:
                return "broken", ""
            [(how, test)] = answer.items()
            begun = time.monotonic()
            passed = "passed" in self._warm.ask({test: tests[test]})
            slow = how == "late" and 5 * (time.monotonic() - begun) > tests[test]
            if passed and not slow:
                return ("late" if how == "late" else "killed"), test
            tests.pop(test)  # it fails by itself, now and then, or everything is slow just now
        return "survived", ""

    def _afresh(self, tests: dict[str, float]) -> dict[str, Any]:
        files = dict.fromkeys(test.split("::")[0] for test in tests)
        with Warm(self._root, list(files), [self.name]) as process:
            return process.ask(tests) if process.tests else {"broken": self.name}

    def _write(self, source: str) -> None:
        """Write the module with a time of its own, so that no compiled one passes for it."""
        self._path.write_text(source, encoding="utf-8")
        Bench._moment += 10
        os.utime(self._path, (Bench._moment, Bench._moment))


def main() -> int:
    """Try, print, and return 1 where too many survive."""
    asked = _arguments()
    deadline = time.monotonic() + 60 * asked.minutes
    totals = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "copy"
        shutil.copytree(REPOSITORY, root, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "build", ".voicekit"))  # fmt: skip
        for room, tests in ROOMS.items():
            files = [name for name in _files(room) if name.startswith(tuple(asked.files or [""]))]
            if files and time.monotonic() < deadline:
                totals.append(_room(root, room, files, tests, asked, deadline))
    killed, tried = sum(one.killed for one in totals), sum(one.tried for one in totals)
    share = 100 * killed / max(tried, 1)
    missed = "" if share >= GOAL else "MISSED"
    print(f"T24  mutants killed, of {tried} tried  {share:.1f}%  ≥ {GOAL}%  {missed}".rstrip())
    return int(bool(missed))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", help="files or folders; by default all that guard")
    parser.add_argument("--sample", type=int, default=25, help="mutants of each file (25); 0: all")
    parser.add_argument("--minutes", type=float, default=120, help="when to stop (120)")
    parser.add_argument("--seed", type=int, default=24, help="which mutants are drawn (24)")
    parser.add_argument("--verbose", action="store_true", help="print those that are killed too")
    return parser.parse_args()


def _files(room: str) -> list[str]:
    path = REPOSITORY / room
    found = [path] if path.is_file() else sorted(path.glob("*.py"))
    return [one.relative_to(REPOSITORY).as_posix() for one in found]


def _room(
    root: Path,
    room: str,
    files: Sequence[str],
    tests: Sequence[str],
    asked: argparse.Namespace,
    deadline: float,
) -> Tally:
    """Try a sample of each file's mutants."""
    total = Tally()
    with Warm(root, tests, files) as warm:
        if not warm.tests:
            raise SystemExit(f"the tests of {room} cannot be collected")
        reach = Reach(root, warm)
        for name in files:
            bench = Bench(root, name, warm, reach)
            everything = mutants(bench.source)
            few = min(asked.sample or len(everything), len(everything))
            chosen = random.Random(asked.seed).sample(everything, few)  # noqa: S311 - a sample
            tally = Tally(all=len(everything))
            for mutant in sorted(chosen, key=lambda one: one.line):
                if time.monotonic() < deadline:
                    fate, test = bench.fate(mutant)
                    tally[fate] += 1
                    if fate not in {"killed", "late"} or asked.verbose:
                        print(
                            f"  {fate:8} {name}:{mutant.line}: {mutant.what}  {test.rpartition('/')[2]}".rstrip(),
                            flush=True,
                        )
            tally.show(name)
            total.update(tally)
    if len(files) > 1:
        total.show(room)
    return total


if __name__ == "__main__":
    sys.exit(main())
