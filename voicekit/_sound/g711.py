"""ITU-T G.711: µ-law and A-law, in numpy. Imports numpy only.

Decoding follows the Recommendation's tables. Encoding finds the interval between two decision values that a sample's
magnitude falls into, the lower decision value included, and is the same for both signs. (FFmpeg's encoder picks the
nearest output value instead, which is one step off just below each magnitude at which the step size doubles.)
"""

import numpy as np
from numpy.typing import NDArray

Int16 = NDArray[np.int16]
Octets = NDArray[np.uint8]


_STEPS = np.arange(128, dtype=np.int32)  # the intervals of one sign, in rising magnitude
_SEGMENT, _STEP = _STEPS >> 4, _STEPS & 15

# Each law's smallest magnitude and output value of an interval, on a 16-bit scale. µ-law counts in 14 bits and is
# biased by 33; A-law counts in 13 bits, and its first two segments have the same step.
_MULAW_FLOORS = np.maximum((((2 * _STEP + 32) << _SEGMENT) - 33) << 2, 0)
_MULAW_LEVELS = (((2 * _STEP + 33) << _SEGMENT) - 33) << 2
_ALAW_SHIFT = np.maximum(_SEGMENT - 1, 0)
_ALAW_OFFSET = np.where(_SEGMENT > 0, 32, 0)
_ALAW_FLOORS = ((2 * _STEP + _ALAW_OFFSET) << _ALAW_SHIFT) << 3
_ALAW_LEVELS = ((2 * _STEP + _ALAW_OFFSET + 1) << _ALAW_SHIFT) << 3

# The octets of the intervals: µ-law inverts all bits, A-law every second one; the sign bit is 1 for positive values.
_MULAW_OCTETS = (_STEPS | 0x80) ^ 0x7F
_ALAW_OCTETS = (_STEPS | 0x80) ^ 0x55


def _outputs(octets: NDArray[np.int32], levels: NDArray[np.int32]) -> Int16:
    """Return the value of each of the 256 octets."""
    values = np.zeros(256, np.int16)
    values[octets] = levels
    values[octets ^ 0x80] = -levels
    return values


def _inputs(octets: NDArray[np.int32], floors: NDArray[np.int32]) -> Octets:
    """Return the octet of each of the 65,536 samples, from −32768 up."""
    samples = np.arange(-32768, 32768, dtype=np.int32)
    positive = octets[np.searchsorted(floors, np.abs(samples), side="right") - 1]
    return np.where(samples < 0, positive ^ 0x80, positive).astype(np.uint8)


_MULAW_IN, _MULAW_OUT = _inputs(_MULAW_OCTETS, _MULAW_FLOORS), _outputs(_MULAW_OCTETS, _MULAW_LEVELS)
_ALAW_IN, _ALAW_OUT = _inputs(_ALAW_OCTETS, _ALAW_FLOORS), _outputs(_ALAW_OCTETS, _ALAW_LEVELS)


def encode_mulaw(samples: Int16) -> bytes:
    """Compress 16-bit samples to µ-law octets."""
    return _MULAW_IN[samples.astype(np.int32) + 32768].tobytes()


def encode_alaw(samples: Int16) -> bytes:
    """Compress 16-bit samples to A-law octets."""
    return _ALAW_IN[samples.astype(np.int32) + 32768].tobytes()


def decode_mulaw(data: bytes) -> Int16:
    """Expand µ-law octets to 16-bit samples."""
    return _MULAW_OUT[np.frombuffer(data, np.uint8)]


def decode_alaw(data: bytes) -> Int16:
    """Expand A-law octets to 16-bit samples."""
    return _ALAW_OUT[np.frombuffer(data, np.uint8)]
