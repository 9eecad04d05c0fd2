"""Paths with values in them, such as ``/v1/text-to-speech/{voice_id}``: filled and read back. Imports nothing of ours."""

import re
from collections.abc import Mapping
from functools import cache
from urllib.parse import quote, unquote

_VALUE = re.compile(r"\{(\w+)\}")


def fill(template: str, **values: str) -> str:
    """Put values into a path's places; what is not plain in them is percent-encoded, the slash included.

    Raises:
        ValueError: A value would not stay one segment of its own: it is empty, ``.`` or ``..``.
    """
    if any(value in {"", ".", ".."} for value in values.values()):
        raise ValueError("a value that cannot be a segment of a path")
    return _VALUE.sub(lambda match: quote(values[match[1]], safe=""), template)


def read(template: str, path: str) -> Mapping[str, str] | None:
    """Return the values that stand in a path's places, or None where the path is not of this form."""
    match = _pattern(template).fullmatch(path)
    return {name: unquote(value) for name, value in match.groupdict().items()} if match else None


def names(template: str) -> list[str]:
    """Return the names of a path's places."""
    return _VALUE.findall(template)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = _VALUE.split(template)
    written = (f"(?P<{part}>[^/]+)" if number % 2 else re.escape(part) for number, part in enumerate(parts))
    return re.compile("".join(written))
