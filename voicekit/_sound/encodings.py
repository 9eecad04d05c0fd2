"""The audio encodings by their vendor names, as pure data. Imports mpeg and _limits only: neither numpy nor av.

The names are those of the vendor page's table. It is Google's speech-to-*text* table; what the text-to-speech enum
knows (cloud_tts.proto, AudioEncoding) is marked with `synthesis`. ``AAC`` is OpenAI's ``aac``.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from attrs import frozen

from voicekit import _limits as limits
from voicekit._sound import mpeg

_MPEG_RATES = (
    8_000,
    11_025,
    12_000,
    16_000,
    22_050,
    24_000,
    32_000,
    44_100,
    48_000,
)  # ISO 11172-3, 13818-3, MPEG-2.5
_AAC_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000)
_OPUS_RATES = (8_000, 12_000, 16_000, 24_000, 48_000)  # RFC 6716, 2.1.3; also the vendor page
_ANY: tuple[int, ...] = ()


@frozen
class Encoding:
    """One way of writing sound down.

    Attributes:
        name: The vendors' name, such as ``MULAW``.
        container: ``wav``, ``raw``, ``mp3``, ``ogg``, ``webm``, ``m4a``, ``adts``, ``flac`` or ``amr``.
        codec: ``pcm_s16le``, ``pcm_mulaw``, ``pcm_alaw``, ``mp3``, ``opus``, ``aac``, ``flac``, ``amr_nb``, ``amr_wb``
            or ``speex``.
        rates: The sample rates, in Hz, that it can have. Empty: any within `_limits.SAMPLE_RATE`.
        default_rate: Hz, what the embedded voice answers with when the ask does not say.
        extension: The usual end of a file's name, with its dot.
        content_type: The media type that the local server answers with.
        bit_rate: bit/s that our encoder aims at where the ask does not say; None where the codec or the samples decide.
        synthesis: Whether Google's text-to-speech enum knows the name.
    """

    name: str
    container: str
    codec: str
    rates: tuple[int, ...]
    extension: str
    content_type: str
    bit_rate: int | None = None
    synthesis: bool = False
    default_rate: int = limits.NATURAL_RATE


ENCODINGS: Mapping[str, Encoding] = MappingProxyType(
    {
        encoding.name: encoding
        for encoding in (
            # LINEAR16, MULAW and ALAW come with a WAV header, PCM without (cloud_tts.proto, AudioEncoding).
            Encoding("LINEAR16", "wav", "pcm_s16le", _ANY, ".wav", "audio/wav", synthesis=True),
            Encoding("PCM", "raw", "pcm_s16le", _ANY, ".pcm", "audio/pcm", synthesis=True),
            Encoding("MULAW", "wav", "pcm_mulaw", _ANY, ".wav", "audio/wav", synthesis=True),
            Encoding("ALAW", "wav", "pcm_alaw", _ANY, ".wav", "audio/wav", synthesis=True),
            # 32 and 64 kbit/s: cloud_tts.proto (v1beta1), MP3 and MP3_64_KBPS. Both are legal at every MPEG rate.
            Encoding("MP3", "mp3", "mp3", _MPEG_RATES, ".mp3", "audio/mpeg", 32_000, synthesis=True),
            Encoding("MP3_64_KBPS", "mp3", "mp3", _MPEG_RATES, ".mp3", "audio/mpeg", 64_000, synthesis=True),
            Encoding("OGG_OPUS", "ogg", "opus", _OPUS_RATES, ".ogg", "audio/ogg", 32_000, synthesis=True),
            Encoding("M4A", "m4a", "aac", _AAC_RATES, ".m4a", "audio/mp4", 48_000, synthesis=True),
            Encoding("AAC", "adts", "aac", _AAC_RATES, ".aac", "audio/aac", 48_000),
            Encoding("FLAC", "flac", "flac", _ANY, ".flac", "audio/flac"),
            Encoding("WEBM_OPUS", "webm", "opus", _OPUS_RATES, ".webm", "audio/webm", 32_000),
            Encoding("AMR", "amr", "amr_nb", (8_000,), ".amr", "audio/amr", 12_200, default_rate=8_000),
            Encoding(
                "AMR_WB", "amr", "amr_wb", (16_000,), ".awb", "audio/amr-wb", 23_850, default_rate=16_000
            ),
            Encoding(
                "SPEEX_WITH_HEADER_BYTE",
                "raw",
                "speex",
                (16_000,),
                ".spx",
                "audio/x-speex-with-header-byte",
                default_rate=16_000,
            ),
        )
    }
)


def problem_with(
    encoding: str, sample_rate: int | None, bit_rate: int | None = None
) -> tuple[str, str] | None:
    """Say what is wrong with an encoding at its rates.

    Args:
        encoding: A name as the user wrote it.
        sample_rate: Hz, or None for the encoding's own.
        bit_rate: bit/s, or None for the encoding's own.

    Returns:
        A message and a remedy, or None if all is fine.

    >>> problem_with("MULAW", 8000)
    >>> problem_with("OGG_OPUS", 44100)
    ('OGG_OPUS cannot have 44100 Hz', 'use one of 8000, 12000, 16000, 24000, 48000')
    """
    known = ENCODINGS.get(encoding)
    if known is None:
        near = get_close_matches(encoding.upper(), ENCODINGS, n=1, cutoff=0.5)
        return f"no encoding is called {encoding!r}", f"use {near[0] if near else ', '.join(ENCODINGS)}"
    wrong = _problem_with_rate(known, sample_rate) if sample_rate is not None else None
    return wrong or (_problem_with_bit_rate(known, sample_rate, bit_rate) if bit_rate is not None else None)


def _problem_with_rate(known: Encoding, sample_rate: int) -> tuple[str, str] | None:
    low, high = limits.SAMPLE_RATE
    if known.rates and sample_rate not in known.rates:
        several = "one of " if len(known.rates) > 1 else ""
        remedy = f"use {several}{', '.join(map(str, known.rates))}"
    elif not low <= sample_rate <= high:
        remedy = f"use {low} to {high} Hz"
    else:
        return None
    return f"{known.name} cannot have {sample_rate} Hz", remedy


def _problem_with_bit_rate(known: Encoding, sample_rate: int | None, bit_rate: int) -> tuple[str, str] | None:
    low, high = limits.BIT_RATE
    if known.codec == "mp3" and known.name != "MP3":
        return f"{known.name} has no bit rate but that of its name", "use MP3 with a bit rate"
    if known.codec == "mp3":
        choices = mpeg.bit_rates(sample_rate)
        if bit_rate in choices:
            return None
        at = f" at {sample_rate} Hz" if sample_rate else ""
        return f"MP3 cannot have {bit_rate} bit/s{at}", f"use one of {', '.join(map(str, choices))}"
    if known.codec == "opus":
        wrong = f"{known.name} cannot have {bit_rate} bit/s"
        return None if low <= bit_rate <= high else (wrong, f"use {low} to {high} bit/s")
    return f"{known.name} has no bit rate to choose", "leave it out"
