"""Outcomes of cases as people and machines want them: text, versioned JSON, JUnit."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from voicekit._xml import ILLEGAL
from voicekit.cli import _output
from voicekit.model import Element

if TYPE_CHECKING:
    from voicekit._pipeline.trial import Outcome

FORMATS = ("text", "json", "junit")
SCHEMA = "voicekit.tests/1"


def show(outcomes: Sequence["Outcome"], format_: str) -> None:
    """Print outcomes to stdout in one of `FORMATS`."""
    if format_ == "json":
        _output.json(data(outcomes))
    elif format_ == "junit":
        _output.line(junit(outcomes))
    else:
        for line in text(outcomes):
            _output.line(line)


def text(outcomes: Sequence["Outcome"]) -> Iterator[str]:
    """Write what failed: the case with its place, then what is wrong, differences in colour."""
    for outcome in outcomes:
        if not outcome.passed:
            yield f"{outcome.case.place}: {click.style(outcome.case.name, bold=True)}"
            yield from (_coloured(f"    {line}") for line in outcome.message.splitlines())


def _coloured(line: str) -> str:
    colour = {"-": "red", "+": "green", "?": "blue"}.get(line.strip()[:1])
    return click.style(line, fg=colour) if colour else line


def data(outcomes: Sequence["Outcome"]) -> dict[str, Any]:
    """Return outcomes as plain data."""
    rows = [
        {
            "name": outcome.case.name,
            "path": outcome.case.place.path,
            "line": outcome.case.place.line,
            "status": "passed" if outcome.passed else "failed",
            "message": outcome.message,
            "seconds": round(outcome.seconds, 6),
        }
        for outcome in outcomes
    ]
    return {"schema": SCHEMA, "cases": rows}


def junit(outcomes: Sequence["Outcome"]) -> str:
    """Write outcomes as JUnit XML."""
    from voicekit import ssml

    counts = (
        ("errors", "0"),
        ("failures", f"{sum(not outcome.passed for outcome in outcomes)}"),
        ("name", "voicekit test"),
        ("tests", f"{len(outcomes)}"),
        ("time", _seconds(sum(outcome.seconds for outcome in outcomes))),
    )
    suite = Element("testsuite", counts, tuple(map(_junit_case, outcomes)))
    whole = Element("testsuites", counts, (suite,))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ssml.serialise(whole)}'


def _junit_case(outcome: "Outcome") -> Element:
    place = outcome.case.place
    about = (
        ("classname", _clean(place.path)),
        ("file", _clean(place.path)),
        ("line", f"{place.line}"),
        ("name", _clean(outcome.case.name)),
        ("time", _seconds(outcome.seconds)),
    )
    if outcome.passed:
        return Element("testcase", about)
    message = _clean(outcome.message)
    head = (("message", message.partition("\n")[0]), ("type", "failed"))
    return Element("testcase", about, (Element("failure", head, (f"{place}\n{message}",)),))


def _seconds(seconds: float) -> str:
    return f"{seconds:.6f}"


def _clean(text: str) -> str:
    return ILLEGAL.sub("\ufffd", text)
