"""VK302: a rate that the voice family refuses.

What: The profile states a rate, and the family's voices take none: Journey.
Why: "This voice does not support speaking rate or pitch parameters at this time" (400), even for a neutral 1.0.
Fix: Leave `rate` out, or write 0.0 to undo a base profile's. `voicekit check --fix` deletes a neutral one.

Bad:
    profile:
        voice: en-US-Journey-F
        rate: 0.9  ←
Good:
    profile:
        voice: en-US-Journey-F
        rate: 0.0
"""

from collections.abc import Iterator

from voicekit.checks import Check, Row, Source
from voicekit.checks._family import delete_neutral, refused_setting
from voicekit.model import Finding, Fix, Project


def _look(row: Row) -> Iterator[Finding]:
    if row.family is not None:
        yield from refused_setting("VK302", row, "rate", row.family.rate, row.ask.rate, 1.0)


def _mend(finding: Finding, source: Source, project: Project) -> Fix | None:
    return delete_neutral(finding, source, project, "rate", 1.0)


CHECK = Check("VK302", "rate refused by the voice family", settings=_look, mend=_mend)
