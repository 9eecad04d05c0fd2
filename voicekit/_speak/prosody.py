"""Values of SSML attributes as numbers: rate, pitch, volume, emphasis, breaks. Imports errors and _limits.

Where the W3C leaves a word to the implementation, the value is ours and stands here. What cannot be read changes nothing.
"""

import math
import re

from attrs import evolve, frozen

from voicekit import _limits as limits
from voicekit.errors import SoundError

RATE_RANGE = (0.2, 5.0)  # factor; what nested elements may add up to
PITCH_RANGE = (-24.0, 24.0)  # semitones, the same
SILENT = -120.0  # dB

_RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 1.3, "x-fast": 1.75}
_PITCHES = {"x-low": -6.0, "low": -3.0, "medium": 0.0, "default": 0.0, "high": 3.0, "x-high": 6.0}
_VOLUMES = {
    "silent": SILENT,
    "x-soft": -12.0,
    "soft": -6.0,
    "medium": 0.0,
    "default": 0.0,
    "loud": 4.0,
    "x-loud": 8.0,
}
# Rate, semitones, dB: gentle, because a stressed word still has to fit its sentence.
_EMPHASIS = {
    "strong": (0.9, 1.0, 3.0),
    "moderate": (0.95, 0.5, 1.5),
    "": (0.95, 0.5, 1.5),
    "reduced": (1.05, -0.5, -3.0),
    "none": (1.0, 0.0, 0.0),
}
# Seconds. The five lengths are those that Azure documents for its own break element; no attribute at all is "medium".
_BREAKS = {"none": 0.0, "x-weak": 0.25, "weak": 0.5, "medium": 0.75, "strong": 1.0, "x-strong": 1.25}
_NUMBER = re.compile(r"([+-]?)(\d{1,6}(?:\.\d{1,6})?|\.\d{1,6})(%|st|dB|Hz)?", re.IGNORECASE)
_TIME = re.compile(r"\+?(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})(ms|s)", re.IGNORECASE)


@frozen
class Prosody:
    """How a stretch is spoken, relative to the voice as it is.

    Attributes:
        rate: Factor of the speed.
        pitch: Semitones.
        gain: dB.
    """

    rate: float = 1.0
    pitch: float = 0.0
    gain: float = 0.0

    def within(self, rate: str, pitch: str, volume: str) -> "Prosody":
        """Return what a ``<prosody>`` inside this one means: rates multiply, semitones and dB add up."""
        return self._moved(read_rate(rate), read_pitch(pitch), read_volume(volume))

    def emphasised(self, level: str) -> "Prosody":
        """Return what an ``<emphasis>`` inside this one means."""
        return self._moved(*_EMPHASIS.get(level, (1.0, 0.0, 0.0)))

    def _moved(self, rate: float, pitch: float, gain: float) -> "Prosody":
        return evolve(
            self,
            rate=_between(self.rate * rate, RATE_RANGE),
            pitch=_between(self.pitch + pitch, PITCH_RANGE),
            gain=max(SILENT, self.gain + gain),
        )


def _between(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])


def _parts(text: str) -> tuple[str, float, str] | None:
    found = _NUMBER.fullmatch(text.strip())
    return (found[1], float(found[1] + found[2]), (found[3] or "").lower()) if found else None


def read_rate(text: str) -> float:
    """Read a rate as a factor: a word, ``80%``, ``-20%``, or a number as Azure and SSML 1.0 have it."""
    if text in _RATES:
        return _RATES[text]
    sign, value, unit = _parts(text) or ("", 0.0, "?")
    if unit == "%":
        factor = 1 + value / 100 if sign else value / 100
    elif unit == "":
        factor = 1 + value if sign else value
    else:
        return 1.0
    return _between(factor, RATE_RANGE) if factor > 0 else 1.0


def read_pitch(text: str) -> float:
    """Read a pitch as semitones: a word, ``+2st``, ``-10%``. Hertz are not followed: the voices differ too much."""
    if text in _PITCHES:
        return _PITCHES[text]
    sign, value, unit = _parts(text) or ("", 0.0, "?")
    if unit == "st":
        return _between(value, PITCH_RANGE)
    if unit == "%":
        factor = 1 + value / 100 if sign else value / 100
        return _between(12 * math.log2(factor), PITCH_RANGE) if factor > 0 else 0.0
    return 0.0


def read_volume(text: str) -> float:
    """Read a volume as dB: a word, ``+6dB``, ``-10%``, or a number of 0 to 100 as Azure and SSML 1.0 have it."""
    if text in _VOLUMES:
        return _VOLUMES[text]
    sign, value, unit = _parts(text) or ("", 0.0, "?")
    if unit == "db":
        return _between(value, (SILENT, limits.GAIN[1]))
    if unit not in {"", "%"}:
        return 0.0
    factor = 1 + value / 100 if sign else value / 100
    return _between(20 * math.log10(factor), (SILENT, limits.GAIN[1])) if factor > 0 else SILENT


def read_break(time: str, strength: str) -> float:
    """Read a ``<break>`` as seconds. Its time counts before its strength.

    Raises:
        SoundError: It is longer than a break may be.
    """
    found = _TIME.fullmatch(time.strip())
    if found is None:
        return _BREAKS.get(strength.strip(), _BREAKS["medium"])
    seconds = float(found[1]) / (1000 if found[2].lower() == "ms" else 1)
    if seconds > limits.BREAK_SECONDS:
        raise SoundError.of(
            f"a break of {seconds:g} s; at most {limits.BREAK_SECONDS:g} s are made",
            remedy="shorten it, or use several breaks",
        )
    return seconds
