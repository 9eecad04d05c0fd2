"""One run at an exact pitch and length. Imports the engines' pool, _sound and this room's segments.

Pitch is varispeed: the engine speaks slower or faster, and playing it back at another speed makes up for it. That is
exact for any voice; the formants move along. The engine's own speed setting is neither linear nor the same for every
text, so it is searched for; what it cannot reach is stretched.
"""

import math

from attrs import evolve, frozen

from voicekit import _limits as limits
from voicekit._sound import dsp
from voicekit._sound.pcm import Pcm, from_int16, silence
from voicekit._speak.prosody import SILENT
from voicekit._speak.segments import Run
from voicekit.engines import Engine, Spoken, Utterance
from voicekit.engines._pool import Pool
from voicekit.errors import SoundError

_PASSES = 4  # in all, the first at the voice's own speed
_CLOSE = 0.01  # how near to the wanted length is near enough


@frozen
class Take:
    """A run as it sounds, and where its words are: positions in its text, and seconds."""

    pcm: Pcm
    words: tuple[tuple[int, float], ...]

    def at(self, position: int) -> float:
        """Return when the first word at or behind a position of the text starts, or the end of the sound."""
        return next((seconds for where, seconds in self.words if where >= position), self.pcm.seconds)


def speak(run: Run, pool: Pool, engine: Engine, *, pause: bool, seconds: float) -> Take:
    """Have a run spoken.

    Args:
        run: What to say, and how.
        pool: Who says it.
        engine: Whose workers these are.
        pause: Whether to close with the pause that the end calls for.
        seconds: The most sound that it may become.

    Raises:
        SoundError: It would be longer, or the engine cannot say it.
    """
    factor = 2 ** (run.prosody.pitch / 12)
    utterance = Utterance(
        run.text, run.voice.voice.name, run.voice.variant, phonemes=run.phonemes, pause=pause
    )
    natural = pool.say(utterance, seconds * max(1.0, run.prosody.rate))
    if _length(natural) / run.prosody.rate > seconds * engine.sample_rate:
        raise too_long()
    wanted = _length(natural) * factor / run.prosody.rate
    spoken = natural if factor == run.prosody.rate == 1 else _search(pool, utterance, natural, wanted, engine)
    pcm = Pcm(from_int16(spoken.samples), engine.sample_rate)
    return Take(
        _shaped(pcm, wanted, factor, run.prosody.gain), _words(spoken, wanted, factor, engine.sample_rate)
    )


def too_long() -> SoundError:
    """Return the error for speech over the limit."""
    message = f"the speech would be longer than {limits.SPEECH_SECONDS:g} s"
    error = SoundError.of(message, remedy="split the text")
    assert isinstance(error, SoundError)
    return error


def _length(spoken: Spoken) -> int:
    return spoken.samples.size


def _search(pool: Pool, utterance: Utterance, natural: Spoken, wanted: float, engine: Engine) -> Spoken:
    """Speak at the speed that gives the wanted length, by secants on a log-log scale; return the best that was found."""
    found = {1.0: natural}
    # Where the engine cannot get as short as is wanted, it still stays below its natural length.
    bound = max(2 * wanted, _length(natural)) / engine.sample_rate + 1
    best = natural
    speed = 1.0
    for _ in range(_PASSES - 1):
        if abs(_length(best) - wanted) <= _CLOSE * wanted:
            break
        speed = _next_speed(found, speed, wanted, engine.speeds)
        if speed in found or not _length(natural):
            break
        found[speed] = pool.say(evolve(utterance, speed=speed), bound)
        best = min(found.values(), key=lambda one: abs(math.log(max(1, _length(one)) / wanted)))
    return best


def _next_speed(
    found: dict[float, Spoken], speed: float, wanted: float, speeds: tuple[float, float]
) -> float:
    length = _length(found[speed])
    slope = -1.0
    others = [one for one in found if one != speed]
    if others:
        other = others[-1]
        slope = math.log(length / _length(found[other])) / math.log(speed / other)
    ratio = (wanted / length) ** (1 / min(slope, -0.2))  # a speed that changes nothing has no slope to follow
    return float(min(max(speed * ratio, speeds[0]), speeds[1]))


def _shaped(pcm: Pcm, wanted: float, factor: float, gain: float) -> Pcm:
    stretch = _stretch(pcm.samples.size, wanted)
    pcm = dsp.shift_rate(dsp.time_stretch(pcm, stretch), factor)
    return silence(pcm.seconds, pcm.rate) if gain <= SILENT else dsp.gain(pcm, gain)


def _stretch(length: int, wanted: float) -> float:
    return 1.0 if not length or abs(length - wanted) <= _CLOSE * wanted else length / wanted


def _words(spoken: Spoken, wanted: float, factor: float, rate: int) -> tuple[tuple[int, float], ...]:
    scale = rate * factor * _stretch(_length(spoken), wanted)
    return tuple((word.position, word.sample / scale) for word in spoken.words)
