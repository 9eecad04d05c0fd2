"""VK303: SSML for a voice that takes plain text only.

What: The prompt is SSML, and the voice family has none: Chirp-HD, Journey.
Why: Reported by users of these voices (S): the request fails, or the tags are read aloud.
Fix: Use a `.txt.j2` script, or another voice.
"""

from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.model import Finding, Severity


def _look(row: Row) -> Iterator[Finding]:
    if row.ask.ssml is None or row.family is None or row.family.ssml.support != "no":
        return
    message = f"{row.family.name} voices take no SSML (evidence {row.family.ssml.grade})"
    severity: Severity = "error" if row.family.ssml.refuses else "warning"
    yield Finding("VK303", severity, row.speech.place, message, "use a .txt.j2 script, or another voice")


CHECK = Check("VK303", "SSML refused by the voice family", _look)
