"""Samples without the header that their encoding has elsewhere: some wires carry G.711 so. Light: numpy and av stay away.

Imports riff, containers, encodings and errors.
"""

from voicekit._sound import riff
from voicekit._sound.containers import container_of, sniff
from voicekit._sound.encodings import ENCODINGS
from voicekit.errors import SoundError


def bare(data: bytes) -> bytes:
    """Take the header off a WAV file; any other bytes stay as they are."""
    return riff.read(data).data if sniff(data) == "wav" else data


def headed(data: bytes, encoding: str, sample_rate: int) -> bytes:
    """Put the header back on samples.

    Args:
        data: The samples. What begins like a file, or is text, stays as it is, for `probe.verify` to judge.
        encoding: What they are; its container is ``wav``.
        sample_rate: Hz.
    """
    try:
        container = container_of(data, "PCM")
    except SoundError:
        return data
    if container != "raw":
        return data
    return riff.write(data, codec=ENCODINGS[encoding].codec, rate=sample_rate)
