"""Dubbingx: a text inside ``<speak>`` of its own kind, whose attributes say voice, language, emotion and speed.

Sources: the vendor's page of its asynchronous interface (P, read in 2026) for voices and emotions; code that calls 302.AI with it (S, 2026) for
speed, language, and answers stored as WAV. That a pause or a phoneme may stand in the text is said of another version of the
interface (S), and none is sent. No limit and no price is known.
"""

from voicekit._capabilities import Vendor
from voicekit._capabilities._common import no, unknown, yes
from voicekit.model import Family

_DATE = "2026"
_NO = no("U", _DATE)
_MODEL = Family(
    "Dubbingx",
    ssml=_NO,
    pitch=unknown(_DATE),
    rate=yes("S", _DATE),
    unlisted=_NO,
    marks=_NO,
    markup=_NO,
    encodings=(frozenset({"LINEAR16"}), "S"),
    priced=unknown(),
)

VENDOR = Vendor("dubbingx", "Dubbingx", "dubbingx", {_MODEL.name: _MODEL})
