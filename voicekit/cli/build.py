"""`voicekit build`: make the files that are not there yet."""

import click

from voicekit.cli import INTERRUPTED, _options, _output


@click.command(
    epilog="""\b
Examples:
  voicekit build
  voicekit build --select tag:menu
  voicekit build --via 302ai           # asks the vendor, and costs money"""
)
@_options.flags("project", "select", "via", "set", "format", "quiet")
@click.option(
    "--fail-fast", is_flag=True, help="Stop at the first failure instead of going on with the rest."
)
@click.option("--concurrency", type=click.IntRange(1, 256), help="Requests under way at once.")
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
    fail_fast: bool,
    concurrency: int | None,
) -> None:
    """Make every file that is not there yet, and remove those that no prompt asks for any more.

    What was bought before is never bought again. Interrupt with ctrl-C: what is under way is finished and kept.
    """
    from voicekit import _pipeline
    from voicekit.cli import _report

    opened = _options.open_project(project, sets)
    with _output.progress(quiet=quiet) as bar:
        result = _pipeline.build(
            opened,
            via=via,
            select=select,
            fail_fast=fail_fast,
            concurrency=concurrency,
            on_plan=lambda planned: bar.start(_report.steps(planned)),
            on_done=lambda _: bar.step(),
        )
    if format_ == "json":
        _output.json(_report.result_json(result))
    elif not quiet:
        for text in _report.result_lines(result):
            _output.line(text)
    if result.interrupted:
        _output.note("interrupted; what was finished is kept, and `voicekit build` goes on from here")
        ctx.exit(INTERRUPTED)
    result.settle()
