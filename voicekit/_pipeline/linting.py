"""Check: what the rules, the renderer and the adapter found, at the severities that the project asks for."""

from collections.abc import Iterable, Iterator

from voicekit import _adapt, checks, providers
from voicekit._pipeline.reading import Reading, Rendered, render
from voicekit._render import uses
from voicekit.errors import FindingsError, Problems
from voicekit.model import Finding, Project


def check(project: Project, select: str | None = None) -> tuple[Finding, ...]:
    """Run every check over the selected prompts.

    Returns:
        What was found, by file and line, at the severities that the project asks for.

    Raises:
        RenderError: A template or value does not work, so that there is nothing to check.
    """
    return findings(project, render(project, select), select, unused=select is None)


def findings(
    project: Project, reading: Reading, select: str | None = None, *, unused: bool = False
) -> tuple[Finding, ...]:
    rows = [check_row(row) for row in reading.rows]
    profiles = profile_uses(project, {(row.pack.name, row.profile.name) for row in rows} if select else None)
    found = checks.look(project, rows, profiles, partial=select is not None)
    told = {finding.place for finding in found if finding.code.startswith("VK3")}
    changes = [change for row in reading.rows for change in _changes(row) if change.place not in told]
    entries = _unused_entries(project, reading) if select is None else ()
    return checks.settle(
        [*reading.findings, *uses.look(project), *found, *changes, *entries], project, unused=unused
    )


def _changes(row: Rendered) -> Iterator[Finding]:
    """Tell what adapting did, at the line that wrote the element."""
    for change in row.said.changes:
        place = row.speech.place_at(change.line, change.column)
        yield Finding(change.code, change.severity, place, change.message, _adapt.CODES[change.code].remedy)


def _unused_entries(project: Project, reading: Reading) -> tuple[Finding, ...]:
    used: _adapt.Entries = frozenset().union(*(row.said.used for row in reading.rows))
    refused: _adapt.Entries = frozenset().union(*(row.said.refused for row in reading.rows))
    return _adapt.unused(project.shelf.values(), used, refused)


def check_row(row: Rendered) -> checks.Row:
    """Return what checks look at of a rendered prompt."""
    provider = providers.get(row.profile.settings.provider or "")
    return checks.Row(
        pack=row.pack,
        prompt=row.prompt,
        profile=row.profile,
        speech=row.speech,
        asks=row.asks,
        text=row.text,
        provider=provider.name,
        capabilities=provider.capabilities,
        family=provider.family(row.asks[0].voice, row.asks[0].options),
        sizes=tuple(map(provider.size, row.asks)),
    )


def profile_uses(project: Project, wanted: set[tuple[str, str]] | None) -> Iterator[checks.ProfileUse]:
    for pack in project.packs:
        for profile in pack.profiles:
            if wanted is None or (pack.name, profile.name) in wanted:
                provider = providers.get(profile.settings.provider or "")
                family = provider.family(profile.settings.voice or "", profile.settings.options)
                yield checks.ProfileUse(project, pack, profile, provider.name, provider.capabilities, family)


def refuse_errors(findings: Iterable[Finding]) -> None:
    """Stop where a check found an error.

    Raises:
        FindingsError: With every error.
    """
    problems = Problems()
    for finding in findings:
        if finding.severity == "error":
            problems.add(f"{finding.code} {finding.message}", place=finding.place, remedy=finding.remedy)
    problems.settle(FindingsError)
