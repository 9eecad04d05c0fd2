"""T15: the power fails, and writes reach the disk in any order. Content is durable before its record, that before success.

The store runs under a recorder of its calls; every state that the disk may then hold is laid out and opened as a store.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import frozen

from kit.crashes import Crash, Recorder, Sync
from kit.records import KEY, keep, numbered, object_file, store
from voicekit import _files, _wire
from voicekit._keep import Shelf
from voicekit._store import Kept, Miss, Record, Remote
from voicekit._store.folder import Folder
from voicekit.errors import SoundError
from voicekit.model import Artefact

Figure = Callable[..., None]
OTHER = numbered(1)["key"]
DAMAGED = b"FIRST"


@frozen
class Verdict:
    """What was found in all states: how many there are, how many show a torn entry, how many have lost what was told."""

    states: int = 0
    torn: int = 0
    lost: int = 0


def judge(
    recorder: Recorder, tmp_path: Path, *, without: Callable[[Sync], bool] = lambda _: False
) -> Verdict:
    """Open every state. What was told is a label such as ``KEY=bytes``; the bytes of a key may be any that it was told."""
    states = torn = lost = 0
    for states, crash in enumerate(recorder.crashes(without=without), 1):
        root = tmp_path / f"crash-{states}"
        crash.lay(root)
        torn += shows_torn(root / "store")
        lost += has_lost(crash, root / "store")
        recovers(root / "store")
    return Verdict(states, torn, lost)


def shows_torn(root: Path) -> bool:
    """Whether a record leads to anything but its own whole bytes, or an inventory counts on what is not there.

    What was damaged before the recording began is told apart when it is read, and is nobody's torn entry.
    """
    one = store(root)
    counted = one.inventory()
    found = {key: record for key, record in ((key, one.find(key)) for key in sorted(one.keys())) if record}
    old = {key for key, record in found.items() if object_file(root, record).read_bytes() == DAMAGED}
    served = [one.read(record) for record in found.values()]
    assert {data for data in served if isinstance(data, bytes)} <= {b"first", b"second", b"third"}
    return sum(isinstance(data, Miss) for data in served) > len(old) or counted != found.keys()


def has_lost(crash: Crash, root: Path) -> bool:
    """Whether something that was told is not there, or other bytes are."""
    told: dict[str, set[bytes]] = {}
    for label in crash.told:
        key, _, data = label.partition("=")
        told.setdefault(key, set()).add(data.encode())
    found = {key: store(root).obtain(key) for key in told}
    return any(isinstance(kept, Miss) or kept.data not in told[key] for key, kept in found.items())


def recovers(root: Path) -> None:
    """After the next run, everything is as if the power had not failed."""
    one = store(root)
    with one.lock():
        one.sweep()
    record = keep(one, b"third")
    assert one.find(KEY) == record
    assert one.obtain(KEY) == Kept(record, b"third")
    assert KEY in one.inventory()


def told(recorder: Recorder, record: Record, data: bytes) -> None:
    recorder.tell(f"{record.key}={data.decode()}")


# --- the store ------------------------------------------------------------------------------------------


def first_purchase(disk: Path) -> Recorder:
    with Recorder(disk) as recorder:
        told(recorder, keep(store(disk / "store"), b"first"), b"first")
    return recorder


def two_purchases(disk: Path) -> Recorder:
    with Recorder(disk) as recorder:
        told(recorder, keep(store(disk / "store"), b"first"), b"first")
        told(recorder, keep(store(disk / "store"), b"second", OTHER), b"second")
    return recorder


def other_bytes_for_a_key(disk: Path) -> Recorder:
    keep(store(disk / "store"), b"first")
    with Recorder(disk) as recorder:
        told(recorder, keep(store(disk / "store"), b"second"), b"second")
    return recorder


def mended_damage(disk: Path) -> Recorder:
    record = keep(store(disk / "store"), b"first")
    path = object_file(disk / "store", record)
    path.unlink()
    path.write_bytes(DAMAGED)
    with Recorder(disk) as recorder:
        one = store(disk / "store")
        assert isinstance(one.obtain(KEY), Miss)
        told(recorder, keep(one, b"first"), b"first")
    return recorder


def fetched_from_a_share(disk: Path) -> Recorder:
    share = disk.parent / "share"
    keep(store(share), b"first")
    with Recorder(disk) as recorder:
        found = store(disk / "store", Remote(Folder(share))).obtain(KEY)
        assert isinstance(found, Kept)
        told(recorder, found.record, b"first")
    return recorder


def after_a_killed_run(disk: Path) -> Recorder:
    """Folders are there already, and nobody made them durable."""
    with Recorder(disk) as recorder:
        for folder in ("objects", "results"):
            (disk / "store" / folder).mkdir(parents=True)
        _files.make_folder(disk, "store")  # as every build begins
        told(recorder, keep(store(disk / "store"), b"first"), b"first")
    return recorder


STORIES = [
    first_purchase,
    two_purchases,
    other_bytes_for_a_key,
    fetched_from_a_share,
    mended_damage,
    after_a_killed_run,
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_no_state_of_the_disk_shows_a_torn_entry_or_loses_what_was_told(
    story: Callable[[Path], Recorder], tmp_path: Path, figure: Figure
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    recorder = story(disk)
    verdict = judge(recorder, tmp_path)
    name = story.__name__.replace("_", " ")
    assert verdict.states > 15
    figure(f"torn entries in {verdict.states} states of the disk, {name}", verdict.torn, goal=0)
    figure(f"entries lost after success, {name}", verdict.lost, goal=0)


def test_each_sync_is_there_for_a_reason(tmp_path: Path) -> None:
    """The model sees what is missing: without syncing files entries are torn, without syncing folders they get lost."""
    disk = tmp_path / "disk"
    disk.mkdir()
    # The folders are there already, so that few changes are open at once.
    for number in range(2):
        keep(store(disk / "store"), b"first" if number else b"second", numbered(number)["key"])
    (disk / "store" / "results" / KEY[:2]).mkdir(exist_ok=True)
    recorder = other_bytes_for_a_key(disk)
    files = judge(recorder, tmp_path / "files", without=lambda sync: not sync.node.folder)
    folders = judge(recorder, tmp_path / "folders", without=lambda sync: sync.node.folder)
    print(f"T15 without syncing files: {files}; without syncing folders: {folders}")
    assert files.torn > 0
    assert folders.lost > 0


# --- the packs' folders -----------------------------------------------------------------------------------


FILES = ("menu.wav", "hours.wav", "gate.wav")


def foreign_or_lost(recorder: Recorder, tmp_path: Path, *, without: Callable[[Sync], bool]) -> Verdict:
    """Look for files that we wrote and do not know to be ours, or take for what they are not, and for lost ones that were told."""
    states = torn = lost = 0
    for states, crash in enumerate(recorder.crashes(without=without), 1):
        root = tmp_path / f"crash-{states}"
        crash.lay(root)
        there = {
            name: crash.files[f"build/phone/{name}"] for name in FILES if f"build/phone/{name}" in crash.files
        }
        assert {*there.values()} <= {b"first", b"later"}
        lost += bool(crash.told - there.keys())
        shelf = Shelf(root, "build", "phone")
        rows = shelf.artefacts.values()
        mistaken = any(
            shelf.whole(row) and _wire.digest(there[row.file] or b"") != row.digest for row in rows
        )
        known = shelf.strays(rows) | {row.file for row in rows}
        shelf.save(rows)  # whatever the next run makes, or does not
        again = Shelf(root, "build", "phone")
        torn += mistaken or not there.keys() <= known or any(is_foreign(again, name) for name in there)
    return Verdict(states, torn, lost)


def is_foreign(shelf: Shelf, name: str) -> bool:
    """Whether a file of ours would neither be replaced nor be removed."""
    try:
        shelf.refuse_foreign(name)
    except SoundError:
        return True
    return not shelf.is_ours(name)


def artefact(name: str, data: bytes) -> Artefact:
    return Artefact(
        name, "en-US", "en", name, "k", "A.", 1.0, 8_000, "MULAW", None, "google", "embedded", "embedded/x@1", 2,
        digest=_wire.digest(data), size=len(data),
    )  # fmt: skip


def test_in_every_state_of_the_disk_our_files_are_known_as_ours(tmp_path: Path, figure: Figure) -> None:
    """A build, one that is killed, and one that is cut off: it leaves a file that no row names, and drops the row of another."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with Recorder(disk) as recorder:
        built = Shelf(disk, "build", "phone")
        built.write("menu.wav", b"first")
        recorder.tell("menu.wav")
        built.write("hours.wav", b"first")
        built.save([artefact("menu.wav", b"first"), artefact("hours.wav", b"first")])
        recorder.tell("hours.wav")
        Shelf(disk, "build", "phone").write("menu.wav", b"later")
        cut = Shelf(disk, "build", "phone")
        cut.write("gate.wav", b"first")
        cut.save([artefact("menu.wav", b"later")])
        recorder.tell("gate.wav")

    def journals(sync: Sync) -> bool:
        return not sync.node.folder and b'"]' in sync.node.data

    kept = foreign_or_lost(recorder, tmp_path / "kept", without=lambda _: False)
    unsynced = foreign_or_lost(recorder, tmp_path / "unsynced", without=journals)
    assert kept.states > 40
    assert unsynced.torn > 0
    figure(
        f"files of ours that are taken for another's in {kept.states} states of the disk", kept.torn, goal=0
    )
    figure("files lost after success", kept.lost, goal=0)


# --- the model itself -----------------------------------------------------------------------------------


def states(recorder: Recorder) -> set[tuple[bool, bytes | None]]:
    """Return whether ``done`` was told and what ``file`` holds, in every state."""
    return {("done" in crash.told, crash.files.get("file")) for crash in recorder.crashes()}


def test_a_file_written_in_place_may_be_anything_until_it_is_synced(tmp_path: Path) -> None:
    with Recorder(tmp_path) as recorder:
        file = os.open(tmp_path / "file", os.O_WRONLY | os.O_CREAT)
        os.write(file, b"ab")
        os.fsync(file)
        os.close(file)
        recorder.tell("done")
    # Its bytes are certain at the end; its name is not, for the folder was not synced.
    assert {data for done, data in states(recorder) if done} == {None, b"ab"}
    assert {data for done, data in states(recorder) if not done} == {None, b"", b"a", b"\0\0", b"ab"}


@pytest.mark.parametrize("synced", [True, False])
def test_a_renamed_file_is_the_old_or_the_new_one_only_if_it_was_synced_first(
    synced: bool, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with Recorder(tmp_path) as recorder:
        file = os.open(tmp_path / "new", os.O_WRONLY | os.O_CREAT)
        os.write(file, b"news")
        if synced:
            os.fsync(file)
        os.close(file)
        (tmp_path / "new").rename(tmp_path / "file")
        recorder.tell("done")
    held = {data for _, data in states(recorder)}
    assert held == ({b"old", b"news"} if synced else {b"old", b"news", b"ne", b"", b"\0\0\0\0"})
    assert (True, b"old") in states(recorder)


def test_lines_may_be_cut_short_and_what_was_removed_may_come_back(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"one\n")
    (tmp_path / "gone").write_bytes(b"")
    with Recorder(tmp_path) as recorder:
        _files.append(tmp_path, "file", b"two\n")
        (tmp_path / "gone").unlink()
    assert {data for _, data in states(recorder)} == {b"one\n", b"one\ntw", b"one\n\0\0\0\0", b"one\ntwo\n"}
    assert {"gone" in crash.files for crash in recorder.crashes()} == {True, False}


def test_a_line_that_was_cut_off_may_come_back(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"one\ntw")
    with Recorder(tmp_path) as recorder:
        _files.append(tmp_path, "file", b"2\n", at=4)
        _files.sync(tmp_path, "file")
        recorder.tell("done")
    assert {data for done, data in states(recorder) if done} == {b"one\n2\n"}
    assert {b"one\ntw", b"one\n", b"one\n2\n"} <= {data for _, data in states(recorder)}


def test_what_goes_past_the_recorder_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="past"), Recorder(tmp_path):
        (tmp_path / "file").write_bytes(b"unseen")


def test_more_states_than_can_be_tried_are_refused(tmp_path: Path) -> None:
    with Recorder(tmp_path) as recorder:
        for number in range(20):
            _files.append(tmp_path, f"file-{number}", b"never synced")
    with pytest.raises(OverflowError, match="unsynced"):
        list(recorder.crashes())
