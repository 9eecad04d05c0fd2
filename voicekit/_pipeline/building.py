"""Build: run the plan, and bring the packs' manifests up to date."""

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from voicekit import _embedded, _files, _plan, providers
from voicekit import _limits as limits
from voicekit._keep import Shelf, was_cut_short
from voicekit._pipeline.planning import plan
from voicekit._pipeline.workplace import STATE, open_shelves, open_store
from voicekit.model import Artefact, Plan, Project

_LOCK_SECONDS = 10.0


def build(
    project: Project,
    *,
    via: str | None = None,
    select: str | None = None,
    fail_fast: bool = False,
    concurrency: int | None = None,
    environ: Mapping[str, str] | None = None,
    on_plan: Callable[[Plan], None] = lambda _: None,
    on_done: Callable[[Any], None] = lambda _: None,
) -> Any:
    """Make every file that is not there yet, and prune those that no prompt asks for.

    Args:
        project: A loaded project.
        via: As `plan`.
        select: As `plan`; with a selection nothing is pruned.
        fail_fast: Stop at the first failure instead of going on with the rest.
        concurrency: Requests under way at once.
        environ: Where credentials are read, at send time only.
        on_plan: Told the plan before the first request.
        on_done: Told each step as it ends.

    Returns:
        A `voicekit._run.Result`: what was written, sent and what failed.

    Raises:
        FindingsError: As `plan`.
        ConfigError: As `plan`; or a credential is missing.
        HostError: The disk, or another run that holds the lock.
    """
    from voicekit import _run

    root = Path(project.root)
    _files.make_folder(root, f"{STATE}/store")
    with _files.lock(root / STATE / "lock", timeout=_LOCK_SECONDS):
        if was_cut_short(root):
            for folder in (root / _plan.BUILD, root / STATE):
                _files.sweep(folder)
        planned = plan(project, via=via, select=select)
        on_plan(planned)
        for pack in sorted({row.pack for row in planned.requests if row.action != "cached"}):
            _files.make_folder(root, f"{_plan.BUILD}/{pack}")
        shelves = open_shelves(project)
        capabilities = {name: provider.capabilities for name, provider in providers.find().items()}
        runner = _run.Runner(open_store(project), shelves, capabilities)
        try:
            result = asyncio.run(
                _send_all(project, planned, runner, environ if environ is not None else os.environ,
                          concurrency=concurrency, fail_fast=fail_fast, on_done=on_done)
            )  # fmt: skip
        except BaseExceptionGroup as group:
            raise _run.first_of(group) from None
        save(planned, shelves, result, whole=select is None)
        return result


async def _send_all(
    project: Project, planned: Plan, runner: Any, environ: Mapping[str, str],
    *, concurrency: int | None, fail_fast: bool, on_done: Callable[[Any], None],
) -> Any:  # fmt: skip
    """Open one transport for each endpoint and provider that the plan needs, and run the plan through them."""
    from voicekit._transport import Transport

    async with AsyncExitStack() as stack:
        transports: dict[tuple[str, str], Transport] = {}
        app = None
        for row in planned.requests:
            pair = (row.endpoint, row.provider)
            if row.action in {"create", "change"} and pair not in transports:
                endpoint = project.endpoints[row.endpoint]
                app = app or (await _embedded.app(stack) if endpoint.embedded else None)
                transport = Transport(
                    endpoint,
                    providers.get(row.provider),
                    app=app if endpoint.embedded else None,
                    environ=environ,
                )
                transports[pair] = await stack.enter_async_context(transport)
        named = {
            project.endpoints[row.endpoint] for row in planned.requests if row.action in {"create", "change"}
        }
        return await runner.run(
            planned,
            lambda row: transports[row.endpoint, row.provider].send(row.call),
            concurrency=concurrency or (2 if all(e.embedded for e in named) else limits.CONCURRENCY),
            per_minute=min((e.requests_per_minute for e in named if e.requests_per_minute), default=None),
            fail_fast=fail_fast,
            on_done=on_done,
        )


def save(planned: Plan, shelves: Mapping[str, Shelf], result: Any, *, whole: bool) -> None:
    """Bring the manifests up to date: what was kept, what was written, what was pruned."""
    written: dict[str, dict[tuple[str, str], Artefact]] = {}
    for artefact in result.written:
        written.setdefault(artefact.pack, {})[artefact.id, artefact.profile] = artefact
    gone: set[tuple[str, str]] = set()
    for pruned in planned.prune if whole and not result.interrupted else ():
        file = pruned.file.removeprefix(f"{_plan.BUILD}/{pruned.pack}/")
        if shelves[pruned.pack].remove(file):
            result.pruned += 1
        else:
            result.left.append(pruned.file)
        gone.add((pruned.pack, file))
    planned_rows = {(row.pack, row.prompt, row.profile) for row in planned.requests}
    for name, shelf in shelves.items():
        new = written.get(name, {})
        files = {row.file for row in new.values()}
        kept = {
            (prompt, profile): row
            for (prompt, profile), row in shelf.artefacts.items()
            if (name, row.file) not in gone
            and row.file not in files
            and (not whole or (name, prompt, profile) in planned_rows)
        }
        if {**kept, **new} != shelf.artefacts:
            shelf.save({**kept, **new}.values())
