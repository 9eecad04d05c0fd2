"""Samples to bytes. Imports av and numpy, and the room's value modules; callers use `codecs`.

The same samples become the same bytes in every process: one thread, no dates, no random serial numbers.
"""

from collections.abc import Mapping
from io import BytesIO
from types import MappingProxyType

import av
import numpy as np
from attrs import frozen

from voicekit._sound import g711, riff
from voicekit._sound.encodings import ENCODINGS, Encoding, problem_with
from voicekit._sound.filters import LAYOUTS, frame_of
from voicekit._sound.pcm import Pcm, resample, to_int16
from voicekit.errors import SoundError


@frozen
class _Coder:
    """Which of libav's encoders and muxers makes a codec, the sample format it takes, and its options."""

    name: str
    sample_format: str
    options: Mapping[str, str] = MappingProxyType({})


_CODERS: Mapping[str, _Coder] = MappingProxyType(
    {
        "mp3": _Coder("libmp3lame", "fltp"),
        "opus": _Coder(
            "libopus", "flt", MappingProxyType({"application": "voip"})
        ),  # "audio" ignores low bit rates
        "aac": _Coder("aac", "fltp"),
        "flac": _Coder("flac", "s16"),
        "amr_nb": _Coder("libopencore_amrnb", "s16"),
    }
)
_MUXERS = MappingProxyType({"m4a": "ipod"})  # the others are called as the container is
# LAME, which makes MPEG-2.5 (below 16 kHz) of at most 64 kbit/s and does not say so when more is asked for.
_LOWEST_2, _MOST_2_5 = 16_000, 64_000
# Without `bitexact` the Ogg and Matroska muxers draw random serial numbers, and all write their version.
_MUXER_OPTIONS = {"fflags": "+bitexact"}
_OWN_OPTIONS = MappingProxyType(
    {
        "mp3": {"id3v2_version": "0"},  # the tag would only hold that version
        "flac": {"metadata_header_padding": "0"},  # 8 kB that nobody needs
    }
)


def encode(
    pcm: Pcm, encoding: str, sample_rate: int | None = None, *, bit_rate: int | None = None, channels: int = 1
) -> bytes:
    """See `codecs.encode`."""
    problem = problem_with(encoding, sample_rate, bit_rate)
    if problem:
        raise SoundError.of(problem[0], remedy=problem[1])
    known = ENCODINGS[encoding]
    if not pcm.samples.size:
        raise SoundError.of("there is no sound to encode", remedy="say something, or pause for a moment")
    sound = resample(pcm, sample_rate or known.default_rate)
    if known.container in ("wav", "raw") and known.codec != "speex":
        samples = coded(sound, known.codec, channels)
        if known.container == "raw":
            return samples
        return riff.write(samples, codec=known.codec, rate=sound.rate, channels=channels)
    return _mux(sound, known, bit_rate, channels)


def coded(sound: Pcm, codec: str, channels: int = 1) -> bytes:
    """Return the headerless bytes of 16-bit PCM or G.711."""
    values = np.repeat(to_int16(sound.samples), channels)
    if codec == "pcm_mulaw":
        return g711.encode_mulaw(values)
    return g711.encode_alaw(values) if codec == "pcm_alaw" else values.astype("<i2").tobytes()


def _coder(encoding: Encoding, rate: int, bit_rate: int | None) -> _Coder:
    """Return what makes an encoding.

    Raises:
        SoundError: Nothing here does, or not at these rates (Hz, bit/s).
    """
    coder = _CODERS.get(encoding.codec)
    if coder is None or coder.name not in av.codecs_available:
        raise SoundError.of(
            f"the audio library (PyAV) has no encoder for {encoding.name}",
            remedy="choose another encoding, such as LINEAR16 or OGG_OPUS; a vendor may still answer in this one",
        )
    if encoding.codec == "mp3" and rate < _LOWEST_2 and (bit_rate or 0) > _MOST_2_5:
        raise SoundError.of(
            f"the audio library (PyAV) makes MP3 at {rate} Hz with {_MOST_2_5} bit/s at most, not {bit_rate}",
            remedy="choose a lower bit rate or a higher sample rate; a vendor may still answer with these",
        )
    return coder


def _mux(sound: Pcm, encoding: Encoding, bit_rate: int | None, channels: int) -> bytes:
    coder = _coder(encoding, sound.rate, bit_rate)
    # A bit rate that was asked for is kept to the letter; Opus would only aim at it.
    exact = {"vbr": "off"} if bit_rate and encoding.codec == "opus" else {}
    file = BytesIO()
    muxer = _MUXERS.get(encoding.container, encoding.container)
    options = _MUXER_OPTIONS | _OWN_OPTIONS.get(muxer, {})
    with av.open(file, "w", format=muxer, options=options) as container:
        chosen = {**coder.options, **exact}
        stream = container.add_stream(coder.name, rate=sound.rate, layout=LAYOUTS[channels], options=chosen)
        assert isinstance(stream, av.AudioStream)
        stream.codec_context.format = coder.sample_format
        stream.codec_context.thread_count = 1
        wanted = bit_rate or encoding.bit_rate
        if wanted:
            stream.codec_context.bit_rate = wanted
        samples = to_int16(sound.samples) if coder.sample_format == "s16" else sound.samples
        for start in range(0, samples.size, sound.rate):  # a second at a time keeps libav's copies small
            part = samples[start : start + sound.rate]
            container.mux(stream.encode(frame_of(part, sound.rate, start, channels=channels)))
        container.mux(stream.encode(None))
    return file.getvalue()
