"""The disk door: bounded reads, contained paths, atomic writes, one lock. Imports errors only.

Every byte that voicekit keeps goes through `write`: a temporary file beside its goal, fsync, rename, fsync of the
folder. The folders below a root are opened one by one without following links, so that nothing planted inside a
build folder can lead a write out of it.
"""

import contextlib
import errno
import fcntl
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from voicekit.errors import ConfigError, HostError, Place

TEMPORARY = ".voicekit-"
# What else begins so is the user's.
_STRAY = re.compile(re.escape(TEMPORARY) + "(?:[0-9a-f]{16}|probe)")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW

_REMEDIES = {
    errno.ENOSPC: "free some space and run the command again; nothing half-written is left",
    errno.EDQUOT: "free some of your quota and run the command again; nothing half-written is left",
    errno.EROFS: "the disk is read-only; choose another folder, or mount it for writing",
    errno.EACCES: "give yourself permission, or choose another folder",
    errno.EPERM: "give yourself permission, or choose another folder",
    errno.ELOOP: "a link stands where a folder should be; remove it",
    errno.ENOTDIR: "a file or a link stands where a folder should be; remove it",
    errno.EISDIR: "a folder stands where the file should be; remove it",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
}


def problem(error: OSError, path: Path | str, doing: str) -> HostError:
    """Turn an operating system's error into ours, with what to do about it."""
    reason = os.strerror(error.errno) if error.errno else type(error).__name__
    remedy = _REMEDIES.get(error.errno or 0, "check the path and the disk")
    return HostError.of(f"cannot {doing}: {reason}", place=Place(str(path)), remedy=remedy)


def read(path: Path, limit: int, *, name: str | None = None) -> bytes:
    """Read a whole file of at most `limit` bytes.

    Raises:
        ConfigError: The file is larger, is missing or is not a file; `name` is what the message calls it.
        HostError: The disk does not give it.
    """
    place = Place(name or str(path))
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise ConfigError.of("no such file", place=place, remedy="create it, or correct the name") from None
    except IsADirectoryError:
        raise ConfigError.of("is a folder, not a file", place=place, remedy="correct the name") from None
    except OSError as error:
        raise problem(error, name or path, "read it") from None
    if len(data) > limit:
        raise ConfigError.of(f"is larger than {limit:,} bytes", place=place, remedy="split the file")
    return data


def read_text(path: Path, limit: int, *, name: str | None = None) -> str:
    r"""Read a whole UTF-8 file; a byte order mark is dropped and line ends become ``\n``.

    Raises:
        ConfigError: As `read`, and where the file is not UTF-8.
    """
    data = read(path, limit, name=name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        place = Place(name or str(path), line, column)
        raise ConfigError.of("is not UTF-8", place=place, remedy="save the file as UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def look(root: Path, relative: str) -> os.stat_result | None:
    """Return what stands at a path below `root`, without following a link; None where nothing does.

    Raises:
        HostError: The disk refuses, or a link stands where a folder should be.
    """
    *folders, name = _parts(relative)
    try:
        with _folder(root, folders) as folder:
            return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise problem(error, root / relative, "read it") from None


def read_below(root: Path, relative: str, limit: int) -> bytes:
    """Read a whole file below `root`, of at most `limit` bytes, without following a link on the way.

    Raises:
        ConfigError: The file is larger, is missing or is not a plain file.
        HostError: The disk does not give it, or a link stands where a folder should be.
    """
    data = read_from(root, relative, 0, limit + 1)
    if len(data) > limit:
        place = Place(str(root / relative))
        raise ConfigError.of(f"is larger than {limit:,} bytes", place=place, remedy="split the file")
    return data


def read_from(root: Path, relative: str, start: int, most: int) -> bytes:
    """Read at most `most` bytes of a file below `root` from byte `start` on; nothing where it ends before that.

    Raises:
        ConfigError: The file is missing or is not a plain file.
        HostError: The disk does not give it, or a link stands where a folder should be.
    """
    *folders, name = _parts(relative)
    place = Place(str(root / relative))
    try:
        with _folder(root, folders) as folder:
            data = _read_plain(folder, name, start, most)
    except FileNotFoundError:
        raise ConfigError.of("no such file", place=place, remedy="create it, or correct the name") from None
    except OSError as error:
        raise problem(error, root / relative, "read it") from None
    if data is None:
        raise ConfigError.of("is not a plain file", place=place, remedy="remove it")
    return data


def _read_plain(folder: int, name: str, start: int, most: int) -> bytes | None:
    """Read a part of a file; None where a link, a folder, a pipe or a socket stands in its place."""
    try:
        # Without O_NONBLOCK a planted pipe would hold us for ever.
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:
            return None
        raise
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return None
        with os.fdopen(file, "rb", closefd=False) as opened:
            opened.seek(start)
            return opened.read(most)
    finally:
        os.close(file)


def move(root: Path, old: str, new: str) -> bool:
    """Move what stands at `old` to `new`, both below `root`; links are moved, not followed. Returns whether it was there.

    Raises:
        HostError: The disk refuses, or a link stands where a folder should be.
    """
    *old_folders, old_name = _parts(old)
    *new_folders, new_name = _parts(new)
    try:
        with _folder(root, old_folders) as source, _folder(root, new_folders, make=True) as goal:
            os.rename(old_name, new_name, src_dir_fd=source, dst_dir_fd=goal)
            os.fsync(goal)
            os.fsync(source)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise problem(error, root / old, "move it") from None
    return True


def write(root: Path, relative: str, data: bytes, *, mode: int = 0o666, exact: bool = False) -> None:
    """Write a file below `root` so that it is there whole and durable, or not at all.

    Args:
        root: A folder that the user chose; it is made if it is missing.
        relative: A path below it, with ``/``.
        data: The whole content.
        mode: The permissions, less the user's umask.
        exact: Whether they are those of a file that was there, which no umask lessens.

    Raises:
        HostError: The disk refuses, or a link stands in the way.
    """
    *folders, name = _parts(relative)
    try:
        _found(root)
        with _folder(root, folders, make=True) as folder:
            _replace(folder, name, data, mode, exact=exact)
    except OSError as error:
        raise problem(error, root / relative, "write it") from None


def make_folder(root: Path, relative: str) -> None:
    """Make a folder below `root`, or see that it can be written to, before anything is paid for that belongs there.

    Raises:
        HostError: The disk refuses, or a file or a link stands in the way.
    """
    parts = _parts(relative)
    try:
        _found(root)
        with _folder(root, list(parts), make=True) as folder:
            _replace(folder, f"{TEMPORARY}probe", b"", 0o600)
            with contextlib.suppress(FileNotFoundError):  # another run looks at the same time
                os.unlink(f"{TEMPORARY}probe", dir_fd=folder)
    except OSError as error:
        raise problem(error, root / relative, "write there") from None


def append(root: Path, relative: str, line: bytes, *, at: int | None = None, make: bool = True) -> None:
    """Add a line to a journal below `root` in one write; a kill can cut the last line short, and no other.

    It is durable after `sync` only; that there is a journal is, at once.

    Args:
        root: As `write`.
        relative: As `write`.
        line: What to add, with its end of line.
        at: The byte at which to add it. What stands there is cut off first: the line that a kill cut short.
        make: Whether to make the folders, durably; it is quicker where the caller has seen to that.

    Raises:
        HostError: The disk refuses, or a link stands in the way.
    """
    *folders, name = _parts(relative)
    try:
        if make:
            _found(root)
        with _folder(root, folders, make=make) as folder:
            file = os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o666, dir_fd=folder)
            try:
                if os.fstat(file).st_size == 0:  # it is new, or whoever made it was killed right here
                    os.fsync(folder)
                if at is not None:
                    os.ftruncate(file, at)
                _write_whole(file, line)
            finally:
                os.close(file)
    except OSError as error:
        raise problem(error, root / relative, "write it") from None


def sync(root: Path, relative: str) -> None:
    """Make durable what was appended to a journal below `root` before this was called, by whichever process.

    Raises:
        HostError: The disk refuses, or a link stands in the way.
    """
    *folders, name = _parts(relative)
    try:
        with _folder(root, folders) as folder:
            file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
            try:
                os.fsync(file)
            finally:
                os.close(file)
    except OSError as error:
        raise problem(error, root / relative, "write it") from None


def remove(root: Path, relative: str) -> bool:
    """Remove a file below `root`, and the folders that this leaves empty. Returns whether it was there."""
    *folders, name = _parts(relative)
    try:
        with _folder(root, folders) as folder:
            os.unlink(name, dir_fd=folder)
            os.fsync(folder)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise problem(error, root / relative, "remove it") from None
    with contextlib.suppress(OSError):  # a folder that is not empty ends it
        while folders:
            *folders, name = folders
            with _folder(root, folders) as folder:
                os.rmdir(name, dir_fd=folder)
    return True


def _parts(relative: str) -> tuple[str, ...]:
    parts = PurePosixPath(relative).parts
    if (
        not parts
        or relative.startswith("/")
        or any(part in {"", ".", ".."} or "\0" in part for part in parts)
    ):
        raise ConfigError.of(
            "a path that leaves its folder", place=Place(repr(relative)), remedy="use a plain relative path"
        )
    return parts


def _found(root: Path) -> None:
    """Make the root, and what is missing above it, durably."""
    missing = []
    folder = root
    while not folder.exists() and folder != folder.parent:
        missing.append(folder)
        folder = folder.parent
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        above = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(above)
        finally:
            os.close(above)


@contextlib.contextmanager
def _folder(root: Path, folders: list[str], *, make: bool = False) -> Iterator[int]:
    """Open a folder below `root` without following a link on the way; `make` those that are missing."""
    current = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in folders:
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(name, dir_fd=current)
                os.fsync(current)  # also where it was there: who made it may have been killed before this
            deeper = os.open(name, _FOLDER, dir_fd=current)
            os.close(current)
            current = deeper
        yield current
    finally:
        os.close(current)


def _replace(folder: int, name: str, data: bytes, mode: int, *, exact: bool = False) -> None:
    temporary = f"{TEMPORARY}{secrets.token_hex(8)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        file = os.open(temporary, flags, mode, dir_fd=folder)
        try:
            if exact:
                os.fchmod(file, mode)
            _write_whole(file, data)
            os.fsync(file)
        finally:
            os.close(file)
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise
    os.fsync(folder)


def _write_whole(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def sweep(root: Path, *, deep: bool = True) -> int:
    """Remove temporary files that a killed run left in `root` and, if `deep`, below it. Call it under the lock only."""
    count = 0
    for _, deeper, names, folder in os.fwalk(root) if root.is_dir() else ():
        if not deep:
            deeper.clear()
        for name in filter(_STRAY.fullmatch, names):
            with contextlib.suppress(OSError):
                if stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                    os.unlink(name, dir_fd=folder)
                    count += 1
    return count


@contextlib.contextmanager
def lock(path: Path, *, timeout: float, pause: float = 0.05) -> Iterator[None]:
    """Hold the one lock of a folder of ours. The kernel lets go of it when the process ends, however it ends.

    Args:
        path: The lock file; it stays.
        timeout: Seconds to wait for another run.
        pause: Seconds between two looks at whether it is free.

    Raises:
        HostError: Another run holds it, or the disk refuses.
    """
    deadline = time.monotonic() + timeout
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        raise problem(error, path, "open the lock") from None
    try:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    remedy = "wait for the other run, or stop it"
                    raise HostError.of(
                        "another voicekit run holds the lock", place=Place(str(path)), remedy=remedy
                    ) from None
                time.sleep(pause)
            except OSError as error:  # such as a network's disk that has no locks
                raise problem(error, path, "lock it") from None
        yield
    finally:
        os.close(file)
