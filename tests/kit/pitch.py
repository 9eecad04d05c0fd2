"""How much higher one reading is than another: YIN (de Cheveigné and Kawahara, 2002), frame by frame."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

_HIGHEST = 900.0  # Hz
_VOICED = 0.2  # of YIN's normalised difference: below it a frame has a pitch
_FRAMES = 400


def shift(one: Samples, other: Samples, rate: int, *, lowest: float = 40.0) -> tuple[float, int]:
    """Return by how many semitones `one` is above `other`, and in how many frames both had a pitch.

    The two say the same text in the same time, so frames are compared at the same place of each.

    Args:
        one: Samples.
        other: Samples.
        rate: Hz, of both.
        lowest: Hz; no lower pitch is looked for. Frames are two of its periods long.
    """
    high, low = track(one, rate, lowest), track(other, rate, lowest)
    both = (high > 0) & (low > 0)
    return float(np.median(12 * np.log2(high[both] / low[both]))), int(both.sum())


def track(samples: Samples, rate: int, lowest: float) -> NDArray[np.float64]:
    """Return the pitch in Hz at evenly spread places; 0 where there is none."""
    longest = round(rate / lowest)
    floor = 0.05 * float(np.max(np.abs(samples)))
    pitches = np.zeros(_FRAMES)
    for index, start in enumerate(np.linspace(0, samples.size - 2 * longest - 1, _FRAMES).astype(int)):
        frame = samples[start : start + 2 * longest].astype(np.float64)
        period = _period(frame, longest, rate) if np.sqrt(np.mean(frame**2)) > floor else 0.0
        pitches[index] = rate / period if period else 0.0
    return pitches


def _period(frame: NDArray[np.float64], longest: int, rate: int) -> float:
    normal = _normalised_difference(frame, longest)
    first = round(rate / _HIGHEST)
    below = np.flatnonzero(normal[first:] < _VOICED)
    if not below.size:
        return 0.0
    lag = first + int(below[0])
    while lag + 1 < longest and normal[lag + 1] < normal[lag]:
        lag += 1
    if lag + 1 >= longest:
        return 0.0
    left, middle, right = normal[lag - 1 : lag + 2]
    curve = left - 2 * middle + right
    return float(lag + (0.5 * (left - right) / curve if curve > 0 else 0.0))


def _normalised_difference(frame: NDArray[np.float64], longest: int) -> NDArray[np.float64]:
    size = 1 << (3 * longest - 1).bit_length()
    correlation = np.fft.irfft(np.fft.rfft(frame, size) * np.conj(np.fft.rfft(frame[:longest], size)), size)[
        :longest
    ]
    energy = np.concatenate([[0.0], np.cumsum(frame**2)])
    energies = energy[longest : 2 * longest] - energy[:longest]
    difference = energies[0] + energies - 2 * correlation
    difference[0] = 0.0
    normal = np.ones(longest)
    normal[1:] = difference[1:] * np.arange(1, longest) / np.maximum(np.cumsum(difference)[1:], 1e-12)
    return normal
