"""Linear-phase filters from curves. Imports numpy only.

Taps are symmetrical and centred, so that no sample moves, whatever the filter.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_SPAN = 0.1  # seconds that the taps reach over: edges 20 Hz wide are drawn as they are asked for


def convolved(samples: NDArray[np.float64], taps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Filter with an odd number of symmetric taps, centred so that nothing moves, block by block (overlap-add)."""
    block = max(1 << 14, 4 * taps.size)
    size = 1 << (block + taps.size - 1).bit_length()
    response = np.fft.rfft(taps, size)
    out = np.zeros(samples.size + taps.size - 1)
    for start in range(0, samples.size, block):
        piece = samples[start : start + block]
        end = start + piece.size + taps.size - 1
        out[start:end] += np.fft.irfft(np.fft.rfft(piece, size) * response, size)[: end - start]
    return out[taps.size // 2 :][: samples.size]


@lru_cache(maxsize=32)
def taps_of(curve: tuple[tuple[float, float], ...], rate: int) -> NDArray[np.float64]:
    """Design a filter by sampling the wanted response finely and windowing what it rings like.

    Args:
        curve: (Hz, dB) points, joined by straight lines over the logarithm of frequency, and level beyond the ends.
        rate: Hz of the sound to be filtered.
    """
    count = 2 * round(rate * _SPAN / 2) + 1
    size = 1 << (8 * count).bit_length()
    hertz = np.maximum(np.fft.rfftfreq(size, 1 / rate), 1.0)
    points = np.array(curve, dtype=np.float64)
    decibels = np.interp(np.log(hertz), np.log(points[:, 0]), points[:, 1])
    ringing = np.roll(np.fft.irfft(10 ** (decibels / 20), size), count // 2)[:count]
    taps = ringing * np.kaiser(count, 6.0)
    taps.flags.writeable = False
    return taps
