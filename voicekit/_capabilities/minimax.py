"""MiniMax's speech models: text that may hold pauses, ``<#1.5#>`` for one and a half seconds. Nothing else of a document is sent.

Sources: copies of MiniMax's T2A reference (M, 2025-11): fewer than 10,000 characters, pitch, speed, volume, formats, languages; a pause of
0.01 to 99.99 seconds with at most two decimals, between two pieces that can be said, and no two in a row. Its price list as several quote it (M, 2026-09): 100 USD for
a million characters of an ``hd`` model, 60 of a ``turbo`` one. Its error page (P) for what the numbers of its refusals mean.
"""

from collections.abc import Mapping
from typing import Final

from attrs import evolve

from voicekit._capabilities import Vendor
from voicekit._capabilities._common import formed, known, no, yes
from voicekit.model import Family, Limit

PAUSE: Final = (0.01, 99.99)  # seconds; the wire makes a shorter one that long, and none of nothing
_DATE = "2025-11"
_YES, _NO = yes("M", _DATE), no("M", _DATE)
_MODEL = Family(
    "speech-2.8-hd",
    ssml=_YES,
    pitch=_YES,
    rate=_YES,
    elements=known(
        _YES,
        {"speak": {}, "break": {"time": formed("Ns", bounds=(0.0, PAUSE[1]), unit="seconds", required=True)}},
    ),
    unlisted=_NO,
    marks=_NO,
    markup=_NO,
    encodings=(frozenset({"MP3", "PCM", "FLAC", "LINEAR16"}), "M"),
    limit=Limit(9_999, "characters", _YES),
    price=100.0,
    priced=yes("M", "2026-09"),
)


def _models() -> dict[str, Family]:
    hd = [evolve(_MODEL, name=f"speech-{version}-hd") for version in ("2.8", "2.6", "02")]
    turbo = [evolve(one, name=one.name.replace("-hd", "-turbo"), price=60.0) for one in hd]
    return {one.name: one for pair in zip(hd, turbo, strict=True) for one in pair}


VENDOR = Vendor("minimax", "MiniMax", "minimax", _models())

# `language_boost`, by primary language; the first of two that share a name is the one that is read back.
LANGUAGES: Final[Mapping[str, str]] = {
    "zh": "Chinese",
    "cmn": "Chinese",
    "yue": "Chinese,Yue",
    "en": "English",
    "ar": "Arabic",
    "ru": "Russian",
    "es": "Spanish",
    "fr": "French",
    "pt": "Portuguese",
    "de": "German",
    "tr": "Turkish",
    "nl": "Dutch",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "id": "Indonesian",
    "ja": "Japanese",
    "it": "Italian",
    "ko": "Korean",
    "th": "Thai",
    "pl": "Polish",
    "ro": "Romanian",
    "el": "Greek",
    "cs": "Czech",
    "fi": "Finnish",
    "hi": "Hindi",
    "bg": "Bulgarian",
    "da": "Danish",
    "he": "Hebrew",
    "ms": "Malay",
    "fa": "Persian",
    "sk": "Slovak",
    "sv": "Swedish",
    "hr": "Croatian",
    "fil": "Filipino",
    "hu": "Hungarian",
    "no": "Norwegian",
    "nb": "Norwegian",
    "sl": "Slovenian",
    "ca": "Catalan",
    "nn": "Nynorsk",
    "ta": "Tamil",
    "af": "Afrikaans",
}
