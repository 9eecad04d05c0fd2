"""Sound as samples: the value that every other module of the room takes and returns. Imports numpy and filters."""

import math
from collections.abc import Iterable

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray

from voicekit._sound import filters
from voicekit.errors import SoundError

# libswresample's windowed sinc, lengthened from its default of 32 taps. Measured at 22.05, 24 and 48 kHz → 8 kHz:
# flat within 0.01 dB to 3.7 kHz, −0.85 dB at 3.8 kHz; what would fold back is down 63 dB from 4.05 kHz and 104 dB
# from 4.1 kHz on (the default: 13 and 15 dB). About 20 ms for 13 s of speech.
_SINC = "filter_size=128:phase_shift=10:cutoff=0.97:filter_type=kaiser:kaiser_beta=10"
_REACH = 256  # samples of the lower rate


def _mono(samples: ArrayLike) -> NDArray[np.float32]:
    values = np.ascontiguousarray(samples, dtype=np.float32)
    if values.ndim != 1:
        raise ValueError("samples are one row")
    values = values.view()
    values.flags.writeable = False
    return values


@frozen(eq=False)
class Pcm:
    """Mono samples.

    Attributes:
        samples: float32 in [-1, 1], one row, read-only.
        rate: Hz.
    """

    samples: NDArray[np.float32] = field(converter=_mono, repr=lambda samples: f"<{samples.size} samples>")
    rate: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.samples.size / self.rate


def silence(seconds: float, rate: int) -> Pcm:
    """Make exact zeros, `seconds` long to the nearest sample."""
    return Pcm(np.zeros(round(seconds * rate), np.float32), rate)


def concat(pieces: Iterable[Pcm]) -> Pcm:
    """Put sounds of one rate one after the other.

    Raises:
        SoundError: There are none, or their rates differ.
    """
    parts = list(pieces)
    if len({part.rate for part in parts}) != 1:
        found = ", ".join(sorted({f"{part.rate} Hz" for part in parts})) or "no sound"
        raise SoundError.of(
            f"only sounds of one rate can be joined, not {found}", remedy="resample them to one rate first"
        )
    return Pcm(np.concatenate([part.samples for part in parts]), parts[0].rate)


def resample(pcm: Pcm, rate: int) -> Pcm:
    """Change the sample rate and nothing that can be heard: band-limited, positions kept, the length exact.

    Args:
        pcm: The sound. A sound that has the rate already comes back as it is.
        rate: Hz.
    """
    if rate == pcm.rate:
        return pcm
    return Pcm(respaced(pcm.samples, pcm.rate, rate, round(pcm.samples.size * rate / pcm.rate)), rate)


def respaced(samples: NDArray[np.float32], old: int, new: int, count: int) -> NDArray[np.float32]:
    """Read band-limited samples at `new` places for each `old` ones, and return exactly `count` of them."""
    if not samples.size:
        return samples
    # The sinc reaches further than a very short sound; without the silence nothing at all would come out.
    flushed = fitted(samples, samples.size + _REACH * max(1, math.ceil(old / new)))
    return fitted(filters.run(flushed, old, ("aresample", f"{new}:{_SINC}")), count)


def fitted(samples: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Cut, or lengthen with silence, to `count` samples."""
    if samples.size >= count:
        return samples[:count]
    return np.concatenate([samples, np.zeros(count - samples.size, np.float32)])


def peak(samples: NDArray[np.float32]) -> float:
    """Return the highest sample's amplitude; 0.0 for none."""
    return float(np.max(np.abs(samples), initial=0.0))


def peak_dbfs(pcm: Pcm) -> float:
    """Return the highest sample's level in dB of full scale; minus infinity for none or only zeros."""
    return decibels(peak(pcm.samples))


def rms_dbfs(pcm: Pcm) -> float:
    """Return the mean level in dB of full scale; minus infinity for none or only zeros."""
    if not pcm.samples.size:
        return -math.inf
    return decibels(math.sqrt(float(np.mean(np.square(pcm.samples, dtype=np.float64)))))


def decibels(amplitude: float) -> float:
    """Return the level of an amplitude in dB of full scale; minus infinity for 0."""
    return 20 * math.log10(amplitude) if amplitude else -math.inf


def to_int16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Round to 16 bits, half to even; 1.0 becomes 32767. `from_int16` brings each value back exactly."""
    rounded: NDArray[np.float32] = np.rint(samples * np.float32(32768))
    return rounded.clip(-32768, 32767).astype(np.int16)


def from_int16(values: NDArray[np.int16]) -> NDArray[np.float32]:
    """Read 16-bit values as samples in [-1, 1)."""
    return values.astype(np.float32) / np.float32(32768)
