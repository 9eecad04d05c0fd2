"""Where rendered text comes from: a second render, with marks, that is only made once something has been found.

Every piece of a template's output is preceded by a mark that names its file and line. The mark is built from a character
that XML forbids, so no document that we accept can hold one; taking the marks out again gives the text that was found
fault with, or the map is not used.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer

from voicekit._render.environment import Sandbox, run
from voicekit.errors import Place, RenderError

_EDGE = "\ufffe"
_MARK = re.compile(f"{_EDGE}([0-9]+){_EDGE}")

Locate = Callable[[int, int], Place]
Pieces = tuple[Sequence[int], Sequence[Place]]


class MarkingSandbox(Sandbox):
    """A sandbox whose templates say where each piece of their output stands in the source."""

    def __init__(self, root: Path, shown: str, kind: str, language: str) -> None:
        super().__init__(root, shown, kind, language)
        self.places: list[Place] = []

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        marked: nodes.Template = _Marker(self.places, filename or "").visit(tree)
        return marked


class _Marker(NodeTransformer):
    def __init__(self, places: list[Place], path: str) -> None:
        self._places, self._path = places, path

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802 - the visitor finds it by this name
        pieces = [piece for child in node.nodes for piece in self._marked(child)]
        return nodes.Output(pieces, lineno=node.lineno)

    def _marked(self, child: nodes.Expr) -> Iterator[nodes.Expr]:
        if not isinstance(child, nodes.TemplateData):
            yield self._mark(child.lineno)
            yield self.visit(child)
            return
        for number, line in enumerate(filter(None, _lines(child.data))):
            yield self._mark(child.lineno + number)
            yield nodes.TemplateData(line, lineno=child.lineno + number)

    def _mark(self, line: int) -> nodes.TemplateData:
        self._places.append(Place(self._path, line))
        return nodes.TemplateData(f"{_EDGE}{len(self._places) - 1}{_EDGE}", lineno=line)


def locator(find: Callable[[str], Pieces], text: str, fallback: Place) -> Locate:
    """Return a function from a line and column of rendered text to the place in the source that wrote it.

    Args:
        find: Gives the pieces of the text, once they are needed.
        text: What came out.
        fallback: The place to return where the marks do not survive a template's filters.
    """
    found: Pieces | None = None
    lines: list[int] = []

    def locate(line: int, column: int) -> Place:
        nonlocal found
        if found is None:
            found = find(text)
            lines.extend(accumulate(map(len, _lines(text)), initial=0))
        starts, places = found
        start = lines[min(line, len(lines)) - 1] + column - 1
        index = bisect_right(starts, start) - 1 if line > 0 else -1
        return places[index] if index >= 0 else fallback

    return locate


def in_block(find: Callable[[str], Pieces] | None, text: str, place: Place, body: int) -> Locate:
    """Return a function from a line and column of a literal's rendered text to the line of the prompt list that wrote it.

    Args:
        find: Gives the pieces of the text, once they are needed; None where it was rendered as it stands.
        text: What came out.
        place: The place of the literal's key, for what cannot be told.
        body: The line on which the literal's text begins.
    """
    inner = locator(find, text, place) if find is not None else None

    def locate(line: int, column: int) -> Place:
        at = inner(line, column) if inner is not None else Place("", line)
        # Only what the literal itself has written has no file.
        return at if at.path or at.line is None else Place(place.path, body + at.line - 1)

    return locate


def marked(
    sandbox: MarkingSandbox, get: Callable[[], Template], values: Mapping[str, Any], text: str
) -> Pieces:
    """Render with marks, and return where each piece of the text starts and stands; nothing if it is not the same text."""
    try:
        written = run(get(), values)
    except RenderError:
        return [], []
    pieces = _MARK.split(written)
    if "".join(pieces[::2]) != text:
        return [], []
    starts, places, offset = [], [], len(pieces[0])
    for number, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        starts.append(offset)
        places.append(sandbox.places[int(number)])
        offset += len(piece)
    return starts, places


def _lines(text: str) -> list[str]:
    """Divide a text at its line feeds only, as parsers count lines."""
    *ended, last = text.split("\n")
    return [*(f"{line}\n" for line in ended), last]
