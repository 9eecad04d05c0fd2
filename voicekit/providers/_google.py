"""What Google's synthesis wires share: voices and their names, encodings, keys, errors. Imports _capabilities, _language and _wire.

Sources: Google's v1 and v1beta1 protos; what each family takes stands, with its sources, in `_capabilities.google`. What Google says to
a request without a credential, or with a wrong one: as users quote it (S).
"""

import re

from attrs import evolve

from voicekit import _language, _wire
from voicekit import _limits as limits
from voicekit._capabilities import google
from voicekit.model import Capabilities, Family, Reply
from voicekit.providers import Authentication, Denial, _gateway

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

# An API key comes in its header or as `?key=`, an OAuth token as a bearer.
_WRONG_KEY = Denial(400, "API key not valid. Please pass a valid API key.")
AUTHENTICATION = Authentication(
    "header",
    "x-goog-api-key",
    query="key",
    bearer=True,
    missing=Denial(
        403,
        "Method doesn't allow unregistered callers (callers without established identity). "
        "Please use API Key or other form of API consumer identity to call this API.",
    ),
    wrong=_WRONG_KEY,
    wrong_token=Denial(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    ),
)
# google.rpc.ErrorInfo, which says what the status alone does not.
_DETAILS = {
    _WRONG_KEY.message: {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "texttospeech.googleapis.com"},
    }
}

EXAMPLES = {
    "en-US-Neural2-F": "en-US",
    "en-US-Standard-C": "en-US",
    "es-US-Wavenet-A": "es-US",
    "de-DE-Neural2-B": "de-DE",
    "fr-FR-Standard-A": "fr-FR",
    "cmn-CN-Standard-A": "cmn-CN",
    "en-US-Chirp3-HD-Kore": "en-US",
}
_STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
           413: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED"}  # fmt: skip

# Gemini's bare names stand beside a `modelName`, which these wires do not carry.
FAMILIES = {name: known for name, known in google.VENDOR.families.items() if name != "Gemini"}


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


def standard_voice(language: str, gender: str | None = None) -> str:
    """Choose a voice by language and gender, as Google does where a request names none.

    Args:
        language: A BCP-47 tag; one without a region takes its likeliest.
        gender: A value of Google's ``SsmlVoiceGender``, or None. Only ``MALE`` and ``FEMALE`` say anything.

    Raises:
        ValueError: Not a tag of a language and a region; the message goes behind the tag.
    """
    tag = _language.with_region(_language.canonical(language))
    woman = "C" if tag == "en-US" else "A"  # en-US-Standard-A is a man
    letter = {"FEMALE": woman, "MALE": "B"}.get(gender or "", "A")
    return f"{tag}-Standard-{letter}"


def listed_for(asked: str, language: str) -> bool:
    """Whether a voice of `language` is listed where `asked` is: for the tag itself and its prefixes, and for all at ""."""
    try:
        return not asked or bool(_language.lookup((_language.canonical(asked),), language))
    except ValueError:
        return False


def at_price(price: float) -> dict[str, Family]:
    """Return the families at one flat price in USD for a million characters."""
    return {name: evolve(known, price=price) for name, known in FAMILIES.items()}


def refusal(status: int, message: str) -> Reply:
    """Write an error as google.rpc.Status in JSON."""
    error = {"code": status, "message": message, "status": _STATUS.get(status, "UNKNOWN")}
    details = {"details": [_DETAILS[message]]} if message in _DETAILS else {}
    return Reply(status, "application/json", _wire.compact({"error": {**error, **details}}))


def gateway_refusal(status: int, message: str) -> Reply:
    """Write an error as 302.AI passes it on: Google's 400, and its own words for everything else."""
    return refusal(status, message) if status == 400 else _gateway.refuse(status, message)


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
        examples=EXAMPLES,
        inputs=frozenset({"text", "ssml", "markup"}),
        pronunciations=True,
        effects=frozenset(limits.EFFECTS),
        natural_rate=limits.NATURAL_RATE,
        priced="2026-06",
    )
