"""`voicekit test`: whether scripts and prompts still become what their tests say."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicekit import _select
from voicekit.cli import _options, _output
from voicekit.cli._outcomes import FORMATS

if TYPE_CHECKING:
    from voicekit._pipeline.trial import Case, Outcome
    from voicekit.model import Project

FAILED = 3
_NONE = "there is no case; write `cases:` and one `- {name: …, script: …, text: …}` a line into tests/prompts.yaml"


@click.command(
    short_help="Hold scripts and prompts against the cases in tests/.",
    epilog="""\b
Examples:
  voicekit test
  voicekit test --select 'queue*' --fail-fast
  voicekit test --format junit > report.xml""",
)
@_options.flags("project")
@click.option(
    "--select",
    "patterns",
    metavar="PATTERN|EXPR",
    multiple=True,
    help="Only cases whose name fits, such as '*queue*', or whose prompts do, such as 'tag:menu,locale:es'; repeat it for more.",
)
@click.option("--exclude", metavar="PATTERN|EXPR", help="All of them but these.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", help="How to answer.")
@_options.flags("quiet")
@click.option("--fail-fast", "-x", is_flag=True, help="Stop at the first case that fails.")
@click.pass_context
def command(
    ctx: click.Context,
    project: str | None,
    patterns: tuple[str, ...],
    exclude: str | None,
    format_: str,
    *,
    quiet: bool,
    fail_fast: bool,
) -> None:
    """Run the cases in tests/: render what they name, and hold it against what they expect.

    A duration is measured with the embedded voice, and kept, so that it is quick the next time. Nothing is sent to a
    vendor. Exits with 3 if a case fails.
    """
    from voicekit.cli import _outcomes

    opened = _options.open_project(project)
    chosen = [_fits(opened, pattern) for pattern in patterns]
    without = [_fits(opened, exclude)] if exclude is not None else []
    cases = [
        case
        for case in _cases(opened, quiet=quiet)
        if (not chosen or any(fits(case) for fits in chosen)) and not any(fits(case) for fits in without)
    ]
    with _output.progress(quiet=quiet, doing="testing") as bar:
        bar.start(len(cases))
        outcomes = tuple(_run(opened, cases, fail_fast, bar))
    _outcomes.show(outcomes, format_)
    if not cases:
        fewer = bool(patterns) or exclude is not None
        _output.note(f"no case fits {' '.join(patterns)}".strip() if fewer else _NONE)
    failed = sum(not outcome.passed for outcome in outcomes)
    if failed or not (quiet or format_ != "text"):
        _output.note(_summary(outcomes, failed, len(cases)))
    if failed:
        ctx.exit(FAILED)


def _cases(opened: "Project", *, quiet: bool) -> Sequence["Case"]:
    """Read every case; a file that is something else is named, for its `cases:` may be misspelt."""
    from voicekit._load.fields import show
    from voicekit._pipeline import trial

    root = Path(opened.root)
    files = trial.find(root)
    if not quiet:
        for name in files.others:
            _output.note(f"{show(root, name)}: has no `cases:` at its top, so it is left alone")
    return trial.load(opened, files.cases)


def _fits(opened: "Project", pattern: str) -> "Callable[[Case], bool]":
    """Return what says whether a case is meant: by its name, or by the prompts that it is about."""
    if not _select.names_a_method(pattern):
        return lambda case: fnmatchcase(case.name, pattern)
    selection = _select.parse(pattern, selectors=opened.selectors)
    return lambda case: any(
        selection.takes(
            _select.Subject(
                id=take.prompt.id,
                tags=take.prompt.tags,
                profile=take.profile.name,
                locale=take.language,
                pack=take.pack.name,
                script=take.prompt.script or "",
            ),
            unknown=False,
        )
        for take in case.takes
    )


def _run(
    opened: "Project", cases: Sequence["Case"], fail_fast: bool, bar: _output.Bar
) -> Iterator["Outcome"]:
    from voicekit._pipeline.trial import Trials

    with closing(Trials(opened)) as trials:
        for case in cases:
            outcome = trials.run(case)
            bar.step()
            yield outcome
            if fail_fast and not outcome.passed:
                return


def _summary(outcomes: Sequence["Outcome"], failed: int, chosen: int) -> str:
    skipped = f", {chosen - len(outcomes)} not run" if len(outcomes) < chosen else ""
    seconds = sum(outcome.seconds for outcome in outcomes)
    return f"{_output.amount(len(outcomes), 'case')}, {failed} failed{skipped} (in {seconds:.2f} s)"
