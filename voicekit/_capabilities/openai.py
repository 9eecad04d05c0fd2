"""OpenAI's speech models: plain text only.

Sources: OpenAI's own OpenAPI document (P, 2025-12): `input` of at most 4,096 characters, `speed`, the response formats; no SSML and no
pitch. Prices by character as quoted in May 2026 (S); gpt-4o-mini-tts is billed by tokens, and has no price for characters.
"""

from attrs import evolve

from voicekit._capabilities import Vendor
from voicekit._capabilities._common import no, unknown, yes
from voicekit.model import Family, Limit

_DATE = "2025-12"
_NO = no("P", _DATE)
_MODEL = Family(
    "tts-1",
    ssml=_NO,
    pitch=_NO,
    rate=yes("P", _DATE),
    unlisted=_NO,
    marks=_NO,
    markup=_NO,
    encodings=(frozenset({"MP3", "OGG_OPUS", "FLAC", "LINEAR16", "PCM"}), "P"),
    limit=Limit(4_096, "characters", yes("P", _DATE)),
    price=15.0,
    priced=yes("S", "2026-05"),
)

VENDOR = Vendor(
    "openai",
    "OpenAI",
    "openai",
    {
        "tts-1": _MODEL,
        "tts-1-hd": evolve(_MODEL, name="tts-1-hd", price=30.0),
        "gpt-4o-mini-tts": evolve(_MODEL, name="gpt-4o-mini-tts", price=0.0, priced=unknown()),
    },
)
