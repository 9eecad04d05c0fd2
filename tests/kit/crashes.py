"""What a disk may hold after the power failed: every state that the calls of `_files` leave possible.

`Recorder` writes down the calls that change what is below a folder, as they go through `os`. A change is certain once its
file or folder was synced after it. Until then each may have reached the disk or not, on its own and in any order, and a
write may also have reached it as a half or as zeros: POSIX promises no more. `crashes` cuts the recording at every point,
takes every subset of what was not certain there, and yields each state once::

    with Recorder(tmp_path) as recorder:
        store.keep(b"sound", key=KEY, …)
        recorder.tell("kept")                      # what the user was told cannot be lost any more
    for crash in recorder.crashes():
        crash.lay(folder)
        assert "kept" not in crash.told or Store(folder).find(KEY)

Not in the model: a rename between two folders of which only one half arrives, and disks that lie about syncing.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from unittest import mock

from attrs import field, frozen, mutable

Way = Literal["lost", "half", "zeros", "whole"]
_MOST = 100_000  # states at one point: code that leaves more open than that syncs nothing


@mutable(eq=False)
class Node:
    """A file or a folder of the recording; folders know by name what they held when it began, files their bytes."""

    folder: bool
    children: dict[str, "Node"] = field(factory=dict)
    data: bytes = b""


@frozen(eq=False)
class Link:
    """A name comes to stand in a folder: a file or a folder was made."""

    folder: Node
    name: str
    node: Node


@frozen(eq=False)
class Unlink:
    """A name goes from a folder."""

    folder: Node
    name: str
    node: Node


@frozen(eq=False)
class Rename:
    """A name goes and another comes, in one step."""

    folder: Node
    name: str
    goal: Node
    new: str
    node: Node


@frozen(eq=False)
class Write:
    """Bytes go into a file, or the file is cut to `start` where there are none."""

    node: Node
    start: int
    data: bytes | None


@frozen(eq=False)
class Sync:
    """Whatever was done to a file's bytes or a folder's names before is certain now."""

    node: Node


@frozen(eq=False)
class Tell:
    """The user is told something that a crash must not undo."""

    label: str


Call = Link | Unlink | Rename | Write | Sync | Tell


@frozen
class Crash:
    """One state of the disk.

    Attributes:
        told: What had been told before the power failed.
        files: Every file below the folder by its path, and every folder as None.
    """

    told: frozenset[str]
    files: Mapping[str, bytes | None]

    def lay(self, root: Path) -> None:
        """Write the state below a folder."""
        root.mkdir(parents=True, exist_ok=True)
        for path, data in sorted(self.files.items()):
            if data is None:
                (root / path).mkdir()
            else:
                (root / path).write_bytes(data)


@mutable
class _Opened:
    node: Node
    position: int
    appends: bool


class Recorder:
    """Records what happens below a folder, from entering to leaving, in every thread of this process.

    Raises:
        AssertionError: On leaving, where something was changed by another way than those that are watched.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.calls: list[Call] = []
        self._tree = _read(self.root)  # as it is at this point of the recording
        self._begun = {node: (dict(node.children), node.data) for node in _walk(self._tree)}
        self._opened: dict[int, _Opened] = {}
        self._lock = threading.RLock()
        self._patches = ExitStack()

    def tell(self, label: str) -> None:
        """Note that the user is told something here."""
        self.calls.append(Tell(label))

    def __enter__(self) -> Self:
        watched: Mapping[str, Callable[..., Any]] = {
            "open": self._on_open,
            "close": self._on_close,
            "write": self._on_write,
            "ftruncate": self._on_cut,
            "fsync": self._on_sync,
            "fdatasync": self._on_sync,
            "mkdir": self._on_mkdir,
            "unlink": self._on_unlink,
            "remove": self._on_unlink,
            "rmdir": self._on_unlink,
            "rename": self._on_rename,
            "replace": self._on_rename,
        }
        for name, watch in watched.items():
            self._patches.enter_context(mock.patch.object(os, name, self._locked(watch, getattr(os, name))))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._patches.close()
        if error is None:
            assert _flat(_read(self.root)) == _flat(self._tree), "something was written past the recorder"

    def _locked(self, watch: Callable[..., Any], real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            with self._lock:
                return watch(real, *args, **options)

        return call

    def _at(self, path: Any, base: int | None) -> tuple[Node, str] | None:
        """Return the folder that a path stands in and its name there; None for what is not below the root."""
        if base is not None:
            opened = self._opened.get(base)
            found, parts = (opened.node if opened else None), Path(path).parts
        else:
            absolute = Path(path).absolute()
            inside = absolute != self.root and absolute.is_relative_to(self.root)
            found, parts = (self._tree, absolute.relative_to(self.root).parts) if inside else (None, ())
        for name in parts[:-1]:
            found = found.children.get(name) if found else None
        return (found, parts[-1]) if found else None

    def _on_open(
        self, real: Callable[..., int], path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None
    ) -> int:
        file = real(path, flags, mode, dir_fd=dir_fd)
        if dir_fd is None and Path(path).absolute() == self.root:
            self._opened[file] = _Opened(self._tree, 0, False)
        elif (at := self._at(path, dir_fd)) is not None:
            folder, name = at
            if name not in folder.children:
                self._do(Link(folder, name, Node(folder=False)))
            node = folder.children[name]
            if flags & os.O_TRUNC:
                self._do(Write(node, 0, None))
            self._opened[file] = _Opened(node, 0, bool(flags & os.O_APPEND))
        return file

    def _on_close(self, real: Callable[[int], None], file: int) -> None:
        self._opened.pop(file, None)
        real(file)

    def _on_write(self, real: Callable[[int, Any], int], file: int, data: Any) -> int:
        count = real(file, data)
        opened = self._opened.get(file)
        if opened:
            start = len(opened.node.data) if opened.appends else opened.position
            self._do(Write(opened.node, start, bytes(data)[:count]))
            opened.position = start + count
        return count

    def _on_cut(self, real: Callable[[int, int], None], file: int, size: int) -> None:
        real(file, size)
        if file in self._opened:
            self._do(Write(self._opened[file].node, size, None))

    def _on_sync(self, real: Callable[[int], None], file: int) -> None:
        real(file)
        if file in self._opened:
            self._do(Sync(self._opened[file].node))

    def _on_mkdir(
        self, real: Callable[..., None], path: Any, mode: int = 0o777, *, dir_fd: int | None = None
    ) -> None:
        real(path, mode, dir_fd=dir_fd)
        at = self._at(path, dir_fd)
        if at:
            self._do(Link(*at, Node(folder=True)))

    def _on_unlink(self, real: Callable[..., None], path: Any, *, dir_fd: int | None = None) -> None:
        real(path, dir_fd=dir_fd)
        at = self._at(path, dir_fd)
        if at:
            self._do(Unlink(*at, at[0].children[at[1]]))

    def _on_rename(
        self,
        real: Callable[..., None],
        old: Any,
        new: Any,
        *,
        src_dir_fd: int | None = None,
        dst_dir_fd: int | None = None,
    ) -> None:
        real(old, new, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)
        source, goal = self._at(old, src_dir_fd), self._at(new, dst_dir_fd)
        if source and goal:
            self._do(Rename(*source, *goal, source[0].children[source[1]]))

    def _do(self, call: Call) -> None:
        self.calls.append(call)
        _apply(call, "whole", lambda node: node)

    # --- the states -------------------------------------------------------------------------------------

    def crashes(self, *, without: Callable[[Sync], bool] = lambda _: False) -> Iterator[Crash]:
        """Yield every state, each once.

        Args:
            without: Which syncs to leave out of the recording, to see what they are there for.
        """
        calls = [call for call in self.calls if not (isinstance(call, Sync) and without(call))]
        seen: set[tuple[frozenset[str], frozenset[tuple[str, bytes | None]]]] = set()
        for end in range(len(calls) + 1):
            told = frozenset(call.label for call in calls[:end] if isinstance(call, Tell))
            for files in self._states(calls[:end]):
                state = (told, frozenset(files.items()))
                if state not in seen:
                    seen.add(state)
                    yield Crash(told, files)

    def _states(self, calls: list[Call]) -> Iterator[dict[str, bytes | None]]:
        """Yield what the disk may hold after these calls: the uncertain ones in every combination of ways."""
        ways = [_ways(call, calls[number + 1 :]) for number, call in enumerate(calls)]
        count = 1
        for some in ways:
            count *= len(some)
        if count > _MOST:
            raise OverflowError(f"{count} states: too much was left unsynced to try them all")
        for chosen in product(*ways):
            copies = {
                node: Node(node.folder, dict(names), data) for node, (names, data) in self._begun.items()
            }

            def copy(node: Node, copies: dict[Node, Node] = copies) -> Node:
                return copies.setdefault(node, Node(node.folder))

            for call, way in zip(calls, chosen, strict=True):
                _apply(call, way, copy)
            yield _flat(copy(self._tree), copy)


def _ways(call: Call, later: Iterable[Call]) -> tuple[Way, ...]:
    """Return how a call may have reached the disk, given what was synced after it."""
    if isinstance(call, Sync | Tell):
        return ("whole",)
    synced = {other.node for other in later if isinstance(other, Sync)}
    if isinstance(call, Write):
        certain, torn = call.node in synced, call.data is not None and len(call.data) > 0
        return ("whole",) if certain else ("lost", "half", "zeros", "whole") if torn else ("lost", "whole")
    folders = {call.folder, call.goal} if isinstance(call, Rename) else {call.folder}
    return ("whole",) if folders <= synced else ("lost", "whole")


def _apply(call: Call, way: Way, copy: Callable[[Node], Node]) -> None:
    """Do to a tree what a call did, as far as it got. Names hold the recording's own nodes; `copy` finds their state."""
    if way == "lost":
        return
    match call:
        case Link(folder, name, node):
            copy(folder).children[name] = node
        case Unlink(folder, name, node):
            if copy(folder).children.get(name) is node:
                del copy(folder).children[name]
        case Rename(folder, name, goal, new, node):
            if copy(folder).children.get(name) is node:
                del copy(folder).children[name]
            copy(goal).children[new] = node
        case Write(node, start, None):
            copy(node).data = copy(node).data[:start].ljust(start, b"\0")
        case Write(node, start, bytes() as data):
            arrived = {"half": data[: len(data) // 2], "zeros": bytes(len(data)), "whole": data}[way]
            before = copy(node).data.ljust(start, b"\0")
            copy(node).data = before[:start] + arrived + before[start + len(arrived) :]


def _read(root: Path) -> Node:
    """Read a folder into a tree."""
    if not root.is_dir():
        return Node(folder=False, data=root.read_bytes())
    return Node(folder=True, children={path.name: _read(path) for path in root.iterdir()})


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children.values():
        yield from _walk(child)


def _flat(
    node: Node, copy: Callable[[Node], Node] = lambda node: node, path: str = ""
) -> dict[str, bytes | None]:
    """Return a tree as files by their path."""
    found: dict[str, bytes | None] = {}
    for name, child in node.children.items():
        state, below = copy(child), f"{path}{name}"
        found[below] = None if state.folder else state.data
        if state.folder:
            found |= _flat(state, copy, f"{below}/")
    return found
