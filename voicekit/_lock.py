"""`voicekit.lock`: what was last built of each prompt, for review and for machines that have not built it.

A file of sorted JSON lines that belongs into version control: the first line names the schema, each other is one prompt in
one profile from one kind of source. Two kinds stand side by side, so that building with the embedded voice does not make what a
vendor made look changed, and neither passes for the other. Imports _files, _wire, model and errors.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from voicekit import _files, _wire
from voicekit import _limits as limits
from voicekit.errors import ConfigError, Place, Problems
from voicekit.model import Locked

FILE = "voicekit.lock"
SCHEMA = "voicekit.lock/1"
_MOST_BYTES = limits.PROMPT_LIST_BYTES * 4
_MERGE_MARKS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_AGAIN = (
    "take the file from version control, or delete it: the next build writes it from what is on this machine"
)

_DIGEST = re.compile(r"[0-9a-f]{64}")

LockKey = tuple[str, str, str, str]


def kind(source: str) -> str:
    """Return what a source is one of: ``embedded``, ``recorded``, ``vendor``, or ``local``, a server of this machine."""
    if source.startswith("embedded/"):
        return "embedded"
    if source == "recorded":
        return "recorded"
    return "local" if "@" in source else "vendor"


def key_of(row: Locked) -> LockKey:
    """Return what a row is about: pack, prompt, profile and kind of source."""
    return row.pack, row.prompt, row.profile, kind(row.source)


def read(root: Path) -> dict[LockKey, Locked]:
    """Read a project's lock file; a project without one has built nothing.

    Raises:
        ConfigError: It is from a newer voicekit, in the middle of a merge, or damaged; with every line that is.
    """
    path = root / FILE
    if not path.is_file():
        return {}
    lines = _files.read(path, _MOST_BYTES, name=FILE).splitlines()
    _check_schema(lines[0] if lines else b"")
    found: dict[LockKey, Locked] = {}
    problems = Problems()
    for number, line in enumerate(lines[1:], 2):
        place = Place(FILE, number)
        if line.startswith(tuple(mark.encode() for mark in _MERGE_MARKS)):
            remedy = "keep the lines of both sides, without the marks and without twins; the next build puts them right"
            problems.add("is in the middle of a merge", place=place, remedy=remedy)
            break
        try:
            row = _wire.from_plain(_plain(line), Locked, path=FILE)
            _check_digests(row)
        except ValueError as error:
            problems.add(f"is no row of a lock file: {error}", place=place, remedy=_AGAIN)
            continue
        except ConfigError as error:
            why = error.problems[0].message.partition(": ")[2]
            problems.add(f"is no row of a lock file: {why}", place=place, remedy=_AGAIN)
            continue
        if key_of(row) in found:
            message = f"{row.prompt} ({row.profile}) stands twice"
            problems.add(message, place=place, remedy="keep one of the two lines")
        found[key_of(row)] = row
    problems.settle(ConfigError)
    return found


def _plain(line: bytes) -> Any:
    try:
        return _wire.parse(line)
    except ValueError:
        raise ValueError("it is not JSON" if line.strip() else "it is empty") from None


def _check_digests(row: Locked) -> None:
    digests = {"key": row.key, "request_key": row.request_key, "digest": row.digest}
    digests |= {f"pieces[{number}]": key for number, key in enumerate(row.pieces)}
    for name, digest in digests.items():
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"its `{name}` is no SHA-256 in lower-case hex")


def _check_schema(line: bytes) -> None:
    try:
        head = _wire.parse(line)
    except ValueError:
        head = None
    schema = head.get("schema") if isinstance(head, dict) else None
    if schema == SCHEMA:
        return
    message, remedy = f"does not begin with {SCHEMA}", _AGAIN
    if isinstance(schema, str) and schema.startswith(SCHEMA.partition("/")[0]):
        message, remedy = f"is {schema[:40]}, of a newer voicekit", "use the voicekit that wrote it"
    raise ConfigError.of(message, place=Place(FILE, 1), remedy=remedy)


def write(root: Path, rows: Mapping[LockKey, Locked]) -> None:
    """Write the lock file, if it says something else; a project that has built nothing has none.

    Raises:
        HostError: The disk refuses.
    """
    data = _encode(rows[key] for key in sorted(rows)) if rows else b""
    path = root / FILE
    if not data:
        _files.remove(root, FILE)
    elif not path.is_file() or path.read_bytes() != data:
        _files.write(root, FILE, data)


def _encode(rows: Iterable[Locked]) -> bytes:
    lines = [_wire.compact({"schema": SCHEMA})]
    lines += (_wire.compact(_row(row)) for row in rows)
    return b"\n".join(lines) + b"\n"


def _row(row: Locked) -> dict[str, Any]:
    """Return a row as plain data; of most prompts there is one piece, and nothing to say of it."""
    plain: dict[str, Any] = _wire.to_plain(row)
    if not row.pieces:
        del plain["pieces"]
    return plain
