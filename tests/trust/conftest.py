"""What every row of the trust table shares: where its figure is written down."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

Figure = Callable[..., None]


@pytest.fixture
def figure(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Figure:
    """Return what notes a figure of the row that a test belongs to: what was measured, and what it has to be.

    ``figure("torn entries of 500 kills", 0, goal=0)`` notes it for `make trust`, which prints the table, and fails where the
    figure misses its goal. A goal is a number that must not be passed; `least=True` makes it one that must be reached.
    """
    row = Path(str(request.node.path)).name.split("_")[1].upper().replace("T0", "T")

    def note(what: str, now: float, *, goal: float, unit: str = "", least: bool = False) -> None:
        line = {"row": row, "what": what, "now": now, "goal": goal, "unit": unit, "least": least}
        folder = os.environ.get("VOICEKIT_TRUST_FIGURES")
        if folder:
            with (Path(folder) / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        with capsys.disabled():
            print(f"\n{row} {what}: {now:g}{unit} (goal {'at least' if least else 'at most'} {goal:g}{unit})")
        assert now >= goal if least else now <= goal, (
            f"{row}: {what} is {now:g}{unit}, and the goal is {goal:g}{unit}"
        )

    return note
