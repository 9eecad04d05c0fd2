"""VK303: SSML for a voice that takes plain text only.

What: The prompt is SSML, and the voice family has none: Chirp-HD, Journey.
Why: Reported by users of these voices (S): the request fails, or the tags are read aloud. So only the words are sent, and what the
     markup was for is lost.
Fix: Use a `.txt.j2` script, or another voice.

Bad:
    profile:
        voice: en-US-Journey-F
    prompts:
        - {id: hold, ssml: "<speak>One moment, please.</speak>"}  ←
Good:
    profile:
        voice: en-US-Journey-F
    prompts:
        - {id: hold, text: "One moment, please."}
"""

from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.model import Element, Finding


def _look(row: Row) -> Iterator[Finding]:
    if row.family is None or row.family.ssml.support != "no" or not isinstance(row.speech.content, Element):
        return
    message = (
        f"{row.family.name} voices take no SSML (evidence {row.family.ssml.grade}): only the words are sent"
    )
    yield Finding("VK303", "warning", row.speech.place, message, "use a .txt.j2 script, or another voice")


CHECK = Check("VK303", "SSML for a voice without SSML", row=_look)
