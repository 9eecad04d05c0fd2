"""Bytes to samples. Imports av and numpy, and the room's value modules; callers use `codecs` and `probe`.

The demuxer is chosen by our own look at the first bytes, never by libav's guess: what libav would guess includes
playlists and other formats that open files and addresses.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from types import MappingProxyType

import av
import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from voicekit import _limits as limits
from voicekit._sound import g711, riff
from voicekit._sound.containers import container_of
from voicekit._sound.pcm import Pcm, from_int16
from voicekit.errors import SoundError

_DEMUXERS = MappingProxyType(
    {"webm": "matroska", "m4a": "mov", "adts": "aac"}
)  # the others are called as the container is
_OPUS_HEAD_RATE = slice(
    12, 16
)  # RFC 7845, 5.1: the rate of what was encoded; Opus itself always plays at 48 kHz
# FLAC's frames carry checksums; libav only looks at them when asked to. Other decoders refuse good files with this.
_DECODER_OPTIONS = MappingProxyType({"flac": {"err_detect": "crccheck+explode"}})
_CHANNELS = 8  # as many as the reader of WAV files takes, and as a libav frame holds in place


@frozen
class Decoded:
    """Decoded sound, mixed to mono, and what the file said it was.

    Attributes:
        pcm: The sound at the rate at which the codec plays.
        container: As `Encoding.container`.
        codec: As `Encoding.codec`, or libav's name for a codec that no encoding has.
        sample_rate: Hz, as the file states it; 0 where an Opus file does not.
        channels: Before mixing.
    """

    pcm: Pcm = field(repr=False)
    container: str
    codec: str
    sample_rate: int
    channels: int


def decode(data: bytes, encoding: str | None = None, sample_rate: int | None = None) -> Decoded:
    """Decode what bytes are by their own first bytes; see `codecs.decode`."""
    container = container_of(data, encoding)
    if container == "raw":
        return _raw(data, encoding, sample_rate)
    if container == "wav":
        wave = riff.read(data)
        if wave.codec:
            return _wave(wave)
    return _through_libav(data, container)


def _raw(data: bytes, encoding: str | None, sample_rate: int | None) -> Decoded:
    if encoding != "PCM" or sample_rate is None:
        raise SoundError.of(
            f"headerless sound cannot be read as {encoding} at {sample_rate} Hz",
            remedy="only headerless 16-bit PCM can be, and only with its sample rate",
        )
    if len(data) % 2:
        raise SoundError.of("the last 16-bit sample is cut off", remedy="fetch or build the file again")
    _check_length(len(data) // 2, sample_rate)
    return Decoded(_pcm16(data, 1, sample_rate), "raw", "pcm_s16le", sample_rate, 1)


def _wave(wave: riff.Wave) -> Decoded:
    _check_length(len(wave.data) * 8 // wave.bits // wave.channels, wave.rate)
    if wave.tag == riff.PCM:
        pcm = _pcm16(wave.data, wave.channels, wave.rate)
    else:
        expand = g711.decode_mulaw if wave.tag == riff.MULAW else g711.decode_alaw
        pcm = Pcm(_mixed(from_int16(expand(wave.data)).reshape(-1, wave.channels).T), wave.rate)
    assert wave.codec
    return Decoded(pcm, "wav", wave.codec, wave.rate, wave.channels)


def _pcm16(data: bytes, channels: int, rate: int) -> Pcm:
    values = np.frombuffer(data, "<i2").astype(np.int16)
    return Pcm(_mixed(from_int16(values).reshape(-1, channels).T), rate)


def _mixed(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mix channels to their mean; a single one stays exactly as it is."""
    mixed: NDArray[np.float32] = rows[0] if len(rows) == 1 else rows.mean(axis=0, dtype=np.float32)
    return mixed


def _through_libav(data: bytes, container: str) -> Decoded:
    with (
        _libav_errors(container),
        av.open(BytesIO(data), "r", format=_DEMUXERS.get(container, container)) as file,
    ):
        if not file.streams.audio:
            raise SoundError.of(f"this {container} file has no sound in it", remedy="ask for the audio again")
        stream = file.streams.audio[0]
        if (
            getattr(stream, "codec_context", None) is None
        ):  # PyAV's stubs do not know that libav may not know a codec
            raise SoundError.of(
                f"the codec of this {container} file is unknown", remedy="ask for another encoding"
            )
        stream.codec_context.thread_count = 1
        stream.codec_context.options = dict(_DECODER_OPTIONS.get(container, {}))
        heard = [np.zeros(0, np.float32), *_rows(file, stream)]
        context = stream.codec_context
        rate, stated = context.sample_rate, context.sample_rate
        codec = context.codec.canonical_name
        if codec == "opus" and context.extradata:
            stated = int.from_bytes(context.extradata[_OPUS_HEAD_RATE], "little")
        samples = np.concatenate(heard)
        if container == "m4a" and stream.duration and stream.time_base:  # AAC fills its last frame up
            samples = samples[: round(stream.duration * stream.time_base * rate)]
        return Decoded(Pcm(samples, rate), container, codec, stated, context.channels)


def _rows(file: av.container.InputContainer, stream: av.AudioStream) -> Iterator[NDArray[np.float32]]:
    """Yield the mono samples of each frame."""
    packed = av.AudioResampler(format="flt")  # PyAV reads beyond planar frames of 8 channels and crashes
    kind, count, packets = None, 0, 0
    for packet in file.demux(stream):
        packets += bool(packet.size)
        if packet.is_corrupt:
            raise SoundError.of("a part of the sound is missing", remedy="fetch or build the file again")
        for frame in packet.decode():
            kind = kind or _kind(frame)
            if _kind(frame) != kind or frame.sample_rate != stream.codec_context.sample_rate:
                raise SoundError.of(
                    "the sound changes its format half-way", remedy="re-encode the file in one format"
                )
            count += frame.samples
            _check_length(count, frame.sample_rate)
            for row in packed.resample(frame):
                yield _mixed(row.to_ndarray().astype(np.float32, copy=False).reshape(-1, kind[0]).T)
    if stream.frames and packets != stream.frames:
        raise SoundError.of(
            "the file has less sound than its index says", remedy="fetch or build the file again"
        )


def _kind(frame: av.AudioFrame) -> tuple[int, str, int]:
    """Return a frame's channels, sample format and rate."""
    channels = frame.layout.nb_channels
    if not 1 <= channels <= _CHANNELS:
        raise SoundError.of(f"sound of {channels} channels cannot be read", remedy="ask for one channel")
    return channels, frame.format.name, frame.sample_rate


def _check_length(samples: int, rate: int) -> None:
    if samples > limits.FILE_SECONDS * rate:
        raise SoundError.of(
            f"the sound is longer than {limits.FILE_SECONDS:g} s",
            remedy="split the prompt into shorter ones",
        )


@contextmanager
def _libav_errors(container: str) -> Iterator[None]:
    try:
        yield
    except (av.FFmpegError, ValueError) as error:
        raise SoundError.of(
            f"this {container} file cannot be decoded ({type(error).__name__})",
            remedy="fetch or build the file again",
        ) from error
