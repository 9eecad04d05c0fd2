"""`voicekit build`: make the files that are not there yet."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from voicekit.cli import INTERRUPTED, _options, _output

if TYPE_CHECKING:
    from voicekit._pipeline import SavedPlan
    from voicekit._run import Result
    from voicekit.model import Project

_FINISHING = "stopping: what is under way is finished first; ctrl-C again cuts it off"
_AGAIN = "`voicekit build --select result:error` tries again what failed"
_EXACT = "a saved plan asks no fallback, since it names none; `voicekit build` without --plan does"
_ON = "`voicekit build` goes on from here, with what failed and what was not tried"


@click.command(
    short_help="Make the files that are not there yet.",
    epilog="""\b
Examples:
  voicekit build
  voicekit build --select tag:menu
  voicekit build --via 302ai --max-cost 5   # asks the vendor, and costs money
  voicekit build --select result:error      # what failed the last time""",
)
@_options.flags("project", "select", "exclude", "via", "set", "format", "quiet")
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Do what this saved plan says, or nothing if that is no longer the plan.",
)
@click.option(
    "--fail-fast/--keep-going",
    default=False,
    help="Stop at the first failure, or go on with the rest.  [default: keep-going]",
)
@click.option("--max-cost", type=_options.Dollars(), metavar="USD", help="Refuse to spend more than this.")
@click.option("--verify", is_flag=True, help="Read each file that is there, and make anew what is damaged.")
@click.option("--concurrency", type=click.IntRange(1, 256), help="Requests under way at once.")
@click.pass_context
def command(
    ctx: click.Context,
    project: str | None,
    select: str | None,
    exclude: str | None,
    via: str | None,
    sets: tuple[str, ...],
    format_: str,
    plan_file: Path | None,
    *,
    quiet: bool,
    fail_fast: bool,
    max_cost: float | None,
    verify: bool,
    concurrency: int | None,
) -> None:
    """Make every file that is not there yet, and remove those that no prompt asks for any more.

    What was bought before is never bought again. Interrupt with ctrl-C: what is under way is finished and kept. A second ctrl-C cuts
    it off.
    """
    from voicekit import _pipeline
    from voicekit.cli import _report

    saved: SavedPlan | None = None
    asked = _pipeline.Asked(via, select, exclude, sets)
    if plan_file is not None:
        if asked != _pipeline.Asked():
            raise click.UsageError(
                "--plan says what to build; leave --select, --exclude, --via and --set out"
            )
        saved = _pipeline.read_plan(plan_file)
        asked = saved.asked
    memo = None if verify or saved else _pipeline.recall(_options.root_of(project), asked, built=True)
    if memo is not None:
        _show(_pipeline.unchanged(memo), format_, quiet=quiet)
        return
    opened = _options.open_project(project, asked.sets)
    with _output.progress(quiet=quiet) as bar:
        result = _pipeline.build(
            opened,
            via=asked.via,
            select=asked.select,
            exclude=asked.exclude,
            saved=saved,
            verify=verify,
            fail_fast=fail_fast,
            concurrency=concurrency,
            max_cost=max_cost,
            on_plan=lambda planned: bar.start(_report.steps(planned)),
            on_done=lambda _, result: bar.step(_report.spent(result)),
            on_interrupt=lambda: bar.say(_FINISHING),
        )
    _show(result, format_, quiet=quiet)
    if result.interrupted:
        cut = "; what was cut off counts as spent" if result.cut else ""
        _output.note(f"interrupted{cut}; what was finished is kept, and `voicekit build` goes on from here")
        ctx.exit(INTERRUPTED)
    if result.failures and not quiet:
        _output.note(_advice(result, opened, exact=saved is not None))
    result.settle()


def _advice(result: "Result", project: "Project", *, exact: bool) -> str:
    """Say what to do about failures."""
    asked = {row.endpoint for row, _ in result.failures}
    if exact and any(one.fallback is not None and name in asked for name, one in project.endpoints.items()):
        return _EXACT
    return _ON if result.undone else _AGAIN


def _show(result: Any, format_: str, *, quiet: bool) -> None:
    from voicekit.cli import _report

    if format_ == "json":
        _output.json(_report.result_json(result))
    elif not quiet:
        for text in _report.result_lines(result):
            _output.line(text)
    for made in result.fallbacks:
        _output.note(f"{made.file}: made by the fallback {made.fallback}", fg="yellow")
    _output.shared(result.warnings)
