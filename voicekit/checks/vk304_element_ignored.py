"""VK304: an element that the voice does not speak.

What: The SSML holds an element that the provider does not document for this voice family.
Why: Chirp3-HD silently ignores `<break>`, `<prosody>`, `<mark>` and others; the caller hears no pause.
Fix: Remove the element, or choose a voice of another family.
"""

from collections.abc import Iterator

from voicekit import ssml
from voicekit.checks import Check, Row
from voicekit.model import Element, Finding


def _look(row: Row) -> Iterator[Finding]:
    family, content = row.family, row.speech.content
    if family is None or family.elements is None or not isinstance(content, Element):
        return
    for name in sorted({element.name for element in ssml.walk(content)} - family.elements):
        message = f"<{name}> is not among what {family.name} voices speak"
        yield Finding(
            "VK304",
            "warning",
            row.speech.place,
            message,
            f"remove it, or choose another voice than {row.ask.voice}",
        )


CHECK = Check("VK304", "element not spoken by the voice family", _look)
