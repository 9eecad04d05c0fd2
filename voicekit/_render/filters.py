"""Jinja's filters and tests that a template may use, and those that are ours because Jinja's may use up anything.

Imports _limits and jinja2.
"""

from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import Environment, pass_environment, pass_eval_context
from jinja2.exceptions import FilterArgumentError
from jinja2.filters import FILTERS, do_replace, do_round, do_sum
from jinja2.nodes import EvalContext

from voicekit import _limits as limits

_PRECISION = 15  # decimal places that a double can hold
# These return what is there already, or a small number.
LIGHT = frozenset({"abs", "count", "d", "default", "first", "last", "length", "max", "min", "wordcount"})
_JINJAS = frozenset(
    {
        *LIGHT,
        "capitalize",
        "e",
        "escape",
        "float",
        "int",
        "items",
        "join",
        "list",
        "lower",
        "map",
        "reject",
        "rejectattr",
        "reverse",
        "select",
        "selectattr",
        "sort",
        "string",
        "title",
        "trim",
        "truncate",
        "unique",
        "upper",
    }
)
TESTS = frozenset(
    [
        "boolean", "defined", "divisibleby", "eq", "even", "false", "float", "ge", "gt", "in", "integer", "iterable", "le", "lower",
        "lt", "mapping", "ne", "none", "number", "odd", "sequence", "string", "true", "undefined", "upper",
        "==", "!=", "<", ">", "<=", ">=",
    ]
)  # fmt: skip


def filters() -> dict[str, Callable[..., Any]]:
    """Return the filters beside those of the speech library. All but the `LIGHT` ones are to be weighed."""
    jinjas = {name: FILTERS[name] for name in _JINJAS}
    return jinjas | {"round": _round, "replace": _replace, "sum": _sum}


def _round(value: float, precision: int = 0, method: str = "common") -> float:
    if not -_PRECISION <= precision <= _PRECISION:
        raise FilterArgumentError(f"precision must be from -{_PRECISION} to {_PRECISION}")
    return do_round(value, precision, method)  # type: ignore[arg-type]


@pass_eval_context
def _replace(context: EvalContext, text: str, old: str, new: str, count: int | None = None) -> str:
    growth = str(text).count(str(old)) * len(str(new))
    if growth > limits.RENDER_BYTES:
        raise FilterArgumentError(f"the result would have more than {limits.RENDER_BYTES:,} characters")
    return do_replace(context, text, old, new, count)


@pass_environment
def _sum(
    environment: Environment, items: Iterable[Any], attribute: str | int | None = None, start: float = 0
) -> Any:
    if not isinstance(start, int | float):
        raise FilterArgumentError("sum adds numbers")
    return do_sum(environment, items, attribute, start)
