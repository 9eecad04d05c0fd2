"""The embedded voice: what `_speak` makes sound of. Our own, and so known (P); `tests/capabilities` holds it against the code.

It costs nothing, speaks the text of elements that it does not know, and never fetches anything.
"""

from attrs import evolve

from voicekit import _limits as limits
from voicekit._capabilities import Vendor
from voicekit._capabilities._common import (
    ANY,
    LEVEL,
    NEEDED,
    PITCHES,
    RATES,
    VOLUMES,
    formed,
    known,
    no,
    one_of,
    pause,
    yes,
)
from voicekit.model import ElementFact, Fact, Family, Limit

_DATE = "2026-11"
_YES = yes("P", _DATE)
_LANGUAGE = {"xml:lang": ANY}
_KINDS = (
    "characters", "character", "spell-out", "spell", "verbatim", "letters", "digits", "number_digit", "cardinal",
    "number", "ordinal", "fraction", "telephone", "currency", "unit", "duration", "date", "time", "expletive", "bleep",
)  # fmt: skip
_SPOKEN = known(
    _YES,
    {
        "speak": {"version": ANY, "xmlns": ANY},
        "p": {},
        "s": {},
        "break": pause(limits.BREAK_SECONDS),
        "prosody": {
            "rate": formed("N% ±N%", "±N", words=RATES),
            "pitch": formed("±Nst", "N% ±N%", words=PITCHES),
            "volume": formed("±NdB", "N% ±N%", "±N", words=VOLUMES),
        },
        "emphasis": {"level": evolve(LEVEL, required=False)},
        "voice": dict.fromkeys(("name", "gender", "variant", "language", "languages"), ANY),
        "lang": {},
        "sub": {"alias": NEEDED},
        "say-as": {"interpret-as": one_of(*_KINDS, required=True), "format": ANY, "language": ANY},
        "phoneme": {"alphabet": one_of("ipa", "x-sampa"), "ph": NEEDED},
        "mark": {"name": NEEDED},
        "bookmark": {"mark": NEEDED},
    },
)
_ELEMENTS = {name: ElementFact(one.fact, {**one.attributes, **_LANGUAGE}) for name, one in _SPOKEN.items()}
_ESPEAK = Family(
    "espeak",
    ssml=_YES,
    pitch=_YES,
    rate=_YES,
    elements=_ELEMENTS,
    unlisted=Fact("ignored", "P", _DATE),
    marks=_YES,
    markup=no("P", _DATE),
    limit=Limit(limits.SPEECH_CHARACTERS, "characters", _YES),
    priced=_YES,
)

VENDOR = Vendor("embedded", "The embedded voice", "embedded", {"espeak": _ESPEAK})
