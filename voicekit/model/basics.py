"""The words that the other values are made of. Imports nothing of ours."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

Plain = str | int | float | bool | None | list[Any] | dict[str, Any]
Scalar = str | int | float | bool
Options = tuple[tuple[str, Scalar], ...]
"""Provider-only settings, as sorted pairs; those at their default are left out."""
Severity = Literal["error", "warning", "info"]
Action = Literal["create", "change", "reshape", "prune", "cached"]
Grade = Literal["P", "M", "S", "U"]
Support = Literal["yes", "no", "unknown", "ignored"]
NO_VALUES: Mapping[str, Any] = MappingProxyType({})
