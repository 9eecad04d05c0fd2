"""How fast the verbs are on this machine: a report for people, not a gate. Run it with `make bench`."""

import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Sequence
from pathlib import Path
from pyexpat import ParserCreate

import voicekit
from voicekit import _pipeline, checks, ssml

ALLOWED = {
    "speak": (), "p": (), "s": (), "emphasis": ("level",), "break": ("time", "strength"), "mark": ("name",),
    "say-as": ("interpret-as", "format"), "prosody": ("rate", "pitch", "volume"),
}  # fmt: skip
RUNS = 3
PROMPTS = 2_000


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


PROMPT = (
    '<speak><p><s>Thank you for calling <emphasis level="strong">Northgate Clinic</emphasis>.</s><break time="300ms"/>'
    '<s>You are number <say-as interpret-as="ordinal">3</say-as> in line, and the wait is about four minutes.</s></p>'
    '<prosody rate="95%">Please stay on the line, and we will be with you soon.</prosody><mark name="end"/></speak>'
)


def expat_with_allow_list() -> None:
    """Parse the prompt with nothing but expat, and look each tag and attribute up: the floor of any linter."""

    def start(name: str, attributes: dict[str, str]) -> None:
        allowed = ALLOWED[name]
        for attribute in attributes:
            if attribute not in allowed:
                raise ValueError(attribute)

    parser = ParserCreate()
    parser.StartElementHandler = start
    parser.CharacterDataHandler = lambda _: None
    parser.Parse(PROMPT, True)


def lint_ratio(folder: Path) -> tuple[float, float, int]:
    """Return microseconds for parsing and for checking one prompt, and how many rules looked at it."""
    (folder / "one.yaml").write_text(f"prompts:\n  - {{id: one, ssml: {PROMPT!r}}}\n", encoding="utf-8")
    (folder / "voicekit.yaml").write_text("name: bench\npacks: {p: {prompts: one.yaml, profiles: [en]}}\n")
    project = voicekit.load(folder)
    rows = [_pipeline.check_row(row) for row in _pipeline.render(project).rows]
    parse = min(timeit.repeat(lambda: ssml.parse(PROMPT), number=500, repeat=7)) / 500
    check = min(timeit.repeat(lambda: checks.look(project, rows, []), number=500, repeat=7)) / 500
    return parse * 1e6, check * 1e6, len(checks.find())


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
        parse, check, rules = lint_ratio(many)
    floor = min(timeit.repeat(expat_with_allow_list, number=500, repeat=7)) / 500 * 1e6
    for what, took in report:
        print(f"{took:8.3f} s  {what}")
    size = f"{len(PROMPT)} characters"
    print(
        f"{(parse + check) / floor:8.2f} ×  parse ({parse:.0f} µs) and check ({check:.0f} µs, {rules} rules) of {size}, "
        f"to bare expat with an allow-list ({floor:.0f} µs)"
    )


if __name__ == "__main__":
    main()
