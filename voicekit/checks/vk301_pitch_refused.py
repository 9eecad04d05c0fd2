"""VK301: a pitch that the voice family refuses.

What: The profile states a pitch, and the family's voices take none: Chirp3-HD, Studio, Journey.
Why: Google answers "This voice does not support pitch parameters at this time" (400). A neutral 0 may pass, and is a warning.
Fix: Leave `pitch` out of the profile and of those that it extends. `voicekit check --fix` deletes a neutral one.

Bad:
    profile:
        voice: en-US-Chirp3-HD-Kore
        pitch: 2  ←
Bad:
    profile:
        voice: en-US-Chirp3-HD-Kore
        pitch: 0  ←
Good:
    profile:
        voice: en-US-Neural2-F
        pitch: 2
"""

from collections.abc import Iterator

from voicekit.checks import Check, Row, Source
from voicekit.checks._family import delete_neutral, refused_setting
from voicekit.model import Finding, Fix, Project


def _look(row: Row) -> Iterator[Finding]:
    if row.family is not None:
        yield from refused_setting("VK301", row, "pitch", row.family.pitch, row.ask.pitch, 0.0)


def _mend(finding: Finding, source: Source, project: Project) -> Fix | None:
    return delete_neutral(finding, source, project, "pitch", 0.0)


CHECK = Check("VK301", "pitch refused by the voice family", settings=_look, mend=_mend)
