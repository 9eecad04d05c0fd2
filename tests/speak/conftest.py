import asyncio
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from voicekit._sound.codecs import decode
from voicekit._speak.speaker import Speaker
from voicekit.model import Ask, Sound

RATE = 22_050  # the engine's own, so that nothing is resampled


@pytest.fixture(scope="session")
def speak() -> Iterator[Callable[[Ask], Sound]]:
    """Speak an ask on workers that all tests share."""
    speaker = Speaker(workers=2)
    yield lambda ask: asyncio.run(speaker.speak(ask))
    asyncio.run(speaker.aclose())


@pytest.fixture(scope="session")
def samples(speak: Callable[[Ask], Sound]) -> Callable[[Ask], NDArray[np.float32]]:
    """Speak an ask and return its samples."""
    return lambda ask: decode(speak(ask).data, encoding=ask.encoding, sample_rate=RATE).samples
