"""What a plan came to when there was nothing to do, so that the next one need not render 100,000 prompts to say so again.

::

    .voicekit/memo/rows.jsonl       the plan's rows, all of them cached
    .voicekit/memo/findings.json    what the checks found
    .voicekit/memo/memo.json        what both rest on, and what there is to say beside them

It rests on the content of every file that a plan reads, on the flags, on the versions of all that writes or speaks words, and on
the records of the last build. Files of sound are looked at each time, by name and size. Whatever does not fit is not
explained: the plan is then made from nothing.
"""

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from voicekit import _embedded, _files, _lock, _plan, _wire
from voicekit import _limits as limits
from voicekit._keep import JOURNALS, MANIFEST, RESULTS
from voicekit._load.project import FILE
from voicekit._pipeline.linting import warned
from voicekit._pipeline.origins import versions
from voicekit._pipeline.saved import Asked
from voicekit._pipeline.workplace import STATE
from voicekit.errors import ConfigError, HostError
from voicekit.model import Artefact, Finding, Plan, Project

_FOLDER = f"{STATE}/memo"
_MEMO, _ROWS, _FINDINGS = f"{_FOLDER}/memo.json", f"{_FOLDER}/rows.jsonl", f"{_FOLDER}/findings.json"
_SCHEMA = "voicekit.memo/2"
_FOLDERS = ("profiles", "templates", "lexicons")
_SILENT = {"requests": 0, "characters_billed": 0, "price": 0.0, "unpriced": 0, "families": []}


@frozen
class Memo:
    """A plan with nothing to do, as it was noted.

    Attributes:
        basis: SHA-256 of what it rests on.
        lists: The prompt lists and recordings that the project names, beside its own folders.
        files: The size of each file of the build and of the memo, by folder and name.
        warnings: What the checks warn of, as lines.
        built: Whether a build noted it, which also wrote every record. A plan leaves those as it finds them.
    """

    root: Path
    project: str
    basis: str
    lists: tuple[str, ...]
    files: Mapping[str, Mapping[str, int]] = field(repr=False)
    summary: Mapping[str, Any]
    warnings: tuple[str, ...]
    built: bool

    @property
    def count(self) -> int:
        """How many files there are."""
        return sum(self.summary["files"].values())

    def rows(self) -> Iterator[bytes]:
        """Return the plan's rows, each as a line of JSON."""
        with (self.root / _ROWS).open("rb") as lines:
            for line in lines:
                yield line.rstrip(b"\n")

    def findings(self) -> tuple[Finding, ...]:
        """Return what the checks found."""
        data = _wire.parse((self.root / _FINDINGS).read_bytes())
        return tuple(_wire.from_plain(one, Finding, path=_FINDINGS) for one in data)


def recall(root: Path, asked: Asked, *, built: bool = False) -> Memo | None:
    """Return the last plan if it had nothing to do and nothing has changed since; with `built` only if a build noted it."""
    if asked.sets:
        return None
    try:
        data = _wire.parse(_files.read_below(root, _MEMO, limits.PLAN_BYTES))
        if not isinstance(data, dict) or data.pop("schema", None) != _SCHEMA:
            return None
        memo = evolve(_wire.from_plain({**data, "root": ""}, Memo, path=_MEMO), root=root)
        if built and not (memo.built and (root / RESULTS).is_file()):
            return None
        return memo if memo.basis == _basis(root, asked, memo.lists) and _is_whole(root, memo.files) else None
    except (ConfigError, HostError, ValueError, OSError):
        return None


def remember(
    project: Project, planned: Plan, asked: Asked, artefacts: Iterable[Artefact], *, built: bool
) -> None:
    """Note a plan that has nothing to do; one that has is forgotten.

    A disk that does not take it is no reason to stop.
    """
    if project.overlaid:
        return  # what the command line lays over everything is not part of what a memo rests on
    root = Path(project.root)
    lists = _lists(project, planned)
    try:
        if _plan.pending(planned):
            _files.remove(root, _MEMO)
            return
        rows = b"".join(_wire.compact(row) + b"\n" for row in _plan.plain_rows(planned))
        findings = _wire.compact(_wire.to_plain([evolve(finding, fix=None) for finding in planned.findings]))
        sizes = {**dict(_sizes(root, planned, artefacts)), _ROWS: len(rows), _FINDINGS: len(findings)}
        memo = {
            "schema": _SCHEMA,
            "project": planned.project,
            "basis": _basis(root, asked, lists),
            "lists": lists,
            "files": _by_folder(sizes),
            "summary": {**_plan.summary(planned), **_SILENT},
            "warnings": list(warned(planned.findings)),
            "built": built,
        }
        _files.remove(root, _MEMO)
        _files.write(root, _ROWS, rows)
        _files.write(root, _FINDINGS, findings)
        _files.write(root, _MEMO, _wire.compact(memo))
    except (HostError, ConfigError, KeyError, OSError):
        return


def forget(root: Path) -> None:
    """Drop what was noted."""
    _files.remove(root, _MEMO)


def _lists(project: Project, planned: Plan) -> tuple[str, ...]:
    names = {prompt.place.path for pack in project.packs for prompt in pack.prompts}
    relative = {os.path.relpath(Path(name).absolute(), Path(project.root).absolute()) for name in names}
    return tuple(sorted(relative | {row.recording for row in planned.requests if row.recording}))


def _sizes(root: Path, planned: Plan, artefacts: Iterable[Artefact]) -> Iterator[tuple[str, int]]:
    """Return each file that a plan asks for, with its size; what lies beside a sound, such as captions, as it is now."""
    asked = {row.file for row in planned.requests}
    for row in artefacts:
        folder = f"{_plan.BUILD}/{row.pack}"
        if f"{folder}/{row.file}" in asked:
            yield f"{folder}/{row.file}", row.size
            yield from ((f"{folder}/{name}", (root / folder / name).stat().st_size) for name in row.captions)


def _by_folder(files: Mapping[str, int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for path, size in files.items():
        folder, _, name = path.rpartition("/")
        found.setdefault(folder, {})[name] = size
    return found


def _basis(root: Path, asked: Asked, lists: Iterable[str]) -> str:
    """Return what a plan rests on, in one digest."""
    inputs = {FILE, *lists, *(path for folder in _FOLDERS for path in _below(root, folder))}
    manifests = (f"{_plan.BUILD}/{name}/{MANIFEST}" for name in _packs(root))
    records = [
        _lock.FILE,
        *manifests,
        *_below(root, JOURNALS),
    ]  # a journal, because a killed build may have changed a file
    return _wire.digest(
        _wire.canonical(
            {
                "asked": _wire.to_plain(asked),
                "inputs": {path: _wire.digest((root / path).read_bytes()) for path in sorted(inputs)},
                "records": {path: _stamp(root / path) for path in records},
                "voice": _embedded.source(),
                "versions": {**versions(), "python": sys.version.split()[0], "voicekit": _own()},
            }
        )
    )


def _below(root: Path, folder: str) -> Iterator[str]:
    for place, _, names in os.walk(root / folder):
        relative = os.path.relpath(place, root)
        yield from (f"{relative}/{name}" for name in names)


def _packs(root: Path) -> list[str]:
    folder = root / _plan.BUILD
    return [path.name for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []


def _stamp(path: Path) -> str:
    """Return size and time of a record; the files that it speaks of are looked at anyway."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_size} {status.st_mtime_ns}"


@cache
def _own() -> str:
    """Return what changes when this package does, in a checkout too."""
    package = Path(__file__).parent.parent
    stamps = sorted((str(path.relative_to(package)), _stamp(path)) for path in package.rglob("*.py"))
    return _wire.digest(repr(stamps).encode())


def _is_whole(root: Path, files: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether every file of sound is there with its size."""
    for folder, sizes in files.items():
        whole = 0
        with os.scandir(root / folder) as entries:
            for entry in entries:
                size = sizes.get(entry.name)
                if size is None:
                    continue
                status = entry.stat(follow_symlinks=False)
                if status.st_size != size or not stat.S_ISREG(status.st_mode):
                    return False
                whole += 1
        if whole != len(sizes):
            return False
    return True
