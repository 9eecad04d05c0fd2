"""F5-TTS, an open model that speaks as a reference recording does: plain text, and nothing else to ask for.

Sources: code that calls 302.AI with it (S, 2025). It stores the answer as WAV and sends text, the recording's address and the model's name; what
else there is to say, how long a text may be and what it costs is not known.
"""

from voicekit._capabilities import Vendor
from voicekit._capabilities._common import no, unknown
from voicekit.model import Family

_DATE = "2025"
_NO = no("U", _DATE)
_MODEL = Family(
    "F5-TTS",
    ssml=_NO,
    pitch=_NO,
    rate=_NO,
    unlisted=_NO,
    marks=_NO,
    markup=_NO,
    encodings=(frozenset({"LINEAR16"}), "S"),
    priced=unknown(),
)

VENDOR = Vendor("f5", "F5-TTS", "f5", {_MODEL.name: _MODEL})
