"""Scripts: templates with front matter, found by walking `templates/`. A template without front matter is a partial."""

import re
from pathlib import Path
from typing import Any

from voicekit import _files, _inputs, _language, _yaml
from voicekit import _limits as limits
from voicekit._load.fields import Fields, is_name, is_written, kind, nearest, plain, show
from voicekit.errors import ConfigError, Place, Problems
from voicekit.model import Input, Script

FOLDER = "templates"
_NAME = re.compile(r"(?P<name>.+?)(?:\.(?P<tag>[A-Za-z0-9-]+))?\.(?P<kind>ssml|txt)\.j2")
_SHORT = 24  # characters that every pattern must be able to take
_OPENED = re.compile(r"---[ \t]*(?:\n|\Z)")
_FENCE = re.compile(r"---[ \t]*\n(?P<head>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


def load_scripts(root: Path, problems: Problems) -> tuple[Script, ...]:
    """Read every script of the project, in the order of their paths."""
    folder = root / FOLDER
    scripts = []
    for path in sorted(folder.rglob("*.j2")) if folder.is_dir() else []:
        relative = path.relative_to(folder).as_posix()
        if not is_written(show(root, f"{FOLDER}/{relative}"), problems):
            continue
        if not path.resolve().is_relative_to(folder.resolve()):
            place = Place(show(root, f"{FOLDER}/{relative}"))
            problems.add(
                "is a link that leads out of templates/", place=place, remedy="copy the file into templates/"
            )
            continue
        script = _read(root, relative, problems)
        if script is not None:
            scripts.append(script)
    return tuple(scripts)


def _read(root: Path, relative: str, problems: Problems) -> Script | None:
    shown = show(root, f"{FOLDER}/{relative}")
    match = _NAME.fullmatch(relative)
    try:
        source = _files.read_text(root / FOLDER / relative, limits.FILE_BYTES, name=shown)
        fence = _FENCE.match(source)
        if fence is None:
            if _OPENED.match(source):
                message, remedy = "the front matter has no end", "close it with a line `---`"
                problems.add(message, place=Place(shown, 1), remedy=remedy)
            return None
        head = _yaml.load(fence["head"], shown, first_line=2)
    except ConfigError as error:
        problems.extend(error.problems)
        return None
    if match is None:
        problems.add(
            "a script's name ends in .ssml.j2 or .txt.j2", place=Place(shown), remedy="rename the file"
        )
        return None
    name, language = _split(match)
    fields = Fields(head, shown, "", problems, line=1)
    stated = fields.language("language")
    title = fields.text("title") or ""
    fields.text("description")
    inputs = _read_inputs(fields.mapping("inputs"))
    fields.finish()
    body_line = source[: fence.end()].count("\n") + 1
    return Script(
        name=name,
        language=language or stated,
        kind="ssml" if match["kind"] == "ssml" else "txt",
        path=relative,
        place=Place(shown, 1),
        title=title,
        inputs=inputs,
        body=source[fence.end() :],
        body_line=body_line,
    )


def without_front_matter(root: Path, name: str) -> tuple[str, bool] | None:
    """Find a template that has a script's name and is none.

    Returns:
        Its name as shown, and whether front matter was begun, whose problems are then told already.
    """
    if not all(map(is_name, name.split("/"))):
        return None
    for path in sorted((root / FOLDER / name).parent.glob("*.j2")):
        relative = path.relative_to(root / FOLDER).as_posix()
        match = _NAME.fullmatch(relative)
        if match is not None and _split(match)[0] == name:
            try:
                source = _files.read_text(path, limits.FILE_BYTES)
            except ConfigError:
                return relative, True
            return show(root, f"{FOLDER}/{relative}"), bool(_OPENED.match(source))
    return None


def _split(match: re.Match[str]) -> tuple[str, str | None]:
    """Tell a language tag from a part of the name: `menu.es` is `menu` in Spanish, `menu.v2` is a name."""
    if match["tag"] is None:
        return match["name"], None
    try:
        return match["name"], _language.canonical(match["tag"])
    except ValueError:
        return f"{match['name']}.{match['tag']}", None


def _read_inputs(fields: Fields) -> tuple[Input, ...]:
    inputs = []
    for name in fields.data:
        if not name.isidentifier():
            fields.problem(name, "is not a name that a template can use", "use letters, digits and `_`")
            continue
        spec = _read_input(fields.mapping(name), name)
        if spec is not None:
            inputs.append(spec)
    return tuple(inputs)


def _read_input(fields: Fields, name: str) -> Input | None:
    kind_name = fields.text("type", required=True)
    if kind_name is not None and kind_name not in _inputs.TYPES:
        fields.problem("type", f"unknown type `{kind_name[:40]}`", nearest(kind_name, _inputs.TYPES))
        kind_name = None
    items = _read_input(fields.mapping("items"), "items") if fields.has("items") else fields.take("items")
    spec = Input(
        name=name,
        type=kind_name or "string",
        place=fields.place(),
        required="default" not in fields.data,
        default=plain(fields.take("default")),
        example=plain(fields.take("example")),
        minimum=_bound(fields, "minimum"),
        maximum=_bound(fields, "maximum"),
        min_length=fields.integer("min_length", (0, limits.RENDER_BYTES)),
        max_length=fields.integer("max_length", (0, limits.RENDER_BYTES)),
        pattern=_pattern(fields),
        values=fields.texts("values"),
        items=items,
        currency=_currency(fields),
        title=fields.text("title") or "",
    )
    fields.text("description")
    fields.finish()
    if kind_name is None:
        return None
    if kind_name == "enum" and not spec.values:
        fields.problem("values", "an enum needs its values", "write `values: [one, two]`")
        return None
    return _with_examples(spec, fields)


def _with_examples(spec: Input, fields: Fields) -> Input:
    if spec.min_length is not None and spec.max_length is not None and spec.min_length > spec.max_length:
        fields.problem(
            "min_length", f"is above max_length, {spec.max_length}", "swap the two, or leave one out"
        )
        return spec
    for key, bound in (("minimum", spec.minimum), ("maximum", spec.maximum)):
        if bound is not None:
            try:
                _inputs.comparable(spec, bound)
            except ValueError as error:
                fields.problem(key, f"{error}", f"write a value of the type {spec.type}, or leave it out")
                return spec
    if None not in (spec.minimum, spec.maximum) and _inputs.comparable(
        spec, spec.minimum
    ) > _inputs.comparable(spec, spec.maximum):
        fields.problem("minimum", f"is above the maximum, {spec.maximum}", "swap the two, or leave one out")
        return spec
    for key, value in (("default", spec.default), ("example", spec.example)):
        if fields.has(key):
            try:
                _inputs.accept(spec, value)
            except (ValueError, TypeError) as error:
                fields.problem(key, f"{error}", "write a value that this input takes")
    return spec


def _bound(fields: Fields, key: str) -> float | str | None:
    value: Any = fields.take(key)
    if value is None or (isinstance(value, int | float | str) and not isinstance(value, bool)):
        return value
    fields.problem(key, f"expected a number or text, found {kind(value)}", "write one value")
    return None


def _pattern(fields: Fields) -> str | None:
    pattern = fields.text("pattern")
    if pattern is None:
        return None
    try:
        re.compile(pattern)
        ways = _inputs.ways(pattern, _SHORT)
    except re.error as error:
        fields.problem(
            "pattern", f"is not a regular expression: {error.msg}", "see Python's `re` for the syntax"
        )
        return None
    except (OverflowError, RecursionError):
        fields.problem("pattern", "counts too far, or nests too deep", "write a smaller one")
        return None
    if ways > _inputs.PATTERN_WAYS:
        message = "can be tried in too many ways: it repeats, or chooses, inside a repeat"
        fields.problem("pattern", message, "write [a-z]+ for ([a-z]+)+, or count the repeats, as in {1,3}")
        return None
    return pattern


def _currency(fields: Fields) -> str | None:
    code = fields.text("currency")
    if code is not None and not re.fullmatch("[A-Z]{3}", code):
        fields.problem("currency", "is not a currency code", "write three capitals such as USD")
        return None
    return code
