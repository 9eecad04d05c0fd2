"""What is planned, and what is kept. Frozen values, and nothing that acts."""

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from voicekit.errors import Place, Problem
from voicekit.model.basics import NO_VALUES, Action
from voicekit.model.speech import Finding
from voicekit.model.wire import Call, Mark


@frozen
class Shape:
    """What a file must be: a target's name and container, codec, rate and channels. None keeps the vendor's.

    `captions` names the kinds of captions that lie beside it: ``vtt``, ``srt``.
    """

    target: str | None = None
    container: str | None = None
    codec: str | None = None
    sample_rate: int | None = None
    channels: int = 1
    extension: str = ""
    captions: tuple[str, ...] = ()


@frozen
class Origin:
    """What the words of a request were made from, so that a later plan can say what changed.

    Attributes:
        path: The template, or the prompt list of a literal text.
        first_line: The line of that file at which `lines` starts, 1-based.
        lines: A short digest of each line of the template's body or of the literal text.
        values: The values that filled it.
        entries: The lexicons' entries that were applied, as ``brand.pls: Xyloq @1f2e3d4c``, with a short digest of what each says.
        versions: Those of the libraries that write numbers, dates and money.
    """

    path: str = ""
    first_line: int = 1
    lines: tuple[str, ...] = ()
    values: Mapping[str, Any] = NO_VALUES
    entries: tuple[str, ...] = ()
    versions: Mapping[str, str] = NO_VALUES

    @property
    def known(self) -> bool:
        """Whether it says anything."""
        return bool(self.lines)


@frozen
class RequestPlan:
    """One request to make, as an immutable value. Holds no secret and no credential's name.

    `recording` is the path of a person's recording, for which nothing is asked; its call is empty. `price` is in USD, and None
    where it is not known; `host` is the origin that would be asked, and empty for the embedded voice.
    """

    provider: str
    call: Call
    pack: str
    prompt: str
    profile: str
    locale: str
    piece: int
    pieces: int
    shape: Shape
    file: str
    request_key: str
    key: str
    source: str
    encoding: str
    sample_rate: int | None
    text: str
    characters_billed: int
    price: float | None
    action: Action
    reasons: tuple[str, ...] = ()
    same_as: str | None = None
    endpoint: str = "embedded"
    host: str = ""
    tags: tuple[str, ...] = ()
    family: str = ""
    place: Place | None = field(default=None, eq=False)
    recording: str = ""
    fallback: str = ""
    bit_rate: int | None = None
    channels: int | None = None
    origin: Origin | None = field(default=None, eq=False, repr=False)

    @property
    def buys(self) -> bool:
        """Whether its bytes have to be asked for."""
        return self.action in {"create", "change"} and not self.recording


@frozen
class Pruned:
    """A file that an earlier build made and that no prompt asks for any more."""

    pack: str
    prompt: str
    profile: str
    locale: str
    file: str
    key: str
    reasons: tuple[str, ...] = ()


@frozen
class Plan:
    """The whole build: requests in order, files to prune, what the checks found, and what stood between it and a shared store."""

    project: str
    endpoint: str
    requests: tuple[RequestPlan, ...]
    prune: tuple[Pruned, ...] = ()
    findings: tuple[Finding, ...] = ()
    warnings: tuple[Problem, ...] = ()


@frozen
class Artefact:
    """A file of a pack and its record, as a manifest's row holds it.

    Attributes:
        pieces: The keys of its sounds, where they are several; `key` is then that of all together.
        captions: What lies beside it, relative to the manifest.
        caption_digests: SHA-256 of each of those.
    """

    id: str
    locale: str
    profile: str
    file: str
    key: str
    text: str
    duration: float
    sample_rate: int
    encoding: str
    loudness: float | None
    provider: str
    endpoint: str
    source: str
    characters_billed: int
    pack: str = ""
    digest: str = ""
    size: int = 0
    shape: str = ""
    request_key: str = ""
    pieces: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    captions: tuple[str, ...] = ()
    caption_digests: tuple[str, ...] = ()
    fallback: str = ""


@frozen
class Outcome:
    """What became of one prompt in one profile in the last build: a row of `results.json`.

    Attributes:
        status: ``written``, ``cached``, ``error``, or ``skipped`` where the build stopped before it.
        message: What went wrong.
    """

    pack: str
    prompt: str
    profile: str
    locale: str
    file: str
    status: Literal["written", "cached", "error", "skipped"]
    message: str = ""


@frozen
class Locked:
    """What was last built of a prompt in a profile from one kind of source: a row of the lock file.

    Attributes:
        key: SHA-256 of what was asked and who answered; of all pieces together where there are several.
        digest: SHA-256 of the file.
        duration: Seconds.
        text: What it says, without markup.
        pieces: The keys of its pieces, where there are several; a store knows the sounds by these.
    """

    pack: str
    prompt: str
    profile: str
    locale: str
    provider: str
    source: str
    key: str
    request_key: str
    digest: str
    duration: float
    text: str
    pieces: tuple[str, ...] = ()

    @property
    def sounds(self) -> tuple[str, ...]:
        """The keys by which a store knows its sounds."""
        return self.pieces or (self.key,)
