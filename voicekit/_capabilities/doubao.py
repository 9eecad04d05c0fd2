"""Doubao's ``tts_hd`` (Volcano Engine), as 302.AI has it: plain text, in Chinese and English above all.

Sources: 302.AI's page for Doubao (P, 2025-02; another edition 2026-01): 1,024 bytes, a speed from 0.8 to 2, four formats; 35 PTC for a million
characters, and 1 PTC is 1 USD (S). That a client sends ``text_type: ssml`` (S) does not say what is taken then: none is sent.
"""

from voicekit._capabilities import Vendor
from voicekit._capabilities._common import no, yes
from voicekit.model import Family, Limit

_DATE = "2025-02"
_MODEL = Family(
    "tts_hd",
    ssml=no("U", _DATE),
    pitch=no("P", _DATE),
    rate=yes("P", _DATE),
    unlisted=no("U", _DATE),
    marks=no("P", _DATE),
    markup=no("P", _DATE),
    encodings=(frozenset({"LINEAR16", "PCM", "OGG_OPUS", "MP3"}), "P"),
    limit=Limit(1_024, "bytes", yes("P", _DATE)),
    price=35.0,
    priced=yes("P", _DATE),
)
VENDOR = Vendor("doubao", "Doubao", "doubao", {_MODEL.name: _MODEL})
