"""`voicekit spend`: what it adds up, what is left, and that it says of which machine it speaks."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from kit.story import Story
from voicekit import _ledger
from voicekit._ledger import Entry, Ledger
from voicekit.cli import spend
from voicekit.model import Budget

ENTRY = Entry(
    "phone", "goodbye", "telephony-en", ("menu", "short"), "google-302ai", "302ai", "ab" * 32, 20, 0.0008
)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 31, 23, 59, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spend, "_now", lambda: NOW)


def buy(root: Path, requests: int = 1, entry: Entry = ENTRY, at: datetime = NOW) -> None:
    with Ledger(root, Budget(), now=lambda: at).reserve(entry) as booking:
        for _ in range(requests):
            booking.spent()


@pytest.fixture
def spent(story: Story) -> Story:
    """A project that has spent something in two months, and whose last run was killed."""
    buy(story.root, 3, evolve(ENTRY, usd=0.5), OCTOBER)
    for _ in range(12):
        buy(story.root)
    buy(story.root, 2, evolve(ENTRY, pack="web", profile="web", tags=(), provider="google", usd=1_234.5))
    Ledger(story.root, Budget(), now=lambda: NOW).reserve(evolve(ENTRY, prompt="pause", usd=0.01))
    return story


def figures(story: Story, *arguments: str) -> dict[str, Any]:
    ran = story.run("spend", "--format", "json", *arguments)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = ran.json
    return found


def test_nothing_was_spent(story: Story) -> None:
    ran = story.run("spend")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == "nothing was spent in 2026-11 (UTC)"
    assert "this machine only" in ran.out
    assert story.run("spend", "--by", "month").out.startswith("nothing was spent so far\n")
    assert not (story.root / ".voicekit").exists()


def test_the_table_is_aligned_and_says_everything(spent: Story) -> None:
    spent.edit("voicekit.yaml", "checks:", "budget: {run: 5, month: 3000}\nchecks:")

    ran = spent.run("spend")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "spent in 2026-11 (UTC):",
        "PACK   REQUESTS  CHARACTERS         USD",
        "phone        13         260      0.0196",
        "web           2          40  2,469.0000",
        "total        15         300  2,469.0196",
        "of it, reserved by runs that were cut short, or that still run:",
        "  2026-11-23T12:00:00Z  phone  pause  telephony-en  302ai  0.0100 USD",
        "budget of 2026-11: 530.9804 of 3,000.00 USD left",
        "budget of a run: 5.00 USD",
        "this machine only: what others spend is not in here, and the bill is the vendor's",
    ]


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("pack", {"phone": 13, "web": 2}),
        ("profile", {"telephony-en": 13, "web": 2}),
        ("tag", {None: 2, "menu": 13, "short": 13}),
        ("provider", {"google": 2, "google-302ai": 13}),
        ("month", {"2026-10": 3, "2026-11": 15}),
    ],
)
def test_it_adds_up_by(spent: Story, by: str, rows: dict[str | None, int]) -> None:
    found = figures(spent, "--by", by)

    assert (found["schema"], found["by"], found["scope"]) == ("voicekit.spend/1", by, "this machine")
    assert {row["name"]: row["requests"] for row in found["rows"]} == rows
    assert found["total"]["requests"] == (18 if by == "month" else 15)
    text = spent.run("spend", "--by", by).out
    assert all((name or "–") in text for name in rows)
    assert ("a request with several tags" in text) == (by == "tag")


def test_a_month_can_be_named(spent: Story) -> None:
    found = figures(spent, "--month", "2026-10")

    assert found["months"] == ["2026-10"]
    assert found["total"] == {"requests": 3, "characters": 60, "usd": 1.5, "unpriced": 0}
    assert found["open"] == []
    assert "nothing was spent in 2025-01" in spent.run("spend", "--month", "2025-01").out
    for wrong in ("2026-13", "november", "2026", "../../etc"):
        assert spent.run("spend", "--month", wrong).code == 64


def test_what_is_open_is_shown_with_all_that_is_known_of_it(spent: Story) -> None:
    (held,) = figures(spent)["open"]

    assert held == {
        "since": "2026-11-23T12:00:00Z", "requests": 1, "pack": "phone", "prompt": "pause", "profile": "telephony-en",
        "tags": ["menu", "short"], "provider": "google-302ai", "endpoint": "302ai", "request_key": "ab" * 32,
        "characters": 20, "usd": 0.01,
    }  # fmt: skip


def test_what_has_no_price_is_counted_apart(story: Story) -> None:
    buy(story.root, 2, evolve(ENTRY, usd=None))
    buy(story.root)

    assert figures(story)["total"] == {"requests": 3, "characters": 60, "usd": 0.0008, "unpriced": 2}
    assert story.run("spend").out.splitlines()[1:3] == [
        "PACK   REQUESTS  CHARACTERS     USD  WITHOUT A PRICE",
        "phone         3          60  0.0008                2",
    ]


def test_what_is_left_is_of_the_current_month_whichever_is_shown(spent: Story) -> None:
    assert figures(spent)["budget"] == {"run": None, "month": None, "current": "2026-11", "left": None}
    spent.edit("voicekit.yaml", "checks:", "budget: {month: 2000}\nchecks:")

    for month in ("2026-10", "2026-11"):
        assert figures(spent, "--month", month)["budget"]["left"] == 0  # a cap that was lowered later


def test_a_damaged_line_is_told_and_nothing_is_added_up(spent: Story) -> None:
    path = spent.root / ".voicekit" / "ledger" / "2026-11.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:2], "{}\n", *lines[2:4], "oops\n", *lines[4:]]))

    ran = spent.run("spend")

    assert (ran.code, ran.out) == (4, "")
    assert "2026-11.jsonl:3: " in ran.err
    assert "2026-11.jsonl:6: " in ran.err
    assert figures(spent, "--month", "2026-10")["total"]["requests"] == 3
    spent.edit("voicekit.yaml", "checks:", "budget: {month: 2000}\nchecks:")
    assert spent.run("spend", "--month", "2026-10").code == 4  # it cannot say what is left
    path.write_text(json.dumps({"schema": "voicekit.ledger/2"}) + "\n")
    assert "another version" in spent.run("spend").err


def test_it_needs_nothing_of_the_project_but_its_budget(
    spent: Story, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent.write("prompts.yaml", "prompts: [{id: ../x}]\n")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))

    assert figures(spent, "--project", str(spent.root))["total"]["requests"] == 15
    assert spent.run("spend").code == 4
    assert spent.run("spend", "--project", ".").code == 4


def test_the_flag_names_what_the_ledger_can_add_up_by() -> None:
    assert spend.BY == _ledger.BY
