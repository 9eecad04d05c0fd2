"""The embedded voices: an open set, one file a member. Imports errors only; numpy when it speaks.

An engine takes an `Utterance` and gives `Spoken`: samples and the positions of words in them. The work is done in a
child process; a member says how to start it and translates both ways, `_pool` owns the processes. A member is a module
of this folder whose name does not start with an underscore and that defines `ENGINE`; adding one edits no other file.
"""

import pkgutil
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol

from attrs import field, frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Gender = Literal["female", "male"]
SENTENCE_END = "\u2028"
PARAGRAPH_END = "\u2029"


@frozen
class EngineVoice:
    """One voice of an engine.

    Attributes:
        language: BCP-47 tag in canonical case.
        name: What the engine calls it; unique within the engine.
        title: For people.
        priority: Among voices of one language, the lowest is the one to take.
    """

    language: str
    name: str
    title: str
    priority: int = 5


@frozen
class Phonemes:
    """How a stretch of an utterance's text is pronounced, in IPA. Positions are characters, `end` is not part of it."""

    start: int
    end: int
    ipa: str


@frozen
class Utterance:
    """One stretch of speech in one voice at one speed.

    Attributes:
        text: Plain text, never markup. U+2028 ends a sentence and U+2029 a paragraph, whatever stands around them.
        voice: An `EngineVoice.name`.
        variant: One of the engine's variants, or "" for the voice as it is.
        speed: Factor of the voice's own speed. An engine takes the nearest that it can do.
        phonemes: Pronunciations, in order, not overlapping. One that the engine cannot say is read as its text.
        pause: Close with the pause that the text's end calls for, because more speech follows.
        trace: Also report each phoneme.
    """

    text: str
    voice: str
    variant: str = ""
    speed: float = 1.0
    phonemes: tuple[Phonemes, ...] = ()
    pause: bool = False
    trace: bool = False


@frozen
class Word:
    """Where a word starts: in the utterance's text (characters) and in the sound (samples)."""

    position: int
    sample: int


@frozen
class Phone:
    """One phoneme as the engine names it (IPA), and where it starts (samples)."""

    symbol: str
    sample: int


@frozen(eq=False)
class Spoken:
    """What an engine said: 16-bit mono samples, and what happens where in them."""

    samples: "NDArray[np.int16]" = field(repr=False)
    words: tuple[Word, ...] = ()
    phones: tuple[Phone, ...] = ()


@frozen
class Job:
    """An utterance in the words of one engine's worker. `most` bounds the answer, in bytes."""

    header: dict[str, object]
    most: int


class Engine(Protocol):
    """One embedded voice."""

    @property
    def name(self) -> str:
        """What it is called in `source`, such as ``espeak-ng``."""

    @property
    def sample_rate(self) -> int:
        """Hz of what it gives."""

    @property
    def speeds(self) -> tuple[float, float]:
        """The factors between which `Utterance.speed` is followed."""

    @property
    def variants(self) -> Mapping[Gender, tuple[str, ...]]:
        """The variants that a voice can be given, so that voices of one language can be told apart."""

    def version(self) -> str:
        """Return the engine's version, without loading it into this process."""

    def voices(self) -> tuple[EngineVoice, ...]:
        """Return every voice, sorted by language."""

    def command(self) -> tuple[str, ...]:
        """Return what starts a worker that reads requests from stdin and answers on stdout (see `_worker`)."""

    def job(self, utterance: Utterance, seconds: float) -> Job:
        """Translate an utterance, of which at most `seconds` of sound are wanted."""

    def spoken(self, utterance: Utterance, header: Mapping[str, object], body: bytes) -> Spoken:
        """Translate the worker's answer back.

        Raises:
            SoundError: The worker could not say it.
        """


@lru_cache(maxsize=1)
def find() -> Mapping[str, Engine]:
    """Return the engines by name: the modules of this folder that define `ENGINE`."""
    modules = (
        import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
        if found.name[0] != "_"
    )
    engines: list[Engine] = [module.ENGINE for module in modules if hasattr(module, "ENGINE")]
    return {engine.name: engine for engine in engines}
