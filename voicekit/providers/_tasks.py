"""What the wires share whose sounds are made in the vendor's own time. Imports model and errors."""

from typing import Any

from voicekit.errors import TaskOver
from voicekit.model import Call, Task
from voicekit.providers import NotFound, _paths
from voicekit.providers import _answers as answers
from voicekit.providers._requests import REMEDY


def fill(name: str, template: str, task: Task) -> str:
    """Put a task's name, quoted, into the path that asks about it.

    Raises:
        WrongAnswer: It cannot be a segment of a path.
    """
    try:
        return _paths.fill(template, task_id=task.id)
    except ValueError:
        raise answers.wrong(name, "with a task that has no name") from None


def read(template: str, call: Call) -> Task:
    """Read a task's name from the path that asks about it.

    Raises:
        NotFound: The path is another one.
    """
    found = _paths.read(template, call.path)
    if found is None:
        raise NotFound.of("There is no such task.", remedy=REMEDY)
    return Task(found["task_id"])


def over(name: str, why: Any) -> TaskOver:
    """Return the error for a task that failed, with the vendor's reason where it is a text."""
    reason = f": {why[:300]}" if isinstance(why, str) and why.strip() else ""
    return TaskOver.of(
        f"{name} could not make the sound{reason}",
        remedy="correct the text, the voice or its settings, or try again",
    )
