"""`voicekit spend`: what this machine has spent at vendors, and what is left of the budget."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import asdict

from voicekit.cli import _options, _output
from voicekit.model import Budget

if TYPE_CHECKING:
    from voicekit._ledger import Held, Report, Spent

BY = ("pack", "profile", "tag", "month", "provider")
_HERE = "this machine only: what others spend is not in here, and the bill is the vendor's"


def _is_month(_: click.Context, __: click.Parameter, month: str | None) -> str | None:
    if month is not None and not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month):
        raise click.BadParameter("write a month such as 2026-11")
    return month


@click.command(
    short_help="Show what was spent, by pack, profile, tag or provider.",
    epilog="""\b
Examples:
  voicekit spend
  voicekit spend --by tag --month 2026-10
  voicekit spend --by month --format json""",
)
@_options.flags("project")
@click.option("--by", type=click.Choice(BY), default="pack", show_default=True, help="What to add up by.")
@click.option(
    "--month",
    metavar="YYYY-MM",
    callback=_is_month,
    help="Only this month (UTC). [default: the current one; all of them under --by month]",
)
@_options.flags("format")
def command(project: str | None, by: str, month: str | None, format_: str) -> None:
    """Show what this machine has spent on this project, and what is left of its budget.

    It adds up the project's folder `.voicekit/ledger`, which knows of no other machine, at list prices. A request counts
    as spent if the vendor accepted it or may have; so does what a run that was cut short had reserved.
    """
    from voicekit import _ledger
    from voicekit._load.project import find_root, load_budget

    root = Path(project).absolute() if project else find_root(Path.cwd())
    budget = load_budget(root)
    now = _now()
    months = [month] if month else _ledger.months(root) if by == "month" else [f"{now:%Y-%m}"]
    report = _ledger.report(root, months, by)
    left = budget if budget.month is None else _ledger.Ledger(root, budget, now=lambda: now).left()
    if format_ == "json":
        _output.json(_as_json(report, by, months, _budget_json(budget, left, now)))
        return
    _show(report, by, months)
    for text in _budget_lines(budget, left, now):
        _output.line(text)
    _output.line(_HERE)


def _now() -> datetime:
    return datetime.now(UTC)


def _show(report: "Report", by: str, months: Sequence[str]) -> None:
    when = f"in {months[0]} (UTC)" if len(months) == 1 else "so far"
    if not report.rows:
        _output.line(f"nothing was spent {when}")
        return
    _output.line(f"spent {when}:")
    head = (
        by.upper(),
        "REQUESTS",
        "CHARACTERS",
        "USD",
        *(["WITHOUT A PRICE"] if report.total.unpriced else []),
    )
    sums = [*report.rows.items(), ("total", report.total)]
    lines = _numbers_right([head, *((name or "–", *_cells(spent))[: len(head)] for name, spent in sums)])
    _output.table(lines[1:], head=lines[0])
    if by == "tag":
        _output.line("a request with several tags stands in the row of each, and once in the total")
    if report.held:
        _output.line("of it, reserved by runs that were cut short, or that still run:")
        _output.table(map(_open_row, report.held))


def _cells(spent: "Spent") -> tuple[str, ...]:
    return f"{spent.requests:,}", f"{spent.characters:,}", f"{spent.usd:,.4f}", f"{spent.unpriced:,}"


def _numbers_right(lines: Sequence[Sequence[str]]) -> list[list[str]]:
    """Let every column but the first end at the same place."""
    widths = [0, *(max(map(len, column)) for column in list(zip(*lines, strict=True))[1:])]
    return [[cell.rjust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]


def _open_row(held: "Held") -> tuple[str, ...]:
    entry = held.entry
    usd = "without a price" if entry.usd is None else f"{entry.usd * held.requests:,.4f} USD"
    return f"  {held.since}", entry.pack, entry.prompt, entry.profile, entry.endpoint, usd


def _budget_lines(budget: Budget, left: Budget, now: datetime) -> Iterator[str]:
    if budget.month is not None:
        yield f"budget of {now:%Y-%m}: {left.month:,.4f} of {budget.month:,.2f} USD left"
    if budget.run is not None:
        yield f"budget of a run: {budget.run:,.2f} USD"


# --- for programs -----------------------------------------------------------------------------------


def _as_json(report: "Report", by: str, months: Sequence[str], budget: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema": "voicekit.spend/1",
        "scope": "this machine",
        "currency": "USD",
        "by": by,
        "months": list(months),
        "rows": [{"name": name or None, **_sum_json(spent)} for name, spent in report.rows.items()],
        "total": _sum_json(report.total),
        "open": [
            {"since": held.since, "requests": held.requests, **asdict(held.entry)} for held in report.held
        ],
        "budget": budget,
    }


def _sum_json(spent: "Spent") -> dict[str, Any]:
    return {
        "requests": spent.requests,
        "characters": spent.characters,
        "usd": spent.usd,
        "unpriced": spent.unpriced,
    }


def _budget_json(budget: Budget, left: Budget, now: datetime) -> dict[str, Any]:
    """Return the caps, and what is left of the month's; None where there is no cap."""
    return {"run": budget.run, "month": budget.month, "current": f"{now:%Y-%m}", "left": left.month}
