"""VK301: a pitch that the voice family refuses.

What: The profile states a pitch, and the family's voices take none: Chirp3-HD, Studio, Journey.
Why: Google answers "This voice does not support pitch parameters at this time" (400). A neutral 0 may pass, and is a warning.
Fix: Leave `pitch` out of the profile and of those that it extends.
"""

from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.checks._family import refused_setting
from voicekit.model import Finding


def _look(row: Row) -> Iterator[Finding]:
    if row.family is not None:
        yield from refused_setting("VK301", row, "pitch", row.family.pitch, row.ask.pitch, 0.0)


CHECK = Check("VK301", "pitch refused by the voice family", _look)
