"""`voicekit check`: what is wrong with the prompts, before money is spent; and mending what is safe to mend."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from voicekit.cli import _options, _output
from voicekit.cli._findings import FORMATS
from voicekit.model import Finding, Project

if TYPE_CHECKING:
    from voicekit._pipeline.scope import Scope

_RANKS = {"info": 0, "warning": 1, "error": 2}


@click.command(
    short_help="Find what is wrong with the prompts, before money is spent.",
    epilog="""\b
Examples:
  voicekit check
  voicekit check --fail-on warning --format github
  voicekit check --diff     # show what --fix would change""",
)
@_options.flags("project", "select", "exclude", "set")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", help="How to answer.")
@_options.flags("quiet")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    help="The least severity that fails.",
)
@click.option("--fix", is_flag=True, help="Mend what is safe, in the files; comments are kept.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.pass_context
def command(
    ctx: click.Context,
    project: str | None,
    select: str | None,
    exclude: str | None,
    sets: tuple[str, ...],
    format_: str,
    *,
    quiet: bool,
    fail_on: str,
    fix: bool,
    diff: bool,
) -> None:
    """Render every prompt and check it against what its vendor, voice and target take.

    Exits with 3 if there are findings of the severity that fails. `voicekit rule CODE` explains a code.
    """
    from voicekit import _pipeline
    from voicekit.cli import _findings, _mend

    if diff and (fix or format_ != "text"):
        raise click.UsageError("--diff shows a difference only; leave --fix and --format out")

    def fails(finding: Finding) -> bool:
        return _RANKS[finding.severity] >= _RANKS[fail_on]

    def look() -> tuple[Project, tuple[Finding, ...]]:
        opened = _options.open_project(project, sets)
        return opened, _pipeline.check(opened, select, exclude)

    opened, findings = look()
    if diff:
        for edit in _mend.wanted(opened, findings):
            click.echo(edit.diff(), nl=False)
    elif fix:
        opened, findings = _mend.mend(opened, findings, look)
    if not diff:
        _findings.show(findings, format_, fails=fails, quiet=quiet)
    chosen = _pipeline.scope(opened, select, exclude)
    _sum_up(_prompts(opened, chosen), findings, fails, quiet=quiet or format_ != "text", level=fail_on)
    if any(map(fails, findings)):
        ctx.exit(3)


def _prompts(project: Project, chosen: "Scope") -> int:
    """Count the prompts that are selected in some profile of their pack."""
    return sum(
        any(chosen.takes(pack, prompt, profile) for profile in pack.profiles)
        for pack in project.packs
        for prompt in pack.prompts
    )


def _sum_up(
    prompts: int,
    findings: Sequence[Finding],
    fails: Callable[[Finding], bool],
    *,
    quiet: bool,
    level: str,
) -> None:
    failing = sum(map(fails, findings))
    if failing:
        _output.note(f"{_output.amount(failing, 'finding')} at `{level}` or above")
    elif not quiet:
        _output.note(
            f"{_output.amount(prompts, 'prompt')} checked, {_output.amount(len(findings), 'finding')}"
        )
