"""The typed values of a script's inputs: checked, and brought to the one form that templates see.

Templates see plain data only: a date is ``2026-12-24``, a time ``14:30`` or ``14:30:05``, an amount ``42.50 USD``.
Imports model and _limits.
"""

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from importlib import import_module
from typing import Any

from voicekit.model import Input

_MONEY = re.compile(
    r"\s*(?:(?P<before>[A-Z]{3})\s*)?(?P<amount>[-+]?[0-9]+(?:\.[0-9]+)?)(?:\s*(?P<after>[A-Z]{3}))?\s*"
)
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?")
_INTEGER = re.compile(r"[-+]?[0-9]{1,200}")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
PATTERN_LENGTH = 1_000  # characters of a value that is matched against a pattern
PATTERN_WAYS = 10_000_000  # of trying one; about a second
_BOOLEAN = {"true": True, "false": False}


def accept(spec: Input, value: Any, *, from_text: bool = False) -> Any:
    """Check a value against its input and return the form that a template sees.

    Args:
        spec: The input.
        value: Plain data.
        from_text: Whether the value is a cell of a CSV file, where everything is text.

    Raises:
        ValueError: It does not fit. The message names the rule and holds no value.
    """
    if from_text and isinstance(value, str):
        value = _from_text(spec, value)
    found = _KINDS[spec.type](spec, value)
    if spec.type in BOUNDED:
        _bounds(spec, found)
    return found


def _from_text(spec: Input, cell: str) -> Any:
    word = cell.strip()
    if spec.type in {"integer", "number"} and _INTEGER.fullmatch(word):
        return int(word)
    if spec.type == "number" and _NUMBER.fullmatch(word):
        return float(word)
    if spec.type == "boolean":
        return _BOOLEAN.get(word.lower(), cell)
    if spec.type == "list":
        items = [part.strip() for part in cell.split(";")] if cell.strip() else []
        return [_from_text(spec.items, item) for item in items] if spec.items else items
    return cell


def _string(spec: Input, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("expected text; put it in quotes")
    _length(spec, len(value), "characters")
    if spec.pattern is not None:
        if len(value) > PATTERN_LENGTH or ways(spec.pattern, len(value)) > PATTERN_WAYS:
            raise ValueError(
                f"has {len(value)} characters, too many to be matched against the pattern {spec.pattern}"
            )
        if not re.fullmatch(spec.pattern, value):
            raise ValueError(f"does not match the pattern {spec.pattern}")
    return value


@lru_cache(maxsize=4096)
def ways(pattern: str, length: int) -> int:
    """Return in how many ways a text of a length can be tried against a pattern, or a number above `PATTERN_WAYS`.

    A repeat inside a repeat, or a choice in one, makes it grow exponentially, and matching may then never end.
    """
    parsed = _parse(pattern)
    if parsed is not None:
        return _ways(parsed, length)
    flat = (length + 1) ** len(re.findall(r"[*+?{|]", pattern))  # pragma: no cover
    return PATTERN_WAYS + 1 if "(" in pattern else flat  # pragma: no cover


@lru_cache(maxsize=256)
def _parse(pattern: str) -> Any:
    # The standard library's own parser of patterns has no public name, and need not stay.
    try:
        return import_module("re._parser").parse(pattern)
    except ModuleNotFoundError:  # pragma: no cover - Python 3.11 to 3.13 have it
        return None


def _ways(parsed: Any, length: int) -> int:
    total = 1
    for operation, argument in parsed:
        inner = [_ways(part, length) for part in _parts(argument)]
        if str(operation) == "BRANCH":
            found = sum(inner)
        elif "REPEAT" in str(operation):
            least, most, body = argument
            times = min(int(most), length // max(body.getwidth()[0], 1))
            found = (times - min(int(least), times) + 1) * inner[0] ** min(times, 64)
        else:
            found = math.prod(inner)
        total = min(total * found, PATTERN_WAYS + 1)
    return total


def _parts(argument: Any) -> Iterator[Any]:
    """Yield the patterns inside one operation of a parsed pattern."""
    if hasattr(argument, "getwidth"):
        yield argument
    elif isinstance(argument, list | tuple):
        for part in argument:
            yield from _parts(part)


def _length(spec: Input, length: int, what: str) -> None:
    has = f"has {length} {what if length != 1 else what.removesuffix('s')}"
    if spec.min_length is not None and length < spec.min_length:
        raise ValueError(f"{has}; at least {spec.min_length} are asked for")
    if spec.max_length is not None and length > spec.max_length:
        raise ValueError(f"{has}; at most {spec.max_length} are allowed")


def _integer(_: Input, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("expected a whole number")
    return value


def _number(_: Input, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("expected a number")
    return value


def _boolean(_: Input, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


def _date(_: Input, value: Any) -> str:
    try:
        return dt.date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise ValueError("expected a date such as 2026-12-24") from None


def _time(_: Input, value: Any) -> str:
    if isinstance(value, str) and _TIME.fullmatch(value):
        try:
            dt.time.fromisoformat(value)
        except ValueError:
            pass
        else:
            return value
    raise ValueError("expected a time such as 14:30")


def parse_money(text: str, currency: str | None = None) -> tuple[Decimal, str]:
    """Split an amount such as ``42.50 USD`` into its number and its currency code.

    Raises:
        ValueError: It is not one, or has no currency.
    """
    match = _MONEY.fullmatch(text)
    code = (match["before"] or match["after"] or currency) if match else None
    if match is None or code is None or (match["before"] and match["after"]):
        raise ValueError("expected an amount such as 42.50 USD")
    try:
        return Decimal(match["amount"]), code
    except InvalidOperation:  # pragma: no cover - the pattern allows nothing that Decimal refuses
        raise ValueError("expected an amount such as 42.50 USD") from None


def _money(spec: Input, value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        value = f"{value}"
    if not isinstance(value, str):
        raise ValueError("expected an amount such as 42.50 USD")
    amount, code = parse_money(value, spec.currency)
    if spec.currency is not None and code != spec.currency:
        raise ValueError(f"expected an amount in {spec.currency}")
    return f"{amount} {code}"


def _enum(spec: Input, value: Any) -> str:
    if value not in spec.values:
        raise ValueError(f"expected one of: {', '.join(spec.values)}")
    return str(value)


def _list(spec: Input, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("expected a list")
    _length(spec, len(value), "items")
    return [accept(spec.items, item) for item in value] if spec.items else list(value)


def _bounds(spec: Input, value: Any) -> None:
    size = comparable(spec, value)
    if spec.minimum is not None and size < comparable(spec, spec.minimum):
        raise ValueError(f"is below the minimum {spec.minimum}")
    if spec.maximum is not None and size > comparable(spec, spec.maximum):
        raise ValueError(f"is above the maximum {spec.maximum}")


def comparable(spec: Input, bound: Any) -> Any:
    """Return a value or a bound of an input in a form that orders: an amount may leave its currency out.

    Raises:
        ValueError: It is not a value of the input's type, or the type has no order.
    """
    if spec.type not in BOUNDED:
        raise ValueError(f"has no meaning for a {spec.type}")
    if spec.type == "money":
        return parse_money(str(bound), spec.currency or "XXX")[0]
    return _KINDS[spec.type](spec, bound)


_KINDS: dict[str, Callable[[Input, Any], Any]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "time": _time,
    "money": _money,
    "enum": _enum,
    "list": _list,
}

TYPES = tuple(_KINDS)
BOUNDED = frozenset({"integer", "number", "date", "time", "money"})
