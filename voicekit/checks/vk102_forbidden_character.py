r"""VK102: a character that XML forbids.

What: A plain text holds a control character, a surrogate or another character outside XML 1.0's range.
Why: Vendors wrap text into XML themselves, and reject it; no voice can say it either. The same character in SSML is VK101.
Fix: Remove the character. It often comes from a copy out of a word processor or a terminal.

Bad:
    prompts:
        - {id: hello, text: "Good\u000bmorning."}  ←
Good:
    prompts:
        - {id: hello, text: "Good\u00a0morning."}
"""

from collections.abc import Iterator

from voicekit._xml import illegal_character
from voicekit.checks import Check, Row
from voicekit.model import Finding


def _look(row: Row) -> Iterator[Finding]:
    content = row.speech.content
    found = illegal_character(content) if isinstance(content, str) else None
    if found:
        line, column, name = found
        message = f"the text holds {name}, which XML forbids (line {line}, column {column} of the text)"
        yield Finding("VK102", "error", row.speech.place, message, "remove the character")


CHECK = Check("VK102", "forbidden character", row=_look)
