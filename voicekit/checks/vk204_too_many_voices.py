"""VK204: more voices and recordings than one request may hold.

What: One request to Azure would hold more than fifty `<voice>` and `<audio>` elements that differ from one another.
Why: Azure takes at most fifty distinct ones in a request (quotas page, P).
Fix: Divide the prompt, or let fewer voices and recordings speak in it.

Bad:
    profile:
        provider: azure
        voice: en-US-JennyNeural
    prompts:
        - {id: tour, ssml: "<speak>{% for a in [1,2,3,4,5,6,7,8] %}{% for b in [1,2,3,4,5,6,7,8] %}<audio src='https://sounds.example/{{ a }}{{ b }}.mp3'/>{% endfor %}{% endfor %}</speak>"}  ←
Good:
    profile:
        provider: azure
        voice: en-US-JennyNeural
    prompts:
        - {id: tour, ssml: "<speak>{% for a in [1,2,3,4,5,6,7,8] %}{% for b in [1,2,3,4,5,6,7,8] %}<audio src='https://sounds.example/{{ b }}.mp3'/>{% endfor %}{% endfor %}</speak>"}
"""

from collections.abc import Iterable, Iterator

from voicekit import ssml
from voicekit._capabilities import azure
from voicekit.checks import Check, Document
from voicekit.model import Element, Finding


def _look(document: Document) -> Iterator[Finding]:
    row = document.row
    if (
        row.family is None
        or row.family.vendor != azure.VENDOR.title
        or _distinct(document.elements) < azure.MOST_TAGS
    ):
        return
    most = max(_distinct(ssml.walk(ssml.parse(ask.ssml))) for ask in row.asks if ask.ssml is not None)
    if most > azure.MOST_TAGS:
        message = f"prompt {row.prompt.id} holds {most} different <voice> and <audio> elements; {row.family.voices} take {azure.MOST_TAGS} (evidence P)"
        yield Finding(
            "VK204", "error", row.speech.place, message, "divide it, or let fewer voices and recordings speak"
        )


def _distinct(elements: Iterable[Element]) -> int:
    return len({(one.name, one.attributes) for one in elements if one.name in {"voice", "audio"}})


CHECK = Check("VK204", "too many voices", document=_look)
