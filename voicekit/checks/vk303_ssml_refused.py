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

from voicekit.checks import Check, Node
from voicekit.model import Finding


def _look(node: Node) -> Iterator[Finding]:
    family = node.row.family
    if family is None or family.ssml.support != "no" or node.parents:
        return
    message = f"{family.voices} take no SSML (evidence {family.ssml.grade}): only the words are sent"
    yield Finding(
        "VK303", "warning", node.row.speech.place, message, "use a .txt.j2 script, or another voice"
    )


CHECK = Check("VK303", "SSML for a voice without SSML", tags={"speak": _look})
