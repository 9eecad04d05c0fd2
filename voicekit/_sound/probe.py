"""What a file really is, and whether it is what was asked for. Imports the decoder and whole, so numpy and av.

Nothing is taken from a name or a media type; every file is followed to its last byte and decoded. What cannot be seen
for a container is listed in `whole`.
"""

import numpy as np
from attrs import frozen, mutable
from numpy.typing import NDArray

from voicekit import _limits as limits
from voicekit._sound import containers, decoder, whole
from voicekit._sound.encodings import ENCODINGS, problem_with
from voicekit._sound.pcm import decibels, peak
from voicekit.errors import SoundError, WrongAnswer

_BIT_RATE_TOLERANCE = 0.1  # of what was asked for: encoders that vary it keep the mean about so well
_OPUS_CLOCK = (0, 48_000)  # what an Opus file may state for any sound: unknown, or the codec's own rate


@frozen
class Media:
    """What a file holds.

    Attributes:
        container: As `Encoding.container`.
        codec: As `Encoding.codec`, or libav's name for a codec that no encoding has.
        sample_rate: Hz, as the file states it; 0 where an Opus file does not.
        channels: Samples at each moment.
        duration: Seconds, by decoding.
        size: Bytes.
        bit_rate: bit/s, as the frames of an MP3 file state it; None for any other.
    """

    container: str
    codec: str
    sample_rate: int
    channels: int
    duration: float
    size: int
    bit_rate: int | None = None


def probe(data: bytes, *, encoding: str | None = None, sample_rate: int | None = None) -> Media:
    """Look at a whole file.

    Args:
        data: The file.
        encoding: Needed, as ``PCM``, for headerless sound only.
        sample_rate: Hz, needed for headerless sound only.

    Raises:
        SoundError: It is no sound that we know, is cut off, contradicts itself, or cannot be decoded.
    """
    return _examine(data, encoding, sample_rate, limits.FILE_SECONDS)[0]


def verify(
    data: bytes,
    encoding: str,
    sample_rate: int | None,
    *,
    text_length: int,
    may_be_silent: bool = False,
    bit_rate: int | None = None,
    channels: int | None = None,
) -> Media:
    """Check that an answer is the sound that was asked for.

    Args:
        data: The answer.
        encoding: The encoding that was asked for.
        sample_rate: Hz that were asked for, or None if the vendor was to choose; headerless sound is then taken to
            have the encoding's default rate. An Opus file passes if it states the rate asked for, 48000 or none,
            since the codec itself plays at 48000 Hz.
        text_length: Characters that were sent, markup counted. The answer may last `_limits.SPEECH_ALLOWANCE` seconds
            and `_limits.SPEECH_PER_CHARACTER` more for each of them, which even a slow reading of long numbers and a
            ``<break time="60s"/>`` stay under.
        may_be_silent: Whether the prompt is nothing but pauses.
        bit_rate: bit/s that were asked for, or None. Only of MP3 can it be seen; other codecs vary theirs with the sound.
        channels: The channels that were asked for, or None.

    Raises:
        WrongAnswer: It is not.
        SoundError: The encoding does not exist, or not at these rates.
    """
    problem = problem_with(encoding, sample_rate, bit_rate)
    if problem:
        raise SoundError.of(problem[0], remedy=problem[1])
    longest = limits.SPEECH_ALLOWANCE + limits.SPEECH_PER_CHARACTER * text_length
    try:
        media, meter = _examine(
            data, encoding, sample_rate or ENCODINGS[encoding].default_rate, min(longest, limits.FILE_SECONDS)
        )
    except decoder.TooLong:
        raise WrongAnswer.of(
            f"the answer is too long: {text_length} characters cannot last longer than {longest:.0f} s",
            remedy="the vendor may have repeated itself: try again, or split the prompt",
        ) from None
    except SoundError as error:
        raise WrongAnswer(error.problems) from error
    _check_kind(media, encoding, sample_rate)
    _check_size(media, bit_rate, channels)
    if not may_be_silent and decibels(meter.peak) < limits.SILENCE_DBFS:
        raise WrongAnswer.of(
            f"the answer is silent: it never rises above {limits.SILENCE_DBFS:g} dBFS",
            remedy="check that the voice speaks the language of the text",
        )
    return media


@mutable
class _Meter:
    """What is to be known of samples that are not kept."""

    samples: int = 0
    peak: float = 0.0

    def take(self, row: NDArray[np.float32]) -> None:
        self.samples += row.size
        self.peak = max(self.peak, peak(row))


def _examine(
    data: bytes, encoding: str | None, sample_rate: int | None, most_seconds: float
) -> tuple[Media, _Meter]:
    container = containers.container_of(data, encoding)
    claim = whole.check(data, container)
    meter = _Meter()
    found = decoder.hear(data, encoding, sample_rate, meter.take, most_seconds)
    media = Media(
        container=found.container,
        codec=found.codec,
        sample_rate=found.sample_rate,
        channels=found.channels,
        duration=meter.samples / found.rate,
        size=len(data),
        bit_rate=claim.bit_rate if claim else None,
    )
    if not meter.samples:
        raise whole.broken(container, "it has no sound in it")
    if claim and abs(claim.seconds - media.duration) > claim.tolerance:
        raise whole.broken(
            container, f"it says that it lasts {claim.seconds:.3f} s, and lasts {media.duration:.3f} s"
        )
    return media, meter


def _check_kind(media: Media, encoding: str, sample_rate: int | None) -> None:
    asked = ENCODINGS[encoding]
    # A header before the samples that were asked for bare, as links of Gemini's end in .wav, is no reason to lose what was paid for.
    headed = encoding == "PCM" and (media.container, media.codec) == ("wav", asked.codec)
    if (media.container, media.codec) != (asked.container, asked.codec) and not headed:
        raise WrongAnswer.of(
            f"the answer is {media.codec} in a {media.container} file; {encoding} is {asked.codec} in {asked.container}",
            remedy="ask for the encoding that the vendor really sends, and let the target re-shape it",
        )
    stated_by_clock = media.codec == "opus" and media.sample_rate in _OPUS_CLOCK
    if sample_rate and media.sample_rate != sample_rate and not stated_by_clock:
        raise WrongAnswer.of(
            f"the answer has {media.sample_rate} Hz; {sample_rate} Hz were asked for",
            remedy="leave the sample rate out, or use one that this voice has; the target re-shapes it",
        )


def _check_size(media: Media, bit_rate: int | None, channels: int | None) -> None:
    if channels and media.channels != channels:
        raise WrongAnswer.of(
            f"the answer's number of channels is {media.channels}, and {channels} was asked for",
            remedy="leave the channels out; the target re-shapes them",
        )
    found = media.bit_rate
    if bit_rate and found and abs(found - bit_rate) > _BIT_RATE_TOLERANCE * bit_rate:
        raise WrongAnswer.of(
            f"the answer has {found} bit/s; {bit_rate} bit/s were asked for",
            remedy="leave the bit rate out, or use one that this voice has",
        )
