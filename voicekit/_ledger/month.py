"""A month's file: lines that are only ever added, and what they come to. Imports _files, _wire, model and errors.

::

    {"schema":"voicekit.ledger/1"}
    {"state":"reserved","id":"5f1c9a02-1","time":"2026-11-23T06:58:01Z","pack":"phone",…,"usd":0.0008,"sum":"90c2b7f1"}
    {"state":"repeated","id":"5f1c9a02-1","sum":"…"}                  its answer got lost, and it may be sent once more
    {"state":"settled","id":"5f1c9a02-1","requests":2,"sum":"…"}      so many requests may be charged; 0 releases it

What is reserved and never settled counts as spent. `sum` is the CRC-32 of what stands before it in its line: a line that
a kill cut short is told from one that was changed later. The first was never durable, so that its request was never
sent, and is dropped; the second is an error.

Money is added up in whole billionths of a dollar, so that no order of additions makes a difference.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self
from zlib import crc32

from attrs import asdict, field, fields, frozen, mutable, validators

from voicekit import _files, _wire
from voicekit.errors import ConfigError, Place, Problems
from voicekit.model import RequestPlan

SCHEMA = "voicekit.ledger/1"
FOLDER = ".voicekit/ledger"

_DEAREST = 1e6  # USD for one request; what costs more is damage
_BLOCK = 1_000_000  # bytes that are read at once
_FIRST = _wire.compact({"schema": SCHEMA})
_BEGINNING = b'{"state":"'
_SUM = b',"sum":"'
_SEAL = len(_SUM) + 8 + len('"}')  # bytes at the end of a whole line
_DAMAGED = "put the line back from a copy of the file; or delete it, and what it booked is forgotten"


def nanos(usd: float) -> int:
    """Return a sum of USD in whole billionths."""
    return round(usd * 1e9)


def dollars(amount: int) -> str:
    """Write billionths of a USD as USD, with as many decimals as they need and two at least."""
    whole, rest = divmod(amount, 10**9)
    return f"{whole:,}.{f'{rest:09}'.rstrip('0').ljust(2, '0')}"


@frozen
class Entry:
    """What one request is for, and what it may cost. Holds no prompt's text and no secret.

    Attributes:
        characters: As the vendor counts them.
        usd: The price of one request; 0 is free of charge, None is not known.
    """

    pack: str
    prompt: str
    profile: str
    tags: tuple[str, ...]
    provider: str
    endpoint: str
    request_key: str
    characters: int
    usd: float | None = field(
        validator=validators.optional(validators.and_(validators.ge(0), validators.le(_DEAREST)))
    )

    @property
    def nanos(self) -> int:
        """The price in billionths of a USD; one that is not known adds nothing."""
        return nanos(self.usd or 0.0)

    @classmethod
    def of(cls, row: RequestPlan) -> Self:
        """Return the entry of a planned request."""
        return cls(
            pack=row.pack,
            prompt=row.prompt,
            profile=row.profile,
            tags=row.tags,
            provider=row.provider,
            endpoint=row.endpoint,
            request_key=row.request_key,
            characters=row.characters_billed,
            usd=row.price,
        )


@mutable
class Held:
    """A reservation that nobody has settled: for how many requests, and since when (UTC, ISO 8601)."""

    entry: Entry
    since: str
    requests: int = 1


class Month:
    """One month's file as far as it has been read.

    Attributes:
        name: Such as ``2026-11``.
        booked: What is settled or reserved, in billionths of a USD.
        held: What is reserved and not settled, by id.
    """

    def __init__(
        self, root: Path, name: str, *, on_settled: Callable[[Entry, int], None] = lambda *_: None
    ) -> None:
        """Open a month; nothing is read or made yet.

        Args:
            root: The project's folder.
            name: Such as ``2026-11``.
            on_settled: Told of each entry that is read and settled, with the number of requests that may be charged.
        """
        self.name = name
        self._root, self._path, self._on_settled = root, f"{FOLDER}/{name}.jsonl", on_settled
        self._forget()

    def _forget(self) -> None:
        self.booked = 0
        self.held: dict[str, Held] = {}
        self._lines = 0
        self._end = 0  # behind the last whole line, without its end of line
        self._size = 0
        self._problems = Problems()

    def read(self) -> None:
        """Take in what was added since the last time, by whichever process. Costs as much as was added.

        Raises:
            ConfigError: A newer voicekit wrote the file; or it is damaged, with every line where it is.
            HostError: The disk refuses.
        """
        status = _files.look(self._root, self._path)
        size = status.st_size if status is not None else 0
        if size < self._end:  # somebody removed the file, and perhaps began another
            self._forget()
        self._size = size
        at, rest = self._end + (1 if self._lines else 0), b""
        while (reached := at + len(rest)) < size:
            block = _files.read_from(self._root, self._path, reached, min(_BLOCK, size - reached))
            *whole, rest = (rest + block).split(b"\n")
            for line in whole:
                self._take(line)
                self._end = at + len(line)
                at = self._end + 1
        if rest and not self._is_cut_short(rest):
            self._take(rest)
            self._end = at + len(rest)
        self._problems.settle()

    def add(self, event: Mapping[str, Any]) -> None:
        """Write one line and take it in. Call it once under the lock, after `read`; it is durable after `sync` only.

        Raises:
            HostError: The disk refuses.
        """
        if not self._lines:
            _files.write(self._root, self._path, _FIRST + b"\n")
            self._lines, self._end, self._size = 1, len(_FIRST), len(_FIRST) + 1
        line = _sealed(event)
        ended = self._size == self._end + 1
        data = line + b"\n" if ended else b"\n" + line + b"\n"
        _files.append(self._root, self._path, data, at=None if ended else self._end, make=False)
        self._lines += 1
        self._end += 1 + len(line)
        self._apply(event)

    def sync(self) -> None:
        """Make every line durable that was added so far.

        Raises:
            HostError: The disk refuses.
        """
        _files.sync(self._root, self._path)

    def _is_cut_short(self, line: bytes) -> bool:
        """Whether a last line without an end is the beginning of one, as a kill leaves it, and nobody's own words."""
        line = line.strip(b"\0")
        if not self._lines:
            return line != _FIRST and _FIRST.startswith(line)
        whole = 0 <= line.find(_SUM) <= len(line) - _SEAL
        return not whole and line[: len(_BEGINNING)] == _BEGINNING[: len(line)]

    def _take(self, line: bytes) -> None:
        self._lines += 1
        line = line.strip(b"\0")  # which a power cut may leave of lines that were not durable yet
        try:
            if self._lines == 1:
                self._take_version(line)
            elif line:
                self._apply(_opened(line))
        except ValueError as error:
            self._problems.add(str(error), place=self._place(), remedy=_DAMAGED)
        except (KeyError, TypeError):
            self._problems.add("is no line of a ledger", place=self._place(), remedy=_DAMAGED)

    def _place(self) -> Place:
        return Place(str(self._root / self._path), self._lines)

    def _take_version(self, line: bytes) -> None:
        schema = _wire.parse(line)["schema"]
        if schema != SCHEMA and str(schema).startswith("voicekit.ledger/"):
            place = self._place()
            self._forget()
            remedy = "use the voicekit that wrote it, or a newer one"
            raise ConfigError.of(
                "is of another version than this voicekit can read", place=place, remedy=remedy
            )
        if schema != SCHEMA:
            raise ValueError(f"is not the first line of {SCHEMA}")

    def _apply(self, event: Mapping[str, Any]) -> None:
        name, state = event["id"], event["state"]
        if state == "reserved":
            if name in self.held:
                raise ValueError("reserves what is reserved already")
            held = self.held[name] = Held(_entry(event), event["time"])
            self.booked += held.entry.nanos
            return
        if name not in self.held:
            raise ValueError("belongs to a reservation that does not stand above it")
        held = self.held[name]
        requests = event["requests"] if state == "settled" else held.requests + 1
        if type(requests) is not int or requests < 0:
            raise ValueError("settles no number of requests")
        self.booked += (requests - held.requests) * held.entry.nanos
        held.requests = requests
        if state == "settled":
            del self.held[name]
            self._on_settled(held.entry, requests)


def reservation(name: str, time: str, entry: Entry) -> dict[str, Any]:
    """Return the line that reserves the price of one request."""
    return {"state": "reserved", "id": name, "time": time, **asdict(entry, recurse=False)}


_FIELDS = tuple(one.name for one in fields(Entry))


def _entry(event: Mapping[str, Any]) -> Entry:
    return Entry(**{name: event[name] for name in _FIELDS} | {"tags": tuple(event["tags"])})


def _sealed(event: Mapping[str, Any]) -> bytes:
    return _seal(_wire.compact(event)[:-1])


def _seal(body: bytes) -> bytes:
    return b'%b%b%08x"}' % (body, _SUM, crc32(body))


def _opened(line: bytes) -> Mapping[str, Any]:
    body = line[:-_SEAL]
    if line != _seal(body):
        raise ValueError("is damaged, or was changed after it was written")
    found: Mapping[str, Any] = _wire.parse(body + b"}")
    return found
