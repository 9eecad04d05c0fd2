import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.sounds import change_db, int16_ramp, noise, sine
from voicekit._sound import pcm as sound
from voicekit._sound.pcm import Pcm
from voicekit.errors import SoundError

RATES = st.sampled_from([8000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000])


def test_samples_are_one_read_only_row_of_float32() -> None:
    pcm = Pcm(np.array([0.0, 0.5, -1.0]), 8000)

    assert pcm.samples.dtype == np.float32
    assert pcm.seconds == 3 / 8000
    with pytest.raises(ValueError, match="read-only"):
        pcm.samples[0] = 1
    with pytest.raises(ValueError, match="one row"):
        Pcm(np.zeros((2, 2)), 8000)


def test_a_sound_leaves_the_array_that_it_was_made_of_alone() -> None:
    array = np.zeros(3, np.float32)

    Pcm(array, 8000)
    array[0] = 1

    assert array[0] == 1


@given(st.lists(st.floats(0, 2), min_size=1, max_size=4), RATES)
def test_silences_add_up(lengths: list[float], rate: int) -> None:
    joined = sound.concat([sound.silence(length, rate) for length in lengths])

    assert joined.samples.size == sum(round(length * rate) for length in lengths)
    assert sound.peak_dbfs(joined) == sound.rms_dbfs(joined) == -math.inf


@pytest.mark.parametrize("pieces", [[], [sound.silence(1, 8000), sound.silence(1, 16_000)]])
def test_only_sounds_of_one_rate_can_be_joined(pieces: list[Pcm]) -> None:
    with pytest.raises(SoundError, match="one rate"):
        sound.concat(pieces)


def test_levels_of_a_sine() -> None:
    full = sine(1000, 8000, level=1.0)

    assert sound.peak_dbfs(full) == pytest.approx(0, abs=0.01)
    assert sound.rms_dbfs(full) == pytest.approx(-3.01, abs=0.01)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3000), RATES, RATES)
def test_resampling_gives_the_exact_length(count: int, old: int, new: int) -> None:
    resampled = sound.resample(noise(old, count / old), new)

    assert resampled.rate == new
    assert resampled.samples.size == round(count * new / old)


@pytest.mark.parametrize(("old", "new"), [(22_050, 8000), (22_050, 24_000), (48_000, 8000), (8000, 48_000)])
def test_resampling_keeps_every_position(old: int, new: int) -> None:
    expected = sine(997, new, 0.5).samples

    heard = sound.resample(sine(997, old, 0.5), new).samples

    inner = slice(new // 20, -new // 20)
    assert np.abs(heard - expected)[inner].max() < 10 ** (-100 / 20)


@pytest.mark.parametrize(
    ("hertz", "at_most"), [(4_100, -95), (4_500, -95), (5_000, -95), (7_000, -95), (10_000, -95)]
)
def test_what_would_fold_back_is_suppressed(hertz: int, at_most: float) -> None:
    before = sine(hertz, 22_050)

    after = sound.resample(before, 8000)

    assert change_db(before, after) < at_most


@pytest.mark.parametrize("hertz", [200, 1000, 3000, 3700])
def test_what_can_be_kept_is_kept(hertz: int) -> None:
    before = sine(hertz, 22_050)

    assert change_db(before, sound.resample(before, 8000)) == pytest.approx(0, abs=0.01)


def test_very_short_sounds_are_resampled_too() -> None:
    short = sine(440, 48_000, 0.005)

    assert sound.rms_dbfs(sound.resample(short, 8000)) == pytest.approx(sound.rms_dbfs(short), abs=0.5)


def test_16_bits_come_back_exactly() -> None:
    assert sound.to_int16(sound.from_int16(int16_ramp())).tolist() == int16_ramp().tolist()


def test_what_is_too_loud_for_16_bits_is_held_at_their_ends() -> None:
    assert sound.to_int16(np.array([1.0, 2.0, -1.0, -2.0], np.float32)).tolist() == [
        32767,
        32767,
        -32768,
        -32768,
    ]
