"""Where a project keeps what it built: the packs' folders, the store, and what both say of the last build."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from voicekit import _plan
from voicekit._keep import Shelf, packs_built
from voicekit._store import Store
from voicekit.model import Project

STATE = ".voicekit"


def open_shelves(project: Project) -> dict[str, Shelf]:
    root = Path(project.root)
    names = {pack.name for pack in project.packs} | set(packs_built(root, _plan.BUILD))
    return {name: Shelf(root, _plan.BUILD, name) for name in sorted(names)}


def open_store(project: Project) -> Store:
    return Store(Path(project.root) / STATE / "store")


def last_state(project: Project, shelves: Mapping[str, Shelf]) -> _plan.LastState:
    store = open_store(project)

    def request(key: str) -> Mapping[str, Any] | None:
        record = store.find(key)
        return record.request if record else None

    artefacts = {
        (name, prompt, profile): artefact
        for name, shelf in shelves.items()
        for (prompt, profile), artefact in shelf.artefacts.items()
    }
    return _plan.LastState(
        artefacts=artefacts,
        bought=lambda key: store.find(key) is not None,
        request=request,
        whole=lambda pack, artefact: shelves[pack].whole(artefact),
    )
