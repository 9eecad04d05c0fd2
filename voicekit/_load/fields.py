"""Reading one mapping of a file: typed fields, and a problem with file and line for each that does not fit."""

import difflib
import math
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from voicekit import _files, _language, _yaml
from voicekit import _limits as limits
from voicekit.errors import ConfigError, Place, Problems

NAME = re.compile(r"[A-Za-z0-9._-]+")
_BARE = "write digits alone, such as 0.95 or 8000: no quotes, no unit, no comma"


def kind(value: Any) -> str:
    """Name a value's type as a message says it."""
    names = {bool: "true or false", int: "a number", float: "a number", str: "text", type(None): "nothing"}
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else names.get(type(value), "something else")


def nearest(word: str, known: Iterable[str], *, none: str = "there is none to choose from") -> str:
    """Write a remedy that names the nearest known word, or all of them; `none` is the remedy where none is known."""
    choices = sorted(set(known))
    folded = {choice.casefold(): choice for choice in choices}
    near = difflib.get_close_matches(word, choices, 1, 0.6)
    if near or word.casefold() in folded:
        return f"did you mean `{near[0] if near else folded[word.casefold()]}`?"
    return f"known: {', '.join(choices)}" if choices else none


def plain(value: Any) -> Any:
    """Return a value from a file as plain dicts and lists."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def show(root: Path, relative: str) -> str:
    """Return a project file's name as the user would type it from here."""
    path = (root / relative).absolute()
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def is_written(path: str, problems: Problems, remedy: str = "rename it") -> bool:
    """Whether a path can be written into JSON and records; one that is not UTF-8 cannot, and is noted as a problem."""
    try:
        path.encode()
    except UnicodeEncodeError:
        shown = os.fsencode(path).decode(errors="backslashreplace")
        problems.add("is no path in UTF-8", place=Place(shown), remedy=remedy)
        return False
    return True


def read_yaml(root: Path, relative: str, limit: int, problems: Problems) -> Any:
    """Read a YAML file of the project; what is wrong with it is noted, and None returned."""
    name = show(root, relative)
    try:
        return _yaml.load(_files.read_text(root / relative, limit, name=name), name)
    except ConfigError as error:
        problems.extend(error.problems)
        return None


def is_file(path: Path) -> bool:
    """Whether a file is there; a name that the disk cannot even hold is not."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


class Fields:
    """One mapping, read field by field. `finish` notes every key that nobody asked for.

    `cells` says that the values are cells of a CSV file, where everything is text. `broken` says that a part of the
    mapping could not be read, so that what is missing may have been in there.
    """

    def __init__(
        self, data: Any, path: str, where: str, problems: Problems, *, line: int = 1, cells: bool = False
    ) -> None:
        self.path, self.where, self.problems, self.cells = path, where, problems, cells
        self._known: list[str] = []
        self.broken = data is not None and not isinstance(data, _yaml.Map)
        self.line = data.line if isinstance(data, _yaml.Map) else line
        self.bodies: Mapping[str, int] = data.bodies if isinstance(data, _yaml.Map) else {}
        if isinstance(data, _yaml.Map):
            self.data: Mapping[str, Any] = data
            self.lines: Mapping[str, int] = data.lines
            return
        self.data, self.lines = {}, {}
        if self.broken:
            problems.add(
                f"expected a mapping, found {kind(data)}",
                place=Place(path, line),
                where=where,
                remedy="write `key: value`",
            )

    def place(self, key: str | None = None) -> Place:
        """Return where a key stands, or the mapping itself."""
        return Place(self.path, (self.lines.get(key, self.line) if key else self.line) or None)

    def name(self, key: str) -> str:
        """Return the path of a key inside the file."""
        return f"{self.where}.{key}" if self.where else key

    def problem(self, key: str, message: str, remedy: str) -> None:
        """Note a problem with a key."""
        self.problems.add(message, place=self.place(key), where=self.name(key), remedy=remedy)

    def has(self, key: str) -> bool:
        """Whether the key is there with a value."""
        return self.data.get(key) is not None

    def take(self, key: str) -> Any:
        """Return a key's value as it is, or None."""
        self._known.append(key)
        return self.data.get(key)

    def text(self, key: str, *, required: bool = False, empty: bool = False) -> str | None:
        """Read text; blank text is a problem unless `empty`."""
        value = self.take(key)
        if value is None:
            if (required and not self.broken) or key in self.data:
                self.problem(
                    key, "is missing" if key not in self.data else "has no value", f"write `{key}: …`"
                )
            return None
        if not isinstance(value, str):
            self.problem(key, f"expected text, found {kind(value)}", "put it in quotes if it is text")
            return None
        if not value.strip() and not empty:
            self.problem(key, "is blank", "write something, or leave the key out")
            return None
        return value

    def word_key(self, key: str) -> None:
        """Check that a key can become part of a path."""
        if not is_name(key):
            self.problem(key, "is not a plain name", "use letters, digits, `.`, `_` and `-`")

    def boolean(self, key: str) -> bool | None:
        """Read true or false."""
        value = self.take(key)
        if value is None or isinstance(value, bool):
            return value
        self.problem(key, f"expected true or false, found {kind(value)}", "write true or false")
        return None

    def number(
        self,
        key: str,
        bounds: tuple[float, float] | None = None,
        unit: str = "",
        *,
        also: float | None = None,
    ) -> float | None:
        """Read a finite number inside `bounds`; `also` is one more value that is allowed."""
        value = self.take(key)
        if value is None:
            if key in self.data:
                self.problem(key, "has no value", "write a number, or leave the key out")
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.problem(key, f"expected a number, found {kind(value)}", _BARE)
            return None
        if not math.isfinite(value):
            self.problem(key, "is not a finite number", "write a plain number")
            return None
        if bounds and not bounds[0] <= value <= bounds[1] and value != also:
            low, high = (f"{bound:g}" for bound in bounds)
            self.problem(
                key, f"{value} is outside [{low}, {high}]{unit}", f"choose a value from {low} to {high}"
            )
            return None
        return value

    def integer(self, key: str, bounds: tuple[float, float] | None = None, unit: str = "") -> int | None:
        """Read a whole number."""
        value = self.number(key, bounds, unit)
        if value is None or (isinstance(value, int) or value.is_integer()):
            return None if value is None else int(value)
        self.problem(key, "is not a whole number", "write it without a fraction")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of texts."""
        return tuple(text for text, _ in self.items(key))

    def items(self, key: str) -> tuple[tuple[str, Place], ...]:
        """Read a list of texts, each with its place."""
        value = self.take(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.problem(key, f"expected a list, found {kind(value)}", f"write `{key}: [one, two]`")
            return ()
        found = []
        lines = value.lines if isinstance(value, _yaml.Seq) else [self.line] * len(value)
        for item, line in zip(value, lines, strict=True):
            place = Place(self.path, line)
            if isinstance(item, str) and item.strip():
                found.append((item, place))
            else:
                message, remedy = f"expected text, found {kind(item)}", "put it in quotes if it is text"
                self.problems.add(message, place=place, where=self.name(key), remedy=remedy)
        return tuple(found)

    def language(self, key: str) -> str | None:
        """Read a BCP-47 tag into its canonical case."""
        value = self.text(key)
        if value is None:
            return None
        try:
            return _language.canonical(value)
        except ValueError as error:
            self.problem(
                key,
                f"`{value[:40]}` {error}" if value.isprintable() else str(error),
                "see BCP-47: language-REGION",
            )
            return None

    def mapping(self, key: str) -> "Fields":
        """Read a mapping inside this one; it is empty where the key is missing."""
        return Fields(
            self.take(key), self.path, self.name(key), self.problems, line=self.lines.get(key, self.line)
        )

    def values(self, key: str) -> dict[str, Any]:
        """Read template values: plain data under names that Jinja can say."""
        inner = self.mapping(key)
        for name, value in inner.data.items():
            if not name.isidentifier():
                inner.problem(name, "is not a name that a template can use", "use letters, digits and `_`")
            elif not is_finite(value):
                inner.problem(name, "holds a number that is not finite", "write a plain number")
        return {name: plain(value) for name, value in inner.data.items()}

    def finish(self) -> None:
        """Note every key that was never asked for, with the nearest known one."""
        for key in self.data:
            if key not in self._known:
                self.problem(key, "unknown key", nearest(key, self._known))


def is_name(text: str) -> bool:
    """Whether a text can be one segment of a path on every platform that we support."""
    return bool(NAME.fullmatch(text)) and text not in {".", ".."} and len(text) <= limits.SEGMENT_LENGTH


def is_finite(value: Any) -> bool:
    """Whether no number in plain data is NaN or infinite."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(is_finite(item) for item in value.values())
    return all(is_finite(item) for item in value) if isinstance(value, list) else True
