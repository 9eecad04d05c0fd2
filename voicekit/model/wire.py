"""What is asked of a vendor, and what comes back. Frozen values, and nothing that acts."""

from typing import Literal

from attrs import field, frozen

from voicekit.model.basics import Options


@frozen
class CustomPronunciation:
    """How one phrase of a request is said: `phoneme` in `alphabet`, for wires that carry it beside the text."""

    phrase: str
    alphabet: Literal["ipa", "x-sampa"]
    phoneme: str


@frozen
class Ask:
    """What one request wants, in vendor-neutral units. Exactly one of `text`, `ssml` and `markup` is set.

    A field that the provider's wire does not carry has its default; the `language` of a wire without one is empty.

    Attributes:
        bit_rate: bit/s; None where the vendor is to choose, as for `sample_rate` (Hz) and `channels`.
        markup: Text with pause tags such as ``[pause]``, which some voices take instead of SSML.
        marks: Whether the times of ``<mark>`` elements are asked for.
    """

    text: str | None
    ssml: str | None
    language: str
    voice: str
    encoding: str
    pitch: float | None = None
    rate: float | None = None
    gain: float | None = None
    effects: tuple[str, ...] = ()
    sample_rate: int | None = None
    bit_rate: int | None = None
    channels: int | None = None
    marks: bool = False
    options: Options = ()
    markup: str | None = None
    pronunciations: tuple[CustomPronunciation, ...] = ()

    @property
    def content(self) -> str:
        """The one of `text`, `ssml` and `markup` that is set."""
        return next(said for said in (self.text, self.ssml, self.markup, "") if said is not None)


@frozen
class Call:
    """One HTTP request without host, credential or anything that differs between machines."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


@frozen
class Reply:
    """One HTTP answer, whole and bounded."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@frozen
class Mark:
    """A named moment in a sound, in seconds from its start."""

    name: str
    seconds: float


@frozen
class Sound:
    """Encoded audio as a vendor returns it. `sample_rate` (Hz) is None where the wire does not say."""

    data: bytes = field(repr=False)
    marks: tuple[Mark, ...] = ()
    sample_rate: int | None = None


@frozen
class Link:
    """A sound that has still to be fetched. `size` is in bytes, as far as it is known; it makes no other link."""

    url: str
    marks: tuple[Mark, ...] = ()
    sample_rate: int | None = None
    size: int | None = field(default=None, eq=False)


@frozen
class Task:
    """A sound that the vendor is still making, under the vendor's own name for it.

    The name comes from outside: it is data, and never a path. When the task was begun and when it was finished, in seconds since
    the epoch, is only known to whoever works on it.
    """

    id: str
    begun: float | None = field(default=None, eq=False)
    finished: float | None = field(default=None, eq=False)
