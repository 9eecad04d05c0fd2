"""VK410: something that is named and never reached.

What: A pack without prompts; an endpoint whose provider no profile of a pack has; values for a locale that no profile speaks.
Why: A pack without prompts builds an empty folder. An endpoint of another provider answers for nothing. Values for `es-MX` do
    not reach an `es-US` voice: the caller hears the general value, in the middle of a sentence in another language.
Fix: Correct the name, or delete it. For all voices of a language, write its code alone: `es` reaches `es-US`.

Bad:
    pack:
        locales: {es-MX: {values: {company: Clínica Northgate}}}
    voicekit.yaml:
        name: example
        values: {company: Northgate Clinic}
        packs:
          phone:  ←
            prompts: prompts.yaml
            profiles: [es]
            locales: {es-MX: {values: {company: Clínica Northgate}}}
          empty:  ←
            prompts: none.yaml
            profiles: [es]
    profile es:
        language: es-US
        voice: es-US-Neural2-A
    none.yaml:
        prompts: []
Bad:
    project:
        endpoints:
          paid: {provider: google-302ai, credential: PAID_KEY}  ←
Good:
    pack:
        locales: {es: {values: {company: Clínica Northgate}}}
    project:
        values: {company: Northgate Clinic}
        endpoints:
          paid: {provider: google, credential: PAID_KEY}
    profile es:
        language: es-US
        voice: es-US-Neural2-A
"""

from collections.abc import Iterable, Iterator

from voicekit import _language
from voicekit.checks import Check, Whole
from voicekit.errors import Place
from voicekit.model import Finding, Pack, Profile, Project


def _look(whole: Whole) -> Iterator[Finding]:
    project = whole.project
    yield from _endpoints(project)
    file = project.packs[0].place.path if project.packs else ""
    yield from _locales(project.locales, Place(file), project.profiles.values())
    for pack in project.packs:
        yield from _pack(pack)


def _endpoints(project: Project) -> Iterator[Finding]:
    used = {profile.settings.provider for pack in project.packs for profile in pack.profiles}
    for endpoint in project.endpoints.values():
        if endpoint.place is not None and endpoint.provider is not None and endpoint.provider not in used:
            message = (
                f"no profile of a pack has {endpoint.provider}, which the endpoint {endpoint.name} is for"
            )
            yield Finding("VK410", "info", endpoint.place, message, "correct its provider, or delete it")


def _pack(pack: Pack) -> Iterator[Finding]:
    if not pack.prompts:
        yield Finding(
            "VK410",
            "warning",
            pack.place,
            f"the pack {pack.name} has no prompts",
            "give it some, or delete it",
        )
    yield from _locales(pack.locales, pack.place, pack.profiles)


def _locales(locales: Iterable[str], place: Place, profiles: Iterable[Profile]) -> Iterator[Finding]:
    spoken = {profile.settings.language for profile in profiles if profile.settings.language}
    for tag in locales:
        if spoken and not any(_language.lookup([tag], language) for language in spoken):
            message = f"no profile speaks {tag}, so that its values are never used; spoken are {', '.join(sorted(spoken))}"
            yield Finding(
                "VK410", "warning", place, message, "write a language or locale that a profile speaks"
            )


CHECK = Check("VK410", "named and never reached", project=_look)
