"""VK304: an element that the voice does not speak.

What: The SSML holds an element that the provider does not document for this voice family.
Why: Chirp3-HD silently ignores `<break>`, `<prosody>`, `<mark>` and others; the caller hears no pause.
Fix: Remove the element, or choose a voice of another family.

Bad:
    profile:
        voice: en-US-Chirp3-HD-Kore
    prompts:
        - {id: hold, ssml: "<speak>One moment.<break time='1s'/></speak>"}  ←
Bad:
    profile:
        voice: en-US-Chirp3-HD-Kore
    template hello:
        <speak>
        Welcome.
        <break time="1s"/>  ←
        </speak>
Good:
    profile:
        voice: en-US-Chirp3-HD-Kore
    prompts:
        - {id: hold, ssml: "<speak><s>One moment.</s> <s>Thank you.</s></speak>"}
"""

from collections.abc import Iterator

from voicekit.checks import Check, Node
from voicekit.checks._ssml import names
from voicekit.model import Finding


def _look(node: Node) -> Iterator[Finding]:
    family, name = node.row.family, node.element.name
    if family is None or family.ssml.support == "no" or name not in names():
        return  # VK306, VK303, or VK108
    fact = family.element(name, node.row.ask.voice)
    if fact.support not in {"no", "ignored"}:
        return
    how = "ignored" if fact.support == "ignored" else "refused"
    message = f"<{name}> is {how} by {family.name} voices (evidence {fact.grade})"
    remedy = f"remove it, or choose another voice than {node.row.ask.voice}"
    yield Finding("VK304", "warning", node.place, message, remedy)


CHECK = Check("VK304", "element not spoken by the voice family", elements={"*": _look})
