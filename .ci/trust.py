"""Run the tests of the trust table and print it, row by row: what was measured, what it has to be, and what was skipped."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROWS = 26
# What else there is to a row, or all that there is to it.
ELSEWHERE = {
    "T4": "make fuzz",
    "T5": "make fuzz",
    "T21": "make fuzz",
    "T22": "make fuzz",
    "T24": "make mutants",
    "T25": "make orders",
    "T26": "make cooldown",
}


def main() -> int:
    """Run, print, and return pytest's exit code."""
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "pytest", "tests/trust", "-q", "-n", "auto", *sys.argv[1:]],
            env={**os.environ, "VOICEKIT_TRUST_FIGURES": folder},
            check=False,
        )
        figures = [
            json.loads(line)
            for path in sorted(Path(folder).iterdir())
            for line in path.read_text(encoding="utf-8").splitlines()
        ]
    print()
    missing = show(figures)
    return ran.returncode or int(bool(missing) and len(sys.argv) == 1)


def show(figures: list[dict[str, object]]) -> list[str]:
    """Print a line for each figure and for each test that was skipped, and return the rows of which nothing was measured."""
    width = max((len(str(figure["what"])) for figure in figures), default=0)
    missing = []
    for number in range(1, ROWS + 1):
        row = f"T{number}"
        found = [figure for figure in figures if figure["row"] == row]
        for figure in sorted(found, key=lambda one: str(one["what"])):
            if "skipped" in figure:
                print(f"{row:4} {figure['what']!s:{width}}  {'skipped':>12}  {figure['skipped']}")
                continue
            met = figure["now"] >= figure["goal"] if figure["least"] else figure["now"] <= figure["goal"]  # type: ignore[operator]
            sign = "≥" if figure["least"] else "≤"
            now, goal = (f"{figure[key]:g}{figure['unit']}" for key in ("now", "goal"))
            print(
                f"{row:4} {figure['what']!s:{width}}  {now:>12}  {sign} {goal:12} {'' if met else 'MISSED'}".rstrip()
            )
        where = ELSEWHERE.get(row)
        if where:
            print(f"{row:4} see {'also ' if found else ''}{where}")
        elif all("skipped" in figure for figure in found):
            print(f"{row:4} no figure")
            missing.append(row)
    return missing


if __name__ == "__main__":
    sys.exit(main())
