"""VK310: a switch between voices that do not go together.

What: A `<voice name>` asks for a Google voice of a family that the voice of the request cannot change to.
Why: Google's SSML page lists which families may stand in one request (M, 2026-04-02): Neural2, Studio and Standard go together, and so do
    Wavenet, News and Standard under a Wavenet or News voice. Nothing is promised for other pairs.
Fix: Choose two voices of families that go together, or make two prompts of it.

Bad:
    profile:
        voice: en-US-Neural2-F
    template hello:
        <speak>
        Here is what a caller said.
        <voice name="en-US-Wavenet-D">It was very quick.</voice>  ←
        </speak>
Good:
    profile:
        voice: en-US-Neural2-F
    template hello:
        <speak>
        Here is what a caller said.
        <voice name="en-US-Standard-D">It was very quick.</voice>
        <voice gender="male">It was very quick.</voice>
        </speak>
"""

from collections.abc import Iterator

from voicekit.checks import Check, Node
from voicekit.checks._ssml import shown
from voicekit.checks._vendors import unlisted_switch
from voicekit.model import Finding


def _look(node: Node) -> Iterator[Finding]:
    together, family = unlisted_switch(node), node.row.family
    if together and family is not None:
        name = shown(node.element.get("name"))
        message = f"the voice {name} is not listed as one that {family.voices} can change to (evidence M)"
        yield Finding("VK310", "warning", node.place, message, f"choose a voice of {', '.join(together)}")


CHECK = Check("VK310", "voices that do not go together", tags={"voice": _look})
