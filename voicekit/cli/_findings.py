"""Findings as people and machines want them: aligned text, versioned JSON, workflow annotations, JUnit. SARIF is next door."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import click

from voicekit._xml import ILLEGAL
from voicekit.cli import _output
from voicekit.model import Element, Finding, Severity

FORMATS = ("text", "json", "sarif", "github", "junit")
_LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def show(findings: Sequence[Finding], format_: str, *, fails: Callable[[Finding], bool], quiet: bool) -> None:
    """Print findings to stdout in one of `FORMATS`.

    Args:
        findings: In the order in which they are told.
        format_: One of `FORMATS`.
        fails: Whether a finding makes the command fail, which JUnit wants to know.
        quiet: In text, leave the remedies out.
    """
    if format_ == "json":
        from voicekit.cli import _report

        _output.json(_report.findings_json(findings))
    elif format_ == "sarif":
        from voicekit.cli import _sarif

        _output.json(_sarif.log(findings))
    elif format_ == "github":
        for line in map(annotation, findings):
            _output.line(line)
    elif format_ == "junit":
        _output.line(junit(findings, fails))
    else:
        for line in text(findings, quiet=quiet):
            _output.line(line)


def text(findings: Sequence[Finding], *, quiet: bool) -> Iterator[str]:
    """Write findings in aligned columns, each remedy on a line of its own."""
    wide = max((len(str(finding.place)) for finding in findings), default=0) + 1
    for finding in findings:
        place = f"{_printable(str(finding.place))}:".ljust(wide)
        severity = click.style(finding.severity.ljust(7), fg=_output.SEVERITY_COLOURS[finding.severity])
        code = click.style(finding.code, bold=True)
        yield f"{place} {severity} {code} {_printable(finding.message)}"
        if not quiet and finding.remedy:
            yield click.style(f"    → {_printable(finding.remedy)}", fg="green")


def _printable(text: str) -> str:
    """Keep a message on its line, and a terminal from being told what to do by a prompt list."""
    return "".join(
        letter if letter.isprintable() else " " if letter.isspace() else "\ufffd" for letter in text
    )


def annotation(finding: Finding) -> str:
    """Write a finding as a workflow command that GitHub shows beside the line."""
    place = finding.place
    where = (("file", place.path), ("line", place.line), ("col", place.column), ("title", finding.code))
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in where if value is not None)
    return f"::{_LEVELS[finding.severity]} {properties}::{_data(_words(finding))}"


def _words(finding: Finding) -> str:
    return f"{finding.message}\n→ {finding.remedy}" if finding.remedy else finding.message


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def junit(findings: Iterable[Finding], fails: Callable[[Finding], bool]) -> str:
    """Write findings as JUnit XML: a case each; those that fail the command are failures, the others only say so."""
    from voicekit import ssml

    cases = [_case(finding, failed=fails(finding)) for finding in findings]
    failures = sum(map(_is_failure, cases))
    shown = cases or [Element("testcase", (("classname", "voicekit"), ("name", "check")))]
    counts = (
        ("errors", "0"),
        ("failures", f"{failures}"),
        ("name", "voicekit check"),
        ("tests", f"{len(shown)}"),
    )
    suite = Element("testsuite", counts, tuple(shown))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{ssml.serialise(Element("testsuites", counts, (suite,)))}'
    )


def _is_failure(case: Element) -> bool:
    child = case.children[0]
    return isinstance(child, Element) and child.name == "failure"


def _case(finding: Finding, *, failed: bool) -> Element:
    told = _clean(f"{finding.place}: {finding.severity} {finding.code} {_words(finding)}")
    about = (("message", _clean(finding.message)), ("type", finding.code))
    child = Element("failure", about, (told,)) if failed else Element("system-out", (), (told,))
    name = f"{finding.code} {_clean(finding.message)}"
    line = (("line", f"{finding.place.line}"),) if finding.place.line else ()
    named = (
        ("classname", _clean(finding.place.path)),
        ("file", _clean(finding.place.path)),
        *line,
        ("name", name),
    )
    return Element("testcase", named, (child,))


def _clean(text: str) -> str:
    return ILLEGAL.sub("\ufffd", text)
