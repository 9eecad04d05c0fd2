"""A shared store that is a folder, such as a file share. Imports _files and errors; needs no extra package."""

from collections.abc import Iterable
from pathlib import Path

from voicekit import _files
from voicekit._store.inventory import names_in
from voicekit.errors import ConfigError, Place, Refused, WrongAnswer

_READ_ONLY = 0o444


class Folder:
    """The files of a folder, read and written through the disk door."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def get(self, path: str, limit: int) -> bytes:
        """Return a file of at most `limit` bytes; no link is followed."""
        self._must_be_there()
        try:
            return _files.read_below(self._root, path, limit)
        except ConfigError as error:
            if _files.look(self._root, path) is None:
                raise FileNotFoundError(path) from None
            raise WrongAnswer(error.problems) from None

    def put(self, path: str, data: bytes) -> bool:
        """Write a file by renaming, so that nobody reads a half of it."""
        self._must_be_there()
        _files.write(self._root, path, data, mode=_READ_ONLY)
        return True

    def names(self, folder: str) -> Iterable[str]:
        """List the names in a folder."""
        self._must_be_there()
        return names_in(self._root / folder)

    def _must_be_there(self) -> None:
        """Refuse a folder that is missing: it may be a share that is not mounted, and making it would hide that."""
        if not self._root.is_dir():
            place = Place(str(self._root))
            raise Refused.of("the shared folder is not there", place=place, remedy="mount it, or create it")
