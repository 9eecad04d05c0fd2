"""The table that `make trust` prints: what was not measured does not look as if it had been."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def shown(
    figures: list[dict[str, object]], capsys: pytest.CaptureFixture[str]
) -> tuple[list[str], list[str]]:
    """Return the table's lines, and the rows of which nothing was measured."""
    spec = importlib.util.spec_from_file_location("trust_table", ROOT / ".ci" / "trust.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    capsys.readouterr()
    missing = script.show(figures)
    return capsys.readouterr().out.splitlines(), missing


def test_what_is_skipped_is_in_the_table_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a program is not there that a test needs, the test is run in earnest and noted as skipped."""
    test = "tests/trust/test_t23_offline.py::test_it_works_where_there_is_no_network"
    command = [sys.executable, "-m", "pytest", test, "-q", "-p", "no:cacheprovider"]
    environ = {**os.environ, "PATH": "", "VOICEKIT_TRUST_FIGURES": str(tmp_path)}
    ran = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert "1 skipped" in ran.stdout, ran.stdout
    lines = [json.loads(line) for file in tmp_path.iterdir() for line in file.read_text().splitlines()]
    table, missing = shown(lines, capsys)
    (line,) = (line for line in table if line.startswith("T23") and "skipped" in line)
    assert "it works where there is no network" in line
    assert line.endswith("only Linux can take the network away")
    assert "T23" in missing
    assert "T23  no figure" in table


def test_a_row_that_is_measured_in_part_says_what_was_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    figures: list[dict[str, object]] = [
        {"row": "T26", "what": "pins", "now": 90, "goal": 100, "unit": "", "least": True},
        {"row": "T26", "what": "two builds of the wheel are equal", "skipped": "no backend"},
        {"row": "T3", "what": "injections", "now": 0, "goal": 0, "unit": "", "least": False},
    ]
    table, missing = shown(figures, capsys)
    rows = [" ".join(line.split()) for line in table]
    assert "T26 pins 90 ≥ 100 MISSED" in rows
    assert "T26 two builds of the wheel are equal skipped no backend" in rows
    assert "T3 injections 0 ≤ 0" in rows
    assert "T3" not in missing
    assert "T1" in missing
