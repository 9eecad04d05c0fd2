"""What profiles and engines ask of sound: level, pitch, speed, device effects, silent ends. Imports numpy and the room.

Every function returns a new sound, keeps positions (nothing is delayed), and is the same at every rate.
"""

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from voicekit._sound import filters
from voicekit._sound.devices import BAND, CURVES, Curve
from voicekit._sound.fir import convolved, taps_of
from voicekit._sound.pcm import Pcm, fitted, respaced
from voicekit.errors import SoundError

_LOOKAHEAD = 0.005  # seconds over which the limiter's gain falls before a peak, and rises after it
_TEMPO = 2.0  # libav's atempo drops samples beyond a factor of 2, so larger ones are made of several
_FINEST = 250_000  # a 32-bit limit of libswresample: 4 times this, in 1024 phases, must stay below 2³⁰
_TAIL = 0.25  # seconds of silence that flush atempo's windows


def gain(pcm: Pcm, db: float) -> Pcm:
    """Amplify by `db` decibels, then limit to the ceiling of `limit`.

    0 dB changes nothing at all, not even a peak above the ceiling.
    """
    if db == 0:
        return pcm
    return limit(Pcm(pcm.samples * np.float32(10 ** (db / 20)), pcm.rate))


def limit(pcm: Pcm, ceiling_dbfs: float = -1.0) -> Pcm:
    """Hold sample peaks at a ceiling by turning down around them; nothing is clipped.

    Within 5 ms of a peak above the ceiling the gain follows a smooth curve; all other samples keep their exact bits.

    Args:
        pcm: The sound. Its samples may go beyond [-1, 1].
        ceiling_dbfs: dB of full scale.
    """
    ceiling = 10 ** (ceiling_dbfs / 20)
    loud = np.abs(pcm.samples) > ceiling
    if not loud.any():
        return pcm
    wanted = np.ones(pcm.samples.size)
    wanted[loud] = ceiling / np.abs(pcm.samples[loud], dtype=np.float64)
    reach = max(1, round(pcm.rate * _LOOKAHEAD / 2))
    # The mean of minima that all contain a sample's own wanted gain is never above it.
    smooth = np.hanning(2 * reach + 3)[1:-1]
    envelope = convolved(1.0 - _lowest(wanted, reach), smooth / smooth.sum())
    touched = envelope > 1e-12
    samples = pcm.samples.copy()
    samples[touched] = np.clip(samples[touched] * (1.0 - envelope[touched]), -ceiling, ceiling)
    return Pcm(samples, pcm.rate)


def _lowest(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Return the lowest value within `reach` places of each, by doubling the window."""
    padded = np.pad(values, reach, constant_values=1.0)
    width, window = 1, 2 * reach + 1
    while width < window:
        step = min(width, window - width)
        padded = np.minimum(padded[:-step], padded[step:])
        width += step
    return padded


def time_stretch(pcm: Pcm, factor: float) -> Pcm:
    """Speak `factor` times as fast at the same pitch; the length is exact.

    Args:
        pcm: The sound.
        factor: [0.25, 4]; 2 is twice as fast.
    """
    if factor == 1 or not pcm.samples.size:
        return pcm
    stages = max(1, math.ceil(abs(math.log(factor, _TEMPO)) - 1e-9))
    chain = [("atempo", f"{factor ** (1 / stages):.9f}")] * stages
    flushed = fitted(pcm.samples, pcm.samples.size + round(_TAIL * pcm.rate * max(1.0, factor)))
    return Pcm(fitted(filters.run(flushed, pcm.rate, *chain), round(pcm.samples.size / factor)), pcm.rate)


def shift_rate(pcm: Pcm, factor: float) -> Pcm:
    """Play `factor` times as fast, as a tape would: pitch and speed change together, band-limited.

    Args:
        pcm: The sound.
        factor: [0.25, 4]; 2 is an octave up in half the time. The length is exact to one sample.
    """
    if factor == 1 or not pcm.samples.size:
        return pcm
    ratio = Fraction(factor).limit_denominator(_FINEST)
    count = round(pcm.samples.size / factor)
    return Pcm(respaced(pcm.samples, ratio.numerator, ratio.denominator, count), pcm.rate)


def trim(pcm: Pcm, threshold_dbfs: float) -> tuple[Pcm, int]:
    """Remove silent ends.

    Args:
        pcm: The sound.
        threshold_dbfs: What never rises above this, in dB of full scale, is silence.

    Returns:
        What is left (nothing, if all is silent), and how many samples went from the start.
    """
    heard = np.flatnonzero(np.abs(pcm.samples) > 10 ** (threshold_dbfs / 20))
    if not heard.size:
        return Pcm(pcm.samples[:0], pcm.rate), pcm.samples.size
    return Pcm(pcm.samples[heard[0] : heard[-1] + 1], pcm.rate), int(heard[0])


def telephony_band(pcm: Pcm) -> Pcm:
    """Keep what a telephone line keeps: 300 to 3400 Hz.

    −3 dB at 300 and 3400 Hz and at least 20 dB down at 100 and 3900 Hz, at any rate from 8000 Hz on. Linear phase.
    """
    return _equalised(pcm, BAND)


def device_effect(pcm: Pcm, name: str) -> Pcm:
    """Make sound ready for a device.

    Args:
        pcm: The sound.
        name: One of `devices.CURVES`, the vendor's ``effectsProfileId`` names.

    Returns:
        The sound, equalised, and limited where the equaliser lifts a peak above −1 dBFS.

    Raises:
        SoundError: No device has this name.
    """
    if name not in CURVES:
        raise SoundError.of(f"no audio effect is called {name!r}", remedy=f"use one of {', '.join(CURVES)}")
    return limit(_equalised(pcm, CURVES[name]))


def _equalised(pcm: Pcm, curve: Curve) -> Pcm:
    heard = convolved(pcm.samples.astype(np.float64), taps_of(curve, pcm.rate))
    return Pcm(heard.astype(np.float32), pcm.rate)
