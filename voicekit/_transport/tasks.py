"""Waiting for a sound that the vendor makes in its own time: how often to ask, and what its answers mean.

Pure; imports model, errors and _limits. Asking is free: it is never booked, and an answer that got lost is asked for again.
"""

from collections.abc import Iterator

from voicekit import _limits as limits
from voicekit._transport import answers
from voicekit._transport.exchange import Fault
from voicekit.errors import Unreachable, WrongAnswer
from voicekit.model import Link, Reply, Sound, Task

_NOT_THERE = frozenset({404, 410})


def pauses(*, at_once: bool) -> Iterator[float]:
    """Give the seconds to wait before each question; the first is asked `at_once` where the task is not new.

    >>> first = pauses(at_once=False)
    >>> [next(first) for _ in range(8)]
    [0.5, 0.75, 1.125, 1.6875, 2.53125, 3.796875, 5.0, 5.0]
    """
    pause, growth, most = limits.TASK_PAUSES
    if at_once:
        yield 0.0
    while True:
        yield pause
        pause = min(most, pause * growth)


def is_gone(outcome: Reply | Fault) -> bool:
    """Say whether the vendor knows the task no longer."""
    return isinstance(outcome, Reply) and outcome.status in _NOT_THERE


def made(found: Sound | Link | Task, asked: Task, who: str) -> Sound | Link | None:
    """Return what became of a task, or None while it is still being made.

    Raises:
        WrongAnswer: The answer is about another task.
    """
    if not isinstance(found, Task):
        return found
    if found.id != asked.id:
        raise WrongAnswer.of(
            f"{who} answered for another task than the one that was asked about", remedy=answers.AGAIN
        )
    return None


def too_late(who: str, deadline: float) -> Unreachable:
    """Return the error for a task that is not done when the time is."""
    return Unreachable.of(
        f"{who} has not finished the task within {deadline:g} seconds",
        remedy="run it again later: the same task is asked about, and not paid for twice",
    )
