"""The JSON Schema of some examples: what they have in common. Pure; imports nothing of ours."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

EXAMPLES: Final = 4  # of each value that is shown
_LENGTH: Final = 200  # characters of an example that is shown

_TYPES: Final[Mapping[type, str]] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def shape(values: Sequence[Any], varied: Sequence[Any] = ()) -> dict[str, Any]:
    """Return the schema that all of some JSON values fit.

    Args:
        values: Some of many: what differs among them may be anything of its type.
        varied: Others that differ in closed settings only, each choice and both ends of which are among them. A text that
            differs here and not in `values` is one of these choices, and such a number lies between these ends.
    """
    every = [*values, *varied]
    kinds = {_TYPES[type(value)] for value in every}
    if "number" in kinds:
        kinds.discard("integer")
    found: dict[str, Any] = {"type": min(kinds) if len(kinds) == 1 else sorted(kinds)} if kinds else {}
    for kind, describe in _KEYWORDS:
        mine, others = ([one for one in some if type(one) in kind] for some in (values, varied))
        if mine or others:
            found |= describe(mine, others)
    if len(kinds) > 1 and "enum" in found:  # which would shut out what is no text
        found["examples"] = found.pop("enum")
    return found


def _object(values: Sequence[Any], varied: Sequence[Any]) -> dict[str, Any]:
    every = [*values, *varied]
    names = dict.fromkeys(name for value in every for name in value)
    always = [name for name in names if all(name in value for value in every)]
    properties = {name: shape(_at(values, name), _at(varied, name)) for name in names}
    return {"properties": properties, **({"required": always} if always else {})}


def _at(values: Iterable[Mapping[str, Any]], name: str) -> list[Any]:
    return [value[name] for value in values if name in value]


def _array(values: Sequence[Any], varied: Sequence[Any]) -> dict[str, Any]:
    items, others = ([item for value in some for item in value] for some in (values, varied))
    return {"items": shape(items, others)} if items or others else {}


def _text(values: Sequence[str], varied: Sequence[str]) -> dict[str, Any]:
    every = list(dict.fromkeys([*values, *varied]))
    if _is_closed(values, varied):
        return {"enum": sorted(every)}
    shown = [value for value in every if len(value) <= _LENGTH]
    return {"examples": shown[:EXAMPLES]} if shown else {}


def _number(values: Sequence[float], varied: Sequence[float]) -> dict[str, Any]:
    every = list(dict.fromkeys([*values, *varied]))
    if _is_closed(values, varied):
        return {"minimum": min(every), "maximum": max(every)}
    return {"examples": every[:EXAMPLES]}


def _is_closed(values: Sequence[Any], varied: Sequence[Any]) -> bool:
    return len(set(varied)) > 1 and len(set(values)) <= 1


_KEYWORDS: Final[Sequence[tuple[tuple[type, ...], Callable[[Any, Any], dict[str, Any]]]]] = (
    ((dict,), _object),
    ((list,), _array),
    ((str,), _text),
    ((int, float), _number),
)
