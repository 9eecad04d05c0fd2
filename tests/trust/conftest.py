"""What every row of the trust table shares: where its figure is written down."""

import json
import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

Figure = Callable[..., None]


def row_of(path: Path) -> str:
    """Name the row of the table that a file proves."""
    return path.name.split("_")[1].upper().replace("T0", "T")


def note_down(line: dict[str, Any]) -> None:
    """Write a line for `make trust`, if it is that which runs."""
    folder = os.environ.get("VOICEKIT_TRUST_FIGURES")
    if folder:
        with (Path(folder) / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note a test that is skipped, and why: its figure is missing, and the table says so."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple):
        what = item.name.removeprefix("test_").replace("_", " ")
        why = report.longrepr[2].removeprefix("Skipped: ")
        note_down({"row": row_of(item.path), "what": what, "skipped": why})
    return report


@pytest.fixture
def figure(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Figure:
    """Return what notes a figure of the row that a test belongs to: what was measured, and what it has to be.

    ``figure("torn entries of 500 kills", 0, goal=0)`` notes it for `make trust`, which prints the table, and fails where the
    figure misses its goal. A goal is a number that must not be passed; `least=True` makes it one that must be reached.
    """
    row = row_of(request.node.path)

    def note(what: str, now: float, *, goal: float, unit: str = "", least: bool = False) -> None:
        note_down({"row": row, "what": what, "now": now, "goal": goal, "unit": unit, "least": least})
        with capsys.disabled():
            print(f"\n{row} {what}: {now:g}{unit} (goal {'at least' if least else 'at most'} {goal:g}{unit})")
        assert now >= goal if least else now <= goal, (
            f"{row}: {what} is {now:g}{unit}, and the goal is {goal:g}{unit}"
        )

    return note
