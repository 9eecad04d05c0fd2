"""Check: what the rules, the renderer and the adapter found, at the severities that the project asks for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from voicekit import _adapt, checks, providers, targets
from voicekit._pipeline.reading import Reading, Rendered, render
from voicekit._pipeline.recordings import outdated, refuse_missing
from voicekit._pipeline.renames import unknown
from voicekit._pipeline.scope import scope
from voicekit._render import uses
from voicekit.errors import FindingsError, Problems
from voicekit.model import Finding, Project, Shape


def check(project: Project, select: str | None = None, exclude: str | None = None) -> tuple[Finding, ...]:
    """Run every check over the selected prompts.

    Returns:
        What was found, by file and line, at the severities that the project asks for.

    Raises:
        RenderError: A template or value does not work, so that there is nothing to check.
        ConfigError: A recording is not there.
    """
    chosen = scope(project, select, exclude)
    reading = render(project, chosen)
    refuse_missing(project, reading.rows)
    return findings(project, reading, whole=chosen.whole, unused=chosen.whole)


def findings(project: Project, reading: Reading, *, whole: bool, unused: bool = False) -> tuple[Finding, ...]:
    """Return what is found in rendered prompts; `whole` says that these are all, `unused` asks for unused ignores too."""
    rows = [check_row(row) for row in reading.rows]
    profiles = profile_uses(
        project, {(row.pack.name, row.profile.name) for row in rows} if not whole else None
    )
    found = checks.look(project, rows, profiles, partial=not whole)
    entries = _unused_entries(project, reading) if whole else ()
    beside = [*outdated(project, reading.rows), *unknown(project, reading.rows)]
    told = [*reading.findings, *uses.look(project), *found, *beside, *entries]
    return checks.settle(told, project, unused=unused)


def _unused_entries(project: Project, reading: Reading) -> tuple[Finding, ...]:
    used: _adapt.Entries = frozenset().union(*(row.said.used for row in reading.rows))
    refused: dict[tuple[str, int], set[str]] = defaultdict(set)
    for row in reading.rows:
        for entry in row.said.refused:
            refused[entry].add(row.profile.name)
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
        shape=_shape(row.pack.target),
        changes=tuple(map(_change, row.said.changes)),
    )


def _change(change: _adapt.Change) -> checks.Change:
    remedy = _adapt.CODES[change.code].remedy
    return checks.Change(
        change.code, change.severity, change.message, remedy, change.line, change.column, change.attribute
    )


@cache
def _shape(target: str | None) -> Shape:
    return targets.get(target).shape if target else Shape()


def profile_uses(project: Project, wanted: set[tuple[str, str]] | None) -> Iterator[checks.ProfileUse]:
    for pack in project.packs:
        for profile in pack.profiles:
            if wanted is None or (pack.name, profile.name) in wanted:
                provider = providers.get(profile.settings.provider or "")
                family = provider.family(profile.settings.voice or "", profile.settings.options)
                yield checks.ProfileUse(
                    project, pack, profile, provider.name, provider.capabilities, family, _shape(pack.target)
                )


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


def warned(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield the findings that warn, as lines of a plan: those of one rule on one line as the first of them and a count.

    A prompt with `each:` can stand for 10,000 of them. `check` tells all, and those that only inform.
    """
    groups: dict[tuple[str, int | None, str], list[Finding]] = {}
    for finding in findings:
        if finding.severity == "warning":
            groups.setdefault((finding.place.path, finding.place.line, finding.code), []).append(finding)
    for first, *others in groups.values():
        more = f" (and {len(others):,} more like it; see `voicekit check`)" if others else ""
        yield f"{first.place}: {first.severity} {first.code} {first.message}{more}"
