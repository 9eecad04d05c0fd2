"""VK619: an emoji or another picture.

What: A text holds an emoji, an arrow, a check mark or another pictograph, and no lexicon says it.
Why: The embedded voice says its name in the middle of the sentence, "grinning face" or "right arrow" (measured, espeak-ng 1.52); other voices drop it. Either
    way it is billed, as up to four bytes or more.
Fix: Take it out, or write what it means.

Bad:
    prompts:
        - {id: thanks, text: "Thank you 😀"}  ←
        - {id: call, text: "☎ Call us."}  ←
Good:
    prompts:
        - {id: thanks, text: "Thank you. © Acme™, 20 °C, 3 × 4, naïve, €5."}
"""

import re
from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.checks._words import matches, reaches_voice
from voicekit.model import Finding

_PICTURE = re.compile(
    r"[\U0001F000-\U0001FAFF\u2190-\u21FF\u2300-\u23FF\u2600-\u27BF\u2B00-\u2BFF]"
    r"[\U0001F000-\U0001FAFF\u2190-\u21FF\u2300-\u23FF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200D]{0,20}"
)


def _look(row: Row) -> Iterator[Finding]:
    if row.text.isascii():
        return
    for run, found in matches(row, _PICTURE):
        if reaches_voice(row, found.group()):
            message = f"U+{ord(found.group()[0]):04X} is a picture, which a voice names or drops"
            yield Finding(
                "VK619",
                "warning",
                run.place_at(found.start()),
                message,
                "take it out, or write what it means",
            )


CHECK = Check("VK619", "pictograph", row=_look)
