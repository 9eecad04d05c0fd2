import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicekit import _limits as limits
from voicekit._speak.prosody import (
    PITCH_RANGE,
    RATE_RANGE,
    SILENT,
    Prosody,
    read_break,
    read_pitch,
    read_rate,
    read_volume,
)
from voicekit.errors import SoundError


@pytest.mark.parametrize(
    ("text", "factor"),
    [("80%", 0.8), ("+20%", 1.2), ("-25%", 0.75), ("1.5", 1.5), (".5", 0.5), ("medium", 1), ("x-slow", 0.5), ("fast", 1.3), ("", 1), ("quick", 1), ("0%", 1), ("-100%", 1), ("9000%", 5.0), ("1%", 0.2), ("+2st", 1)],
)  # fmt: skip
def test_rates(text: str, factor: float) -> None:
    assert read_rate(text) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("text", "semitones"),
    [("+2st", 2), ("-1.5st", -1.5), ("+0ST", 0), ("+100%", 12), ("-50%", -12), ("50%", -12), ("high", 3), ("x-low", -6), ("", 0), ("200Hz", 0), ("-100%", 0), ("+99st", 24)],
)  # fmt: skip
def test_pitches(text: str, semitones: float) -> None:
    assert read_pitch(text) == pytest.approx(semitones)


@pytest.mark.parametrize(
    ("text", "decibels"),
    [("+6dB", 6), ("-6db", -6), ("loud", 4), ("silent", SILENT), ("100", 0), ("50", -6.02), ("0", SILENT), ("-50%", -6.02), ("", 0), ("loudest", 0), ("+99dB", 16)],
)  # fmt: skip
def test_volumes(text: str, decibels: float) -> None:
    assert read_volume(text) == pytest.approx(decibels, abs=0.01)


@pytest.mark.parametrize(
    ("time", "strength", "seconds"),
    [("250ms", "", 0.25), ("1.5s", "weak", 1.5), ("+.5s", "", 0.5), ("0s", "", 0), ("", "", 0.75), ("", "none", 0), ("", "x-weak", 0.25), ("", "x-strong", 1.25), ("soon", "strong", 1.0), ("", "nonsense", 0.75), ("60s", "", 60)],
)  # fmt: skip
def test_breaks(time: str, strength: str, seconds: float) -> None:
    assert read_break(time, strength) == pytest.approx(seconds)


def test_a_break_over_the_limit_is_refused() -> None:
    with pytest.raises(SoundError, match=f"{limits.BREAK_SECONDS:g}"):
        read_break("60.001s", "")


ATTRIBUTES = st.one_of(st.text(max_size=8), st.from_regex(r"[+-]?\d{1,5}(\.\d)?(%|st|dB|)", fullmatch=True))


@given(st.lists(st.tuples(ATTRIBUTES, ATTRIBUTES, ATTRIBUTES), max_size=8))
def test_no_nesting_leaves_the_ranges(nested: list[tuple[str, str, str]]) -> None:
    prosody = Prosody()
    for rate, pitch, volume in nested:
        prosody = prosody.within(rate, pitch, volume).emphasised("strong")

    assert RATE_RANGE[0] <= prosody.rate <= RATE_RANGE[1]
    assert PITCH_RANGE[0] <= prosody.pitch <= PITCH_RANGE[1]
    assert prosody.gain >= SILENT
