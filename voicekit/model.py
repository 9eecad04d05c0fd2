"""The nouns of voicekit as frozen values, and nothing that acts. Imports errors only."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal

from attrs import field, frozen

from voicekit.errors import Place

Plain = str | int | float | bool | None | list[Any] | dict[str, Any]
Severity = Literal["error", "warning", "info"]
Action = Literal["create", "change", "reshape", "prune", "cached"]
Grade = Literal["P", "M", "S", "U"]
Support = Literal["yes", "no", "unknown", "ignored"]
NO_VALUES: Mapping[str, Any] = MappingProxyType({})


# --- how words are said ------------------------------------------------------------------------------


@frozen
class Pronunciation:
    """One way to say a lexeme.

    Attributes:
        text: Sounds in `alphabet`, or other words where that is None.
        alphabet: ``ipa``, ``x-sampa`` or a vendor's own; None for an alias.
        preferred: Whether its author prefers it over those that stand before it.
    """

    text: str
    alphabet: str | None = None
    preferred: bool = False


@frozen
class Lexeme:
    """An entry of a lexicon: spellings that share their pronunciations.

    Attributes:
        graphemes: The spellings, at least one; case counts.
        pronunciations: At least one, in the order of the file.
        roles: Only a ``<w>`` or ``<token>`` with one of these roles is this lexeme; empty fits everywhere. A role with
            a declared prefix is written ``{namespace}name``.
        line: Where it stands in its file, 1-based; does not count for equality.
    """

    graphemes: tuple[str, ...]
    pronunciations: tuple[Pronunciation, ...]
    roles: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    line: int = field(default=0, eq=False)


# Lexicons are keys of a cache, and hashing thousands of entries for each prompt would cost more than the work.
@frozen(cache_hash=True)
class Lexicon:
    """A pronunciation lexicon of one language.

    Attributes:
        language: BCP-47 tag in canonical case.
        alphabet: That of pronunciations which state none.
        path: Its file, as messages show it.
    """

    language: str
    alphabet: str
    lexemes: tuple[Lexeme, ...] = ()
    path: str = ""


# --- what a project holds ---------------------------------------------------------------------------


@frozen
class Settings:
    """How something sounds, in vendor-neutral units. None means: not stated, so not sent.

    Attributes:
        provider: Name of the provider, such as ``google-302ai``.
        language: BCP-47 tag in canonical case.
        voice: The vendor's own voice name.
        pitch: Semitones, [-20, 20].
        rate: Factor, [0.25, 2.0]. A stated 0.0 is "the voice's own" and has become None here.
        gain: dB, [-96, 16].
        effects: Names of audio device profiles, in the order they apply.
        encoding: An encoding name such as ``MULAW``.
        sample_rate: Hz.
        options: Provider-only settings, as sorted pairs.
    """

    provider: str | None = None
    language: str | None = None
    voice: str | None = None
    pitch: float | None = None
    rate: float | None = None
    gain: float | None = None
    effects: tuple[str, ...] = ()
    encoding: str | None = None
    sample_rate: int | None = None
    options: tuple[tuple[str, str], ...] = ()


@frozen
class Profile:
    """A named way of sounding: the file's own statements combined with those it extends.

    Attributes:
        name: The file's stem.
        place: The file.
        settings: The combined settings.
        stated: Where each setting was stated, by its name, over the whole chain.
        chain: This profile's name and those that it extends, nearest first.
        lexicons: Names of files in ``lexicons/``, this profile's own first.
    """

    name: str
    place: Place
    settings: Settings
    stated: Mapping[str, Place] = NO_VALUES
    chain: tuple[str, ...] = ()
    title: str = ""
    lexicons: tuple[str, ...] = ()

    def place_of(self, setting: str) -> Place:
        """Return where a setting was stated, or the profile itself."""
        return self.stated.get(setting, self.place)


@frozen
class Input:
    """One typed input of a script."""

    name: str
    type: str
    place: Place
    required: bool = True
    default: Plain = None
    example: Plain = None
    minimum: float | str | None = None
    maximum: float | str | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    values: tuple[str, ...] = ()
    items: "Input | None" = None
    currency: str | None = None
    title: str = ""


@frozen
class Script:
    """A Jinja template with front matter.

    Attributes:
        name: What a prompt calls it, such as ``ivr/welcome``.
        language: The tag of its file name or front matter; None fits every profile.
        kind: ``ssml`` or ``txt``.
        path: The file below ``templates/``, with ``/``.
        body_line: The line of the file at which the template's body starts.
    """

    name: str
    language: str | None
    kind: Literal["ssml", "txt"]
    path: str
    place: Place
    title: str = ""
    inputs: tuple[Input, ...] = ()
    body: str = field(default="", repr=False)
    body_line: int = 1


@frozen
class Prompt:
    """One thing to say: a script with values, or literal text or SSML.

    `lines` holds the line of each column; `cells` says that the values are text to be read by their input's type.
    """

    id: str
    place: Place
    script: str | None = None
    text: str | None = None
    ssml: str | None = None
    values: Mapping[str, Any] = NO_VALUES
    override: Mapping[str, Any] = NO_VALUES
    tags: tuple[str, ...] = ()
    locale: str | None = None
    note: str = ""
    lines: Mapping[str, int] = field(default=NO_VALUES, eq=False)
    cells: bool = False

    def place_of(self, column: str) -> Place:
        """Return where a column of this prompt stands, or the prompt itself where it has no line of its own."""
        return Place(self.place.path, self.lines.get(column, self.place.line))


@frozen
class Pack:
    """Prompts × profiles, shaped for one target."""

    name: str
    place: Place
    prompts: tuple[Prompt, ...]
    profiles: tuple[Profile, ...]
    target: str | None = None
    values: Mapping[str, Any] = NO_VALUES
    locales: Mapping[str, Mapping[str, Any]] = NO_VALUES
    complete: bool = False
    endpoint: str | None = None
    lexicons: tuple[str, ...] = ()


@frozen
class Endpoint:
    """Where a provider's calls go. Holds the *name* of a credential, never its value."""

    name: str
    provider: str | None = None
    url: str | None = None
    credential: str | None = None
    requests_per_minute: float | None = None
    place: Place | None = None

    @property
    def embedded(self) -> bool:
        """Whether the embedded voice answers, in this process."""
        return self.name == "embedded"


@frozen
class Project:
    """Everything that a repository says, checked and combined.

    `lexicons` names those of every pack; `shelf` holds each lexicon that anything here names.
    """

    root: str
    name: str
    packs: tuple[Pack, ...]
    profiles: Mapping[str, Profile]
    scripts: tuple[Script, ...]
    endpoints: Mapping[str, Endpoint]
    language: str | None = None
    values: Mapping[str, Any] = NO_VALUES
    locales: Mapping[str, Mapping[str, Any]] = NO_VALUES
    severities: Mapping[str, str] = NO_VALUES
    selected: tuple[str, ...] = ()
    ignored: "tuple[Ignored, ...]" = ()
    lexicons: tuple[str, ...] = ()
    shelf: Mapping[str, Lexicon] = NO_VALUES


@frozen
class Ignored:
    """Checks that a project does not want to hear of in some of its files: a glob, code patterns, and who says so."""

    path: str
    codes: tuple[str, ...]
    place: Place


# --- what is said -----------------------------------------------------------------------------------


@frozen
class Element:
    """An element of an SSML tree. Names keep their prefix as written; attributes are sorted by name.

    `line` and `column` are 1-based positions in the text that was parsed; they do not count for equality.
    """

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: "tuple[Element | str, ...]" = ()
    line: int = field(default=0, eq=False)
    column: int = field(default=0, eq=False)

    def get(self, attribute: str, default: str = "") -> str:
        """Return an attribute's value, or `default`."""
        return next((value for name, value in self.attributes if name == attribute), default)


@frozen
class Speech:
    """A rendered prompt: an SSML tree, or plain text, and where it came from.

    `locate` turns a line and column of the rendered text into a place of the template that wrote it.
    """

    content: Element | str
    place: Place
    language: str | None = None
    locate: Callable[[int, int], Place] | None = field(default=None, eq=False, repr=False)

    def place_of(self, element: Element) -> Place:
        """Return where an element of this speech was written."""
        return self.locate(element.line, element.column) if self.locate else self.place


@frozen
class Fix:
    """How a finding is mended in its file: what stands there is replaced, and nothing else is touched.

    Attributes:
        path: The file, as a `Place` names it.
        line: 1-based, as is `column`.
        length: Characters that are replaced; an end of line is one.
        seen: SHA-256 of the file's text as it was read. A file that changed since then is left alone.
    """

    path: str
    line: int
    column: int
    length: int
    replacement: str
    seen: str = field(repr=False)


@frozen
class Finding:
    """What a check has to say, where, and how it may be mended without a second thought."""

    code: str
    severity: Severity
    place: Place
    message: str
    remedy: str
    fix: Fix | None = field(default=None, eq=False)


# --- what is asked ----------------------------------------------------------------------------------


@frozen
class Ask:
    """What one request wants, in vendor-neutral units. Exactly one of `text` and `ssml` is set.

    `marks` asks for the times of ``<mark>`` elements.
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
    marks: bool = False
    options: tuple[tuple[str, str], ...] = ()


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
    """A sound that has still to be fetched."""

    url: str
    marks: tuple[Mark, ...] = ()
    sample_rate: int | None = None


@frozen
class Task:
    """A sound that the vendor is still making, under the vendor's own name for it."""

    id: str


# --- what a vendor takes -------------------------------------------------------------------------------


@frozen
class Fact:
    """What is known of one capability, and how well: P primary, M a faithful copy, S secondary, U unverified.

    `date` is that of the source as far as it is known (ISO, perhaps without a day).
    """

    support: Support
    grade: Grade
    date: str = ""

    @property
    def refuses(self) -> bool:
        """Whether a request is known to be rejected, well enough to stop it."""
        return self.support == "no" and self.grade in {"P", "M"}


@frozen
class AttributeFact:
    """Which values one attribute of an SSML element takes; a plain one takes any.

    Attributes:
        words: Values that are taken as they stand.
        grammar: A regular expression of the other values; empty, with no words, stands for any value.
        form: The same for people.
        bounds: The least and the most, in `unit`; None where a source names no end.
        unit: What a value is read as before it is held against `bounds`.
        required: Whether the element is nothing without a value that is taken.
        default: What an unstated one means, written out where it is required.
        beside: The element's other attributes, and the words that one of them must have for this one to be taken.
        languages: Words that are taken in these languages (primary subtags) only.
        cautions: Words that are taken and mean something else than elsewhere, and what.
    """

    words: frozenset[str] = frozenset()
    grammar: str = ""
    form: str = ""
    bounds: tuple[float | None, float | None] = (None, None)
    unit: Literal["", "seconds", "factor"] = ""
    required: bool = False
    default: str = ""
    beside: Mapping[str, frozenset[str]] = NO_VALUES
    languages: Mapping[str, frozenset[str]] = NO_VALUES
    cautions: Mapping[str, str] = NO_VALUES


@frozen
class ElementFact:
    """What a voice family makes of one SSML element, and the attributes that it takes there.

    Attributes:
        voices: The only voices of the family that do; empty stands for all.
    """

    fact: Fact
    attributes: Mapping[str, AttributeFact] = NO_VALUES
    voices: frozenset[str] = frozenset()


@frozen
class Limit:
    """The most that one request may hold. ``bytes`` are UTF-8 bytes, markup included."""

    number: int
    unit: Literal["bytes", "characters"]
    fact: Fact


@frozen
class Family:
    """What one voice family takes.

    Attributes:
        ssml: Whether it takes SSML at all.
        pitch: Whether a request may state a pitch.
        rate: Whether a request may state a rate.
        elements: What is known of each SSML element.
        unlisted: What is known of every other element.
        marks: Whether the times of marks come back.
        markup: Whether it takes text with pause tags instead of SSML.
        pauses: Those tags: short, middle, long.
        pauseless: Locales in which the tags do nothing, in lower case.
        encodings: The encodings that it can return; None is all of the provider's.
        limit: The most one request may hold; None where the vendor states none, or none but the provider's.
        price: USD for one million billed characters.
        priced: How well the price is known, and when it was read.
    """

    name: str
    ssml: Fact
    pitch: Fact
    rate: Fact
    elements: Mapping[str, ElementFact] = NO_VALUES
    unlisted: Fact = Fact("unknown", "U")
    marks: Fact = Fact("unknown", "U")
    markup: Fact = Fact("no", "U")
    pauses: tuple[str, ...] = ()
    pauseless: frozenset[str] = frozenset()
    encodings: tuple[frozenset[str], Grade] | None = None
    limit: Limit | None = None
    price: float = 0.0
    priced: Fact = Fact("unknown", "U")

    def element(self, name: str, voice: str = "") -> Fact:
        """Return what is known of an element: as one voice of the family has it, if `voice` is given."""
        found = self.elements.get(name)
        if found is None:
            return self.unlisted
        if voice and found.voices and voice not in found.voices:
            return Fact("ignored", found.fact.grade, found.fact.date)
        return found.fact


@frozen
class Capabilities:
    """What a provider's wire can carry.

    Attributes:
        url: The vendor's own address, without a path.
        file_hosts: Hosts from which a reply's link may be fetched, over https.
        limit: The most one request may hold, in `unit`.
        unit: ``bytes`` are UTF-8 bytes, markup included.
        ranges: Settings' bounds in voicekit's neutral units.
        encodings: Encoding names that the wire takes.
        undocumented: Settings that the vendor's page does not name; sent when asked for, with a warning.
        options: Provider-only settings, with their values; the first is the default.
        priced: The date of the prices.
    """

    url: str
    file_hosts: frozenset[str]
    limit: int
    unit: Literal["bytes", "characters"]
    ranges: Mapping[str, tuple[float, float]]
    encodings: frozenset[str]
    families: Mapping[str, Family]
    undocumented: frozenset[str] = frozenset()
    options: Mapping[str, tuple[str, ...]] = NO_VALUES
    priced: str = ""


# --- what is planned and kept -----------------------------------------------------------------------


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
