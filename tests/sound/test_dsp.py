import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.sounds import change_db, noise, pitch_of, sine
from voicekit._sound import dsp
from voicekit._sound.devices import CURVES, TELEPHONY
from voicekit._sound.pcm import Pcm, concat, peak_dbfs, rms_dbfs, silence
from voicekit.errors import SoundError

RATES = [8000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000]
CEILING = 10 ** (-1 / 20)
FACTORS = st.floats(0.25, 4.0)


# --- level ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("db", [-96, -12, -0.5, 0, 3])
def test_gain_is_exact_below_the_ceiling(db: float) -> None:
    quiet = sine(440, 8000, level=0.1)

    assert rms_dbfs(dsp.gain(quiet, db)) == pytest.approx(rms_dbfs(quiet) + db, abs=0.001)


@pytest.mark.parametrize("db", [6, 16, 40])
def test_gain_never_goes_beyond_the_ceiling(db: float) -> None:
    assert peak_dbfs(dsp.gain(noise(22_050, level=0.2), db)) <= -1 + 1e-6


def test_a_gain_of_nothing_changes_nothing() -> None:
    full = sine(440, 8000, level=1.0)

    assert dsp.gain(full, 0) is full


def test_below_the_ceiling_the_limiter_is_transparent() -> None:
    quiet = noise(8000, level=0.1)

    assert dsp.limit(quiet) is quiet


def test_the_limiter_only_touches_what_is_near_a_peak() -> None:
    samples = noise(22_050, 1, 0.05).samples.copy()
    samples[10_000:10_010] = 1.5

    limited = dsp.limit(Pcm(samples, 22_050))
    changed = np.flatnonzero(limited.samples != samples)

    assert np.abs(limited.samples).max() <= np.float32(CEILING)
    assert 10_000 - changed.min() <= 22_050 * 0.0051
    assert changed.max() - 10_009 <= 22_050 * 0.0051


def test_the_limiter_turns_down_and_does_not_clip() -> None:
    """A clipped sine has odd harmonics: the third of a sine clipped from +6 dB is 15 dB below it."""
    loud = sine(441, 22_050, level=2.0)

    limited = dsp.limit(loud)
    spectrum = np.abs(np.fft.rfft(limited.samples[2205:-2205] * np.hanning(limited.samples.size - 4410)))
    bins = [round(harmonic * 441 * (limited.samples.size - 4410) / 22_050) for harmonic in (1, 3)]

    assert 20 * np.log10(spectrum[bins[1]] / spectrum[bins[0]]) < -60


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-4, 4, width=32), min_size=1, max_size=300), st.floats(-20, 0))
def test_the_limiter_holds_any_sound(samples: list[float], ceiling: float) -> None:
    before = Pcm(np.array(samples), 8000)

    after = dsp.limit(before, ceiling)

    assert after.samples.size == before.samples.size
    assert peak_dbfs(after) <= ceiling + 1e-6
    assert (np.abs(after.samples) <= np.abs(before.samples)).all()
    assert (np.sign(after.samples) * np.sign(before.samples) >= 0).all()


# --- devices ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", RATES)
def test_the_telephone_band_has_its_edges(rate: int) -> None:
    def response(hertz: float) -> float:
        before = sine(hertz, rate)
        return change_db(before, dsp.telephony_band(before))

    assert response(300) == pytest.approx(-3, abs=0.5)
    assert response(3400) == pytest.approx(-3, abs=0.5)
    assert response(100) <= -20
    assert response(3900) <= -20
    assert all(abs(response(hertz)) <= 0.1 for hertz in (400, 500, 1000, 2000, 3000, 3200))


@pytest.mark.parametrize("name", CURVES)
def test_effects_move_nothing(name: str) -> None:
    click = np.zeros(8001, np.float32)
    click[4000] = 0.5

    heard = dsp.device_effect(Pcm(click, 24_000), name).samples

    assert heard.size == click.size
    assert np.argmax(np.abs(heard)) == 4000
    assert np.allclose(heard, heard[::-1], atol=1e-6)


@pytest.mark.parametrize("name", [name for name in CURVES if name != TELEPHONY])
def test_effects_are_gentle(name: str) -> None:
    before = noise(24_000)

    after = dsp.device_effect(before, name)

    assert after.samples.tolist() != before.samples.tolist()
    for hertz in (60, 100, 300, 1000, 3000, 8000, 11_000):
        assert abs(change_db(sine(hertz, 24_000), dsp.device_effect(sine(hertz, 24_000), name))) <= 4.1


def test_the_telephony_effect_is_the_band() -> None:
    before = noise(8000, level=0.05)

    assert (
        dsp.device_effect(before, TELEPHONY).samples.tolist() == dsp.telephony_band(before).samples.tolist()
    )


def test_effects_are_limited() -> None:
    assert peak_dbfs(dsp.device_effect(noise(24_000, level=0.4), "wearable-class-device")) <= -1 + 1e-6


def test_an_unknown_effect_is_refused() -> None:
    with pytest.raises(SoundError, match="toaster"):
        dsp.device_effect(silence(1, 8000), "toaster-class-device")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 40_000), st.sampled_from(RATES))
def test_filters_work_on_any_length(count: int, rate: int) -> None:
    assert dsp.telephony_band(noise(rate, count / rate)).samples.size == count


# --- time -------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(FACTORS, st.integers(0, 20_000))
def test_lengths_are_exact(factor: float, count: int) -> None:
    before = noise(16_000, count / 16_000)

    for change in (dsp.time_stretch, dsp.shift_rate):
        assert abs(change(before, factor).samples.size - count / factor) <= 0.5


@pytest.mark.parametrize("factor", [0.25, 0.5, 0.8, 0.96, 1.25, 2.0, 3.0, 4.0])
def test_stretching_keeps_the_pitch(factor: float) -> None:
    stretched = dsp.time_stretch(sine(440, 22_050, 2), factor)

    assert pitch_of(stretched) == pytest.approx(440, abs=2)
    assert rms_dbfs(stretched) == pytest.approx(rms_dbfs(sine(440, 22_050)), abs=0.3)


@pytest.mark.parametrize("factor", [0.25, 0.5, 2 ** (-1 / 12), 2 ** (1 / 12), 1.5, 2.0, 4.0])
def test_shifting_moves_pitch_and_speed(factor: float) -> None:
    rate, count = 22_050, 44_100

    shifted = dsp.shift_rate(sine(440, rate, 2), factor)

    assert pitch_of(shifted) == pytest.approx(440 * factor, rel=0.002)
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(count / factor)) * factor / rate)
    inner = slice(2000, -2000)
    assert np.abs(shifted.samples - expected)[inner].max() < 10 ** (-90 / 20)


def test_shifting_there_and_stretching_back_is_a_pitch_shift() -> None:
    factor = 2 ** (4 / 12)

    higher = dsp.time_stretch(dsp.shift_rate(sine(300, 22_050, 2), factor), 1 / factor)

    assert higher.samples.size == pytest.approx(44_100, abs=1)
    assert pitch_of(higher) == pytest.approx(300 * factor, abs=2)


@pytest.mark.parametrize("change", [dsp.time_stretch, dsp.shift_rate])
def test_a_factor_of_one_changes_nothing(change: type) -> None:
    before = noise(8000)

    assert change(before, 1.0) is before


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 500))
def test_trimming_takes_the_silent_ends(lead: int, count: int, tail: int) -> None:
    body = Pcm(np.full(count, 0.1), 8000)

    trimmed, gone = dsp.trim(concat([silence(lead / 8000, 8000), body, silence(tail / 8000, 8000)]), -60)

    assert gone == lead
    assert trimmed.samples.tolist() == body.samples.tolist()


def test_trimming_silence_leaves_nothing() -> None:
    trimmed, gone = dsp.trim(Pcm(np.full(100, 1e-5), 8000), -60)

    assert (trimmed.samples.size, gone) == (0, 100)
