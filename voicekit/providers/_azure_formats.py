"""Azure's audio formats: the words of ``X-Microsoft-OutputFormat``, by encoding, sample rate and bit rate. Imports _format_words.

Source: the REST page of 2024-09-23 (P) and, for RIFF at 16 kHz, its edition of 2019 and the SDK's list (P). Media types of answers: what
clients see (S).
"""

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from voicekit.providers import _format_words as format_words


@frozen
class Format:
    """What an answer is.

    Attributes:
        sample_rate: Hz.
        bit_rate: bit/s, where the word says it.
        headerless: Whether it lacks the header that its encoding has.
    """

    encoding: str
    sample_rate: int
    bit_rate: int | None = None
    headerless: bool = False


def _words(prefix: str, ending: str, *rates: int) -> dict[int, dict[int | None, str]]:
    return {rate: {None: f"{prefix}-{_shown(rate)}-{ending}"} for rate in rates}


def _mp3(rate: int, *kilobits: int) -> dict[int, dict[int | None, str]]:
    return {rate: {1_000 * one: f"audio-{_shown(rate)}-{one}kbitrate-mono-mp3" for one in kilobits}}


def _shown(rate: int) -> str:
    return f"{rate // 1_000}khz" if rate % 1_000 == 0 else f"{rate}hz"


# What is asked for where nothing is stated comes first: neural voices speak at 24 kHz.
SENT: Final[format_words.Words] = {
    "LINEAR16": _words("riff", "16bit-mono-pcm", 24_000, 8_000, 16_000, 22_050, 44_100, 48_000),
    "PCM": _words("raw", "16bit-mono-pcm", 24_000, 8_000, 16_000, 22_050, 44_100, 48_000),
    "MULAW": _words("riff", "8bit-mono-mulaw", 8_000),
    "ALAW": _words("riff", "8bit-mono-alaw", 8_000),
    "MP3": _mp3(24_000, 48, 96, 160) | _mp3(16_000, 32, 64, 128) | _mp3(48_000, 96, 192),
    "OGG_OPUS": _words("ogg", "16bit-mono-opus", 24_000, 16_000, 48_000),
    "WEBM_OPUS": {
        24_000: {None: "webm-24khz-16bit-mono-opus", 24_000: "webm-24khz-16bit-24kbps-mono-opus"},
        16_000: {None: "webm-16khz-16bit-mono-opus"},
    },
    "AMR_WB": {16_000: {None: "amr-wb-16000hz"}},
}
HEADERLESS: Final[Mapping[str, str]] = {
    "MULAW": "raw-8khz-8bit-mono-mulaw",
    "ALAW": "raw-8khz-8bit-mono-alaw",
}
READ: Final[Mapping[str, Format]] = {
    **{word: Format(*said) for word, said in format_words.read(SENT).items()},
    **{word: Format(encoding, 8_000, headerless=True) for encoding, word in HEADERLESS.items()},
}
# Known formats that no encoding of ours is: Opus without a container (the SDK's list), and SILK.
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
