"""Jinja's filters and tests that a template may use, and those that are ours because Jinja's may use up anything.

Imports _limits and jinja2.
"""

import re
from collections.abc import Callable, Iterable
from functools import wraps
from itertools import zip_longest
from typing import Any

from jinja2 import Environment, pass_environment
from jinja2.exceptions import FilterArgumentError, SecurityError
from jinja2.filters import FILTERS, do_int, do_round, do_sum, do_trim
from markupsafe import Markup, escape

from voicekit import _limits as limits

# A tag, comment, instruction or CDATA section; and what stands for a character. What is never closed takes the rest, or ends at the
# next tag: no document is well-formed with it, and were it given up, each opening would search the whole rest anew.
_TAG = re.compile(
    r"""(<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)|<(?:[^<>"']|"[^"]*(?:"|\Z)|'[^']*(?:'|\Z))*+>?)""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_PRECISION = 15  # decimal places that a double can hold
# These return what is there already, or a small number.
LIGHT = frozenset({"abs", "count", "d", "default", "first", "last", "length", "max", "min", "wordcount"})
# These write what they are given as text, whatever it is.
WRITERS = frozenset(
    {"capitalize", "e", "escape", "lower", "replace", "string", "title", "trim", "truncate", "upper"}
)
_OTHERS = frozenset(
    {
        "float",
        "items",
        "list",
        "map",
        "reject",
        "rejectattr",
        "reverse",
        "select",
        "selectattr",
        "sort",
        "unique",
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
    jinjas = {name: FILTERS[name] for name in LIGHT | WRITERS | _OTHERS}
    letters = {name: _on_words(FILTERS[name]) for name in ("capitalize", "lower", "title", "upper")}
    uncut = {name: _uncut(FILTERS[name]) for name in ("reverse", "truncate")}
    ours = {"int": _int, "round": _round, "replace": _replace, "sum": _sum, "trim": _trim}
    return jinjas | letters | uncut | ours


def refuse_markup(text: Any) -> None:
    """Refuse to cut what holds markup or escapes: half a tag or half an escape may be left.

    Raises:
        SecurityError: It does.
    """
    if isinstance(text, Markup):
        raise SecurityError("text that is put together with markup is not cut; cut the value before")


def _on_words(function: Callable[..., str]) -> Callable[..., str]:
    """Return a filter of letters that leaves tags alone, and sees the characters that escapes stand for."""

    @wraps(function)
    def changed(text: Any, *args: Any) -> str:
        if not isinstance(text, Markup):
            return function(text, *args)
        parts = _TAG.split(text)
        words = (escape(function(_ESCAPE.sub(_character, part), *args)) for part in parts[::2])
        tags = (Markup(tag) for tag in parts[1::2])  # noqa: S704 - from what was markup
        return Markup("").join(part for pair in zip_longest(words, tags, fillvalue="") for part in pair)

    return changed


def _character(written: re.Match[str]) -> str:
    name, decimal, hexadecimal = written.groups()
    return _ENTITIES[name] if name else chr(int(decimal) if decimal else int(hexadecimal, 16))


def _uncut(function: Callable[..., Any]) -> Callable[..., Any]:
    before = 1 if hasattr(function, "jinja_pass_arg") else 0

    @wraps(function)
    def whole(*args: Any, **named: Any) -> Any:
        refuse_markup(args[before])
        return function(*args, **named)

    return whole


def _trim(text: str, chars: str | None = None) -> str:
    if chars is not None:
        refuse_markup(text)
    return do_trim(text, chars)


def _int(value: Any, default: int = 0, base: int = 10) -> int:
    """Read a whole number of as many bits as a value may have: what is done with a longer one takes the square of its length."""
    if isinstance(value, str) and len(value) > limits.VALUE_BITS:
        raise FilterArgumentError(f"a number of {len(value):,} characters")
    number = do_int(value, default, base)
    if number.bit_length() > limits.VALUE_BITS:
        raise FilterArgumentError(f"a number of more than {limits.VALUE_BITS:,} bits")
    return number


def _round(value: float, precision: int = 0, method: str = "common") -> float:
    if not -_PRECISION <= precision <= _PRECISION:
        raise FilterArgumentError(f"precision must be from -{_PRECISION} to {_PRECISION}")
    return do_round(value, precision, method)  # type: ignore[arg-type]


def _replace(text: Any, old: str, new: str, count: int | None = None) -> str:
    """Replace words by words or by markup. What stands around them is escaped after it was looked through, not before."""
    plain, sought = str(text), old.unescape() if isinstance(old, Markup) else str(old)
    if not sought:
        raise FilterArgumentError("replace needs something to look for")
    if plain.count(sought) * len(str(new)) > limits.RENDER_BYTES:
        raise FilterArgumentError(f"the result would have more than {limits.RENDER_BYTES:,} characters")
    most = -1 if count is None else count
    if not (isinstance(text, Markup) or isinstance(new, Markup)):
        return plain.replace(sought, str(new), most)
    if isinstance(text, Markup) and count is not None:
        refuse_markup(text)
    return _on_words(lambda part: escape(new).join(map(escape, part.split(sought, most))))(
        Markup.escape(text)
    )


@pass_environment
def _sum(
    environment: Environment, items: Iterable[Any], attribute: str | int | None = None, start: float = 0
) -> Any:
    if not isinstance(start, int | float):
        raise FilterArgumentError("sum adds numbers")
    return do_sum(environment, items, attribute, start)
