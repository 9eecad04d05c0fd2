"""What is planned, and what is kept. Frozen values, and nothing that acts."""

from attrs import field, frozen

from voicekit.errors import Place
from voicekit.model.basics import Action
from voicekit.model.speech import Finding
from voicekit.model.wire import Call, Mark


@frozen
class Shape:
    """What a file must be: a target's name and container, codec, rate and channels. None keeps the vendor's."""

    target: str | None = None
    container: str | None = None
    codec: str | None = None
    sample_rate: int | None = None
    channels: int = 1
    extension: str = ""


@frozen
class RequestPlan:
    """One request to make, as an immutable value. Holds no secret and no credential's name."""

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
    price: float
    action: Action
    reasons: tuple[str, ...] = ()
    same_as: str | None = None
    endpoint: str = "embedded"
    tags: tuple[str, ...] = ()
    place: Place | None = field(default=None, eq=False)


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
    """The whole build: requests in order, files to prune, and what the checks found."""

    project: str
    endpoint: str
    requests: tuple[RequestPlan, ...]
    prune: tuple[Pruned, ...] = ()
    findings: tuple[Finding, ...] = ()


@frozen
class Artefact:
    """A file of a pack and its record, as a manifest's row holds it."""

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
    marks: tuple[Mark, ...] = ()
