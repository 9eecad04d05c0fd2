"""ElevenLabs' audio formats: the words of ``output_format``, by encoding, sample rate and bit rate. Imports _format_words.

Source: the Python client 2.78 (P): codec, sample rate, bit rate. ``pcm``, ``ulaw`` and ``alaw`` are samples without a header; that Opus comes in
Ogg, and the media types of answers other than MP3, are nowhere said (U).
"""

from collections.abc import Mapping
from typing import Final

from voicekit.providers import _format_words as format_words

# 44,100 and 48,000 Hz need a dear plan, so that another rate is asked for where none is stated.
_PCM: Final = (24_000, 8_000, 16_000, 22_050, 32_000, 44_100, 48_000)
_KILOBITS: Final = (128, 32, 64, 96, 192)


def _coded(codec: str, rate: int, *kilobits: int) -> dict[int, dict[int | None, str]]:
    return {rate: {1_000 * one: f"{codec}_{rate}_{one}" for one in kilobits}}


def _plain(codec: str, *rates: int) -> dict[int, dict[int | None, str]]:
    return {rate: {None: f"{codec}_{rate}"} for rate in rates}


# What is asked for where nothing is stated comes first.
SENT: Final[format_words.Words] = {
    "MP3": _coded("mp3", 44_100, *_KILOBITS) | _coded("mp3", 22_050, 32) | _coded("mp3", 24_000, 48),
    "OGG_OPUS": _coded("opus", 48_000, *_KILOBITS),
    "LINEAR16": _plain("wav", *_PCM),
    "PCM": _plain("pcm", *_PCM),
    "MULAW": _plain("ulaw", 8_000),
    "ALAW": _plain("alaw", 8_000),
}
HEADERLESS: Final = frozenset({"MULAW", "ALAW"})
USUAL: Final = "mp3_44100_128"
READ: Final[Mapping[str, tuple[str, int, int | None]]] = format_words.read(SENT)
_KINDS: Final = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
    "ulaw": "audio/basic",
    "alaw": "audio/x-alaw-basic",
}


def content_type(word: str) -> str:
    """Return the media type of an answer in a format."""
    return _KINDS[word.partition("_")[0]]
