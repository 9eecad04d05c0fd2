"""Whether a file is whole, from its own framing and without decoding it. Imports riff, mpeg and errors.

A decoder plays what it gets; a file that lost its end is only found by following its structure to the last byte:

========= ============================================== ===================================================
container what is followed                               what cannot be seen
========= ============================================== ===================================================
wav       the RIFF length and every chunk                whole samples, if no length was ever filled in
flac      the sample count (by decoding; CRCs with it)   bytes that follow the end
ogg       every page: CRC, order, end-of-stream flag     –
m4a       every box up to the last byte, all samples     the loss of whole fragments of a fragmented file
webm      the Segment and every element in it            the loss of whole elements, if the Segment is of open size
mp3       every frame up to the last byte, their number  the loss of whole frames, if no Xing or Info frame counts
adts      every frame up to the last byte                the loss of whole frames
amr       every frame up to the last byte                the loss of whole frames (20 ms each)
raw       nothing (decoding asks for whole samples)      the loss of whole samples
========= ============================================== ===================================================

A FLAC file whose writer could not go back and fill the length in is refused. A WAV file is not: OpenAI is seen to send every one so (S), and
that it came whole is then what the transport knows, which refuses a body that ends before its framing does.
"""

import struct
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from attrs import frozen

from voicekit._sound import mpeg, riff
from voicekit.errors import SoundError


@frozen
class Claim:
    """What a file says about itself.

    Attributes:
        seconds: How long it lasts.
        tolerance: Seconds that the decoded sound may be off.
        bit_rate: bit/s, where every frame states it.
    """

    seconds: float
    tolerance: float
    bit_rate: int | None = None


def check(data: bytes, container: str) -> Claim | None:
    """Follow a file to its last byte.

    Returns:
        The length that the file claims, to be compared with what it decodes to; None if it claims none.

    Raises:
        SoundError: The file is cut off, goes on after its end, or contradicts itself.
    """
    return _CHECKS[container](data) if container in _CHECKS else None


def broken(container: str, what: str) -> SoundError:
    """Make the error for a file that is not whole."""
    return SoundError.of(
        f"this {container} file is not whole: {what}", remedy="fetch or build the file again"
    )


def _wav(data: bytes) -> None:
    riff.read(data)


def _flac(data: bytes) -> Claim:
    if len(data) < 42 or data[4] & 0x7F != 0:
        raise broken("flac", "it has no STREAMINFO")
    rate_and_count = int.from_bytes(data[18:26])
    rate, count = rate_and_count >> 44, rate_and_count & 0xF_FFFF_FFFF
    if not rate or not count:
        raise broken("flac", "it does not say how many samples it has")
    return Claim(count / rate, 0.5 / rate)


# --- Ogg: RFC 3533 ----------------------------------------------------------------------------------

_OGG_HEADER = struct.Struct("<4sBBQIIIB")
_LAST = 4  # the flag of a stream's last page
_NO_GRANULE = 0xFFFF_FFFF_FFFF_FFFF
_REVERSED = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))


def _ogg_crc(page: bytes) -> int:
    """Return Ogg's CRC: zlib's polynomial, but with the highest bit first, from 0, and not inverted."""
    return int(f"{zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF:032b}"[::-1], 2)


def _ogg(data: bytes) -> Claim | None:
    at, pages, granule, flags = 0, 0, 0, 0
    while at < len(data):
        if flags & _LAST:
            raise broken("ogg", "bytes follow its last page")
        flags, page_granule, number, size = _ogg_page(data, at)
        if number != pages:
            raise broken("ogg", "a page is missing")
        granule = granule if page_granule == _NO_GRANULE else page_granule
        at, pages = at + size, pages + 1
    if not flags & _LAST:
        raise broken("ogg", "its last page is missing")
    head = data.find(b"OpusHead", 0, 512)
    if head < 0:
        return None
    if head + 12 > len(data):
        raise broken("ogg", "its first page is cut off")
    (pre_skip,) = struct.unpack_from("<H", data, head + 10)
    return Claim((granule - pre_skip) / 48_000, 0.001)


def _ogg_page(data: bytes, at: int) -> tuple[int, int, int, int]:
    """Check the page that begins at `at`; return its flags, granule position, number and size."""
    if at + _OGG_HEADER.size > len(data):
        raise broken("ogg", "it is cut off inside a page's header")
    magic, version, flags, granule, _, number, crc, segments = _OGG_HEADER.unpack_from(data, at)
    body = at + _OGG_HEADER.size + segments
    end = body + sum(data[at + _OGG_HEADER.size : body])
    if magic != b"OggS" or version != 0:
        raise broken("ogg", "a page does not begin where it should")
    if end > len(data) or body > len(data):
        raise broken("ogg", "it is cut off inside a page")
    page = data[at : at + 22] + b"\0\0\0\0" + data[at + 26 : end]
    if _ogg_crc(page) != crc:
        raise broken("ogg", "the checksum of a page is wrong")
    return flags, granule, number, end - at


# --- ISO base media: ISO/IEC 14496-12 ---------------------------------------------------------------


def _m4a(data: bytes) -> None:
    at, found = 0, set()
    while at < len(data):
        size, header = _box(data, at)
        if size < header or at + size > len(data):
            raise broken("m4a", "a box goes on beyond the end")
        found.add(data[at + 4 : at + 8])
        at += size
    if not {b"ftyp", b"moov", b"mdat"} <= found:
        raise broken("m4a", "it lacks its index or its samples")


def _box(data: bytes, at: int) -> tuple[int, int]:
    """Return the size of the box at `at`, its header included, and that of the header."""
    if at + 8 > len(data):
        raise broken("m4a", "it is cut off inside a box's header")
    (size,) = struct.unpack_from(">I", data, at)
    if size != 1:
        return size, 8
    if at + 16 > len(data):
        raise broken("m4a", "it is cut off inside a box's header")
    return int.from_bytes(data[at + 8 : at + 16]), 16


# --- WebM: RFC 8794, RFC 9559 -----------------------------------------------------------------------

_SEGMENT, _CLUSTER = 0x18538067, 0x1F43B675
_BLOCKS = (0xA3, 0xA0)


def _webm(data: bytes) -> None:
    """Walk the elements. A Segment or Cluster of open size is stepped into: what follows is inside it anyway."""
    at, seen, end = 0, set(), len(data)
    while at < end:
        element, at = _vint(data, at, keep_marker=True)
        size, at = _vint(data, at)
        seen.add(element)
        if size is not None and at + size > end:
            raise broken("webm", "an element goes on beyond the end")
        if element == _SEGMENT and size is not None and at + size != end:
            raise broken("webm", "bytes follow its end")
        if element not in (_SEGMENT, _CLUSTER):
            if size is None:
                raise broken("webm", "an element does not say how long it is")
            at += size
    if _SEGMENT not in seen or _CLUSTER not in seen:
        raise broken("webm", "it has no sound in it")


def _vint(data: bytes, at: int, *, keep_marker: bool = False) -> tuple[int | None, int]:
    """Read a number of variable length; return it, or None for 'open', and where it ends."""
    length = 9 - data[at].bit_length() if at < len(data) else 9
    if length > 8 or at + length > len(data):
        raise broken("webm", "it is cut off inside an element's header")
    value = int.from_bytes(data[at : at + length])
    if keep_marker:
        return value, at + length
    value &= (1 << 7 * length) - 1
    return (None if value == (1 << 7 * length) - 1 else value), at + length


# --- AMR: RFC 4867, section 5 -----------------------------------------------------------------------

_AMR_NB = dict(enumerate((13, 14, 16, 18, 20, 21, 27, 32, 6))) | {15: 1}
_AMR_WB = dict(enumerate((18, 24, 33, 37, 41, 47, 51, 59, 61, 6))) | {14: 1, 15: 1}


def _amr(data: bytes) -> Claim:
    wide = data.startswith(b"#!AMR-WB\n")
    sizes, at, frames = (_AMR_WB, 9, 0) if wide else (_AMR_NB, 6, 0)
    while at < len(data):
        size = sizes.get(data[at] >> 3 & 15)
        if size is None:
            raise broken("amr", "a frame has a type that does not exist")
        at, frames = at + size, frames + 1
    if at != len(data):
        raise broken("amr", "its last frame is cut off")
    return Claim(frames * 0.02, 0.001)


def _mp3(data: bytes) -> Claim:
    found = mpeg.follow(data)
    # A decoder leaves out what the encoder added at both ends.
    return Claim(found.seconds, 4 * found.frame, found.bit_rate)


def _adts(data: bytes) -> Claim:
    frames = [*mpeg.adts_frames(data)]
    return Claim(sum(frames), 2 * frames[-1])


_CHECKS: Mapping[str, Callable[[bytes], Claim | None]] = MappingProxyType(
    {
        "wav": _wav,
        "flac": _flac,
        "ogg": _ogg,
        "m4a": _m4a,
        "webm": _webm,
        "amr": _amr,
        "mp3": _mp3,
        "adts": _adts,
    }
)
