import re
from pathlib import Path

import pytest

from voicekit import _capabilities as capabilities
from voicekit import providers
from voicekit._speak import compile as compiler
from voicekit._speak import say_as
from voicekit.model import Element, Fact, Family

ROOT = Path(__file__).parents[2]
VENDORS = capabilities.find()
FAMILIES = [family for vendor in VENDORS.values() for family in vendor.families.values()]


def facts(family: Family) -> list[Fact]:
    own = [
        family.ssml,
        family.pitch,
        family.rate,
        family.unlisted,
        family.marks,
        family.markup,
        family.pronunciations,
        family.priced,
    ]
    return [
        *own,
        *(one.fact for one in family.elements.values()),
        *([family.limit.fact] if family.limit else []),
    ]


def test_every_vendor_of_the_folder_is_found() -> None:
    assert {"azure", "elevenlabs", "embedded", "google", "openai", "polly"} <= set(VENDORS)


def test_the_families_that_are_promised_are_there() -> None:
    names = {vendor.name: set(vendor.families) for vendor in VENDORS.values()}

    assert names["google"] == {
        "Standard", "Wavenet", "Neural2", "Studio", "Chirp-HD", "Chirp3-HD", "Journey", "News", "Polyglot", "Casual",
        "Gemini",
    }  # fmt: skip
    assert names["polly"] == {"standard", "neural", "long-form", "generative"}
    assert names["azure"] == {"neural", "HD"}
    assert {"tts-1", "tts-1-hd", "gpt-4o-mini-tts"} <= names["openai"]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: str(family.name))
def test_a_family_is_whole(family: Family) -> None:
    assert all(one.grade in {"P", "M", "S", "U"} for one in facts(family))
    assert all(re.fullmatch(r"(?:\d{4}(?:-\d\d){0,2})?", one.date) for one in facts(family))
    assert all(one.grade == "U" for one in facts(family) if one.support == "unknown")
    assert bool(family.elements) == (family.ssml.support != "no")
    assert (family.markup.support == "yes") == (len(family.pauses) == 3)
    assert family.price >= 0
    for known in family.elements.values():
        for attribute in known.attributes.values():
            assert bool(attribute.grammar) == bool(attribute.form)
            assert re.compile(attribute.grammar).groups == 0
            assert set(attribute.cautions) | set(attribute.languages) <= attribute.words
            assert all(set(attribute.kinds) <= words for words in attribute.beside.values())
            assert bool(attribute.beside) >= bool(attribute.kinds)


def test_only_what_is_known_well_refuses() -> None:
    assert [Fact("no", grade).refuses for grade in ("P", "M", "S", "U")] == [True, True, False, False]
    assert not Fact("ignored", "P").refuses


@pytest.mark.parametrize(
    ("vendor", "family", "element", "support"),
    [
        ("google", "Neural2", "break", "yes"),
        ("google", "Studio", "mark", "no"),
        ("google", "Chirp3-HD", "break", "ignored"),
        ("google", "Chirp3-HD", "phoneme", "yes"),
        ("google", "News", "prosody", "unknown"),
        ("google", "Journey", "p", "no"),
        ("azure", "HD", "break", "no"),
        ("polly", "neural", "emphasis", "no"),
        ("polly", "standard", "emphasis", "yes"),
        ("polly", "standard", "voice", "no"),
        ("elevenlabs", "eleven_flash_v2_5", "phoneme", "no"),
    ],
)
def test_what_is_known_of_an_element(vendor: str, family: str, element: str, support: str) -> None:
    assert VENDORS[vendor].families[family].element(element).support == support


def test_an_element_of_some_voices_is_ignored_by_the_others() -> None:
    neural = VENDORS["azure"].families["neural"]

    assert neural.element("emphasis", "en-US-GuyNeural").support == "yes"
    assert neural.element("emphasis", "en-US-AvaNeural").support == "ignored"


@pytest.mark.parametrize(
    ("vendor", "family", "element", "attribute", "value", "taken"),
    [
        ("google", "Neural2", "break", "time", "90s", True),
        ("azure", "neural", "break", "time", "20000ms", True),
        ("azure", "neural", "break", "time", "20001ms", False),
        ("polly", "standard", "break", "time", "10.5s", False),
        ("google", "Neural2", "prosody", "pitch", "+2st", True),
        ("google", "Neural2", "prosody", "pitch", "2st", False),
        ("polly", "standard", "prosody", "rate", "20%", True),
        ("polly", "standard", "prosody", "rate", "19%", False),
        ("google", "Neural2", "voice", "name", "en-US-Studio-O", True),
        ("google", "Neural2", "voice", "name", "en-US-Wavenet-A", False),
        ("google", "Wavenet", "voice", "name", "en-GB-News-K", True),
        ("azure", "neural", "prosody", "rate", "80%", False),
        ("google", "Neural2", "audio", "src", "http://example.com/a.mp3", False),
        ("google", "Chirp3-HD", "say-as", "interpret-as", "bleep", False),
        ("google", "Neural2", "media", "begin", "question.end+2.0s", True),
        ("google", "Neural2", "media", "begin", "soon", False),
        ("google", "Neural2", "audio", "soundLevel", "+40dB", True),
        ("google", "Neural2", "audio", "soundLevel", "-40.5dB", False),
        ("google", "Polyglot", "voice", "name", "en-US-Chirp3-HD-Kore", True),
        ("google", "Polyglot", "voice", "name", "Joanna", False),
        ("google", "Neural2", "speak", "xml:lang", "?", False),
        ("polly", "standard", "amazon:effect", "vocal-tract-length", "-51%", False),
        ("polly", "standard", "w", "role", "amazon:NN", True),
        ("polly", "standard", "w", "role", "noun", False),
        ("azure", "neural", "mstts:silence", "value", "1.5s", False),
        ("azure", "neural", "mstts:backgroundaudio", "volume", "100", True),
        ("azure", "neural", "mstts:backgroundaudio", "volume", "100.5", False),
        ("azure", "neural", "prosody", "contour", "(0%,+20Hz) (10%,-2st)", True),
    ],
)
def test_values(vendor: str, family: str, element: str, attribute: str, value: str, taken: bool) -> None:
    known = VENDORS[vendor].families[family].elements[element].attributes[attribute]

    assert capabilities.taken(known, value) == taken


@pytest.mark.parametrize(
    ("vendor", "kind", "format_", "taken"),
    [
        ("google", "date", "ymd", True),
        ("google", "date", "hms12", False),
        ("google", "date", "yyyymmdd", False),  # "ymd" is the same, and is written
        ("google", "date", "yymd", True),
        ("google", "time", "hms12", True),
        ("google", "time", "hhmm24Z", True),
        ("google", "time", "ymd", False),
        ("google", "duration", "h:m", True),
        ("google", "duration", "hms", True),
        ("google", "duration", "yyyymmdd", False),
        ("google", "duration", "hms12", False),
        ("google", "telephone", "1", False),
        ("azure", "date", "hms12", False),
        ("azure", "time", "hms24", True),
        ("azure", "duration", "hms24", False),
        ("polly", "date", "yyyymmdd", True),
        ("polly", "time", "hms12", False),
    ],
)
def test_a_format_belongs_to_its_kind(vendor: str, kind: str, format_: str, taken: bool) -> None:
    family = next(iter(VENDORS[vendor].families.values()))
    node = Element("say-as", (("format", format_), ("interpret-as", kind)))
    known = capabilities.fitting(family.elements["say-as"].attributes["format"], node)

    assert (known is not None and capabilities.taken(known, format_)) == taken


def test_a_word_may_be_taken_in_some_languages_only() -> None:
    known = VENDORS["azure"].families["neural"].elements["say-as"].attributes["interpret-as"]

    assert capabilities.taken(known, "duration", "en-GB")
    assert not capabilities.taken(known, "duration", "fr-FR")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("250ms", 0.25), ("1.5s", 1.5), (".5s", 0.5), ("+2s", 2.0), ("2", None), ("-1s", None)],
)
def test_times_are_read(text: str, seconds: float | None) -> None:
    assert capabilities.seconds(text) == seconds


@pytest.mark.parametrize(
    ("text", "factor"),
    [("80%", 0.8), ("-20%", 0.8), ("+20%", 1.2), ("0.8", 0.8), ("+12st", 2.0), ("fast", None)],
)
def test_changes_are_read(text: str, factor: float | None) -> None:
    assert capabilities.factor(text) == (None if factor is None else pytest.approx(factor))


def test_decibels_are_read() -> None:
    assert capabilities.decibels("-6dB") == -6.0
    assert capabilities.decibels("-6%") is None


def test_the_embedded_voice_takes_what_its_code_speaks() -> None:
    family = VENDORS["embedded"].families["espeak"]
    spoken = {*compiler._ELEMENTS, "speak", "lang"}

    assert {name for name, one in family.elements.items() if one.fact.support == "yes"} == spoken
    assert family.elements["say-as"].attributes["interpret-as"].words == frozenset(say_as._KINDS)


def test_the_google_wires_carry_googles_families() -> None:
    known = VENDORS["google"].families

    for name in ("google", "google-v1beta1", "google-302ai"):
        families = providers.get(name).capabilities.families
        assert set(families) == set(known) - {"Gemini"}
        assert all(families[one].elements == known[one].elements for one in families)


def test_the_page_is_the_data() -> None:
    page = (ROOT / "docs" / "reference" / "voices.md").read_text(encoding="utf-8")

    assert capabilities.table().strip() in page


def test_no_two_vendors_voices_are_called_the_same() -> None:
    called = [family.voices for family in FAMILIES]
    carried = [family for one in providers.find().values() for family in one.capabilities.families.values()]

    assert len(set(called)) == len(called)
    # A vendor that is one file describes its voices there, and they have no vendor's name before them.
    assert {family.voices for family in carried if family.vendor} <= set(called)
