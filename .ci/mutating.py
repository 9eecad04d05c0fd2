"""What `mutants.py` does to code: one small change at a time, each of which some test should notice.

Comparisons, `and` and `or`, `not`, numbers, booleans, arithmetic, what is returned, raised and called for its effect. Left alone, on
principle, is what guards nothing: the words of messages, annotations, docstrings, assertions (they are for the type checker), and
numbers of a hundred or more, for a bound of a million that is one off is no hole. Imports the standard library only.
"""

import ast
import gc
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_LARGE = 100

Change = Callable[[Any], object]


@dataclass(frozen=True)
class Mutant:
    """One change: the line that it is on, what it is, and which of a module's nodes and of a node's changes it is."""

    line: int
    what: str
    node: int
    change: int


def mutants(source: str) -> list[Mutant]:
    """Return every mutant of a module, in the order of its lines."""
    found = [
        Mutant(node.lineno, what, number, which)
        for number, node in enumerate(_code(ast.parse(source)))
        for which, (what, _) in enumerate(_changes(node))
    ]
    return sorted(found, key=lambda mutant: mutant.line)


def changed(source: str, mutant: Mutant) -> ast.Module:
    """Return a module with one change; its lines keep their numbers."""
    tree = ast.parse(source)
    node = list(_code(tree))[mutant.node]
    _, change = list(_changes(node))[mutant.change]
    change(node)
    return ast.fix_missing_locations(tree)


def put(path: str, source: str, mutant: Mutant) -> bool:
    """Put a mutant into the functions of the module that is loaded in this process.

    Returns:
        False where that is not enough, since what was changed runs while the module is imported.
    """
    twins: dict[object, CodeType] = {}
    if not _pair(compile(source, path, "exec"), compile(changed(source, mutant), path, "exec"), twins):
        return False
    found = [
        (one, twins[_key(one.__code__)])
        for one in gc.get_objects()
        if isinstance(one, FunctionType) and one.__code__.co_filename == path and _key(one.__code__) in twins
    ]
    try:
        for function, code in found:
            function.__code__ = code
    except ValueError:  # it closes over other names now
        return False
    return bool(found)


def _pair(old: CodeType, new: CodeType, twins: dict[object, CodeType]) -> bool:
    """Note what becomes of each function; False where a module's or a class's own statements have changed."""
    inner = _inner(old), _inner(new)
    if old.co_flags & inspect.CO_OPTIMIZED:
        if old != new:
            twins[_key(old)] = new
    elif _bare(old) != _bare(new):
        return False
    if len(inner[0]) != len(inner[1]):  # what held a function is gone, and is told by itself
        return True
    fit = [_pair(one, other, twins) for one, other in zip(*inner, strict=True)]
    return all(fit)


def _inner(code: CodeType) -> list[CodeType]:
    return [one for one in code.co_consts if isinstance(one, CodeType)]


def _bare(code: CodeType) -> CodeType:
    return code.replace(co_consts=tuple(one for one in code.co_consts if not isinstance(one, CodeType)))


def _key(code: CodeType) -> object:
    """Return what tells a function from the others of its module: its columns do, where a line has several."""
    return code.co_qualname, code.co_firstlineno, code.co_linetable


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that do something."""
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


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Yield what can be done to a node: how it is told, and what does it."""
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp(op=ast.And()):
            yield "`and` becomes `or`", lambda it: setattr(it, "op", ast.Or())
        case ast.BoolOp():
            yield "`or` becomes `and`", lambda it: setattr(it, "op", ast.And())
        case ast.UnaryOp(op=ast.Not()):
            yield (
                "`not` is dropped",
                lambda it: _become(it, ast.Call(ast.Name("bool", ast.Load()), [it.operand], [])),
            )
        case ast.BinOp() | ast.AugAssign() if type(node.op) in _ARITHMETIC:
            other = _ARITHMETIC[type(node.op)]
            yield f"{type(node.op).__name__} becomes {other.__name__}", lambda it: setattr(it, "op", other())
        case ast.Constant(value=bool()):
            yield f"{node.value} becomes {not node.value}", lambda it: setattr(it, "value", not it.value)
        case ast.Constant(value=int() | float()) if node.value < _LARGE:
            yield f"{node.value} becomes {node.value + 1}", lambda it: setattr(it, "value", it.value + 1)
        case ast.Return(value=ast.expr()) if not _is_plain(node.value):
            yield "nothing is returned", lambda it: setattr(it, "value", ast.Constant(None))
        case ast.Raise():
            yield "nothing is raised", lambda it: _become(it, ast.Pass())
        case ast.Expr(value=ast.Call() | ast.Await()):
            yield "a call is left out", lambda it: _become(it, ast.Pass())
        case ast.If() | ast.While() | ast.IfExp() if not isinstance(
            node.test, ast.Compare | ast.BoolOp | ast.UnaryOp
        ):
            yield (
                "a condition is turned round",
                lambda it: setattr(it, "test", ast.UnaryOp(ast.Not(), it.test)),
            )
        case ast.Break():
            yield "Break becomes Continue", lambda it: _become(it, ast.Continue())
        case ast.Continue():
            yield "Continue becomes Break", lambda it: _become(it, ast.Break())


def _comparisons(node: ast.Compare) -> Iterator[tuple[str, Change]]:
    for at, operator in enumerate(node.ops):
        other = _COMPARISONS[type(operator)]
        yield (
            f"{type(operator).__name__} becomes {other.__name__}",
            lambda it, at=at, other=other: it.ops.__setitem__(at, other()),
        )


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
