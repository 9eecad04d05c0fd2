"""`voicekit render`: what each prompt says, as it would be sent."""

import click

from voicekit.cli import _options, _output


@click.command(
    short_help="Print what each prompt says, as it would be sent.",
    epilog="""\b
Examples:
  voicekit render --select id:queue/*
  voicekit render --select profile:telephony-es --set company='Clínica Sur'""",
)
@_options.flags("project", "select", "exclude", "set", "format")
def command(
    project: str | None, select: str | None, exclude: str | None, sets: tuple[str, ...], format_: str
) -> None:
    """Print the text or SSML of every prompt in every profile that speaks its language."""
    from voicekit import _pipeline
    from voicekit.cli import _report

    opened = _options.open_project(project, sets)
    reading = _pipeline.render(opened, _pipeline.scope(opened, select, exclude))
    _pipeline.refuse_errors(reading.findings)
    if format_ == "json":
        _output.json(_report.render_json(reading))
        return
    if not reading.rows:
        _output.note("nothing to say: nothing is selected, or all of it is left out (see `voicekit check`)")
    for row in reading.rows:
        _output.line(f"{row.pack.name}/{row.prompt.id}  {row.profile.name}", fg="cyan")
        for ask in row.asks:
            _output.line(f"  {ask.content}")
