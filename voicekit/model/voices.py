"""What a vendor and its voices take. Frozen values, and nothing that acts."""

from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from voicekit.model.basics import NO_VALUES, Grade, Scalar, Support


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
        kinds: What is taken beside each of those words, where they differ; the fact itself is then what any of them has.
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
    kinds: "Mapping[str, AttributeFact]" = NO_VALUES
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
    """The most that one request may hold, ``bytes`` being UTF-8 bytes, markup included; or the most that its sound lasts."""

    number: int
    unit: Literal["bytes", "characters", "seconds"]
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
        pronunciations: Whether it takes pronunciations of phrases that stand beside the text.
        unpronounced: Locales in which it does not, in lower case.
        encodings: The encodings that it can return; None is all of the provider's.
        limit: The most one request may hold; None where the vendor states none, or none but the provider's.
        longest: The most sound that one request gives; None where the vendor states no end.
        price: USD for one million billed characters.
        priced: How well the price is known, and when it was read.
        vendor: Whose it is, as messages say it; its `Vendor` fills it in.
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
    pronunciations: Fact = Fact("no", "U")
    unpronounced: frozenset[str] = frozenset()
    encodings: tuple[frozenset[str], Grade] | None = None
    limit: Limit | None = None
    longest: Limit | None = None
    price: float = 0.0
    priced: Fact = Fact("unknown", "U")
    vendor: str = ""

    @property
    def voices(self) -> str:
        """What messages call its voices, such as ``Google Neural2 voices``; two vendors may have a family of one name."""
        return " ".join(dict.fromkeys(filter(None, (self.vendor, self.name, "voices"))))

    def element(self, name: str, voice: str = "") -> Fact:
        """Return what is known of an element: as one voice of the family has it, if `voice` is given."""
        found = self.elements.get(name)
        if found is None:
            return self.unlisted
        if voice and found.voices and voice not in found.voices:
            return Fact("ignored", found.fact.grade, found.fact.date)
        return found.fact


@frozen
class Option:
    """A provider-only setting: what it may be.

    Attributes:
        kind: ``word`` is one of `words`, ``text`` anything that is not blank.
        words: The choices of a ``word``.
        bounds: The least and the most of a ``number`` or an ``integer``; None where a source names no end.
        default: What an unstated one means, and what is therefore not sent or sent in any case; None: it is not sent.
    """

    kind: Literal["word", "text", "number", "integer", "switch"]
    words: tuple[str, ...] = ()
    bounds: tuple[float | None, float | None] = (None, None)
    default: Scalar | None = None


def words(*choices: str) -> Option:
    """Return an option that is one of some words, the first by default."""
    return Option("word", choices, default=choices[0])


@frozen
class Capabilities:
    """What a provider's wire can carry.

    Attributes:
        url: The vendor's own address, without a path.
        regional: How an endpoint's address is written, where the vendor has one for each region and none for all; nothing is
            sent to the vendor then unless the endpoint states its `url`.
        file_hosts: Hosts from which a reply's link may be fetched, over https.
        limit: The most one request may hold, in `unit`.
        unit: ``bytes`` are UTF-8 bytes, markup included.
        ranges: Settings' bounds in voicekit's neutral units; one without bounds is not on the wire.
        encodings: Encoding names that the wire takes.
        examples: Voices by the vendor's grammar, with a language that each speaks: for tests and for people.
        inputs: The kinds of input: ``text``, ``ssml``, ``markup``.
        pronunciations: Whether pronunciations of phrases can stand beside the text.
        marks: Whether a request can ask for the times of ``<mark>`` elements.
        language: Whether a request says the language.
        effects: Names of audio device profiles that the wire takes.
        sample_rates: The rates (Hz) that may be asked for, by encoding; an encoding that is missing has no rate on the
            wire. None: whatever rate the encoding takes.
        bit_rates: The bit rates (bit/s) that may be asked for, by encoding, each with the sample rates (Hz) that have it; none
            stands for all. An encoding that is missing has no bit rate on the wire.
        channels: The numbers of channels that may be asked for; none where the wire has no field for them.
        natural_rate: The rate (Hz) of an answer where none is asked for, as far as it is known.
        unproven: What is not known of this wire, such as its path; empty where nothing is sent on a guess. With it nothing is
            sent to the vendor unless the endpoint states its `path`.
        undocumented: Settings that the vendor's page does not name; sent when asked for, with a warning.
        options: Provider-only settings.
        priced: The date of the prices.
    """

    url: str
    file_hosts: frozenset[str]
    limit: int
    unit: Literal["bytes", "characters"]
    ranges: Mapping[str, tuple[float, float]]
    encodings: frozenset[str]
    families: Mapping[str, Family]
    examples: Mapping[str, str]
    inputs: frozenset[str] = frozenset({"text", "ssml"})
    pronunciations: bool = False
    marks: bool = False
    language: bool = True
    effects: frozenset[str] = frozenset()
    sample_rates: Mapping[str, tuple[int, ...]] | None = None
    bit_rates: Mapping[str, Mapping[int, tuple[int, ...]]] = NO_VALUES
    channels: tuple[int, ...] = ()
    natural_rate: int | None = None
    undocumented: frozenset[str] = frozenset()
    unproven: str = ""
    regional: str = ""
    options: Mapping[str, Option] = NO_VALUES
    priced: str = ""
