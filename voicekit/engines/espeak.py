"""espeak-ng: the default embedded voice, in some hundred languages. Imports the engines' protocol and errors.

The library comes with the package `espeakng-loader` and is GPL-3.0-or-later. It is loaded in worker processes only
(`_espeak_library`); this module knows where it lies, what it can do, and how to write text for it.
"""

import re
import sys
from collections.abc import Mapping
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from attrs import frozen

from voicekit.engines import (
    PARAGRAPH_END,
    SENTENCE_END,
    EngineVoice,
    Gender,
    Job,
    Phone,
    Spoken,
    Utterance,
    Word,
    _espeak_phonemes,
    _espeak_voices,
)
from voicekit.errors import HostError, SoundError

_FULL_STOP = (
    "\u3002"  # espeak-ng ends a sentence here whatever follows; after "." it looks for a capital letter
)
_ENDS = frozenset(".?!:;…。？！۔؟।॥")
_CLOSERS = frozenset(")]}\"'»”’")
_WORDS_A_MINUTE = 175  # its default speed
_LIBRARIES = ("libespeak-ng.so", "libespeak-ng.dylib", "espeak-ng.dll")
_VERSION = re.compile(rb"\0(1\.\d+(?:\.\d+)*(?:-\w+)?)\0")
# It reads control characters as commands; private-use characters and lone surrogates have no meaning to it.
_SILENT = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff]")
_LONE_STOP = re.compile(r"(?<!\S)\.(?!\S)")  # read as "dot"
_ERRORS = {
    "voice": ("espeak-ng has no such voice", "choose one that `voicekit voices` lists"),
    "length": ("the speech is longer than one request may become", "split the text"),
}


@frozen(slots=False)
class Espeak:
    """The engine's static side; see `Engine`."""

    name: str = "espeak-ng"
    sample_rate: int = 22_050
    # Below 80 words a minute it stays at 0.44 of its speed; above some 900 words run into each other.
    speeds: tuple[float, float] = (80 / _WORDS_A_MINUTE, 900 / _WORDS_A_MINUTE)

    @cached_property
    def variants(self) -> Mapping[Gender, tuple[str, ...]]:
        """The variants that are one speaker, without robots, whispers and growls, the clearest first."""
        return {
            "female": (
                *("f2", "f3", "f1", "f4", "f5", "Annie", "steph", "belinda"),
                *("linda", "anika", "Andrea", "Alicia", "aunty", "steph2", "steph3", "grandma"),
            ),
            "male": (
                *("m3", "m1", "m2", "m4", "m6", "m7", "m8", "m5", "john"),
                *("Gene", "robert", "quincy", "paul", "Denis", "Hugo", "antonio", "sandro", "travis"),
            ),
        }

    def version(self) -> str:
        """Return the version as it is written in the library's file, which is not loaded for it."""
        return _version(_home())

    def voices(self) -> tuple[EngineVoice, ...]:
        """Return the voices of the data folder."""
        return _voices(_home())

    def command(self) -> tuple[str, ...]:
        """Start Python bare: the worker needs the standard library only."""
        here = Path(__file__).parent
        scripts = str(here / "_worker.py"), str(here / "_espeak_library.py")
        return (sys.executable, "-I", "-S", *scripts, str(_library(_home())), str(_home() / "espeak-ng-data"))

    def job(self, utterance: Utterance, seconds: float) -> Job:
        """Write the utterance in espeak-ng's terms."""
        text, _, phonemes = _wire(utterance)
        variant = f"+{utterance.variant}" if utterance.variant else ""
        return Job(
            {
                "text": text,
                "phonemes": phonemes,
                "voice": utterance.voice + variant,
                "wpm": round(utterance.speed * _WORDS_A_MINUTE),
                "pause": utterance.pause,
                "trace": utterance.trace,
            },
            most=int(seconds * self.sample_rate) * 2,
        )

    def spoken(self, utterance: Utterance, header: Mapping[str, object], body: bytes) -> Spoken:
        """Read the worker's answer, and put word positions back into the utterance's own text."""
        import numpy as np

        error = header.get("error")
        if error is not None:
            message, remedy = _ERRORS.get(
                str(error), (f"espeak-ng failed ({error})", "run `voicekit doctor`")
            )
            raise SoundError.of(message, remedy=remedy)
        _, origins, _ = _wire(utterance)
        words, phones = cast("list[Any]", header["words"]), cast("list[Any]", header["phones"])
        return Spoken(
            np.frombuffer(body, "<i2"),
            tuple(Word(origins[min(position, len(origins) - 1)], sample) for position, sample in words),
            tuple(Phone(symbol, sample) for symbol, sample in phones),
        )


def _wire(utterance: Utterance) -> tuple[str, list[int], bool]:
    """Return the text to send, the utterance's position of each of its characters, and whether it holds phonemes."""
    pieces = _safe(utterance.text)
    language = _language(utterance.voice)
    said = False
    for wish in utterance.phonemes:
        notation = _espeak_phonemes.translate(wish.ipa, language)
        if notation is None:
            continue
        pieces[wish.start : wish.end] = ["" for _ in range(wish.start, wish.end)]
        # Directly behind an opening bracket or quote, [[ is not seen; a "." behind ]] is read as "dot".
        pieces[wish.start] = f" [[{notation}]]"
        stop = next((at for at in range(wish.end, len(pieces)) if pieces[at] not in _CLOSERS), len(pieces))
        if pieces[stop : stop + 1] == ["."]:
            pieces[stop] = _FULL_STOP
        said = True
    origins = [index for index, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), [*origins, len(utterance.text)], said


def _safe(text: str) -> list[str]:
    """Write each character so that nothing is a command, and sentences end where we say."""
    plain = _SILENT.sub(" ", text).replace("[[", "((")
    pieces = list(_LONE_STOP.sub(_FULL_STOP, plain))
    last: int | None = None  # the last character that is not blank
    for index, character in enumerate(pieces):
        if character == PARAGRAPH_END:
            pieces[index] = "\n\n"
        elif character == SENTENCE_END and last is not None:
            pieces[index] = " " if pieces[last] in _ENDS else _FULL_STOP
            if pieces[last] == ".":
                pieces[last] = _FULL_STOP
        if not pieces[index].isspace():
            last = index
    return pieces


@lru_cache(maxsize=1)
def _home() -> Path:
    spec = find_spec("espeakng_loader")
    if spec is None or spec.origin is None:
        raise HostError.of("espeak-ng is not installed", remedy="pip install espeakng-loader")
    return Path(spec.origin).parent


def _library(home: Path) -> Path:
    return next(path for name in _LIBRARIES if (path := home / name).exists())


@lru_cache(maxsize=1)
def _version(home: Path) -> str:
    found = _VERSION.search(_library(home).read_bytes())
    if found is None:
        raise HostError.of(
            "the espeak-ng library does not say its version", remedy="reinstall espeakng-loader"
        )
    return found.group(1).decode()


@lru_cache(maxsize=1)
def _voices(home: Path) -> tuple[EngineVoice, ...]:
    return _espeak_voices.read(home / "espeak-ng-data")


@lru_cache(maxsize=256)
def _language(voice: str) -> str:
    return next((known.language for known in ENGINE.voices() if known.name == voice), "")


ENGINE = Espeak()
