"""VK202: a sentence that Google may find too long.

What: More than 900 bytes of a prompt for a Google voice follow one another without an end of a sentence, paragraph or pause.
Why: Google answers "This request contains sentences that are too long. Consider splitting up long sentences with sentence ending
    punctuation e.g. periods" (400, quoted by users, S). It has published no length: 900 bytes is our own
    caution (U).
Fix: End sentences with a full stop. Lists of names or places need one now and then, too.

Bad:
    prompts:
        - {id: towns, text: "We deliver to {% for a in [1,2,3,4,5,6,7,8,9,10] %}{% for b in [1,2,3,4,5,6,7] %}Saint Agatha, {% endfor %}{% endfor %} and beyond"}  ←
Good:
    prompts:
        - {id: towns, text: "We deliver to {% for a in [1,2,3,4,5,6,7,8,9,10] %}{% for b in [1,2,3,4,5,6,7] %}Saint Agatha, {% endfor %} and beyond. {% endfor %}"}
        - {id: pauses, ssml: "<speak>{% for a in [1,2,3,4,5,6,7,8,9,10] %}{% for b in [1,2,3,4,5,6,7] %}Saint Agatha, {% endfor %}<break/>{% endfor %}</speak>"}
"""

import re
from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.checks._vendors import is_google
from voicekit.model import Element, Finding

_MOST = 900  # UTF-8 bytes of text
_END = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s|$)|[。！？｡।]|\n\s*\n")
_STOP = "\n\n"


def _look(row: Row) -> Iterator[Finding]:
    if max(row.sizes) <= _MOST or not is_google(row):
        return
    content = row.speech.content
    text = content if isinstance(content, str) else "".join(_said(content))
    longest = max(len(" ".join(sentence.split()).encode()) for sentence in _END.split(text))
    if longest > _MOST:
        message = f"prompt {row.prompt.id} has a sentence of {longest:,} bytes; Google is known to refuse some this long"
        yield Finding(
            "VK202",
            "warning",
            row.speech.place,
            message,
            "end sentences with a full stop, or pause between them",
        )


def _said(node: Element) -> Iterator[str]:
    """Yield what is said, with a blank line where an element ends a sentence."""
    if node.name == "sub":
        yield node.get("alias")
        return
    ends = node.name in {"p", "s", "break", "speak"}
    yield _STOP if ends else ""
    for child in node.children:
        if isinstance(child, str):
            yield re.sub(r"\s+", " ", child)
        else:
            yield from _said(child)
    yield _STOP if ends else ""


CHECK = Check("VK202", "sentence too long", row=_look)
