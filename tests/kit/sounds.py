"""Sounds that tests are made of, and how they are measured."""

import math

import numpy as np
from numpy.typing import NDArray

from voicekit._sound.encodings import ENCODINGS
from voicekit._sound.pcm import Pcm, rms_dbfs

MAKEABLE = tuple(name for name in ENCODINGS if name not in ("AMR_WB", "SPEEX_WITH_HEADER_BYTE"))


def sine(hertz: float, rate: int, seconds: float = 1.0, level: float = 0.5) -> Pcm:
    """A pure tone, from phase 0."""
    return Pcm(level * np.sin(2 * math.pi * hertz * np.arange(round(rate * seconds)) / rate), rate)


def noise(rate: int, seconds: float = 1.0, level: float = 0.1, seed: int = 1) -> Pcm:
    """Repeatable noise with a normal distribution."""
    return Pcm(level * np.random.default_rng(seed).standard_normal(round(rate * seconds)), rate)


def pitch_of(pcm: Pcm) -> float:
    """The strongest frequency, in Hz, to about a tenth of one."""
    size = 1 << 18
    spectrum = np.abs(np.fft.rfft(pcm.samples * np.hanning(pcm.samples.size), size))
    return float(np.argmax(spectrum)) * pcm.rate / size


def middle(pcm: Pcm) -> Pcm:
    """The sound without its first and last fifth, where filters start and end."""
    fifth = pcm.samples.size // 5
    return Pcm(pcm.samples[fifth:-fifth], pcm.rate)


def change_db(before: Pcm, after: Pcm) -> float:
    """How much louder the middle of a sound became, in dB."""
    return rms_dbfs(middle(after)) - rms_dbfs(middle(before))


def int16_ramp() -> NDArray[np.int16]:
    """Every 16-bit value once."""
    return np.arange(-32768, 32768, dtype=np.int32).astype(np.int16)
