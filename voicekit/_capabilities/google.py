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
    HTTPS,
    LEVEL,
    NEEDED,
    PITCHES,
    RATES,
    ROOT,
    TAG,
    VOLUMES,
    by_kind,
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

# The voices of Chirp 3 HD and of Gemini, by the gender that the documentation gives them (M).
WOMEN = (
    *("Achernar", "Aoede", "Autonoe", "Callirrhoe", "Despina", "Erinome", "Gacrux", "Kore", "Laomedeia"),
    *("Leda", "Pulcherrima", "Sulafat", "Vindemiatrix", "Zephyr"),
)
MEN = (
    *("Achird", "Algenib", "Algieba", "Alnilam", "Charon", "Enceladus", "Fenrir", "Iapetus", "Orus", "Puck"),
    *("Rasalgethi", "Sadachbia", "Sadaltager", "Schedar", "Umbriel", "Zubenelgenubi"),
)

_PAGE = "2026-04-02"
_LISTED = yes("M", _PAGE)
_LEVEL = formed("±NdB up to 40")
_TIME = formed("Ns Nms")
_BOUND = formed("±N h, min, s or ms", "ID.begin±… ID.end±…")
_KINDS = (
    "currency", "telephone", "verbatim", "spell-out", "date", "characters", "cardinal", "ordinal", "fraction", "unit",
    "time", "duration",
)  # fmt: skip
_SAY_AS = {
    "interpret-as": one_of(*_KINDS, "expletive", "bleep", required=True),
    "format": by_kind(
        {
            "date": formed("letters of y m d"),
            "time": formed("letters of h m s Z 12 24"),
            "duration": formed("h m s ms, perhaps with marks between"),
        }
    ),
    "detail": for_kinds(one_of("1", "2"), "date", "time"),
    "language": for_kinds(formed("a language tag"), "currency"),
    "google:style": AttributeFact(
        frozenset({"zero-as-zero"}),
        languages={"zero-as-zero": frozenset({"en"})},
        beside={"interpret-as": frozenset({"telephone"})},
    ),
}
_CHINESE = {"pinyin": frozenset({"cmn", "zh"}), "jyutping": frozenset({"yue", "zh"})}
_PHONEME = {"alphabet": evolve(one_of("ipa", "x-sampa", *_CHINESE), languages=_CHINESE), "ph": NEEDED}
_AUDIO = {
    "src": HTTPS,
    "clipBegin": _TIME,
    "clipEnd": _TIME,
    "speed": formed("N%", bounds=(0.5, 2.0), unit="factor"),
    "repeatCount": formed("N"),
    "repeatDur": _TIME,
    "soundLevel": _LEVEL,
}
_MEDIA = {
    "xml:id": formed("an identifier"),
    **dict.fromkeys(("begin", "end"), _BOUND),
    "repeatCount": formed("N"),
    **dict.fromkeys(("repeatDur", "fadeInDur", "fadeOutDur"), _TIME),
    "soundLevel": _LEVEL,
}
# `default` is 100% of the rate in SSML 1.1, and "medium" of the pitch on the page; adapting writes these.
_PROSODY = {
    "rate": formed("N%", words=RATES - {"default"}),
    "pitch": formed("±Nst", "±N%", words=PITCHES - {"default"}),
    "volume": formed("±NdB", words=VOLUMES),
}
_STYLES = one_of("apologetic", "calm", "empathetic", "firm", "lively", required=True)
_VOICE = {
    "gender": one_of("male", "female", "neutral"),
    "variant": formed("a number from 1"),
    "language": formed("a language tag"),
    **dict.fromkeys(("required", "ordering"), formed("names of attributes")),
}


def _named(*families: str) -> AttributeFact:
    """Return the names of voices, of these families or of any."""
    kinds = "|".join(families) or "[A-Z][A-Za-z0-9-]*"
    grammar = rf"[a-z]{{2,3}}-(?:[A-Za-z]{{4}}-)?(?:[A-Z]{{2}}|[0-9]{{3}})-(?:{kinds})-[A-Za-z0-9]+"
    return AttributeFact(grammar=grammar, form=f"the name of a {' or '.join(families) or 'Google'} voice")


ELEMENTS: Mapping[str, ElementFact] = {
    **known(
        _LISTED,
        {
            "speak": ROOT,
            "break": pause(None, default="medium"),
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
            "voice": {**_VOICE, "name": _named()},
            "lang": {"xml:lang": TAG},
        },
    ),
    "google:style": ElementFact(
        _LISTED, {"name": _STYLES}, voices=frozenset({"en-US-Neural2-F", "en-US-Neural2-J"})
    ),
}


def _switching(elements: Mapping[str, ElementFact], *families: str) -> Mapping[str, ElementFact]:
    """Return elements whose ``<voice>`` names voices of these families only (the page's table of compatibility)."""
    voice = evolve(elements["voice"], attributes={**_VOICE, "name": _named(*families)})
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
# Likewise those without custom pronunciations.
_UNPRONOUNCED = frozenset(
    [
        "bg-bg", "bn-in", "cs-cz", "da-dk", "el-gr", "et-ee", "fi-fi", "gu-in", "he-il", "hr-hr", "hu-hu", "lt-lt",
        "lv-lv", "nb-no", "nl-be", "pa-in", "ro-ro", "sk-sk", "sl-si", "sr-rs", "sv-se", "sw-ke", "th-th", "uk-ua",
        "ur-in", "vi-vn", "yue-hk",
    ]
)  # fmt: skip
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
    pronunciations=yes("P"),  # the service puts <phoneme> around the phrases itself (SSML page)
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
    pronunciations=unknown(),
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
    pronunciations=no("U"),
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
                pronunciations=yes("M"),
                unpronounced=_UNPRONOUNCED,
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
                longest=Limit(655, "seconds", yes("M")),  # "approximately"; what is longer is cut off
                price=0.0,
                priced=unknown(),
            ),
        )
    },
)
