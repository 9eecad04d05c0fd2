"""Plan: what is wanted, beside what is on this machine."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from voicekit import _embedded, _plan, _select, providers, targets
from voicekit._pipeline.linting import findings as find
from voicekit._pipeline.linting import refuse_errors
from voicekit._pipeline.reading import Rendered, render
from voicekit._pipeline.workplace import last_state, open_shelves
from voicekit.errors import ConfigError
from voicekit.model import Endpoint, Plan, Project, RequestPlan, Shape


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
    findings = find(project, reading, select)
    refuse_errors(findings)
    last = last_state(project, open_shelves(project))
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
    if provider is not None:
        _refuse_guesses(endpoint, provider)
    return endpoint


def _refuse_guesses(endpoint: Endpoint, provider: str) -> None:
    """Refuse to send what rests on a guess, unless the user wrote the path or sends it to a server of this machine."""
    unproven = providers.get(provider).capabilities.unproven
    if unproven and not (endpoint.embedded or endpoint.path or _is_here(endpoint)):
        message = f"nothing is sent to {provider} on a guess: {unproven}"
        remedy = (
            f"write the vendor's path as endpoints.{endpoint.name}.path, or build with the embedded voice"
        )
        raise ConfigError.of(message, place=endpoint.place, remedy=remedy)


def _is_here(endpoint: Endpoint) -> bool:
    host = urlsplit(endpoint.url or "").hostname or ""
    return host == "localhost" or host.startswith("127.") or host == "::1"


def _source(endpoint: Endpoint, row: Rendered) -> str:
    """Say who answers: the vendor, or the embedded engine with the versions that decide its bytes.

    A server on this machine may speak the vendor's wire, but its sound never passes for the vendor's.
    """
    if endpoint.embedded:
        return _embedded.source()
    provider = row.profile.settings.provider or ""
    return f"{provider}@{urlsplit(endpoint.url or '').hostname}" if _is_here(endpoint) else provider
