"""`voicekit plan`: what a build would ask for, and why."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from voicekit.cli import _options, _output

if TYPE_CHECKING:
    from voicekit._pipeline import Asked, Explained, Memo
    from voicekit.model import Plan, Project

CHANGES = 2
COLOURS = {"create": "green", "change": "yellow", "reshape": "blue", "prune": "red", "cached": None}


@click.command(
    short_help="Show each request of a build, its price and its reason.",
    epilog="""\b
Examples:
  voicekit plan
  voicekit plan --via 302ai --out plan.json && voicekit build --plan plan.json
  voicekit plan --format markdown     # for a comment on a pull request
  voicekit plan --detailed-exitcode   # 2 if anything would change""",
)
@_options.flags("project", "select", "exclude", "via", "set")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "jsonl", "markdown"]),
    default="text",
    help="How to answer.",
)
@_options.flags("quiet")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Save the plan for `build --plan`."
)
@click.option("--explain", is_flag=True, help="Say where each setting and value comes from.")
@click.option("--refresh", is_flag=True, help="Ask the shared store too, over the network.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if some action is not `cached`.")
@click.option("--all", "show_all", is_flag=True, help="List cached files too.")
@click.pass_context
def command(
    ctx: click.Context,
    project: str | None,
    select: str | None,
    exclude: str | None,
    via: str | None,
    sets: tuple[str, ...],
    format_: str,
    out: Path | None,
    *,
    quiet: bool,
    explain: bool,
    refresh: bool,
    detailed_exitcode: bool,
    show_all: bool,
) -> None:
    """Show every request that a build would make, what it would cost, and the reason for each.

    Reads this machine only and sends nothing; --refresh alone asks the shared store what it has.
    """
    from voicekit import _files, _pipeline, _plan
    from voicekit.cli import _report

    asked = _pipeline.Asked(via, select, exclude, sets)
    memo = None if explain or show_all else _pipeline.recall(_options.root_of(project), asked)
    if memo is not None and out is None:
        _recalled(memo, asked, format_, quiet=quiet)
        return
    opened = _options.open_project(project, sets)
    planned = _pipeline.plan(opened, via=via, select=select, exclude=exclude, refresh=refresh)
    explained = list(_pipeline.explain(opened, planned, asked)) if explain else None
    if out is not None:  # before it is shown: whoever reads that may go away half way
        _refuse_other(out)
        data = "".join(f"{text}\n" for text in _report.plan_json(planned, asked))
        _files.write(out.absolute().parent, out.name, data.encode())
    _show(opened, planned, asked, explained, format_, show_all=show_all)
    if format_ == "text" and not quiet:
        for text in _pipeline.warned(planned.findings):
            _output.note(text, fg="yellow")
    _output.shared(planned.warnings)
    if out is not None and not quiet:
        _output.note(f"saved as {out}; `voicekit build --plan {out}` does just this")
    if detailed_exitcode and _plan.pending(planned):
        ctx.exit(CHANGES)


def _show(
    opened: "Project",
    planned: "Plan",
    asked: "Asked",
    explained: "list[Explained] | None",
    format_: str,
    *,
    show_all: bool,
) -> None:
    from voicekit.cli import _report

    if format_ == "json":
        _output.lines(_report.plan_json(planned, asked, explained))
    elif format_ == "jsonl":
        _output.lines(_report.plan_lines(planned))
    elif format_ == "markdown":
        _output.lines(_report.plan_markdown(planned, opened.endpoints))
    else:
        rows = [row for row in _report.lines(planned) if show_all or row.action != "cached"]
        head = ("", "FILE", "CHARACTERS", "WHY") if rows else None
        _output.table(
            [
                (_report.SYMBOLS[row.action], row.file, row.characters.rjust(len("CHARACTERS")), row.reason)
                for row in rows
            ],
            head=head,
            colour=[COLOURS[row.action] for row in rows],
        )
        if explained:
            _output.line()
            _output.table(
                [
                    (f"{one.prompt} ({one.profile})", one.name, _value(one.value), one.source)
                    for one in explained
                ],
                head=("PROMPT", "NAME", "VALUE", "FROM"),
            )
        for number, text in enumerate(_report.footer(planned, opened.endpoints)):
            _output.line(("\n" if rows and not number else "") + text)


def _refuse_other(out: Path) -> None:
    """Refuse to write over a file that is no saved plan."""
    from voicekit import _pipeline
    from voicekit.errors import ConfigError, Place

    if not out.exists():
        return
    try:
        _pipeline.read_plan(out)
    except ConfigError:
        remedy = "choose another name for --out"
        raise ConfigError.of("is there and is no saved plan", place=Place(str(out)), remedy=remedy) from None


def _recalled(memo: "Memo", asked: "Asked", format_: str, *, quiet: bool) -> None:
    """Show a plan that has nothing to do, as it was noted."""
    from voicekit.cli import _report

    if format_ in {"json", "jsonl"}:
        _output.lines(_report.memo_json(memo, asked) if format_ == "json" else _report.memo_lines(memo))
        return
    if format_ == "markdown":
        _output.lines(_report.memo_markdown(memo))
        return
    for text in memo.warnings if not quiet else ():
        _output.note(text, fg="yellow")
    _output.line(_report.nothing(memo.count))


def _value(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, tuple):
        return ", ".join("=".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
