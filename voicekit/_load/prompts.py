"""Prompt lists: YAML and CSV rows become prompts; `each` becomes one prompt for every combination."""

import csv
import io
import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve

from voicekit import _files, _yaml
from voicekit import _limits as limits
from voicekit._load.fields import Fields, is_finite, is_name, kind, nearest, plain, read_yaml, show
from voicekit._load.profiles import SETTINGS, read_settings
from voicekit.errors import ConfigError, Place, Problems
from voicekit.model import NO_VALUES, Prompt

COLUMNS = (
    "id",
    "script",
    "text",
    "ssml",
    "values",
    "each",
    "override",
    "tags",
    "locale",
    "note",
    "moved",
    "recorded",
)
_CSV_GROUPS = ("values", "each", "override")
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}  # a spreadsheet's own, by its language
_RECORDING = re.compile(
    r"(?:[A-Za-z0-9._-]|\{(?:locale|profile|id)\})+(?:/(?:[A-Za-z0-9._-]|\{(?:locale|profile|id)\})+)*"
)
_EXTENSION = re.compile(r"[^/]\.[A-Za-z0-9]+\Z")  # what is built of a recording may have no other
_RANGE = re.compile(r"(-?[0-9]{1,9})\.\.(-?[0-9]{1,9})(?:\.\.([0-9]{1,9}))?")
_ODD = re.compile(r"[^A-Za-z0-9._/-]")
_SLOT = re.compile(r"\{(?P<name>[^{}:]*)(?::0(?P<width>[0-9]))?\}")


def load_prompts(root: Path, relative: str, problems: Problems) -> tuple[Prompt, ...]:
    """Read one prompt list, YAML or CSV, in its order."""
    path = root / relative
    if path.suffix == ".csv":
        rows = _csv_rows(root, relative, problems)
    else:
        rows = _yaml_rows(root, relative, problems)
    prompts: list[Prompt] = []
    for fields in rows:
        prompts.extend(_expand(fields))
        if len(prompts) > limits.PROMPTS:
            remedy = "split the project"
            problems.add(
                f"more than {limits.PROMPTS:,} prompts", place=Place(show(root, relative)), remedy=remedy
            )
            break
    return tuple(prompts)


def _yaml_rows(root: Path, relative: str, problems: Problems) -> Iterator[Fields]:
    before = len(problems)
    data = read_yaml(root, relative, limits.PROMPT_LIST_BYTES, problems)
    shown = show(root, relative)
    if len(problems) > before:
        return
    top = Fields(data, shown, "", problems)
    rows = top.take("prompts")
    top.finish()
    if not isinstance(rows, _yaml.Seq):
        if not top.broken:
            top.problem(
                "prompts",
                f"expected a list of prompts, found {kind(rows)}",
                "write `prompts:` and one `- {id: …}` a line",
            )
        return
    for number, (row, line) in enumerate(zip(rows, rows.lines, strict=True)):
        if isinstance(row, _yaml.Map):
            yield Fields(row, shown, f"prompts[{number}]", problems, line=line)
        else:
            found = f"expected a prompt, found {kind(row)}"
            remedy = "write `- {id: …, text: …}`"
            problems.add(found, place=Place(shown, line), where=f"prompts[{number}]", remedy=remedy)


def _csv_rows(root: Path, relative: str, problems: Problems) -> Iterator[Fields]:
    shown = show(root, relative)
    try:
        text = _files.read_text(root / relative, limits.PROMPT_LIST_BYTES, name=shown)
    except ConfigError as error:
        problems.extend(error.problems)
        return
    csv.field_size_limit(limits.FILE_BYTES)
    mark = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    line = 1
    try:
        header = next(reader, [])
        _check_header(header, shown, problems)
        line = reader.line_num + 1
        for cells in reader if "id" in header else []:
            if any(cell.strip() for cell in cells):
                _check_width(len(cells), len(header), mark, Place(shown, line), problems)
                yield _csv_fields(header, cells, shown, line, problems)
            line = reader.line_num + 1
    except csv.Error as error:
        problems.add(
            f"not CSV: {error}",
            place=Place(shown, line),
            remedy=f"put cells that hold {_SEPARATORS[mark]} or line breaks in double quotes",
        )


def _separator(text: str) -> str:
    """Return what parts the cells: no column's name holds any of these, so the first row tells."""
    first = text.partition("\n")[0]
    return next((mark for mark in _SEPARATORS if mark in first), ",")


def _check_width(cells: int, columns: int, mark: str, place: Place, problems: Problems) -> None:
    if cells > columns:
        remedy = f"put cells that hold {_SEPARATORS[mark]} in double quotes"
        problems.add(
            f"has {cells} cells under {columns} column{'s' if columns > 1 else ''}",
            place=place,
            remedy=remedy,
        )


def _check_header(header: list[str], shown: str, problems: Problems) -> None:
    place = Place(shown, 1)
    for column in header:
        if not _is_column(column):
            known = [
                *(name for name in COLUMNS if name not in _CSV_GROUPS),
                *("values.NAME", "each.NAME"),
                *(f"override.{name}" for name in SETTINGS),
            ]
            problems.add(f"unknown column `{column[:60]}`", place=place, remedy=nearest(column, known))
    for column in sorted({column for column in header if header.count(column) > 1}):
        problems.add(f"duplicate column `{column[:60]}`", place=place, remedy="keep one of the two")
    if "id" not in header:
        problems.add(
            "the first row names no `id` column",
            place=place,
            remedy="begin with a row of column names: id,text,…",
        )


def _is_column(column: str) -> bool:
    group, dot, name = column.partition(".")
    if not dot:
        return column in COLUMNS and column not in _CSV_GROUPS
    return name in SETTINGS if group == "override" else bool(name) and group in _CSV_GROUPS


def _csv_fields(header: list[str], cells: list[str], shown: str, line: int, problems: Problems) -> Fields:
    """Bring a row into the shape of a YAML one. An empty cell is a missing value."""
    row = _yaml.Map(line)
    for column, cell in zip(header, cells, strict=False):
        if cell == "" or not _is_column(column):
            continue
        group, dot, name = column.partition(".")
        row.lines[group] = line
        if not dot:
            row[column] = _seq(cell.split(), line) if column == "tags" else cell
            continue
        inner = row.setdefault(group, _yaml.Map(line))
        inner.lines[name] = line
        inner[name] = _csv_cell(group, name, cell, line)
    fields = Fields(row, shown, "", problems, line=line, cells=True)
    fields.broken = not all(map(_is_column, header))
    return fields


def _csv_cell(group: str, name: str, cell: str, line: int) -> Any:
    if group == "each":
        return cell if _RANGE.fullmatch(cell) else _series_cell(cell, line)
    if group == "override":
        return _seq(cell.split(), line) if name == "effects" else _override_cell(cell)
    return cell


def _series_cell(cell: str, line: int) -> Any:
    """Read `one two`, `one;two` or `[one, two]`; a cell that looks like the last and is not stays text."""
    if cell.strip().startswith("["):
        try:
            return _yaml.load(cell.strip(), "", first_line=line)
        except ConfigError:
            return cell
    items = [part.strip() for part in cell.split(";")] if ";" in cell else cell.split()
    return _seq([item for item in items if item], line)


def _override_cell(cell: str) -> Any:
    try:
        return _yaml.scalar(cell)
    except ValueError:  # a number too long to be meant, which the setting then refuses as text
        return cell


def _seq(items: list[str], line: int) -> _yaml.Seq:
    made = _yaml.Seq(line)
    made.extend(items)
    made.lines.extend([line] * len(items))
    return made


def _expand(fields: Fields) -> Iterator[Prompt]:
    """Read one row, and yield its prompt, or one for each combination of its series.

    A row with problems is yielded too where it can be, so that what is checked across files is told in the same run.
    """
    template = fields.text("id", required=True)
    said = {key: fields.text(key, empty=key != "script") for key in ("script", "text", "ssml")}
    given = [key for key in said if fields.has(key)]
    if len(given) != 1 and not (fields.broken and not given):
        found, remedy = (" and ".join(given), "keep one of them") if given else ("none", "write one of them")
        fields.problems.add(
            f"a prompt has one of `script`, `text` and `ssml`; found {found}",
            place=fields.place(),
            where=fields.where,
            remedy=remedy,
        )
    before = len(fields.problems)
    value_fields, series_fields, override_fields = (fields.mapping(key) for key in _CSV_GROUPS)
    values = fields.values("values")
    series = _read_series(series_fields)
    unclear = len(fields.problems) > before
    override = read_settings(override_fields)
    override_fields.finish()
    tags, locale, note = (
        fields.texts("tags"),
        fields.language("locale"),
        fields.text("note", empty=True) or "",
    )
    moved, recorded = fields.text("moved"), _recorded(fields)
    fields.finish()
    if template is None or unclear or not _check_slots(template, values, series, fields):
        return
    lines = {
        **fields.lines,
        **{
            f"values.{name}": line
            for inner in (value_fields, series_fields)
            for name, line in inner.lines.items()
        },
        **{f"each.{name}": line for name, line in series_fields.lines.items()},
        **{f"override.{name}": line for name, line in override_fields.lines.items()},
        **{f"{name}.body": line for name, line in fields.bodies.items()},
    }
    # Where all of it stands on one line, as in a list of short rows, the prompt's own place says that.
    apart: Mapping[str, int] = {
        name: line for name, line in lines.items() if line != fields.line or name.startswith("each.")
    }
    apart = apart or NO_VALUES
    for combination in itertools.product(*series.values()):
        all_values = {**values, **dict(zip(series, combination, strict=True))}
        name = _fill(template, all_values)
        if not _check_id(name, fields):
            return
        yield Prompt(
            id=name,
            place=fields.place(),
            script=said["script"],
            text=said["text"],
            ssml=said["ssml"],
            values=all_values or NO_VALUES,
            override=override or NO_VALUES,
            tags=tags,
            locale=locale,
            note=note,
            moved=None if moved is None else _fill(moved, all_values),
            recorded=recorded,
            lines=apart,
            cells=fields.cells,
        )


def _recorded(fields: Fields) -> str | None:
    path = fields.text("recorded")
    if path is None:
        return None
    below = _RECORDING.fullmatch(path) and ".." not in path.split("/")
    if below and _EXTENSION.search(path):
        return path
    remedy = "write a path below the project, such as recordings/{locale}/welcome.wav"
    fields.problem("recorded", "has no extension" if below else "is no path below the project", remedy)
    return None


def _read_series(fields: Fields) -> dict[str, list[Any]]:
    series: dict[str, list[Any]] = {}
    for name in fields.data:
        value = fields.take(name)
        found = _series(value)
        if not name.isidentifier():
            fields.problem(name, "is not a name that a template can use", "use letters, digits and `_`")
        elif found is None:
            message = f"expected a range such as 0..9, or a list of text and numbers, found {kind(value)}"
            place = _place_of_series(value, fields, name)
            fields.problems.add(
                message, place=place, where=fields.name(name), remedy="write 0..9 or [one, two]"
            )
        elif not found:
            fields.problem(name, "is an empty series", "give it at least one value")
        else:
            series[name] = found
    total = 1
    for items in series.values():
        total *= len(items)
    if total > limits.SERIES_LENGTH:
        message = f"stands for {total:,} prompts; at most {limits.SERIES_LENGTH:,} are allowed"
        fields.problems.add(message, place=fields.place(), where=fields.where, remedy="split the series")
        return {}
    return series


def _place_of_series(value: Any, fields: Fields, name: str) -> Place:
    """Return where a series stands that does not work, or its first item that does not."""
    place = fields.place(name)
    if not isinstance(value, _yaml.Seq):
        return place
    wrong = (line for item, line in zip(value, value.lines, strict=True) if not _is_item(item))
    return evolve(place, line=next(wrong, place.line))


def _is_item(value: Any) -> bool:
    return not isinstance(value, list | dict | None) and is_finite(value)


def _series(value: Any) -> list[Any] | None:
    """Read `0..9`, `10..0`, `0..100..10`, or a list of plain values."""
    if isinstance(value, list):
        return plain(value) if all(map(_is_item, value)) else None
    match = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    first, last, step = int(match[1]), int(match[2]), int(match[3] or 1)
    if step == 0:
        return None
    span = range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
    # A range too long to hold is cut just behind the limit, so that the limit's message is the one that is given.
    return list(span[: limits.SERIES_LENGTH + 1])


def _check_slots(template: str, values: Mapping[str, Any], series: Mapping[str, Any], fields: Fields) -> bool:
    before = len(fields.problems)
    slots = {match["name"] for match in _SLOT.finditer(template)}
    for name in sorted(slots - set(values) - set(series)):
        remedy = nearest(name, [*series, *values], none="give it one under `values`, or several under `each`")
        fields.problem("id", f"`{{{name[:40]}}}` has no value", remedy)
    for name in series:
        if name not in slots and len(series[name]) > 1:
            fields.problem(
                "id",
                f"does not hold {{{name}}}, so its prompts would share one name",
                f"write {{{name}}} into the id",
            )
    return len(fields.problems) == before


def _fill(template: str, values: Mapping[str, Any]) -> str:
    def one(match: re.Match[str]) -> str:
        value = values.get(match["name"], match.group())
        if isinstance(value, bool):
            value = str(value).lower()
        return str(value).zfill(int(match["width"] or 0))

    return _SLOT.sub(one, template)


def _check_id(name: str, fields: Fields) -> bool:
    """Check an id: segments of [A-Za-z0-9._-] joined by `/`, which becomes the file's path."""
    segments = name.split("/")
    if any(segment in {".", ".."} for segment in segments):
        fields.problem("id", "climbs out of its folder", "remove `.` and `..`")
        return False
    if len(name) > limits.ID_LENGTH:
        fields.problem(
            "id", f"has {len(name)} characters; at most {limits.ID_LENGTH} are allowed", "shorten it"
        )
        return False
    if not all(is_name(segment) for segment in segments):
        odd = _ODD.search(name)
        which = f": {'a blank' if odd[0].isspace() else f'`{odd[0]}`'} is in it" if odd else ""
        fields.problem(
            "id", f"is not a plain path{which}", "use letters, digits, `.`, `_` and `-`, joined by `/`"
        )
        return False
    if any(segment.startswith(_files.TEMPORARY) for segment in segments):
        fields.problem(
            "id", f"starts with {_files.TEMPORARY}, which voicekit uses itself", "choose another name"
        )
        return False
    return True
