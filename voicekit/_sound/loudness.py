"""How loud a sound is to a listener: ITU-R BS.1770 integrated loudness. Imports numpy and filters."""

import numpy as np

from voicekit._sound import filters
from voicekit._sound.pcm import Pcm

_BLOCK = 0.4  # seconds: BS.1770 measures in blocks of this length
_HOP = 0.1  # seconds from one block to the next
_SHORTEST = 0.01  # seconds: less than this has no loudness to speak of
_GATE = -70.0  # LUFS: BS.1770's absolute gate; below it is silence


def lufs(pcm: Pcm) -> float | None:
    """Measure integrated loudness, gated as BS.1770-4 has it, through libav's ``ebur128``.

    A sound that is shorter than one block of 400 ms is measured as if it were repeated without a pause, which is its
    level, not how little of a second it fills.

    Args:
        pcm: The sound, at any rate.

    Returns:
        LUFS, or None for silence and for anything shorter than 10 ms.
    """
    if pcm.seconds < _SHORTEST or not np.any(pcm.samples):
        return None
    samples = pcm.samples
    if pcm.seconds < _BLOCK + _HOP:
        samples = np.tile(samples, int((_BLOCK + _HOP) * pcm.rate) // samples.size + 1)
    integrated: str | None = None
    for frame in filters.frames(samples, pcm.rate, ("ebur128", "metadata=1:framelog=quiet")):
        integrated = frame.metadata.get("lavfi.r128.I", integrated)
    return float(integrated) if integrated and float(integrated) > _GATE else None
