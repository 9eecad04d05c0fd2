"""The words that the other values are made of. Imports nothing of ours."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any, Literal

from attrs import field, frozen

Plain = str | int | float | bool | None | list[Any] | dict[str, Any]
Scalar = str | int | float | bool
Options = tuple[tuple[str, Scalar], ...]
"""Provider-only settings, as sorted pairs; those at their default are left out."""
Severity = Literal["error", "warning", "info"]
Action = Literal["create", "change", "reshape", "prune", "cached"]
Grade = Literal["P", "M", "S", "U"]
Support = Literal["yes", "no", "unknown", "ignored"]
NO_VALUES: Mapping[str, Any] = MappingProxyType({})


def is_loopback(host: str) -> bool:
    """Whether a host, without its port, is this machine: a name that only begins like an address of it is anybody's."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@frozen
class Environ(Mapping[str, str]):
    """An environment as it is handed down to where requests are sent: no traceback that shows locals shows what is in it."""

    _values: Mapping[str, str] = field(repr=False)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
