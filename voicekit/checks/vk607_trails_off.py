"""VK607: a text that trails off.

What: A prompt starts or ends with an ellipsis: "..." or "…".
Why: It is meant as "something follows", and a voice does not know that: it trails off, pauses, or says nothing special, each in its own way, and the part
    that is joined to it sounds like another recording. 43 of the 569 prompts of Asterisk's
    English list start or end so, and 165 of the 1,229 of FreeSWITCH's.
Fix: Say the whole sentence in one prompt, with a value in it. A part that must stay a part ends without a mark, or with a comma.

Bad:
    prompts:
        - {id: welcome, text: "Welcome to..."}  ←
        - {id: waiting, text: "… callers are waiting."}  ←
Good:
    prompts:
        - {id: welcome, text: "Welcome to"}
        - {id: waiting, text: "Callers are waiting."}
        - {id: count, text: "Three... two... one. Go!"}
"""

import re
from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.model import Finding

_STARTS = re.compile(r"\s*(?:\.{2,}|…)")
_ENDS = re.compile(r"(?:\.{2,}|…)[\"'”’»)]?\s*$")
_NEAR = 20  # characters


def _look(row: Row) -> Iterator[Finding]:
    if ".." not in row.text and "…" not in row.text:
        return
    ends, starts = _ENDS.search(row.text[-_NEAR:]), _STARTS.match(row.text)
    if ends or starts:
        message = f"prompt {row.prompt.id} {'ends' if ends else 'starts'} with an ellipsis"
        remedy = "say the whole sentence in one prompt, or leave the dots out"
        yield Finding("VK607", "info", row.speech.place, message, remedy)


CHECK = Check("VK607", "trails off", spoken=_look)
