"""What wires can ask for beside SSML: pause tags, pronunciations of phrases, and a text in a language that nobody names."""

from collections.abc import Callable

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from voicekit._speak.compile import compile_ask
from voicekit._speak.segments import Run, Silence
from voicekit.model import Ask, CustomPronunciation, Sound

RATE = 22_050
EN = Ask(None, None, "en-US", "en-US-Chirp3-HD-Kore", "PCM", sample_rate=RATE)
TAGS = {"[pause short]": 0.5, "[pause]": 0.75, "[pause long]": 1.25}

Samples = Callable[[Ask], NDArray[np.float32]]


def markup(text: str, language: str = "en-US") -> Ask:
    return evolve(EN, markup=text, language=language)


def gaps(samples: NDArray[np.float32]) -> list[float]:
    """The silences inside that are longer than 0.2 s, in seconds."""
    heard = np.flatnonzero(np.abs(samples) > 10 ** (-60 / 20))
    steps = (np.diff(heard) - 1) / RATE
    return [float(step) for step in steps if step > 0.2]


def runs(ask: Ask) -> list[Run]:
    return [segment for segment in compile_ask(ask) if isinstance(segment, Run)]


# --- pause tags -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [None, 0.5, 2.0])
@pytest.mark.parametrize("tag", TAGS)
def test_a_pause_tag_is_a_silence_of_its_length(samples: Samples, tag: str, rate: float | None) -> None:
    found = gaps(samples(evolve(markup(f"Press one {tag} now"), rate=rate)))
    print(f"\n    {tag} at rate {rate}: {[round(gap, 4) for gap in found]}", end="")

    assert found == pytest.approx([TAGS[tag]], abs=0.005)


def test_pauses_stand_where_their_tags_do(samples: Samples) -> None:
    heard = samples(markup("[pause] One [pause long] two [pause short] three [pause]"))
    edges = np.flatnonzero(np.abs(heard) > 10 ** (-60 / 20))

    assert gaps(heard) == pytest.approx([1.25, 0.5], abs=0.005)
    assert edges[0] / RATE == pytest.approx(0.75, abs=0.005)
    assert (heard.size - edges[-1]) / RATE == pytest.approx(0.75, abs=0.005)


@pytest.mark.parametrize(
    "text", ["[Pause]", "[pause  long]", "[pause medium]", "[laugh]", "[pause", "pause]", "[]"]
)
def test_anything_else_in_brackets_is_text(samples: Samples, text: str) -> None:
    said = f"One {text} two."
    (run,) = runs(markup(said))

    assert run.text == said
    assert np.array_equal(samples(markup(said)), samples(evolve(EN, text=said)))


def test_tags_are_pauses_in_markup_only() -> None:
    (run,) = runs(evolve(EN, text="One [pause] two"))

    assert run.text == "One [pause] two"


@pytest.mark.parametrize("language", ["bg-BG", "sr-RS", "yue-HK"])
def test_where_the_vendor_makes_no_pauses_the_tags_do_nothing(language: str) -> None:
    (run,) = compile_ask(markup("1 [pause] 2", language))

    assert isinstance(run, Run)
    assert run.text.split() == ["1", "2"]


@given(st.lists(st.sampled_from(["one", " ", "[", "]", "pause", *TAGS]), max_size=12).map("".join))
def test_every_tag_is_one_pause_and_nothing_else_is_lost(text: str) -> None:
    segments = compile_ask(markup(text))
    rest = text
    for tag in TAGS:
        rest = rest.replace(tag, "|")  # what stood on both sides of a tag makes no other one

    assert sum(isinstance(one, Silence) for one in segments) == sum(text.count(tag) for tag in TAGS)
    said = "".join(one.text for one in segments if isinstance(one, Run))
    assert said.replace(" ", "") == rest.replace(" ", "").replace("|", "")


# --- pronunciations -------------------------------------------------------------------------------------

READ = CustomPronunciation("read", "ipa", "ˈrɛd")
PHONEME = "<phoneme ph='ˈrɛd'>read</phoneme>"


def ssml(body: str) -> Ask:
    return evolve(EN, ssml=f"<speak>{body}</speak>")


def with_phrases(ask: Ask, *known: CustomPronunciation) -> Ask:
    return evolve(ask, pronunciations=known or (READ,))


def same(samples: Samples, one: Ask, other: Ask) -> bool:
    return bool(np.array_equal(samples(one), samples(other)))


@pytest.mark.parametrize(
    "ask",
    [
        evolve(EN, text="I read it."),
        markup("I read it."),
        ssml("I read it."),
        ssml("<p><s>I read it.</s></p>"),
    ],
)
def test_a_phrase_is_said_as_the_request_wants(samples: Samples, ask: Ask) -> None:
    said = with_phrases(ask)
    blocks = ask.ssml is not None and "<s>" in ask.ssml
    wanted = ssml(f"<p><s>I {PHONEME} it.</s></p>" if blocks else f"I {PHONEME} it.")

    assert not same(samples, said, ask)
    assert same(samples, said, wanted)


def test_x_sampa_is_read_too(samples: Samples) -> None:
    ask = evolve(EN, text="I read it.")

    assert same(samples, with_phrases(ask, CustomPronunciation("read", "x-sampa", '"rEd')), with_phrases(ask))


def test_a_pronunciation_that_the_voice_cannot_say_is_read_as_its_text(samples: Samples) -> None:
    ask = evolve(EN, text="I read it.")

    for phoneme in ("ʘǂ", "a" * 100_000):
        assert same(samples, with_phrases(ask, CustomPronunciation("read", "ipa", phoneme)), ask)


@pytest.mark.parametrize("text", ["I already did.", "Read it.", "Reader, reads, bread.", "re ad", "read's"])
def test_only_the_whole_phrase_in_its_own_letters_counts(text: str) -> None:
    (run,) = runs(with_phrases(evolve(EN, text=text)))

    assert run.phonemes == ()
    assert run.text == text


def test_the_longest_phrase_counts_and_blanks_are_blanks() -> None:
    known = [
        CustomPronunciation(phrase, "ipa", ipa)
        for phrase, ipa in (("New", "a"), ("New York", "b"), ("York", "c"))
    ]
    (run,) = runs(with_phrases(evolve(EN, text="New York, New\n York New, York"), *known))

    assert [(run.text[one.start : one.end], one.ipa) for one in run.phonemes] == [
        ("New York", "b"),
        ("New\n York", "b"),
        ("New", "a"),
        ("York", "c"),
    ]


def test_the_first_of_two_for_one_phrase_counts() -> None:
    (run,) = runs(with_phrases(evolve(EN, text="read"), READ, evolve(READ, phoneme="ˈriːd")))

    assert [one.ipa for one in run.phonemes] == ["ˈrɛd"]


def test_what_is_said_otherwise_already_is_left_alone() -> None:
    body = (
        "<phoneme ph='ˈriːd'>read</phoneme> <sub alias='read'>x</sub> "
        "<say-as interpret-as='verbatim'>read</say-as> <lang xml:lang='en-GB'>read</lang>"
    )
    found = [one for run in runs(with_phrases(ssml(body))) for one in run.phonemes]

    assert [one.ipa for one in found] == ["ˈriːd", "ˈrɛd"]


def test_a_phrase_does_not_move_the_marks(samples: Samples, speak: Callable[[Ask], Sound]) -> None:
    ask = evolve(ssml("<mark name='a'/>I read <mark name='b'/>it. <mark name='c'/>Yes."), marks=True)
    (plain,), (said,) = runs(ask), runs(with_phrases(ask))

    assert said.text == plain.text
    assert said.marks == plain.marks
    times = [mark.seconds for mark in speak(with_phrases(ask)).marks]
    assert times == sorted(times)
    assert times[1] > 0.1


@given(
    st.text("ab .\n", max_size=30),
    st.lists(st.text("ab ", min_size=1, max_size=4).filter(str.strip), max_size=3),
)
def test_phrases_change_no_text(text: str, phrases: list[str]) -> None:
    known = tuple(CustomPronunciation(phrase, "ipa", "a") for phrase in phrases)
    found = compile_ask(evolve(EN, text=text, pronunciations=known))

    assert [one.text for one in found if isinstance(one, Run)] == [
        one.text for one in compile_ask(evolve(EN, text=text)) if isinstance(one, Run)
    ]
    wanted = {" ".join(phrase.split()) for phrase in phrases}
    for run in (one for one in found if isinstance(one, Run)):
        assert {" ".join(run.text[one.start : one.end].split()) for one in run.phonemes} <= wanted


def test_what_is_too_long_for_a_phrase_or_a_pronunciation_is_not_looked_for() -> None:
    """Else a megabyte of them, and a text in which each could begin anywhere, would keep a server busy."""
    many = tuple(CustomPronunciation(f"Name{number}", "ipa", "a" * 2_000) for number in range(5_000))
    long = tuple(CustomPronunciation("a " * length, "ipa", "a") for length in range(1, 1_000))
    asks = (
        evolve(EN, text="Name1 and Name2", pronunciations=many),
        evolve(EN, text="a " * 2_500, pronunciations=long),
    )
    found = [run for ask in asks for run in runs(ask)]

    assert [len(run.phonemes) for run in found] == [0, 10]


# --- a language that nobody names -----------------------------------------------------------------------

TEXTS = {
    "roa/es": "Gracias por llamar. Por favor, espere en la línea.",
    "gmw/de": "Vielen Dank für Ihren Anruf. Bitte warten Sie.",
    "roa/fr": "Merci de votre appel. Ne quittez pas.",
    "gmw/en-US": "Thank you for calling. Please hold the line.",
    "sit/cmn": "感谢您的来电。请稍候。",
    "jpx/ja": "お電話ありがとうございます。",
    "zle/ru": "Спасибо за звонок. Подождите.",
}
UNSAID = evolve(EN, language="", voice="Kore")


@pytest.mark.parametrize("voice", TEXTS)
def test_a_text_says_its_language_itself(voice: str) -> None:
    text = TEXTS[voice]

    for ask in (
        evolve(UNSAID, text=text),
        evolve(UNSAID, markup=f"[pause]{text}"),
        evolve(UNSAID, ssml=f"<speak><p>{text}</p></speak>"),
    ):
        assert {run.voice.voice.name for run in runs(ask)} == {voice}


@pytest.mark.parametrize("text", ["", "1 2 3", "Xyloq.", "ᚠᚢᚦ", "Ꮳ"])
def test_a_text_that_says_nothing_is_american(text: str) -> None:
    assert {run.voice.voice.name for run in runs(evolve(UNSAID, text=text))} <= {"gmw/en-US"}


def test_a_document_says_its_language_before_its_text_does() -> None:
    ask = evolve(
        UNSAID, ssml=f"<speak xml:lang='de-DE'>{TEXTS['roa/es']}<lang xml:lang='fr'>oui</lang></speak>"
    )

    assert [run.voice.voice.name for run in runs(ask)] == ["gmw/de", "roa/fr"]


def test_a_voices_name_says_its_language_before_the_text_does() -> None:
    (run,) = runs(evolve(UNSAID, text=TEXTS["roa/es"], voice="de-DE-KatjaNeural"))

    assert run.voice.voice.name == "gmw/de"


def test_a_stated_language_stands() -> None:
    (run,) = runs(evolve(UNSAID, text=TEXTS["roa/es"], language="fr-FR"))

    assert run.voice.voice.name == "roa/fr"


def test_what_is_guessed_sounds_as_what_is_stated(samples: Samples) -> None:
    text = TEXTS["roa/es"]

    assert same(samples, evolve(UNSAID, text=text), evolve(UNSAID, text=text, language="es"))
    assert not same(samples, evolve(UNSAID, text=text), evolve(UNSAID, text=text, language="en-US"))


def test_any_text_has_a_language_that_is_spoken() -> None:
    @given(st.text(max_size=30))
    def check(text: str) -> None:
        compile_ask(evolve(UNSAID, text=text))

    check()
