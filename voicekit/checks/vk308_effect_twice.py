"""VK308: an effect that is stated twice.

What: A profile names the same audio effect more than once.
Why: Google applies effects one on top of another in the order they are given (proto, effects_profile_id); twice is never meant.
Fix: Name it once. `voicekit check --fix` removes the repetition.

Bad:
    profile:
        effects: [telephony-class-application, telephony-class-application]  ←
Good:
    profile:
        effects: [telephony-class-application, handset-class-device]
"""

import re
from collections.abc import Iterator

from voicekit.checks import Check, ProfileUse, Source
from voicekit.model import Finding, Fix, Project

_FLOW = re.compile(
    r"(?P<head>[ \t]*effects[ \t]*:[ \t]*\[)(?P<list>[ \t]*[a-z-]+(?:[ \t]*,[ \t]*[a-z-]+)*[ \t]*)\](?:[ \t]+#.*|[ \t]*)"
)


def _look(use: ProfileUse) -> Iterator[Finding]:
    effects = use.profile.settings.effects
    for effect in dict.fromkeys(effects):
        if effects.count(effect) > 1:
            message = f"the effect {effect} is applied {effects.count(effect)} times"
            yield Finding("VK308", "warning", use.profile.place_of("effects"), message, "name it once")


def _mend(finding: Finding, source: Source, _: Project) -> Fix | None:
    line = finding.place.line or 0
    stated = _FLOW.fullmatch(source.line(line))
    if stated is None:
        return None
    kept = ", ".join(dict.fromkeys(word.strip() for word in stated["list"].split(",")))
    return source.fix(line, stated.start("list") + 1, len(stated["list"]), kept)


CHECK = Check("VK308", "effect stated twice", profile=_look, mend=_mend)
