"""VK201: longer than one request may be.

What: The text or SSML of a prompt is over its provider's limit, in the provider's own unit.
Why: Google counts UTF-8 bytes, markup included, and rejects more than 5,000 (proto and quotas page); it cannot be raised.
Fix: Split the prompt, or shorten its markup.
"""

from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.model import Finding


def _look(row: Row) -> Iterator[Finding]:
    size, capabilities = row.size, row.capabilities
    if size > capabilities.limit:
        message = (
            f"prompt {row.prompt.id} is {size:,} {capabilities.unit} long; "
            f"{row.provider} takes {capabilities.limit:,} {capabilities.unit}"
        )
        yield Finding("VK201", "error", row.speech.place, message, "split it into two prompts")


CHECK = Check("VK201", "over the provider's limit", _look)
