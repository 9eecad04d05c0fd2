"""Where a project keeps what it built: the packs' folders, the store, the lock file, and what they say of the last build."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from voicekit import _files, _lock, _plan
from voicekit._keep import Shelf, packs_built
from voicekit._store import Store, open_remote
from voicekit.errors import HostError
from voicekit.model import Artefact, Locked, Project

STATE = ".voicekit"
_UNDERWAY = f"{STATE}/underway"


@contextlib.contextmanager
def underway(root: Path) -> Iterator[None]:
    """Leave a note while something is written, and first sweep up after a run whose note is still there: it was killed.

    Hold the project's lock.

    Raises:
        HostError: The disk refuses.
    """
    if _files.look(root, _UNDERWAY) is not None:
        _files.sweep(root, deep=False)
        for folder in (_plan.BUILD, STATE):
            _files.sweep(root / folder)
    _files.append(root, _UNDERWAY, b"")
    try:
        yield
    finally:
        with contextlib.suppress(HostError):
            _files.remove(root, _UNDERWAY)


def open_shelves(project: Project) -> dict[str, Shelf]:
    """Open the folder of each pack that there is or was."""
    root = Path(project.root)
    names = {pack.name for pack in project.packs} | set(packs_built(root, _plan.BUILD))
    return {name: Shelf(root, _plan.BUILD, name) for name in sorted(names)}


def open_store(project: Project, *, remote: bool = False) -> Store:
    """Open what was bought on this machine, and with `remote` what others share.

    Raises:
        ConfigError: The shared store cannot be opened.
    """
    root = Path(project.root)
    shared = open_remote(project.store, root) if remote and project.store is not None else None
    return Store(root / STATE / "store", shared)


def last_state(project: Project, shelves: Mapping[str, Shelf], *, verify: bool = False) -> _plan.LastState:
    """Return what an earlier build left.

    Args:
        project: The project.
        shelves: Its packs' folders.
        verify: Read each file that is there, and not its size only.

    Raises:
        ConfigError: A record of it is damaged, or of a newer version.
    """
    store = open_store(project)
    there = store.inventory()

    def bought(key: str) -> _plan.Bought | None:
        record = store.find(key)
        return _plan.Bought(record.request, record.origin) if record else None

    artefacts = {
        (name, prompt, profile): artefact
        for name, shelf in shelves.items()
        for (prompt, profile), artefact in shelf.artefacts.items()
    }
    return _plan.LastState(
        artefacts=artefacts,
        has=there.__contains__,
        bought=bought,
        whole=lambda pack, artefact: shelves[pack].whole(artefact, verify=verify),
        locked=_locked(Path(project.root), artefacts.values()),
    )


def _locked(root: Path, artefacts: Iterable[Artefact]) -> dict[_lock.LockKey, Locked]:
    """Return what the lock file says, and where it says nothing what the manifests of this machine do.

    A row that both have is kept once: with 100,000 prompts twice would be felt.
    """
    here = {_lock.key_of(row): row for row in map(locked, artefacts)}
    return {**here, **{key: row for key, row in _lock.read(root).items() if here.get(key) != row}}


def locked(artefact: Artefact) -> Locked:
    """Return what the lock file says of a file."""
    return Locked(
        pack=artefact.pack,
        prompt=artefact.id,
        profile=artefact.profile,
        locale=artefact.locale,
        provider=artefact.provider,
        source=artefact.source,
        key=artefact.key,
        request_key=artefact.request_key,
        digest=artefact.digest,
        duration=artefact.duration,
        text=artefact.text,
        pieces=artefact.pieces,
    )
