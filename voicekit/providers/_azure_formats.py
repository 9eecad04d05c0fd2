"""Azure's audio formats: the words of ``X-Microsoft-OutputFormat``, by encoding and rate. Imports nothing of ours.

Source: the REST page of 2024-09-23 (P) and, for RIFF at 16 kHz, its edition of 2019 and the SDK's list (P). Media types of answers: what
clients see (S).
"""

from collections.abc import Iterator, Mapping
from typing import Final

from attrs import frozen


@frozen
class Format:
    """What an answer is.

    Attributes:
        sample_rate: Hz.
        headerless: Whether it lacks the header that its encoding has.
    """

    encoding: str
    sample_rate: int
    headerless: bool = False


def _words(prefix: str, ending: str, *rates: int) -> Iterator[tuple[int, str]]:
    for rate in rates:
        shown = f"{rate // 1_000}khz" if rate % 1_000 == 0 else f"{rate}hz"
        yield rate, f"{prefix}-{shown}-{ending}"


# The rates of each encoding; the first is asked for where none is stated: neural voices speak at 24 kHz.
SENT: Final[Mapping[str, Mapping[int, str]]] = {
    "LINEAR16": dict(_words("riff", "16bit-mono-pcm", 24_000, 8_000, 16_000, 22_050, 44_100, 48_000)),
    "PCM": dict(_words("raw", "16bit-mono-pcm", 24_000, 8_000, 16_000, 22_050, 44_100, 48_000)),
    "MULAW": dict(_words("riff", "8bit-mono-mulaw", 8_000)),
    "ALAW": dict(_words("riff", "8bit-mono-alaw", 8_000)),
    "MP3": {
        24_000: "audio-24khz-48kbitrate-mono-mp3",
        16_000: "audio-16khz-32kbitrate-mono-mp3",
        48_000: "audio-48khz-96kbitrate-mono-mp3",
    },
    "OGG_OPUS": dict(_words("ogg", "16bit-mono-opus", 24_000, 16_000, 48_000)),
    "WEBM_OPUS": dict(_words("webm", "16bit-mono-opus", 24_000, 16_000)),
    "AMR_WB": {16_000: "amr-wb-16000hz"},
}
HEADERLESS: Final[Mapping[str, str]] = {
    "MULAW": "raw-8khz-8bit-mono-mulaw",
    "ALAW": "raw-8khz-8bit-mono-alaw",
}
# Other bit rates are answered with the sound that there is at their sample rate.
_ALSO: Final = {
    "audio-16khz-64kbitrate-mono-mp3": Format("MP3", 16_000),
    "audio-16khz-128kbitrate-mono-mp3": Format("MP3", 16_000),
    "audio-24khz-96kbitrate-mono-mp3": Format("MP3", 24_000),
    "audio-24khz-160kbitrate-mono-mp3": Format("MP3", 24_000),
    "audio-48khz-192kbitrate-mono-mp3": Format("MP3", 48_000),
    "webm-24khz-16bit-24kbps-mono-opus": Format("WEBM_OPUS", 24_000),
}
READ: Final[Mapping[str, Format]] = {
    **{word: Format(encoding, rate) for encoding, words in SENT.items() for rate, word in words.items()},
    **{word: Format(encoding, 8_000, headerless=True) for encoding, word in HEADERLESS.items()},
    **_ALSO,
}
# Known formats that no encoding of ours is.
UNSPOKEN: Final = frozenset(
    {
        "audio-16khz-16bit-32kbps-mono-opus",
        "audio-24khz-16bit-24kbps-mono-opus",
        "audio-24khz-16bit-48kbps-mono-opus",
        "raw-16khz-16bit-mono-truesilk",
        "raw-24khz-16bit-mono-truesilk",
    }
)
_KINDS: Final = {
    "riff": "audio/x-wav",
    "raw": "audio/basic",
    "audio": "audio/mpeg",
    "ogg": "audio/ogg",
    "webm": "audio/webm",
    "amr": "audio/amr-wb",
}


def content_type(word: str) -> str:
    """Return the media type of an answer in a format."""
    return _KINDS[word.partition("-")[0]]
