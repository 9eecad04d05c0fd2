"""Sound to bytes and back, by the vendors' encoding names. A light front: numpy and av load when it is first used.

Imports the room's other modules inside its functions, so that a plan can ask `codec_version` and stay fast.
"""

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicekit._sound.pcm import Pcm


def encode(
    pcm: "Pcm",
    encoding: str,
    sample_rate: int | None = None,
    *,
    bit_rate: int | None = None,
    channels: int = 1,
) -> bytes:
    """Encode sound; the same sound becomes the same bytes in every process.

    Args:
        pcm: The sound, at any rate.
        encoding: A name of `ENCODINGS`.
        sample_rate: Hz. None: the encoding's own default rate.
        bit_rate: bit/s, kept to the letter. None: what the encoding usually has, which Opus only aims at.
        channels: 1 or 2, which then hold the same.

    Returns:
        A whole file. AMR fills its last 20 ms up with silence, and AAC without a container has a frame of silence before the
        sound and fills its last one up; the other encodings keep the length.

    Raises:
        SoundError: The name or a rate does not exist, there is no sound, or PyAV brings no encoder for it (AMR_WB,
            SPEEX_WITH_HEADER_BYTE, MP3 above 64 kbit/s below 16 kHz).
    """
    from voicekit._sound import encoder

    return encoder.encode(pcm, encoding, sample_rate, bit_rate=bit_rate, channels=channels)


def decode(data: bytes, *, encoding: str | None = None, sample_rate: int | None = None) -> "Pcm":
    """Decode a file by what its first bytes show it to be, whatever it is called, and mix it to mono.

    Args:
        data: The file. Of some formats a file that lost its end is decoded as far as it goes; `probe.probe` finds it.
        encoding: Needed, as ``PCM``, for headerless sound only.
        sample_rate: Hz, needed for headerless sound only.

    Returns:
        The sound at its own rate; Opus always plays at 48000 Hz.

    Raises:
        SoundError: The bytes are no sound that we know, cannot be decoded, or last longer than
            `_limits.FILE_SECONDS`.
    """
    from voicekit._sound import decoder

    return decoder.decode(data, encoding, sample_rate).pcm


@cache
def codec_version() -> str:
    """Return the codec library and its version, such as ``av@18.1.0``, without loading it."""
    return f"av@{version('av')}"
