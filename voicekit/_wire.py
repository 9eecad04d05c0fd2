"""Plain data ⇄ bytes and values: canonical JSON, digests, cattrs. Imports model and errors; orjson and cattrs live here."""

import hashlib
import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar, cast

import orjson

from voicekit.errors import ConfigError, Place

T = TypeVar("T")

_EXACT = 2**53  # beyond it a double no longer holds every whole number
_DEPTH = 200  # lists and objects inside each other; orjson reads 1,024 of them, and writes no more than 254


def canonical(data: Any) -> bytes:
    """Write plain data as RFC 8785 canonical JSON: keys sorted, numbers as ECMAScript writes them.

    Raises:
        ValueError: NaN, an infinity, a whole number that a double cannot hold, or more than 200 lists and objects inside
            each other.
    """
    try:
        # orjson gives back its whole buffer, of some 4 kB: a plan would hold one for each request.
        return bytes(memoryview(orjson.dumps(_normal(data, _DEPTH))))
    except orjson.JSONEncodeError as error:
        raise ValueError(str(error)) from None


def _normal(data: Any, depth: int) -> Any:
    if isinstance(data, str) or data is None or isinstance(data, bool):
        return data
    if isinstance(data, int):
        if abs(data) > _EXACT:
            raise ValueError("a whole number beyond 2^53 has no canonical form")
        return data
    if isinstance(data, float):
        return _number(data)
    if depth == 0:
        raise ValueError(f"more than {_DEPTH} lists and objects inside each other have no canonical form")
    if isinstance(data, Mapping):
        return {key: _normal(data[key], depth - 1) for key in sorted(data, key=_utf16)}
    return [_normal(item, depth - 1) for item in data]


def _utf16(key: str) -> bytes:
    """Return what RFC 8785 sorts keys by: their UTF-16 code units."""
    return key.encode("utf-16-be", "surrogatepass")


def _number(value: float) -> Any:
    if not math.isfinite(value):
        raise ValueError("NaN and infinities have no canonical form")
    if value.is_integer() and abs(value) <= _EXACT:
        return int(value)
    size = abs(value)
    if 1e-5 <= size < _EXACT:
        return value
    return orjson.Fragment(_ecmascript(value).encode())


def _ecmascript(value: float) -> str:
    """Write a number as ECMAScript's Number::toString does (ECMA-262, 6.1.6.1.20)."""
    sign = "-" if value < 0 else ""
    mantissa, exponent = f"{abs(value)!r}".replace("e+", "e").partition("e")[::2]
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = (
        len(whole) + int(exponent or 0)
        if whole != "0"
        else int(exponent or 0) - (len(fraction) - len(digits))
    )
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        return sign + (
            digits.ljust(point, "0") if len(digits) <= point else f"{digits[:point]}.{digits[point:]}"
        )
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{point - 1:+d}"


def pretty(data: Any) -> str:
    """Write plain data as indented JSON for people and files, with a final newline."""
    return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def compact(data: Any) -> bytes:
    """Write plain data as one line of JSON, keys in the order they have."""
    return orjson.dumps(data)


def parse(data: bytes | str) -> Any:
    """Read JSON.

    Raises:
        ValueError: Not JSON; the message holds the position and nothing of the content.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"not JSON: line {error.lineno}, column {error.colno}") from None


def depth(data: Any) -> int:
    """Return how many lists and objects of plain data are inside each other."""
    count, level = 0, [data]
    while level := [one for one in level if isinstance(one, dict | list)]:
        count += 1
        level = [item for one in level for item in (one.values() if isinstance(one, dict) else one)]
    return count


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


@lru_cache(maxsize=1)
def _converter() -> Any:
    import cattrs

    return cattrs.Converter(forbid_extra_keys=False)


def to_plain(value: Any) -> Any:
    """Turn an attrs value into plain data."""
    return _converter().unstructure(value)


def from_plain(data: Any, kind: type[T], *, path: str) -> T:
    """Turn plain data into an attrs value.

    Raises:
        ConfigError: The data does not fit; names `path` and each field, and no value.
    """
    import cattrs

    try:
        return cast(T, _converter().structure(data, kind))
    except (cattrs.BaseValidationError, ValueError, TypeError, KeyError) as error:
        lines = (
            cattrs.transform_error(error)
            if isinstance(error, cattrs.BaseValidationError)
            else ["not the expected data"]
        )
        message = f"not a voicekit record: {'; '.join(lines)}"
        raise ConfigError.of(
            message, place=Place(path), remedy="delete the file; the next build writes it again"
        ) from None
