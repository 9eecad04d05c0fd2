"""How fast the verbs are on this machine: a report for people, not a gate. Run it with `make bench`."""

import asyncio
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from pyexpat import ParserCreate
from typing import Any
from unittest import mock

import voicekit
from voicekit import _capabilities, _pipeline, _run, checks, ssml
from voicekit._pipeline import building, workplace
from voicekit._sound import riff
from voicekit.model import Project, Sound

RUNS = 3
PROMPTS = 2_000
LINTED = 1_000
MANY = 10_000
PLANNED = int(os.environ.get("PLANNED", "100000"))


def seconds(arguments: Sequence[str], folder: Path, runs: int = RUNS) -> float:
    """Return the best time of a command's runs."""
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "voicekit", *arguments], cwd=folder, check=True, capture_output=True
        )
        best = min(best, time.perf_counter() - start)
    return best


def write_project(folder: Path, count: int = PROMPTS) -> None:
    """Write a project of many short prompts."""
    (folder / "profiles").mkdir(parents=True)
    (folder / "profiles" / "en.yaml").write_text(
        "{provider: google, language: en-US, voice: en-US-Neural2-F, encoding: MULAW, sample_rate: 8000}\n"
    )
    (folder / "voicekit.yaml").write_text(
        "name: bench\npacks: {phone: {prompts: prompts.yaml, profiles: [en], target: telephony}}\n"
    )
    rows = (
        f'  - {{id: "n/{{n}}", text: "You are number {{{{ n }}}}.", each: {{n: {first}..{min(first + 9_999, count)}}}}}\n'
        for first in range(1, count + 1, 10_000)
    )
    (folder / "prompts.yaml").write_text("prompts:\n" + "".join(rows))


PLACES = ("Northgate", "Harbor", "Riverside", "Lakeview", "Hillcrest", "Oakwood", "Maple", "Cedar")
KINDS = ("Clinic", "Bank", "Library", "Pharmacy", "Garage", "Hotel", "Museum")
WAITS = ("one minute", "two minutes", "three minutes", "four minutes", "five minutes")


def prompt(number: int) -> str:
    """Return one of many prompts of about 335 characters: the same markup, as from a script, and other words."""
    place, kind = PLACES[number % len(PLACES)], KINDS[number % len(KINDS)]
    return (
        f'<speak><p><s>Thank you for calling <emphasis level="strong">{place} {kind}</emphasis>.</s><break time="300ms"/>'
        f'<s>You are number <say-as interpret-as="ordinal">{number}</say-as> in line, and the wait is about '
        f'{WAITS[number % len(WAITS)]}.</s></p><prosody rate="95%">Please stay on the line, and we will be with you soon.'
        '</prosody><mark name="end"/></speak>'
    )


Allowed = dict[str, dict[str, tuple[frozenset[str], Callable[[str], Any] | None]]]


def allow_list() -> Allowed:
    """Return the tags, attributes and values that the voice of the benchmark takes, from the data that the checks use."""
    family = _capabilities.find()["google"].families["Neural2"]
    return {
        name: {
            attribute: (fact.words, re.compile(fact.grammar).fullmatch if fact.grammar else None)
            for attribute, fact in known.attributes.items()
        }
        for name, known in family.elements.items()
    }


def floor(text: str, allowed: Allowed) -> list[tuple[str, int, int]]:
    """Read a prompt with nothing but expat, and hold its tags, attributes and values against an allow-list.

    The tags and texts are kept with their places, since a linter has to say where something is; there is no tree, and nothing is
    said of the words. A DOCTYPE is refused.
    """
    found: list[tuple[str, int, int]] = []
    parser = ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((name, parser.CurrentLineNumber, parser.CurrentColumnNumber))
        known = allowed[name]
        for attribute, value in attributes.items():
            words, matches = known[attribute]
            if (words or matches) and value not in words and (matches is None or matches(value) is None):
                raise ValueError(value)

    def characters(data: str) -> None:
        found.append((data, parser.CurrentLineNumber, parser.CurrentColumnNumber))

    def doctype(*_: object) -> None:
        raise ValueError("DOCTYPE")

    parser.StartElementHandler = start
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    parser.Parse(text, True)
    return found


def linted(folder: Path, count: int) -> Project:
    """Write and load a project of many different prompts in SSML."""
    rows = "".join(f"  - {{id: p{number}, ssml: {prompt(number)!r}}}\n" for number in range(count))
    (folder / "one.yaml").write_text(f"prompts:\n{rows}", encoding="utf-8")
    (folder / "voicekit.yaml").write_text("name: bench\npacks: {p: {prompts: one.yaml, profiles: [en]}}\n")
    project: Project = voicekit.load(folder)
    return project


def lint(folder: Path) -> dict[str, float]:
    """Return microseconds of processor time for a prompt: the floor, parsing, checking; the best of many rounds.

    What a project costs as a whole is divided among its prompts. The rows are made anew for each round.
    """
    project, allowed = linted(folder, LINTED), allow_list()
    texts = [prompt(number) for number in range(LINTED)]
    rendered = _pipeline.render(project).rows
    best: dict[str, float] = {}

    def measure(name: str, work: Callable[[Any], object], subjects: Sequence[Any]) -> None:
        start = time.process_time()
        for subject in subjects:
            work(subject)
        took = (time.process_time() - start) / LINTED * 1e6
        best[name] = min(took, best.get(name, took))

    for _ in range(5 * RUNS):
        rows = [_pipeline.check_row(row) for row in rendered]
        measure("floor", lambda text: floor(text, allowed), texts)
        measure("parse", ssml.parse, texts)
        measure("check", lambda rows: checks.look(project, rows, ()), [rows])
    return best


def lint_many(folder: Path) -> tuple[float, list[float]]:
    """Check many prompts again and again in one process: processor seconds of the last time, and MiB at most after each."""
    project, peaks, took = linted(folder, MANY), [], 0.0
    for _ in range(RUNS):
        start = time.process_time()
        voicekit.check(project)
        took = time.process_time() - start
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        peaks.append(most / (2**20 if sys.platform == "darwin" else 2**10))
    return took, peaks


def build_at_once(folder: Path) -> None:
    """Build a project with a vendor that answers at once with a hiss: all of a build but the voice."""
    hiss = riff.write(bytes(number * 37 % 256 for number in range(2_400)), codec="pcm_mulaw", rate=8_000)

    @asynccontextmanager
    async def send(_: Any, reserve: _run.Reserve) -> AsyncIterator[Sound]:
        async with reserve() as money:
            money.spent()
        yield Sound(hiss)

    project = voicekit.load(folder)
    planned = voicekit.plan(project)
    for path in (".voicekit/store", "build/phone"):
        (folder / path).mkdir(parents=True)
    shelves = workplace.open_shelves(project)
    runner = _run.Runner(folder, workplace.open_store(project), shelves)
    with mock.patch("os.fsync"):  # how patient the disk is has no part in what follows
        result = asyncio.run(runner.run(planned, send, concurrency=4))
    building.save(planned, shelves, result, root=folder, whole=True)


def peak(arguments: Sequence[str], folder: Path) -> float:
    """Return the most memory that a command takes, in MiB."""
    program = (
        "import resource, sys; from voicekit.cli import run; run(sys.argv[1:]); "
        "sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return int(ran.stderr.rsplit("\n", 1)[-1]) / (2**20 if sys.platform == "darwin" else 2**10)


def plan_many(folder: Path) -> str:
    """Plan many prompts from nothing, and again when nothing has changed, and say how the two compare."""
    sizes = []
    for count in (PLANNED // 5, PLANNED):
        write_project(folder / str(count), count)
        sizes.append(peak(["plan"], folder / str(count)))
    project = folder / str(PLANNED)
    nothing = seconds(["plan"], project, 1)
    build_at_once(project)
    seconds(["plan"], project, 1)  # notes what there is
    unchanged = seconds(["plan"], project)
    each = (sizes[1] - sizes[0]) * 1024 / (PLANNED - PLANNED // 5)
    return (
        f"{nothing / unchanged:8.1f} ×  plan of {PLANNED:,} prompts from nothing ({nothing:.1f} s), to one with nothing changed "
        f"({unchanged:.2f} s); {each:.2f} kB a prompt from nothing"
    )


def main() -> None:
    """Measure, and print a table."""
    with tempfile.TemporaryDirectory() as name:
        many, starter = Path(name) / "many", Path(name) / "starter"
        planned = plan_many(Path(name) / "planned")  # first: a child starts with what its parent once took
        write_project(many)
        report = [("voicekit --version", seconds(["--version"], many))]
        report += [("voicekit plan --help", seconds(["plan", "--help"], many))]
        report += [(f"check, {PROMPTS:,} prompts", seconds(["check"], many))]
        report += [(f"plan, {PROMPTS:,} prompts", seconds(["plan", "--quiet"], many))]
        report += [("init", seconds(["init", str(starter)], many, 1))]
        report += [("build the starter, embedded voice", seconds(["build"], starter, 1))]
        report += [("build it again, nothing to do", seconds(["build"], starter))]
        best = lint(many)
        took, peaks = lint_many(many)
    print(planned)
    for what, spent in report:
        print(f"{spent:8.3f} s  {what}")
    size = sum(len(prompt(number)) for number in range(LINTED)) // LINTED
    print(
        f"{(best['parse'] + best['check']) / best['floor']:8.2f} ×  parse ({best['parse']:.0f} µs) and check ({best['check']:.0f} µs, "
        f"{len(checks.find())} rules) of {size} characters, to bare expat with the same allow-list ({best['floor']:.0f} µs)"
    )
    print(
        f"{took:8.3f} s  check of {MANY:,} prompts in SSML, rendered and adapted, in one process; at most "
        f"{', then '.join(f'{peak:.0f}' for peak in peaks)} MiB"
    )


if __name__ == "__main__":
    main()
