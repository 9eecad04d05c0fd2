"""What was bought, kept by content: never torn, never served wrong. Imports _files, _wire, model and errors.

::

    objects/<aa>/<sha256>        the bytes, under their own digest, written once and then read-only
    results/<aa>/<key>.json      a small record that says which bytes a key bought
    quarantine/<sha256>-…        what was found with other bytes than its name says

The record is written after its object is durable, so whatever moment a run is killed at, a record that can be read
leads to bytes that are whole. Every read checks the digest again. A record whose object is missing is a miss.
"""

import contextlib
import re
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from voicekit import _files, _wire
from voicekit import _limits as limits
from voicekit.errors import ConfigError, HostError
from voicekit.model import Mark

SCHEMA = "voicekit.result/1"
LOCK_SECONDS = 30.0

_DIGEST = re.compile(r"[0-9a-f]{64}")
_READ_ONLY = 0o444


@frozen
class Record:
    """Which bytes a key bought, and how.

    Attributes:
        key: SHA-256 of the request's key and its source.
        request_key: SHA-256 of provider and call.
        digest: SHA-256 of the bytes.
        size: Bytes.
        source: Who made it: a vendor, or an embedded engine with its versions.
        endpoint: The endpoint's name.
        encoding: The encoding that was asked for.
        sample_rate: Hz, where the wire says it.
        duration: Seconds.
        characters_billed: As the provider counts.
        made_at: UTC, ISO 8601.
        request: Method, path, query and body as plain data, so that a later plan can say what changed.
    """

    key: str
    request_key: str
    digest: str
    size: int
    source: str
    provider: str
    endpoint: str
    encoding: str
    sample_rate: int | None
    duration: float
    characters_billed: int
    made_at: str
    marks: tuple[Mark, ...]
    request: Mapping[str, Any]


@frozen
class Miss:
    """Why there is nothing to be had for a key. The step has to be made again; nothing else is wrong."""

    key: str
    reason: str


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """The folder of what was bought. Safe for concurrent processes without a lock, except `sweep`."""

    def __init__(self, root: Path, *, now: Callable[[], datetime] = _utc_now) -> None:
        """Open a store; nothing is read or made yet.

        Args:
            root: Its folder, made by the first `keep`.
            now: The clock.
        """
        self.root = root
        self._now = now

    def find(self, key: str) -> Record | None:
        """Return the record of a key whose object is there by name and size, or None. Reads no audio."""
        found = self.look(key)
        return found if isinstance(found, Record) else None

    def look(self, key: str) -> Record | Miss:
        """Do as `find`, and say why there is nothing.

        Raises:
            HostError: The disk refuses, which no new purchase would mend.
        """
        try:
            data = _files.read_below(self.root, _result(key), limits.FILE_BYTES)
        except ConfigError as error:
            return Miss(key, f"the record: {error.problems[0].message}")
        record = _decode(key, data)
        if isinstance(record, Miss):
            return record
        status = _files.look(self.root, _object(record.digest))
        if status is None:
            return Miss(key, "the record's sound is missing")
        if not stat.S_ISREG(status.st_mode):
            return Miss(key, "the record's sound is not a plain file")
        if status.st_size != record.size:
            return Miss(key, "the record's sound has another size")
        return record

    def read(self, record: Record) -> bytes | Miss:
        """Return the bytes of a record, checked against their digest.

        Bytes that do not match are moved to ``quarantine/`` and are never returned.

        Raises:
            HostError: The disk refuses.
        """
        try:
            data = _files.read_below(self.root, _object(record.digest), record.size)
        except ConfigError as error:
            reason = error.problems[0].message
            if _files.look(self.root, _object(record.digest)) is None:
                return Miss(record.key, f"the sound: {reason}")
        else:
            if len(data) == record.size and _wire.digest(data) == record.digest:
                return data
            reason = "its bytes do not match its digest"
        # A store that cannot be written to still must not serve a bad object.
        with contextlib.suppress(HostError):
            prison = f"quarantine/{record.digest}-{secrets.token_hex(4)}"
            _files.move(self.root, _object(record.digest), prison)
        return Miss(record.key, f"the sound was damaged and is in quarantine: {reason}")

    def keep(
        self,
        data: bytes,
        *,
        key: str,
        request_key: str,
        source: str,
        provider: str,
        endpoint: str,
        encoding: str,
        sample_rate: int | None,
        duration: float,
        characters_billed: int,
        request: Mapping[str, Any],
        marks: tuple[Mark, ...] = (),
    ) -> Record:
        """Keep bytes under a key. Keeping the same again changes nothing; on return it is durable.

        Args:
            data: The vendor's bytes, unchanged.
            key: SHA-256 of the request's key and its source.
            request_key: SHA-256 of provider and call.
            source: Who made it.
            provider: The provider's name.
            endpoint: The endpoint's name.
            encoding: The encoding that was asked for.
            sample_rate: Hz, where the wire says it.
            duration: Seconds.
            characters_billed: As the provider counts.
            request: Method, path, query and body as plain data.
            marks: The times that the vendor told.

        Returns:
            The record, which is the older one where the same was kept before.

        Raises:
            HostError: The disk refuses; nothing half-written is left.
        """
        record = Record(
            key=key,
            request_key=request_key,
            digest=_wire.digest(data),
            size=len(data),
            source=source,
            provider=provider,
            endpoint=endpoint,
            encoding=encoding,
            sample_rate=sample_rate,
            duration=duration,
            characters_billed=characters_billed,
            made_at=self._now().astimezone(UTC).isoformat(timespec="seconds"),
            marks=marks,
            request=request,
        )
        if self.read(record) != data:
            _files.write(self.root, _object(record.digest), data, mode=_READ_ONLY)
        before = self.find(key)
        if before is not None and evolve(before, made_at=record.made_at) == record:
            return before
        _files.write(self.root, _result(key), _encode(record))
        return record

    def keys(self) -> Iterator[str]:
        """List the keys that have a record, readable or not, in no order."""
        for path in (self.root / "results").glob("??/*.json"):
            if _DIGEST.fullmatch(path.stem):
                yield path.stem

    @contextlib.contextmanager
    def lock(self, *, timeout: float = LOCK_SECONDS) -> Iterator[None]:
        """Hold the store's one lock, so that no other run buys the same at the same time.

        Raises:
            HostError: Another run holds it for longer than `timeout` seconds.
        """
        with _files.lock(self.root / "lock", timeout=timeout):
            yield

    def sweep(self) -> int:
        """Remove what killed runs left half-written, and return how many files that was. Hold `lock`."""
        return _files.sweep(self.root)


def _object(digest: str) -> str:
    return f"objects/{digest[:2]}/{digest}"


def _result(key: str) -> str:
    if not _DIGEST.fullmatch(key):
        raise ValueError("a key is a SHA-256 in lower-case hex")
    return f"results/{key[:2]}/{key}.json"


def _encode(record: Record) -> bytes:
    content = {"schema": SCHEMA, **_wire.to_plain(record)}
    return _wire.pretty({**content, "check": _wire.digest(_wire.canonical(content))}).encode()


def _decode(key: str, data: bytes) -> Record | Miss:
    """Read a record that may be damaged, foreign or of another version. `check` is the digest of all the rest."""
    try:
        content = _wire.parse(data)
    except ValueError:
        return Miss(key, "the record is damaged: it is not JSON")
    if not isinstance(content, dict):
        return Miss(key, "the record is damaged: it is not an object")
    schema = content.get("schema")
    if schema != SCHEMA:
        named = isinstance(schema, str) and schema.startswith("voicekit.result/")
        return Miss(key, "the record is of another version" if named else "the record is damaged: no schema")
    check = content.pop("check", None)
    try:
        if check != _wire.digest(_wire.canonical(content)):
            return Miss(key, "the record is damaged: its check does not match")
        record = _wire.from_plain(content, Record, path=_result(key))
    except (ConfigError, ValueError):
        return Miss(key, "the record is damaged: its fields are not a record's")
    if record.key != key or not _DIGEST.fullmatch(record.digest) or record.size < 0:
        return Miss(key, "the record is damaged: it belongs to another key")
    return record
