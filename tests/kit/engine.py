"""What every embedded engine promises: it says the same thing the same way, and knows where its words are."""

import re
from itertools import pairwise

import numpy as np
import pytest

from voicekit.engines import PARAGRAPH_END, SENTENCE_END, Engine, EngineVoice, Phonemes, Spoken, Utterance
from voicekit.engines._pool import Pool
from voicekit.errors import SoundError

SECONDS = 60.0
TAG = re.compile(r"[a-z]{2,8}(?:-[a-z]{3})?(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?(?:-[A-Za-z0-9]+)*")
HOSTILE = (
    "\0\x01\x1b[0m [[ [[[x]] ]] <break time='9s'/> &amp; <speak> |5V \\pause",
    "a\ud800b \ue000 \ufeff \u202e reversed \U0001f600 e\u0301",
    "…",
    " ",
    "",
)


def conforms(engine: Engine, language: str) -> None:
    """Fail where an engine breaks a promise. `language` is one whose words are separated by spaces."""
    voice = _has_voices(engine, language)
    with Pool(engine, workers=1) as pool, Pool(engine, workers=1) as another:
        _knows_its_words(engine, pool, voice)
        _repeats(pool, another, voice)
        _obeys_its_bounds(engine, pool, voice)
        _survives_hostile_text(engine, pool, voice)
        _has_variants(engine, pool, voice)


def _has_voices(engine: Engine, language: str) -> EngineVoice:
    voices = engine.voices()

    assert re.fullmatch(r"[a-z][a-z0-9-]*", engine.name)
    assert re.fullmatch(r"\d[\w.-]*", engine.version())
    assert 8_000 <= engine.sample_rate <= 48_000
    assert engine.speeds[0] < 1 < engine.speeds[1]
    assert len({(voice.language, voice.name) for voice in voices}) == len(voices)
    assert [voice.language for voice in voices] == sorted(voice.language for voice in voices)
    assert not [voice.language for voice in voices if not TAG.fullmatch(voice.language)]
    return next(voice for voice in voices if voice.language == language)


def _knows_its_words(engine: Engine, pool: Pool, voice: EngineVoice) -> None:
    text = f"one two{SENTENCE_END}three{PARAGRAPH_END}four five"
    spoken = pool.say(Utterance(text, voice.name), SECONDS)
    flat = pool.say(Utterance("one two three four five", voice.name), SECONDS)
    positions = [word.position for word in spoken.words]

    assert positions == [found.start() for found in re.finditer(r"\w+", text)]
    assert all(one.sample < other.sample for one, other in pairwise(spoken.words))
    assert spoken.words[0].sample >= 0
    assert spoken.words[-1].sample < spoken.samples.size
    assert spoken.samples.size > flat.samples.size + 0.2 * engine.sample_rate, "sentence ends are no pauses"


def _repeats(pool: Pool, another: Pool, voice: EngineVoice) -> None:
    first = Utterance("The first of two.", voice.name)
    second = Utterance("The second, at another speed.", voice.name, speed=1.3)
    once = [pool.say(one, SECONDS) for one in (first, second, first)]
    again = [another.say(one, SECONDS) for one in (second, first, second)]

    assert _bytes(once[0]) == _bytes(once[2]) == _bytes(again[1])
    assert _bytes(once[1]) == _bytes(again[0]) == _bytes(again[2])


def _bytes(spoken: Spoken) -> bytes:
    assert spoken.samples.dtype == np.int16
    return spoken.samples.tobytes()


def _obeys_its_bounds(engine: Engine, pool: Pool, voice: EngineVoice) -> None:
    slow, fast = (
        pool.say(Utterance("As slow or fast as it goes.", voice.name, speed=speed), SECONDS)
        for speed in engine.speeds
    )

    assert slow.samples.size > 1.5 * fast.samples.size
    with pytest.raises(SoundError, match="→"):
        pool.say(Utterance("This takes more than a tenth of a second.", voice.name), 0.1)
    with pytest.raises(SoundError, match="→"):
        pool.say(Utterance("Nobody says this.", "no-such-voice"), SECONDS)


def _survives_hostile_text(engine: Engine, pool: Pool, voice: EngineVoice) -> None:
    for text in HOSTILE:
        spoken = pool.say(Utterance(text, voice.name), SECONDS)
        assert all(0 <= word.position <= len(text) for word in spoken.words)
    nonsense = Phonemes(0, 5, "\u0001\ud800?]]")
    spelled = pool.say(Utterance("hello you", voice.name, phonemes=(nonsense,)), SECONDS)
    assert _bytes(spelled) == _bytes(pool.say(Utterance("hello you", voice.name), SECONDS))


def _has_variants(engine: Engine, pool: Pool, voice: EngineVoice) -> None:
    names = [name for group in engine.variants.values() for name in group]
    heard = {_bytes(pool.say(Utterance("Who is this?", voice.name, name), SECONDS)) for name in ("", *names)}

    assert min(len(group) for group in engine.variants.values()) >= 5
    assert len(heard) == len(names) + 1, "two variants sound the same"
