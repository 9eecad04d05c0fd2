"""The folder of what was bought on this machine. Imports _files, _wire, model and errors.

::

    objects/<aa>/<sha256>        the bytes, under their own digest, written once and then read-only
    results/<aa>/<key>.json      a small record that says which bytes a key bought
    index/<aa>                   hints that make listing quick (`inventory`)
    quarantine/<sha256>-…        what was found with other bytes than its name says, and records of what is no sound

The record is written after its object is durable, so whatever moment a run is killed at, a record that can be read
leads to bytes that are whole. Every read checks the digest again. A record whose object is missing is a miss.

With a remote, what is not here is looked for there, and what is kept here is kept there too. This folder stays the truth:
what comes from there is checked and kept here before it is used, and trouble there never fails a prompt.
"""

import contextlib
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import evolve

from voicekit import _files, _wire
from voicekit import _limits as limits
from voicekit._store import inventory
from voicekit._store.record import Accept, Kept, Miss, Record, decode, encode, object_path, result_path
from voicekit._store.remote import Remote
from voicekit.errors import ConfigError, HostError, Problem
from voicekit.model import Mark, Origin

LOCK_SECONDS = 30.0
_READ_ONLY = 0o444


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """The folder of what was bought. Safe for concurrent threads and processes without a lock, except `sweep`."""

    def __init__(
        self, root: Path, remote: Remote | None = None, *, now: Callable[[], datetime] = _utc_now
    ) -> None:
        """Open a store; nothing is read or made yet.

        Args:
            root: Its folder, made by the first `keep`.
            remote: The store that is shared with others, as `open_remote` returns it.
            now: The clock.
        """
        self.root = root
        self._remote = remote
        self._now = now

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What stood between this run and the shared store so far. Warnings: no prompt fails for them."""
        return self._remote.problems if self._remote else ()

    def find(self, key: str) -> Record | None:
        """Return the record of a key whose object is here by name and size, or None. Reads no audio."""
        found = self.look(key)
        return found if isinstance(found, Record) else None

    def look(self, key: str) -> Record | Miss:
        """Do as `find`, and say why there is nothing.

        Raises:
            HostError: The disk refuses, which no new purchase would mend.
        """
        try:
            data = _files.read_below(self.root, result_path(key), limits.FILE_BYTES)
        except ConfigError as error:
            return Miss(key, f"the record: {error.problems[0].message}")
        record = decode(key, data)
        if isinstance(record, Miss):
            return record
        status = _files.look(self.root, object_path(record.digest))
        if status is None:
            return Miss(key, "the record's sound is missing")
        if not stat.S_ISREG(status.st_mode):
            return Miss(key, "the record's sound is not a plain file")
        if status.st_size != record.size:
            return Miss(key, "the record's sound has another size")
        return record

    def read(self, record: Record) -> bytes | Miss:
        """Return the bytes of a record, checked against their digest. Asks this machine only.

        Bytes that do not match are moved to ``quarantine/`` and are never returned.

        Raises:
            HostError: The disk refuses.
        """
        try:
            data = _files.read_below(self.root, object_path(record.digest), record.size)
        except ConfigError as error:
            reason = error.problems[0].message
            if _files.look(self.root, object_path(record.digest)) is None:
                return Miss(record.key, f"the sound: {reason}")
        else:
            if len(data) == record.size and _wire.digest(data) == record.digest:
                return data
            reason = "its bytes do not match its digest"
        # A store that cannot be written to still must not serve a bad object.
        with contextlib.suppress(HostError):
            prison = f"quarantine/{record.digest}-{secrets.token_hex(4)}"
            _files.move(self.root, object_path(record.digest), prison)
        return Miss(record.key, f"the sound was damaged and is in quarantine: {reason}")

    def obtain(self, key: str, accept: Accept = lambda _: None) -> Kept | Miss:
        """Return what a key bought, from here or else from the shared store; what comes from there is kept here.

        After a miss, `inventory` does not count on the key any more.

        Args:
            key: SHA-256 of the request's key and its source.
            accept: Looks at what comes from the shared store before it is kept. What it refuses counts as damaged there.

        Raises:
            HostError: This machine's disk refuses.
        """
        record = self.look(key)
        data = self.read(record) if isinstance(record, Record) else record
        if isinstance(record, Record) and isinstance(data, bytes):
            return Kept(record, data)
        found = self._remote.fetch(key, accept) if self._remote else None
        if found is not None:
            self._write(found.record, found.data)
            return found
        if _files.look(self.root, result_path(key)) is not None:
            inventory.note(self.root, {key: inventory.NOWHERE})
        return data if isinstance(data, Miss) else Miss(key, "there is nothing")

    def reject(self, key: str) -> None:
        """Take a key's record out of the store, into ``quarantine/``: what it leads to is whole, and no sound all the same.

        A store that cannot be written to goes on having it.
        """
        with contextlib.suppress(HostError):
            _files.move(self.root, result_path(key), f"quarantine/{key}-{secrets.token_hex(4)}.json")

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
        origin: Origin = Origin(),  # noqa: B008 - frozen
    ) -> Record:
        """Keep bytes under a key, here and in the shared store. Keeping the same again changes nothing here.

        On return it is durable on this machine. What the shared store did not take is told by `problems`.

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
            origin: What the words were made from.

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
            origin=origin,
        )
        kept = self._write(record, data)
        if self._remote:
            self._remote.share(kept, data)
        return kept

    def _write(self, record: Record, data: bytes) -> Record:
        """Write content first and the record after it, unless the same is there."""
        if self.read(record) != data:
            _files.write(self.root, object_path(record.digest), data, mode=_READ_ONLY)
        before = self.find(record.key)
        if before is not None and evolve(before, made_at=record.made_at, origin=record.origin) == record:
            return before
        _files.write(self.root, result_path(record.key), encode(record))
        inventory.note(self.root, {record.key: record.digest})
        return record

    def inventory(self) -> frozenset[str]:
        """Return every key whose record and sound are here by name. Quick for many; opens no record twice.

        Damage inside a file is not seen: `obtain` sees it, and after that this does too.

        Raises:
            HostError: The disk refuses.
        """

        def digest(key: str) -> str | None:
            record = self.find(key)
            return record.digest if record else None

        return inventory.inventory(self.root, digest)

    def unused(self, keys: Iterable[str], *, remove: bool) -> int:
        """Return the bytes of the sounds that only these keys lead to, and remove both if that is asked. Hold a lock then.

        A record goes before its sound, so that whatever moment this is killed at, no record leads to nothing.

        Raises:
            HostError: The disk refuses.
        """
        going = {key: record for key in keys if (record := self.find(key))}
        staying = {record.digest for key in self.keys() if key not in going and (record := self.find(key))}
        sizes = {record.digest: record.size for record in going.values() if record.digest not in staying}
        if remove:
            for key in going:
                _files.remove(self.root, result_path(key))
            for digest in sizes:
                _files.remove(self.root, object_path(digest))
        return sum(sizes.values())

    def remote_has(self, keys: Iterable[str]) -> frozenset[str]:
        """Return those of some keys that the shared store has a record of, asked over the network, many at once."""
        return self._remote.has(keys) if self._remote else frozenset()

    def keys(self) -> Iterator[str]:
        """List the keys that have a record, readable or not, in no order."""
        return inventory.keys(self.root)

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
