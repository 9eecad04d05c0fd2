import asyncio
import hashlib
import random
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import voicekit
from kit import pitch as kit
from voicekit import _limits as limits
from voicekit._sound.codecs import decode
from voicekit._sound.encodings import ENCODINGS
from voicekit._sound.pcm import Pcm, peak_dbfs, rms_dbfs
from voicekit._speak import voices
from voicekit._speak.speaker import Speaker, source
from voicekit.engines import Utterance
from voicekit.engines._pool import Pool
from voicekit.errors import MarkupError, SoundError, VoicekitError
from voicekit.model import Ask, Sound

RATE = 22_050
ROOT = Path(voicekit.__file__).parents[1]
PROMPT = (
    "Thank you for calling the northern harbour office. Your call is important to us, and you are number three in line. "
    "Please stay on the line, and one of our colleagues will be with you in about five minutes from now."
)
EN = Ask("Hello there.", None, "en-US", "en-US-Neural2-F", "PCM", sample_rate=RATE)
VOICES = [
    ("en-US", "en-US-Neural2-F", PROMPT[:110]),
    ("en-US", "en-US-Neural2-D", PROMPT[:110]),
    ("en-US", "en-US-Chirp3-HD-Puck", PROMPT[:110]),
    (
        "es-MX",
        "es-MX-Standard-A",
        "Gracias por llamar. Su llamada es importante para nosotros, por favor espere en la línea.",
    ),
    (
        "de-DE",
        "de-DE-Standard-B",
        "Vielen Dank für Ihren Anruf. Bitte bleiben Sie in der Leitung, wir sind gleich für Sie da.",
    ),
]

Speak = Callable[[Ask], Sound]
Samples = Callable[[Ask], NDArray[np.float32]]


def figure(text: str) -> None:
    print(f"\n    {text}", end="")


def ssml(body: str, **more: Any) -> Ask:
    return evolve(EN, text=None, ssml=f"<speak>{body}</speak>", **more)


def gaps(samples: NDArray[np.float32], *, longer: float = 0.1) -> list[float]:
    """The silences inside, in seconds, that are longer than `longer`."""
    heard = np.flatnonzero(np.abs(samples) > 10 ** (-60 / 20))
    steps = (np.diff(heard) - 1) / RATE
    return [float(step) for step in steps if step > longer]


# --- pitch and rate -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "voice", "text"), VOICES)
def test_pitch_is_right_within_three_tenths_of_a_semitone(
    samples: Samples, language: str, voice: str, text: str
) -> None:
    ask = evolve(EN, text=text, language=language, voice=voice)
    plain = samples(ask)
    worst = 0.0
    for semitones in (-20, -12, -6, -1.5, 1.5, 6, 12, 20):
        shifted = samples(evolve(ask, pitch=semitones))
        found, frames = kit.shift(shifted, plain, RATE, lowest=20 if semitones < -6 else 40)
        worst = max(worst, abs(found - semitones))

        assert frames >= 12
        assert abs(found - semitones) <= 0.3, f"{semitones} st came out as {found:.2f} st"
        assert abs(shifted.size / plain.size - 1) <= 0.03, f"{semitones} st changed the length"
    figure(f"{voice}: pitch within {worst:.2f} st")


@pytest.mark.parametrize(("language", "voice", "text"), VOICES)
def test_rate_is_right_within_three_per_cent(samples: Samples, language: str, voice: str, text: str) -> None:
    ask = evolve(EN, text=text, language=language, voice=voice)
    plain = samples(ask).size
    worst = 0.0
    for rate in (0.25, 0.5, 0.96, 1.25, 2.0):
        for pitch in (None, -6.0, 20.0):
            error = abs(samples(evolve(ask, rate=rate, pitch=pitch)).size * rate / plain - 1)
            worst = max(worst, error)

            assert error <= 0.03, f"rate {rate} at {pitch} st"
    figure(f"{voice}: length within {worst:.1%}")


def test_a_neutral_pitch_and_rate_change_nothing(speak: Speak) -> None:
    assert speak(EN) == speak(evolve(EN, pitch=0.0, rate=1.0, gain=0.0)) == speak(evolve(EN, rate=0.0))


def test_what_the_engine_cannot_reach_is_stretched(samples: Samples) -> None:
    plain = samples(evolve(EN, text=PROMPT)).size
    for rate, pitch in ((5.0, -24.0), (0.2, 24.0)):
        found = samples(ssml(f"<prosody rate='{rate:.0%}' pitch='{pitch:+g}st'>{PROMPT}</prosody>")).size

        assert found * rate / plain == pytest.approx(1, abs=0.03)


# --- breaks and marks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [None, 0.5, 2.0])
@pytest.mark.parametrize("seconds", [0.25, 0.5, 1, 2.5])
def test_a_break_is_exact_at_every_rate(samples: Samples, seconds: float, rate: float | None) -> None:
    found = gaps(samples(ssml(f"Press one,<break time='{seconds}s'/> now. ", rate=rate)))
    figure(f"{seconds} s at rate {rate}: {[round(gap, 4) for gap in found]}")

    assert [abs(gap - seconds) <= 0.005 for gap in found] == [True]


def test_a_break_takes_the_place_of_the_sentences_own_pause(samples: Samples) -> None:
    (plain,) = gaps(samples(ssml("One. Two.")))
    (long,) = gaps(samples(ssml("<s>One.</s><break time='900ms'/><s>Two.</s>")))
    none = gaps(samples(ssml("One.<break strength='none'/>Two.")))

    assert plain > 0.2
    assert long == pytest.approx(0.9, abs=0.005)
    assert none == []


def test_only_breaks_are_exact_silence(samples: Samples) -> None:
    heard = samples(ssml("<break time='1.5s'/> <break time='250ms'/><mark name='m'/>"))

    assert abs(heard.size - 1.75 * RATE) <= 2
    assert not heard.any()


def test_manners_that_meet_in_a_sentence_are_joined_without_a_hole(samples: Samples) -> None:
    assert gaps(samples(ssml("You have <prosody rate='90%'>seven</prosody> new messages")), longer=0.08) == []


def test_manners_that_meet_at_a_sentences_end_pause(samples: Samples) -> None:
    (found,) = gaps(
        samples(ssml("<prosody volume='+1dB'>One.</prosody> <prosody volume='-1dB'>Two.</prosody>"))
    )

    assert found > 0.2


def test_marks_are_the_engines_own_words(speak: Speak) -> None:
    text = "Press one to hear the menu again"
    engine, chosen = voices.engine(), voices.choose("en-US", EN.voice)
    with Pool(engine, workers=1) as pool:
        words = pool.say(Utterance(text, chosen.voice.name, chosen.variant), 9).words
    marked = " ".join(f"<mark name='{index}'/>{word}" for index, word in enumerate(text.split()))

    assert [mark.seconds for mark in speak(ssml(marked, marks=True)).marks] == [
        word.sample / RATE for word in words
    ]


@pytest.mark.parametrize(
    ("rate", "pitch"), [(None, None), (0.8, None), (1.6, 4.0), (0.25, -20.0), (2.0, 20.0)]
)
def test_marks_stand_where_the_speech_starts_again(
    speak: Speak, rate: float | None, pitch: float | None
) -> None:
    ask = ssml(
        "<mark name='start'/>Tea<break time='400ms'/><mark name='b'/>two <prosody rate='80%' pitch='+2st'>"
        "<break time='400ms'/>ten<break time='400ms'/> <mark name='c'/>pea</prosody><break time='400ms'/><mark name='end'/>",
        rate=rate,
        pitch=pitch,
        marks=True,
    )
    sound = speak(ask)
    heard = np.abs(decode(sound.data, encoding="PCM", sample_rate=RATE).samples) > 10 ** (-60 / 20)
    edges = np.flatnonzero(heard)
    starts = [
        float(edges[0] / RATE),
        *(float(edges[at + 1] / RATE) for at in np.flatnonzero(np.diff(edges) > 0.3 * RATE)),
    ]
    found = {mark.name: mark.seconds for mark in sound.marks}

    assert found["start"] <= 0.02 / (rate or 1)
    assert found["b"] == pytest.approx(starts[1], abs=0.005)
    assert found["c"] == pytest.approx(starts[3], abs=0.005)
    assert found["end"] == pytest.approx(heard.size / RATE, abs=0.001)


def test_marks_inside_a_slower_run_follow_its_words(speak: Speak) -> None:
    body = "<mark name='a'/>one <mark name='b'/>two <mark name='c'/>three <mark name='d'/>"
    plain = [mark.seconds for mark in speak(ssml(body, marks=True)).marks]
    slow = [mark.seconds for mark in speak(ssml(body, marks=True, rate=0.5)).marks]
    higher = [mark.seconds for mark in speak(ssml(body, marks=True, pitch=7)).marks]

    assert slow == pytest.approx([2 * one for one in plain], rel=0.12, abs=0.01)
    assert higher == pytest.approx(plain, rel=0.08, abs=0.01)


def test_marks_are_given_only_when_asked_for(speak: Speak) -> None:
    ask = ssml("One <mark name='a'/>two", marks=True)

    assert speak(evolve(ask, marks=False)) == evolve(speak(ask), marks=())


# --- what is said -------------------------------------------------------------------------------------


def test_a_phoneme_element_changes_what_is_said(samples: Samples) -> None:
    def same(one: str, other: str) -> bool:
        return bool(np.array_equal(samples(ssml(one)), samples(ssml(other))))

    assert not same("<phoneme ph='ˈrɛd'>read</phoneme>", "read")
    assert same("<phoneme ph='ˈrɛd'>read</phoneme>", '<phoneme alphabet="x-sampa" ph=\'"rEd\'>reed</phoneme>')
    assert same("<phoneme alphabet='ipa' ph='ʘǂ'>read</phoneme>", "read")
    assert same("<phoneme alphabet='sapi' ph='r eh d'>read</phoneme>", "read")


def test_markup_that_does_not_change_the_manner_does_not_change_the_sound(samples: Samples) -> None:
    plain = samples(ssml("You are number three in line."))
    marked = samples(
        ssml(
            "\n  You are <desc>nothing</desc><!-- nor this --><sub alias='number'>no.</sub>\n  <unknown>"
            "<say-as interpret-as='cardinal'>3</say-as></unknown> <audio src='https://example.com/a.wav'>in</audio> "
            "<prosody rate='medium' pitch='+0st'>line</prosody>.<metadata><x>y</x></metadata>"
        )
    )

    assert np.array_equal(plain, marked)


def test_voices_of_one_language_sound_different(speak: Speak) -> None:
    for names in (
        [f"en-US-Neural2-{letter}" for letter in "ACDEFGHIJ"],
        ["Kore", "Puck", "Zephyr", "Charon", "Leda"],
    ):
        assert len({speak(evolve(EN, voice=name)).data for name in names}) == len(names)


def test_a_language_switch_speaks_as_that_languages_own_voice(samples: Samples) -> None:
    inside = samples(ssml("<lang xml:lang='es-ES'>Buenos días, señora.</lang>"))
    own = samples(evolve(EN, text="Buenos días, señora.", language="es-ES"))

    assert np.array_equal(inside, own)


# --- level and format ---------------------------------------------------------------------------------


def test_gain_is_exact_until_the_limiter_holds_the_peaks(samples: Samples) -> None:
    plain, quiet, loud = (Pcm(samples(evolve(EN, gain=gain)), RATE) for gain in (None, -12.0, 16.0))

    assert rms_dbfs(quiet) == pytest.approx(rms_dbfs(plain) - 12, abs=0.05)
    assert rms_dbfs(loud) > rms_dbfs(plain) + 3
    assert peak_dbfs(loud) <= -0.99


def test_prosody_volume_is_heard_in_its_own_stretch(samples: Samples) -> None:
    heard = samples(ssml("One<break time='500ms'/><prosody volume='-12dB'>One</prosody>"))
    silent = samples(ssml("<prosody volume='silent'>One</prosody>"))
    middle = heard.size // 2

    assert rms_dbfs(Pcm(heard[middle:], RATE)) == pytest.approx(
        rms_dbfs(Pcm(heard[:middle], RATE)) - 12, abs=0.5
    )
    assert silent.size > 1000
    assert not silent.any()


def test_effects_are_applied_in_order(samples: Samples) -> None:
    one, other = "telephony-class-application", "wearable-class-device"
    sounds = [samples(evolve(EN, effects=effects)) for effects in ((), (one,), (other,), (one, other))]

    assert len({sound.tobytes() for sound in sounds}) == 4
    with pytest.raises(SoundError, match="no audio effect"):
        samples(evolve(EN, effects=("no-such-device",)))


@pytest.mark.parametrize("encoding", ["LINEAR16", "MULAW", "MP3", "OGG_OPUS", "AMR"])
def test_the_encoding_and_its_own_rate_come_back(speak: Speak, samples: Samples, encoding: str) -> None:
    sound = speak(evolve(EN, encoding=encoding, sample_rate=None))
    heard = decode(sound.data, encoding=encoding)

    assert sound.sample_rate == ENCODINGS[encoding].default_rate
    assert heard.seconds == pytest.approx(samples(EN).size / RATE, abs=0.08)


def test_pairs_of_encoding_and_rate_that_do_not_exist_are_refused_before_anything_is_said(
    speak: Speak,
) -> None:
    for ask in (evolve(EN, encoding="OGG_OPUS", sample_rate=22_050), evolve(EN, encoding="NOSUCH")):
        with pytest.raises(SoundError, match="→"):
            speak(ask)


# --- the same bytes -----------------------------------------------------------------------------------


def _asks() -> list[Ask]:
    body = (
        "<p>One<mark name='a'/> two.</p><break time='300ms'/><prosody pitch='+3st' rate='85%'>three</prosody>"
    )
    return [
        EN,
        evolve(EN, text=PROMPT, encoding="MULAW", sample_rate=8000, pitch=-1.5, rate=0.96),
        evolve(
            EN,
            text="Gracias por llamar.",
            language="es-MX",
            voice="es-MX-Neural2-A",
            encoding="MP3",
            sample_rate=None,
        ),
        evolve(EN, encoding="OGG_OPUS", sample_rate=None, effects=("telephony-class-application",), gain=4.0),
        evolve(EN, text=None, ssml=f"<speak>{body}</speak>", marks=True, pitch=5.0),
        evolve(EN, text="Guten Tag.", language="de-DE", voice="Kore", rate=0.25),
    ]


def test_the_same_ask_gives_the_same_bytes_in_any_order_on_any_speaker() -> None:
    async def spoken(seed: int) -> dict[int, set[Sound]]:
        order = [index for index in range(len(_asks())) for _ in range(3)]
        random.Random(seed).shuffle(order)
        async with Speaker(workers=2) as speaker:
            sounds = await asyncio.gather(*(speaker.speak(_asks()[index]) for index in order))
        found: dict[int, set[Sound]] = {}
        for index, sound in zip(order, sounds, strict=True):
            found.setdefault(index, set()).add(sound)
        return found

    first, second = asyncio.run(spoken(1)), asyncio.run(spoken(2))

    assert first == second
    assert all(len(sounds) == 1 for sounds in first.values())


def test_the_same_ask_gives_the_same_bytes_in_another_process(speak: Speak) -> None:
    script = """
import asyncio, hashlib
from voicekit._speak.speaker import Speaker
from voicekit.model import Ask
async def main():
    async with Speaker(workers=1) as speaker:
        ask = Ask("Please hold the line.", None, "en-GB", "en-GB-Neural2-B", "MULAW", pitch=-3.0, rate=1.2)
        print(hashlib.sha256((await speaker.speak(ask)).data).hexdigest())
asyncio.run(main())
"""
    here = speak(
        Ask("Please hold the line.", None, "en-GB", "en-GB-Neural2-B", "MULAW", pitch=-3.0, rate=1.2)
    )
    environment = {"PYTHONHASHSEED": "7", "LANG": "tr_TR.UTF-8", "TZ": "Asia/Tokyo"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )

    assert done.stdout.strip() == hashlib.sha256(here.data).hexdigest()


def test_source_names_everything_that_decides_the_bytes() -> None:
    engine, *others = source().split("+")

    assert engine == f"embedded/espeak-ng@{voices.engine().version()}"
    assert [one.partition("@")[0] for one in others] == ["voicekit", "av", "babel", "unicode-rbnf"]
    assert f"av@{version('av')}" in others


# --- bounds -------------------------------------------------------------------------------------------


def test_too_much_to_say_is_refused_with_a_remedy(speak: Speak) -> None:
    digits = "<say-as interpret-as='characters'>" + "7" * 7_000 + "</say-as>"
    asks = {
        "characters to say": evolve(EN, text="a" * (limits.SPEECH_CHARACTERS + 1)),
        "characters": ssml(digits),
        "speech is longer": evolve(EN, text="77. " * 5_000),
        "would be longer": evolve(EN, text="Seventy-seven. " * 400, rate=0.25),
        "longer than": ssml("<break time='60s'/>" * 16),
        "a break of": ssml("<break time='61s'/>"),
        "no embedded voice": evolve(EN, language="tlh-KX"),
    }
    for message, ask in asks.items():
        with pytest.raises(SoundError, match=message) as caught:
            speak(ask)
        assert caught.value.problems[0].remedy


def test_markup_that_is_none_is_refused(speak: Speak) -> None:
    with pytest.raises(MarkupError):
        speak(evolve(EN, text=None, ssml="<speak>a & b</speak>"))


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=40))
def test_any_text_is_spoken_or_refused(speak: Speak, text: str) -> None:
    try:
        heard = len(speak(evolve(EN, text=text)).data)
    except VoicekitError as error:
        heard, message = 0, str(error)
        assert "no sound" in message or "nothing" in message
    if any(letter.isascii() and letter.isalpha() for letter in text):
        assert heard > 1_000


def test_how_long_a_prompt_takes(speak: Speak) -> None:
    ask = evolve(EN, text=PROMPT, encoding="MULAW", sample_rate=8000)
    for name, one in {"plain": ask, "pitch and rate": evolve(ask, pitch=-1.5, rate=0.96)}.items():
        speak(one)
        started = time.perf_counter()
        seconds = [len(speak(one).data) / 8000 for _ in range(5)]
        taken = (time.perf_counter() - started) / len(seconds)
        figure(f"{len(PROMPT)} characters, {name}: {taken * 1000:.0f} ms for {seconds[0]:.1f} s")

        assert taken < seconds[0], "slower than it is heard"
