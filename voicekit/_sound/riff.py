"""RIFF/WAVE files: our one way of writing them, and a reader that believes no length. Imports _limits and errors.

Written are 16-bit PCM (format tag 1, a 44-byte header) and G.711 (tags 6 and 7, with the 18-byte ``fmt `` chunk and the
``fact`` chunk that Microsoft's specification asks of every format but PCM: a 58-byte header).
"""

import struct

from attrs import field, frozen

from voicekit import _limits as limits
from voicekit.errors import SoundError

PCM, FLOAT, ALAW, MULAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
TAGS = {"pcm_s16le": PCM, "pcm_alaw": ALAW, "pcm_mulaw": MULAW}
_CHANNELS = 8
# What writers leave who cannot go back and fill a length in. Of those who send while they make, OpenAI and MiniMax are seen to leave
# all ones, ElevenLabs all but the first (S). No file here is as long as that.
_UNFILLED = (0, 0x7FFFFFFF, 0xFFFFFFFF)


@frozen
class Wave:
    """What a RIFF/WAVE file holds.

    Attributes:
        tag: The format tag: 1 PCM, 3 float, 6 A-law, 7 µ-law.
        channels: Samples at each moment.
        rate: Hz.
        bits: Bits of one sample.
        data: The samples' bytes, interleaved.
    """

    tag: int
    channels: int
    rate: int
    bits: int
    data: bytes = field(repr=False)

    @property
    def codec(self) -> str | None:
        """The name of the codec, if it is one that we write."""
        names = {tag: name for name, tag in TAGS.items()}
        return names.get(self.tag) if self.bits == (16 if self.tag == PCM else 8) else None


def write(data: bytes, *, codec: str, rate: int, channels: int = 1) -> bytes:
    """Put the canonical header in front of samples.

    Args:
        data: Whole samples of all channels.
        codec: ``pcm_s16le``, ``pcm_alaw`` or ``pcm_mulaw``.
        rate: Hz.
        channels: Samples at each moment.
    """
    tag = TAGS[codec]
    width = 2 if tag == PCM else 1
    block = width * channels
    fmt = struct.pack("<HHIIHH", tag, channels, rate, rate * block, block, width * 8)
    chunks = _chunk(b"fmt ", fmt)
    if tag != PCM:
        chunks = _chunk(b"fmt ", fmt + struct.pack("<H", 0)) + _chunk(
            b"fact", struct.pack("<I", len(data) // block)
        )
    chunks += _chunk(b"data", data)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)


def strip_header(data: bytes) -> bytes:
    """Return only the samples' bytes of a RIFF/WAVE file.

    Raises:
        SoundError: As for `read`.
    """
    return read(data).data


def read(data: bytes) -> Wave:
    """Read a whole RIFF/WAVE file and check that its lengths, blocks and rates agree with each other.

    Chunks that we do not know are skipped. The last chunk may lack its padding byte. Where the writer never filled the file's
    length in, its samples may go on to the last byte, which must end one: what a stream's own framing held is then all that shows
    whether the file is whole.

    Raises:
        SoundError: The file is cut off, goes on after its end, or says something about itself that is not so.
    """
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise _broken("it does not begin as RIFF/WAVE")
    (size,) = struct.unpack_from("<I", data, 4)
    streamed = size in _UNFILLED
    if not streamed and size != len(data) - 8:
        state = "it is cut off" if size > len(data) - 8 else "bytes follow its end"
        raise _broken(f"{state}: its header says {size + 8} bytes, there are {len(data)}")
    chunks = _chunks(data, streamed=streamed)
    if b"fmt " not in chunks or b"data" not in chunks:
        raise _broken("it lacks a 'fmt ' or a 'data' chunk")
    wave = _wave(chunks[b"fmt "], chunks[b"data"])
    _check_fact(wave, chunks.get(b"fact"), streamed=streamed)
    return wave


def _chunks(data: bytes, *, streamed: bool) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    at = 12
    while at < len(data):
        if at + 8 > len(data):
            raise _broken("it is cut off inside a chunk's header")
        name, size = struct.unpack_from("<4sI", data, at)
        if streamed and name == b"data" and size in _UNFILLED:
            size = len(data) - at - 8
        if at + 8 + size > len(data):
            raise _broken("a chunk says that it goes on beyond the end")
        if name in (b"fmt ", b"data", b"fact"):
            if name in found:
                raise _broken("a chunk stands in it twice")
            if name == b"data" and b"fmt " not in found:
                raise _broken("its samples come before their format")
            found[name] = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    return found


def _wave(fmt: bytes, samples: bytes) -> Wave:
    if len(fmt) < 16:
        raise _broken("its 'fmt ' chunk is too short")
    tag, channels, rate, byte_rate, block, bits = struct.unpack_from("<HHIIHH", fmt)
    if tag == _EXTENSIBLE and len(fmt) >= 40:
        (tag,) = struct.unpack_from("<H", fmt, 24)  # the sub-format's GUID begins with the plain tag
    low, high = limits.SAMPLE_RATE
    if not (1 <= channels <= _CHANNELS and low <= rate <= high and bits in (8, 16, 24, 32, 64)):
        raise _broken(f"{channels} channels of {bits} bits at {rate} Hz are not speech")
    if block != channels * bits // 8 or byte_rate != rate * block:
        raise _broken("its block size or byte rate does not follow from its channels, bits and sample rate")
    if len(samples) % block:
        raise _broken("its last sample is cut off")
    return Wave(tag, channels, rate, bits, samples)


def _check_fact(wave: Wave, fact: bytes | None, *, streamed: bool) -> None:
    """Compare the number of samples that G.711 states; other writers of `fact` mean other things by it."""
    if fact is None or wave.tag not in (ALAW, MULAW):
        return
    count = struct.unpack_from("<I", fact)[0] if len(fact) >= 4 else None
    if streamed and count in _UNFILLED:
        return
    if count != len(wave.data) // wave.channels:
        raise _broken("its 'fact' chunk counts other samples than there are")


def _broken(what: str) -> SoundError:
    return SoundError.of(f"this WAV file is broken: {what}", remedy="fetch or build the file again")
