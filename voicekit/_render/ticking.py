"""Loops that look at the clock: one that writes nothing and calls nothing ends in time too.

Imports Jinja's syntax tree and nothing of ours.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

FILTER = "in time"  # a name that no template can write


class Ticking:
    """What a loop runs over, with a look at the clock before each item. It has a length where the items have one."""

    def __init__(self, items: Any, tick: Callable[[], None]) -> None:
        self._items: Collection[Any] = items
        self._tick = tick

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self._tick()
            yield item


class Ticker(NodeTransformer):
    """Leads what each loop of a template runs over through the filter."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 - the visitor finds it by this name
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, FILTER, [], [], None, None, lineno=node.iter.lineno)
        return node
