"""The embedded voice as one object: asks in, sounds out. Imports this room; numpy and av load with the first request."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Self

from voicekit._sound import codecs
from voicekit._sound.encodings import ENCODINGS, problem_with
from voicekit._speak import voices
from voicekit.engines._pool import Pool
from voicekit.errors import SoundError
from voicekit.model import Ask, Sound

_CHANNELS = 1  # where none are asked for
# What decides the samples beside the engine: `source` names their versions.
_WORDS = ("babel", "unicode-rbnf")


class Speaker:
    """Speaks on up to `workers` processes at once. The same ask gives the same bytes, in any order and any process.

    Args:
        workers: Processes of the engine, started when they are first needed.
        deadline: Seconds for one utterance.

    Example:
        >>> async def hello():
        ...     async with Speaker() as speaker:
        ...         return await speaker.speak(Ask("Hello.", None, "en-US", "en-US-Neural2-F", "MULAW"))
    """

    def __init__(self, *, workers: int = 2, deadline: float = 30.0) -> None:
        self._engine = voices.engine()
        self._pool = Pool(self._engine, workers=workers, deadline=deadline)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="voicekit-speak")

    async def speak(self, ask: Ask) -> Sound:
        """Speak what is asked.

        Returns:
            The encoded sound with its sample rate, and the marks if they were asked for.

        Raises:
            SoundError: No voice speaks the language, there is too much to say, or the encoding cannot be had.
            MarkupError: The SSML is not well-formed.
            HostError: The engine cannot be started.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._speak, ask)

    def source(self) -> str:
        """Return what decides the bytes: the engine, voicekit, the codecs and the word lists, with their versions."""
        return source()

    async def aclose(self) -> None:
        """End the workers. What they speak at that moment is given up, for nobody waits for it any more."""
        await asyncio.get_running_loop().run_in_executor(None, self._close)

    def _close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._pool.close()
        self._threads.shutdown()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def _speak(self, ask: Ask) -> Sound:
        from voicekit._sound import dsp
        from voicekit._speak.compile import compile_ask
        from voicekit._speak.render import perform

        problem = problem_with(ask.encoding, ask.sample_rate, ask.bit_rate)
        if problem:
            raise SoundError.of(problem[0], remedy=problem[1])
        rate = ask.sample_rate or ENCODINGS[ask.encoding].default_rate
        performance = perform(compile_ask(ask), self._pool, self._engine)
        pcm = dsp.limit(dsp.gain(performance.pcm, ask.gain or 0.0))
        for name in ask.effects:
            pcm = dsp.device_effect(pcm, name)
        data = codecs.encode(
            pcm, ask.encoding, rate, bit_rate=ask.bit_rate, channels=ask.channels or _CHANNELS
        )
        return Sound(data, performance.marks if ask.marks else (), rate)


@cache
def source() -> str:
    """Return the identity of the embedded voice, such as ``embedded/espeak-ng@1.52.0+voicekit@0.1.0+av@18.1.0+…``."""
    engine = voices.engine()
    words = "+".join(f"{name}@{version(name)}" for name in _WORDS)
    return f"embedded/{engine.name}@{engine.version()}+voicekit@{_own_version()}+{codecs.codec_version()}+{words}"


def _own_version() -> str:
    try:
        return version("voicekit")
    except PackageNotFoundError:  # a checkout that nobody installed
        return "checkout"
