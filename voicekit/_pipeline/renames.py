"""Renames: whether the id that a prompt had before is one that something was built under."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from voicekit import _lock
from voicekit._pipeline.reading import Rendered
from voicekit._pipeline.workplace import open_shelves
from voicekit.model import Finding, Project

CODE = "VK413"


def unknown(project: Project, rows: Iterable[Rendered]) -> Iterator[Finding]:
    """Find the prompts that are renamed from an id that never was; none where nothing was ever built."""
    renamed = {(row.pack.name, row.prompt.id): row.prompt for row in rows if row.prompt.moved is not None}
    built = _built(project) if renamed else {}
    for (pack, name), prompt in renamed.items():
        ids = built.get(pack, set())
        if not ids or ids & {name, prompt.moved}:
            continue
        near = get_close_matches(prompt.moved or "", ids, 1)
        hint = f"did you mean `{near[0]}`?" if near else "write the id that it had, or remove `moved`"
        message = f"nothing of pack {pack} was ever built as `{prompt.moved}`, so that nothing is renamed"
        yield Finding(CODE, "warning", prompt.place_of("moved"), message, hint)


def _built(project: Project) -> dict[str, set[str]]:
    """Return the ids that something was built under, by pack."""
    found: dict[str, set[str]] = {}
    for pack, prompt, *_ in _lock.read(Path(project.root)):
        found.setdefault(pack, set()).add(prompt)
    for pack, shelf in open_shelves(project).items():
        found.setdefault(pack, set()).update(prompt for prompt, _ in shelf.artefacts)
    return found
