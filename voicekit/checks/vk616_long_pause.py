"""VK616: a pause longer than a caller waits.

What: A `<break>` of more than five seconds stands in a prompt for a phone line. A prompt that is nothing but a pause is left alone.
Why: On the phone a longer silence sounds like a lost line. Vendors part ways here, too: Polly takes no pause of more than 10 seconds, ElevenLabs none
    of more than 3, and Azure cuts one to 20 (P, their documentation). Asterisk's English list keeps its ten silences in files of their own.
Fix: Shorten it, divide the prompt, or play music; let the platform do the waiting.

Bad:
    profile:
        encoding: MULAW
    prompts:
        - {id: hold, ssml: "<speak>Find your card.<break time='8s'/>Then press 1.</speak>"}  ←
Good:
    profile:
        encoding: MULAW
    prompts:
        - {id: hold, ssml: "<speak>Find your card.<break time='5000ms'/>Then press 1.</speak>"}
        - {id: silence/10, ssml: "<speak><break time='10s'/></speak>"}
Good:
    prompts:
        - {id: calm, ssml: "<speak>Breathe in.<break time='8s'/>Breathe out.</speak>"}
"""

from collections.abc import Iterator

from voicekit import _capabilities as capabilities
from voicekit.checks import Check, Node
from voicekit.checks._words import on_the_phone
from voicekit.model import Finding

_MOST = 5  # seconds


def _look(node: Node) -> Iterator[Finding]:
    pause = capabilities.seconds(node.element.get("time")) or 0
    if pause > _MOST and node.row.text and on_the_phone(node.row):
        message = f"a pause of {pause:g} seconds sounds like a lost line"
        yield Finding(
            "VK616",
            "warning",
            node.place,
            message,
            "shorten it, or divide the prompt and let the platform wait",
        )


CHECK = Check("VK616", "long pause", elements={"break": _look})
