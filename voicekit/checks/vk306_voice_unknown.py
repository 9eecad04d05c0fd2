"""VK306: a voice name that fits no family, or another language than the profile's.

What: The name does not follow the vendor's grammar `<language>-<Family>-<Variant>`, or starts with another language.
Why: Google answers "Voice … does not exist. Is it misspelled?", or "Requested language code … doesn't match the voice" (S).
Fix: Copy the name from the vendor's list of voices.

Bad:
    profile:
        voice: en-US-Neutral2-F  ←
Bad:
    profile:
        voice: de-DE-Neural2-C  ←
Good:
    profile:
        language: de-DE
        voice: de-DE-Neural2-C
"""

import re
from collections.abc import Iterator

from voicekit import _language
from voicekit.checks import Check, Row
from voicekit.model import Finding

# What the names of some vendors' voices begin with; other vendors' say nothing of a language.
_LOCALE = re.compile(r"[a-z]{2,3}-(?:[A-Za-z]{4}-)?(?:[A-Z]{2}|[0-9]{3})(?=-)")


def _look(row: Row) -> Iterator[Finding]:
    place = row.place_of("voice")
    if row.family is None:
        message = f"the voice `{row.ask.voice[:60]}` fits no family that {row.provider} is known to have"
        yield Finding("VK306", "warning", place, message, "copy the name from the vendor's list of voices")
        return
    locale = _LOCALE.match(row.ask.voice)
    if locale and row.ask.language and not _language.matches(locale[0], row.ask.language):
        message = f"the voice `{row.ask.voice[:60]}` speaks another language than {row.ask.language}"
        yield Finding("VK306", "warning", place, message, "make the profile's language and voice agree")


CHECK = Check("VK306", "unknown voice", settings=_look)
