"""The frames of MPEG audio streams, counted without decoding: MP3, and AAC in ADTS. Imports errors only.

Frame headers follow ISO/IEC 11172-3 and 13818-3, ADTS headers ISO/IEC 13818-7; the ``Xing`` and ``Info`` frame is the LAME encoder's own convention.
"""

from collections.abc import Iterator

from attrs import frozen

from voicekit.errors import SoundError

_BIT_RATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # kbit/s, MPEG-1 layer III
_BIT_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # MPEG-2 and 2.5 layer III
_RATES = (44_100, 48_000, 32_000)
_LOWEST_1 = 32_000  # Hz, of MPEG-1; what is below is MPEG-2 and 2.5
_ADTS_RATES = (
    96_000,
    88_200,
    64_000,
    48_000,
    44_100,
    32_000,
    24_000,
    22_050,
    16_000,
    12_000,
    11_025,
    8_000,
    7_350,
)
_HAS_FRAMES, _HAS_BYTES = 1, 2


@frozen
class Frame:
    """One frame's header: its size in bytes, samples in a channel, Hz, bit/s, and where a Xing tag would stand."""

    size: int
    samples: int
    rate: int
    bit_rate: int
    tag_at: int


@frozen
class Stream:
    """What a stream's frames come to.

    Attributes:
        seconds: How long all of them last.
        frame: How long the last one lasts, in seconds.
        bit_rate: bit/s, as the frames state it; the mean over time where they differ.
    """

    seconds: float
    frame: float
    bit_rate: int


def bit_rates(sample_rate: int | None) -> tuple[int, ...]:
    """Return the bit rates (bit/s) that MP3 has at a sample rate (Hz), or at any.

    >>> max(bit_rates(24_000)), max(bit_rates(48_000))
    (160000, 320000)
    """
    low = _BIT_RATES_2[1:] if sample_rate is None or sample_rate < _LOWEST_1 else ()
    high = _BIT_RATES_1[1:] if sample_rate is None or sample_rate >= _LOWEST_1 else ()
    return tuple(1_000 * kilobits for kilobits in sorted({*low, *high}))


def follow(data: bytes) -> Stream:
    """Follow every frame of an MP3 stream from the first to the last byte.

    An ID3v2 tag may stand before the frames and an ID3v1 tag behind them. A Xing or Info frame holds no sound.

    Raises:
        SoundError: The stream is cut off, has other bytes in it, or fewer frames than it says.
    """
    at, end = _after_id3(data), len(data)
    if data[-128:-125] == b"TAG":
        end -= 128
    start, frames, rate, length, lasting, bits = at, 0, 0, 0.0, 0.0, 0.0
    stated = None
    while at < end:
        frame = _frame(data, at)
        if at + frame.size > end:
            raise _broken("its last frame is cut off")
        if at == start and data[at + frame.tag_at : at + frame.tag_at + 4] in (b"Xing", b"Info"):
            stated = _stated(data, at + frame.tag_at + 4)
        else:
            lasting = frame.samples / frame.rate
            frames, length, bits = frames + 1, length + lasting, bits + lasting * frame.bit_rate
        if rate not in (0, frame.rate):
            raise _broken("its sample rate changes")
        at, rate = at + frame.size, frame.rate
    _compare(stated, frames, end - start)
    return Stream(length, lasting, round(bits / length))


def _compare(stated: tuple[int | None, int | None] | None, frames: int, size: int) -> None:
    """Check the number of frames, or that of bytes where only it is stated: encoders differ in which bytes they count."""
    if not frames:
        raise _broken("it has no sound in it")
    stated_frames, stated_bytes = stated or (None, None)
    if stated_frames is not None and stated_frames != frames:
        raise _broken(f"it says that it has {stated_frames} frames, and has {frames}")
    if stated_frames is None and stated_bytes is not None and stated_bytes != size:
        raise _broken(f"it says that it has {stated_bytes} bytes of sound, and has {size}")


def _after_id3(data: bytes) -> int:
    if data[:3] != b"ID3":
        return 0
    if len(data) < 10:
        raise _broken("it is cut off inside its tag")
    size = 0
    for octet in data[6:10]:
        size = size << 7 | octet & 0x7F
    return size + (20 if data[5] & 0x10 else 10)


def _frame(data: bytes, at: int) -> Frame:
    head = int.from_bytes(data[at : at + 4])
    version, layer = head >> 19 & 3, head >> 17 & 3
    bit_rate, rate, padding, mode = head >> 12 & 15, head >> 10 & 3, head >> 9 & 1, head >> 6 & 3
    if at + 4 > len(data) or head >> 21 != 0x7FF or version == 1 or layer != 1:
        raise _broken("a frame does not begin where it should")
    if bit_rate in (0, 15) or rate == 3:
        raise _broken("a frame has a bit rate or sample rate that does not exist")
    first = version == 3
    hertz = _RATES[rate] >> (0 if first else 1 if version == 2 else 2)
    kilobits = (_BIT_RATES_1 if first else _BIT_RATES_2)[bit_rate]
    samples = 1152 if first else 576
    side = (17 if mode == 3 else 32) if first else (9 if mode == 3 else 17)
    size = samples // 8 * kilobits * 1000 // hertz + padding
    return Frame(size, samples, hertz, kilobits * 1000, 4 + side)


def _stated(data: bytes, at: int) -> tuple[int | None, int | None]:
    """Return the numbers of frames and of bytes that a Xing or Info frame states, without itself and with itself."""
    flags = int.from_bytes(data[at : at + 4])
    at += 4
    frames = int.from_bytes(data[at : at + 4]) if flags & _HAS_FRAMES else None
    at += 4 if flags & _HAS_FRAMES else 0
    return frames, int.from_bytes(data[at : at + 4]) if flags & _HAS_BYTES else None


def adts_rate(head: bytes) -> int | None:
    """Return the rate (Hz) of the ADTS frame that begins with these bytes; None where none does."""
    if len(head) < 3 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return None
    index = head[2] >> 2 & 15
    return _ADTS_RATES[index] if index < len(_ADTS_RATES) else None


def adts_frames(data: bytes) -> Iterator[float]:
    """Yield how long each ADTS frame lasts, in seconds, from the first to the last byte.

    Raises:
        SoundError: The stream is cut off, or has other bytes in it.
    """
    at = 0
    while at < len(data):
        head = data[at : at + 7]
        rate = adts_rate(head)
        if rate is None or len(head) < 7:
            raise _broken("a frame does not begin where it should", "aac")
        size = int.from_bytes(head[3:6]) >> 5 & 0x1FFF
        if size < 7:
            raise _broken("a frame is shorter than its header", "aac")
        if at + size > len(data):
            raise _broken("its last frame is cut off", "aac")
        yield 1_024 * (1 + (head[6] & 3)) / rate
        at += size


def _broken(what: str, kind: str = "mp3") -> SoundError:
    return SoundError.of(f"this {kind} file is not whole: {what}", remedy="fetch or build the file again")
