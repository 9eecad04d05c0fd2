"""What every rule promises the walk: to say nothing where none of its signs and words is, and the same of the same tag."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from kit.trees import documents
from voicekit import checks, providers, ssml
from voicekit.checks import Check, Row
from voicekit.checks._traits import words
from voicekit.errors import Place
from voicekit.model import Ask, Element, Finding, Pack, Profile, Project, Prompt, Settings, Speech

PLACE = Place("prompts.yaml", 2)
VOICES = {
    "en-US": ("en-US-Neural2-F", "en-US-Studio-O", "en-US-Chirp3-HD-Kore", "en-US-Journey-F", "alloy"),
    "es-US": ("es-US-Neural2-A",),
    "fr-FR": ("fr-FR-Standard-A",),
    "de-DE": ("de-DE-Wavenet-B",),
    "it-IT": ("it-IT-Neural2-A",),
}
PROFILES = [
    Profile(voice, PLACE, Settings("google", language, voice, encoding=encoding), {}, (voice,))
    for language, voices in VOICES.items()
    for voice in voices
    for encoding in ("MULAW", "LINEAR16")
]
WAITING = [check for check in checks.find().values() if check.signs or check.words]
OF_TAGS = [check for check in checks.find().values() if check.tags]
# What somebody's rule looks for, and what only looks like it.
PIECES = (
    "press 1 for sales", "Press one to go", "drücken Sie die 1, um", "Drücken", "appuyez sur la touche étoile pour",
    "oprima 1 para", "dial 911", "the pound key", "hash key", "rautetaste", "Raute-Taste", "Sie", "sie", "du", "tú", "usted", "vous",
    "tes", "Durchwahlnummern", "Nebenstelle", "Nebenstellennummer", "48213", "312-555-0142", "(312) 555-0142", "1 2 3 4 5 6 7 8",
    "12/24/2025", "3.5.26", "1.2.2026", "٣٤٥٦٧", "two", "3", "TODO", "TBD", "XXX", "XXXXX", "lorem ipsum", "{name}", "{{ name }}",
    "{0}", "$x", "%s", "%(name)d", "<name>", "<b>", "</b>", "&amp;", "&#8217;", "<!--", "[pause]", "(music plays)", "<beep>", "(bip)",
    "a@b.com", "www.acme.com", "https://acme.com", "http", "and/or", "km/h", "#", "*very*", "a_b", "|", "~", "^", "\\", "z. B.", "z.B.",
    "approx.", "w/", "Mo-Fr", "Nº", "N° 5", "ext.", "the the", "…", "...", "MAYBE", "é", "ſ", "İ", "\u200b", "\U0001f600", "'", "’s", "_",
)  # fmt: skip


def row(content: Element | str, profile: Profile, name: str = "p") -> Row:
    """Make a row as the pipeline does, without adapting what is said."""
    provider, settings = providers.get("google"), profile.settings
    assert settings.language is not None
    assert settings.voice is not None
    assert settings.encoding is not None
    sent = None if isinstance(content, str) else ssml.serialise(content)
    ask = Ask(
        content if isinstance(content, str) else None,
        sent,
        settings.language,
        settings.voice,
        settings.encoding,
    )
    return Row(
        pack=Pack("phone", PLACE, (), (profile,)),
        prompt=Prompt(name, PLACE),
        profile=profile,
        speech=Speech(content, PLACE),
        asks=(ask,),
        text=content if isinstance(content, str) else ssml.plain_text(content),
        provider="google",
        capabilities=provider.capabilities,
        family=provider.family(settings.voice),
        sizes=(provider.size(ask),),
    )


def looked(rules: Iterable[Check], rows: Iterable[Row]) -> Counter[Finding]:
    shown = tuple(rows)
    packs = tuple({one.pack.name: one.pack for one in shown}.values())
    project = Project("", "laws", packs, {}, (), {})
    return Counter(checks.look(project, shown, (), only=rules))


SAID = st.lists(
    st.tuples(
        st.sampled_from(PIECES) | st.text(max_size=4), st.sampled_from((" ", " ", "", ", ", ". ", "\n"))
    ),
    max_size=8,
).map(lambda pieces: "".join(piece + between for piece, between in pieces))


def as_ssml(text: str) -> Element:
    kept = re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
    middle = len(kept) // 2
    return Element(
        "speak", (), tuple(filter(None, (kept[:middle], Element("s", (), ("Hello.",)), kept[middle:])))
    )


IMPATIENT = [evolve(check, signs=frozenset(), words=frozenset()) for check in WAITING]


@pytest.mark.parametrize(
    "profile", PROFILES, ids=lambda profile: f"{profile.name}-{profile.settings.encoding}"
)
def test_each_thing_that_a_rule_looks_for_wakes_it(profile: Profile) -> None:
    texts = [*PIECES, *(f"Say {piece} now." for piece in PIECES)]
    rows = [row(text, profile, f"p{number}") for number, text in enumerate(texts)]

    assert looked(WAITING, rows) == looked(IMPATIENT, rows)


@given(said=st.lists(SAID, min_size=1, max_size=3), profile=st.sampled_from(PROFILES), marked=st.booleans())
def test_rules_that_wait_miss_nothing(said: Sequence[str], profile: Profile, marked: bool) -> None:
    contents = [as_ssml(text) if marked else text for text in said]
    rows = [row(content, profile, f"p{number}") for number, content in enumerate(contents)]

    assert looked(WAITING, rows) == looked(IMPATIENT, rows)


def parsed(document: Element) -> Element:
    return ssml.tidy(ssml.parse(ssml.serialise(document)))


@given(drawn=st.lists(documents(), min_size=2, max_size=4), profile=st.sampled_from(PROFILES))
def test_rules_about_tags_say_the_same_of_the_same_tag(drawn: Sequence[Element], profile: Profile) -> None:
    rows = [row(parsed(document), profile, f"p{number}") for number, document in enumerate(drawn)]

    for check in OF_TAGS:
        assert looked([check], rows) == sum((looked([check], [one]) for one in rows), Counter[Finding]())


@given(SAID | st.text())
def test_words_are_what_letters_digits_and_underscores_make_up(text: str) -> None:
    assert list(words(text)) == re.findall(r"\w+", text.lower())
