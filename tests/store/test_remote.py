"""The shared store through a folder: read through, written through, checked, and never in the way of a build."""

import errno
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from attrs import evolve

from kit.records import FIELDS, KEY, REQUEST_KEY, keep, names, numbered, object_file, result_file, store
from voicekit import _plan, _wire
from voicekit._store import Kept, Miss, Record, Remote, Store, open_remote
from voicekit._store.folder import Folder
from voicekit._store.record import encode
from voicekit.errors import HostError, Place, Refused, Unreachable
from voicekit.model import StoreConfig


class Desk:
    """Two machines that share a folder."""

    def __init__(self, root: Path) -> None:
        self.share = root / "share"
        self.share.mkdir()
        self.roots = (root / "mine", root / "yours")
        self.mine, self.yours = (store(folder, Remote(Folder(self.share))) for folder in self.roots)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


class Scripted:
    """A backend that does what it is told, and remembers what it was asked."""

    def __init__(self, act: Callable[[], None] = lambda: None) -> None:
        self.act = act
        self.asked: list[tuple[str, str]] = []
        self.files: dict[str, bytes] = {}

    def get(self, path: str, limit: int) -> bytes:
        self.asked.append(("get", path))
        self.act()
        if path not in self.files:
            raise FileNotFoundError(path)
        return self.files[path][: limit + 1]

    def put(self, path: str, data: bytes) -> bool:
        self.asked.append(("put", path))
        self.act()
        self.files[path] = data
        return True

    def names(self, folder: str) -> Iterable[str]:
        self.asked.append(("names", folder))
        self.act()
        return [path.rpartition("/")[2] for path in self.files if path.startswith(folder)]


def refuse() -> None:
    raise Refused.of("no", remedy="ask for it")


def vanish() -> None:
    raise Unreachable.of("not there", remedy="look for it")


def messages(one: Store) -> list[str]:
    return [problem.message for problem in one.problems]


# --- reading and writing through ------------------------------------------------------------------------


def test_what_one_keeps_another_obtains_and_then_has(desk: Desk) -> None:
    record = keep(desk.mine, b"sound")
    assert desk.yours.find(KEY) is None
    assert desk.yours.obtain(KEY) == Kept(record, b"sound", fetched=True)
    assert desk.yours.obtain(KEY) == Kept(record, b"sound")
    alone = Store(desk.roots[1])
    assert alone.obtain(KEY) == Kept(record, b"sound")
    assert alone.inventory() == {KEY}
    assert desk.mine.problems == desk.yours.problems == ()


def test_the_shared_store_is_laid_out_as_a_store(desk: Desk) -> None:
    record = keep(desk.mine, b"sound")
    assert names(desk.share) == {
        str(object_file(desk.share, record).relative_to(desk.share)),
        str(result_file(desk.share).relative_to(desk.share)),
    }
    assert Store(desk.share).obtain(KEY) == Kept(record, b"sound")


def test_what_nobody_has_is_a_miss_and_no_trouble(desk: Desk) -> None:
    found = desk.mine.obtain(KEY)
    assert isinstance(found, Miss)
    assert desk.mine.problems == ()
    assert not desk.roots[0].exists()


def test_without_a_shared_store_there_is_only_this_machine(tmp_path: Path) -> None:
    one = store(tmp_path)
    assert isinstance(one.obtain(KEY), Miss)
    record = keep(one, b"sound")
    assert one.obtain(KEY) == Kept(record, b"sound")
    assert one.remote_has([KEY]) == frozenset()
    assert one.problems == ()


def test_what_is_here_is_not_asked_for_there(tmp_path: Path) -> None:
    backend = Scripted()
    one = store(tmp_path, Remote(backend))
    keep(one, b"sound")
    backend.asked.clear()
    assert isinstance(one.obtain(KEY), Kept)
    assert backend.asked == []


def test_content_is_written_before_its_record_and_read_after_it(tmp_path: Path) -> None:
    backend = Scripted()
    record = keep(store(tmp_path / "mine", Remote(backend)), b"sound")
    sound, result = (f"objects/{record.digest[:2]}/{record.digest}", f"results/{KEY[:2]}/{KEY}.json")
    assert backend.asked == [("put", sound), ("put", result)]
    backend.asked.clear()
    store(tmp_path / "yours", Remote(backend)).obtain(KEY)
    assert backend.asked == [("get", result), ("get", sound)]


def test_no_record_is_written_where_its_content_was_not(tmp_path: Path) -> None:
    backend = Scripted(refuse)
    one = store(tmp_path, Remote(backend))
    record = keep(one, b"sound")
    assert [what for what, _ in backend.asked] == ["put"]
    assert one.obtain(KEY) == Kept(record, b"sound")
    assert messages(one) == ["no"]


def test_read_only_takes_and_does_not_give(desk: Desk) -> None:
    record = keep(desk.mine, b"sound")
    before = names(desk.share)
    reader = store(desk.roots[1], Remote(Folder(desk.share), read_only=True))
    keep(reader, b"other", **numbered(1))
    assert names(desk.share) == before
    assert reader.obtain(KEY) == Kept(record, b"sound", fetched=True)
    assert reader.problems == ()


def test_two_that_write_at_once_leave_one_whole_answer(desk: Desk) -> None:
    def write(one: Store, data: bytes) -> None:
        for _ in range(20):
            keep(one, data)

    threads = [
        threading.Thread(target=write, args=pair)
        for pair in ((desk.mine, b"mine" * 1_000), (desk.yours, b"yours" * 1_000))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = Store(desk.share).obtain(KEY)
    assert isinstance(found, Kept)
    assert found.data in {b"mine" * 1_000, b"yours" * 1_000}
    assert desk.mine.problems == desk.yours.problems == ()


def test_a_full_disk_here_stops_what_a_fetch_would_write(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(desk.mine, b"sound")

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(HostError, match="No space"):
        desk.yours.obtain(KEY)
    monkeypatch.undo()
    assert isinstance(desk.yours.obtain(KEY), Kept)


# --- whose sound it is ----------------------------------------------------------------------------------


def test_embedded_sound_is_never_the_answer_to_a_vendors_key(desk: Desk) -> None:
    vendor, embedded = "google", "embedded/espeak-ng@1.52"
    ours, theirs = (_plan.bytes_key(REQUEST_KEY, source) for source in (embedded, vendor))
    keep(desk.mine, b"robot", ours, source=embedded)
    assert isinstance(desk.yours.obtain(theirs), Miss)
    found = desk.yours.obtain(ours)
    assert isinstance(found, Kept)
    assert found.record.source == embedded


def test_a_record_cannot_be_passed_off_under_another_key(desk: Desk) -> None:
    """Someone copies the record of embedded sound to the vendor's key, and makes its own key and digest fit."""
    embedded = "embedded/espeak-ng@1.52"
    record = keep(desk.mine, b"robot", _plan.bytes_key(REQUEST_KEY, embedded), source=embedded)
    stolen = result_file(desk.share, KEY)
    stolen.parent.mkdir(exist_ok=True)
    stolen.write_bytes(encode(evolve(record, key=KEY)))
    assert isinstance(desk.yours.obtain(KEY), Miss)
    assert "claims what its key does not say" in desk.yours.problems[0].message
    assert stolen.exists()


def test_the_key_of_a_plan_is_the_one_that_records_are_held_to(desk: Desk) -> None:
    for source in ("google", "polly", "embedded/espeak-ng@1.52", "grüße"):
        fields = numbered(7, source)
        assert fields["key"] == _plan.bytes_key(fields["request_key"], source)
        keep(desk.mine, b"sound", **fields)
        assert isinstance(desk.yours.obtain(fields["key"]), Kept)


# --- damage there ---------------------------------------------------------------------------------------


def spoil(path: Path, data: bytes) -> None:
    path.unlink()
    path.write_bytes(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"sOund", b"soun", b"sound!", b"x" * 100_000],
    ids=["empty", "flipped", "short", "long", "much longer"],
)
def test_spoiled_content_is_not_served_and_not_removed(desk: Desk, data: bytes) -> None:
    record = keep(desk.mine, b"sound")
    path = object_file(desk.share, record)
    spoil(path, data)
    assert isinstance(desk.yours.obtain(KEY), Miss)
    assert path.read_bytes() == data
    assert names(desk.roots[1]) == set()
    [problem] = desk.yours.problems
    assert KEY[:16] in problem.message
    assert "not used" in problem.message
    assert problem.remedy
    # Whoever buys it anew writes it over, and then it is there for all.
    keep(desk.yours, b"sound")
    assert path.read_bytes() == b"sound"
    assert Store(desk.share).obtain(KEY) == Kept(record, b"sound")


def test_a_record_whose_content_is_missing_is_told(desk: Desk) -> None:
    object_file(desk.share, keep(desk.mine, b"sound")).unlink()
    assert isinstance(desk.yours.obtain(KEY), Miss)
    assert "its sound is missing" in desk.yours.problems[0].message


DEEP = b'{"schema": "voicekit.result/1", "check": "", "marks": ' + b"[" * 900 + b"]" * 900 + b"}"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b"<html>Sign in</html>", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "not an object"),
        (b'{"schema": "voicekit.result/9"}', "another version"),
        (DEEP, "fields"),
        (b" " * 1_000_001, "too large"),
    ],
)
def test_what_is_no_record_is_not_believed(desk: Desk, data: bytes, reason: str) -> None:
    keep(desk.mine, b"sound")
    spoil(result_file(desk.share), data)
    assert isinstance(desk.yours.obtain(KEY), Miss)
    assert reason in desk.yours.problems[0].message


def test_no_flipped_bit_of_a_shared_record_leads_to_other_sound(desk: Desk) -> None:
    record = keep(desk.mine, b"sound")
    whole = result_file(desk.share).read_bytes()
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << (position % 8)
        spoil(result_file(desk.share), bytes(damaged))
        found = store(desk.roots[1] / str(position), Remote(Folder(desk.share))).obtain(KEY)
        # White space between tokens is all that may differ without a difference.
        assert isinstance(found, Miss) or (
            found.record == record and json.loads(damaged) == json.loads(whole)
        )


def test_a_record_that_promises_more_than_any_answer_is_not_followed(desk: Desk) -> None:
    record = keep(desk.mine, b"sound")
    spoil(result_file(desk.share), encode(evolve(record, size=10**12)))
    assert isinstance(desk.yours.obtain(KEY), Miss)
    assert "claims" in desk.yours.problems[0].message


@pytest.mark.parametrize("size", [0, 4, 6])
def test_a_record_whose_size_is_not_its_contents_is_not_believed(desk: Desk, size: int) -> None:
    record = keep(desk.mine, b"sound")
    spoil(result_file(desk.share), encode(evolve(record, size=size)))
    assert isinstance(desk.yours.obtain(KEY), Miss)
    assert names(desk.roots[1]) == set()


@pytest.mark.parametrize(
    "change", [{"digest": "../../mine/secret"}, {"digest": "A" * 64}, {"digest": ""}, {"size": -1}], ids=str
)
def test_a_record_that_leads_out_of_the_store_is_not_followed(desk: Desk, change: dict[str, Any]) -> None:
    record = keep(desk.mine, b"sound")
    spoil(result_file(desk.share), encode(evolve(record, **change)))
    assert isinstance(desk.yours.obtain(KEY), Miss)
    [problem] = desk.yours.problems
    assert "the record is damaged" in problem.message


def test_links_in_a_share_are_not_followed(desk: Desk, tmp_path: Path) -> None:
    record = keep(desk.mine, b"sound")
    (tmp_path / "elsewhere").write_bytes(b"sound")
    path = object_file(desk.share, record)
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    assert isinstance(desk.yours.obtain(KEY), Miss)


@pytest.mark.parametrize(("count", "more"), [(4, ""), (5, ""), (6, "; and 1 more"), (9, "; and 4 more")])
def test_many_damaged_entries_are_one_problem_that_names_a_few(desk: Desk, count: int, more: str) -> None:
    for number in range(count):
        keep(desk.mine, b"sound", **numbered(number))
        spoil(result_file(desk.share, numbered(number)["key"]), b"{}")
        assert isinstance(desk.yours.obtain(numbered(number)["key"]), Miss)
    [problem] = desk.yours.problems
    assert problem.message.count("…") == min(count, 5)
    assert problem.message.endswith(f"schema{more}")


# --- a shared store that is away ------------------------------------------------------------------------


def test_a_share_that_is_not_mounted_is_told_and_not_made(tmp_path: Path) -> None:
    one = store(
        tmp_path / "mine", Remote(Folder(tmp_path / "mnt" / "share"), place=Place("voicekit.yaml", 3))
    )
    record = keep(one, b"sound")
    assert one.obtain(KEY) == Kept(record, b"sound")
    assert isinstance(one.obtain(numbered(1)["key"]), Miss)
    [problem] = one.problems
    assert str(problem).startswith("voicekit.yaml:3: store: the shared folder is not there")
    assert not (tmp_path / "mnt").exists()


@pytest.mark.parametrize("keys", [0, 600], ids=["fetched", "listed"])
def test_a_share_that_is_not_mounted_is_not_one_that_has_nothing(keys: int, tmp_path: Path) -> None:
    one = store(tmp_path / "mine", Remote(Folder(tmp_path / "share")))
    if keys:
        assert one.remote_has(numbered(number)["key"] for number in range(keys)) == frozenset()
    else:
        assert isinstance(one.obtain(KEY), Miss)
    assert "the shared folder is not there" in messages(one)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root; errors are injected below")
def test_a_share_that_cannot_be_written(desk: Desk) -> None:
    desk.share.chmod(0o555)
    record = keep(desk.mine, b"sound")
    assert desk.mine.obtain(KEY) == Kept(record, b"sound")
    assert "Permission denied" in messages(desk.mine)[0]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ENOSPC, errno.ESTALE])
def test_errors_of_a_share_are_told_and_fail_no_prompt(
    desk: Desk, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def fail(path: str, *args: int, **options: int) -> int:
        if str(path).startswith(str(desk.share)):
            raise OSError(number, os.strerror(number))
        return real(path, *args, **options)

    monkeypatch.setattr(os, "open", fail)
    record = keep(desk.mine, b"sound")
    assert desk.mine.obtain(KEY) == Kept(record, b"sound")
    assert isinstance(desk.mine.obtain(numbered(1)["key"]), Miss)
    assert any(os.strerror(number) in message for message in messages(desk.mine))


def test_after_some_failures_in_a_row_it_is_left_alone(tmp_path: Path) -> None:
    backend = Scripted(vanish)
    one = store(tmp_path, Remote(backend, failures=3))
    for number in range(10):
        assert isinstance(one.obtain(numbered(number)["key"]), Miss)
        keep(one, b"sound", **numbered(number))
    assert len(backend.asked) == 3
    assert messages(one) == [
        "not there",
        "it failed 3 times in a row, and asking it ends for this run",
    ]


def test_what_is_missing_or_damaged_is_an_answer_and_no_failure(tmp_path: Path) -> None:
    backend = Scripted()
    one = store(tmp_path, Remote(backend, failures=2))
    fail = iter([True, False] * 5)
    backend.act = lambda: vanish() if next(fail) else None
    for number in range(10):
        assert isinstance(one.obtain(numbered(number)["key"]), Miss)
    assert len(backend.asked) == 10
    assert messages(one) == ["not there"]


@pytest.mark.parametrize("trouble", [vanish, refuse])
def test_whatever_succeeds_between_two_failures_makes_them_not_in_a_row(
    trouble: Callable[[], None], tmp_path: Path
) -> None:
    backend = Scripted()
    for number in range(10):
        keep(store(tmp_path / "mine", Remote(backend)), b"sound", **numbered(number))
    one = store(tmp_path / "yours", Remote(backend, failures=2))
    for number in range(10):
        backend.act = trouble if number % 2 else lambda: None
        assert isinstance(one.obtain(numbered(number)["key"]), Miss if number % 2 else Kept)
    assert len(one.problems) == 1


def test_a_success_that_comes_late_does_not_begin_it_all_again(tmp_path: Path) -> None:
    begun, over = threading.Event(), threading.Event()

    def dawdle() -> None:
        begun.set()
        over.wait(20)

    backend = Scripted(dawdle)
    one = store(tmp_path, Remote(backend, failures=1))
    slow = threading.Thread(target=one.obtain, args=(KEY,))
    slow.start()
    begun.wait()
    backend.act = vanish
    one.obtain(numbered(1)["key"])
    over.set()
    slow.join()
    backend.act = lambda: None
    one.obtain(numbered(2)["key"])
    assert len(backend.asked) == 2


def test_a_process_ends_though_a_share_hangs_for_ever(tmp_path: Path) -> None:
    program = """
import sys, threading
from pathlib import Path
from voicekit._store import Remote, Store
class Hanging:
    def get(self, path, limit):
        threading.Event().wait()
print(Store(Path(sys.argv[1]), Remote(Hanging(), seconds=0.05)).obtain("0" * 64).reason)
"""
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environ, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_being_refused_to_write_does_not_end_reading(tmp_path: Path) -> None:
    backend = Scripted()
    record = keep(store(tmp_path / "mine", Remote(backend)), b"sound")
    backend.act = refuse
    one = store(tmp_path / "yours", Remote(backend, failures=2))
    for number in range(4):
        keep(one, b"sound", **numbered(number))
    assert backend.asked[2:] == [("put", mock.ANY)] * 2
    backend.act = lambda: None
    assert one.obtain(KEY) == Kept(record, b"sound", fetched=True)
    assert messages(one) == ["no", "it failed 2 times in a row, and writing it ends for this run"]


def test_one_that_never_answers_costs_its_deadline_a_few_times(tmp_path: Path) -> None:
    over = threading.Event()

    def hang() -> None:
        over.wait(60)

    one = store(tmp_path, Remote(Scripted(hang), seconds=0.1, failures=3))
    began = time.monotonic()
    for number in range(100):
        assert isinstance(one.obtain(numbered(number)["key"]), Miss)
    took = time.monotonic() - began
    over.set()
    assert 0.3 <= took < 5
    assert messages(one)[0] == "it did not answer within 0.1 seconds"


def test_an_unexpected_error_of_ours_is_not_hidden(tmp_path: Path) -> None:
    def break_down() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store(tmp_path, Remote(Scripted(break_down))).obtain(KEY)


# --- asking for many ------------------------------------------------------------------------------------


def test_a_few_keys_are_read_and_only_whole_records_count(desk: Desk) -> None:
    records = [keep(desk.mine, b"sound", **numbered(number)) for number in range(5)]
    spoil(result_file(desk.share, records[0].key), b"{}")
    asked = [record.key for record in records] + [KEY]
    assert desk.yours.remote_has(asked) == {record.key for record in records[1:]}
    assert desk.yours.remote_has([]) == frozenset()
    assert names(desk.roots[1]) == set()


def test_for_many_keys_the_folders_are_listed(tmp_path: Path) -> None:
    backend = Scripted()
    keys = [numbered(number)["key"] for number in range(600)]
    for key in keys[::2]:
        backend.files[f"results/{key[:2]}/{key}.json"] = b"{}"
    backend.files[f"results/{keys[1][:2]}/{keys[1]}.json.tmp"] = b"{}"
    one = store(tmp_path, Remote(backend))
    assert one.remote_has(keys) == set(keys[::2])
    assert {what for what, _ in backend.asked} == {"names"}
    assert len(backend.asked) <= 256


def test_many_keys_of_a_folder_are_found_by_their_names(desk: Desk) -> None:
    kept = {keep(desk.mine, b"sound", **numbered(number)).key for number in range(5)}
    asked = [numbered(number)["key"] for number in range(600)]
    assert desk.yours.remote_has(asked) == kept
    assert desk.yours.problems == ()


def test_asking_for_many_from_one_that_is_away_ends_soon(tmp_path: Path) -> None:
    backend = Scripted(vanish)
    one = store(tmp_path, Remote(backend, failures=3))
    assert one.remote_has(numbered(number)["key"] for number in range(600)) == frozenset()
    assert len(backend.asked) <= 3 + 16
    assert "not there" in messages(one)


# --- opening --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["{}", "file://{}", "share", "./share"])
def test_a_folder_is_a_path_or_a_file_address(tmp_path: Path, url: str) -> None:
    share = tmp_path / "share"
    share.mkdir()
    config = StoreConfig(url.format(share))
    record = keep(store(tmp_path / "mine", open_remote(config, tmp_path)), b"sound")
    assert store(tmp_path / "yours", open_remote(config, tmp_path)).obtain(KEY) == Kept(
        record, b"sound", fetched=True
    )
    assert object_file(share, record).exists()


def test_the_address_of_a_folder_may_hold_escapes(tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    keep(store(tmp_path / "mine", open_remote(StoreConfig(f"file://{tmp_path}/a%20b"), tmp_path)), b"sound")
    assert result_file(tmp_path / "a b").exists()


def test_read_only_comes_from_the_settings(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    config = StoreConfig("share", read_only=True)
    keep(store(tmp_path / "mine", open_remote(config, tmp_path)), b"sound")
    assert names(tmp_path / "share") == set()


def test_the_deadline_of_a_folder_is_the_one_that_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    monkeypatch.setattr(Folder, "get", lambda *_: over.wait(60))
    one = store(tmp_path, open_remote(StoreConfig("share"), tmp_path, seconds=0.05))
    assert isinstance(one.obtain(KEY), Miss)
    over.set()
    assert messages(one) == ["it did not answer within 0.05 seconds"]


def test_a_fetched_record_is_the_one_that_was_kept(desk: Desk) -> None:
    record = keep(desk.mine, b"sound", duration=1.5, marks=FIELDS["marks"])
    found = desk.yours.obtain(KEY)
    assert isinstance(found, Kept)
    assert isinstance(found.record, Record)
    assert encode(found.record) == encode(record)
    assert _wire.digest(found.data) == record.digest
