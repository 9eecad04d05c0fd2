"""From the sounds of a file's pieces to the file and its record."""

from collections.abc import Iterable, Iterator, Sequence

from attrs import field, frozen

from voicekit import _captions, _wire, providers, ssml
from voicekit._keep import Shelf
from voicekit._plan import BUILD, joined_key, shape_key
from voicekit._sound import codecs, loudness, probe
from voicekit._sound import shape as shaping
from voicekit._sound.encodings import ENCODINGS
from voicekit.errors import SoundError, VoicekitError
from voicekit.model import Artefact, Ask, Element, Mark, RequestPlan


@frozen
class Had:
    """The bytes of one key, and what is known of them.

    Attributes:
        encoding: The encoding that they were asked for in; empty for a recording, which says it itself.
        endpoint: Who gave them.
    """

    key: str
    data: bytes = field(repr=False)
    encoding: str
    sample_rate: int | None
    endpoint: str
    marks: tuple[Mark, ...] = ()


def write(rows: Sequence[RequestPlan], parts: Sequence[Had], shelf: Shelf) -> Artefact:
    """Join the pieces of a file, write it, and measure what was written.

    Args:
        rows: All pieces of one file, in order.
        parts: Their sounds.
        shelf: The pack's folder.

    Raises:
        SoundError: Pieces are missing, or a sound cannot be made into the shape.
        HostError: The disk refuses.
    """
    _refuse_gaps(rows)
    row, first = rows[0], parts[0]
    made = _joined(rows, parts)
    encoding = first.encoding or None
    pcm = codecs.decode(made.data, encoding=encoding, sample_rate=first.sample_rate)
    media = probe.probe(made.data, encoding=encoding, sample_rate=first.sample_rate)
    marks = tuple(_moved([part.marks for part in parts], made.starts))
    file = below_pack(row)
    shelf.write(file, made.data)
    captions = {
        _beside(file, kind): _captioned(rows, marks, media.duration, kind) for kind in row.shape.captions
    }
    for name, data in captions.items():
        shelf.write(name, data)
    keys = [piece.key for piece in rows]
    key = joined_key(keys)
    return Artefact(
        pack=row.pack,
        id=row.prompt,
        locale=row.locale,
        profile=row.profile,
        file=file,
        key=key,
        text=row.text,
        duration=round(media.duration, 3),
        sample_rate=media.sample_rate,
        encoding=_encoding_name(row, media),
        loudness=_rounded(loudness.lufs(pcm)),
        provider=row.provider,
        endpoint=first.endpoint,
        source=row.source,
        characters_billed=sum(piece.characters_billed for piece in rows),
        digest=_wire.digest(made.data),
        size=len(made.data),
        shape=shape_key(key, row.shape),
        request_key=joined_key([piece.request_key for piece in rows]),
        pieces=tuple(keys) if len(keys) > 1 else (),
        marks=marks,
        captions=tuple(captions),
        caption_digests=tuple(map(_wire.digest, captions.values())),
        fallback=row.fallback,
    )


def _joined(rows: Sequence[RequestPlan], parts: Sequence[Had]) -> shaping.Joined:
    """Make pieces into one sound; what is encoded anew has the bit rate and channels that the requests name."""
    ask, first = asked(rows[0]), parts[0]
    return shaping.joined(
        [part.data for part in parts],
        rows[0].shape,
        encoding=first.encoding,
        sample_rate=first.sample_rate,
        bit_rate=ask.bit_rate if ask else None,
        channels=ask.channels if ask else None,
    )


def below_pack(row: RequestPlan) -> str:
    """Return where a row's file lies inside its pack's folder."""
    return row.file.removeprefix(f"{BUILD}/{row.pack}/")


def names(row: RequestPlan) -> list[str]:
    """Return every file that is written for a row's prompt, inside its pack's folder."""
    file = below_pack(row)
    return [file, *(_beside(file, kind) for kind in row.shape.captions)]


def said(row: RequestPlan) -> str:
    """Return what one request says: of a piece only its part of the prompt."""
    content = row.text if row.pieces == 1 else _content(row)
    return content if isinstance(content, str) else ssml.plain_text(content)


def _content(row: RequestPlan) -> Element | str:
    ask = asked(row)
    if ask is None:
        return row.text
    return ask.content if ask.ssml is None else ssml.parse(ask.ssml)


def asked(row: RequestPlan) -> Ask | None:
    """Return the wish behind a row's request; None for a recording, and for what its vendor's page does not allow."""
    if row.recording:
        return None
    try:
        return providers.get(row.provider).parse(row.call)
    except VoicekitError:
        return None


def length_said(row: RequestPlan) -> int:
    """Count the characters of what one request says, markup counted; all of a request that its vendor's page does not allow."""
    ask = asked(row)
    return len(row.call.body.decode(errors="replace") if ask is None else ask.content)


def _refuse_gaps(rows: Sequence[RequestPlan]) -> None:
    if [row.piece for row in rows] != list(range(rows[0].pieces)):
        raise SoundError.of(
            f"only {len(rows)} of its {rows[0].pieces} pieces are planned",
            remedy="select the whole prompt",
        )


def _moved(marks: Iterable[Iterable[Mark]], starts: Iterable[float]) -> Iterator[Mark]:
    """Move the marks of each piece to where the piece begins."""
    for found, start in zip(marks, starts, strict=True):
        for mark in found:
            yield Mark(mark.name, start + mark.seconds)


def _beside(file: str, kind: str) -> str:
    return f"{file.rpartition('.')[0] or file}.{kind}"


def _captioned(rows: Sequence[RequestPlan], marks: tuple[Mark, ...], duration: float, kind: str) -> bytes:
    parts = (part for row in rows for part in (_content(row), " "))
    cues = _captions.cues(Element("speak", (), tuple(parts)), marks, duration)
    return _captions.FORMATS[kind](cues).encode()


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _encoding_name(row: RequestPlan, media: probe.Media) -> str:
    """Name the encoding of a file: the one asked for, or the one that its target made of it."""
    if row.encoding and ENCODINGS[row.encoding].codec == media.codec:
        return row.encoding
    fitting = (
        name
        for name, known in ENCODINGS.items()
        if (known.container, known.codec) == (media.container, media.codec)
    )
    return next(fitting, media.codec)
