import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from voicekit import ssml
from voicekit._speak import voices
from voicekit._speak.compile import compile_ask
from voicekit._speak.prosody import Prosody
from voicekit._speak.segments import Run, Segment, Silence
from voicekit.engines import PARAGRAPH_END as P
from voicekit.engines import SENTENCE_END as S
from voicekit.engines import Phonemes
from voicekit.errors import SoundError
from voicekit.model import Ask, Element

ASK = Ask(None, None, "en-US", "en-US-Neural2-F", "MULAW")


def compiled(body: str, *, rate: float | None = None, pitch: float | None = None) -> tuple[Segment, ...]:
    return compile_ask(evolve(ASK, ssml=f"<speak>{body}</speak>", rate=rate, pitch=pitch))


def runs(body: str) -> list[Run]:
    return [segment for segment in compiled(body) if isinstance(segment, Run)]


def texts(body: str) -> list[str | float]:
    return [segment.text if isinstance(segment, Run) else segment.seconds for segment in compiled(body)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Hello  \n  <b>you</b>  there ", ["Hello you there "]),
        ("<p>One</p><p>Two</p>", [f"One{P}Two{P}"]),
        ("<p><s>One.</s><s>Two</s></p> three", [f"One.{S}Two{S}{P}three"]),
        ("One<break time='300ms'/>two", ["One", 0.3, "two"]),
        ("One <break/> <break strength='strong'/> two", ["One ", 0.75, 1.0, "two"]),
        ("<s>One <prosody rate='slow'>two</prosody></s>three", ["One ", f"two{S}", "three"]),
        ("One <prosody rate='medium'>two</prosody> three", ["One two three"]),
        ("I am <sub alias='voice kit'>VK</sub>.", ["I am voice kit."]),
        ("On <say-as interpret-as='date' format='mdy'>6/18</say-as>.", ["On June eighteenth."]),
        ("Pay <say-as interpret-as='currency' language='es-MX'>$2</say-as>", ["Pay two Mexican pesos"]),
        ("A<audio src='https://example.com/x.mp3'><desc>x</desc> B</audio> C", ["A B C"]),
        ("A<audio src='https://example.com/x.mp3'/> C", ["A C"]),
        ("A<metadata><x>y</x></metadata><desc>d</desc><!-- c --> <![CDATA[<B>]]>", ["A <B>"]),
        ("<google:style name='calm'>A <mstts:express-as>B</mstts:express-as></google:style>", ["A B"]),
        ("<par><media><speak>A</speak></media></par>", ["A"]),
        ("  \n ", []),
    ],
)
def test_text_and_silences(body: str, expected: list[str | float]) -> None:
    assert texts(body) == expected


def test_plain_text_is_taken_as_it_stands() -> None:
    (run,) = compile_ask(evolve(ASK, text="<b> & [[x]]\n\nyou"))

    assert isinstance(run, Run)
    assert run.text == "<b> & [[x]]\n\nyou"


def test_marks_know_the_text_in_front_of_which_they_stand() -> None:
    (run,) = runs(
        "<mark name='a'/>One <mark name='b'/>two<sub alias='long alias'>x</sub><bookmark mark='c'/>"
    )

    assert run.marks == (("a", 0), ("b", 4), ("c", len("One twolong alias")))


def test_marks_behind_a_break_belong_to_what_follows() -> None:
    first, second = runs("One<mark name='a'/><break/><mark name='b'/> two")

    assert first.marks == (("a", 3),)
    assert second.marks == (("b", 0),)


def test_phonemes_know_their_stretch_and_speak_ipa() -> None:
    (run,) = runs("a <phoneme ph='kæt'>cat</phoneme> <phoneme alphabet='x-sampa' ph='k{t'/>!")

    assert run.text == "a cat  !"
    assert run.phonemes == (Phonemes(2, 5, "kæt"), Phonemes(6, 7, "kæt"))


def test_nested_prosody_multiplies_rates_and_adds_the_rest() -> None:
    body = "<prosody rate='50%' pitch='+2st' volume='-6dB'>a <prosody rate='150%' pitch='-1st' volume='+2dB'>b</prosody></prosody>"
    outer, inner = [segment for segment in compiled(body, rate=0.8, pitch=1.0) if isinstance(segment, Run)]

    assert (outer.prosody.rate, inner.prosody.rate) == pytest.approx((0.4, 0.6))
    assert (outer.prosody.pitch, inner.prosody.pitch) == (3.0, 2.0)
    assert (outer.prosody.gain, inner.prosody.gain) == (-6.0, -4.0)


def test_emphasis_is_gentle_and_none_is_nothing() -> None:
    strong, plain = runs("<emphasis level='strong'>a</emphasis> <emphasis level='none'>b</emphasis>")

    assert strong.prosody.rate < 1 < strong.prosody.gain
    assert plain.prosody == Prosody()


@pytest.mark.parametrize(
    ("body", "voice"),
    [
        ("<lang xml:lang='es-ES'>hola</lang>", "roa/es"),
        ("<p xml:lang='fr'>bonjour</p>", "roa/fr"),
        ("<voice name='de-DE-Standard-A'>hallo</voice>", "gmw/de"),
        ("<voice language='it-IT' gender='male'>ciao</voice>", "roa/it"),
        ("<s xml:lang='en'>still American</s>", "gmw/en-US"),
        ("<voice name='Kore'>the same language</voice>", "gmw/en-US"),
    ],
)
def test_voice_and_language_switch(body: str, voice: str) -> None:
    (run,) = runs(body)

    assert run.voice.voice.name == voice


def test_the_voice_comes_back_behind_its_element() -> None:
    first, second, third = runs("one <voice gender='male'>two</voice> three")

    assert first.voice == third.voice == voices.choose("en-US", ASK.voice)
    assert second.voice.variant in voices.engine().variants["male"]


def test_a_language_that_nobody_speaks_is_an_error_with_a_remedy() -> None:
    with pytest.raises(SoundError, match="voicekit voices"):
        compiled("<lang xml:lang='tlh'>nuqneH</lang>")


LEAVES = st.one_of(
    st.text("ab .\n", max_size=6),
    st.builds(Element, st.sampled_from(["break", "mark"]), st.just((("name", "m"), ("time", "10ms")))),
)
TREES = st.recursive(
    LEAVES,
    lambda children: st.builds(
        Element,
        st.sampled_from(["p", "s", "prosody", "emphasis", "unknown", "phoneme", "say-as", "voice"]),
        st.sampled_from(
            [(), (("gender", "male"), ("rate", "80%")), (("interpret-as", "characters"), ("ph", "a"))]
        ),
        st.lists(children, max_size=4).map(tuple),
    ),
    max_leaves=12,
)


@given(st.lists(TREES, max_size=4).map(tuple))
def test_any_tree_keeps_its_marks_its_breaks_and_its_order(children: tuple[Element | str, ...]) -> None:
    tree = Element("speak", (), children)
    segments = compile_ask(evolve(ASK, ssml=ssml.serialise(tree)))
    elements = list(ssml.walk(ssml.parse(ssml.serialise(tree))))
    heard = [element for element in elements if not _swallowed(element, elements)]

    assert sum(isinstance(one, Silence) for one in segments) == sum(one.name == "break" for one in heard)
    assert sum(len(one.marks) for one in segments if isinstance(one, Run)) == sum(
        one.name == "mark" for one in heard
    )
    for run in (one for one in segments if isinstance(one, Run)):
        positions = [position for _, position in run.marks]
        assert positions == sorted(positions)
        assert all(0 <= position <= len(run.text) for position in positions)
        assert all(0 <= wish.start < wish.end <= len(run.text) for wish in run.phonemes)


def _swallowed(element: Element, elements: list[Element]) -> bool:
    """Whether it stands inside an element that is read as text only."""
    return any(
        element is not outer and any(element is inner for inner in ssml.walk(outer))
        for outer in elements
        if outer.name in {"phoneme", "say-as"}
    )
