"""Examples of rules as small projects: the language of *Bad* and *Good*, and what every check promises.

An example is a few parts, each a line that ends in a colon and the indented lines below it:

    prompts:           rows of the prompt list
    profile:           settings of the profile `en`, over a plain English one; `profile es:` is another of the same pack
    pack:              keys of the one pack
    project:           keys of voicekit.yaml
    template hello:    templates/hello.ssml.j2, with empty front matter if it has none, and a prompt that says it
    a/path.yaml:       any other file, as it is

What is not stated is filled in. A line that ends in ``←`` (words may follow) is where a finding stands; the arrow and what
follows are cut before the file is written.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import Factory, frozen

import voicekit
from kit.projects import write
from voicekit import checks
from voicekit.checks import Check
from voicekit.model import Finding

Line = tuple[str, int]
_PART = re.compile(r"(?P<head>\S[^\n]*):\n(?P<body>(?:[ \t]+[^\n]*\n|[ \t]*\n)*)")
_MARK = re.compile(r"[ \t]*←.*$")
_EMPTY = "---\n---\n"
_PLAIN = {
    "provider": "google",
    "language": "en-US",
    "voice": "en-US-Neural2-F",
    "encoding": "LINEAR16",
}


@frozen
class Example:
    """A project's files, and the lines that were marked."""

    files: Mapping[str, str]
    marked: frozenset[Line] = Factory(frozenset)


def read(text: str) -> Example:
    """Read an example into files."""
    parts = list(_parts(text))
    files: dict[str, str] = {}
    rows, pack, project, profiles, said = "", "", "", {}, []
    for head, body in parts:
        kind, _, name = head.partition(" ")
        if head == "prompts":
            rows += body
        elif head == "pack":
            pack += _indented(body, 4)
        elif head == "project":
            project += body
        elif kind == "profile":
            profiles[name or "en"] = body
        elif kind == "template":
            files[f"templates/{name}.ssml.j2"] = body if body.startswith("---") else _EMPTY + body
            said.append(name)
        else:
            files[head] = body
    rows = rows or "".join(f"- {{id: {name}, script: {name}}}\n" for name in said)
    profiles = profiles or {"en": ""}
    for name, body in profiles.items():
        files[f"profiles/{name}.yaml"] = _over_plain(body)
    files.setdefault("prompts.yaml", f"prompts:\n{_indented(rows or '- {id: hello, text: Hello.}', 2)}")
    keys = f"{pack}" + "".join(
        f"    {key}: {value}\n"
        for key, value in (("prompts", "prompts.yaml"), ("profiles", f"[{', '.join(profiles)}]"))
        if not re.search(rf"^ +{key}:", pack, re.MULTILINE)
    )
    files.setdefault("voicekit.yaml", f"name: example\npacks:\n  phone:\n{keys}{project}")
    return _cut(files)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    end = 0
    whole = f"{text.rstrip()}\n"
    for part in _PART.finditer(whole):
        assert not whole[end : part.start()].strip(), (
            f"not a part of an example: {whole[end : part.start()]!r}"
        )
        end = part.end()
        indent = re.match(r"[ \t]*", part["body"].lstrip("\n"))
        assert indent is not None
        lines = part["body"].rstrip("\n").split("\n")
        yield part["head"], "".join(f"{line.removeprefix(indent.group())}\n" for line in lines)
    assert end == len(whole), f"not a part of an example: {whole[end:]!r}"


def _indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}" if line.strip() else line for line in text.splitlines(keepends=True))


def _over_plain(body: str) -> str:
    """Put a plain profile's settings before those that the example states, unless it extends another."""
    stated = set(re.findall(r"^([a-z_]+):", body, re.MULTILINE))
    plain = {} if "extends" in stated else _PLAIN
    return "".join(f"{key}: {value}\n" for key, value in plain.items() if key not in stated) + body


def _cut(files: Mapping[str, str]) -> Example:
    cut, marked = {}, set()
    for name, text in files.items():
        lines = text.split("\n")
        marked |= {(name, number) for number, line in enumerate(lines, 1) if _MARK.search(line)}
        cut[name] = "\n".join(_MARK.sub("", line) for line in lines)
    return Example(cut, frozenset(marked))


def found(root: Path, text: str) -> tuple[Finding, ...]:
    """Make an example's project and return all that is found in it, with the fixes that rules know."""
    write(root, read(text).files)
    project = voicekit.load(root)
    return checks.with_fixes(voicekit.check(project), project)


def lines(root: Path, findings: Iterable[Finding], code: str) -> set[Line]:
    """Return where findings of a code stand, by file below the root and line."""
    return {
        (finding.place.path.removeprefix(f"{root}/"), finding.place.line or 0)
        for finding in findings
        if finding.code == code
    }


def conforms(check: Check, root: Path) -> None:
    """Fail where a rule's page is not whole, or its examples are not true."""
    page = checks.rule(check.code)
    assert re.fullmatch(r"VK[1-9][0-9]{2}", check.code)
    assert check.name
    examples = () if _is_page(check) else (page.bad, page.good)
    for part in (page.title, page.what, page.why, page.fix, *examples):
        assert part, f"{check.code} lacks a section: What, Why, Fix, Bad and Good are all needed"
    for number, example in enumerate(page.bad):
        _fires(check, root / f"bad{number}", example)
    for number, example in enumerate(page.good):
        where = root / f"good{number}"
        fired = [finding for finding in found(where, example) if finding.code == check.code]
        assert not fired, f"{check.code}: a Good example is found fault with: {fired}\n{example}"


def _is_page(check: Check) -> bool:
    """Whether a check looks at nothing: a stage raises it, perhaps only for a wire that no example can show."""
    return check == Check(check.code, check.name, mend=check.mend)


def _fires(check: Check, root: Path, example: str) -> None:
    marked = read(example).marked
    findings = found(root, example)
    assert marked, f"{check.code}: a Bad example marks no line with ←:\n{example}"
    assert lines(root, findings, check.code) == marked, f"{check.code} in\n{example}\ngave {findings}"
    for finding in findings:
        if finding.code == check.code:
            assert finding.remedy
            assert "\n" not in finding.message
    if check.mend is not None:
        _mends(check, root, findings)


def _mends(check: Check, root: Path, findings: Iterable[Finding]) -> None:
    """What a rule mends is mended at once: nothing of it is left to mend, and the project still loads."""
    mine = [finding for finding in findings if finding.code == check.code and finding.fix is not None]
    for edit in checks.edits(mine):
        Path(edit.path).write_text(edit.after, encoding="utf-8")
    project = voicekit.load(root)
    again = checks.with_fixes(voicekit.check(project), project)
    assert not [finding for finding in again if finding.code == check.code and finding.fix is not None]
    left = [finding for finding in again if finding.code == check.code]
    assert not (mine and left), f"{check.code}: a fix leaves the finding: {left}"
