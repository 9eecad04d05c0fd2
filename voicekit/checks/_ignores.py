"""What a project does not want to hear: severities, selections and ignores, of paths and in comments. Imports model.

A comment ``# voicekit: ignore[VK601]`` in YAML, or ``{# voicekit: ignore[VK601] #}`` in a template, speaks for its own line; alone on a
line it speaks for the next line that says something. On the line of a prompt it speaks for the whole prompt.
"""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import get_args

from attrs import evolve, field, frozen, mutable

from voicekit.checks._members import codes
from voicekit.checks._sources import Source, Sources
from voicekit.errors import Place
from voicekit.model import Finding, Project, Severity

UNUSED = "VK404"
_SEVERITIES: Mapping[str, Severity] = {severity: severity for severity in get_args(Severity)}
_WORD = "voicekit:"
_SAID = r"voicekit:[ \t]*ignore(?:\[(?P<codes>[^\]\n]*)\])?[^\n]*?"
_IN_YAML = re.compile(rf"(?:^|(?<=[\s{{]))#[ \t]*{_SAID}$", re.MULTILINE)
_IN_TEMPLATE = re.compile(rf"\{{#-?[ \t]*{_SAID}#\}}", re.MULTILINE)
_ONLY_COMMENT = re.compile(r"\s*(?:#.*|\{#.*#\}\s*)?")


def settle(
    findings: Iterable[Finding], project: Project, *, sources: Sources | None = None, unused: bool = False
) -> tuple[Finding, ...]:
    """Drop repetitions and what the project does not want to hear, lay its severities over the rules' own, and sort.

    An error that a vendor is known to answer with stays an error: a project can silence advice, not facts.

    Args:
        findings: What the checks found, at their own severities.
        project: Whose wishes count.
        sources: Its files, where they have been read already.
        unused: Report ignores that ignore nothing; only fair where everything was looked at.
    """
    wishes = _Wishes(project, sources or Sources(project))
    kept: dict[Finding, None] = {}
    for finding in dict.fromkeys(findings):
        heard = wishes.hear(finding)
        if heard is not None:
            kept[heard] = None
    if unused:
        kept.update(dict.fromkeys(filter(None, map(wishes.hear, wishes.unused()))))
    return tuple(sorted(kept, key=_position))


def _position(finding: Finding) -> tuple[str, int, int, str, str]:
    place = finding.place
    return place.path, place.line or 0, place.column or 0, finding.code, finding.message


def fits(code: str, patterns: Iterable[str]) -> bool:
    """Whether a code is one of these, some of which may be patterns such as ``VK6*``."""
    return any(fnmatchcase(code, pattern) for pattern in patterns)


def unknown(pattern: str) -> str | None:
    """Return a remedy for a code or pattern that fits no check, or None where it fits one."""
    known = codes()
    if any(fnmatchcase(code, pattern) for code in known):
        return None
    near = [] if set("*?[") & set(pattern) else difflib.get_close_matches(pattern.upper(), known, 1, 0.5)
    return (
        f"did you mean `{near[0]}`? `voicekit rule` lists all" if near else "`voicekit rule` lists all codes"
    )


@mutable
class _Ignore:
    """A wish not to hear of some codes, and what became of it."""

    codes: tuple[str, ...]
    place: Place
    path: str = "*"
    used: bool = False
    refused: set[str] = field(factory=set)


@frozen
class _Wishes:
    project: Project
    sources: Sources
    paths: list[_Ignore] = field(init=False)
    comments: Mapping[tuple[str, int], list[_Ignore]] = field(init=False)

    @paths.default
    def _make_paths(self) -> list[_Ignore]:
        return [_Ignore(one.codes, one.place, one.path) for one in self.project.ignored]

    @comments.default
    def _read_comments(self) -> Mapping[tuple[str, int], list[_Ignore]]:
        found: dict[tuple[str, int], list[_Ignore]] = defaultdict(list)
        for path in self.sources.paths():
            source = None if path.endswith(".csv") else self.sources.get(path)
            if source is not None and _WORD in source.text:
                for line, ignore in _comments(source):
                    found[path, line].append(ignore)
        if found:
            _spread(found, self.project)
        return found

    def hear(self, finding: Finding) -> Finding | None:
        """Return a finding as the project wants it, or None."""
        ignores = [one for one in self._about(finding) if fits(finding.code, one.codes)]
        if finding.severity == "error":
            for one in ignores:
                one.refused.add(finding.code)
            return finding
        wanted = self._severity(finding)
        if wanted is None:
            return None
        for one in ignores:
            one.used = True
        return None if ignores else evolve(finding, severity=wanted)

    def _severity(self, finding: Finding) -> Severity | None:
        """Return the severity that the project asks for; None is `off`. The longest pattern is the nearest."""
        if self.project.selected and not fits(finding.code, self.project.selected):
            return None
        stated = [pattern for pattern in self.project.severities if fnmatchcase(finding.code, pattern)]
        if not stated:
            return finding.severity
        return _SEVERITIES.get(self.project.severities[max(stated, key=len)])

    def _about(self, finding: Finding) -> Iterator[_Ignore]:
        yield from self.comments.get((finding.place.path, finding.place.line or 0), ())
        if self.paths:
            path = self.sources.relative(finding.place.path)
            yield from (one for one in self.paths if fnmatchcase(path, one.path))

    def unused(self) -> Iterator[Finding]:
        """Report each ignore that ignored nothing."""
        comments = {id(one): one for ignores in self.comments.values() for one in ignores}
        for one in [*self.paths, *comments.values()]:
            message, remedy = _wrong_with(one)
            if message:
                yield Finding(UNUSED, "warning", one.place, message, remedy)


def _wrong_with(ignore: _Ignore) -> tuple[str, str]:
    for pattern in ignore.codes:
        remedy = unknown(pattern)
        if remedy is not None:
            return f"no check is called `{pattern[:40]}`", remedy
    if not ignore.codes:
        return "an ignore names no code", "write `voicekit: ignore[VK304]`"
    named = ", ".join(ignore.codes)
    if ignore.refused and not ignore.used:
        errors = ", ".join(sorted(ignore.refused))
        return f"{errors} is an error here, which nothing silences", "mend the error, and remove the ignore"
    return ("", "") if ignore.used else (f"nothing here is found by {named}", "remove the ignore")


def _comments(source: Source) -> Iterator[tuple[int, _Ignore]]:
    """Yield the comments of a file with the line that each speaks for."""
    pattern = _IN_TEMPLATE if source.path.endswith(".j2") else _IN_YAML
    for match in pattern.finditer(source.text):
        own, column = source.position(match.start())
        line = own
        while line < len(source.lines) and _ONLY_COMMENT.fullmatch(source.lines[line - 1]):
            line += 1
        named = tuple(word.strip() for word in (match["codes"] or "").split(",") if word.strip())
        yield line, _Ignore(named, Place(source.path, own, column))


def _spread(comments: dict[tuple[str, int], list[_Ignore]], project: Project) -> None:
    """Let what is said on a prompt's first line count for all of its lines."""
    done: set[tuple[str, int]] = set()
    for prompt in (prompt for pack in project.packs for prompt in pack.prompts):
        start = (prompt.place.path, prompt.place.line or 0)
        if start in comments and start not in done:
            done.add(start)
            own = {*prompt.lines.values(), *prompt.lines_of("text"), *prompt.lines_of("ssml")}
            for line in sorted(own - {start[1]}):
                comments[start[0], line].extend(comments[start])
