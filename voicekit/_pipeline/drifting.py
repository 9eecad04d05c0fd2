"""Drift: ask again for what was bought, one canary for each voice, and hear whether the vendor has changed it."""

import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from voicekit import _wire
from voicekit._ledger import Booking, Entry, Ledger
from voicekit._pipeline.planning import plan
from voicekit._pipeline.workplace import open_store
from voicekit._store import Kept, Store
from voicekit.errors import VoicekitError
from voicekit.model import Environ, Project, RequestPlan

if TYPE_CHECKING:
    from voicekit._run import Verified

# Beyond these a caller may notice, or a prompt no longer fits where it fitted: our own judgement.
LONGER = 0.03  # of the duration
SECONDS = 0.05
LOUDER = 1.0  # LU


@frozen
class Heard:
    """A sound in figures. `loudness` is in LUFS, None where it is too short or silent."""

    digest: str
    duration: float
    loudness: float | None


@frozen
class Canary:
    """One voice, asked again.

    Attributes:
        status: ``same`` bytes, ``close`` within the bounds above, ``drifted`` beyond them, or ``failed``.
        message: What went wrong.
    """

    provider: str
    endpoint: str
    profile: str
    voice: str
    prompt: str
    file: str
    status: Literal["same", "close", "drifted", "failed"]
    before: Heard
    now: Heard | None = None
    message: str = ""


def drift(
    project: Project,
    *,
    via: str | None = None,
    select: str | None = None,
    exclude: str | None = None,
    max_cost: float | None = None,
    environ: Mapping[str, str] | None = None,
    on_start: Callable[[int], None] = lambda _: None,
    on_done: Callable[[], None] = lambda: None,
) -> tuple[Canary, ...]:
    """Ask again for the shortest bought sound of each voice, and compare. Nothing that was bought is replaced.

    Args:
        project: A loaded project.
        via: As `plan`.
        select: As `plan`.
        exclude: As `plan`.
        max_cost: The most that it may cost, in USD, beside the project's own budget.
        environ: Where credentials are read, at send time only.
        on_start: Told how many voices there are.
        on_done: Told as each is done.

    Raises:
        FindingsError: As `plan`.
        ConfigError: As `plan`; or a credential is missing.
        BudgetError: It would cost more than it may; nothing was sent.
    """
    from voicekit import _transport

    environ = Environ(os.environ if environ is None else environ)
    store = open_store(project)
    rows = _canaries(project, plan(project, via=via, select=select, exclude=exclude).requests, store)
    with Ledger(Path(project.root), project.budget.lowered(max_cost)) as ledger:
        ledger.check(Entry.of(row) for row in rows)
        on_start(len(rows))
        return _transport.run(_ask(project, rows, store, ledger, environ, on_done))


def _canaries(project: Project, rows: Iterable[RequestPlan], store: Store) -> list[RequestPlan]:
    """Choose the cheapest bought request of each voice."""
    there = store.inventory()
    found: dict[tuple[str, str, str, str], RequestPlan] = {}
    for row in rows:
        if row.recording or row.key not in there or not row.text.strip():
            continue
        name = (row.endpoint, row.provider, _voice(project, row), row.encoding)
        if name not in found or row.characters_billed < found[name].characters_billed:
            found[name] = row
    return list(found.values())


def _voice(project: Project, row: RequestPlan) -> str:
    """Return the voice that a request is for: the request's own, since a prompt's override may name another than its profile."""
    from voicekit._run import asked

    ask = asked(row)
    return project.profiles[row.profile].settings.voice or "" if ask is None else ask.voice


async def _ask(
    project: Project,
    rows: Iterable[RequestPlan],
    store: Store,
    ledger: Ledger,
    environ: Mapping[str, str],
    on_done: Callable[[], None],
) -> tuple[Canary, ...]:
    from voicekit._pipeline.sending import refuse_without_credential, sender
    from voicekit._run import verified

    refuse_without_credential(project, rows, environ)
    found = []
    async with sender(project, rows, environ) as send:
        for row in rows:
            kept = store.obtain(row.key)
            if not isinstance(kept, Kept):
                continue
            before = _heard(kept.data, row, kept.record.sample_rate)
            try:
                async with send(row, partial(_reserved, ledger, row)) as sound:
                    found.append(_compared(project, row, before, verified(row, sound)))
            except VoicekitError as error:
                if error.exit_code in {4, 6, 7}:  # nobody was asked: the next would meet the same
                    raise
                found.append(_canary(project, row, "failed", before, message=error.problems[0].message))
            on_done()
    return tuple(found)


@asynccontextmanager
async def _reserved(ledger: Ledger, row: RequestPlan) -> AsyncIterator[Booking]:
    with ledger.reserve(Entry.of(row)) as booking:
        yield booking


def _compared(project: Project, row: RequestPlan, before: Heard, found: "Verified") -> Canary:
    now = _heard(found.data, row, found.sample_rate)
    if now.digest == before.digest:
        return _canary(project, row, "same", before, now)
    longer = abs(now.duration - before.duration)
    moved = longer > max(SECONDS, LONGER * before.duration)
    if (now.loudness is None) != (before.loudness is None):
        moved = True
    elif now.loudness is not None and before.loudness is not None:
        moved = moved or abs(now.loudness - before.loudness) > LOUDER
    return _canary(project, row, "drifted" if moved else "close", before, now)


def _canary(
    project: Project,
    row: RequestPlan,
    status: Literal["same", "close", "drifted", "failed"],
    before: Heard,
    now: Heard | None = None,
    message: str = "",
) -> Canary:
    return Canary(
        provider=row.provider,
        endpoint=row.endpoint,
        profile=row.profile,
        voice=_voice(project, row),
        prompt=row.prompt,
        file=row.file,
        status=status,
        before=before,
        now=now,
        message=message,
    )


def _heard(data: bytes, row: RequestPlan, sample_rate: int | None) -> Heard:
    from voicekit._sound import codecs, loudness

    pcm = codecs.decode(data, encoding=row.encoding, sample_rate=sample_rate)
    level = loudness.lufs(pcm)
    return Heard(
        _wire.digest(data),
        round(pcm.samples.size / pcm.rate, 3),
        None if level is None else round(level, 2),
    )
