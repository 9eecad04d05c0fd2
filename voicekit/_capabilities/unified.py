"""302.AI's unified endpoints, which pass a text on to one of several vendors: a family for each vendor.

Sources: 302.AI's own SDK (ai-sdk, P, 2026) for the vendors' names, speed and volume. What a vendor makes of a text there, and what it
costs, hangs on the vendor ("depends on the provider", S): no price stands here. No limit is documented either; the one here is the
smallest that any of these vendors has, Doubao's 1,024 bytes, and nothing is refused on it (U).
"""

from voicekit._capabilities import Vendor
from voicekit._capabilities._common import no, unknown, yes
from voicekit.model import Family, Limit

_DATE = "2026"
LIMIT = Limit(1_024, "bytes", yes("U", _DATE))

# `meruka` is how 302.AI spells it.
_VENDORS = (
    "openai",
    "doubao",
    "azure",
    "fish",
    "minimaxi",
    "dubbingx",
    "elevenlabs",
    "elevenlabs-official",
    "meruka",
    "google",
    "qwen",
)


def _behind(vendor: str) -> Family:
    return Family(
        vendor,
        ssml=no("U", _DATE),
        pitch=no("P", _DATE),
        rate=yes("P", _DATE),
        unlisted=no("U", _DATE),
        marks=no("U", _DATE),
        markup=no("U", _DATE),
        limit=LIMIT,
        priced=unknown(),
    )


VENDOR = Vendor(
    "unified", "302.AI's unified endpoints", "unified", {name: _behind(name) for name in _VENDORS}
)
