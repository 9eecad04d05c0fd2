import pytest

from kit.sounds import noise, sine
from voicekit._sound.dsp import gain
from voicekit._sound.loudness import lufs
from voicekit._sound.pcm import Pcm, concat, silence


@pytest.mark.parametrize("rate", [8000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("seconds", [0.05, 0.3, 0.45, 5.0])
def test_the_reference_tone_of_bs_1770(rate: int, seconds: float) -> None:
    """997 Hz at full scale is −3.01 LUFS; a sound under 400 ms is measured as if it went on."""
    assert lufs(sine(997, rate, seconds, level=1.0)) == pytest.approx(-3.01, abs=0.1)


@pytest.mark.parametrize("db", [-40, -20, -6])
def test_loudness_follows_gain(db: float) -> None:
    before = noise(24_000, 2)
    quiet, loud = lufs(gain(before, db)), lufs(before)

    assert quiet is not None
    assert loud is not None
    assert quiet == pytest.approx(loud + db, abs=0.05)


def test_long_pauses_are_gated_out() -> None:
    speech = noise(8000, 3)

    assert lufs(concat([speech, silence(20, 8000)])) == pytest.approx(lufs(speech), abs=0.5)


@pytest.mark.parametrize(
    "sound", [silence(1, 8000), silence(0, 8000), sine(440, 8000, 0.005), noise(8000, 2, 1e-6)]
)
def test_silence_and_clicks_have_no_loudness(sound: Pcm) -> None:
    assert lufs(sound) is None
