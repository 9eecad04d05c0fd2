"""VK201: longer than one request may be.

What: A prompt is over its provider's limit, in the provider's own unit, and cannot be divided: what one element such as `sub`,
     `phoneme` or `say-as` holds together is too long for one request.
Why: Google counts UTF-8 bytes, markup included, and rejects more than 5,000 (proto and quotas page); it cannot be raised.
     Longer prompts are sent in pieces, between paragraphs, sentences or words.
Fix: Shorten what the element holds, or divide it by hand.

Bad:
    prompts:
        - {id: long, ssml: "<speak><sub alias='{% for a in [1,2,3,4,5,6,7,8] %}{% for b in [1,2,3,4,5,6,7,8] %}{% for c in [1,2,3,4,5,6,7,8] %}wait a bit {% endfor %}{% endfor %}{% endfor %}'>x</sub></speak>"}  ←
Good:
    prompts:
        - {id: short, text: Please wait a bit.}
"""

from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.model import Finding


def _look(row: Row) -> Iterator[Finding]:
    size, capabilities = max(row.sizes), row.capabilities
    if size > capabilities.limit:
        message = (
            f"prompt {row.prompt.id} is {size:,} {capabilities.unit} long; "
            f"{row.provider} takes {capabilities.limit:,} {capabilities.unit}"
        )
        yield Finding("VK201", "error", row.speech.place, message, "shorten it, or divide it by hand")


CHECK = Check("VK201", "over the provider's limit", row=_look)
