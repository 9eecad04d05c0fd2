"""`voicekit plan`: what a build would ask for, and why."""

import click

from voicekit.cli import _options, _output

CHANGES = 2
SYMBOLS = {"create": "+", "change": "~", "reshape": "±", "prune": "-", "cached": "="}
COLOURS = {"create": "green", "change": "yellow", "reshape": "blue", "prune": "red", "cached": None}


@click.command(
    epilog="""\b
Examples:
  voicekit plan
  voicekit plan --via 302ai --format json
  voicekit plan --detailed-exitcode   # 2 if anything would change"""
)
@_options.flags("project", "select", "via", "set", "format", "quiet")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if some action is not `cached`.")
@click.option("--all", "show_all", is_flag=True, help="List cached files too.")
@click.pass_context
def command(
    ctx: click.Context,
    project: str | None,
    select: str | None,
    via: str | None,
    sets: tuple[str, ...],
    format_: str,
    *,
    quiet: bool,
    detailed_exitcode: bool,
    show_all: bool,
) -> None:
    """Show every request that a build would make, what it would cost, and the reason for each.

    Reads this machine only and sends nothing.
    """
    from voicekit import _pipeline
    from voicekit.cli import _report

    planned = _pipeline.plan(_options.open_project(project, sets), via=via, select=select)
    if format_ == "json":
        _output.json(_report.plan_json(planned))
    else:
        rows = [row for row in _report.lines(planned) if show_all or row.action != "cached"]
        _output.table(
            [(SYMBOLS[row.action], row.file, row.characters, row.reason) for row in rows],
            colour=[COLOURS[row.action] for row in rows],
        )
        for text in _report.warnings(planned) if not quiet else ():
            _output.note(text, fg="yellow")
        _output.line(("\n" if rows else "") + _report.footer(planned))
    if detailed_exitcode and _report.pending(planned):
        ctx.exit(CHANGES)
