"""VK302: a rate that the voice family refuses.

What: The profile states a rate, and the family's voices take none: Journey.
Why: "This voice does not support speaking rate or pitch parameters at this time" (400), even for a neutral 1.0.
Fix: Leave `rate` out, or write 0.0 to undo a base profile's.
"""

from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.checks._family import refused_setting
from voicekit.model import Finding


def _look(row: Row) -> Iterator[Finding]:
    if row.family is not None:
        yield from refused_setting("VK302", row, "rate", row.family.rate, row.ask.rate, 1.0)


CHECK = Check("VK302", "rate refused by the voice family", _look)
