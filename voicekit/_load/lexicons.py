"""Lexicons: the `.pls` files in `lexicons/` that a project, a pack or a profile names, each read once."""

from pathlib import Path, PurePosixPath

from attrs import evolve

from voicekit import _files, pls
from voicekit import _limits as limits
from voicekit._load.fields import Fields, is_file, nearest, show
from voicekit.errors import ConfigError, MarkupError, Place, Problem
from voicekit.model import Lexicon

FOLDER = "lexicons"
_KEY = "lexicons"


class Shelf:
    """The lexicons of one project, by the names that its files give them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._read: dict[str, Lexicon | None] = {}

    @property
    def lexicons(self) -> dict[str, Lexicon]:
        """All that were named and can be read."""
        return {name: found for name, found in self._read.items() if found is not None}

    def names(self, fields: Fields) -> tuple[str, ...]:
        """Read the key `lexicons` of a mapping. What is wrong with a name, or with its file, is noted and left out."""
        found: dict[str, None] = {}
        for item, place in fields.items(_KEY):
            wrong = self._not_a_lexicon(item)
            if wrong:
                message, remedy = wrong
                fields.problems.add(message, place=place, where=fields.name(_KEY), remedy=remedy)
                continue
            name = PurePosixPath(item).as_posix()
            if name not in self._read:
                self._read[name] = self._lexicon(name, fields)
            if self._read[name] is not None:
                found[name] = None
        return tuple(found)

    def _not_a_lexicon(self, name: str) -> tuple[str, str] | None:
        path, folder = PurePosixPath(name), self._root / FOLDER
        if path.is_absolute() or ".." in path.parts:
            return "leads out of lexicons/", "name a file in the project's folder lexicons/"
        if path.suffix != ".pls":
            return "is not a .pls file", "name a W3C pronunciation lexicon"
        if not is_file(folder / path):
            there = (found.relative_to(folder).as_posix() for found in folder.rglob("*.pls"))
            shown = f"{FOLDER}/{name[:80]}" if name.isprintable() else "of that name"
            return f"there is no file {shown}", nearest(name, there)
        if not (folder / path).resolve().is_relative_to(folder.resolve()):
            return "is a link that leads out of lexicons/", "copy the file into lexicons/"
        return None

    def _lexicon(self, name: str, fields: Fields) -> Lexicon | None:
        shown = show(self._root, f"{FOLDER}/{name}")
        try:
            text = _files.read_text(self._root / FOLDER / name, limits.FILE_BYTES, name=shown)
            return evolve(pls.parse(text), path=shown)
        except ConfigError as error:
            fields.problems.extend(error.problems)
        except MarkupError as error:
            fields.problems.extend(_in_file(problem, shown) for problem in error.problems)
        return None


def _in_file(problem: Problem, path: str) -> Problem:
    at = problem.place or Place("")
    return evolve(problem, place=Place(path, at.line, at.column))
