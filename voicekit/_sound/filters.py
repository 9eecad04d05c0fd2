"""The one door to libav's filter graphs. Imports numpy and av.

A graph is made for each call and freed with it; nothing is shared, so calls may come from any thread.
"""

from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
LAYOUTS = {1: "mono", 2: "stereo"}  # libav's names, by the number of channels


def run(samples: Samples, rate: int, *filters: tuple[str, str]) -> Samples:
    """Send mono samples through filters, each a name and its arguments, and return what comes out."""
    heard = [
        frame.to_ndarray().ravel()
        for frame in frames(samples, rate, *filters, ("aformat", "sample_fmts=flt"))
    ]
    return np.concatenate(heard) if heard else np.zeros(0, np.float32)


def frames(samples: Samples, rate: int, *filters: tuple[str, str]) -> Iterator[av.AudioFrame]:
    """Send mono samples through filters and yield libav's own frames, with their metadata."""
    graph = av.filter.Graph()
    graph.threads = 1  # none of our filters uses more, and a pool would double the cost of a short call (0.75 for 0.34 ms)
    source = graph.add("abuffer", f"sample_rate={rate}:sample_fmt=flt:channel_layout=mono:time_base=1/{rate}")
    graph.link_nodes(source, *(graph.add(name, args) for name, args in filters), graph.add("abuffersink"))
    graph.configure()
    graph.push(frame_of(samples, rate))
    graph.push(None)
    while True:
        try:
            frame = graph.pull()
        except (av.EOFError, av.BlockingIOError):
            return
        assert isinstance(frame, av.AudioFrame)
        yield frame


def frame_of(
    samples: NDArray[np.float32] | NDArray[np.int16], rate: int, start: int = 0, *, channels: int = 1
) -> av.AudioFrame:
    """Wrap mono samples as a frame that begins `start` samples into the sound; every channel holds the same."""
    kind = "s16" if samples.dtype == np.int16 else "flt"
    interleaved = samples.repeat(channels)[np.newaxis, :]
    frame = av.AudioFrame.from_ndarray(interleaved, format=kind, layout=LAYOUTS[channels])
    frame.sample_rate = rate
    frame.time_base = Fraction(1, rate)
    frame.pts = start
    return frame
