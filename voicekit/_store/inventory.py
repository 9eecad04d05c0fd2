"""Which of a store's keys lead to sound, for all of them at once: names only, and no record is opened twice.

::

    index/<aa>                   a line for each record of results/<aa>: its key and the digest that it leads to

A record has to be opened to know its sound, and opening 100,000 of them takes minutes from a cold disk. The index remembers
the answer. It is a hint: what is there is told by the names of the files, the last line of a key wins, and bytes are never
served on its word. Losing it costs time only. Imports _files and errors.
"""

import contextlib
import os
import re
from collections.abc import Callable, Container, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from voicekit import _files
from voicekit._store.record import OBJECTS, RESULTS, key_of
from voicekit.errors import ConfigError, HostError

INDEX = "index"
NOWHERE = "0" * 64  # the digest of no sound: open the record to know
_LINE = re.compile(r"^([0-9a-f]{64}) ([0-9a-f]{64})$", re.MULTILINE)
_FOLDER = re.compile(r"[0-9a-f]{2}")
_MOST = 64_000_000  # bytes of one index file; a larger one is not ours


def inventory(root: Path, lookup: Callable[[str], str | None]) -> frozenset[str]:
    """Return the keys whose record and sound are there by name.

    Args:
        root: The store's folder.
        lookup: Returns the digest that a key's record leads to, if both are whole; asked of what the index does not know.

    Raises:
        HostError: The disk refuses.
    """
    sounds = {name for folder in _folders(root, OBJECTS) for name in names_in(root / OBJECTS / folder)}
    found: set[str] = set()
    for folder in _folders(root, RESULTS):
        there = set(_keys(root, folder))
        known = there & _known(root, folder, sounds)
        looked_up = {key: lookup(key) for key in sorted(there - known)}
        leads = {key: digest for key, digest in looked_up.items() if digest is not None}
        note(root, leads)
        found |= known | leads.keys()
    return frozenset(found)


def keys(root: Path) -> Iterator[str]:
    """List the keys that have a record, readable or not, in no order."""
    for folder in _folders(root, RESULTS):
        yield from _keys(root, folder)


def note(root: Path, leads: Mapping[str, str]) -> None:
    """Remember which digests the records of some keys lead to; a disk that does not take it is no reason to stop."""
    with contextlib.suppress(HostError):
        for folder, group in groupby(sorted(leads), lambda key: key[:2]):
            lines = "".join(f"{key} {leads[key]}\n" for key in group)
            _files.append(root, f"{INDEX}/{folder}", lines.encode())


def _known(root: Path, folder: str, sounds: Container[str]) -> set[str]:
    """Return the keys that the index leads from to a sound that is there."""
    path = f"{INDEX}/{folder}"
    try:
        status = _files.look(root, path)
        if status is None:
            return set()
        data = _files.read_below(root, path, min(status.st_size, _MOST))  # it takes the memory that it may
    except (ConfigError, HostError):
        return set()
    last = dict(_LINE.findall(data.decode("ascii", "replace")))
    return {key for key, digest in last.items() if digest in sounds}


def _folders(root: Path, name: str) -> list[str]:
    return [folder for folder in names_in(root / name) if _FOLDER.fullmatch(folder)]


def _keys(root: Path, folder: str) -> Iterator[str]:
    names = names_in(root / RESULTS / folder)
    return (key for name in names if (key := key_of(name)) and key.startswith(folder))


def names_in(folder: Path) -> list[str]:
    """List the names in a folder; none where there is no such folder.

    Raises:
        HostError: The disk refuses.
    """
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise _files.problem(error, folder, "list it") from None
