"""What `mutants.py` does to code: one small change at a time, each of which some test should notice.

Comparisons, `and` and `or`, `not`, numbers, booleans, arithmetic, what is returned, raised and called for its effect. Words are left
alone: what a message says is no guard. Imports the standard library only.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_LARGE = 100  # a bound of a million that is one off is no hole


@dataclass(frozen=True)
class Mutant:
    """One change: the line that it is on, what it is, and the module's source with it."""

    line: int
    what: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """Return every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    found = []
    nodes = list(_code(tree))
    for number, node in enumerate(nodes):
        for what, change in _changes(node):
            changed = copy.deepcopy(tree)
            twin = list(_code(changed))[number]
            change(twin)
            found.append(Mutant(node.lineno, what, ast.unparse(ast.fix_missing_locations(changed))))
    return sorted(found, key=lambda mutant: mutant.line)


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that do something: not annotations, docstrings, assertions for the type checker, or words of messages."""
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.Assert | ast.JoinedStr | ast.Import | ast.ImportFrom):
                continue
            if isinstance(child, ast.AST):
                if hasattr(child, "lineno"):
                    yield child
                yield from _code(child)


def _changes(node: ast.AST) -> Iterator[tuple[str, object]]:
    """Yield what can be done to a node: how it is told, and what does it to its twin."""
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            other = _COMPARISONS[type(operator)]

            def compare(twin: ast.Compare, at: int = at, other: type[ast.cmpop] = other) -> None:
                twin.ops[at] = other()

            yield f"{type(operator).__name__} becomes {other.__name__}", compare
    elif isinstance(node, ast.BoolOp):
        other_op = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield (
            f"`{'and' if other_op is ast.Or else 'or'}` becomes the other",
            lambda twin: setattr(twin, "op", other_op()),
        )
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield (
            "`not` is dropped",
            lambda twin: _become(twin, ast.Call(ast.Name("bool", ast.Load()), [twin.operand], [])),
        )
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _ARITHMETIC:
        made = _ARITHMETIC[type(node.op)]
        yield f"{type(node.op).__name__} becomes {made.__name__}", lambda twin: setattr(twin, "op", made())
    elif (
        isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float) and node.value < _LARGE
    ):
        value = not node.value if isinstance(node.value, bool) else node.value + 1
        yield f"{node.value} becomes {value}", lambda twin: setattr(twin, "value", value)
    elif isinstance(node, ast.Return) and node.value is not None and not _is_plain(node.value):
        yield "nothing is returned", lambda twin: setattr(twin, "value", ast.Constant(None))
    elif isinstance(node, ast.Raise):
        yield "nothing is raised", lambda twin: _become(twin, ast.Pass())
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await):
        yield "a call is left out", lambda twin: _become(twin, ast.Pass())
    elif isinstance(node, ast.If | ast.While | ast.IfExp) and not isinstance(
        node.test, ast.Compare | ast.BoolOp | ast.UnaryOp
    ):
        yield (
            "a condition is turned round",
            lambda twin: setattr(twin, "test", ast.UnaryOp(ast.Not(), twin.test)),
        )
    elif isinstance(node, ast.Break | ast.Continue):
        turned = ast.Continue if isinstance(node, ast.Break) else ast.Break
        yield f"{type(node).__name__} becomes {turned.__name__}", lambda twin: _become(twin, turned())


def _is_plain(node: ast.AST) -> bool:
    """Whether a value is None already, or true or false, which is turned round by itself."""
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))


def _become(node: ast.AST, other: ast.AST) -> None:
    """Turn a node into another in place, so that what holds it need not be known."""
    fields = {name: getattr(other, name) for name in other._fields}
    place = {name: getattr(node, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")}
    node.__dict__.clear()
    node.__class__ = type(other)
    node.__dict__.update(fields | place)
