"""The only file that knows the order of the stages: load, render, adapt, check, plan, send, keep."""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attrs import evolve, field, frozen, mutable

from voicekit import _adapt, _embedded, _files, _plan, _select, checks, providers, ssml, targets
from voicekit import _limits as limits
from voicekit._keep import Shelf, packs_built, was_cut_short
from voicekit._load.project import find_root
from voicekit._load.project import load as load_project
from voicekit._render import uses
from voicekit._render.render import LeftOut, Renderer
from voicekit._store import Store
from voicekit.errors import ConfigError, FindingsError, MarkupError, Place, Problem, Problems, RenderError
from voicekit.model import (
    NO_VALUES,
    Artefact,
    Ask,
    Endpoint,
    Finding,
    Pack,
    Plan,
    Profile,
    Project,
    Prompt,
    RequestPlan,
    Shape,
    Speech,
)

STATE = ".voicekit"
_LOCK_SECONDS = 10.0


@frozen
class Rendered:
    """One prompt as one profile says it."""

    pack: Pack
    prompt: Prompt
    profile: Profile
    speech: Speech
    said: _adapt.Said
    text: str

    @property
    def asks(self) -> tuple[Ask, ...]:
        """The requests that say it, one for each piece."""
        return self.said.asks


@mutable
class Reading:
    """What became of a project's prompts: those that render, and what is wrong or left out."""

    rows: list[Rendered] = field(factory=list)
    findings: list[Finding] = field(factory=list)


def load(root: str | os.PathLike[str] | None = None, *, sets: Mapping[str, Any] = NO_VALUES) -> Project:
    """Read a project and check it across its files.

    Args:
        root: Its folder; by default the nearest one at or above the current folder with a `voicekit.yaml`.
        sets: Settings and template values laid over everything, as ``--set`` gives them.

    Raises:
        ConfigError: With every problem that was found.
    """
    return load_project(Path(root) if root is not None else find_root(Path.cwd()), sets)


def render(project: Project, select: str | None = None) -> Reading:
    """Render every selected prompt in every profile of its pack that speaks its language.

    Raises:
        RenderError: With every value and template that does not work.
    """
    selection, renderer = _select.parse(select), Renderer(project)
    reading, problems = Reading(), Problems()
    for pack, prompt, profile in _combinations(project):
        if not selection.takes(_subject(pack, prompt, profile)):
            continue
        settled = _overridden(profile, prompt)
        try:
            speech = renderer.render(pack, prompt, settled)
        except LeftOut as left:
            reading.findings.extend(_left_out(left, pack, profile))
        except MarkupError as error:
            reading.findings.extend(_as_finding("VK101", problem) for problem in error.problems)
        except RenderError as error:
            problems.extend(error.problems)
        else:
            try:
                said = _said(project, pack, settled, speech)
            except MarkupError as error:
                reading.findings.extend(_as_finding("VK201", problem) for problem in error.problems)
                continue
            reading.rows.append(Rendered(pack, prompt, settled, speech, said, _text(speech)))
    problems.settle(RenderError)
    return reading


def _said(project: Project, pack: Pack, profile: Profile, speech: Speech) -> _adapt.Said:
    """Adapt a speech to the voice of a profile, and split it where it is too long for one request."""
    provider = providers.get(profile.settings.provider or "")
    capabilities, settings = provider.capabilities, profile.settings
    try:
        return _adapt.asks(
            speech,
            settings,
            family=provider.family(settings.voice or ""),
            lexicons=_adapt.scoped(project, pack, profile),
            limit=capabilities.limit,
            size=len if capabilities.unit == "characters" else lambda text: len(text.encode()),
        )
    except MarkupError as error:
        raise MarkupError(tuple(_in_source(problem, speech) for problem in error.problems)) from None


def _in_source(problem: Problem, speech: Speech) -> Problem:
    at = problem.place
    known = at is not None and at.line is not None and at.column is not None
    place = speech.place_at(at.line, at.column) if known else speech.place  # type: ignore[union-attr, arg-type]
    return evolve(problem, place=place)


def _combinations(project: Project) -> Iterator[tuple[Pack, Prompt, Profile]]:
    for pack in project.packs:
        for prompt in pack.prompts:
            for profile in pack.profiles:
                yield pack, prompt, profile


def _overridden(profile: Profile, prompt: Prompt) -> Profile:
    return (
        evolve(profile, settings=evolve(profile.settings, **prompt.override)) if prompt.override else profile
    )


def _text(speech: Speech) -> str:
    return speech.content if isinstance(speech.content, str) else ssml.plain_text(speech.content)


def _subject(pack: Pack, prompt: Prompt, profile: Profile, state: str = "") -> _select.Subject:
    locale = profile.settings.language or ""
    return _select.Subject(
        prompt.id, prompt.tags, profile.name, locale, pack.name, prompt.script or "", state
    )


def _left_out(left: LeftOut, pack: Pack, profile: Profile) -> Iterator[Finding]:
    if left.reason is not None:
        message = f"left out of pack {pack.name} for profile {profile.name}: {left.reason}"
        remedy = "write the template in that language, give the prompt a locale, or take the profile out of the pack"
        yield Finding("VK401", "error" if pack.complete else "warning", left.place, message, remedy)


def _as_finding(code: str, problem: Problem) -> Finding:
    return Finding(code, "error", problem.place or Place("?"), problem.message, problem.remedy)


# --- check ------------------------------------------------------------------------------------------


def check(project: Project, select: str | None = None) -> tuple[Finding, ...]:
    """Run every check over the selected prompts.

    Returns:
        What was found, by file and line, at the severities that the project asks for.

    Raises:
        RenderError: A template or value does not work, so that there is nothing to check.
    """
    return _findings(project, render(project, select), select, unused=select is None)


def _findings(
    project: Project, reading: Reading, select: str | None = None, *, unused: bool = False
) -> tuple[Finding, ...]:
    rows = [check_row(row) for row in reading.rows]
    profiles = _profile_uses(project, {(row.pack.name, row.profile.name) for row in rows} if select else None)
    found = checks.look(project, rows, profiles, partial=select is not None)
    told = {finding.place for finding in found if finding.code.startswith("VK3")}
    changes = [change for row in reading.rows for change in _changes(row) if change.place not in told]
    entries = _unused_entries(project, reading) if select is None else ()
    return checks.settle(
        [*reading.findings, *uses.look(project), *found, *changes, *entries], project, unused=unused
    )


def _changes(row: Rendered) -> Iterator[Finding]:
    """Tell what adapting did, at the line that wrote the element."""
    for change in row.said.changes:
        place = row.speech.place_at(change.line, change.column)
        yield Finding(change.code, change.severity, place, change.message, _adapt.CODES[change.code].remedy)


def _unused_entries(project: Project, reading: Reading) -> tuple[Finding, ...]:
    used: _adapt.Entries = frozenset().union(*(row.said.used for row in reading.rows))
    refused: _adapt.Entries = frozenset().union(*(row.said.refused for row in reading.rows))
    return _adapt.unused(project.shelf.values(), used, refused)


def check_row(row: Rendered) -> checks.Row:
    """Return what checks look at of a rendered prompt."""
    provider = providers.get(row.profile.settings.provider or "")
    return checks.Row(
        pack=row.pack,
        prompt=row.prompt,
        profile=row.profile,
        speech=row.speech,
        asks=row.asks,
        text=row.text,
        provider=provider.name,
        capabilities=provider.capabilities,
        family=provider.family(row.asks[0].voice),
        sizes=tuple(map(provider.size, row.asks)),
    )


def _profile_uses(project: Project, wanted: set[tuple[str, str]] | None) -> Iterator[checks.ProfileUse]:
    for pack in project.packs:
        for profile in pack.profiles:
            if wanted is None or (pack.name, profile.name) in wanted:
                provider = providers.get(profile.settings.provider or "")
                family = provider.family(profile.settings.voice or "")
                yield checks.ProfileUse(project, pack, profile, provider.name, provider.capabilities, family)


def refuse_errors(findings: Iterable[Finding]) -> None:
    """Stop where a check found an error.

    Raises:
        FindingsError: With every error.
    """
    problems = Problems()
    for finding in findings:
        if finding.severity == "error":
            problems.add(f"{finding.code} {finding.message}", place=finding.place, remedy=finding.remedy)
    problems.settle(FindingsError)


# --- plan -------------------------------------------------------------------------------------------


def plan(project: Project, *, via: str | None = None, select: str | None = None) -> Plan:
    """Plan a build: every request, what it would cost, and why.

    Args:
        project: A loaded project.
        via: The endpoint for every pack; by default each pack's own, which is ``embedded`` unless it names one.
        select: A selection expression.

    Raises:
        FindingsError: A check found what the vendor or the target is known to reject.
        ConfigError: An endpoint that does not fit, or files that collide.
    """
    reading = render(project, select)
    findings = _findings(project, reading, select)
    refuse_errors(findings)
    shelves = _shelves(project)
    last = _last_state(project, shelves)
    wanted = [
        _plan.Wanted(
            pack=row.pack,
            prompt=row.prompt,
            profile=row.profile,
            endpoint=(
                endpoint := endpoint_named(
                    project, via or row.pack.endpoint or "embedded", row.profile.settings.provider
                )
            ),
            source=_source(endpoint, row),
            ask=ask,
            shape=targets.get(row.pack.target).shape if row.pack.target else Shape(),
            text=row.text,
            place=row.prompt.place,
            piece=number,
            pieces=len(row.asks),
        )
        for row in reading.rows
        for number, ask in enumerate(row.asks)
    ]
    requests = _plan.plan(wanted, last)
    selection = _select.parse(select)
    if selection.groups:
        return Plan(project.name, via or "", tuple(_with_state(requests, selection, project)), (), findings)
    return Plan(project.name, via or "", requests, _plan.prune(requests, last), findings)


def _with_state(
    rows: Iterable[RequestPlan], selection: _select.Selection, project: Project
) -> Iterator[RequestPlan]:
    """Select once more, now that the action of each row is known; a prompt is taken with all its pieces."""
    rows = tuple(rows)
    by_name = {(pack.name, prompt.id): prompt for pack in project.packs for prompt in pack.prompts}
    taken = set()
    for row in rows:
        script = by_name[row.pack, row.prompt].script or ""
        if selection.takes(
            _select.Subject(row.prompt, row.tags, row.profile, row.locale, row.pack, script, row.action)
        ):
            taken.add(row.file)
    return (row for row in rows if row.file in taken)


def endpoint_named(project: Project, name: str, provider: str | None) -> Endpoint:
    """Return an endpoint that answers for a provider.

    Raises:
        ConfigError: There is none of this name, or it speaks another provider's wire.
    """
    endpoint = project.endpoints.get(name)
    if endpoint is None:
        raise ConfigError.of(
            f"no endpoint is called `{name[:60]}`", remedy=f"one of: {', '.join(project.endpoints)}"
        )
    if endpoint.provider is not None and endpoint.provider != provider:
        message = f"endpoint {name} speaks {endpoint.provider}, and the profile needs {provider}"
        raise ConfigError.of(
            message, place=endpoint.place, remedy="choose another endpoint, or change the profile's provider"
        )
    return endpoint


def _source(endpoint: Endpoint, row: Rendered) -> str:
    """Say who answers: the vendor, or the embedded engine with the versions that decide its bytes.

    A server on this machine may speak the vendor's wire, but its sound never passes for the vendor's.
    """
    if endpoint.embedded:
        return _embedded.source()
    host = urlsplit(endpoint.url or "").hostname or ""
    here = host == "localhost" or host.startswith("127.") or host == "::1"
    provider = row.profile.settings.provider or ""
    return f"{provider}@{host}" if here else provider


def _shelves(project: Project) -> dict[str, Shelf]:
    root = Path(project.root)
    names = {pack.name for pack in project.packs} | set(packs_built(root, _plan.BUILD))
    return {name: Shelf(root, _plan.BUILD, name) for name in sorted(names)}


def _store(project: Project) -> Store:
    return Store(Path(project.root) / STATE / "store")


def _last_state(project: Project, shelves: Mapping[str, Shelf]) -> _plan.LastState:
    store = _store(project)

    def request(key: str) -> Mapping[str, Any] | None:
        record = store.find(key)
        return record.request if record else None

    artefacts = {
        (name, prompt, profile): artefact
        for name, shelf in shelves.items()
        for (prompt, profile), artefact in shelf.artefacts.items()
    }
    return _plan.LastState(
        artefacts=artefacts,
        bought=lambda key: store.find(key) is not None,
        request=request,
        whole=lambda pack, artefact: shelves[pack].whole(artefact),
    )


# --- build ------------------------------------------------------------------------------------------


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
        shelves = _shelves(project)
        capabilities = {name: provider.capabilities for name, provider in providers.find().items()}
        runner = _run.Runner(_store(project), shelves, capabilities)
        try:
            result = asyncio.run(
                _send_all(project, planned, runner, environ if environ is not None else os.environ,
                          concurrency=concurrency, fail_fast=fail_fast, on_done=on_done)
            )  # fmt: skip
        except BaseExceptionGroup as group:
            raise _run.first_of(group) from None
        _save(planned, shelves, result, whole=select is None)
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


def _save(planned: Plan, shelves: Mapping[str, Shelf], result: Any, *, whole: bool) -> None:
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
