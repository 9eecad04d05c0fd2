"""Vendor bytes to the file that a target asks for, and pieces to one sound. Imports the room's codecs and riff."""

from collections.abc import Sequence
from itertools import accumulate

from attrs import field, frozen

from voicekit import model
from voicekit._sound import decoder, encoder, riff
from voicekit._sound.encodings import ENCODINGS, Encoding, problem_with
from voicekit._sound.pcm import Pcm, concat, resample
from voicekit.errors import SoundError

_HEADERLESS = ("pcm_mulaw", "pcm_alaw")  # what platforms also take without the header that vendors send


def shape(data: bytes, shape: model.Shape, *, encoding: str, sample_rate: int | None) -> bytes:
    """Make a vendor's answer into the file that a target asks for.

    Args:
        data: The answer, as `probe.verify` accepted it.
        shape: What the file must be. Without a container, the vendor's bytes are kept untouched.
        encoding: The encoding that the answer was asked for in; needed for headerless sound.
        sample_rate: Hz that the answer was asked for in; needed for headerless sound.

    Returns:
        The file. Sound that has the codec, rate and channels already keeps every sample: a WAV header becomes our
        canonical one, other containers keep their bytes. Anything else is decoded, resampled and encoded.

    Raises:
        SoundError: The answer cannot be decoded, or the shape cannot be made.
        HostError: PyAV brings no encoder for the shape's codec.
    """
    if shape.container is None:
        return data
    _refuse_channels(shape)
    found = decoder.decode(data, encoding, sample_rate)
    kept = _kept(data, found.file, shape)
    return kept if kept is not None else _encoded(found.pcm, shape)


@frozen
class Joined:
    """Pieces made into one file.

    Attributes:
        data: The file.
        starts: Seconds at which each piece begins.
    """

    data: bytes = field(repr=False)
    starts: tuple[float, ...]


def joined(
    pieces: Sequence[bytes],
    wanted: model.Shape,
    *,
    encoding: str,
    sample_rate: int | None,
    bit_rate: int | None = None,
    channels: int | None = None,
) -> Joined:
    """Make the answers for the pieces of one prompt into one file, with no pause and no header between them.

    Args:
        pieces: The answers in order, as `probe.verify` accepted them; at least one. A single one is what `shape` makes
            of it.
        wanted: What the file must be. Without a container, the sound is encoded once more as it was asked for.
        encoding: As for `shape`.
        sample_rate: As for `shape`.
        bit_rate: bit/s that the answers were asked for in, for sound that is encoded as it was asked for.
        channels: The same.

    Raises:
        SoundError: As for `shape`.
        HostError: As for `shape`.
    """
    if len(pieces) == 1:
        return Joined(shape(pieces[0], wanted, encoding=encoding, sample_rate=sample_rate), (0.0,))
    _refuse_channels(wanted)
    heard = [decoder.decode(piece, encoding, sample_rate).pcm for piece in pieces]
    rate = heard[0].rate
    heard = [resample(part, rate) for part in heard]
    whole = join(heard)
    ends = [samples / rate for samples in accumulate(part.samples.size for part in heard)]
    if wanted.container is not None:
        return Joined(_encoded(whole, wanted), (0.0, *ends[:-1]))
    # Opus plays at 48 kHz whatever it was asked for, and the file may say so.
    stated = sample_rate if sample_rate and problem_with(encoding, sample_rate) is None else rate
    data = encoder.encode(whole, encoding, stated, bit_rate=bit_rate, channels=channels or 1)
    return Joined(data, (0.0, *ends[:-1]))


def join(pieces: Sequence[Pcm]) -> Pcm:
    """Put the pieces of one prompt together, with no pause added, at the rate of the first.

    Raises:
        SoundError: There are no pieces.
    """
    return concat([resample(piece, pieces[0].rate) for piece in pieces])


def _refuse_channels(shape: model.Shape) -> None:
    if shape.channels != 1:
        raise SoundError.of(
            f"a prompt of {shape.channels} channels cannot be made", remedy="choose a mono target"
        )


def _kept(data: bytes, file: decoder.Heard, shape: model.Shape) -> bytes | None:
    """Return the sound in its shape without decoding it, if it has that codec, rate and channel already."""
    same = (file.codec, file.channels) == (shape.codec, 1) and file.sample_rate == (
        shape.sample_rate or file.sample_rate
    )
    if not same:
        return None
    samples = riff.strip_header(data) if file.container == "wav" else data
    if shape.container == "wav" and shape.codec in riff.TAGS:
        return riff.write(samples, codec=shape.codec, rate=file.sample_rate)
    if shape.container == "raw":
        return samples
    return data if file.container == shape.container else None


def _encoded(pcm: Pcm, shape: model.Shape) -> bytes:
    if shape.container == "raw" and shape.codec in _HEADERLESS:
        return encoder.coded(resample(pcm, shape.sample_rate or pcm.rate), shape.codec)
    return encoder.encode(pcm, _encoding(shape).name, shape.sample_rate)


def _encoding(shape: model.Shape) -> Encoding:
    for encoding in ENCODINGS.values():
        if (encoding.container, encoding.codec) == (shape.container, shape.codec):
            return encoding
    raise SoundError.of(
        f"voicekit makes no {shape.codec} in a {shape.container} file",
        remedy="correct the target's container or codec",
    )
