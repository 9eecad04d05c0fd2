"""Text with pause tags, as Chirp 3: HD voices take it. Imports _capabilities and this room's reader of breaks.

The vendor gives the three tags no length. Ours are those of the strengths of ``<break>`` for which adapting writes them.
"""

import re
from collections.abc import Iterator

from voicekit._capabilities import google
from voicekit._speak.prosody import read_break

_CHIRP = google.VENDOR.families["Chirp3-HD"]
_STRENGTHS = dict(zip(_CHIRP.pauses, ("weak", "medium", "x-strong"), strict=True))
_TAG = re.compile("|".join(map(re.escape, _CHIRP.pauses)))


def read(markup: str, language: str) -> Iterator[str | float]:
    """Yield the texts of a markup, and its pauses in seconds. Anything else in brackets is text.

    Args:
        markup: What `Ask.markup` holds.
        language: The BCP-47 tag that it is spoken in; in some languages the tags do nothing, and are not read out.
    """
    pauses = language.lower() not in _CHIRP.pauseless
    done = 0
    for tag in _TAG.finditer(markup):
        yield markup[done : tag.start()]
        if pauses:
            yield read_break("", _STRENGTHS[tag[0]])
        done = tag.end()
    yield markup[done:]
