"""Segments → one sound with marks. Imports _sound, the engines' pool and this room's segments.

Silences are exact: next to one, the engine's own silence is cut off, so the gap lasts what was asked, at every rate.
"""

from attrs import evolve, frozen

from voicekit import _limits as limits
from voicekit._sound import dsp
from voicekit._sound.pcm import Pcm, concat, silence
from voicekit._speak.pace import Take, speak, too_long
from voicekit._speak.segments import Run, Segment, Silence
from voicekit.engines import Engine
from voicekit.engines._pool import Pool
from voicekit.model import Mark

_QUIET_DBFS = -60.0  # of the engine's samples at a run's ends: below this is silence


@frozen
class Performance:
    """What was said, and the times of its marks."""

    pcm: Pcm
    marks: tuple[Mark, ...]


def perform(segments: tuple[Segment, ...], pool: Pool, engine: Engine) -> Performance:
    """Speak segments one after the other.

    Raises:
        SoundError: The whole is longer than `_limits.SPEECH_SECONDS`, or the engine cannot say something.
    """
    pieces = [Pcm([], engine.sample_rate)]
    marks: list[Mark] = []
    samples = 0
    for index, segment in enumerate(segments):
        at = samples / engine.sample_rate
        left = limits.SPEECH_SECONDS - at
        if isinstance(segment, Silence):
            piece = silence(min(segment.seconds, left + 1), engine.sample_rate)
        else:
            before, after = (
                _heard(segments, range(index - 1, -1, -1)),
                _heard(segments, range(index + 1, len(segments))),
            )
            take = _take(segment, before, after, pool, engine, left)
            piece = take.pcm
            marks += [Mark(name, at + take.at(position)) for name, position in segment.marks]
        samples += piece.samples.size
        if samples > limits.SPEECH_SECONDS * engine.sample_rate:
            raise too_long()
        pieces.append(piece)
    return Performance(concat(pieces), tuple(marks))


def _heard(segments: tuple[Segment, ...], order: range) -> Segment | None:
    """Return the first segment in this order that is more than a place for marks."""
    found = (segments[index] for index in order)
    return next((one for one in found if isinstance(one, Silence) or not one.silent), None)


def _take(
    run: Run, before: Segment | None, after: Segment | None, pool: Pool, engine: Engine, seconds: float
) -> Take:
    if run.silent:
        return Take(Pcm([], engine.sample_rate), ())
    take = speak(run, pool, engine, pause=run.ends_clause and isinstance(after, Run), seconds=seconds)
    return _trimmed(take, head=isinstance(before, Silence), tail=isinstance(after, Silence))


def _trimmed(take: Take, *, head: bool, tail: bool) -> Take:
    if not head and not tail:
        return take
    rate = take.pcm.rate
    heard, lead = dsp.trim(take.pcm, _QUIET_DBFS)
    start = lead if head else 0
    stop = lead + heard.samples.size if tail else take.pcm.samples.size
    moved = tuple((position, max(0.0, seconds - start / rate)) for position, seconds in take.words)
    length = (stop - start) / rate
    return evolve(
        take,
        pcm=Pcm(take.pcm.samples[start:stop], rate),
        words=tuple((position, min(seconds, length)) for position, seconds in moved),
    )
