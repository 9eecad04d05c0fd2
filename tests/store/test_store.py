"""The store: what was kept comes back whole or not at all, whatever happens to the disk or the process."""

import errno
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.clock import Clock
from kit.records import FIELDS, KEY, keep, names, numbered, object_file, result_file, store
from voicekit import _files, _wire
from voicekit._store import Kept, Miss, Record, Store
from voicekit.errors import HostError
from voicekit.model import Mark

REPOSITORY = Path(__file__).parents[2]


# --- round trips ------------------------------------------------------------------------------------

WORDS = st.text(max_size=20)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(
    data=st.binary(max_size=400),
    key=st.binary(max_size=8).map(_wire.digest),
    source=WORDS,
    sample_rate=st.none() | st.integers(4_000, 192_000),
    duration=st.floats(0, 1e4),
    marks=st.lists(st.builds(Mark, WORDS, st.floats(0, 1e4)), max_size=3).map(tuple),
    request=st.dictionaries(WORDS, PLAIN, max_size=4),
)
@settings(deadline=None, max_examples=60)
def test_what_is_kept_comes_back(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, key: str, **fields: Any
) -> None:
    root = tmp_path_factory.mktemp("store")
    kept = keep(store(root), data, key, **fields)
    again = Store(root)
    assert again.find(key) == kept
    assert again.read(kept) == data
    assert list(again.keys()) == [key]
    assert kept.digest == _wire.digest(data)
    assert object_file(root, kept).stat().st_mode & 0o777 == 0o444


def test_the_record_is_dated_and_versioned(tmp_path: Path) -> None:
    record = keep(store(tmp_path), b"sound")
    written = json.loads(result_file(tmp_path).read_text())
    assert written["schema"] == "voicekit.result/1"
    assert written["made_at"] == record.made_at == "2023-11-14T22:13:20+00:00"


def test_what_was_obtained_does_not_write_its_sound_into_a_log(tmp_path: Path) -> None:
    keep(store(tmp_path), b"sound")
    assert "sound'" not in repr(store(tmp_path).obtain(KEY))


def test_keeping_the_same_again_changes_nothing(tmp_path: Path) -> None:
    clock = Clock()
    one = Store(tmp_path, now=clock.now)
    first = keep(one, b"sound")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    clock.seconds += 60
    assert keep(one, b"sound") == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before


def test_other_bytes_for_a_key_replace_its_record(tmp_path: Path) -> None:
    one = store(tmp_path)
    keep(one, b"old")
    new = keep(one, b"new")
    assert one.find(KEY) == new
    assert one.read(new) == b"new"


def test_two_keys_share_one_object(tmp_path: Path) -> None:
    one, other = store(tmp_path), _wire.digest(b"other")
    assert object_file(tmp_path, keep(one, b"same")) == object_file(tmp_path, keep(one, b"same", other))
    assert set(one.keys()) == {KEY, other}


def test_an_empty_or_missing_store_is_all_misses(tmp_path: Path) -> None:
    one = store(tmp_path / "not" / "there")
    assert one.find(KEY) is None
    assert list(one.keys()) == []
    assert not (tmp_path / "not").exists()


@pytest.mark.parametrize("key", ["", "..", "../../etc/passwd", KEY.upper(), KEY[:-1], KEY + "0"])
def test_only_digests_are_keys(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store(tmp_path).find(key)


# --- damage -----------------------------------------------------------------------------------------


def test_each_flipped_byte_of_an_object_is_never_served(tmp_path: Path) -> None:
    one, data = store(tmp_path), bytes(range(64))
    record = keep(one, data)
    path = object_file(tmp_path, record)
    for position in range(len(data)):
        damaged = bytearray(data)
        damaged[position] ^= 1 << (position % 8)
        path.unlink(missing_ok=True)
        path.write_bytes(damaged)
        found = one.read(record)
        assert isinstance(found, Miss)
        assert "quarantine" in found.reason
        assert damaged in [held.read_bytes() for held in (tmp_path / "quarantine").iterdir()]
        assert one.find(KEY) is None
    assert keep(one, data) == record
    assert one.read(record) == data


@pytest.mark.parametrize("size", [0, 1, 63, 65, 10_000])
def test_an_object_of_another_size(tmp_path: Path, size: int) -> None:
    one = store(tmp_path)
    record = keep(one, bytes(64))
    path = object_file(tmp_path, record)
    path.unlink()
    path.write_bytes(bytes(size))
    found = one.look(KEY)
    assert found == Miss(KEY, "the record's sound has another size")
    assert "size" in found.reason
    assert isinstance(one.read(record), Miss)
    assert keep(one, bytes(64)) == record
    assert one.read(record) == bytes(64)


def test_a_missing_object_is_a_miss(tmp_path: Path) -> None:
    one = store(tmp_path)
    record = keep(one, b"sound")
    object_file(tmp_path, record).unlink()
    assert one.find(KEY) is None
    found = one.read(record)
    assert isinstance(found, Miss)
    assert "no such file" in found.reason


def test_each_flipped_bit_and_each_cut_of_a_record_is_a_miss(tmp_path: Path) -> None:
    one = store(tmp_path)
    record = keep(one, b"sound")
    path = result_file(tmp_path)
    whole = path.read_bytes()
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << (position % 8)
        for content in (bytes(damaged), whole[:position]):
            path.write_bytes(content)
            # White space between tokens is all that may differ without a difference.
            assert one.find(KEY) in (None, record), content
            assert one.find(KEY) is None or json.loads(content) == json.loads(whole)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"schema": "voicekit.result/2"}, "another version"),
        ({"schema": 7}, "no schema"),
        ({"duration": 2.0}, "check"),
        ({"check": None}, "check"),
    ],
)
def test_a_foreign_record_says_why(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    one = store(tmp_path)
    keep(one, b"sound")
    path = result_file(tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    found = one.look(KEY)
    assert isinstance(found, Miss)
    assert reason in found.reason
    assert keep(one, b"sound") == one.find(KEY)


def test_a_record_under_another_key_is_a_miss(tmp_path: Path) -> None:
    one, other = store(tmp_path), _wire.digest(b"other")
    keep(one, b"sound")
    result_file(tmp_path, other).parent.mkdir()
    result_file(tmp_path, other).write_bytes(result_file(tmp_path).read_bytes())
    found = one.look(other)
    assert isinstance(found, Miss)
    assert "another key" in found.reason


# --- planted things ---------------------------------------------------------------------------------


def test_planted_links_are_not_followed(tmp_path: Path) -> None:
    root, one = tmp_path / "store", store(tmp_path / "store")
    record = keep(one, b"sound")
    secret = tmp_path / "secret"
    for path, theirs in (
        (object_file(root, record), b"sound"),
        (result_file(root), result_file(root).read_bytes()),
    ):
        secret.write_bytes(theirs)  # the very bytes that would be right
        path.unlink()
        path.symlink_to(secret)
        assert one.find(KEY) is None
        assert keep(one, b"sound") == record
        assert not path.is_symlink()
        assert secret.read_bytes() == theirs
    assert one.read(record) == b"sound"


def test_a_link_in_the_place_of_an_object_goes_into_quarantine(tmp_path: Path) -> None:
    one = store(tmp_path)
    record = keep(one, b"sound")
    object_file(tmp_path, record).unlink()
    object_file(tmp_path, record).symlink_to("/tone")  # as many bytes as the sound
    assert one.find(KEY) is None
    assert isinstance(one.read(record), Miss)
    assert not object_file(tmp_path, record).is_symlink()
    assert [held.is_symlink() for held in (tmp_path / "quarantine").iterdir()] == [True]


@pytest.mark.parametrize("folder", ["objects", "results", "objects/aa", "results/aa"])
def test_a_folder_that_is_a_link_stops_the_store(tmp_path: Path, folder: str) -> None:
    outside, root = tmp_path / "outside", tmp_path / "store"
    outside.mkdir()
    data = next(
        bytes([n, m]) for n in range(256) for m in range(256) if _wire.digest(bytes([n, m]))[:2] == "aa"
    )
    key = _wire.digest(data)
    (root / folder).parent.mkdir(parents=True)
    (root / folder).symlink_to(outside)
    with pytest.raises(HostError) as caught:
        keep(store(root), data, key)
    assert caught.value.exit_code == 7
    assert "link" in caught.value.problems[0].remedy
    assert list(outside.iterdir()) == []


def test_a_folder_or_a_pipe_in_the_place_of_a_file(tmp_path: Path) -> None:
    one = store(tmp_path)
    record = keep(one, b"sound")
    path = object_file(tmp_path, record)
    path.unlink()
    os.mkfifo(path)
    assert one.find(KEY) is None
    assert one.look(KEY) == Miss(KEY, "the record's sound is not a plain file")
    assert isinstance(one.read(record), Miss)
    path.mkdir()
    assert isinstance(one.read(record), Miss)
    assert keep(one, b"sound") == record
    assert one.read(record) == b"sound"


# --- disk, processes, kills -------------------------------------------------------------------------


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("after", range(6))
def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, after: int
) -> None:
    root, calls = tmp_path / "store", 0
    other = _wire.digest(b"other")
    before = keep(store(root), b"before", other)
    real = os.write

    def full(file: int, data: Any) -> int:
        nonlocal calls
        calls += 1
        if calls > after:
            raise OSError(number, os.strerror(number))
        return real(file, bytes(data)[: max(1, len(data) // 3)])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(HostError) as caught:
        keep(store(root), b"sound" * 1_000)
    monkeypatch.undo()
    assert caught.value.exit_code == 7
    assert caught.value.problems[0].remedy
    assert not [name for name in names(root) if _files.TEMPORARY in name]
    assert store(root).find(KEY) is None
    assert store(root).read(before) == b"before"


PROGRAM = """
import json, sys
from pathlib import Path
from voicekit import _wire
from voicekit._store import Store
store, fields = Store(Path(sys.argv[1])), json.loads(sys.argv[3])
print("ready", flush=True)
for number in range(int(sys.argv[2])):
    data = (b"%d " % number) * 20_000
    store.keep(data, key=_wire.digest(b"%d" % number), **fields)
    print(number, flush=True)
"""


PLAIN_FIELDS = json.dumps({name: value for name, value in FIELDS.items() if name != "marks"})


def start(root: Path, count: int) -> subprocess.Popen[str]:
    paths = {"PYTHONPATH": f"{REPOSITORY}"}
    command = [sys.executable, "-c", PROGRAM, str(root), str(count), PLAIN_FIELDS]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=paths)


def check_everything(root: Path) -> int:
    """Read every record that there is, and return how many."""
    one = Store(root)
    keys = list(one.keys())
    for key in keys:
        record = one.look(key)
        assert isinstance(record, Record), record
        data = one.read(record)
        assert isinstance(data, bytes), data
        assert _wire.digest(data) == record.digest
    return len(keys)


def test_processes_that_keep_the_same_at_once(tmp_path: Path) -> None:
    running = [start(tmp_path, 60) for _ in range(3)]
    for process in running:
        process.communicate(timeout=60)
    assert [process.returncode for process in running] == [0, 0, 0]
    assert check_everything(tmp_path) == 60
    assert len(list((tmp_path / "objects").glob("*/*"))) == 60
    assert not [name for name in names(tmp_path) if _files.TEMPORARY in name]


def test_kill_9_at_any_moment_leaves_no_torn_entry(tmp_path: Path) -> None:
    luck, most, strays = random.Random(11), 0, 0
    for _ in range(50):
        process = start(tmp_path, 100_000)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(luck.random() * 0.03)
        process.kill()
        told = process.communicate(timeout=10)[0].splitlines()
        reported = int(told[-1]) + 1 if told and told[-1].isdigit() else 0
        most = max(most, reported)
        assert check_everything(tmp_path) >= most  # what was reported as kept is kept
        strays += Store(tmp_path).sweep()
        # Start each round from nothing kept, so that every kill falls into writing and not into reading.
        for key in list(Store(tmp_path).keys()):
            result_file(tmp_path, key).unlink()
        for path in (tmp_path / "objects").glob("*/*"):
            path.unlink()
        most = 0
    assert not [name for name in names(tmp_path) if _files.TEMPORARY in name]
    assert strays > 0  # some of the kills did fall between a temporary file and its renaming


def test_sweep_removes_strays_only(tmp_path: Path) -> None:
    one = store(tmp_path)
    record = keep(one, b"sound")
    stray = object_file(tmp_path, record).parent / f"{_files.TEMPORARY}{0x11:016x}"
    stray.write_bytes(b"half")
    with one.lock():
        assert one.sweep() == 1
        assert one.sweep() == 0
    assert one.read(record) == b"sound"


def test_the_lock_is_held_against_other_processes(tmp_path: Path) -> None:
    one = store(tmp_path)
    with one.lock(), pytest.raises(HostError) as caught, one.lock(timeout=0.1):
        pass
    assert caught.value.exit_code == 7
    with one.lock(timeout=0.1):
        pass


def test_a_store_that_cannot_be_written_still_never_serves_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = store(tmp_path)
    record = keep(one, b"sound")
    object_file(tmp_path, record).unlink()
    object_file(tmp_path, record).write_bytes(b"SOUND")

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(os, "rename", refuse)
    assert isinstance(one.read(record), Miss)
    assert isinstance(one.read(evolve(record, size=3)), Miss)


# --- what is not needed any more --------------------------------------------------------------------------


@given(st.lists(st.sampled_from([b"", b"one", b"other", b"third"]), max_size=8), st.data())
@settings(deadline=None)
def test_what_only_some_keys_lead_to_is_measured_and_goes_with_them(
    tmp_path_factory: pytest.TempPathFactory, sounds: list[bytes], data: st.DataObject
) -> None:
    """A sound that others lead to stays. Keys that nobody has are passed over."""
    root = tmp_path_factory.mktemp("store")
    one = store(root)
    kept = {keep(one, sound, **numbered(number)).key: sound for number, sound in enumerate(sounds)}
    going = data.draw(st.sets(st.sampled_from(sorted(kept))) if kept else st.just(set[str]()), "going")
    staying = {key: sound for key, sound in kept.items() if key not in going}
    freed = {kept[key] for key in going} - {*staying.values()}
    keys = [*going, numbered(99)["key"]]
    before = names(root)
    assert one.unused(keys, remove=False) == sum(map(len, freed))
    assert names(root) == before
    assert one.unused(keys, remove=True) == sum(map(len, freed))
    assert one.inventory() == staying.keys()
    for key, sound in staying.items():
        found = one.obtain(key)
        assert isinstance(found, Kept)
        assert found.data == sound
    assert len([name for name in names(root) if name.startswith("objects/")]) == len({*staying.values()})
    assert len([name for name in names(root) if name.startswith("results/")]) == len(staying)
    assert one.unused(keys, remove=True) == 0
