"""Prune: files and bought sounds that nothing asks for any more. Only what voicekit made is ever removed."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from attrs import frozen

from voicekit import _files, _lock, _plan
from voicekit._keep import Shelf
from voicekit._pipeline.planning import plan
from voicekit._pipeline.workplace import STATE, last_state, open_shelves, open_store
from voicekit.model import Artefact, Plan, Project

_LOCK_SECONDS = 10.0


@frozen
class Prunable:
    """What can go.

    Attributes:
        files: Of the build, below the project.
        left: Those of them that are no longer what voicekit wrote, and stay.
        sounds: Keys of bought sounds that neither the plan nor the lock file names, as it is before anything is removed.
        bytes: What those sounds take on the disk.
    """

    files: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()
    bytes: int = 0


def prune(
    project: Project, *, via: str | None = None, sounds: bool = False, remove: bool = False
) -> Prunable:
    """List what nothing asks for any more, and remove it if that is asked.

    Args:
        project: A loaded project.
        via: As `plan`.
        sounds: Bought sounds too. They may be asked for again by an older version of the project, and cost money then.
        remove: Remove it.

    Raises:
        FindingsError: As `plan`.
        ConfigError: As `plan`.
        HostError: The disk, or a build that holds the lock.
    """
    root = Path(project.root)
    if not remove:
        return _find(project, via, sounds=sounds, remove=False)
    _files.make_folder(root, STATE)
    with _files.lock(root / STATE / "lock", timeout=_LOCK_SECONDS):
        return _find(project, via, sounds=sounds, remove=True)


def _find(project: Project, via: str | None, *, sounds: bool, remove: bool) -> Prunable:
    planned = plan(project, via=via)
    shelves = open_shelves(project)
    # Before the lock file is written anew: what is listed is then what is removed.
    unused = _unused(project, shelves, {row.key for row in planned.requests}) if sounds else ()
    gone: list[str] = []
    left: list[str] = []
    for row in planned.prune:
        file = row.file.removeprefix(f"{_plan.BUILD}/{row.pack}/")
        ours = shelves[row.pack].remove(file) if remove else shelves[row.pack].is_ours(file)
        (gone if ours else left).append(row.file)
    for name, shelf in shelves.items():
        for file in strays(planned, shelf, shelf.artefacts.values()):
            ours = shelf.remove(file) if remove else shelf.is_ours(file)
            (gone if ours else left).append(f"{_plan.BUILD}/{name}/{file}")
    if remove and (gone or left):
        asked = {(row.pack, row.prompt, row.profile) for row in planned.requests}
        for name, shelf in shelves.items():
            shelf.save(row for key, row in shelf.artefacts.items() if (name, *key) in asked)
        rows = {key: row for key, row in _lock.read(Path(project.root)).items() if key[:3] in asked}
        _lock.write(Path(project.root), rows)
    freed = open_store(project).unused(unused, remove=remove)
    return Prunable(tuple(gone), tuple(left), unused, freed)


def strays(planned: Plan, shelf: Shelf, artefacts: Iterable[Artefact]) -> list[str]:
    """Return files of a pack that a killed build wrote, and that no prompt of a whole plan asks for any more.

    Args:
        planned: The plan, of every prompt of the project.
        shelf: The pack's folder.
        artefacts: The rows that its manifest has, or is about to have.
    """
    from voicekit._run.writing import names

    files = shelf.strays(artefacts)
    if files:
        files -= {name for row in planned.requests if row.pack == shelf.pack for name in names(row)}
    return sorted(files)


def _unused(project: Project, shelves: Mapping[str, Shelf], planned: set[str]) -> tuple[str, ...]:
    last = last_state(project, shelves)
    named = planned | {key for row in last.locked.values() for key in row.sounds}
    return tuple(key for key in sorted(open_store(project).inventory()) if key not in named)
