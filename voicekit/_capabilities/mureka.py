"""Mureka's speech: plain text in one of five voices, or in one that was uploaded.

Sources: copies of Mureka's own reference that agree (M, 2025): `text` of at most 500 characters, `voice` or `voice_id`, and no other
field. Another gateway takes 5,000 characters (S). Files are seen as MP3 (S); no price is known.
"""

from voicekit._capabilities import Vendor
from voicekit._capabilities._common import no, unknown, yes
from voicekit.model import Family, Limit

_DATE = "2025"
_NO = no("M", _DATE)
VOICES = ("Ethan", "Victoria", "Jake", "Luna", "Emma")
_MODEL = Family(
    "Mureka",
    ssml=no("U", _DATE),
    pitch=_NO,
    rate=_NO,
    unlisted=no("U", _DATE),
    marks=_NO,
    markup=_NO,
    encodings=(frozenset({"MP3"}), "S"),
    limit=Limit(500, "characters", yes("M", _DATE)),
    priced=unknown(),
)

VENDOR = Vendor("mureka", "Mureka", "mureka", {_MODEL.name: _MODEL})
