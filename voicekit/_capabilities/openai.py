"""OpenAI's speech models: plain text only.

Sources: OpenAI's own OpenAPI document (P, 2025-12): `input` of at most 4,096 characters, `speed`, the response formats, the voices;
no SSML and no pitch; instructions "do not work" with tts-1 and tts-1-hd. Which voices those two lack is what the vendor is
reported to answer (S, 2026-08). Prices by character as quoted in May 2026 (S); gpt-4o-mini-tts is billed by tokens, and has no price
for characters. The models are to be shut down on 2027-01-06 (P, OpenAI's Python client 3.54).
"""

from collections.abc import Mapping
from typing import Final

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
    encodings=(frozenset({"MP3", "OGG_OPUS", "AAC", "FLAC", "LINEAR16", "PCM"}), "P"),
    limit=Limit(4_096, "characters", yes("P", _DATE)),
    price=15.0,
    priced=yes("S", "2026-05"),
)
_BY_TOKENS = evolve(_MODEL, price=0.0, priced=unknown())
_MODELS = (
    _MODEL,
    evolve(_MODEL, name="tts-1-hd", price=30.0),
    evolve(_BY_TOKENS, name="gpt-4o-mini-tts"),
    evolve(_BY_TOKENS, name="gpt-4o-mini-tts-2025-12-15"),
)

_OLDER: Final = frozenset({"alloy", "ash", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer"})
_ALL: Final = _OLDER | {"ballad", "cedar", "marin", "verse"}
INSTRUCTED: Final = frozenset({"gpt-4o-mini-tts", "gpt-4o-mini-tts-2025-12-15"})
VOICES: Final[Mapping[str, frozenset[str]]] = {
    model.name: _ALL if model.name in INSTRUCTED else _OLDER for model in _MODELS
}

VENDOR = Vendor("openai", "OpenAI", "openai", {model.name: model for model in _MODELS})
