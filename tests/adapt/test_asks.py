"""From a speech to the requests that say it: which input, which pronunciations beside it, and in how many pieces."""

import re

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from kit import trees
from voicekit import _capabilities as capabilities
from voicekit import ssml
from voicekit._adapt import Said, asks
from voicekit._adapt.words import Words
from voicekit.errors import Place
from voicekit.model import CustomPronunciation, Element, Lexeme, Lexicon, Pronunciation, Settings, Speech

GOOGLE = capabilities.find()["google"].families
PATH = "lexicons/brand.pls"
ALL = frozenset({"text", "ssml", "markup"})


def speech(text: str) -> Speech:
    return Speech(ssml.parse(text) if text.startswith("<") else text, Place("hello.ssml.j2"))


def said(
    content: str | Speech,
    family: str | None = "Chirp3-HD",
    *lexemes: Lexeme,
    language: str = "en-US",
    inputs: frozenset[str] = ALL,
    pronunciations: bool = True,
    limit: int | None = None,
) -> Said:
    numbered = tuple(evolve(lexeme, line=line) for line, lexeme in enumerate(lexemes, start=1))
    settings = Settings(
        provider="google", language=language, voice=f"{language}-{family}-Kore", encoding="MULAW"
    )
    return asks(
        speech(content) if isinstance(content, str) else content,
        settings,
        family=GOOGLE[family] if family else None,
        lexicons=[Lexicon(language, "ipa", numbered, PATH)] if lexemes else (),
        limit=limit,
        size=lambda text: len(text.encode()),
        inputs=inputs,
        pronunciations=pronunciations,
    )


def ipa(phrase: str, phoneme: str, alias: str = "") -> Lexeme:
    told = (Pronunciation(phoneme, "ipa"), *([Pronunciation(alias)] if alias else []))
    return Lexeme((phrase,), told)


def beside(found: Said) -> list[tuple[str, str]]:
    (ask,) = found.asks
    return [(one.phrase, one.phoneme) for one in ask.pronunciations]


def lines(entries: frozenset[tuple[str, int]]) -> list[int]:
    return sorted(line for _, line in entries)


# --- which input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "family", "inputs", "kind", "content"),
    [
        ("<speak>Hi.<break time='2s'/>You</speak>", "Chirp3-HD", {"text", "ssml", "markup"}, "markup", "Hi. [pause long] You"),
        ("<speak>Hi.<break time='2s'/>You</speak>", "Chirp3-HD", {"text", "ssml"}, "ssml", "<speak>Hi. You</speak>"),
        ("<speak>Hi.<break time='2s'/>You</speak>", "Chirp3-HD", {"text", "markup"}, "text", "Hi. You"),
        ("<speak>Hi.<break time='2s'/>You</speak>", "Neural2", {"text", "ssml", "markup"}, "ssml", '<speak>Hi.<break time="2s"/>You</speak>'),
        ("<speak>Hi.<break time='2s'/>You</speak>", "Neural2", {"text"}, "text", "Hi. You"),
        ("<speak>Hi.<break time='2s'/>You</speak>", "Journey", {"text", "ssml", "markup"}, "text", "Hi. You"),
        ("<speak>Hi. <emphasis>You</emphasis></speak>", None, {"text"}, "text", "Hi. You"),
        ("<speak>Hi. <blink>You</blink></speak>", None, {"text", "ssml"}, "ssml", "<speak>Hi. <blink>You</blink></speak>"),
        ("Hi. [pause] You", "Chirp3-HD", {"text", "ssml", "markup"}, "text", "Hi. [pause] You"),
    ],
)  # fmt: skip
def test_the_input_is_what_the_voice_takes_and_the_wire_carries(
    text: str, family: str | None, inputs: set[str], kind: str, content: str
) -> None:
    (ask,) = said(text, family, inputs=frozenset(inputs)).asks

    assert {name: getattr(ask, name) for name in ALL} == {**dict.fromkeys(ALL), kind: content}


@given(
    trees.documents(), st.sampled_from(sorted(GOOGLE)), st.sets(st.sampled_from(sorted(ALL))), st.booleans()
)
def test_exactly_one_input_is_set_and_it_is_carried(
    tree: Element, family: str, inputs: set[str], pronunciations: bool
) -> None:
    taken = frozenset(inputs | {"text"})
    for ask in said(Speech(tree, Place("x")), family, inputs=taken, pronunciations=pronunciations).asks:
        kinds = {name for name in ALL if getattr(ask, name) is not None}
        assert len(kinds) == 1
        assert kinds <= taken
        assert pronunciations or not ask.pronunciations


# --- pronunciations beside the text -----------------------------------------------------------------


def test_sounds_stand_beside_a_text_and_only_those_of_its_words() -> None:
    found = said(
        "Leeds, then St. Mary's.",
        "Neural2",
        ipa("Leeds", "liːdz"),
        ipa("St. Mary's", "snt"),
        ipa("York", "jɔːk"),
    )

    assert found.asks[0].text == "Leeds, then St. Mary's."
    assert beside(found) == [("St. Mary's", "snt"), ("Leeds", "liːdz")]
    assert (lines(found.used), lines(found.refused)) == ([1, 2], [])


@pytest.mark.parametrize(
    ("family", "language", "carried"),
    [
        ("Neural2", "en-US", True),
        ("Chirp3-HD", "en-US", True),
        ("News", "en-US", True),
        ("Chirp3-HD", "sv-SE", False),
        ("Journey", "en-US", False),
        ("Chirp-HD", "en-US", False),
    ],
)
def test_they_go_to_voices_that_take_them(family: str, language: str, carried: bool) -> None:
    found = said("Leeds", family, ipa("Leeds", "liːdz"), language=language)

    assert beside(found) == ([("Leeds", "liːdz")] if carried else [])
    assert (lines(found.used), lines(found.refused)) == (([1], []) if carried else ([], [1]))


def test_a_wire_without_them_says_the_alias() -> None:
    entry = ipa("Leeds", "liːdz", alias="Leedz")

    assert said("Leeds", "Neural2", entry, pronunciations=False).asks[0].text == "Leedz"
    assert said("Leeds", "Neural2", entry).asks[0].text == "Leeds"


def test_where_the_voice_takes_phonemes_they_stand_in_the_document() -> None:
    (ask,) = said("<speak>Leeds <emphasis>x</emphasis></speak>", "Neural2", ipa("Leeds", "liːdz")).asks

    assert ask.ssml is not None
    assert '<phoneme alphabet="ipa" ph="liːdz">Leeds</phoneme>' in ask.ssml
    assert ask.pronunciations == ()


def test_pause_tags_and_pronunciations_come_together() -> None:
    text = (
        '<speak>Leeds<break time="1s"/><phoneme alphabet="x-sampa" ph="jO:k">York</phoneme>'
        "<break/>Leeds</speak>"
    )

    found = said(text, "Chirp3-HD", ipa("Leeds", "liːdz"))

    assert found.asks[0].markup == "Leeds [pause] York [pause] Leeds"
    assert found.asks[0].pronunciations == (
        CustomPronunciation("Leeds", "ipa", "liːdz"),
        CustomPronunciation("York", "x-sampa", "jO:k"),
    )
    assert lines(found.used) == [1]
    assert {change.severity for change in found.changes} == {"info"}


def test_without_them_sounds_are_worth_more_than_pauses() -> None:
    text = '<speak>Leeds<break time="1s"/>York</speak>'

    (ask,) = said(text, "Chirp3-HD", ipa("Leeds", "liːdz"), pronunciations=False).asks

    assert ask.ssml == '<speak><phoneme alphabet="ipa" ph="liːdz">Leeds</phoneme> York</speak>'


@pytest.mark.parametrize(
    "text",
    [
        '<speak>Leeds <sub alias="of Leeds">x</sub></speak>',
        '<speak>Leeds <say-as interpret-as="name">Leeds</say-as></speak>',
        '<speak>Leeds <lang xml:lang="es-US">Leeds</lang></speak>',
        '<speak>Leeds <phoneme alphabet="ipa" ph="other">Leeds</phoneme></speak>',
        '<speak>x<phoneme alphabet="ipa" ph="other">Leeds</phoneme></speak>',
    ],
)
def test_what_would_be_said_elsewhere_too_is_not_sent(text: str) -> None:
    """The wire's pronunciations go by the words alone, and say every one of them so."""
    found = said(text, "Neural2", ipa("Leeds", "liːdz"), inputs=frozenset({"text"}))

    assert beside(found) == []
    assert lines(found.used) == []
    assert "VK502" in {change.code for change in found.changes}


def test_a_tag_is_no_word() -> None:
    found = said("<speak>a pause<break/>b</speak>", "Chirp3-HD", ipa("pause", "pɔːz"))

    assert found.asks[0].markup is None
    assert found.asks[0].ssml == '<speak>a <phoneme alphabet="ipa" ph="pɔːz">pause</phoneme> b</speak>'


def test_a_text_voice_says_the_alias_of_a_document() -> None:
    found = said("<speak>In Leeds.</speak>", "Journey", ipa("Leeds", "liːdz", alias="Leedz"))

    assert found.asks[0].text == "In Leedz."
    assert lines(found.used) == [1]


# --- laws -------------------------------------------------------------------------------------------

WORDS = st.sampled_from(["Leeds", "St.", "Mary's", "York,", "pause", "a", "in", "Leeds.", "\n"])
PHRASES = st.sampled_from(["Leeds", "St.", "St. Mary's", "Mary's York", "pause", "a", "in Leeds"])
ENTRIES = st.builds(ipa, PHRASES, st.sampled_from(["x", "y"]), st.sampled_from(["", "Leeds St.", "one"]))
LEXEMES = st.lists(ENTRIES, max_size=4).map(tuple)
TEXTS = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)


@given(TEXTS, LEXEMES)
def test_each_phrase_is_one_of_the_text_and_each_place_of_it_is_meant(
    text: str, lexemes: tuple[Lexeme, ...]
) -> None:
    found = said(text, "Neural2", *lexemes)
    sent = found.asks[0].text or ""
    phrases = [one.phrase for one in found.asks[0].pronunciations]

    assert phrases == sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    assert all(phrase in sent for phrase in phrases)
    if not any(said.alphabet is None for lexeme in lexemes for said in lexeme.pronunciations):
        assert sent == text
        known = Words([" ".join(phrase.split()) for phrase in phrases], ["en-US"])
        assert bool(list(known.find(sent))) == bool(phrases)
    assert not found.used & found.refused


SPOKEN = st.lists(
    st.sampled_from(["Hello there.", "St. Mary's, now.", "Leeds", "or two", "Press 1"]), min_size=1
)
BREAKS = st.sampled_from(['<break time="300ms"/>', '<break time="1s"/>', '<break time="3s"/>', " "])


@given(st.lists(st.tuples(SPOKEN.map(" ".join), BREAKS), min_size=1, max_size=12), st.integers(24, 90))
def test_pieces_of_markup_keep_tags_and_phrases_whole(parts: list[tuple[str, str]], limit: int) -> None:
    text = f"<speak>{''.join(words + pause for words, pause in parts)}<break/></speak>"
    entries = (ipa("St. Mary's", "snt"), ipa("Leeds", "liːdz"))
    (whole,) = said(text, "Chirp3-HD", *entries).asks
    pieces = said(text, "Chirp3-HD", *entries, limit=limit).asks
    texts = [piece.markup or "" for piece in pieces]

    assert whole.markup is not None
    assert " ".join(texts).split() == whole.markup.split()
    assert all(len(piece.encode()) <= limit for piece in texts)
    tag = re.compile(r"\[pause(?: short| long)?\]")
    assert [found for piece in texts for found in tag.findall(piece)] == tag.findall(whole.markup)
    assert sum(piece.count("St. Mary's") for piece in texts) == whole.markup.count("St. Mary's")
    for piece in pieces:
        phrases = {one.phrase for one in piece.pronunciations}
        assert phrases == {phrase for phrase in ("St. Mary's", "Leeds") if phrase in (piece.markup or "")}


def test_a_pause_stays_with_the_words_before_it() -> None:
    pieces = said("<speak>one two three<break time='2s'/>four five</speak>", limit=28).asks

    assert [piece.markup for piece in pieces] == ["one two three [pause long]", "four five"]


def test_a_phrase_is_sent_as_it_stands() -> None:
    found = said("At St.\nMary's, at St. Mary's.", "Neural2", ipa("St. Mary's", "snt"))

    assert beside(found) == [("St.\nMary's", "snt"), ("St. Mary's", "snt")]
