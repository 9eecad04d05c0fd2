"""The gate: what a template may contain, decided on its parsed tree before anything is compiled.

Jinja folds constants while it compiles and calls whatever a value offers, so an allow-list of nodes comes first:
no method calls, no repetition, no names of templates that only the data knows, no way around autoescaping.
"""

import math
from collections.abc import Iterator

from jinja2 import nodes

from voicekit import _limits as limits
from voicekit.errors import Place, RenderError

_ALLOWED: frozenset[type[nodes.Node]] = frozenset(
    {
        nodes.Add, nodes.And, nodes.Assign, nodes.AssignBlock, nodes.Block, nodes.Call, nodes.CallBlock, nodes.Compare,
        nodes.Concat, nodes.CondExpr, nodes.Const, nodes.Dict, nodes.Div, nodes.Extends, nodes.Filter, nodes.FilterBlock,
        nodes.FloorDiv, nodes.For, nodes.FromImport, nodes.Getattr, nodes.Getitem, nodes.If, nodes.Import, nodes.Include,
        nodes.Keyword, nodes.List, nodes.Macro, nodes.Mod, nodes.Name, nodes.Neg, nodes.Not, nodes.Operand, nodes.Or,
        nodes.Output, nodes.Pair, nodes.Pos, nodes.Scope, nodes.Slice, nodes.Sub, nodes.Template, nodes.TemplateData, nodes.Test,
        nodes.Tuple, nodes.With,
    }
)  # fmt: skip
_WHY: tuple[tuple[type[nodes.Node], str], ...] = (
    (nodes.Mul, "`*` is not used in templates"),
    (nodes.Pow, "`**` is not used in templates"),
    (nodes.ScopedEvalContextModifier, "autoescaping cannot be switched"),
    (nodes.EvalContextModifier, "autoescaping cannot be switched"),
)
_LOOP_DEPTH = 3
_DEPTH = 80  # Python compiles a hundred blocks in each other, and two hundred brackets

_TOO_DEEP = (f"nested deeper than {_DEPTH}", "flatten the template")


def check(tree: nodes.Template, path: str) -> None:
    """Refuse a template that holds what it must not.

    Raises:
        RenderError: With the file and line of the first such thing.
    """
    aliases = {alias.target for alias in tree.find_all(nodes.Import)}
    for node, loops, depth in _walk(tree, 0, 0):
        refusal = _refusal(node, aliases, loops) if depth <= _DEPTH else _TOO_DEEP
        if refusal:
            what, remedy = refusal
            raise RenderError.of(what, place=Place(path, node.lineno), remedy=remedy)


def references(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """Yield the name and line of every template that this one includes, imports or extends."""
    for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        target: nodes.Node = node.template  # type: ignore[attr-defined]
        if isinstance(target, nodes.Const):
            yield str(target.value), node.lineno


def _walk(node: nodes.Node, loops: int, depth: int) -> Iterator[tuple[nodes.Node, int, int]]:
    inner = loops + isinstance(node, nodes.For)
    yield node, inner, depth
    for child in node.iter_child_nodes():
        yield from _walk(child, inner, depth + 1)


def _refusal(node: nodes.Node, aliases: set[str], loops: int) -> tuple[str, str] | None:
    if type(node) not in _ALLOWED:
        why = next(
            (text for kind, text in _WHY if isinstance(node, kind)),
            f"{type(node).__name__} is not used in templates",
        )
        return why, "write it with the filters and macros of the speech library"
    if loops > _LOOP_DEPTH:
        return f"loops nested deeper than {_LOOP_DEPTH}", "prepare the list in the prompt's values"
    if isinstance(node, nodes.Include | nodes.Import | nodes.FromImport | nodes.Extends) and not isinstance(
        node.template, nodes.Const
    ):
        return (
            "the name of another template must be written out",
            'write it in quotes: {% include "partials/x.ssml.j2" %}',
        )
    if isinstance(node, nodes.Call) and not _callable(node.node, aliases):
        return "values have no methods here", "use a filter: {{ name | upper }}"
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        return "names that start with `_` are not read from values", "use a plain name"
    if (
        isinstance(node, nodes.Const)
        and isinstance(node.value, str)
        and len(node.value) > limits.RENDER_BYTES
    ):
        return "a text this long does not belong in a template", "shorten it"
    if isinstance(node, nodes.Const) and isinstance(node.value, float) and not math.isfinite(node.value):
        return "a number that is not finite", "write a plain number"
    return None


def _callable(node: nodes.Node, aliases: set[str]) -> bool:
    """Whether a call goes to a macro: by its name, or through the alias of an import."""
    if isinstance(node, nodes.Name):
        return True
    return (
        isinstance(node, nodes.Getattr)
        and isinstance(node.node, nodes.Name)
        and node.node.name in {*aliases, "self"} | {"loop"}
    )
