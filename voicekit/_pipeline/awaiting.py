"""The vendor's names for sounds that it is still making, each in a file until the sound is in the store.

::

    .voicekit/tasks/<key>.json      the task that was made for a key

A process that ends between submitting and keeping leaves the name behind: the next build fetches that sound instead of paying for
another.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path

from voicekit import _files, _wire
from voicekit import _limits as limits
from voicekit._pipeline.workplace import STATE
from voicekit.errors import ConfigError, HostError
from voicekit.model import Task

_FOLDER = f"{STATE}/tasks"
_SUFFIX = ".json"


class Awaited:
    """The names that a project knows, by the key that each was submitted for."""

    def __init__(self, root: Path) -> None:
        """Take the project's folder; nothing is read or made yet."""
        self._root = root

    def find(self, key: str) -> Task | None:
        """Return the task that was submitted for a key, if it is known."""
        path = _path(key)
        if _files.look(self._root, path) is None:
            return None
        try:
            return _wire.from_plain(
                _wire.parse(_files.read_below(self._root, path, limits.FILE_BYTES)), Task, path=path
            )
        except (ValueError, ConfigError):
            return None  # cut short by a kill: the vendor's name is lost, and with it the sound

    def note(self, key: str, task: Task) -> None:
        """Remember a task.

        Raises:
            HostError: The disk refuses.
        """
        _files.write(self._root, _path(key), _wire.compact(_wire.to_plain(task)))

    def forget(self, key: str) -> None:
        """Drop a name. One that a disk does not let go does no harm: its sound is kept, or the vendor says that it is over."""
        with contextlib.suppress(HostError):
            _files.remove(self._root, _path(key))

    def sweep(self, has: Callable[[str], bool]) -> None:
        """Drop the names of sounds that there are: a run was killed between keeping a sound and dropping its name."""
        for path in (self._root / _FOLDER).glob("[0-9a-f]" * 64 + _SUFFIX):
            if has(path.stem):
                self.forget(path.stem)


def _path(key: str) -> str:
    return f"{_FOLDER}/{key}{_SUFFIX}"
