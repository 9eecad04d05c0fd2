"""What may go into a template: text, numbers, true, false, null, lists and mappings, and not one object with a method of its own.

Imports _limits and errors.
"""

from collections.abc import Mapping
from typing import Any

from voicekit import _limits as limits
from voicekit.errors import Place, RenderError


def plain(values: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """Return the values of a template, built anew of plain data.

    What comes from files is plain. What comes from a program may be anything: a path or an object in a template is code that
    runs, and a text of a class that escapes itself passes every escaping. Only what is exactly a text, a number, a boolean or
    nothing goes in; lists and mappings are copied, so that a class of their kind has no say in what they hold.

    Raises:
        RenderError: With every value that is not plain, by its path; what it holds is not told.
    """
    wrong: list[RenderError] = []

    def copied(value: Any, where: str, depth: int) -> Any:
        kind = type(value)
        if kind is str or kind is float or kind is bool or value is None:
            return value
        if kind is int and value.bit_length() <= limits.VALUE_BITS:
            return value
        if depth <= limits.YAML_DEPTH:
            if isinstance(value, dict) and all(type(key) is str for key in dict.keys(value)):
                return {key: copied(one, f"{where}.{key}", depth + 1) for key, one in dict.items(value)}
            if isinstance(value, list):
                return [
                    copied(one, f"{where}[{at}]", depth + 1) for at, one in enumerate(list.__iter__(value))
                ]
        wrong.append(
            RenderError.of(
                f"is {_named(value, depth)}; templates see text, numbers, true, false, null, lists and mappings",
                place=place,
                where=where[:120],
                remedy="give it as text or a number",
            )
        )
        return None

    made = {name: copied(value, f"values.{name}", 1) for name, value in values.items()}
    if wrong:
        raise RenderError(tuple(problem for error in wrong for problem in error.problems))
    return made


def _named(value: Any, depth: int) -> str:
    """Name what a value is, by its class."""
    if depth > limits.YAML_DEPTH:
        return f"nested deeper than {limits.YAML_DEPTH}"
    if type(value) is int:
        return "a number too long to be meant"
    if isinstance(value, dict):
        return "a mapping with a key that is no text"
    return f"of the class {type(value).__name__[:40]}"
