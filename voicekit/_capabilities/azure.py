"""Azure Speech: neural voices, and the HD voices of the DragonHD model.

Sources: the SSML pages of Azure's own documentation repository (P): structure of 2024-09-24, voice of 2025-07-09, pronunciation
of 2025-08-07, and the table of HD voices' elements of 2025-10-21, which also says that HD voices have no ``<break>``; the REST page for
encodings (P). Prices are what users quote (S), HD a guess from the price list's other lines (U). The vendor states no length
in characters; sound is cut at ten minutes.
"""

import re
from collections.abc import Mapping

from attrs import evolve

from voicekit._capabilities import Vendor
from voicekit._capabilities._common import (
    ANY,
    HTTPS,
    LEVEL,
    NEEDED,
    PITCHES,
    RATES,
    ROOT,
    STRENGTHS,
    TAG,
    VOLUMES,
    by_kind,
    formed,
    known,
    no,
    one_of,
    pause,
    yes,
)
from voicekit.model import AttributeFact, ElementFact, Fact, Family, Limit

# As Microsoft's schema has it; its pages write https too, which the schema does not know.
MSTTS = "http://www.w3.org/2001/mstts"
MOST_TAGS = 50  # distinct voices and recordings in one request (quotas page of 2024-09-24, P)

# As `en-US-JennyNeural`, `zh-CN-liaoning-XiaobeiNeural` or `en-US-Ava:DragonHDLatestNeural`, and the same in the list's long form.
_LOCALE = r"(?P<locale>[a-z]{2,3}-(?:[A-Z][a-z]{3}-)?[A-Z]{2}(?:-[a-z]+)?)"
_NAME = r"[A-Z][A-Za-z0-9-]*(?P<hd>:DragonHD[A-Za-z0-9]*)?[A-Za-z0-9]*Neural"
_SHORT = re.compile(f"{_LOCALE}-{_NAME}", re.ASCII)
_LONG = re.compile(rf"Microsoft Server Speech Text to Speech Voice \({_LOCALE}, {_NAME}\)", re.ASCII)

_STRUCTURE, _VOICE, _WORDS, _HD = (
    yes("P", date) for date in ("2024-09-24", "2025-07-09", "2025-08-07", "2025-10-21")
)
_NOT_HD = no("P", "2025-10-21")
# "supported for all locales of the following languages"; `characters` and `spell-out` everywhere.
_LANGUAGES = frozenset(
    [
        "ar",
        "ca",
        "zh",
        "cmn",
        "yue",
        "da",
        "nl",
        "en",
        "fr",
        "fi",
        "de",
        "hi",
        "it",
        "ja",
        "ko",
        "no",
        "nb",
        "pl",
        "pt",
        "ru",
        "es",
        "sv",
    ]
)
_NARROW = [
    "cardinal",
    "number",
    "ordinal",
    "number_digit",
    "fraction",
    "date",
    "time",
    "telephone",
    "currency",
    "address",
    "name",
]
_SAY_AS = {
    "interpret-as": AttributeFact(
        frozenset({"characters", "spell-out", "duration", *_NARROW}),
        required=True,
        languages={**dict.fromkeys(_NARROW, _LANGUAGES), "duration": frozenset({"en", "es"})},
    ),
    "format": by_kind(
        {
            "date": one_of("dmy", "mdy", "ymd", "ydm", "ym", "my", "md", "dm", "d", "m", "y"),
            "time": one_of("hms12", "hms24"),
            "duration": one_of("hms", "hm", "ms"),
        }
    ),
    "detail": ANY,
}
# A percentage is a change here, signed or not, so that an unsigned one is not SSML 1.1's and does not stand in the table.
_PROSODY = {
    "rate": formed("N", "±N%", words=RATES - {"default"}, bounds=(0.5, 2.0), unit="factor"),
    "pitch": formed("NHz ±NHz", "±Nst", "±N%", words=PITCHES - {"default"}),
    "volume": formed("±N", "N% ±N%", words=VOLUMES - {"default"}),
    "range": formed("NHz ±NHz", "±Nst", "±N%", words=PITCHES - {"default"}),
    "contour": formed("(N%,±N) …"),
}
_EMPHASISED = frozenset({"en-US-GuyNeural", "en-US-DavisNeural", "en-US-JaneNeural"})
_SPEAKER = {"name": NEEDED, "effect": one_of("eq_car", "eq_telecomhp8k"), "parameters": ANY}
_ROLES = (
    "Girl", "Boy", "YoungAdultFemale", "YoungAdultMale", "OlderAdultFemale", "OlderAdultMale", "SeniorFemale", "SeniorMale",
)  # fmt: skip
_EXPRESSED = {
    "style": NEEDED,
    "styledegree": formed("N", bounds=(0.01, 2.0), unit="factor"),
    "role": one_of(*_ROLES),
}
_SILENCES = ("Leading", "Tailing", "Sentenceboundary")
_EXACT_SILENCES = (*_SILENCES, "Comma", "Semicolon", "Enumerationcomma")
_SILENT = [*_SILENCES, *(f"{name}-exact" for name in _EXACT_SILENCES)]
_SILENCE = {
    "type": one_of(*_SILENT, *map(str.lower, _SILENT), required=True),
    "value": formed("whole Ns Nms", required=True),
}
_MATHML = "http://www.w3.org/1998/Math/MathML"
_BACKGROUND = {
    "src": HTTPS,
    "volume": formed("0 to 100"),
    **dict.fromkeys(("fadein", "fadeout"), formed("0 to 10000")),
}
_NEURAL: Mapping[str, ElementFact] = {
    **known(
        _STRUCTURE,
        {
            "speak": {**ROOT, "version": one_of("1.0")},
            "break": pause(20.0, STRENGTHS - {"none"}),
            "p": {},
            "s": {},
            "bookmark": {"mark": NEEDED},
            "mstts:silence": _SILENCE,
            "mstts:viseme": {"type": NEEDED},
        },
    ),
    **known(
        _VOICE,
        {
            "voice": _SPEAKER,
            "lang": {"xml:lang": TAG},
            "prosody": _PROSODY,
            "audio": {"src": HTTPS},
            "mstts:express-as": _EXPRESSED,
            "mstts:audioduration": {"value": formed("Ns Nms", required=True)},
            "mstts:backgroundaudio": _BACKGROUND,
            "mstts:ttsembedding": {"speakerProfileId": NEEDED},
        },
    ),
    **known(
        _WORDS,
        {
            "say-as": _SAY_AS,
            "sub": {"alias": NEEDED},
            "phoneme": {"alphabet": one_of("ipa", "sapi", "ups", "x-sampa"), "ph": NEEDED},
            "lexicon": {"uri": NEEDED},
            # With its content as it is. The page calls the namespace optional; Microsoft's schema wants it.
            "math": {"xmlns": AttributeFact(frozenset({_MATHML}), required=True, default=_MATHML)},
        },
    ),
    "emphasis": ElementFact(_VOICE, {"level": evolve(LEVEL, required=False)}, _EMPHASISED),
}
_HD_TAKES = ("speak", "voice", "lang", "lexicon", "say-as", "sub", "p", "s")
_HD_ELEMENTS = {name: ElementFact(_NOT_HD) for name in _NEURAL} | {
    name: evolve(_NEURAL[name], fact=_HD) for name in _HD_TAKES
}

_FAMILY = Family(
    "neural",
    ssml=_STRUCTURE,
    pitch=_VOICE,
    rate=_VOICE,
    elements=_NEURAL,
    unlisted=no("U", "2024-09-24"),
    marks=no("P", "2024-09-24"),  # bookmarks are events of the SDK; the REST reply carries none
    markup=no("P", "2024-09-24"),
    encodings=(
        frozenset({"LINEAR16", "PCM", "MULAW", "ALAW", "MP3", "OGG_OPUS", "WEBM_OPUS", "AMR_WB"}),
        "P",
    ),
    longest=Limit(600, "seconds", yes("P", "2024-09-24")),  # the quotas page: what is longer is cut off
    price=16.0,
    priced=Fact("yes", "S", "2025-10"),
)


def named(voice: str) -> re.Match[str] | None:
    """Read a voice's name by Azure's grammar; None for a custom voice, whose name only its owner knows."""
    return _SHORT.fullmatch(voice) or _LONG.fullmatch(voice)


VENDOR = Vendor(
    "azure",
    "Azure Speech",
    "azure",
    {
        "neural": _FAMILY,
        "HD": evolve(
            _FAMILY,
            name="HD",
            ssml=_HD,
            pitch=_NOT_HD,
            rate=_NOT_HD,
            elements=_HD_ELEMENTS,
            price=30.0,
            priced=Fact("yes", "U", "2025-10"),
        ),
    },
)
