"""`voicekit check`: what is wrong with the prompts, before money is spent."""

import click

from voicekit.cli import _options, _output


@click.command(
    epilog="""\b
Examples:
  voicekit check
  voicekit check --fail-on warning --format json"""
)
@_options.flags("project", "select", "set", "format", "quiet")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    help="The least severity that fails.",
)
@click.pass_context
def command(
    ctx: click.Context,
    project: str | None,
    select: str | None,
    sets: tuple[str, ...],
    format_: str,
    *,
    quiet: bool,
    fail_on: str,
) -> None:
    """Render every prompt and check it against what its vendor, voice and target take.

    Exits with 3 if there are findings of the severity that fails.
    """
    from voicekit import _pipeline
    from voicekit.cli import _report

    opened = _options.open_project(project, sets)
    findings = _pipeline.check(opened, select)
    if format_ == "json":
        _output.json(_report.findings_json(findings))
    for finding in findings if format_ == "text" else ():
        severity = click.style(finding.severity, fg=_output.SEVERITY_COLOURS[finding.severity])
        _output.line(f"{finding.place}: {severity} {finding.code} {finding.message}")
        if not quiet:
            _output.line(f"    → {finding.remedy}", fg="green")
    failing = [finding for finding in findings if finding.severity == "error" or finding.severity == fail_on]
    if failing:
        _output.note(f"{_output.amount(len(failing), 'finding')} at `{fail_on}` or above")
        ctx.exit(3)
    if format_ == "text" and not quiet:
        prompts = sum(len(pack.prompts) for pack in opened.packs)
        _output.note(
            f"{_output.amount(prompts, 'prompt')} checked, {_output.amount(len(findings), 'finding')}"
        )
