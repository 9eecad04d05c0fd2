"""Mending text at its position: findings become fixes, and fixes become edited files. Imports the members and _sources.

A fix replaces some characters of one file and nothing else, so comments and layout stay. It is taken only if the file is still what
was read, and fixes that overlap wait for the next round.
"""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from attrs import evolve, frozen

from voicekit.checks._members import find
from voicekit.checks._sources import Source, Sources, read
from voicekit.model import Finding, Fix, Project


@frozen
class Edit:
    """One file before and after its fixes, with one line feed at the end of every line, and how many there were."""

    path: str
    before: str
    after: str
    fixes: int

    def diff(self) -> str:
        """Return the change as a unified diff."""
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True),
            self.after.splitlines(keepends=True),
            f"a/{self.path}",
            f"b/{self.path}",
        )
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )


def with_fixes(findings: Iterable[Finding], project: Project) -> tuple[Finding, ...]:
    """Give each finding the fix that its rule knows, if it knows one."""
    sources, checks = Sources(project), find()
    return tuple(
        _with_fix(finding, sources, project) if finding.code in checks else finding for finding in findings
    )


def _with_fix(finding: Finding, sources: Sources, project: Project) -> Finding:
    mend = find()[finding.code].mend
    source = sources.get(finding.place.path) if mend is not None and finding.fix is None else None
    if mend is None or source is None:
        return finding
    return evolve(finding, fix=mend(finding, source, project))


def edits(findings: Iterable[Finding], texts: Mapping[str, str] | None = None) -> tuple[Edit, ...]:
    """Apply the fixes of findings to the text of their files, without writing anything.

    Args:
        findings: Some have a fix.
        texts: The files as they are now; by default they are read.

    Returns:
        The files that change. A file that is not what it was when the fix was made is left out.
    """
    by_path: dict[str, dict[Fix, None]] = defaultdict(dict)
    for finding in findings:
        if finding.fix is not None:
            by_path[finding.fix.path][finding.fix] = None
    made = (_edit(path, tuple(fixes), texts) for path, fixes in sorted(by_path.items()))
    return tuple(edit for edit in made if edit is not None and edit.before != edit.after)


def _edit(path: str, fixes: tuple[Fix, ...], texts: Mapping[str, str] | None) -> Edit | None:
    source = read(path) if texts is None else Source(path, texts.get(path, ""))
    if source is None:
        return None
    fresh = (fix for fix in fixes if fix.seen == source.seen)
    spans = sorted(((_span(source, fix), fix) for fix in fresh), key=lambda pair: pair[0])
    parts, end, count = [], 0, 0
    for (start, stop), fix in spans:
        if start < end:
            continue
        parts += [source.text[end:start], fix.replacement]
        end, count = stop, count + 1
    return Edit(path, source.text, "".join([*parts, source.text[end:]]), count)


def _span(source: Source, fix: Fix) -> tuple[int, int]:
    start = source.starts[fix.line - 1] + fix.column - 1
    return start, start + fix.length
