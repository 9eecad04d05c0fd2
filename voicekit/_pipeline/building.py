"""Build: run the plan, and bring the manifests, the lock file and the results up to date."""

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from voicekit import _files, _keep, _lock, _plan
from voicekit import _limits as limits
from voicekit._keep import Shelf
from voicekit._ledger import Entry, Ledger
from voicekit._pipeline import memo, renames
from voicekit._pipeline.awaiting import Awaited
from voicekit._pipeline.fallback import fallback_plan, standing
from voicekit._pipeline.planning import plan
from voicekit._pipeline.pruning import strays
from voicekit._pipeline.saved import Asked, SavedPlan
from voicekit._pipeline.workplace import STATE, locked, open_shelves, open_store, underway
from voicekit._store import Store
from voicekit.errors import HostError, Place, SoundLost
from voicekit.model import Artefact, Environ, Plan, Project

_LOCK_SECONDS = 10.0
_ROOM_FOR_ONE, _ROOM_FOR_MANY = 200_000, 20_000_000  # bytes; a prompt of telephony takes some 50,000, twice
_EMBEDDED_AT_ONCE = 2  # it is this machine that speaks


def build(
    project: Project,
    *,
    via: str | None = None,
    select: str | None = None,
    exclude: str | None = None,
    fail_fast: bool = False,
    concurrency: int | None = None,
    max_cost: float | None = None,
    saved: SavedPlan | None = None,
    verify: bool = False,
    environ: Mapping[str, str] | None = None,
    on_plan: Callable[[Plan], None] = lambda _: None,
    on_done: Callable[[Any, Any], None] = lambda *_: None,
    on_interrupt: Callable[[], None] = lambda: None,
) -> Any:
    """Make every file that is not there yet, and prune those that no prompt asks for.

    Args:
        project: A loaded project.
        via: As `plan`.
        select: As `plan`; with a selection nothing is pruned.
        exclude: As `plan`, likewise.
        fail_fast: Stop at the first failure instead of going on with the rest.
        concurrency: Requests under way at once.
        saved: Do what this plan says, and nothing if the project now says otherwise.
        verify: Read each file that is there, and make anew what is not as it was written.
        max_cost: The most that this run may cost, in USD, beside the project's own budget.
        environ: Where credentials are read, at send time only.
        on_plan: Told the plan before the first request; what it raises stops the build.
        on_done: Told each step as it ends, and what was done so far.
        on_interrupt: Told when someone stops the build; what is under way is finished.

    Returns:
        A `voicekit._run.Result`: what was written, sent and what failed.

    Raises:
        FindingsError: As `plan`.
        ConfigError: As `plan`; or a credential is missing, or the saved plan is stale.
        BudgetError: It would cost more than it may; nothing was sent.
        HostError: The disk, or another run that holds the lock.
    """
    environ, root = Environ(os.environ if environ is None else environ), Path(project.root)
    _files.append(root, f"{STATE}/lock", b"")  # so that no link stands on the way to it
    with _files.lock(root / STATE / "lock", timeout=_LOCK_SECONDS), underway(root):
        _files.make_folder(root, f"{STATE}/store")
        planned = plan(project, via=via, select=select, exclude=exclude, verify=verify)
        if saved is not None:
            saved.refuse_other(planned)
        on_plan(planned)
        how = _How(
            environ,
            concurrency,
            fail_fast,
            on_done,
            on_interrupt,
            via=via,
            verify=verify,
            exact=saved is not None,
        )
        with Ledger(root, project.budget.lowered(max_cost)) as ledger:
            store = open_store(project, remote=True)
            Awaited(root).sweep(lambda key: store.find(key) is not None)
            rows = _plan.bought(planned.requests)
            if rows:
                from voicekit._pipeline.affording import refuse_unaffordable

                refuse_unaffordable(project, rows, ledger, store, environ)
            shelves, result = _run_plan(project, planned, ledger, store, how)
        kept = save(planned, shelves, result, root=root, whole=select is None and exclude is None)
        incomplete = result.failures or result.fallbacks or result.interrupted or result.left
        outdated = any(finding.code == renames.CODE for finding in planned.findings)  # once it is built
        if not (incomplete or outdated):
            memo.remember(project, _done(planned), Asked(via, select, exclude), kept, built=True)
        return result


@frozen
class _How:
    """How a plan is run; `exact` allows nothing that is not in it."""

    environ: Mapping[str, str] = field(repr=False)
    concurrency: int | None
    fail_fast: bool
    on_done: Callable[[Any, Any], None]
    on_interrupt: Callable[[], None]
    via: str | None
    verify: bool
    exact: bool


def _run_plan(
    project: Project, planned: Plan, ledger: Ledger, store: Store, how: _How
) -> tuple[dict[str, Shelf], Any]:
    """Run a plan, and what of it failed where another endpoint stands by."""
    from voicekit import _run, _transport

    root = Path(project.root)
    for pack in sorted({row.pack for row in planned.requests if row.action != "cached"}):
        _files.make_folder(root, f"{_plan.BUILD}/{pack}")
    _refuse_full_disk(root, len(_plan.bought(planned.requests)))
    shelves = open_shelves(project)
    runner = _run.Runner(
        root,
        store,
        shelves,
        book=lambda row: ledger.reserve(Entry.of(row)),
        endpoints=project.endpoints.values(),  # of which a lost sound or a fallback may ask others than the plan
    )

    def send_all(rows: Plan) -> Any:
        return _transport.run(_send_all(project, rows, runner, how))

    try:
        result = send_all(planned)
        again = None if how.exact or how.fail_fast else _lost(project, result, how)
        if again is not None:
            renewed = send_all(again)
            result.renewed = len(renewed.written)
            result.take_in(renewed)
        alone = how.exact or result.interrupted
        second = None if alone else fallback_plan(project, planned, result.failures)
        if second is not None:
            result.take_in(send_all(second), standing(second, shelves))
    except BaseExceptionGroup as group:
        raise _run.first_of(group) from None
    return shelves, result


def _lost(project: Project, result: Any, how: _How) -> Plan | None:
    """Plan anew what was to be had from the store and is damaged there; None where nothing is."""
    lost = [row for row, error in result.failures if isinstance(error, SoundLost)]
    if result.interrupted or not lost:
        return None
    chosen = {f"id:{row.prompt},profile:{row.profile},pack:{row.pack}" for row in lost}
    return plan(project, via=how.via, select=" ".join(sorted(chosen)), verify=how.verify)


def _refuse_full_disk(root: Path, requests: int) -> None:
    """Refuse to buy what the disk has no room for: a sound that cannot be kept is lost, and paid for once more."""
    needed = min(requests * _ROOM_FOR_ONE, _ROOM_FOR_MANY)
    free = shutil.disk_usage(root).free
    if free < needed:
        raise HostError.of(
            f"the disk has {free / 1e6:,.1f} MB left, and {requests:,} sounds are to be kept on it",
            place=Place(str(root)),
            remedy="make room; nothing was sent",
        )


async def _send_all(project: Project, planned: Plan, runner: Any, how: _How) -> Any:
    from voicekit._pipeline.sending import sender

    rows = [row for row in planned.requests if row.buys]
    embedded = all(project.endpoints[row.endpoint].embedded for row in rows)
    at_once = _EMBEDDED_AT_ONCE if embedded else limits.CONCURRENCY
    async with sender(project, rows, how.environ) as send:
        return await runner.run(
            planned,
            send,
            concurrency=how.concurrency or at_once,
            fail_fast=how.fail_fast,
            on_done=how.on_done,
            on_interrupt=how.on_interrupt,
        )


def _done(planned: Plan) -> Plan:
    """Return a plan as it is once it has been built."""
    rows = (evolve(row, action="cached", reasons=(), same_as=None) for row in planned.requests)
    return evolve(planned, prune=(), requests=tuple(rows))


def unchanged(noted: memo.Memo) -> Any:
    """Return the result of a build that has nothing to do."""
    from voicekit import _run

    return _run.Result(cached=noted.count)


def save(
    planned: Plan, shelves: Mapping[str, Shelf], result: Any, *, root: Path, whole: bool
) -> list[Artefact]:
    """Bring the records up to date: what was kept, what was written, what was pruned, what went wrong.

    Args:
        planned: The plan that was run.
        shelves: The packs' folders.
        result: What the run did.
        root: The project's folder.
        whole: Whether the plan is about every prompt of the project, so that what it does not name is gone.

    Returns:
        The files that there are now.
    """
    whole = whole and not result.interrupted  # or what was to be pruned would be forgotten
    gone = _prune(planned, shelves, result) if whole else set()
    new = {(row.pack, row.id, row.profile): row for row in result.written}
    planned_rows = {(row.pack, row.prompt, row.profile) for row in planned.requests}
    there: list[Artefact] = []
    for name, shelf in shelves.items():
        written = {name_of[1:]: row for name_of, row in new.items() if name_of[0] == name}
        files = {row.file for row in written.values()}
        kept = {
            (prompt, profile): row
            for (prompt, profile), row in shelf.artefacts.items()
            if (name, row.file) not in gone
            and row.file not in files
            and (not whole or (name, prompt, profile) in planned_rows)
        }
        rows = [*{**kept, **written}.values()]
        if whole:
            _prune_strays(planned, shelf, rows, result)
        shelf.save(rows)
        there += rows
    _lock_down(root, planned, shelves, (*new.values(), *result.fallbacks), whole=whole)
    _keep.write_results(root, result.outcomes(planned))
    return there


def _prune(planned: Plan, shelves: Mapping[str, Shelf], result: Any) -> set[tuple[str, str]]:
    """Remove what no prompt asks for any more, and return it by pack and file."""
    gone: set[tuple[str, str]] = set()
    for pruned in planned.prune:
        file = pruned.file.removeprefix(f"{_plan.BUILD}/{pruned.pack}/")
        if shelves[pruned.pack].remove(file):
            result.pruned += 1
        else:
            result.left.append(pruned.file)
        gone.add((pruned.pack, file))
    return gone


def _prune_strays(planned: Plan, shelf: Shelf, rows: Iterable[Artefact], result: Any) -> None:
    """Remove what a killed build wrote and no prompt asks for any more; what is asked for and failed may stay."""
    for file in strays(planned, shelf, rows):
        if shelf.remove(file):
            result.pruned += 1
        else:
            result.left.append(f"{_plan.BUILD}/{shelf.pack}/{file}")


def _lock_down(
    root: Path, planned: Plan, shelves: Mapping[str, Shelf], written: Iterable[Artefact], *, whole: bool
) -> None:
    """Write the lock file: what was written, what was cached and is not in it yet, and what others built before."""
    named = {(row.pack, row.prompt, row.profile) for row in planned.requests}
    rows = {key: row for key, row in _lock.read(root).items() if not whole or key[:3] in named}
    artefacts = [*written]
    for row in planned.requests:
        known = shelves[row.pack].artefacts.get((row.prompt, row.profile)) if row.pack in shelves else None
        if row.action == "cached" and not row.piece and known is not None:
            artefacts.append(known)
    for artefact in artefacts:
        now = locked(artefact)
        rows[_lock.key_of(now)] = now
    _lock.write(root, rows)
