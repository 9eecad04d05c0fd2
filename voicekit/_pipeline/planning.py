"""Plan: what is wanted, beside what is on this machine."""

from collections.abc import Iterable, Iterator
from functools import partial

from attrs import evolve

from voicekit import _embedded, _language, _plan, targets
from voicekit._pipeline import memo
from voicekit._pipeline.endpoints import endpoint_for
from voicekit._pipeline.linting import findings as find
from voicekit._pipeline.linting import refuse_errors
from voicekit._pipeline.origins import Origins
from voicekit._pipeline.reading import Rendered, render
from voicekit._pipeline.recordings import Recordings
from voicekit._pipeline.saved import Asked
from voicekit._pipeline.scope import Scope, scope
from voicekit._pipeline.workplace import last_state, open_shelves, open_store
from voicekit.errors import ConfigError, Problem, Problems
from voicekit.model import Endpoint, Pack, Plan, Project, Prompt, Pruned, RequestPlan, Shape


def plan(
    project: Project,
    *,
    via: str | None = None,
    select: str | None = None,
    exclude: str | None = None,
    refresh: bool = False,
    verify: bool = False,
) -> Plan:
    """Plan a build: every request, what it would cost, and why.

    Args:
        project: A loaded project.
        via: The endpoint or environment for every pack; by default each pack's own, which is ``embedded`` unless it
            names one.
        select: A selection expression.
        exclude: One for what is left out.
        verify: Read each file that is there, and not its size only.
        refresh: Ask the shared store what it has, over the network.

    Raises:
        FindingsError: A check found what the vendor or the target is known to reject.
        ConfigError: An endpoint that does not fit, files that collide, or a recording that is not there.
    """
    chosen = scope(project, select, exclude)
    reading = render(project, chosen)
    findings = find(project, reading, whole=chosen.whole)
    refuse_errors(findings)
    last = last_state(project, open_shelves(project), verify=verify)
    warnings: tuple[Problem, ...] = ()
    rows = reading.rows if refresh else _let_go(reading.rows)
    requests = _plan.plan(_wanted(project, rows, via), last)
    if refresh:
        store = open_store(project, remote=True)
        shared = store.remote_has({row.key for row in requests if row.buys})
        warnings = store.problems
        here = last.has
        more = evolve(last, has=lambda key: here(key) or key in shared)
        requests = _plan.plan(_wanted(project, reading.rows, via), more)
    if not chosen.whole:
        requests, pruned = tuple(_with_state(requests, chosen)), tuple[Pruned, ...]()
    else:
        pruned = _plan.prune(requests, last)
    planned = Plan(project.name, via or "", requests, pruned, findings, warnings)
    if not _plan.pending(planned):
        memo.remember(project, planned, Asked(via, select, exclude), last.artefacts.values(), built=False)
    return planned


def _let_go(rows: list[Rendered]) -> Iterator[Rendered]:
    """Give rows away one by one: of 100,000 prompts, nobody needs the tree of one whose request is planned."""
    rows.reverse()
    while rows:
        yield rows.pop()


def _wanted(project: Project, rows: Iterable[Rendered], via: str | None) -> Iterator[_plan.Wanted]:
    """Say what is wanted, row by row; what is wrong with recordings is raised at the end."""
    origins, recordings, problems = Origins(project), Recordings(project), Problems()
    shapes = {pack.name: shape_of(pack) for pack in project.packs}
    for row in rows:
        provider = row.profile.settings.provider or ""
        endpoint = endpoint_for(project, via or row.pack.endpoint or "embedded", provider)
        recording = recordings.found(row, problems)
        asks = row.asks[:1] if recording else row.asks
        for number, ask in enumerate(asks):
            yield _plan.Wanted(
                pack=row.pack,
                prompt=row.prompt,
                profile=row.profile,
                endpoint=endpoint,
                source=source_of(endpoint, provider),
                ask=ask,
                shape=shapes[row.pack.name],
                text=recording.text if recording else row.text,
                place=row.prompt.place,
                piece=number,
                pieces=len(asks),
                origin=partial(origins.of, row),
                recording=recording,
            )
    problems.settle(ConfigError)


def shape_of(pack: Pack) -> Shape:
    """Return what the files of a pack must be."""
    shape = targets.get(pack.target).shape if pack.target else Shape()
    return evolve(shape, captions=pack.captions) if pack.captions else shape


def _with_state(rows: Iterable[RequestPlan], chosen: Scope) -> Iterator[RequestPlan]:
    """Select once more, now that the action of each row is known; a prompt is taken with all its pieces."""
    rows = tuple(rows)
    packs = {pack.name: pack for pack in chosen.project.packs}
    profiles = {(pack.name, profile.name): profile for pack in packs.values() for profile in pack.profiles}
    namesakes: dict[tuple[str, str], list[Prompt]] = {}
    for pack in packs.values():
        for prompt in pack.prompts:
            namesakes.setdefault((pack.name, prompt.id), []).append(prompt)
    taken = {
        row.file
        for row in rows
        if chosen.takes(
            packs[row.pack],
            said_by(row, namesakes[row.pack, row.prompt]),
            profiles[row.pack, row.profile],
            row.action,
        )
    }
    return (row for row in rows if row.file in taken)


def said_by(row: RequestPlan, prompts: Iterable[Prompt]) -> Prompt:
    """Return which of a pack's prompts a row says: an id may be there once for each of several locales."""
    return next(
        prompt
        for prompt in prompts
        if prompt.id == row.prompt and (prompt.locale is None or _language.matches(prompt.locale, row.locale))
    )


def source_of(endpoint: Endpoint, provider: str) -> str:
    """Say who answers: the vendor, or the embedded engine with the versions that decide its bytes.

    A server on this machine may speak the vendor's wire, but its sound never passes for the vendor's.
    """
    if endpoint.embedded:
        return _embedded.source()
    return f"{provider}@{endpoint.host}" if endpoint.is_here else provider
