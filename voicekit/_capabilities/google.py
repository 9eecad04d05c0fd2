"""Google Cloud Text-to-Speech.

Sources: the SSML page (M, 2026-04-02) for elements; the voices page's table of controls (P) for Standard and WaveNet; the
Chirp 3 HD page (M), which contradicts an older sentence of the voices page and is the newer; users' reports (S) for Journey,
Chirp HD and Studio's pitch; the v1 and v1beta1 protos (P, 2025-08-26) for encodings and limits. List prices are of June 2026
(S); those of the families that the price list does not name are read off their neighbours (U).
"""

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
    VOLUMES,
    for_kinds,
    formed,
    known,
    no,
    one_of,
    pause,
    unknown,
    yes,
)
from voicekit.model import AttributeFact, ElementFact, Fact, Family, Limit

_PAGE = "2026-04-02"
_LISTED = yes("M", _PAGE)
_LEVEL = formed("±NdB")
_KINDS = (
    "currency", "telephone", "verbatim", "spell-out", "date", "characters", "cardinal", "ordinal", "fraction", "unit",
    "time", "duration",
)  # fmt: skip
_SAY_AS = {
    "interpret-as": one_of(*_KINDS, "expletive", "bleep", required=True),
    "format": for_kinds(formed("letters of y m d h s Z 12 24"), "date", "time", "duration"),
    "detail": for_kinds(one_of("1", "2"), "date", "time"),
    "language": for_kinds(ANY, "currency"),
    "google:style": AttributeFact(
        frozenset({"zero-as-zero"}),
        languages={"zero-as-zero": frozenset({"en"})},
        beside={"interpret-as": frozenset({"telephone"})},
    ),
}
_PHONEME = {"alphabet": one_of("ipa", "x-sampa", "pinyin", "jyutping"), "ph": NEEDED}
_AUDIO = {
    "src": HTTPS,
    "clipBegin": ANY,
    "clipEnd": ANY,
    "speed": formed("N%", bounds=(0.5, 2.0), unit="factor"),
    "repeatCount": ANY,
    "repeatDur": ANY,
    "soundLevel": _LEVEL,
}
_MEDIA = {
    **dict.fromkeys(("xml:id", "begin", "end", "repeatCount", "repeatDur", "fadeInDur", "fadeOutDur"), ANY),
    "soundLevel": _LEVEL,
}
_PROSODY = {
    "rate": formed("N%", words=RATES),
    "pitch": formed("±Nst", "±N%", words=PITCHES),
    "volume": formed("±NdB", words=VOLUMES),
}
_STYLES = one_of("apologetic", "calm", "empathetic", "firm", "lively", required=True)
_VOICE = {
    **dict.fromkeys(("variant", "language", "required", "ordering"), ANY),
    "gender": one_of("male", "female", "neutral"),
}
ELEMENTS: Mapping[str, ElementFact] = {
    **known(
        _LISTED,
        {
            "speak": ROOT,
            "break": pause(None),
            "say-as": _SAY_AS,
            "audio": _AUDIO,
            "desc": {},
            "p": {},
            "s": {},
            "sub": {"alias": NEEDED},
            "mark": {"name": NEEDED},
            "prosody": _PROSODY,
            "emphasis": {"level": LEVEL},
            "par": {},
            "seq": {},
            "media": _MEDIA,
            "phoneme": _PHONEME,
            "voice": {**_VOICE, "name": ANY},
            "lang": {"xml:lang": NEEDED},
        },
    ),
    "google:style": ElementFact(
        _LISTED, {"name": _STYLES}, voices=frozenset({"en-US-Neural2-F", "en-US-Neural2-J"})
    ),
}


def _switching(elements: Mapping[str, ElementFact], *families: str) -> Mapping[str, ElementFact]:
    """Return elements whose ``<voice>`` names voices of these families only (the page's table of compatibility)."""
    grammar = rf"[a-z]{{2,3}}-(?:[A-Za-z]{{4}}-)?(?:[A-Z]{{2}}|[0-9]{{3}})-(?:{'|'.join(families)})-[A-Za-z]+"
    name = AttributeFact(grammar=grammar, form=f"a {', '.join(families)} voice")
    voice = evolve(elements["voice"], attributes={**_VOICE, "name": name})
    return {**elements, "voice": voice}


def _unproven(elements: Mapping[str, ElementFact]) -> Mapping[str, ElementFact]:
    return {name: evolve(one, fact=unknown()) for name, one in elements.items()}


def _studio() -> Mapping[str, ElementFact]:
    """All "EXCEPT `<mark>`, `<emphasis>`, `<prosody pitch>`, `<lang>`" (the SSML page)."""
    prosody = {name: one for name, one in _PROSODY.items() if name != "pitch"}
    left_out = dict.fromkeys(("mark", "emphasis", "lang"), ElementFact(no("M", _PAGE)))
    return {**ELEMENTS, **left_out, "prosody": ElementFact(_LISTED, prosody)}


_LIMIT = Limit(5_000, "bytes", yes("P", "2025-08-26"))
_JUNE = yes("S", "2026-06")
_GUESS = yes("U", "2026-06")
_UNLISTED = no("U", _PAGE)
_CHIRP3 = {
    "speak": ROOT,
    "say-as": {**_SAY_AS, "interpret-as": one_of(*_KINDS, required=True)},
    "p": {},
    "s": {},
    "phoneme": _PHONEME,
    "sub": {"alias": NEEDED},
}
# Locales in lower case, as the Chirp 3 HD page lists those without pause tags.
_PAUSELESS = frozenset(
    [
        "bg-bg",
        "cs-cz",
        "el-gr",
        "et-ee",
        "he-il",
        "hr-hr",
        "hu-hu",
        "lt-lt",
        "lv-lv",
        "pa-in",
        "ro-ro",
        "sk-sk",
        "sl-si",
        "sr-rs",
        "yue-hk",
    ]
)
_ENCODINGS = frozenset({"LINEAR16", "ALAW", "MULAW", "MP3", "OGG_OPUS", "PCM"})
_WITH_NEURAL = ("Neural2", "Studio", "Standard")
_WITH_NEWS = ("Wavenet", "News", "Standard")
_STANDARD = Family(
    "Standard",
    ssml=yes("P"),
    pitch=yes("P"),
    rate=yes("P"),
    marks=yes("P"),
    elements=_switching(ELEMENTS, *_WITH_NEURAL),
    unlisted=_UNLISTED,
    markup=no("P"),  # "Chirp 3: HD only, may not be used with other voices" (proto)
    limit=_LIMIT,
    price=4.0,
    priced=_JUNE,
)
_UNPROVEN = evolve(
    _STANDARD,
    ssml=unknown(),
    pitch=unknown(),
    rate=unknown(),
    marks=unknown(),
    elements=_unproven(ELEMENTS),
    price=16.0,
    priced=_GUESS,
)
_PLAIN = evolve(
    _STANDARD,
    ssml=no("S"),
    pitch=no("S"),
    rate=unknown(),
    marks=no("S"),
    elements={},
    unlisted=no("S"),
    price=30.0,
    priced=_GUESS,
)

VENDOR = Vendor(
    "google",
    "Google",
    "google",
    {
        family.name: family
        for family in (
            _STANDARD,
            evolve(_STANDARD, name="Wavenet", elements=_switching(ELEMENTS, *_WITH_NEWS)),
            evolve(
                _STANDARD,
                name="Neural2",
                ssml=yes("M"),
                pitch=yes("M"),
                rate=yes("M"),
                marks=yes("M"),
                price=16.0,
            ),
            evolve(
                _STANDARD,
                name="Studio",
                ssml=_LISTED,
                pitch=no("S"),
                rate=yes("S"),
                marks=no("M", _PAGE),
                elements=_switching(_studio(), *_WITH_NEURAL),
                price=160.0,
            ),
            evolve(
                _STANDARD,
                name="Chirp3-HD",
                ssml=yes("M"),
                pitch=no("M"),
                rate=yes("M"),
                marks=no("M"),
                elements=known(yes("M"), _CHIRP3),
                unlisted=Fact("ignored", "M"),
                markup=yes("M"),
                pauses=("[pause short]", "[pause]", "[pause long]"),
                pauseless=_PAUSELESS,
                encodings=(_ENCODINGS, "M"),
                price=30.0,
            ),
            evolve(_PLAIN, name="Chirp-HD"),
            evolve(_PLAIN, name="Journey", rate=no("S"), encodings=(frozenset({"LINEAR16", "MULAW"}), "S")),
            evolve(_UNPROVEN, name="News", elements=_switching(_unproven(ELEMENTS), *_WITH_NEWS)),
            evolve(_UNPROVEN, name="Polyglot"),
            evolve(_UNPROVEN, name="Casual"),
            # Bare voice names beside a `modelName`; billed by tokens, so there is no price for characters.
            evolve(
                _PLAIN,
                name="Gemini",
                ssml=no("M"),
                unlisted=no("M"),
                pitch=unknown(),
                marks=no("M"),
                encodings=(_ENCODINGS, "M"),
                limit=Limit(4_000, "bytes", yes("M")),
                price=0.0,
                priced=unknown(),
            ),
        )
    },
)
