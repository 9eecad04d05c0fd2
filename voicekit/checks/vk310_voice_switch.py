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

import re
from collections.abc import Iterator

from voicekit.checks import Check, Node
from voicekit.checks._ssml import shown
from voicekit.checks._vendors import is_google
from voicekit.model import Finding

_NEW, _OLD = ("Neural2", "Standard", "Studio"), ("News", "Standard", "Wavenet")
_TOGETHER = {"Neural2": _NEW, "Studio": _NEW, "Standard": _NEW, "Wavenet": _OLD, "News": _OLD}
_FAMILY = re.compile(r"[a-z]{2,3}-[A-Za-z0-9]{2,4}-(?P<family>[A-Z][A-Za-z0-9]*(?:-HD)?)-[A-Za-z0-9]+")


def _look(node: Node) -> Iterator[Finding]:
    family, name = node.row.family, node.element.get("name")
    asked = _FAMILY.fullmatch(name)
    if family is None or asked is None or not is_google(node.row):
        return
    together = _TOGETHER.get(family.name)
    if together is None or asked["family"] in together:
        return
    message = (
        f"the voice {shown(name)} is not listed as one that a {family.name} voice can change to (evidence M)"
    )
    yield Finding("VK310", "warning", node.place, message, f"choose a voice of {', '.join(together)}")


CHECK = Check("VK310", "voices that do not go together", tags={"voice": _look})
