"""Which container some bytes are, by their own first bytes. Imports encodings, mpeg and errors; loads neither numpy nor av.

A name, an extension and a media type are what somebody says about a file; none of them is asked here.
"""

import re
from codecs import getincrementaldecoder

from voicekit._sound.encodings import ENCODINGS
from voicekit._sound.mpeg import adts_rate
from voicekit.errors import SoundError

_MAGIC = (
    ("wav", re.compile(rb"RIFF....WAVE", re.DOTALL)),
    ("ogg", re.compile(rb"OggS\0")),
    ("flac", re.compile(rb"fLaC")),
    ("amr", re.compile(rb"#!AMR(-WB)?\n")),
    ("webm", re.compile(rb"\x1a\x45\xdf\xa3")),
    ("m4a", re.compile(rb"....ftyp", re.DOTALL)),
    ("mp3", re.compile(rb"ID3[\x02-\x04]")),
)
# An MPEG audio frame of layer III: a sync word, and no reserved version, bit rate or sample rate. It has no magic
# number, nor has one of AAC in ADTS, and 16-bit samples may look like them; so headerless sound is never tried for either.
_MPEG_FRAME = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xeb]")
_UTF8 = getincrementaldecoder("utf-8")
_SHORTEST_TEXT = 16  # fewer printable bytes than this may be a sound that is very short
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def sniff(data: bytes) -> str | None:
    """Name the container that bytes begin like: one of `Encoding.container`, or None for headerless or unknown ones."""
    known = _magic(data)
    if known is None and _MPEG_FRAME.match(data) and data[2] & 0x0C != 0x0C:
        return "mp3"
    return "adts" if known is None and adts_rate(data) else known


def container_of(data: bytes, encoding: str | None) -> str:
    """Name the container of bytes that are said to be `encoding`.

    Only headerless encodings are believed, and only if the bytes begin like nothing else.

    Raises:
        SoundError: The bytes are empty, text, or nothing that we know.
    """
    if not data:
        raise SoundError.of("there is no audio: the file is empty", remedy="ask for the audio again")
    if is_text(data):
        raise SoundError.of(
            "this is text (JSON, HTML or the like), not audio", remedy="read it: it may say what went wrong"
        )
    said = ENCODINGS.get(encoding or "")
    container = _magic(data) or ("raw" if said and said.container == "raw" else sniff(data))
    if container is None:
        raise SoundError.of(
            "these bytes are no audio file that voicekit knows",
            remedy="headerless sound needs encoding PCM and its sample rate; anything else must begin as its container does",
        )
    return container


def is_text(data: bytes) -> bool:
    """Whether bytes are text (UTF-8) that a server sent in place of sound."""
    if _magic(data) or len(data) < 2:
        return False
    try:
        head = _UTF8().decode(data[:512])
    except UnicodeDecodeError:
        return False
    return not _CONTROL.search(head) and (
        len(head) >= _SHORTEST_TEXT or head.lstrip("\ufeff \t\r\n").startswith(("{", "[", "<"))
    )


def _magic(data: bytes) -> str | None:
    return next((name for name, magic in _MAGIC if magic.match(data)), None)
