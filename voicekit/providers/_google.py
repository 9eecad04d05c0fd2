"""What Google's synthesis wires share: names of voices, families, the JSON both ways. Imports ssml, _wire and model.

Sources, unless a line says otherwise: Google's v1 and v1beta1 protos and the pages on SSML, Chirp 3 HD and quotas, as
graded in the project's own notes; prices are list prices of June 2026 (grade S).
"""

import re

from attrs import evolve

from voicekit import _limits as limits
from voicekit.model import Capabilities, Fact, Family

VOICE = re.compile(
    r"(?P<language>[a-z]{2,3}-(?:[A-Za-z]{4}-)?(?:[A-Z]{2}|[0-9]{3}))-"
    r"(?:(?P<family>Standard|Wavenet|Neural2|News|Casual|Journey|Chirp-HD)-(?P<letter>[A-Z])"
    r"|(?P<studio>Studio)-(?:[A-Z]|Multi[sS]peaker)"
    r"|(?P<polyglot>Polyglot)-[0-9]{1,2}"
    r"|(?P<chirp3>Chirp3-HD)-[A-Z][a-z]+)"
)

ENCODINGS = frozenset({"LINEAR16", "MP3", "OGG_OPUS", "MULAW", "ALAW", "PCM", "M4A"})
BETA_ENCODINGS = ENCODINGS | {"MP3_64_KBPS"}
# Google's encoding table for speech-to-TEXT, which 302.AI's page prints by mistake.
RECOGNITION_ENCODINGS = frozenset({"FLAC", "AMR", "AMR_WB", "SPEEX_WITH_HEADER_BYTE", "WEBM_OPUS"})

ELEMENTS = frozenset(
    [
        "speak",
        "break",
        "say-as",
        "audio",
        "desc",
        "p",
        "s",
        "sub",
        "mark",
        "prosody",
        "emphasis",
        "par",
        "seq",
        "media",
        "phoneme",
        "voice",
        "lang",
        "google:style",
    ]
)
_YES = Fact("yes", "P")
_YES_M = Fact("yes", "M")
_NO_M = Fact("no", "M")
_NO_S = Fact("no", "S")
_UNKNOWN = Fact("unknown", "U")

FAMILIES = {
    family.name: family
    for family in (
        Family("Standard", ssml=_YES, pitch=_YES, rate=_YES, elements=ELEMENTS, price=4.0),
        Family("Wavenet", ssml=_YES, pitch=_YES, rate=_YES, elements=ELEMENTS, price=4.0),
        Family("Neural2", ssml=_YES_M, pitch=_YES_M, rate=_YES_M, elements=ELEMENTS, price=16.0),
        Family(
            "Studio",
            ssml=_YES_M,
            pitch=_NO_S,
            rate=Fact("yes", "S"),
            elements=ELEMENTS - {"mark", "emphasis", "lang"},
            price=160.0,
        ),
        Family(
            "Chirp3-HD",
            ssml=_YES_M,
            pitch=_NO_M,
            rate=_YES_M,
            elements=frozenset(["speak", "say-as", "p", "s", "phoneme", "sub"]),
            encodings=(frozenset({"LINEAR16", "ALAW", "MULAW", "MP3", "OGG_OPUS", "PCM"}), "M"),
            price=30.0,
        ),
        Family("Chirp-HD", ssml=_NO_S, pitch=_NO_S, rate=_UNKNOWN, price=30.0),
        Family(
            "Journey",
            ssml=_NO_S,
            pitch=_NO_S,
            rate=_NO_S,
            encodings=(frozenset({"LINEAR16", "MULAW"}), "S"),
            price=30.0,
        ),
        Family("News", ssml=_UNKNOWN, pitch=_UNKNOWN, rate=_UNKNOWN, elements=ELEMENTS, price=16.0),
        Family("Polyglot", ssml=_UNKNOWN, pitch=_UNKNOWN, rate=_UNKNOWN, price=16.0),
        Family("Casual", ssml=_UNKNOWN, pitch=_UNKNOWN, rate=_UNKNOWN, price=16.0),
    )
}


def family(voice: str) -> Family | None:
    """Return the family of a voice such as ``en-US-Neural2-F``, or None where the name fits no family."""
    match = VOICE.fullmatch(voice)
    if match is None:
        return None
    name = match["family"] or match["studio"] or match["polyglot"] or match["chirp3"]
    return FAMILIES[name]


def voice_language(voice: str) -> str | None:
    """Return the language that a voice's name starts with."""
    match = VOICE.fullmatch(voice)
    return match["language"] if match else None


def at_price(price: float) -> dict[str, Family]:
    """Return the families at one flat price in USD for a million characters."""
    return {name: evolve(known, price=price) for name, known in FAMILIES.items()}


def capabilities(encodings: frozenset[str]) -> Capabilities:
    """Return what Google's own wires carry, with one of its two sets of encodings."""
    return Capabilities(
        url="https://texttospeech.googleapis.com",
        file_hosts=frozenset(),
        limit=5_000,
        unit="bytes",
        ranges={"pitch": limits.PITCH, "rate": limits.RATE, "gain": limits.GAIN},
        encodings=encodings,
        families=FAMILIES,
        priced="2026-06",
    )
