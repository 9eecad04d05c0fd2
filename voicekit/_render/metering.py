"""What a template may use up: time and memory, looked at where a template spends them.

A template without a loop can double a text thirty times over, and one without a text can double a list of itself. So a parsed
template is led past a meter wherever something is made of other things: `~`, literals of lists and mappings, what is written,
and each turn of a loop. Filters, `+`, slices and calls are weighed by the sandbox that runs them.

Imports Jinja's syntax tree and nothing of ours.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from jinja2 import Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.visitor import NodeTransformer

# Filters by names that no template can write.
CUT, IN_TIME, JOINED, WEIGHED, WRITES = "cut", "in time", "joined", "weighed", "writes"
PIECE = 16  # what a piece weighs by being one, in characters: its place in memory
_LEAVES = (float, type(None), Undefined)
_DATA = (str, int, list, tuple, dict, *_LEAVES)
_NO_DATA = "only text, numbers, lists and mappings are put together"
_PLAIN = (nodes.Const, nodes.TemplateData)
_HOLDERS = (nodes.Block, nodes.Macro, nodes.CallBlock, nodes.For)

Node = TypeVar("Node", bound=nodes.Node)


def weight(value: Any, most: int) -> int:
    """Return how many characters a value would be written with, and something for each of its pieces.

    A list that stands in another twice counts twice, as it would be written. Counting ends soon behind `most`.

    Raises:
        SecurityError: It holds what is no data, and would be written as Python writes it.
    """
    if isinstance(value, str):
        return len(value) + PIECE
    if isinstance(value, Iterator):
        return PIECE
    total, waiting = 0, [value]
    while waiting and total <= most:
        one = waiting.pop()
        total += PIECE
        if isinstance(one, str):
            total += len(one)
        elif isinstance(one, int):
            total += one.bit_length() // 8
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list | tuple):
            waiting += one
        elif not isinstance(one, _LEAVES):
            raise SecurityError(_NO_DATA)
    return total


def refuse_objects(*values: Any) -> None:
    """Refuse what a filter must not be given: functions, loops, templates, which it would write as Python writes them.

    Raises:
        SecurityError: One of these is no data.
    """
    for value in values:
        if not isinstance(value, _DATA) and (callable(value) or not isinstance(value, Iterator)):
            raise SecurityError(_NO_DATA)


class Ticking:
    """What a loop runs over, with a tick before each item."""

    def __init__(self, items: Iterable[Any], tick: Callable[[], None]) -> None:
        self._items, self._tick = items, tick

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self._tick()
            yield item


class Metered(NodeTransformer):
    """Leads what a template makes through the filters of the meter.

    The template's own words count once for each time that what holds them runs: the template, a block, a macro, a turn of a
    loop. Nobody else would see how often that is where they are written inside a macro.
    """

    def visit_Template(self, node: nodes.Template) -> nodes.Template:  # noqa: N802 - found by this name
        return self._counted(node, node.body)

    def visit_Block(self, node: nodes.Block) -> nodes.Block:  # noqa: N802
        return self._counted(node, node.body)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Macro:  # noqa: N802
        return self._counted(node, node.body)

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.CallBlock:  # noqa: N802
        return self._counted(node, node.body)

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802
        """Count a turn with its tick, which is cheap; where a loop calls itself, in its body; and what stands for no turn."""
        size = 0 if node.recursive else sum(map(_words, node.body))
        self._counted(node, *([node.body] if node.recursive else []), node.else_)
        assert isinstance(node.iter, nodes.Expr)
        node.iter = _through(IN_TIME, node.iter, nodes.Const(size, lineno=node.lineno))
        return node

    def _counted(self, node: Node, *bodies: list[nodes.Node]) -> Node:
        sizes = [sum(map(_words, body)) for body in bodies]
        self.generic_visit(node)
        line = node.lineno
        for body, size in zip(bodies, sizes, strict=True):
            if size:
                body.insert(0, nodes.Output([_through(WRITES, nodes.Const(size, lineno=line))], lineno=line))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802
        self.generic_visit(node)
        return _through(JOINED, nodes.List(list(node.nodes), lineno=node.lineno))

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Expr:  # noqa: N802
        self.generic_visit(node)
        return _through(CUT, node) if isinstance(node.arg, nodes.Slice) else node

    def visit_List(self, node: nodes.List) -> nodes.Expr:  # noqa: N802
        self.generic_visit(node)
        return node if all(isinstance(item, _PLAIN) for item in node.items) else _through(WEIGHED, node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Expr:  # noqa: N802
        self.generic_visit(node)
        return node if all(isinstance(pair.value, _PLAIN) for pair in node.items) else _through(WEIGHED, node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Expr:  # noqa: N802
        self.generic_visit(node)
        known = node.ctx != "load" or all(isinstance(item, _PLAIN) for item in node.items)
        return node if known else _through(WEIGHED, node)


def _words(node: nodes.Node) -> int:
    """Return how many characters of a template's own words a node writes by itself at the most."""
    if isinstance(node, nodes.TemplateData):
        return len(node.data)
    if isinstance(node, _HOLDERS):
        return 0
    return sum(map(_words, node.iter_child_nodes()))


def _through(name: str, node: nodes.Expr, *args: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, list(args), [], None, None, lineno=node.lineno)
