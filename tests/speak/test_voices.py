import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicekit._speak import voices
from voicekit._speak.voices import choose, language_of
from voicekit.errors import SoundError

FEMALE = ["Achernar", "Aoede", "Gacrux", "Kore", "Leda", "Zephyr"]
MALE = ["Achird", "Charon", "Fenrir", "Puck", "Umbriel", "Zubenelgenubi"]


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en-US", "gmw/en-US"),
        ("en-GB", "gmw/en"),
        ("en-AU", "gmw/en"),
        ("en-CA", "gmw/en-US"),
        ("en", "gmw/en-US"),
        ("EN-us", "gmw/en-US"),
        ("es-ES", "roa/es"),
        ("es-MX", "roa/es-419"),
        ("es-US", "roa/es-419"),
        ("es-419", "roa/es-419"),
        ("fr-CA", "roa/fr"),
        ("fr-CH", "roa/fr-CH"),
        ("pt-BR", "roa/pt-BR"),
        ("pt-PT", "roa/pt"),
        ("cmn-CN", "sit/cmn"),
        ("zh-CN", "sit/cmn"),
        ("zh-HK", "sit/yue"),
        ("yue-HK", "sit/yue"),
        ("nb-NO", "gmq/nb"),
        ("no", "gmq/nb"),
        ("ar-XA", "sem/ar"),
        ("he-IL", "sem/he"),
        ("zh-Hans-CN", "sit/cmn"),
    ],
)
def test_a_language_takes_the_nearest_voice(language: str, name: str) -> None:
    assert choose(language).voice.name == name


@pytest.mark.parametrize("language", ["fil-PH", "tlh", "xx-XX", ""])
def test_a_language_that_nobody_speaks_is_an_error_with_a_remedy(language: str) -> None:
    with pytest.raises(SoundError, match="no embedded voice") as caught:
        choose(language)

    assert "voicekit voices" in caught.value.problems[0].remedy


def test_every_listed_voice_can_be_chosen_by_its_language() -> None:
    for voice in voices.voices():
        found = choose(voice.language).voice
        assert found.language == voice.language or voice.language.split("-")[0] in {"zh", "no", "en"}


@pytest.mark.parametrize(("names", "gender"), [(FEMALE, "female"), (MALE, "male")])
def test_the_vendors_known_voices_keep_their_gender_and_differ(names: list[str], gender: str) -> None:
    pool = dict(voices.engine().variants)["female" if gender == "female" else "male"]
    variants = [choose("en-US", name).variant for name in names]

    assert set(variants) <= set(pool)
    assert len(set(variants)) == len(names)
    assert variants == [choose("en-US", f"en-US-Chirp3-HD-{name}").variant for name in names]


def test_all_thirty_known_voices_differ() -> None:
    known = [*voices._FEMALE, *voices._MALE]

    assert len(known) == 30
    assert len({choose("en-US", name).variant for name in known}) == 30


@pytest.mark.parametrize(
    ("letter", "gender"), [("F", "female"), ("C", "female"), ("D", "male"), ("J", "male")]
)
def test_american_letters_follow_the_convention(letter: str, gender: str) -> None:
    pools = {str(kind): names for kind, names in voices.engine().variants.items()}

    assert choose("en-US", f"en-US-Neural2-{letter}").variant in pools[gender]


@given(st.text(max_size=30))
def test_any_name_gives_a_variant_and_always_the_same(name: str) -> None:
    known = {"", *(one for pool in voices.engine().variants.values() for one in pool)}

    assert choose("en-US", name) == choose("en-US", name)
    assert choose("en-US", name).variant in known


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("en-US-Neural2-F", "en-US"),
        ("cmn-CN-Chirp3-HD-Kore", "cmn-CN"),
        ("Kore", None),
        ("es-ES", None),
        ("alloy", None),
    ],
)
def test_a_name_may_begin_with_its_language(name: str, language: str | None) -> None:
    assert language_of(name) == language


def test_a_tag_as_long_as_a_request_costs_no_more_than_its_length() -> None:
    tag = "a-" * 10_000
    tracemalloc.start()
    with pytest.raises(SoundError) as caught:
        choose(tag)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 100 * len(tag)
    assert len(caught.value.problems[0].message) < 100
