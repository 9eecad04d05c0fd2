"""Fallback: what one endpoint could not make is asked of another, with a profile that the project names for it.

Only the failures that the endpoint states count, only the profiles that it maps, and what comes of it is written down: in the
manifest, in the result, and as a change in the next plan, which asks the first endpoint again.
"""

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve, frozen

from voicekit import _plan, providers
from voicekit._keep import Shelf
from voicekit._pipeline.planning import said_by, shape_of, source_of
from voicekit._pipeline.reading import adapted, overridden, text_of
from voicekit._pipeline.workplace import last_state, open_shelves
from voicekit._render.render import LeftOut, Renderer
from voicekit.errors import VoicekitError
from voicekit.model import Artefact, Endpoint, Fallback, Pack, Plan, Profile, Project, Prompt, RequestPlan


@frozen
class _Lost:
    """A prompt that an endpoint could not make, and who stands in."""

    pack: Pack
    prompt: Prompt
    profile: Profile
    endpoint: Endpoint
    why: str


def fallback_plan(
    project: Project, planned: Plan, failures: Iterable[tuple[RequestPlan, VoicekitError]]
) -> Plan | None:
    """Plan what is asked of other endpoints; None where nothing may be.

    Args:
        project: The project.
        planned: What was run.
        failures: What went wrong.
    """
    lost = {(one.pack.name, one.prompt.id, one.profile.name): one for one in _lost(project, failures)}
    if not lost:
        return None
    renderer = Renderer(project)
    # A file that is to stand for a failure is read whole: the plan that failed may have found it damaged.
    last = last_state(project, open_shelves(project), verify=True)
    rows: list[RequestPlan] = []
    for one in lost.values():
        rows += (
            evolve(row, reasons=(f"fallback: {one.why}",), fallback=one.why)
            for row in _plan.plan(_wanted(project, renderer, one), last)
        )
    return evolve(planned, requests=tuple(rows), prune=()) if rows else None


def standing(planned: Plan, shelves: Mapping[str, Shelf]) -> list[Artefact]:
    """Return the files of a fallback's plan that are there from an earlier build, each with why it stands in now.

    Args:
        planned: What `fallback_plan` returned.
        shelves: The packs' folders.
    """
    return [
        evolve(shelves[row.pack].artefacts[row.prompt, row.profile], fallback=row.fallback)
        for row in planned.requests
        if row.action == "cached" and not row.piece
    ]


def _lost(project: Project, failures: Iterable[tuple[RequestPlan, VoicekitError]]) -> Iterator[_Lost]:
    packs = {pack.name: pack for pack in project.packs}
    for row, error in failures:
        first = project.endpoints.get(row.endpoint)
        fallback: Fallback | None = first.fallback if first is not None else None
        if fallback is None or row.profile not in fallback.profiles or not _counts(error, fallback):
            continue
        pack = packs[row.pack]
        prompt = said_by(row, pack.prompts)
        profile = project.profiles[fallback.profiles[row.profile]]
        why = f"{fallback.endpoint} with profile {profile.name}, instead of {row.endpoint}: {error.problems[0].message}"
        # It takes the place of the profile that it stands in for: the same file, under the same name.
        stand_in = evolve(overridden(profile, prompt), name=row.profile)
        yield _Lost(pack, prompt, stand_in, project.endpoints[fallback.endpoint], why)


def _wanted(project: Project, renderer: Renderer, one: _Lost) -> Iterator[_plan.Wanted]:
    try:
        speech = renderer.render(one.pack, one.prompt, one.profile)
        asks = adapted(project, one.pack, one.profile, speech).asks
    except (LeftOut, VoicekitError):
        return  # what the other profile cannot say stays the failure that it is
    for number, ask in enumerate(asks):
        yield _plan.Wanted(
            pack=one.pack,
            prompt=one.prompt,
            profile=one.profile,
            endpoint=one.endpoint,
            source=source_of(one.endpoint, providers.get(one.profile.settings.provider or "").name),
            ask=ask,
            shape=shape_of(one.pack),
            text=text_of(speech),
            place=one.prompt.place,
            piece=number,
            pieces=len(asks),
        )


def _counts(error: VoicekitError, fallback: Fallback) -> bool:
    """Whether an endpoint's failure is of a kind that the fallback is for: a wrong key is a refusal too."""
    kinds = [kind for kind in type(error).__mro__ if issubclass(kind, VoicekitError)]
    return any(kind.code in fallback.on for kind in kinds)
