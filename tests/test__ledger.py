"""The ledger of money: no cap is passed, and no spending is forgotten, whatever happens to the disk or the process."""

import asyncio
import contextlib
import errno
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from attrs import asdict, evolve
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from kit.clock import Clock
from kit.fault_server import FaultServer
from kit.projects import plan, project
from voicekit import _files, providers
from voicekit._ledger import BY, FOLDER, Booking, Entry, Ledger, Report, months, report
from voicekit._transport import Transport
from voicekit.errors import BudgetError, ConfigError, HostError, VoicekitError
from voicekit.model import Ask, Budget, Endpoint

REPOSITORY = Path(__file__).parent.parent
NOVEMBER = datetime(2026, 11, 23, 6, 58, 1, tzinfo=UTC)
FREE = Budget()
ENTRY = Entry(
    "phone", "goodbye", "telephony-en", ("menu", "short"), "google-302ai", "302ai", "ab" * 32, 20, 0.0008
)


def november() -> datetime:
    return NOVEMBER


def ledger(root: Path, run: float | None = None, month: float | None = None) -> Ledger:
    return Ledger(root, Budget(run, month), now=november)


def path(root: Path, month: str = "2026-11") -> Path:
    return root / FOLDER / f"{month}.jsonl"


def read(root: Path, by: str = "pack", *names: str) -> Report:
    return report(root, names or ("2026-11",), by)


def spend(into: Ledger, requests: int = 1, entry: Entry = ENTRY) -> None:
    with into.reserve(entry) as booking:
        for _ in range(requests):
            booking.spent()


def lines(root: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path(root).read_bytes().splitlines()]


# --- one request ------------------------------------------------------------------------------------


def test_a_reservation_stands_in_the_file_before_the_request_and_its_end_after(tmp_path: Path) -> None:
    with ledger(tmp_path).reserve(ENTRY) as booking:
        version, reserved = lines(tmp_path)
        booking.spent()
    settled = lines(tmp_path)[-1]

    assert version == {"schema": "voicekit.ledger/1"}
    assert reserved.pop("sum")
    assert reserved == {
        "state": "reserved",
        "id": reserved["id"],
        "time": "2026-11-23T06:58:01Z",
        **asdict(ENTRY),
        "tags": ["menu", "short"],
    }
    assert {**settled, "sum": ""} == {"state": "settled", "id": reserved["id"], "requests": 1, "sum": ""}


@pytest.mark.parametrize("requests", [0, 1, 2])
def test_what_was_spent_stays_and_the_rest_is_free_again(tmp_path: Path, requests: int) -> None:
    one = ledger(tmp_path, run=1.0, month=2.0)
    spend(one, requests)

    found = read(tmp_path)
    assert (found.total.requests, found.total.characters) == (requests, 20 * requests)
    assert found.total.usd == one.spent == pytest.approx(0.0008 * requests, abs=1e-12)
    assert found.held == ()
    assert one.left() == Budget(1.0 - 0.0008 * requests, 2.0 - 0.0008 * requests)


def test_an_exception_settles_too(tmp_path: Path) -> None:
    def interrupted() -> None:
        with ledger(tmp_path).reserve(ENTRY) as booking:
            booking.spent()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert read(tmp_path).held == ()
    assert read(tmp_path).total.requests == 1


def test_a_run_that_ends_frees_what_nobody_came_to_send(tmp_path: Path) -> None:
    with ledger(tmp_path) as one:
        one.reserve(ENTRY)
        sent = one.reserve(ENTRY)
        sent.spent()
        spend(one)
        assert read(tmp_path).total.requests == 3
    sent.settle()
    assert read(tmp_path).total.requests == 2
    assert read(tmp_path).held == ()
    assert one.spent == 0.0016


def test_what_is_free_is_not_entered_and_needs_no_budget(tmp_path: Path) -> None:
    free = evolve(ENTRY, usd=0.0)
    one = ledger(tmp_path, run=0.0, month=0.0)
    one.check([free])
    with one.reserve(free) as booking:
        booking.spent()
        assert booking.may_repeat()
        booking.spent()
    assert one.spent == 0
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_made_before_something_is_bought(tmp_path: Path) -> None:
    one = ledger(tmp_path, run=1.0)
    one.check([ENTRY])
    assert one.left() == Budget(1.0, None)
    assert list(tmp_path.iterdir()) == []


def test_a_planned_request_makes_an_entry_without_its_text(tmp_path: Path) -> None:
    row = plan(project(tmp_path)).requests[0]
    spend(ledger(tmp_path), entry=evolve(Entry.of(row), usd=0.5))

    assert Entry.of(row).characters == row.characters_billed == len(row.text)
    assert (Entry.of(row).prompt, Entry.of(row).request_key) == (row.prompt, row.request_key)
    assert "Hello" in row.text
    assert b"Hello" not in path(tmp_path).read_bytes()


# --- caps -------------------------------------------------------------------------------------------


def test_the_last_request_that_fits_is_sent_and_the_next_is_not(tmp_path: Path) -> None:
    one = ledger(tmp_path, run=0.008)
    for _ in range(10):
        spend(one)
    with pytest.raises(BudgetError) as caught:
        one.reserve(ENTRY)

    assert caught.value.exit_code == 6
    (problem,) = caught.value.problems
    assert (
        problem.message
        == "a request for 0.0008 USD would pass the budget of this run: 0.00 of 0.008 USD left"
    )
    assert "`budget: {run: …}`" in problem.remedy
    assert read(tmp_path).total.requests == 10


def test_sums_are_written_as_money(tmp_path: Path) -> None:
    with pytest.raises(BudgetError, match=r"for 1,234\.50 USD .* 5\.00 of 5\.00 USD left"):
        ledger(tmp_path, run=5.0).reserve(evolve(ENTRY, usd=1_234.5))


def test_both_caps_are_told(tmp_path: Path) -> None:
    with pytest.raises(BudgetError) as caught:
        ledger(tmp_path, run=0.0005, month=0.0007).reserve(ENTRY)

    messages = [problem.message for problem in caught.value.problems]
    assert messages[0].endswith("the budget of this run: 0.0005 of 0.0005 USD left")
    assert messages[1].endswith("the budget of 2026-11: 0.0007 of 0.0007 USD left")
    assert all(problem.remedy for problem in caught.value.problems)


def test_a_release_makes_room_again(tmp_path: Path) -> None:
    one = ledger(tmp_path, month=0.0008)
    first = one.reserve(ENTRY)
    with pytest.raises(BudgetError):
        one.reserve(ENTRY)
    first.settle()
    spend(one)
    with pytest.raises(BudgetError):
        one.reserve(ENTRY)


def test_a_new_run_has_its_own_cap_and_the_month_goes_on(tmp_path: Path) -> None:
    for _ in range(3):
        spend(ledger(tmp_path, run=0.001, month=0.0024))
    with pytest.raises(BudgetError, match="2026-11"):
        spend(ledger(tmp_path, run=0.001, month=0.0024))


def test_the_month_is_utc_and_a_booking_stays_in_its_own(tmp_path: Path) -> None:
    clock = [datetime(2026, 11, 30, 18, 59, tzinfo=timezone(timedelta(hours=-5)))]
    one = Ledger(tmp_path, Budget(month=0.0008), now=lambda: clock[0])
    booking = one.reserve(ENTRY)
    clock[0] += timedelta(minutes=2)  # seven in the evening in New York is midnight in UTC
    spend(one)
    booking.spent()
    booking.settle()

    assert months(tmp_path) == ["2026-11", "2026-12"]
    found = read(tmp_path, "month", *months(tmp_path))
    assert {name: spent.requests for name, spent in found.rows.items()} == {"2026-11": 1, "2026-12": 1}


def test_a_whole_plan_is_refused_before_its_first_request(tmp_path: Path) -> None:
    one = ledger(tmp_path, month=0.01)
    one.check([ENTRY] * 12)
    with pytest.raises(BudgetError, match=r"13 requests for 0\.0104 USD .* 0\.01 of 0\.01 USD left"):
        one.check([ENTRY] * 13 + [evolve(ENTRY, usd=0.0)])
    with pytest.raises(BudgetError, match=r"a request for 1\.00 USD"):
        one.check([evolve(ENTRY, usd=1.0)])


def test_what_has_no_known_price_is_refused_under_a_cap_and_counted_without_one(tmp_path: Path) -> None:
    unpriced = evolve(ENTRY, usd=None, provider="acme", endpoint="paid")
    for one in (ledger(tmp_path, run=5.0), ledger(tmp_path, month=5.0)):
        for refused in (partial(one.check, [ENTRY, unpriced, unpriced]), partial(one.reserve, unpriced)):
            with pytest.raises(BudgetError) as caught:
                refused()
            (problem,) = caught.value.problems
            assert "acme (paid)" in problem.message
            assert problem.remedy

    spend(ledger(tmp_path), 2, unpriced)
    found = read(tmp_path).total
    assert (found.requests, found.characters, found.usd, found.unpriced) == (2, 40, 0.0, 2)
    assert lines(tmp_path)[1]["usd"] is None


def test_prices_add_up_exactly_in_any_order(tmp_path: Path) -> None:
    prices = [0.1, 0.2, 0.3, 0.00001, 7e-9] * 20
    random.Random(7).shuffle(prices)
    one = ledger(tmp_path, run=12.00020014)
    for price in prices:
        spend(one, entry=evolve(ENTRY, usd=price))
    assert one.spent == read(tmp_path).total.usd == 12.00020014
    with pytest.raises(BudgetError, match=r"0\.000000001 USD would pass"):
        one.reserve(evolve(ENTRY, usd=1e-9))


@pytest.mark.parametrize("usd", [-0.01, float("nan")])
def test_a_price_that_is_none_is_our_bug(usd: float) -> None:
    with pytest.raises(ValueError, match="usd"):
        evolve(ENTRY, usd=usd)


# --- a request whose answer got lost ----------------------------------------------------------------


def test_a_repeat_is_reserved_before_it_is_sent(tmp_path: Path) -> None:
    one = ledger(tmp_path, run=0.0016)
    with one.reserve(ENTRY) as booking:
        assert booking.may_repeat()  # the vendor refused, and what is reserved is still there
        assert len(lines(tmp_path)) == 2
        booking.spent()
        assert booking.may_repeat()
        assert lines(tmp_path)[-1]["state"] == "repeated"
        assert read(tmp_path).total.requests == 2
        booking.spent()
        assert not booking.may_repeat()
    assert read(tmp_path).total.requests == 2


def test_a_repeat_that_was_not_sent_is_free_again(tmp_path: Path) -> None:
    one = ledger(tmp_path, run=0.0016)
    with one.reserve(ENTRY) as booking:
        booking.spent()
        assert booking.may_repeat()
    spend(one)
    assert read(tmp_path).total.requests == 2


def test_what_was_spent_without_asking_is_booked_at_once_and_past_the_cap(tmp_path: Path) -> None:
    one = ledger(tmp_path, run=0.0008, month=0.0008)
    booking = one.reserve(ENTRY)
    booking.spent()
    booking.spent()
    assert read(tmp_path).total.requests == 2  # also if this process dies now
    booking.settle()
    assert read(tmp_path).total.requests == 2
    assert one.left() == Budget(0.0, 0.0)


ACCEPTED = [
    (["good"], 1, 1),
    (["503", "429", "good"], 1, 1),
    (["400"], 0, 0),
    (["503", "503", "503"], 0, 0),
    (["reset-after", "good"], 2, 2),
    (["reset-after", "reset-after"], 2, 2),
    (["reset-after", "503", "good"], 2, 2),
    (["html"], 1, 1),
    (["truncated", "good"], 2, 2),
    (["reset-before", "good"], 2, 1),  # nobody can know, so it counts
]


@pytest.mark.parametrize(("faults", "booked", "accepted"), ACCEPTED, ids=str)
def test_whatever_the_vendor_may_charge_is_booked(
    tmp_path: Path, faults: list[str], booked: int, accepted: int
) -> None:
    provider, clock = providers.get("google-302ai"), Clock()
    call = provider.encode(
        Ask(text="Hello.", ssml=None, language="en-US", voice="en-US-Neural2-F", encoding="LINEAR16")
    )

    async def story() -> int:
        async with FaultServer(faults) as server:
            endpoint = Endpoint("302ai", "google-302ai", url=server.at("400"))
            async with Transport(endpoint, provider, environ={}, sleep=clock.sleep) as transport:
                with contextlib.suppress(VoicekitError), ledger(tmp_path).reserve(ENTRY) as booking:
                    await transport.send(call, on_spent=booking.spent)
            refused = sum(fault.isdigit() for fault in faults)
            return len(server.heard) - refused

    assert asyncio.run(story()) == accepted
    assert read(tmp_path).total.requests == booked >= accepted


# --- crashes ----------------------------------------------------------------------------------------


def test_what_a_crash_left_open_counts_as_spent_and_is_shown(tmp_path: Path) -> None:
    crashed = ledger(tmp_path)
    spend(crashed)
    booking = crashed.reserve(ENTRY)
    booking.spent()
    booking.may_repeat()

    found = read(tmp_path)
    (held,) = found.held
    assert (held.entry, held.since, held.requests) == (ENTRY, "2026-11-23T06:58:01Z", 2)
    assert found.total.requests == 3
    with pytest.raises(BudgetError, match=r"0\.0006 of 0\.003 USD left"):
        ledger(tmp_path, month=0.003).reserve(ENTRY)


def story(root: Path) -> bytes:
    """Write a file with a line of each kind, and one reservation open."""
    one, short = ledger(root), evolve(ENTRY, request_key="ab", tags=("menu",))
    spend(one, 1, short)
    spend(one, 2, short)
    spend(one, 0, evolve(short, prompt="pause", usd=0.25))
    one.reserve(evolve(short, usd=0.5))
    return path(root).read_bytes()


def booked(data: bytes) -> int:
    """Add up whole lines, in ten-thousandths of a USD: an independent reading of the format."""
    price, count = dict[str, float](), dict[str, int]()
    for line in data.splitlines():
        event = json.loads(line)
        if event.get("state") == "reserved":
            price[event["id"]], count[event["id"]] = event["usd"], 1
        elif event.get("state") == "repeated":
            count[event["id"]] += 1
        elif event.get("state") == "settled":
            count[event["id"]] = event["requests"]
    return sum(round(price[name] * 10_000) * count[name] for name in price)


def test_a_file_cut_at_any_byte_is_read_as_far_as_it_is_whole_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = story(tmp_path)
    cut = tmp_path / "cut"
    monkeypatch.setattr(os, "fsync", lambda _: None)
    path(cut).parent.mkdir(parents=True)
    for length in range(len(data) + 1):
        path(cut).write_bytes(data[:length])
        # A last line that lacks nothing but its end is whole.
        whole = (
            data[: data.rfind(b"\n", 0, length) + 1] if data[length : length + 1] != b"\n" else data[:length]
        )

        assert round(read(cut).total.usd * 10_000) == booked(whole), length
        assert path(cut).read_bytes() == data[:length]
        spend(ledger(cut))
        assert round(read(cut).total.usd * 10_000) == booked(path(cut).read_bytes()) == booked(whole) + 8, (
            length
        )
        assert path(cut).read_bytes().endswith(b"\n")


@pytest.mark.parametrize("block", [1, 7, 100, 1_000])
def test_a_file_is_the_same_in_whatever_blocks_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    data = story(tmp_path)
    monkeypatch.setattr("voicekit._ledger.month._BLOCK", block)
    for end in (b"", b'{"state":"settl', b"\0" * 20):
        path(tmp_path).write_bytes(data + end)
        assert round(read(tmp_path).total.usd * 10_000) == booked(data)
    path(tmp_path).write_bytes(data + b"{}\n" + data)
    with pytest.raises(ConfigError, match=rf":{data.count(10) + 1}: "):
        read(tmp_path)


def test_what_a_power_cut_leaves_of_lines_that_were_not_durable(tmp_path: Path) -> None:
    data = story(tmp_path)
    for hole in (b"\0" * 40, b'{"state":"reser' + b"\0" * 30):
        path(tmp_path).write_bytes(data + hole)
        assert read(tmp_path).total.requests == 4
        spend(ledger(tmp_path))
        assert read(tmp_path).total.requests == 5
    *before, last, end = data.split(b"\n")
    path(tmp_path).write_bytes(
        b"\n".join([*before, b"\0" * 90 + last, end])
    )  # the line before it never arrived
    assert read(tmp_path).total.requests == 4


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return story(tmp_path_factory.mktemp("good"))


@given(at=st.integers(0, 10_000), bits=st.integers(1, 255))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_byte_is_told_with_its_line_or_changes_nothing(
    tmp_path: Path, good: bytes, at: int, bits: int
) -> None:
    at %= len(good)
    bad = bytearray(good)
    bad[at] ^= bits
    path(tmp_path).parent.mkdir(parents=True, exist_ok=True)
    path(tmp_path).write_bytes(bad)
    try:
        found = read(tmp_path).total
    except ConfigError as error:
        line = good.count(b"\n", 0, at) + 1
        assert error.exit_code == 4
        assert all(problem.remedy for problem in error.problems)
        assert any(problem.place and problem.place.line in {line, line + 1} for problem in error.problems)
    else:
        assert (found.requests, found.usd) == (4, 0.5024)


def test_every_damaged_line_is_told_and_nothing_is_sent(tmp_path: Path) -> None:
    first, *rest = story(tmp_path).splitlines(keepends=True)
    damaged = [
        first,
        rest[0].replace(b"0.0008", b"0.0001"),
        *rest[1:4],
        b"a note\n",
        *rest[4:],
        b"and a last one",
    ]
    path(tmp_path).write_bytes(b"".join(damaged))
    wanted = [f"{path(tmp_path)}:{line}" for line in (2, 3, 6, len(damaged))]

    one = ledger(tmp_path)
    for refused in (lambda: read(tmp_path), one.left, lambda: one.reserve(ENTRY), lambda: one.reserve(ENTRY)):
        with pytest.raises(ConfigError) as caught:
            refused()
        assert [str(problem.place) for problem in caught.value.problems] == wanted
        assert "0.0001" not in str(caught.value)
    assert path(tmp_path).read_bytes() == b"".join(damaged)

    path(tmp_path).write_bytes(
        b"".join([first, *rest]).rstrip(b"\n")
    )  # mended in an editor that ends no last line
    spend(ledger(tmp_path))
    assert read(tmp_path).total.requests == 5


def test_lines_are_counted_across_one_s_own_and_those_of_others(tmp_path: Path) -> None:
    one, other = ledger(tmp_path), ledger(tmp_path)
    spend(one)
    spend(other)
    spend(one)
    with path(tmp_path).open("ab") as file:
        file.write(b"{}\n")
    for each in (one, other):
        with pytest.raises(ConfigError) as caught:
            each.reserve(ENTRY)
        assert [str(problem.place) for problem in caught.value.problems] == [f"{path(tmp_path)}:8"]


@pytest.mark.parametrize("old", [b"ledger/1", b"voicekit.ledger/1"])
def test_a_newer_ledger_is_refused_and_left_alone(tmp_path: Path, old: bytes) -> None:
    data = story(tmp_path).replace(old, b"ledger/2" if old == b"ledger/1" else b"acme.ledger/1", 1)
    path(tmp_path).write_bytes(data)
    words = "another version" if old == b"ledger/1" else "not the first line"

    one = ledger(tmp_path)
    for refused in (lambda: read(tmp_path), lambda: one.reserve(ENTRY), lambda: one.reserve(ENTRY)):
        with pytest.raises(ConfigError, match=words) as caught:
            refused()
        assert caught.value.exit_code == 4
        assert caught.value.problems[0].place.line == 1  # type: ignore[union-attr]
    assert path(tmp_path).read_bytes() == data


def test_lines_that_are_whole_and_make_no_sense_are_damage(tmp_path: Path) -> None:
    data = story(tmp_path)
    version, reserved, settled, *_ = data.splitlines(keepends=True)
    for wrong, words in (
        (version + settled, "does not stand above"),
        (version + reserved + reserved, "reserved already"),
        (version + version, "is damaged"),
        (b"[]\n" + reserved, "no line of a ledger"),
    ):
        path(tmp_path).write_bytes(wrong)
        with pytest.raises(ConfigError, match=words):
            read(tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb'"usd":[0-9.e-]+', b'"usd":1e308'),
        (rb'"usd":[0-9.e-]+', b'"usd":-1'),
        (rb'"usd":[0-9.e-]+', b'"usd":"x"'),
        (rb'"requests":\d', b'"requests":-5'),
        (rb'"requests":\d', b'"requests":1.5'),
        (rb'"requests":\d', b'"requests":true'),
        (rb'"requests":\d', b'"requests":"1"'),
        (rb'"tags":\[[^]]*\]', b'"tags":5'),
        (b'"id":"', b'"name":"'),
    ],
)
def test_a_line_with_its_own_sum_that_nobody_could_have_written_is_damage(
    old: bytes, new: bytes, tmp_path: Path
) -> None:
    """As somebody leaves it who edits the file and mends its sums."""
    first, *rest = story(tmp_path).splitlines()
    bodies = [re.sub(old, new, line.partition(b',"sum"')[0]) for line in rest]
    sealed = [b'%b,"sum":"%08x"}' % (body, zlib.crc32(body)) for body in bodies]
    assert sealed != rest
    path(tmp_path).write_bytes(b"\n".join([first, *sealed]) + b"\n")

    with pytest.raises(ConfigError) as caught:
        read(tmp_path)
    assert caught.value.problems[0].place
    assert caught.value.problems[0].place.line


def test_a_ledger_that_is_removed_in_a_run_begins_anew(tmp_path: Path) -> None:
    one = ledger(tmp_path, run=0.0024)
    booking = one.reserve(ENTRY)
    path(tmp_path).unlink()
    booking.spent()
    booking.spent()
    booking.settle()
    spend(one)
    assert read(tmp_path).total.requests == 1
    with pytest.raises(BudgetError):  # the run still knows what it spent
        one.reserve(ENTRY)


# --- disks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("written", "booked"), [(0, 2), (60, 2), (1, 4)])
def test_a_full_disk_stops_before_the_request_and_harms_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: int, booked: int
) -> None:
    one = ledger(tmp_path)
    spend(one)
    open_ = one.reserve(ENTRY)
    real = os.write

    def full(file: int, data: bytes) -> int:
        if written == 0 or len(data) <= written:
            raise OSError(errno.ENOSPC, "full")
        return real(file, data[:written])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(HostError, match="No space"):
        one.reserve(ENTRY)
    open_.spent()
    open_.spent()
    open_.settle()  # does not raise: the answer that was paid for is worth more than its line
    monkeypatch.undo()

    # Where a line lacked only its end when the disk was full, it counts.
    assert read(tmp_path).total.requests == booked
    spend(one)
    assert read(tmp_path).total.requests == booked + 1


def test_a_lock_that_somebody_holds_stops_before_the_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicekit._ledger.ledger._LOCK_SECONDS", 0.05)
    one = ledger(tmp_path)
    booking = one.reserve(ENTRY)
    with _files.lock(tmp_path / FOLDER / "lock", timeout=1), pytest.raises(HostError, match="lock"):
        one.reserve(ENTRY)
    booking.settle()
    assert read(tmp_path).total.requests == 0


@pytest.fixture
def synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, bytes]]:
    """What was made durable: each path, and of a file its content at that moment."""
    found: list[tuple[Path, bytes]] = []
    real = os.fsync

    def fsync(file: int) -> None:
        real(file)
        there = Path(f"/proc/self/fd/{file}").resolve()
        found.append((there, there.read_bytes() if there.is_file() else b""))

    monkeypatch.setattr(os, "fsync", fsync)
    return found


NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")


@NEEDS_PROC
def test_a_first_reservation_is_durable_with_every_folder_above_it(
    tmp_path: Path, synced: list[tuple[Path, bytes]]
) -> None:
    ledger(tmp_path / "new").reserve(ENTRY)

    file = path(tmp_path / "new")
    assert {file.parent, file.parent.parent, tmp_path / "new", tmp_path} <= {where for where, _ in synced}
    assert synced[-1] == (file, file.read_bytes())


@NEEDS_PROC
def test_power_may_fail_at_any_time(tmp_path: Path, synced: list[tuple[Path, bytes]]) -> None:
    one, spent, luck = ledger(tmp_path, month=0.2), 0, random.Random(7)
    open_: list[Booking] = []
    for _ in range(300):
        booking = luck.choice(open_) if open_ and luck.random() < 0.7 else None
        if booking is None:
            try:
                open_.append(one.reserve(ENTRY))
            except BudgetError:
                continue
        elif luck.random() < 0.5:
            open_.remove(booking)
            booking.settle()
        else:
            booking.spent()
            spent += 1
        durable = [content for where, content in synced if where == path(tmp_path)][
            -1
        ]  # the least that is left
        assert booked(durable) >= spent * 8
    assert spent > 50


# --- more than one ----------------------------------------------------------------------------------


def test_threads_share_a_cap(tmp_path: Path) -> None:
    one, sent = ledger(tmp_path, run=0.08), list[int]()

    def work() -> None:
        count = 0
        try:
            while True:
                spend(one)
                count += 1
        except BudgetError:
            sent.append(count)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == read(tmp_path).total.requests == 100


SPENDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from voicekit._ledger import Entry, Ledger
from voicekit.errors import BudgetError
from voicekit.model import Budget

entry = Entry("phone", "p", "en", (), "google", "paid", "ab", 20, 0.0008)
ledger = Ledger(Path(sys.argv[1]), Budget(month=float(sys.argv[2])), now=lambda: datetime(2026, 11, 1, tzinfo=UTC))
print("ready", flush=True)
sys.stdin.readline()
try:
    while True:
        with ledger.reserve(entry) as booking:
            print("sent", flush=True)
            booking.spent()
except BudgetError:
    print("stopped", flush=True)
"""


def spenders(root: Path, cap: float, count: int) -> list[subprocess.Popen[str]]:
    """Start processes that spend until the month's cap stops them, and let them go at the same time."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-c", SPENDER, str(root), str(cap)]
    found = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(count)
    ]
    for one in found:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in found:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    return found


def test_two_processes_never_pass_one_cap(tmp_path: Path) -> None:
    ends = [one.communicate(timeout=60)[0].split() for one in spenders(tmp_path, 0.4, 2)]

    sent = [end.count("sent") for end in ends]
    assert all(end[-1] == "stopped" for end in ends)
    assert sum(sent) == read(tmp_path).total.requests == 500
    assert min(sent) > 0, "the two did not run beside each other"
    assert read(tmp_path).held == ()


def test_kill_9_forgets_no_spending(tmp_path: Path) -> None:
    sent, kills = 0, 12
    for kill in range(kills):
        (one,) = spenders(tmp_path, 1_000.0, 1)
        time.sleep(random.Random(kill).uniform(0.0, 0.05))
        one.kill()
        out, _ = one.communicate(timeout=30)
        sent += out.count("sent\n")

        found = read(tmp_path)
        assert sent <= found.total.requests <= sent + kill + 1
        assert len(found.held) <= kill + 1
    assert sent > kills
    spend(ledger(tmp_path))


# --- what it costs ----------------------------------------------------------------------------------


def test_reserving_reads_only_what_others_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, got = ledger(tmp_path), ledger(tmp_path), list[int]()
    for _ in range(200):
        spend(one)
    real = _files.read_from

    def counted(*how: Any) -> bytes:
        data = real(*how)
        got.append(len(data))
        return data

    monkeypatch.setattr(_files, "read_from", counted)
    for _ in range(10):
        spend(one)
    assert got == []
    size = path(tmp_path).stat().st_size
    spend(other)
    between = path(tmp_path).stat().st_size - size
    assert got == [size]
    got.clear()
    spend(one)
    assert got == [between]


@NEEDS_PROC
def test_a_request_waits_for_the_disk_once(tmp_path: Path, synced: list[tuple[Path, bytes]]) -> None:
    one = ledger(tmp_path)
    spend(one)
    synced.clear()
    for _ in range(5):
        spend(one)
    assert [where for where, _ in synced] == [path(tmp_path)] * 5


# --- any order of everything ------------------------------------------------------------------------

PRICES = st.sampled_from([0.0008, 0.01, 0.02, 0.05, 0.0])
CAP = Budget(run=0.06, month=0.1)


class Model:
    """One reservation as it should be."""

    def __init__(self, booking: Booking, run: int, month: str) -> None:
        self.booking, self.run, self.month = booking, run, month
        self.price = round((booking.entry.usd or 0.0) * 10_000)
        self.reserved, self.spent, self.unasked, self.settled = 1, 0, 0, False

    @property
    def cost(self) -> int:
        return self.price * (self.spent if self.settled else self.reserved)


class Money(RuleBasedStateMachine):
    """Two processes with one ledger: reserve, spend, repeat, settle, die and start again, over months."""

    bookings = Bundle("bookings")

    @initialize()
    def start(self) -> None:
        self.root = Path(tempfile.mkdtemp())
        self.quick = mock.patch.object(os, "fsync")  # what is durable when has its own tests
        self.quick.start()
        self.now = NOVEMBER
        self.all: list[Model] = []
        self.runs = [0, 1]
        self.ledgers = [self.fresh(), self.fresh()]

    def fresh(self) -> Ledger:
        return Ledger(self.root, CAP, now=lambda: self.now)

    def teardown(self) -> None:
        self.quick.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def month_cost(self, month: str) -> int:
        return sum(one.cost for one in self.all if one.month == month)

    def run_cost(self, run: int) -> int:
        return sum(one.cost for one in self.all if one.run == run)

    def room(self, run: int, month: str, price: int) -> bool:
        return self.month_cost(month) + price <= 1_000 and self.run_cost(run) + price <= 600

    @property
    def month(self) -> str:
        return f"{self.now:%Y-%m}"

    @rule(target=bookings, which=st.integers(0, 1), usd=PRICES)
    def reserve(self, which: int, usd: float) -> Any:
        room = self.room(self.runs[which], self.month, round(usd * 10_000)) or usd == 0
        try:
            booking = self.ledgers[which].reserve(evolve(ENTRY, usd=usd))
        except BudgetError:
            assert not room
            event("refused")
            return multiple()
        assert room
        self.all.append(Model(booking, self.runs[which], self.month))
        return self.all[-1]

    @rule(one=bookings)
    def spend(self, one: Model) -> None:
        if one.run in self.runs:
            one.booking.spent()
            one.spent += 1
            one.unasked += one.spent > one.reserved
            one.reserved = max(one.reserved, one.spent)

    @rule(one=bookings)
    def repeat(self, one: Model) -> None:
        if one.run in self.runs:
            room = self.room(one.run, one.month, one.price)
            allowed = one.booking.may_repeat()
            event(f"repeat {'allowed' if allowed else 'refused'}")
            assert allowed == (one.spent < one.reserved or room or one.price == 0)
            one.reserved += allowed and one.spent == one.reserved

    @rule(one=consumes(bookings))
    def settle(self, one: Model) -> None:
        if one.run in self.runs:
            one.booking.settle()
            one.booking.settle()
            one.settled = True

    @rule(which=st.integers(0, 1))
    def die_and_start_again(self, which: int) -> None:
        self.runs[which] = max(self.runs) + 1
        self.ledgers[which] = self.fresh()

    @rule()
    @precondition(lambda self: sum(one.month == self.month for one in self.all) > 5)
    def next_month(self) -> None:
        self.now += timedelta(days=31)

    @invariant()
    def what_is_booked_is_right_and_within_the_caps(self) -> None:
        for month in {one.month for one in self.all}:
            of_it = [one for one in self.all if one.month == month and one.price]
            found = report(self.root, [month], "pack")
            assert round(found.total.usd * 10_000) == self.month_cost(month)
            assert self.month_cost(month) <= 1_000 + sum(one.unasked * one.price for one in of_it)
            assert len(found.held) == sum(not one.settled for one in of_it)
        for run, one in zip(self.runs, self.ledgers, strict=True):
            assert round(one.spent * 10_000) == self.run_cost(run)
            unasked = sum(each.unasked * each.price for each in self.all if each.run == run)
            assert self.run_cost(run) <= 600 + unasked


TestMoney = Money.TestCase
TestMoney.settings = settings(stateful_step_count=60)


# --- the report -------------------------------------------------------------------------------------


def test_the_report_adds_up_by_each_of_its_names(tmp_path: Path) -> None:
    one = ledger(tmp_path)
    spend(one)
    spend(one, 2, evolve(ENTRY, pack="web", tags=(), profile="web-es", provider="google", usd=0.5))
    spend(one, 0, evolve(ENTRY, pack="never"))
    one.reserve(ENTRY)

    found = {by: {name: spent.requests for name, spent in read(tmp_path, by).rows.items()} for by in BY}
    assert found == {
        "pack": {"phone": 2, "web": 2},
        "profile": {"telephony-en": 2, "web-es": 2},
        "tag": {"": 2, "menu": 2, "short": 2},
        "month": {"2026-11": 4},
        "provider": {"google": 2, "google-302ai": 2},
    }
    total = read(tmp_path, "tag").total
    assert (total.requests, total.characters, total.unpriced) == (4, 4 * ENTRY.characters, 0)
    assert read(tmp_path, "pack", "1999-01") == Report({})
