"""What the verbs share when they print: messages to stderr, tables and JSON to stdout, progress on a terminal only."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice, zip_longest
from typing import Any, Protocol, TextIO

import click

from voicekit.errors import Problem, VoicekitError

_AT_ONCE = 500  # lines in one write
SEVERITY_COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


def colours() -> bool | None:
    """Whether to colour: never under NO_COLOR, otherwise as the stream decides."""
    return False if os.environ.get("NO_COLOR") else None


def line(text: str = "", **style: Any) -> None:
    """Print a line of the answer to stdout."""
    click.echo(click.style(text, **style) if style else text, color=colours())


def lines(texts: Iterable[str]) -> None:
    """Print lines of the answer to stdout, many at a time."""
    rest = iter(texts)
    while some := list(islice(rest, _AT_ONCE)):
        line("\n".join(some))


def note(text: str, **style: Any) -> None:
    """Print a line for people to stderr."""
    with unheard():
        click.echo(click.style(text, **style) if style else text, err=True, color=colours())


@contextmanager
def unheard() -> Iterator[None]:
    """Let nothing fail because stderr cannot be written to, such as where whoever read it is gone."""
    try:
        yield
    except OSError:
        forget(sys.stderr)


def forget(stream: TextIO) -> None:
    """Send what a stream still holds nowhere, so that the interpreter's end does not fail on it once more."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def failed(error: VoicekitError) -> None:
    """Print every problem of an error to stderr: place and message, then the remedy."""
    for problem in error.problems:
        head = ": ".join(str(part) for part in (problem.place, problem.where) if part)
        message = click.style(problem.message, bold=True)
        note(f"{head}: {message}" if head else f"{click.style('error', fg='red')}: {message}")
        if problem.remedy:
            note(f"    → {problem.remedy}", fg="green")
    if len(error.problems) > 1:
        note(f"{len(error.problems)} problems")


def shared(problems: Iterable[Problem]) -> None:
    """Print what stood between a run and the shared store to stderr; nothing failed for it."""
    for problem in problems:
        head = f"{problem.place}: " if problem.place else ""
        note(f"{head}the shared store: {problem.message}", fg="yellow")
        if problem.remedy:
            note(f"    → {problem.remedy}", fg="green")


def json(data: Any) -> None:
    """Print versioned JSON to stdout."""
    from voicekit import _wire

    click.echo(_wire.pretty(data), nl=False)


def table(
    rows: Iterable[Sequence[str]], *, head: Sequence[str] | None = None, colour: Sequence[str | None] = ()
) -> None:
    """Print rows in aligned columns; `colour` names one for each row's first cell."""
    body = [tuple(row) for row in rows]
    everything = [tuple(head), *body] if head else body
    if not everything:
        return
    widths = [max(len(row[column]) for row in everything) for column in range(len(everything[0]))]
    if head:
        line(_aligned(head, widths), bold=True)
    lines(
        _shaded(_aligned(row, widths), widths[0], shade)
        for row, shade in zip_longest(body, colour[: len(body)])
    )


def _shaded(text: str, width: int, shade: str | None) -> str:
    return click.style(text[:width], fg=shade) + text[width:] if shade else text


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def amount(count: int, noun: str) -> str:
    """Write a count with its noun: `1 prompt`, `12 prompts`."""
    plural = {"entry": "entries"}.get(noun, f"{noun}s")
    return f"{count:,} {noun if count == 1 else plural}"


class Bar(Protocol):
    """Something that shows how far a run is."""

    def start(self, total: int) -> None:
        """Say how many steps there are."""

    def step(self, beside: str = "") -> None:
        """Say that one more is done, and what else there is to say."""

    def say(self, text: str) -> None:
        """Print a line for people above it."""


class _NoBar:
    def start(self, total: int) -> None:
        """Show nothing."""

    def step(self, beside: str = "") -> None:
        """Show nothing."""

    def say(self, text: str) -> None:
        """Print it."""
        note(text)


class _RichBar:
    def __init__(self, progress: Any, doing: str) -> None:
        self._progress, self._doing = progress, doing
        self._task: Any = None

    def start(self, total: int) -> None:
        """Draw the bar, unless there is nothing to do."""
        if total:
            self._task = self._progress.add_task(self._doing, total=total, beside="")

    def step(self, beside: str = "") -> None:
        """Move the bar."""
        if self._task is not None:
            self._progress.update(self._task, advance=1, beside=beside)

    def say(self, text: str) -> None:
        """Print it above the bar."""
        self._progress.console.print(text, markup=False, highlight=False)


@contextmanager
def progress(*, quiet: bool, doing: str = "building") -> Iterator[Bar]:
    """Show a bar with rate and remaining time on stderr, if that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield _NoBar()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class _Rate(ProgressColumn):
        """Steps in a second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "–/s")

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[beside]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        yield _RichBar(shown, doing)
