"""The disk door: bounded, contained, atomic, durable."""

import contextlib
import errno
import fcntl
import os
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.crashes import Recorder
from voicekit import _files
from voicekit.errors import ConfigError, HostError


@given(st.binary(max_size=2_000), st.lists(st.sampled_from(["a", "b", "c.d", "é"]), min_size=1, max_size=4))
@settings(deadline=None)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, parts: list[str]
) -> None:
    root = tmp_path_factory.mktemp("root")
    relative = "/".join(parts)
    _files.write(root, relative, data)
    assert _files.read(root / relative, 2_000) == data
    assert _files.read_below(root, relative, 2_000) == data
    status = _files.look(root, relative)
    assert status is not None
    assert status.st_size == len(data)
    assert _files.remove(root, relative)
    assert _files.look(root, relative) is None
    assert not _files.remove(root, relative)
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("relative", ["", "/", "/etc/passwd", "..", "../x", "a/../../x", "a\0b", "."])
def test_a_path_that_leaves_its_folder(tmp_path: Path, relative: str) -> None:
    root = tmp_path / "root"
    doings: list[Any] = [
        lambda: _files.write(root, relative, b""),
        lambda: _files.remove(root, relative),
        lambda: _files.look(root, relative),
        lambda: _files.read_below(root, relative, 10),
        lambda: _files.move(root, "a", relative),
        lambda: _files.move(root, relative, "a"),
    ]
    for doing in doings:
        with pytest.raises(ConfigError) as caught:
            doing()
        assert caught.value.problems[0].remedy
    assert list(tmp_path.iterdir()) == []


@given(st.text(max_size=30))
@settings(deadline=None)
def test_no_name_writes_outside(tmp_path_factory: pytest.TempPathFactory, relative: str) -> None:
    above = tmp_path_factory.mktemp("above")
    with contextlib.suppress(ConfigError, HostError):
        _files.write(above / "root", relative, b"x")
    assert {path.name for path in above.iterdir()} <= {"root"}


def test_planted_links_lead_nowhere(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "file").write_bytes(b"theirs")
    (root / "folder").symlink_to(outside)
    (root / "file").symlink_to(outside / "file")
    with pytest.raises(HostError):
        _files.write(root, "folder/file", b"")
    with pytest.raises(HostError):
        _files.read_below(root, "folder/file", 10)
    with pytest.raises(ConfigError, match="plain file"):
        _files.read_below(root, "file", 10)
    with pytest.raises(HostError):
        _files.remove(root, "folder/file")
    with pytest.raises(HostError):
        _files.move(root, "folder/file", "x")
    _files.write(root, "file", b"ours")  # replaces the link itself
    assert not (root / "file").is_symlink()
    assert (outside / "file").read_bytes() == b"theirs"
    assert [path.name for path in outside.iterdir()] == ["file"]


@pytest.mark.parametrize("reader", ["read", "read_below"])
def test_reading_is_bounded_and_speaks_of_what_is_wrong(tmp_path: Path, reader: str) -> None:
    def read(name: str, limit: int) -> bytes:
        if reader == "read":
            return _files.read(tmp_path / name, limit)
        return _files.read_below(tmp_path, name, limit)

    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "folder").mkdir()
    assert read("file", 5) == b"12345"
    for name, limit, words in (
        ("file", 4, "larger than 4"),
        ("none", 5, "no such file"),
        ("folder", 5, "not a"),
    ):
        with pytest.raises(ConfigError, match=words) as caught:
            read(name, limit)
        assert name in str(caught.value.problems[0].place)
        assert caught.value.problems[0].remedy


def test_an_error_is_told_with_its_reason_and_what_to_do_about_it() -> None:
    full = _files.problem(OSError(errno.ENOSPC, "words"), "there", "write it").problems[0]
    assert full.message == f"cannot write it: {os.strerror(errno.ENOSPC)}"
    assert "free some space" in full.remedy
    nameless = _files.problem(BlockingIOError("words"), "there", "write it").problems[0]
    assert nameless.message == "cannot write it: BlockingIOError"
    assert nameless.remedy == "check the path and the disk"
    # A file that --out names is no matter of the project's.
    (fixed,) = _files.problem(OSError(errno.EROFS, "read-only"), "say.wav", "write it").problems
    assert fixed.remedy == "the disk is read-only; choose another folder, or mount it for writing"


def test_a_pipe_does_not_hold_the_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigError, match="plain file"):
        _files.read_below(tmp_path, "pipe", 10)


def test_text_is_utf_8_with_plain_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")
    assert _files.read_text(path, 100) == "a\nb\nc\n"
    path.write_bytes(b"ok\nab\xff")
    with pytest.raises(ConfigError) as caught:
        _files.read_text(path, 100, name="shown.yaml")
    assert str(caught.value.problems[0].place) == "shown.yaml:2:3"


def test_a_move_is_whole_and_says_whether_there_was_something(tmp_path: Path) -> None:
    _files.write(tmp_path, "a/b", b"x")
    assert _files.move(tmp_path, "a/b", "c/d")
    assert (tmp_path / "c/d").read_bytes() == b"x"
    assert not _files.move(tmp_path, "a/b", "c/d")
    assert not _files.move(tmp_path, "none/b", "c/d")


def test_asking_for_what_is_not_there_makes_nothing(tmp_path: Path) -> None:
    doings: list[Callable[[], object]] = [
        lambda: _files.look(tmp_path, "none/file"),
        lambda: _files.read_below(tmp_path, "none/file", 1),
        lambda: _files.remove(tmp_path, "none/file"),
        lambda: _files.move(tmp_path, "none/file", "other/file"),
        lambda: _files.sync(tmp_path, "none/file"),
        lambda: _files.append(tmp_path, "none/file", b"line\n", make=False),
        lambda: _files.sweep(tmp_path / "none"),
    ]
    for doing in doings:
        with contextlib.suppress(ConfigError, HostError):
            doing()
        assert list(tmp_path.iterdir()) == []


def test_the_mode_is_kept(tmp_path: Path) -> None:
    _files.write(tmp_path, "a", b"x", mode=0o444)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o444
    _files.write(tmp_path, "a", b"y", mode=0o444)
    assert (tmp_path / "a").read_bytes() == b"y"


def test_content_is_durable_before_its_name_and_the_name_before_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    for name in ("write", "fsync", "rename"):
        real = getattr(os, name)

        def note(*args: Any, _name: str = name, _real: Any = real, **how: Any) -> Any:
            folder = _name == "fsync" and Path(f"/proc/self/fd/{args[0]}").is_dir()
            calls.append("fsync folder" if folder else _name)
            return _real(*args, **how)

        monkeypatch.setattr(os, name, note)
    root = tmp_path / "new" / "root"
    _files.write(root, "folder/file", b"x")
    made = ["fsync folder"] * 3  # new, root and folder
    assert calls == [*made, "write", "fsync", "rename", "fsync folder"]


@pytest.mark.parametrize("step", ["write", "fsync", "rename"])
def test_a_failing_step_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    _files.write(tmp_path, "file", b"old")

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(HostError) as caught:
        _files.write(tmp_path, "file", b"new")
    monkeypatch.undo()
    assert caught.value.exit_code == 7
    assert "No space left" in str(caught.value)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"old")]


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    before = descriptors()
    for _ in range(20):
        _files.write(tmp_path, "a/b/c", b"x")
        for relative in ("folder", "none", "link/x", "a/b/c"):
            with contextlib.suppress(ConfigError, HostError):
                _files.read_below(tmp_path, relative, 10)
        _files.remove(tmp_path, "a/b/c")
    assert descriptors() == before


def test_sweep_takes_only_our_temporary_files(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / stray(tmp_path)).write_bytes(b"half")
    (tmp_path / "kept").write_bytes(b"x")
    theirs = [stray(tmp_path), "kept", *(f"{_files.TEMPORARY}{name}" for name in ("notes.md", "0", "0" * 17))]
    (tmp_path / theirs[0]).symlink_to(tmp_path / "kept")
    for name in theirs[2:]:
        (tmp_path / name).write_bytes(b"theirs")
    assert _files.sweep(tmp_path, deep=False) == 0
    for name in (stray(tmp_path), f"{_files.TEMPORARY}probe"):
        (tmp_path / name).write_bytes(b"half")
    assert _files.sweep(tmp_path, deep=False) == 2
    assert _files.sweep(tmp_path) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"a", *theirs}


def stray(root: Path) -> str:
    """Return the name of a temporary file: of one that a write leaves that is killed before it renames."""
    names = list[str]()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "rename", lambda name, *_, **__: names.append(name))
        _files.write(root, "never", b"")
    (root / names[0]).unlink()
    return names[0]


def test_the_lock_keeps_others_out_and_lets_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, order, pauses = tmp_path / "deep" / "lock", list[str](), list[float]()
    asleep, sleep = threading.Event(), time.sleep

    def sleeping(seconds: float) -> None:
        pauses.append(seconds)
        asleep.set()
        sleep(seconds)

    def second() -> None:
        with _files.lock(path, timeout=60, pause=0.001):
            order.append("second")

    monkeypatch.setattr(time, "sleep", sleeping)
    with _files.lock(path, timeout=1):
        with pytest.raises(HostError, match="another voicekit run"), _files.lock(path, timeout=0):
            pass
        waiting = threading.Thread(target=second)
        waiting.start()
        assert asleep.wait(60)
        order.append("first")
    waiting.join(timeout=60)
    assert order == ["first", "second"]
    assert set(pauses) == {0.001}


def test_a_lock_that_is_a_link_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(HostError), _files.lock(tmp_path / "lock", timeout=0):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_a_disk_without_locks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", fail)
    opened = descriptors()
    with pytest.raises(HostError, match=f"cannot lock it: {os.strerror(errno.ENOLCK)}"):
        held(tmp_path)
    assert descriptors() == opened


def test_a_journal_grows_by_whole_lines_and_is_read_from_any_byte(tmp_path: Path) -> None:
    _files.append(tmp_path, "deep/journal", b"one\n")
    _files.append(tmp_path, "deep/journal", b"two\ncut sho")
    _files.append(tmp_path, "deep/journal", b"three\n", at=8)
    _files.sync(tmp_path, "deep/journal")
    assert (tmp_path / "deep/journal").read_bytes() == b"one\ntwo\nthree\n"
    assert _files.read_from(tmp_path, "deep/journal", 4, 5) == b"two\nt"
    assert _files.read_from(tmp_path, "deep/journal", 8, 100) == b"three\n"
    assert _files.read_from(tmp_path, "deep/journal", 14, 100) == b""
    assert _files.read_from(tmp_path, "deep/journal", 99, 100) == b""


def test_a_journal_may_be_the_first_thing_below_a_root(tmp_path: Path) -> None:
    _files.append(tmp_path / "new" / "root", "deep/journal", b"one\n")
    assert (tmp_path / "new" / "root" / "deep" / "journal").read_bytes() == b"one\n"


def test_a_journal_is_not_reached_over_a_link(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_bytes(b"x")
    (tmp_path / "journal").symlink_to("theirs")
    doings: list[Any] = [
        lambda: _files.append(tmp_path, "journal", b"line\n", at=0),
        lambda: _files.sync(tmp_path, "journal"),
        lambda: _files.sync(tmp_path, "none"),
        lambda: _files.read_from(tmp_path, "journal", 0, 1),
        lambda: _files.read_from(tmp_path, "none", 0, 1),
    ]
    for doing in doings:
        with pytest.raises((ConfigError, HostError)) as caught:
            doing()
        assert caught.value.problems[0].remedy
    assert (tmp_path / "theirs").read_bytes() == b"x"


def test_a_line_is_written_whole_where_the_disk_takes_it_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, data[:2]))
    _files.append(tmp_path, "journal", b"a line\n")
    _files.write(tmp_path, "file", b"content")
    assert (tmp_path / "journal").read_bytes() == b"a line\n"
    assert (tmp_path / "file").read_bytes() == b"content"


def test_two_runs_may_look_at_one_folder_at_once(tmp_path: Path) -> None:
    wrong: list[Exception] = []

    def look() -> None:
        try:
            for _ in range(50):
                _files.make_folder(tmp_path, "folder")
        except HostError as error:
            wrong.append(error)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert list((tmp_path / "folder").iterdir()) == []


def test_another_run_may_be_quicker_to_make_each_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.mkdir

    def second(*args: Any, **how: Any) -> None:
        real(*args, **how)
        real(*args, **how)

    monkeypatch.setattr(os, "mkdir", second)
    _files.write(tmp_path / "new" / "root", "deep/er/file", b"x")
    assert (tmp_path / "new/root/deep/er/file").read_bytes() == b"x"


def laid(root: Path) -> Path:
    """Write what the doings below work on."""
    (root / "old").mkdir(parents=True)
    (root / "old" / "file").write_bytes(b"old")
    (root / "old" / "journal").write_bytes(b"one\ncut sho")
    (root / "lock").touch()
    return root


def held(root: Path) -> None:
    with _files.lock(root / "lock", timeout=0):
        pass


def added(root: Path) -> None:
    _files.append(root, "old/journal", b"two\n", at=4)
    _files.sync(root, "old/journal")


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


DOINGS: dict[str, Callable[[Path], object]] = {
    "write": lambda root: _files.write(root, "new/deep/file", b"new"),
    "write over": lambda root: _files.write(root, "old/file", b"new"),
    "write below a new root": lambda root: _files.write(root / "far" / "away", "file", b"new"),
    "append": added,
    "move": lambda root: _files.move(root, "old/file", "new/name"),
    "remove": lambda root: _files.remove(root, "old/file"),
    "make a folder": lambda root: _files.make_folder(root, "new/deep"),
    "read": lambda root: _files.read_below(root, "old/file", 3),
    "look": lambda root: _files.look(root, "old/file"),
    "lock": held,
}
STEPS = ("open", "write", "fsync", "rename", "unlink", "mkdir", "stat", "fstat", "ftruncate")


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("doing", DOINGS)
def test_no_power_cut_undoes_what_was_reported(tmp_path: Path, doing: str) -> None:
    root = laid(tmp_path / "root")
    with Recorder(root) as recorder:
        DOINGS[doing](root)
        recorder.tell("done")
    after = files(root)
    folders = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_dir()}
    crashes = [crash.files for crash in recorder.crashes() if "done" in crash.told]
    assert crashes
    for crash in crashes:
        kept = {path: data for path, data in crash.items() if data is not None}
        assert {path: data for path, data in kept.items() if not path.endswith("probe")} == after
        assert folders <= crash.keys()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("doing", DOINGS)
def test_whatever_step_fails_is_told_and_leaves_whole_files_and_nothing_open(
    tmp_path: Path, doing: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call of the operating system fails in its turn, until the doing makes no more of them."""
    real = getattr(os, step)
    DOINGS[doing](laid(tmp_path / "done"))
    before, done = files(laid(tmp_path / "before")), files(tmp_path / "done")
    cut = before | {"old/journal": b"one\n"}  # a journal whose last line a kill had cut short
    for failing in count(1):
        root = laid(tmp_path / f"{failing}")
        opened, made, told = descriptors(), 0, False

        def fail(*args: Any, failing: int = failing, **how: Any) -> Any:
            nonlocal made
            made += 1
            if made == failing:
                raise OSError(errno.EIO, "broken")
            return real(*args, **how)

        with monkeypatch.context() as broken:
            broken.setattr(os, step, fail)
            try:
                DOINGS[doing](root)
            except HostError as error:
                assert error.problems[0].remedy
                assert "Input/output error" in str(error)
                told = True
        assert descriptors() == opened
        after = {path: data for path, data in files(root).items() if not path.endswith("probe")}
        assert after in ((before, done, cut) if told else (done,))
        if made < failing:
            assert not told
            break
