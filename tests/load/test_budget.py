"""The budget of `voicekit.yaml`: what is taken, what is refused and where."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voicekit
from kit.projects import FILES, project, wrong
from voicekit import _yaml
from voicekit._load.fields import plain
from voicekit._load.project import DOLLARS, load_budget
from voicekit.cli import _schemas
from voicekit.errors import ConfigError
from voicekit.model import Budget


def write(root: Path, budget: str, **files: str) -> Path:
    return project(root, {"voicekit.yaml": f"{FILES['voicekit.yaml']}{budget}\n", **files})


def fits(text: str) -> bool:
    """Whether the schema takes a budget."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    data: Any = plain(_yaml.load(f"{FILES['voicekit.yaml']}{text}\n", "test"))
    return bool(jsonschema.Draft202012Validator(_schemas.schema("project")).is_valid(data))


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("budget: {run: 5.00, month: 50.00}", Budget(5.0, 50.0)),
        ("budget: {run: 0}", Budget(run=0)),
        ("budget: {month: 0.25}", Budget(month=0.25)),
        ("budget: {}", Budget()),
        ("", Budget()),
    ],
)
def test_a_budget_is_read_with_the_project_and_alone(tmp_path: Path, text: str, budget: Budget) -> None:
    root = write(tmp_path, text)

    assert voicekit.load(root).budget == budget
    assert load_budget(root) == budget
    assert fits(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("budget: {run: -0.01}", "budget.run: -0.01 is outside [0, 1e+06] USD"),
        ("budget: {month: 1000001}", "budget.month: 1000001 is outside [0, 1e+06] USD"),
        ("budget: {month: .nan}", "budget.month: is not a finite number"),
        ("budget: {month: .inf}", "budget.month: is not a finite number"),
        ("budget: {run: '5'}", "budget.run: expected a number, found text"),
        ("budget: {run: $5}", "budget.run: expected a number, found text"),
        ("budget: {run: true}", "budget.run: expected a number, found true or false"),
        ("budget: {day: 5}", "budget.day: unknown key"),
        ("budget: 5", "budget: expected a mapping, found a number"),
        ("budget: [5, 50]", "budget: expected a mapping, found a list"),
    ],
)
def test_a_wrong_budget_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    root = write(tmp_path, text)

    assert wrong(root) == [("voicekit.yaml", 4, message)]
    with pytest.raises(ConfigError) as caught:
        load_budget(root)
    assert [problem.place.line for problem in caught.value.problems if problem.place] == [4]
    if ".nan" not in text and ".inf" not in text:  # JSON has neither
        assert not fits(text)


def test_the_budget_can_be_read_where_the_rest_is_broken(tmp_path: Path) -> None:
    root = write(tmp_path, "budget: {month: 3}\nlangauge: en", **{"prompts.yaml": "prompts: 5\n"})

    assert load_budget(root) == Budget(month=3)
    with pytest.raises(ConfigError, match="unknown key"):
        voicekit.load(root)


def test_a_folder_without_a_project_says_how_to_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no voicekit.yaml here"):
        load_budget(tmp_path)


def test_a_file_that_cannot_be_read_is_not_taken_for_one_without_a_budget(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="duplicate key"):
        load_budget(write(tmp_path, "budget: {run: 1}\nbudget: {run: 2}"))


CAPS = st.none() | st.floats(*DOLLARS)


@given(CAPS, CAPS, CAPS)
def test_a_run_s_cap_is_only_ever_lowered(run: float | None, month: float | None, most: float | None) -> None:
    lowered = Budget(run, month).lowered(most)

    assert lowered.month == month
    assert lowered.run in {run, most}
    for cap in (run, most):
        assert cap is None or (lowered.run is not None and lowered.run <= cap)
