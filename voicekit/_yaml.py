"""The YAML parser: strict core schema, bounded, with the line of every key. Imports errors and _limits.

A document becomes plain data, except that mappings and lists remember their lines. JSON is read as the YAML that it is.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import yaml

from voicekit import _limits as limits
from voicekit.errors import ConfigError, Place

# The C parser where PyYAML was built with it, as all of its wheels are; both give the same events.
_Parser: Any = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMERIC = re.compile(r"[-+.0-9]")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = {
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_DIGITS = 200  # of a number; also in hexadecimal it then fits a double

# What no text can hold; and what JSON may hold as it is, where the parser refuses it or breaks the line.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNREAD = re.compile("[\u007f-\u009f\u2028\u2029]")
_STAND_INS = range(0xE000, 0xF900)  # private use

_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_TABBED = re.compile(r" *\t")
# Comments and single quotes are taken whole, so that a double quote inside them opens nothing.
_QUOTED = re.compile(
    r"""(?:^|(?<=[\s,:\[{]))(?:\#[^\n]*|'[^']*+(?:''[^']*+)*+'|(?P<double>"[^"\\]*+(?:\\.[^"\\]*+)*+"))""",
    re.DOTALL,
)
_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


_NO_BODIES: Mapping[str, int] = MappingProxyType({})


class Map(dict[str, Any]):
    """A mapping that knows the line on which it starts, the line of each of its keys, and those on which literal blocks begin."""

    __slots__ = ("bodies", "line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.bodies: Mapping[str, int] = _NO_BODIES

    def note_body(self, key: str, line: int) -> None:
        """Note on which line a key's literal block begins. Most mappings have none, and a list of prompts is many mappings."""
        if not isinstance(self.bodies, dict):
            self.bodies = {}
        self.bodies[key] = line


class Seq(list[Any]):
    """A list that knows the line on which it starts and the line of each of its items."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


def load(text: str, path: str, *, first_line: int = 1) -> Any:
    """Read one YAML document.

    Args:
        text: The document.
        path: The file's name for errors.
        first_line: The line of the file on which `text` starts.

    Returns:
        Plain data; mappings are `Map` and lists are `Seq`. An empty document is None.

    Raises:
        ConfigError: Not YAML, or YAML that we refuse: aliases, tags, duplicate keys, deep nesting, a second document.
    """
    return _Builder(path, first_line).run(text)


def scalar(text: str) -> Any:
    """Resolve a plain scalar by YAML 1.2's core schema.

    Raises:
        ValueError: A number too long to be meant.
    """
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if not _NUMERIC.match(text):
        return text
    if len(text) > _DIGITS and any(form.fullmatch(text) for form in (_INTEGER, _FLOAT, _BASED)):
        raise ValueError(f"a number of {len(text):,} characters")
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    return _SPECIAL.get(text, text)


def _as_yaml(text: str) -> str:
    """Bridge the two places where the parser does not take JSON: tabs that indent, and surrogate pairs."""
    if text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}:
        text = _INDENT.sub(lambda blank: " " * len(blank.group()), text)
    return _QUOTED.sub(_without_pairs, text) if "\\u" in text else text


def _without_pairs(quoted: re.Match[str]) -> str:
    return _PAIR.sub(_one_character, quoted.group()) if quoted["double"] else quoted.group()


def _one_character(pair: re.Match[str]) -> str:
    high, low = int(pair[2], 16), int(pair[3], 16)
    return f"{pair[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


def _lines_from(text: str, mark: Any) -> list[str]:
    return text.split("\n")[mark.line :] or [""]  # the parser knows more line ends than we


def _nothing_behind(text: str, mark: Any) -> bool:
    head, *rest = _lines_from(text, mark)
    return not any(line.strip() for line in (head[mark.column :], *rest))


def _in_words(error: yaml.MarkedYAMLError, line: str) -> tuple[str, str]:
    """Say what the parser stumbled over, and what to do: in our words where its own name no cause that one can see."""
    if _TABBED.match(line):
        return "a tab indents this line", "indent with spaces"
    what = ", ".join(part for part in (error.context, error.problem) if part)
    if error.problem == "mapping values are not allowed in this context":
        return (
            what,
            "put a text that holds `: ` in quotes, and write keys that belong together below each other",
        )
    return what, "mend the syntax at this line"


class _Builder:
    """Builds data from the parser's events, iteratively, so that nesting costs no stack."""

    def __init__(self, path: str, first_line: int) -> None:
        self._path = path
        self._first = first_line
        self._stack: list[Map | Seq] = []
        self._keys: list[str | None] = []
        self._root: Any = None
        self._restored: dict[int, str] = {}

    def run(self, text: str) -> Any:
        text = text.removeprefix("\ufeff")
        self._refuse_forbidden(text)
        documents = 0
        try:
            for event in self._events(self._with_stand_ins(_as_yaml(text))):
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        raise self._error(
                            "a second document starts here", event, "keep one document in a file"
                        )
                elif isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
                    self._node(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            if mark and error.context_mark and _nothing_behind(text, mark):
                mark = (
                    error.context_mark
                )  # something was never closed: where it was opened is more to the point
            place = Place(self._path, mark.line + self._first, mark.column + 1) if mark else Place(self._path)
            what, remedy = _in_words(error, _lines_from(text, mark)[0] if mark else "")
            raise ConfigError.of(f"not YAML: {what}", place=place, remedy=remedy) from None
        return self._root

    def _refuse_forbidden(self, text: str) -> None:
        found = _FORBIDDEN.search(text)
        if found:
            before = text[: found.start()]
            line, column = before.count("\n") + self._first, found.start() - before.rfind("\n")
            message = f"not YAML: the character U+{ord(found.group()):04X} is not allowed"
            raise ConfigError.of(
                message, place=Place(self._path, line, column), remedy="remove the character"
            )

    def _with_stand_ins(self, text: str) -> str:
        """Hide the characters that the parser does not read behind private ones that the text does not use."""
        unread = sorted(set(_UNREAD.findall(text)))
        if not unread:
            return text
        free = (code for code in _STAND_INS if chr(code) not in text)
        self._restored = dict(zip(free, unread, strict=False))
        return text.translate({ord(character): code for code, character in self._restored.items()})

    def _text(self, event: Any) -> str:
        return event.value.translate(self._restored) if self._restored else event.value  # type: ignore[no-any-return]

    def _events(self, text: str) -> Iterator[Any]:
        parser = _Parser(text)
        try:
            while (event := parser.get_event()) is not None:
                yield event
        finally:
            parser.dispose()

    def _error(self, message: str, event: Any, remedy: str) -> ConfigError:
        mark = event.start_mark
        return ConfigError.of(
            message, place=Place(self._path, mark.line + self._first, mark.column + 1), remedy=remedy
        )

    def _node(self, event: Any) -> None:
        if isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop()
            self._keys.pop()
            return
        if isinstance(event, yaml.AliasEvent):
            raise self._error(
                "aliases (*name) are refused", event, "write the value out; profiles share by `extends`"
            )
        if event.tag is not None and event.tag != "!":
            raise self._error("tags (!name) are refused", event, "quote the value to make it text")
        line = event.start_mark.line + self._first
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
            return
        if len(self._stack) >= limits.YAML_DEPTH:
            raise self._error(f"nested deeper than {limits.YAML_DEPTH}", event, "flatten the file")
        made: Map | Seq = Map(line) if isinstance(event, yaml.MappingStartEvent) else Seq(line)
        self._put(made, event, line)
        self._stack.append(made)
        self._keys.append(None)

    def _scalar(self, event: Any, line: int) -> None:
        if self._stack and isinstance(self._stack[-1], Map) and self._keys[-1] is None:
            self._key(self._text(event), event, line)
            return
        try:
            value = scalar(self._text(event)) if event.implicit[0] else self._text(event)
        except ValueError as error:
            raise self._error(f"{error}", event, "quote it if it is text") from None
        self._note_body(event, line)
        self._put(value, event, line)

    def _note_body(self, event: Any, line: int) -> None:
        """Note where the text of a literal block (``|``) begins: its lines are those of the file, one for one."""
        mapping, key = (self._stack[-1], self._keys[-1]) if self._stack else (None, None)
        if event.style == "|" and isinstance(mapping, Map) and key is not None:
            mapping.note_body(key, line + 1)

    def _key(self, key: str, event: Any, line: int) -> None:
        mapping = self._stack[-1]
        assert isinstance(mapping, Map)
        if key in mapping:
            message = f"duplicate key `{key[:60]}`; the first stands on line {mapping.lines[key]}"
            raise self._error(message, event, "keep one of the two")
        mapping.lines[key] = line
        self._keys[-1] = key

    def _put(self, value: Any, event: Any, line: int) -> None:
        if not self._stack:
            self._root = value
            return
        parent = self._stack[-1]
        if isinstance(parent, Map):
            key = self._keys[-1]
            if key is None:
                raise self._error(
                    "a key must be a plain word", event, "put a text that begins with `{` or `[` in quotes"
                )
            parent[key] = value
            self._keys[-1] = None
        else:
            parent.append(value)
            parent.lines.append(line)
