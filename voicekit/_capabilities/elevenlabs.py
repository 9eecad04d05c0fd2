"""ElevenLabs, by model: text that may hold ``<break>``, and in English models ``<phoneme>``. The root is not sent.

Sources: ElevenLabs' own help and documentation (P, 2025-08 and 2026): "up to 3 seconds", described in seconds, on every model but v3;
phonemes on flash_v2, turbo_v2 and english_v1 only; limits in characters. Its Python client 2.78 (P, 2026): the formats; a language may be
stated for v3 and flash_v2_5, and not for multilingual_v2. Its prices hang on the plan, so that none stands here.
"""

from collections.abc import Mapping
from typing import Final

from attrs import evolve

from voicekit._capabilities import Vendor
from voicekit._capabilities._common import NEEDED, formed, known, no, one_of, yes
from voicekit.model import ElementFact, Family, Limit

_DATE = "2025-08"
_YES, _NO = yes("P", _DATE), no("P", _DATE)
_TIME = formed("Ns", bounds=(0, 3.0), unit="seconds", required=True)
_PAUSES: Mapping[str, ElementFact] = known(_YES, {"speak": {}, "break": {"time": _TIME}})
_PHONEMES = known(_YES, {"phoneme": {"alphabet": one_of("ipa", "cmu-arpabet"), "ph": NEEDED}})
_ENCODINGS = frozenset({"MP3", "PCM", "LINEAR16", "MULAW", "ALAW", "OGG_OPUS"})
_MODEL = Family(
    "eleven_multilingual_v2",
    ssml=_YES,
    pitch=no("P", _DATE),
    rate=_YES,
    elements=_PAUSES,
    unlisted=no("U", _DATE),
    marks=_NO,
    markup=_NO,
    encodings=(_ENCODINGS, "P"),
)


def _model(name: str, characters: int, *, phonemes: bool = False) -> Family:
    elements = {**_PAUSES, **_PHONEMES} if phonemes else _PAUSES
    return evolve(_MODEL, name=name, elements=elements, limit=Limit(characters, "characters", _YES))


VENDOR = Vendor(
    "elevenlabs",
    "ElevenLabs",
    "elevenlabs",
    {
        family.name: family
        for family in (
            evolve(_model("eleven_v3", 3_000), ssml=no("P", "2026"), unlisted=no("P", "2026"), elements={}),
            _model("eleven_multilingual_v2", 10_000),
            _model("eleven_flash_v2_5", 40_000),
            _model("eleven_turbo_v2_5", 40_000),
            _model("eleven_flash_v2", 30_000, phonemes=True),
            _model("eleven_turbo_v2", 30_000, phonemes=True),
        )
    },
)

# Models of many languages that take the text's language beside it; turbo_v2_5 is flash_v2_5's elder twin.
TOLD_THE_LANGUAGE: Final = frozenset({"eleven_v3", "eleven_flash_v2_5", "eleven_turbo_v2_5"})
