"""ElevenLabs' audio formats: the words of ``output_format``, by encoding and rate. Imports nothing of ours.

Source: the Python client 2.78 (P): codec, sample rate, bit rate. ``pcm``, ``ulaw`` and ``alaw`` are samples without a header; that Opus comes in
Ogg, and the media types of answers other than MP3, are nowhere said (U).
"""

from collections.abc import Mapping
from typing import Final

# 44,100 and 48,000 Hz need a dear plan, so that another rate is asked for where none is stated.
_PCM: Final = (24_000, 8_000, 16_000, 22_050, 32_000, 44_100, 48_000)

# The rates of each encoding; the first is asked for where none is stated.
SENT: Final[Mapping[str, Mapping[int, str]]] = {
    "MP3": {44_100: "mp3_44100_128", 22_050: "mp3_22050_32", 24_000: "mp3_24000_48"},
    "MP3_64_KBPS": {44_100: "mp3_44100_64"},
    "OGG_OPUS": {48_000: "opus_48000_128"},
    "LINEAR16": {rate: f"wav_{rate}" for rate in _PCM},
    "PCM": {rate: f"pcm_{rate}" for rate in _PCM},
    "MULAW": {8_000: "ulaw_8000"},
    "ALAW": {8_000: "alaw_8000"},
}
HEADERLESS: Final = frozenset({"MULAW", "ALAW"})
USUAL: Final = "mp3_44100_128"

# Other bit rates are answered with the sound that there is at their sample rate.
READ: Final[Mapping[str, tuple[str, int]]] = {
    **{word: (encoding, rate) for encoding, words in SENT.items() for rate, word in words.items()},
    **{f"mp3_44100_{kbits}": ("MP3", 44_100) for kbits in (32, 96, 192)},
    **{f"opus_48000_{kbits}": ("OGG_OPUS", 48_000) for kbits in (32, 64, 96, 192)},
}
_KINDS: Final = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
    "ulaw": "audio/basic",
    "alaw": "audio/x-alaw-basic",
}


def word_of(encoding: str, sample_rate: int | None) -> str:
    """Return the word that asks for an encoding at a rate (Hz), or at its usual one."""
    words = SENT[encoding]
    return words[sample_rate or next(iter(words))]


def content_type(word: str) -> str:
    """Return the media type of an answer in a format."""
    return _KINDS[word.partition("_")[0]]
