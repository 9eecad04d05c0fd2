"""A prompt list in CSV and a lexicon, and everything that can be done to one cell, column, element or attribute of them.

What has to be a problem is not decided by the loader: of a list its published JSON Schema decides, by the values that the
reference says its cells are; of a lexicon the tables of PLS 1.0, as they are written down here.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from attrs import evolve, field, frozen

CANARY = "hunter2-canary"
STRANGE = ("true", "-7", "1e9", CANARY, "[]", f"https://u:{CANARY}@x.example/?k={CANARY}")


@frozen
class Planted:
    """A file with one thing done to it.

    Attributes:
        where: Which part of it, and `what` was done.
        lines: Those at one of which the problem may be told.
        wrong: Whether it is a problem at all.
        secret: Whether what was put there may not be repeated.
    """

    where: str
    what: str
    text: str
    lines: range
    wrong: bool
    secret: bool = False

    def __str__(self) -> str:
        return f"{self.where} {self.what}"


# --- CSV --------------------------------------------------------------------------------------------------

HEADER = ("id", "script", "text", "ssml", "values.position", "each.digit", "override.rate", "override.effects", "tags", "locale", "note", "moved", "recorded")  # fmt: skip
ROWS: Sequence[Mapping[str, str]] = (
    {"id": "t/queue", "script": "ivr/queue", "values.position": "3", "tags": "queue calm", "note": "for\npeople", "moved": "t/old"},
    {"id": "t/{digit}", "text": "{{ digit }}", "each.digit": "0..2"},
    {"id": "t/x{digit}", "text": "{{ digit }}", "each.digit": "one;two", "locale": "en-US"},
    {"id": "t/bye", "text": "Good bye, and\nthank you.", "override.rate": "0.9", "override.effects": "handset-class-device"},
    {"id": "t/pause", "ssml": "<speak><break time='1s'/></speak>", "recorded": "takes/{id}.wav"},
)  # fmt: skip
Table = list[list[str]]


def table() -> Table:
    """Return the rows of the list, the header first."""
    return [[*HEADER], *([row.get(column, "") for column in HEADER] for row in ROWS)]


def in_csv(rows: Table) -> tuple[str, list[int]]:
    """Write a list, and return the line at which each of its rows begins."""
    file, begins = io.StringIO(), list[int]()
    for row in rows:
        begins.append(file.getvalue().count("\n") + 1)
        csv.writer(file, lineterminator="\n").writerow(row)
    return file.getvalue(), begins


def as_data(rows: Table) -> dict[str, Any]:
    """Return what the reference says that a list in CSV is, as a list in YAML would say it."""
    prompts = []
    for cells in rows[1:]:
        row: dict[str, Any] = {}
        for column, cell in zip(rows[0], cells, strict=False):
            group, dot, name = column.partition(".")
            if cell and dot:
                row.setdefault(group, {})[name] = _value(group, name, cell)
            elif cell:
                row[column] = cell.split() if column == "tags" else cell
        prompts.append(row)
    return {"prompts": prompts}


def _value(group: str, name: str, cell: str) -> Any:
    if group == "each" and not re.fullmatch(r"-?\d+\.\.-?\d+", cell):
        return json.loads(cell) if cell.startswith("[") else re.split(r"[; ]+", cell)
    if group != "override":
        return cell
    if name == "effects":
        return cell.split()
    plain = re.fullmatch(r"true|false|-?\d+(\.\d+)?(e\d+)?", cell)
    return json.loads(cell) if plain else cell


def tables(is_valid: Callable[[Any], bool]) -> Iterator[Planted]:
    """Yield the list with each cell emptied and retyped, each column renamed, deleted and doubled, each row too long and torn.

    Args:
        is_valid: Whether a list in YAML keeps to the published schema.
    """
    whole = table()
    everywhere = range(1, in_csv(whole)[0].count("\n") + 1)
    for place, column in enumerate(whole[0]):
        renamed = [[*row] for row in whole]
        renamed[0][place] += "_x"
        yield Planted(column, "renamed", in_csv(renamed)[0], range(1, 2), not is_valid(as_data(renamed)))
        without = [row[:place] + row[place + 1 :] for row in whole]
        yield Planted(column, "deleted", in_csv(without)[0], everywhere, not is_valid(as_data(without)))
        doubled = [[*row, row[place]] for row in whole]
        yield Planted(column, "twice", in_csv(doubled)[0], range(1, 2), wrong=True)
    for number, row in enumerate(whole[1:], start=1):
        for place, column in enumerate(whole[0]):
            for cell in ("", *STRANGE):
                if cell == row[place]:
                    continue
                changed = [[*one] for one in whole]
                changed[number][place] = cell
                wrong, secret = not is_valid(as_data(changed)), column.startswith("values.")
                yield Planted(
                    f"row {number}: {column}", f"is {cell[:20]}", *_at(changed, number), wrong, secret
                )
        longer = [[*one, "more"] if one is row else one for one in whole]
        yield Planted(f"row {number}", "has a cell too many", *_at(longer, number), wrong=True)
        text, begins = in_csv(whole)
        lines = text.splitlines(keepends=True)
        lines[begins[number] - 1] = f'"{row[0]}"torn,{lines[begins[number] - 1].partition(",")[2]}'
        yield Planted(f"row {number}", "torn", "".join(lines), _at(whole, number)[1], wrong=True)


def _at(rows: Table, number: int) -> tuple[str, range]:
    """Write a list, and return it with the lines of one of its rows."""
    text, begins = in_csv(rows)
    ends = [*begins[1:], text.count("\n") + 1]
    return text, range(begins[number], ends[number])


# --- lexicons ---------------------------------------------------------------------------------------------


@frozen
class Node:
    """An element of a lexicon: with elements in it, or with a text."""

    name: str
    attributes: Mapping[str, str] = field(factory=dict)
    held: "tuple[Node | str, ...] | str" = ()


_SAID = (
    Node("phoneme", {"alphabet": "x-sampa", "prefer": "true"}, "{kmi"),
    Node("alias", {"prefer": "false"}, "Ackmee"),
)
LEXICON = Node(
    "lexicon",
    {"version": "1.0", "xmlns": "http://www.w3.org/2005/01/pronunciation-lexicon", "alphabet": "ipa", "xml:lang": "en-US"},
    (
        Node("lexeme", {"role": "noun"}, (Node("grapheme", {}, "Acme"), *_SAID, Node("example", {}, "Call Acme."))),
        Node("lexeme", {}, (Node("grapheme", {}, "Zyl"), Node("grapheme", {}, "ZYL"), Node("phoneme", {}, "zil"))),
    ),
)  # fmt: skip
Rebuild = Callable[[Node | None], Node]
# PLS 1.0: what an attribute may not be, and whether it has to be there. Any other word may be a role or name an alphabet.
ATTRIBUTES: Mapping[tuple[str, str], tuple[tuple[str, ...], bool]] = {
    ("lexicon", "version"): (STRANGE, True),
    ("lexicon", "xmlns"): (STRANGE, True),
    ("lexicon", "alphabet"): (("[]", STRANGE[-1]), True),
    ("lexicon", "xml:lang"): (("-7", "1e9", CANARY, "[]", STRANGE[-1]), True),
    ("lexeme", "role"): (("[]", STRANGE[-1]), False),
    ("phoneme", "alphabet"): (("[]", STRANGE[-1]), False),
    ("phoneme", "prefer"): (STRANGE[1:], False),
    ("alias", "prefer"): (STRANGE[1:], False),
}


def in_pls(node: Node | str, indent: str = "") -> str:
    """Write an element, and each in it on a line of its own."""
    if isinstance(node, str):
        return f"{indent}{escape(node)}\n"
    head = "".join(f" {name}={quoteattr(value)}" for name, value in node.attributes.items())
    if isinstance(node.held, str):
        return f"{indent}<{node.name}{head}>{escape(node.held)}</{node.name}>\n"
    inner = "".join(in_pls(one, f"{indent}  ") for one in node.held)
    return f"{indent}<{node.name}{head}>\n{inner}{indent}</{node.name}>\n"


def lexicons() -> Iterator[Planted]:
    """Yield the lexicon with everything done to each attribute and each element of it."""
    for node, around, inside, line in _nodes(LEXICON, None, _whole, 1):
        yield from _attributes(node, inside, line)
        yield from _elements(node, inside, line)
        if around is not None:
            above, first = around
            lines = range(first, first + in_pls(above).count("\n"))
            text, wrong = in_pls(inside(None)), _is_needed(node, above)
            yield Planted(f"line {line}: {node.name}", "deleted", text, lines, wrong)


def _attributes(node: Node, inside: Rebuild, line: int) -> Iterator[Planted]:
    """Yield the lexicon with each attribute of an element deleted, renamed, retyped and doubled."""
    here = range(line, line + 1)
    for name, value in node.attributes.items():
        where, (wrong, required) = f"line {line}: {node.name}.{name}", ATTRIBUTES[node.name, name]
        others = {known: stated for known, stated in node.attributes.items() if known != name}

        def text(attributes: Mapping[str, str]) -> str:
            return in_pls(inside(evolve(node, attributes=attributes)))

        yield Planted(where, "deleted", text(others), here, required)
        yield Planted(where, "renamed", text({**others, f"{name}_x": value}), here, wrong=True)
        for strange in STRANGE:
            yield Planted(where, f"is {strange}", text({**others, name: strange}), here, strange in wrong)
        lines = in_pls(LEXICON).splitlines(keepends=True)
        lines[line - 1] = lines[line - 1].replace(f"<{node.name}", f'<{node.name} {name}="x"')
        yield Planted(where, "twice", "".join(lines), here, wrong=True)


def _elements(node: Node, inside: Rebuild, line: int) -> Iterator[Planted]:
    """Yield the lexicon with an element renamed, emptied, filled with what it does not hold, and never closed."""
    where, here = f"line {line}: {node.name}", range(line, line + 1)
    yield Planted(where, "renamed", in_pls(inside(evolve(node, name=f"{node.name}_x"))), here, wrong=True)
    yield Planted(where, "emptied", in_pls(inside(evolve(node, held=""))), here, node is not LEXICON)
    filled = (*node.held, "words") if isinstance(node.held, tuple) else (Node("alias", {}, node.held),)
    yield Planted(where, "filled", in_pls(inside(evolve(node, held=filled))), here, wrong=True)
    torn = in_pls(LEXICON).splitlines(keepends=True)
    end = line + in_pls(node).count("\n") - 2
    torn[end] = torn[end].replace(f"</{node.name}>", "")
    yield Planted(where, "torn", "".join(torn), range(line, len(torn) + 2), wrong=True)


def _is_needed(node: Node, around: Node) -> bool:
    """Whether an entry is nothing without one of its elements: it has a spelling, and says how that is said."""
    kinds = next((kinds for kinds in ({"grapheme"}, {"phoneme", "alias"}) if node.name in kinds), set[str]())
    return sum(isinstance(one, Node) and one.name in kinds for one in around.held) == 1


def _whole(root: Node | None) -> Node:
    assert root is not None
    return root


def _nodes(
    node: Node, around: tuple[Node, int] | None, inside: Rebuild, line: int
) -> Iterator[tuple[Node, tuple[Node, int] | None, Rebuild, int]]:
    """Yield every element, what it is in and the line of that, what puts another one in its place, and its line."""
    yield node, around, inside, line
    below = line + 1
    for place, child in enumerate(node.held if isinstance(node.held, tuple) else ()):

        def put(new: Node | None, place: int = place) -> Node:
            return inside(
                evolve(node, held=(*node.held[:place], *([new] if new else []), *node.held[place + 1 :]))
            )

        assert isinstance(child, Node)
        yield from _nodes(child, (node, line), put, below)
        below += in_pls(child).count("\n")


# --- all at once ------------------------------------------------------------------------------------------


def wrong_in_every_row() -> tuple[str, list[int]]:
    """Return the list with a wrong cell in every row, and the lines of the rows."""
    header, *rows = table()
    at = header.index("override.rate")
    text, begins = in_csv([header, *([*row[:at], "surprise", *row[at + 1 :]] for row in rows)])
    return text, begins[1:]


def wrong_in_every_element() -> tuple[str, list[int]]:
    """Return the lexicon with an unknown attribute on every element, and the lines of those."""
    lines = [re.sub(r"<(\w+)", r'<\1 surprise="1"', line) for line in in_pls(LEXICON).splitlines()]
    return "\n".join(lines), [number for number, line in enumerate(lines, start=1) if "surprise" in line]
