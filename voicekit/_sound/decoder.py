"""Bytes to samples. Imports av and numpy, and the room's value modules; callers use `codecs` and `probe`.

The demuxer is chosen by our own look at the first bytes, never by libav's guess: what libav would guess includes
playlists and other formats that open files and addresses.
"""

import sys
from collections.abc import Callable, Iterator
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
_BLOCK = (
    1 << 16
)  # samples of a file without frames that are handed on at once, so that nothing is held but the file

Row = NDArray[np.float32]
Take = Callable[[Row], None]  # is handed the sound in mono, piece by piece


class TooLong(SoundError):
    """The sound lasts longer than it may; no more of it was decoded."""


@frozen
class Heard:
    """What a file said it was, once it was heard to its end.

    Attributes:
        container: As `Encoding.container`.
        codec: As `Encoding.codec`, or libav's name for a codec that no encoding has.
        sample_rate: Hz, as the file states it; 0 where an Opus file does not.
        channels: Before mixing.
        rate: Hz at which the codec plays.
    """

    container: str
    codec: str
    sample_rate: int
    channels: int
    rate: int


@frozen
class Decoded:
    """Decoded sound, mixed to mono, at the rate at which the codec plays; and what the file said it was."""

    pcm: Pcm = field(repr=False)
    file: Heard


def decode(data: bytes, encoding: str | None = None, sample_rate: int | None = None) -> Decoded:
    """Decode what bytes are by their own first bytes; see `codecs.decode`."""
    rows = [np.zeros(0, np.float32)]
    file = hear(data, encoding, sample_rate, rows.append, limits.FILE_SECONDS)
    return Decoded(Pcm(np.concatenate(rows), file.rate), file)


def hear(
    data: bytes,
    encoding: str | None,
    sample_rate: int | None,
    take: Take,
    most_seconds: float,
) -> Heard:
    """Decode a file as `decode` does, without keeping its sound: a few kilobytes may hold hours.

    Args:
        data: The file.
        encoding: As for `codecs.decode`.
        sample_rate: As for `codecs.decode`.
        take: Is handed the sound in mono, piece by piece, at the rate at which the codec plays.
        most_seconds: How long it may last.

    Raises:
        TooLong: It lasts longer.
        SoundError: As `codecs.decode`.
    """
    container = container_of(data, encoding)
    if container == "raw":
        return _raw(data, encoding, sample_rate, take, most_seconds)
    if container == "wav":
        wave = riff.read(data)
        if wave.codec:
            return _wave(wave, wave.codec, take, most_seconds)
    return _through_libav(data, container, take, most_seconds)


def _raw(data: bytes, encoding: str | None, sample_rate: int | None, take: Take, most: float) -> Heard:
    if encoding != "PCM" or sample_rate is None:
        raise SoundError.of(
            f"headerless sound cannot be read as {encoding} at {sample_rate} Hz",
            remedy="only headerless 16-bit PCM can be, and only with its sample rate",
        )
    if len(data) % 2:
        raise SoundError.of("the last 16-bit sample is cut off", remedy="fetch or build the file again")
    _check_length(len(data) // 2, sample_rate, most)
    for block in _blocks(data, 2):
        take(from_int16(_little_endian(block)))
    return Heard("raw", "pcm_s16le", sample_rate, 1, sample_rate)


def _wave(wave: riff.Wave, codec: str, take: Take, most: float) -> Heard:
    _check_length(len(wave.data) * 8 // wave.bits // wave.channels, wave.rate, most)
    expand = _EXPAND.get(wave.tag, _little_endian)
    for block in _blocks(wave.data, wave.bits // 8 * wave.channels):
        take(_mixed(from_int16(expand(block)).reshape(-1, wave.channels).T))
    return Heard("wav", codec, wave.rate, wave.channels, wave.rate)


def _blocks(data: bytes, size: int) -> Iterator[bytes]:
    """Cut bytes where a moment's samples, of `size` bytes, end."""
    step = _BLOCK * size
    yield from (data[at : at + step] for at in range(0, len(data), step))


def _little_endian(data: bytes) -> NDArray[np.int16]:
    return np.frombuffer(data, "<i2").astype(np.int16)


_EXPAND = MappingProxyType({riff.MULAW: g711.decode_mulaw, riff.ALAW: g711.decode_alaw})


def _mixed(rows: NDArray[np.float32]) -> Row:
    """Mix channels to their mean; a single one stays exactly as it is."""
    mixed: Row = rows[0] if len(rows) == 1 else rows.mean(axis=0, dtype=np.float32)
    return mixed


def _through_libav(data: bytes, container: str, take: Take, most: float) -> Heard:
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
        count = 0
        for row in _rows(file, stream, most):
            take(row[: max(_end(stream, container) - count, 0)])
            count += row.size
        context = stream.codec_context
        rate, stated = context.sample_rate, context.sample_rate
        codec = context.codec.canonical_name
        if codec == "opus" and context.extradata:
            stated = int.from_bytes(context.extradata[_OPUS_HEAD_RATE], "little")
        return Heard(container, codec, stated, context.channels, rate)


def _rows(file: av.container.InputContainer, stream: av.AudioStream, most: float) -> Iterator[Row]:
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
            _check_length(count + frame.samples, frame.sample_rate, most)
            count += frame.samples
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


def _end(stream: av.AudioStream, container: str) -> int:
    """Return at which sample the sound ends: AAC fills its last frame up, and only M4A says so."""
    if container == "m4a" and stream.duration and stream.time_base:
        return round(stream.duration * stream.time_base * stream.codec_context.sample_rate)
    return sys.maxsize


def _check_length(samples: int, rate: int, most: float) -> None:
    if samples > most * rate:
        raise TooLong.of(f"the sound is longer than {most:g} s", remedy="split the prompt into shorter ones")


@contextmanager
def _libav_errors(container: str) -> Iterator[None]:
    try:
        yield
    except (av.FFmpegError, ValueError) as error:
        raise SoundError.of(
            f"this {container} file cannot be decoded ({type(error).__name__})",
            remedy="fetch or build the file again",
        ) from error
