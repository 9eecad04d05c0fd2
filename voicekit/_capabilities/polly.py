"""Amazon Polly, by engine.

Sources: the developer guide's pages "Supported SSML tags", "break", "prosody" and "say-as" (P, as stored in 2026); botocore's
service model 1.44.5 (P) for encodings; the guide's quotas (P) for the limit; Polly's price list, read on 2026-10-07 (M). "Unsupported
SSML tags in input text generate errors."
"""

from collections.abc import Mapping

from attrs import evolve

from voicekit._capabilities import Vendor
from voicekit._capabilities._common import (
    LEVEL,
    NEEDED,
    PITCHES,
    RATES,
    ROOT,
    TAG,
    VOLUMES,
    for_kinds,
    formed,
    known,
    no,
    one_of,
    pause,
    yes,
)
from voicekit.model import AttributeFact, ElementFact, Family, Limit

_GUIDE = "2026"
_YES, _NO = yes("P", _GUIDE), no("P", _GUIDE)
_KINDS = frozenset(
    [
        "characters",
        "spell-out",
        "cardinal",
        "number",
        "ordinal",
        "digits",
        "fraction",
        "unit",
        "date",
        "time",
        "address",
        "expletive",
        "telephone",
    ]
)
_TIME_CAUTION = {"time": "a duration in minutes and seconds, such as 1'21\""}
_SAY_AS = {
    "interpret-as": AttributeFact(_KINDS, required=True, cautions=_TIME_CAUTION),
    "format": for_kinds(
        one_of("mdy", "dmy", "ymd", "md", "dm", "ym", "my", "d", "m", "y", "yyyymmdd"), "date"
    ),
}
# "the affected sentence will be synthesized using the related standard voice" (the say-as page, neural voices).
_SPELLED = "a sentence in the standard voice, at the neural price"
_NEURAL_SAY_AS = {
    **_SAY_AS,
    "interpret-as": AttributeFact(
        _KINDS,
        required=True,
        cautions={**_TIME_CAUTION, "characters": _SPELLED, "spell-out": _SPELLED},
    ),
}
_PROSODY = {
    "rate": formed("N%", words=RATES - {"default"}, bounds=(0.2, 2.0), unit="factor"),
    "volume": formed("±NdB", words=VOLUMES),
}
_ROLES = (
    "amazon:VB",
    "amazon:VBD",
    "amazon:DT",
    "amazon:IN",
    "amazon:JJ",
    "amazon:NN",
    "amazon:DEFAULT",
    "amazon:SENSE_1",
)
_COMMON: Mapping[str, Mapping[str, AttributeFact]] = {
    "speak": ROOT,
    "break": pause(10.0, default="medium"),
    "lang": {"xml:lang": TAG},
    "mark": {"name": NEEDED},
    "p": {},
    "s": {},
    "phoneme": {
        "alphabet": evolve(
            one_of("ipa", "x-sampa", "x-amazon-pinyin"),
            languages={"x-amazon-pinyin": frozenset({"cmn", "zh"})},
        ),
        "ph": NEEDED,
    },
    "prosody": _PROSODY,
    "say-as": _SAY_AS,
    "sub": {"alias": NEEDED},
    "w": {"role": one_of(*_ROLES, required=True)},
}
_REFUSED = dict.fromkeys(
    ("voice", "audio", "emphasis", "amazon:auto-breaths", "amazon:breath"), ElementFact(_NO)
)
_COMPRESSION = ElementFact(_YES, {"name": one_of("drc")})
_NEWS = ElementFact(
    _YES, {"name": one_of("news", required=True)}, frozenset({"Matthew", "Joanna", "Amy", "Lupe"})
)
_BREATH = {
    "volume": one_of("default", "x-soft", "soft", "medium", "loud", "x-loud"),
    "duration": one_of("default", "x-short", "short", "medium", "long", "x-long"),
}
_FREQUENCY = one_of("default", "x-low", "low", "medium", "high", "x-high")
_STANDARD_ONLY: Mapping[str, Mapping[str, AttributeFact]] = {
    "emphasis": {"level": evolve(LEVEL, words=LEVEL.words - {"none"})},
    "prosody": {
        **_PROSODY,
        "pitch": formed("±N%", words=PITCHES),
        "amazon:max-duration": formed("Ns Nms"),
    },
    "amazon:auto-breaths": {**_BREATH, "frequency": _FREQUENCY},
    "amazon:breath": _BREATH,
    "amazon:effect": {
        "name": one_of("drc", "whispered"),
        "phonation": one_of("soft"),
        "vocal-tract-length": formed("N% ±N%", bounds=(0.5, 2.0), unit="factor"),
    },
}
_BASE = known(_YES, _COMMON) | _REFUSED
_NEURAL = Family(
    "neural",
    ssml=_YES,
    pitch=_NO,
    rate=_YES,
    elements=_BASE
    | {
        "say-as": ElementFact(_YES, _NEURAL_SAY_AS),
        "amazon:effect": _COMPRESSION,
        "amazon:domain": _NEWS,
    },
    unlisted=_NO,
    marks=_YES,
    markup=_NO,
    encodings=(frozenset({"MP3", "OGG_OPUS", "PCM", "MULAW", "ALAW"}), "P"),
    limit=Limit(3_000, "characters", yes("P", "2021")),
    longest=Limit(600, "seconds", yes("P", "2021")),
    price=16.0,
    priced=yes("M", "2026-10-07"),
)

VENDOR = Vendor(
    "polly",
    "Amazon Polly",
    "polly",
    {
        family.name: family
        for family in (
            evolve(
                _NEURAL,
                name="standard",
                pitch=_YES,
                elements=_BASE | known(_YES, _STANDARD_ONLY),
                price=4.0,
            ),
            _NEURAL,
            evolve(
                _NEURAL,
                name="long-form",
                elements=_BASE | {"amazon:effect": _COMPRESSION},
                price=100.0,
            ),
            # `mark`, `phoneme` and `prosody` have "partial availability"; `prosody` goes around whole sentences only.
            evolve(
                _NEURAL, name="generative", elements=_BASE | {"amazon:effect": ElementFact(_NO)}, price=30.0
            ),
        )
    },
)
