"""`voicekit doctor`: whether this machine can do what voicekit promises."""

import click

from voicekit.cli import _options, _output

_COLOURS = {"ok": "green", "note": "yellow", "fail": "red"}


@click.command(
    short_help="Tell whether this machine can do all that.", epilog="\b\nExample:\n  voicekit doctor"
)
@_options.flags("project", "format")
@click.pass_context
def command(ctx: click.Context, project: str | None, format_: str) -> None:
    """Try the engine, every encoder, the project and its endpoints, and say what is missing.

    Exits with 7 if something that is needed does not work. Sends nothing.
    """
    from voicekit.cli import _doctor

    rows = _doctor.examine(project)
    if format_ == "json":
        _output.json({"schema": "voicekit.doctor/1", "checks": [
            {"name": row.name, "state": row.state, "detail": row.detail} for row in rows
        ]})  # fmt: skip
    else:
        _output.table(
            [(row.state, row.name, row.detail) for row in rows], colour=[_COLOURS[row.state] for row in rows]
        )
    if any(row.state == "fail" for row in rows):
        _output.note("something that voicekit needs does not work here")
        ctx.exit(7)
