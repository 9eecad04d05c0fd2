"""What a project holds: settings, profiles, scripts, prompts, packs, lexicons. Frozen values, and nothing that acts."""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from attrs import evolve, field, frozen

from voicekit.errors import Place
from voicekit.model.basics import NO_VALUES, Options, Plain, is_loopback


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
        bit_rate: bit/s.
        channels: Samples at each moment: 1 or 2.
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
    bit_rate: int | None = None
    channels: int | None = None
    options: Options = ()


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

    Attributes:
        moved: The id that it had before, so that what was built of it counts as its own.
        recorded: A person's recording of it, below the project: ``{locale}``, ``{profile}`` and ``{id}`` may stand in the
            path. Nothing is bought for it then.
        lines: The line of each column; of a literal block, also the line on which its text begins, as ``ssml.body``.
        cells: Whether the values are text to be read by their input's type.
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
    moved: str | None = None
    recorded: str | None = None
    lines: Mapping[str, int] = field(default=NO_VALUES, eq=False)
    cells: bool = False

    def place_of(self, column: str) -> Place:
        """Return where a column of this prompt stands, or the prompt itself where it has no line of its own."""
        return Place(self.place.path, self.lines.get(column, self.place.line))

    def lines_of(self, column: str) -> range:
        """Return the lines on which the text of a column stands as it was written; one line where they are not known."""
        body = self.lines.get(f"{column}.body")
        if body is None:
            first = self.lines.get(column, self.place.line) or 0
            return range(first, first + 1)
        return range(body - 1, body + (self.text or self.ssml or "").count("\n") + 1)


@frozen
class Pack:
    """Prompts × profiles, shaped for one target. `captions` names the formats in which it wants them, such as ``vtt``."""

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
    captions: tuple[str, ...] = ()


@frozen
class Fallback:
    """Who is asked where an endpoint fails.

    Attributes:
        endpoint: The other endpoint.
        profiles: The profile that speaks there, by the profile that it stands in for. What is not named fails as before.
        on: The failures that count: ``unreachable``, ``refused``, ``wrong-answer``.
    """

    endpoint: str
    profiles: Mapping[str, str]
    on: tuple[str, ...]


@frozen
class Endpoint:
    """Where a provider's calls go. Holds the *name* of a credential, never its value.

    `path` is the vendor's path for a call, where the provider does not know it.
    """

    name: str
    provider: str | None = None
    url: str | None = None
    credential: str | None = None
    requests_per_minute: float | None = None
    characters_per_minute: float | None = None
    path: str | None = None
    fallback: Fallback | None = None
    place: Place | None = None

    @property
    def embedded(self) -> bool:
        """Whether the embedded voice answers, in this process."""
        return self.name == "embedded"

    @property
    def host(self) -> str:
        """The host of its own address; empty where it has none."""
        return urlsplit(self.url or "").hostname or ""

    @property
    def is_here(self) -> bool:
        """Whether its own address is one of this machine's."""
        return is_loopback(self.host)


@frozen
class Budget:
    """The most that may be spent, in USD: by one run, and in one calendar month (UTC). None is no cap."""

    run: float | None = None
    month: float | None = None

    def lowered(self, run: float | None) -> "Budget":
        """Return the same budget, in which a run may not cost more than `run` USD either."""
        caps = [cap for cap in (self.run, run) if cap is not None]
        return evolve(self, run=min(caps, default=None))


@frozen
class StoreConfig:
    """A store that several machines share. Holds no credential: those are in the environment.

    Attributes:
        url: ``s3://``, ``gs://`` or ``az://`` with a bucket and a prefix; ``file:///`` or a plain path for a folder.
        read_only: Take from it, and put nothing there.
        options: Settings of the bucket's client, as sorted pairs.
    """

    url: str
    read_only: bool = False
    options: tuple[tuple[str, str], ...] = ()
    place: Place | None = None

    @property
    def scheme(self) -> str:
        """What stands before ``://``; nothing for a plain path."""
        scheme, mark, _ = self.url.partition("://")
        return scheme if mark else ""


@frozen
class Project:
    """Everything that a repository says, checked and combined.

    `lexicons` names those of every pack; `shelf` holds each lexicon that anything here names; an environment names several
    endpoints, a selector a selection. `overlaid` says that the command line has settings or values of its own; `foreign_templates` that
    others wrote the templates, so that they are rendered behind a fence.
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
    environments: Mapping[str, tuple[str, ...]] = NO_VALUES
    selectors: Mapping[str, str] = NO_VALUES
    lexicons: tuple[str, ...] = ()
    shelf: Mapping[str, Lexicon] = NO_VALUES
    overlaid: bool = False
    budget: Budget = Budget()
    store: StoreConfig | None = None
    foreign_templates: bool = False


@frozen
class Ignored:
    """Checks that a project does not want to hear of in some of its files: a glob, code patterns, and who says so."""

    path: str
    codes: tuple[str, ...]
    place: Place
