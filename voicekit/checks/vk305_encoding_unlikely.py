"""VK305: an encoding that synthesis does not know.

What: The encoding is a name of Google's speech-to-text table, or the voice family cannot return it.
Why: The vendor's page prints the table of the wrong service; FLAC, AMR, AMR_WB, SPEEX_WITH_HEADER_BYTE and WEBM_OPUS are
    not in the synthesis enum (proto), and Google answers INVALID_ARGUMENT.
Fix: Choose LINEAR16, MP3, OGG_OPUS, MULAW, ALAW, PCM or M4A.

Bad:
    profile:
        provider: google-302ai
        encoding: FLAC  ←
Bad:
    profile:
        voice: en-US-Chirp3-HD-Kore
        encoding: M4A  ←
Good:
    profile:
        provider: google-302ai
        encoding: MULAW
"""

from collections.abc import Iterator

from voicekit._sound.encodings import ENCODINGS
from voicekit.checks import Check, Row
from voicekit.model import Finding, Severity


def _look(row: Row) -> Iterator[Finding]:
    name, place = row.ask.encoding, row.place_of("encoding")
    if row.provider.startswith("google") and not ENCODINGS[name].synthesis:
        message = f"{name} comes from the vendor's speech-to-text table; synthesis is not known to make it"
        yield Finding(
            "VK305", "warning", place, message, "choose LINEAR16, MP3, OGG_OPUS, MULAW, ALAW, PCM or M4A"
        )
        return
    listed = row.family.encodings if row.family else None
    if row.family is not None and listed is not None and name not in listed[0]:
        severity: Severity = "error" if listed[1] in {"P", "M"} else "warning"
        message = f"{row.family.voices} do not return {name} (evidence {listed[1]})"
        yield Finding("VK305", severity, place, message, f"choose one of {', '.join(sorted(listed[0]))}")


CHECK = Check("VK305", "encoding unknown to synthesis", settings=_look)
