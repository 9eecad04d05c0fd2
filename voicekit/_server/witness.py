"""What the server saw: how many requests, which were accepted, and the last of them. Imports _wire.

Nothing that may hold a credential is kept: headers by a list of those that are shown, queries without those that carry
a key. All of it is bounded: a query of a few kilobytes may hold so many names that it fills megabytes.
"""

import contextlib
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from attrs import define, field, frozen

from voicekit import _wire

SCHEMA: Final = "voicekit.requests/1"
KEPT: Final = 1_000  # requests
BODY_BYTES: Final = 16_384  # of each request's body
BODY_DEPTH: Final = 64  # lists and objects inside each other in a body that is shown as JSON
HEAD_CHARACTERS: Final = 4_096  # of each request's path, and as many of its query and of its headers
_SHOWN = frozenset({"accept", "content-type", "content-length", "user-agent"})


@frozen
class Privacy:
    """What of a request may be shown: headers on a list, and the query without names that carry keys."""

    headers: frozenset[str]
    queries: frozenset[str]

    @classmethod
    def of(cls, spoken: Iterable[str], headers: frozenset[str], queries: frozenset[str]) -> "Privacy":
        """Return the rule for `spoken` headers of the wires, less the names in which keys come."""
        return cls((_SHOWN | {name.lower() for name in spoken}) - headers, queries)

    def shown(self, headers: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Return the headers that may be shown."""
        return {name.lower(): value for name, value in headers if name.lower() in self.headers}

    def asked(self, query: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Return a query without what carries a key."""
        return tuple((name, value) for name, value in query if name.lower() not in self.queries)


@define
class Visit:
    """One request, as far as it is known.

    Attributes:
        kind: ``synthesize``, ``poll``, ``voices``, ``file`` or, where it is none of these, ``other``.
        status: What it was answered with; None where no answer was written.
        refused: Whether the vendor would refuse it, which some tell with a 200.
        seconds: From its arrival until there was an answer to write.
        fault: What went wrong with it on purpose.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    kind: str = "other"
    provider: str | None = None
    body: bytes = field(default=b"", repr=False)
    status: int | None = None
    refused: bool = False
    seconds: float = 0.0
    fault: str | None = None
    number: int = 0

    @property
    def is_accepted(self) -> bool:
        """Whether a vendor would charge for it: something to be spoken that was answered with a success, or not at all."""
        success = self.status is None or 200 <= self.status < 300
        return self.kind == "synthesize" and success and not self.refused


class Witness:
    """The requests since the start, or since somebody said `forget`."""

    def __init__(self) -> None:
        self._last: deque[Visit] = deque(maxlen=KEPT)
        self._seen: Counter[str] = Counter()
        self._accepted: Counter[str] = Counter()
        self._count = 0

    def note(self, visit: Visit) -> None:
        """Count a request that was answered."""
        self._count += 1
        visit.number, visit.body = self._count, visit.body[:BODY_BYTES]
        visit.path = visit.path[:HEAD_CHARACTERS]
        visit.query = tuple(_bounded(visit.query))
        visit.headers = dict(_bounded(visit.headers.items()))
        self._last.append(visit)
        if visit.provider is not None:
            self._seen[visit.provider] += 1
            self._accepted[visit.provider] += visit.is_accepted

    def forget(self) -> None:
        """Begin anew."""
        self._last.clear()
        self._seen.clear()
        self._accepted.clear()
        self._count = 0

    def page(self) -> Mapping[str, Any]:
        """Return the inspection page."""
        return {
            "schema": SCHEMA,
            "count": self._count,
            "accepted": self._accepted.total(),
            "providers": {
                name: {"count": count, "accepted": self._accepted[name]}
                for name, count in sorted(self._seen.items())
            },
            "requests": [_row(visit) for visit in self._last],
        }


def _bounded(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the first names with their values, as far as there is room; a name counts for more than its letters."""
    room = HEAD_CHARACTERS
    for name, value in pairs:
        room -= len(name) + 32
        if room <= 0:
            return
        yield name, value[:room]
        room -= len(value)


def plain_query(query: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return a query as an object; a name that stands in it several times has a list."""
    found: dict[str, list[str]] = {}
    for name, value in query:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _row(visit: Visit) -> dict[str, Any]:
    return {
        "number": visit.number,
        "method": visit.method,
        "path": visit.path,
        "query": plain_query(visit.query),
        "headers": visit.headers,
        "kind": visit.kind,
        "provider": visit.provider,
        "status": visit.status,
        "accepted": visit.is_accepted,
        "seconds": round(visit.seconds, 6),
        "fault": visit.fault,
        "body": _body(visit.body),
    }


def _body(body: bytes) -> Any:
    """Return JSON as what it says unless it is too deep, anything else as text, and nothing as None."""
    if not body:
        return None
    with contextlib.suppress(ValueError):
        said = _wire.parse(body)
        if _wire.depth(said) <= BODY_DEPTH:
            return said
    return body.decode(errors="replace")
