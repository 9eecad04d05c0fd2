"""How fast the verbs are on this machine: a report for people, not a gate. Run it with `make bench`."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

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
    for what, took in report:
        print(f"{took:8.3f} s  {what}")


if __name__ == "__main__":
    main()
