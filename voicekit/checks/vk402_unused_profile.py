"""VK402: a profile that nothing uses.

What: A profile is complete, so that a pack could use it at once, and the project has texts in its language; but no pack names it, and no
    profile extends it. A profile without a voice, or one made ready for a language that has no texts yet, is left alone.
Why: Its files are never made. Somebody who has written texts in a new language and forgets the profile's name in the pack notices when
    callers do: no build and no plan says so.
Fix: Name it under `profiles` of a pack, or delete the file.

Bad:
    project:
        language: en-US
    pack:
        profiles: [en]
    profile en:
        title: in use
    profiles/quiet.yaml:
        provider: google  ←
        language: en-US
        voice: en-US-Neural2-D
        encoding: LINEAR16
Good:
    pack:
        profiles: [quiet]
    profile en:
        title: extended by the other
    profiles/quiet.yaml:
        extends: en
        gain: -6
    profiles/de.yaml:
        extends: en
        language: de-DE
        voice: de-DE-Neural2-C
"""

from collections.abc import Iterator

from voicekit import _language
from voicekit.checks import Check, Whole
from voicekit.errors import Place
from voicekit.model import Finding, Profile, Project

_NEEDED = ("provider", "language", "voice", "encoding")


def _look(whole: Whole) -> Iterator[Finding]:
    project = whole.project
    used = {profile.name for pack in project.packs for profile in pack.profiles}
    extended = {name for profile in project.profiles.values() for name in profile.chain[1:]}
    spoken = _languages(project)
    for name, profile in project.profiles.items():
        if name in used or name in extended or not _is_ready(profile, spoken):
            continue
        message = f"no pack uses the profile {name}, and no profile extends it"
        place = Place(profile.place.path, profile.place.line or 1)
        yield Finding("VK402", "info", place, message, "name it in a pack, or delete it")


def _is_ready(profile: Profile, spoken: frozenset[str]) -> bool:
    if any(getattr(profile.settings, key) is None for key in _NEEDED):
        return False
    return any(_language.same_language(profile.settings.language or "", tag) for tag in spoken)


def _languages(project: Project) -> frozenset[str]:
    """Return the languages in which the project says something, or lets something be said."""
    stated = [script.language for script in project.scripts]
    stated += [prompt.locale for pack in project.packs for prompt in pack.prompts]
    stated += [profile.settings.language for pack in project.packs for profile in pack.profiles]
    return frozenset(tag for tag in [project.language, *stated] if tag)


CHECK = Check("VK402", "unused profile", project=_look)
