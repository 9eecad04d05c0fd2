"""The small file that says which bytes a key bought: its fields, its place, and how it is read with suspicion.

::

    objects/<aa>/<sha256>        the bytes, under their own digest
    results/<aa>/<key>.json      the record

The layout is the same on this machine and in a store that is shared. Imports _wire, model and errors.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from attrs import field, frozen

from voicekit import _wire
from voicekit.errors import ConfigError
from voicekit.model import Mark, Origin

SCHEMA = "voicekit.result/1"
OBJECTS, RESULTS = "objects", "results"
DIGEST = re.compile(r"[0-9a-f]{64}")
_SUFFIX = ".json"


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
        origin: What the words were made from, for the same.
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
    origin: Origin = field(factory=Origin)


@frozen
class Kept:
    """A record and its bytes, which match it.

    Attributes:
        fetched: Whether the bytes came from the shared store just now.
    """

    record: Record
    data: bytes = field(repr=False)
    fetched: bool = False


# Looks at what others kept under a key; raises SoundError or WrongAnswer where that is not what the key asks for.
Accept = Callable[[Kept], None]


@frozen
class Miss:
    """Why there is nothing to be had for a key. The step has to be made again; nothing else is wrong."""

    key: str
    reason: str


def object_path(digest: str) -> str:
    """Return where the bytes of a digest lie, below the store."""
    return f"{OBJECTS}/{digest[:2]}/{digest}"


def result_path(key: str) -> str:
    """Return where the record of a key lies, below the store.

    Raises:
        ValueError: That is no key.
    """
    if not DIGEST.fullmatch(key):
        raise ValueError("a key is a SHA-256 in lower-case hex")
    return f"{RESULTS}/{key[:2]}/{key}{_SUFFIX}"


def key_of(name: str) -> str | None:
    """Return the key that the file of a record is named after, or None for any other file."""
    key = name.removesuffix(_SUFFIX)
    return key if key != name and DIGEST.fullmatch(key) else None


def belongs(record: Record) -> bool:
    """Whether a record's key is the one that its request and its source make.

    A record that others wrote may claim anything; it cannot claim another source under the same key, so that embedded
    audio in a shared store never passes for a vendor's.
    """
    return record.key == _wire.digest(_wire.canonical([record.request_key, record.source]))


def encode(record: Record) -> bytes:
    """Write a record with a digest of itself."""
    content = {"schema": SCHEMA, **_wire.to_plain(record)}
    return _wire.pretty({**content, "check": _wire.digest(_wire.canonical(content))}).encode()


def decode(key: str, data: bytes) -> Record | Miss:
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
        record = _wire.from_plain(content, Record, path=result_path(key))
    except (ConfigError, ValueError, RecursionError):
        return Miss(key, "the record is damaged: its fields are not a record's")
    if record.key != key or not DIGEST.fullmatch(record.digest) or record.size < 0:
        return Miss(key, "the record is damaged: it belongs to another key")
    return record
