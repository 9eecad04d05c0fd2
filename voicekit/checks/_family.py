"""What the checks of one setting against a voice family share."""

import re
from collections.abc import Iterator

from voicekit.checks import Row, Source
from voicekit.model import Fact, Finding, Fix, Project, Severity

_STATED = re.compile(
    r"(?P<indent>[ \t]*)(?P<key>[a-z_]+)[ \t]*:[ \t]*(?P<value>[^\s#{}\[\],\"']+)[ \t]*(?P<comment>#.*)?"
)


def refused_setting(
    code: str, row: Row, setting: str, fact: Fact, value: float | None, neutral: float
) -> Iterator[Finding]:
    """Yield a finding where a family refuses a setting: an error where that is known (P, M) and the value does something."""
    if value is None or fact.support != "no" or row.family is None:
        return
    sure = fact.refuses and value != neutral
    severity: Severity = "error" if sure else "warning"
    how = "refuses" if fact.refuses else "is reported to refuse"
    what = f"a neutral {setting}" if value == neutral else f"`{setting}`"
    message = (
        f"{row.family.voices}: the vendor {how} {what} (profile {row.profile.name}, evidence {fact.grade})"
    )
    yield Finding(
        code, severity, row.place_of(setting), message, f"leave `{setting}` out for {row.ask.voice}"
    )


def delete_neutral(
    finding: Finding, source: Source, project: Project, setting: str, neutral: float
) -> Fix | None:
    """Delete the line of a profile that states a neutral value, where nothing else changes by it.

    Not where a base profile's own value would come back, or where another profile relies on the line.
    """
    place = finding.place
    users = [profile for profile in project.profiles.values() if profile.stated.get(setting) == place]
    if len(users) != 1 or users[0].place.path != place.path or place.line is None:
        return None
    bases = (project.profiles[name] for name in users[0].chain[1:] if name in project.profiles)
    line = source.line(place.line)
    stated = _STATED.fullmatch(line)
    if any(setting in base.stated for base in bases) or stated is None or stated["key"] != setting:
        return None
    if getattr(users[0].settings, setting) != neutral:
        return None
    if stated["comment"]:
        return source.fix(
            place.line, len(stated["indent"]) + 1, stated.start("comment") - len(stated["indent"]), ""
        )
    last = place.line == len(source.lines)
    return source.fix(place.line, 1, len(line) + (not last), "")
