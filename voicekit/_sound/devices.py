"""What device effects do to sound, as data: eight curves. Imports nothing heavy; `dsp.device_effect` applies them.

The names are Google's audio profiles (``effectsProfileId``; the vendor page lists the same eight). Only
``telephony-class-application`` is defined from outside: the 300 to 3400 Hz band of a telephone line. What the vendor
does for the other seven is not published; ours are gentle curves that make up for what such a device is usually short
of, never more than 4 dB, so that the embedded voice answers plausibly.
"""

from collections.abc import Mapping
from types import MappingProxyType

Curve = tuple[tuple[float, float], ...]

TELEPHONY = "telephony-class-application"

# (Hz, dB) points, joined by straight lines over the logarithm of frequency, and level beyond the ends.
BAND: Curve = ((100, -40), (300, -3.01), (380, 0), (3_230, 0), (3_400, -3.01), (3_800, -45))
CURVES: Mapping[str, Curve] = MappingProxyType(
    {
        # A watch: its speaker has no bass to waste power on, and is held at arm's length, so consonants come up.
        "wearable-class-device": ((150, -4), (400, 0), (2_000, 2), (4_000, 3), (8_000, 1)),
        # A phone at the ear: a little less boom, a little more presence.
        "handset-class-device": ((100, -4), (300, 0), (2_000, 1.5), (4_000, 2), (8_000, 0)),
        # Headphones reproduce everything: a trace of warmth, and softer sibilants.
        "headphone-class-device": ((80, 1), (250, 0), (3_000, 0), (7_000, -1.5)),
        # A small speaker: no deep bass, the missing body hinted at above it, presence up.
        "small-bluetooth-speaker-class-device": ((100, -4), (200, 1.5), (500, 0), (3_000, 2), (8_000, 1)),
        # A larger speaker: some warmth, some presence.
        "medium-bluetooth-speaker-class-device": ((80, -1), (150, 1.5), (500, 0), (3_000, 1), (8_000, 1)),
        # A living room: full bass is there already; clarity against the room's reflections.
        "large-home-entertainment-class-device": ((80, -2), (300, -1), (1_000, 0), (3_000, 2), (8_000, 1)),
        # A car: engine and tyres mask the low end, so speech is lifted above it.
        "large-automotive-class-device": ((100, -2), (400, 0), (1_500, 2), (4_000, 3), (8_000, 2)),
        TELEPHONY: BAND,
    }
)
