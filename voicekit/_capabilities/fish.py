"""Fish Audio: plain text, in which its models take marks of their own such as ``(laughing)``.

Sources: 302.AI's page for Fish Audio (P, 2025-01) for the fields, and the price: 20 PTC for a million characters; 1 PTC is 1 USD (S). Fish Audio's
own reference (P) has no SSML and no pitch, and a speed that 302.AI's page does not have. No limit is documented; the one of the wire is ours.
"""

from voicekit._capabilities import Vendor
from voicekit._capabilities._common import no, yes
from voicekit.model import Family

_DATE = "2025-01"
_NO = no("P", _DATE)
_MODEL = Family(
    "Fish Audio",
    ssml=_NO,
    pitch=_NO,
    rate=_NO,
    unlisted=_NO,
    marks=_NO,
    markup=_NO,
    encodings=(frozenset({"LINEAR16", "PCM", "MP3", "OGG_OPUS"}), "P"),
    price=20.0,
    priced=yes("P", _DATE),
)
VENDOR = Vendor("fish", "Fish Audio", "fish", {_MODEL.name: _MODEL})
