"""The list of what a store holds: as true as looking each up, much quicker, and never the worse for a wrong hint."""

import errno
import os
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.records import KEY, keep, numbered, object_file, result_file, store
from voicekit import _files, _wire
from voicekit._store import Miss, Record, Store
from voicekit.errors import HostError


def looked_up(root: Path) -> set[str]:
    one = Store(root)
    return {key for key in sorted(one.keys()) if one.find(key)}


def records_opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by each record that is read."""
    opened, real = [], _files.read_below

    def read_below(root: Path, relative: str, limit: int) -> bytes:
        if relative.startswith("results/"):
            opened.append(relative)
        return real(root, relative, limit)

    monkeypatch.setattr(_files, "read_below", read_below)
    return opened


def test_what_is_kept_is_listed_without_opening_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = store(tmp_path)
    kept = {keep(one, b"%d" % number, **numbered(number)).key for number in range(20)}
    opened = records_opened(monkeypatch)
    assert Store(tmp_path).inventory() == kept == looked_up(tmp_path)
    assert len(opened) == 20  # by looking up, not by listing


def test_a_store_without_an_index_gets_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = store(tmp_path)
    kept = {keep(one, b"%d" % number, **numbered(number)).key for number in range(20)}
    for hints in (tmp_path / "index").iterdir():
        hints.unlink()
    opened = records_opened(monkeypatch)
    assert one.inventory() == kept
    assert len(opened) == 20
    assert one.inventory() == kept
    assert len(opened) == 20


def test_an_empty_or_missing_store_has_nothing_and_stays_missing(tmp_path: Path) -> None:
    assert Store(tmp_path / "none").inventory() == frozenset()
    assert not (tmp_path / "none").exists()


def test_what_went_is_not_listed(tmp_path: Path) -> None:
    one = store(tmp_path)
    records = [keep(one, b"%d" % number, **numbered(number)) for number in range(4)]
    object_file(tmp_path, records[0]).unlink()
    result_file(tmp_path, records[1].key).unlink()
    assert one.inventory() == {records[2].key, records[3].key} == looked_up(tmp_path)


def test_other_bytes_for_a_key_are_the_ones_that_count(tmp_path: Path) -> None:
    one = store(tmp_path)
    old, new = keep(one, b"old"), keep(one, b"new")
    assert one.inventory() == {KEY}
    object_file(tmp_path, old).unlink()
    assert one.inventory() == {KEY}
    object_file(tmp_path, new).unlink()
    assert one.inventory() == frozenset()


HINTS = [
    b"",
    b"\n\n\n",
    b"\xff\xfe not text",
    b"short " + b"0" * 64 + b"\n",
    KEY.encode() + b" cut in the mid",
    KEY.encode() + b" " + b"0" * 64 + b"\n",
    KEY.encode() + b" " + _wire.digest(b"other").encode() + b"\n",  # leads to other sound, which is there
    _wire.digest(b"nobody").encode() + b" " + _wire.digest(b"other").encode() + b"\n",
    b"a" * 200_000,
]


@pytest.mark.parametrize("hint", HINTS, ids=range(len(HINTS)))
@pytest.mark.parametrize("there", [True, False])
def test_a_wrong_hint_never_makes_anything_be_served_and_is_found_out(
    hint: bytes, there: bool, tmp_path: Path
) -> None:
    one = store(tmp_path)
    other = keep(one, b"other", **numbered(1))
    record = keep(one, b"sound")
    if not there:
        object_file(tmp_path, record).unlink()
    (tmp_path / "index" / KEY[:2]).write_bytes(hint)
    listed = one.inventory()
    assert other.key in listed
    assert listed <= {KEY, other.key}
    assert isinstance(one.obtain(KEY), Miss) is not there
    assert one.inventory() == looked_up(tmp_path)
    # Lines that are added after a torn one may be lost with it, and the answer stays right.
    third = keep(one, b"third", **numbered(2))
    assert one.inventory() == looked_up(tmp_path) >= {third.key}


@pytest.mark.parametrize("damage", ["folder", "link", "file"])
def test_something_else_in_the_place_of_the_index(damage: str, tmp_path: Path) -> None:
    index = tmp_path / "store" / "index"
    index.parent.mkdir()
    if damage == "folder":
        (index / KEY[:2]).mkdir(parents=True)
    elif damage == "link":
        (tmp_path / "outside").mkdir()
        index.symlink_to(tmp_path / "outside")
    else:
        index.write_bytes(b"")
    one = store(tmp_path / "store")
    keep(one, b"sound")
    assert one.inventory() == {KEY}
    assert damage != "link" or list((tmp_path / "outside").iterdir()) == []


def test_a_disk_that_takes_no_hint_is_no_reason_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = store(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise _files.problem(OSError(errno.ENOSPC, "full"), "index", "write it")

    monkeypatch.setattr(_files, "append", full)
    keep(one, b"sound")
    assert one.inventory() == {KEY}


def test_a_disk_that_refuses_to_list_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = store(tmp_path)
    keep(one, b"sound")

    def fail(path: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "scandir", fail)
    with pytest.raises(HostError):
        one.inventory()


def test_foreign_files_are_passed_over(tmp_path: Path) -> None:
    one = store(tmp_path)
    keep(one, b"sound")
    for name in (
        "results/README",
        "results/zz/x.json",
        f"results/{KEY[:2]}/x.json",
        f"results/{KEY[:2]}/{KEY}",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    misplaced = "00" if KEY[:2] != "00" else "01"
    (tmp_path / "results" / misplaced).mkdir(exist_ok=True)
    (tmp_path / "results" / misplaced / f"{KEY}.json").write_bytes(result_file(tmp_path).read_bytes())
    (tmp_path / "objects" / "notes.txt").write_bytes(b"")
    assert one.inventory() == {KEY}
    assert list(one.keys()) == [KEY]


def test_content_in_a_folder_of_another_name_is_not_there(tmp_path: Path) -> None:
    one = store(tmp_path)
    record = keep(one, b"sound")
    (tmp_path / "objects" / "attic").mkdir()
    object_file(tmp_path, record).rename(tmp_path / "objects" / "attic" / record.digest)
    assert one.inventory() == frozenset()


@given(
    st.lists(
        st.tuples(
            st.integers(0, 4), st.sampled_from(["keep", "obtain", "no object", "no record", "no index"])
        ),
        max_size=20,
    )
)
@settings(deadline=None)
def test_listing_agrees_with_looking_up(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str]]
) -> None:
    root = tmp_path_factory.mktemp("store")
    one = store(root)
    for step, (number, what) in enumerate(steps):
        key = numbered(number)["key"]
        found = one.find(key)
        match what:
            case "keep":
                keep(one, b"%d" % (step % 3), **numbered(number))
            case "obtain":
                one.obtain(key)
            case "no object" if isinstance(found, Record):
                object_file(root, found).unlink()
            case "no record":
                result_file(root, key).unlink(missing_ok=True)
            case "no index":
                (root / "index" / key[:2]).unlink(missing_ok=True)
        assert one.inventory() == looked_up(root)


def test_listing_is_quick_and_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ratio within one run, and bytes: neither depends on the machine."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    one, count = store(tmp_path), 3_000
    for number in range(count):
        keep(one, b"%d" % number, **numbered(number))
    keys = [numbered(number)["key"] for number in range(count)]
    assert len(one.inventory()) == count

    began = time.perf_counter()
    listed = one.inventory()
    listing = time.perf_counter() - began
    began = time.perf_counter()
    assert all(one.find(key) for key in keys)
    looking = time.perf_counter() - began

    del listed
    tracemalloc.start()
    listed = one.inventory()
    stays, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(
        f"inventory of {count}: {listing / count * 1e6:.1f} us each, {looking / listing:.0f} times as quick as find; "
        f"{stays / count:.0f} bytes each stay, {peak / count:.0f} at the peak"
    )
    assert listed == set(keys)
    assert looking / listing > 4
    assert peak / count < 500
