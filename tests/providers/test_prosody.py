"""The one ``<prosody>`` that carries a profile's pitch, rate and gain: put on and taken off without loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicekit import ssml
from voicekit.model import Element
from voicekit.providers._prosody import Settings, Unit, Wrapper, percent, percent_of_pitch, plain

PITCH, RATE, GAIN = (-12.0, 7.0), (0.25, 2.0), (-96.0, 16.0)
SEMITONES = plain("pitch", PITCH, "st")
UNITS = {"pitch": SEMITONES, "rate": plain("rate", RATE, sign=False), "gain": plain("volume", GAIN, "dB")}
WRAPPER = Wrapper(UNITS, frozenset({"prosody", "s"}), frozenset({"voice", "lang"}), ("rate", 1.0))
ANYWHERE = Wrapper(UNITS, None, frozenset(), ("rate", 1.0))
NAMES = st.sampled_from(["prosody", "s", "voice", "lang", "break"])
# Values that are ours, and values that a document may well have.
VALUES = {
    "rate": st.sampled_from(["0.900", "1.000", "0.9", "2.001", "slow"]),
    "pitch": st.sampled_from(["+1.500st", "-0.000st", "+2st", "+9.000st"]),
    "volume": st.sampled_from(["+3.000dB", "-6dB"]),
}


def children(pieces: list[Element | str]) -> tuple[Element | str, ...]:
    """Join neighbouring texts, as a parser does."""
    joined: list[Element | str] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return tuple(joined)


def elements(inner: st.SearchStrategy[Element | str]) -> st.SearchStrategy[Element | str]:
    attributes = st.fixed_dictionaries({}, optional=VALUES).map(lambda found: tuple(sorted(found.items())))
    inside = st.lists(inner, max_size=3).map(children)
    return st.builds(Element, NAMES, attributes, inside)


DOCUMENTS = st.lists(
    st.recursive(st.sampled_from(["One.", " ", "two, three"]), elements, max_leaves=6), max_size=4
).map(children)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={"pitch": st.floats(*PITCH), "rate": st.floats(*RATE), "gain": st.floats(*GAIN)},
)


@pytest.mark.parametrize("wrapper", [WRAPPER, ANYWHERE])
def test_what_is_put_on_comes_off(wrapper: Wrapper) -> None:
    @given(DOCUMENTS, SETTINGS)
    def check(said: tuple[Element | str, ...], settings: Settings) -> None:
        worn = wrapper.on(said, settings)
        bare, found = wrapper.off(worn)

        assert bare == said
        assert wrapper.on(bare, found) == worn, "the same is written again"
        if worn != said and settings:
            assert set(found) == set(settings)
            assert all(abs(found[name] - settings[name]) <= 0.0005 + 1e-9 for name in settings), (
                "three decimals are kept"
            )

    check()


def written(wrapper: Wrapper, document: str, **settings: float) -> str:
    tree = ssml.parse(document)
    return ssml.serialise(Element("speak", (), wrapper.on(tree.children, settings)))


def test_it_goes_around_all_that_may_stand_in_it() -> None:
    said = "<speak><voice>One <s>two</s><break/> three <lang><break/>four</lang></voice></speak>"

    assert written(WRAPPER, said, rate=0.9, pitch=-1.5) == (
        '<speak><voice><prosody pitch="-1.500st" rate="0.900">One <s>two</s></prosody><break/>'
        '<prosody pitch="-1.500st" rate="0.900"> three </prosody>'
        '<lang><break/><prosody pitch="-1.500st" rate="0.900">four</prosody></lang></voice></speak>'
    )
    assert written(ANYWHERE, said, gain=3) == said.replace(
        "<speak>", '<speak><prosody volume="+3.000dB">'
    ).replace("</speak>", "</prosody></speak>")


def test_a_documents_own_one_is_kept_inside() -> None:
    own = '<speak><prosody rate="0.900">One.</prosody></speak>'
    usual = '<speak><prosody rate="0.9">One.</prosody></speak>'

    assert written(ANYWHERE, usual) == usual, "hardly any document needs it"
    assert written(ANYWHERE, own) == '<speak><prosody rate="1.000"><prosody rate="0.900">One.</prosody></prosody></speak>'  # fmt: skip
    assert written(ANYWHERE, usual, rate=0.9) == '<speak><prosody rate="0.900"><prosody rate="0.9">One.</prosody></prosody></speak>'  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "setting", "value"),
    [
        (SEMITONES, 2.0, "+2.000st"),
        (SEMITONES, -1.25, "-1.250st"),
        (SEMITONES, -0.0001, "+0.000st"),
        (percent("rate", RATE), 0.96, "96.00%"),
        (percent("rate", RATE), 2.0, "200.00%"),
        (percent_of_pitch("pitch", (-20.0, 20.0)), 12.0, "+100.00%"),
        (percent_of_pitch("pitch", (-20.0, 20.0)), -12.0, "-50.00%"),
        (percent_of_pitch("pitch", (-20.0, 20.0)), 0.0, "+0.00%"),
    ],
)
def test_units(unit: Unit, setting: float, value: str) -> None:
    assert unit.write(setting) == value
    assert unit.setting(value) == pytest.approx(setting, abs=1e-3)


@pytest.mark.parametrize("value", ["+7.001st", "+2st", "2.000st", "-0.000st", "+2.0000st", "+2.000", "high", "", "+٢.000st"])  # fmt: skip
def test_what_is_not_written_so_stays_in_the_document(value: str) -> None:
    assert SEMITONES.setting(value) is None
