"""SiliconFlow's models: plain text, in which some take their own marks, such as ``[laughter]``.

Sources: SiliconFlow's guide and API reference (P, read in 2026): 1 to 128,000 characters, speed, gain, four formats; no SSML and no
pitch. "Billed by UTF-8 bytes" is the guide's; the prices are the international page's as quoted in July 2026 (S).
"""

from attrs import evolve

from voicekit._capabilities import Vendor
from voicekit._capabilities._common import no, unknown, yes
from voicekit.model import Family, Limit

_DATE = "2026"
_NO = no("P", _DATE)
_ANY = Family(
    "any other model",
    ssml=no("U", _DATE),
    pitch=_NO,
    rate=yes("P", _DATE),
    unlisted=no("U", _DATE),
    marks=_NO,
    markup=no("U", _DATE),
    encodings=(frozenset({"MP3", "OGG_OPUS", "LINEAR16", "PCM"}), "P"),
    limit=Limit(128_000, "characters", yes("P", _DATE)),
    priced=unknown(),
)


def _model(name: str, price: float) -> Family:
    return evolve(_ANY, name=name, price=price, priced=yes("S", "2026-07"))


VENDOR = Vendor(
    "siliconflow",
    "SiliconFlow",
    "siliconflow",
    {
        model.name: model
        for model in (
            _model("FunAudioLLM/CosyVoice2-0.5B", 7.15),
            _model("IndexTeam/IndexTTS-2", 7.15),
            _model("fishaudio/fish-speech-1.5", 15.0),
            _ANY,
        )
    },
)
