"""VK307: a field that the vendor's page does not document.

What: The request uses SSML, a pitch, a rate, a gain or a sample rate through a provider whose page does not name it.
Why: 302.AI's page documents `input.text`, encoding, effects, pitch and rate. Its answer is Google's v1beta1 shape, so
    the other fields probably pass through, but nobody has published that they do.
Fix: Nothing, if a first build with the vendor sounds right; then set `checks: {VK307: off}` in voicekit.yaml.

Bad:
    profile:
        provider: google-302ai
        gain: -3  ←
Good:
    profile:
        provider: google
        gain: -3
Good:
    project:
        checks: {VK307: off}
    profile:
        provider: google-302ai
        gain: -3
"""

from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.model import Finding

_REMEDY = "listen to a first build; then write `checks: {VK307: off}` in voicekit.yaml"


def _look(row: Row) -> Iterator[Finding]:
    undocumented = row.capabilities.undocumented
    for setting in ("pitch", "rate", "gain", "sample_rate"):
        if setting in undocumented and getattr(row.ask, setting) is not None:
            message = f"`{setting}` is not on the page of {row.provider}; it is sent, and may be dropped"
            yield Finding("VK307", "warning", row.place_of(setting), message, _REMEDY)
    if "ssml" in undocumented and row.ask.ssml is not None:
        message = f"SSML is not on the page of {row.provider}; it is sent, and may be refused"
        yield Finding("VK307", "warning", row.pack.place, f"{message} (pack {row.pack.name})", _REMEDY)


CHECK = Check("VK307", "unproven field", settings=_look)
