"""How fast the verbs are on this machine: a report for people, not a gate. Run it with `make bench`."""

import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from pyexpat import ParserCreate
from typing import Any

import voicekit
from voicekit import _capabilities, _pipeline, checks, ssml
from voicekit.model import Project

RUNS = 3
PROMPTS = 2_000
LINTED = 1_000
MANY = 10_000


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


def write_project(folder: Path) -> None:
    """Write a project of many short prompts."""
    (folder / "profiles").mkdir(parents=True)
    (folder / "profiles" / "en.yaml").write_text(
        "{provider: google, language: en-US, voice: en-US-Neural2-F, encoding: MULAW, sample_rate: 8000}\n"
    )
    (folder / "voicekit.yaml").write_text(
        "name: bench\npacks: {phone: {prompts: prompts.yaml, profiles: [en], target: telephony}}\n"
    )
    (folder / "prompts.yaml").write_text(
        f'prompts:\n  - {{id: "n/{{n}}", text: "You are number {{{{ n }}}}.", each: {{n: 1..{PROMPTS}}}}}\n'
    )


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


def main() -> None:
    """Measure, and print a table."""
    with tempfile.TemporaryDirectory() as name:
        many, starter = Path(name) / "many", Path(name) / "starter"
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
