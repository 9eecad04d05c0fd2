import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicekit._speak.x_sampa import to_ipa


@pytest.mark.parametrize(
    ("text", "ipa"),
    [
        ('p@"kA:n', "pəˈkɑːn"),
        ('"tSIkIn', "ˈtʃɪkɪn"),
        ("r\\Ed", "ɹɛd"),
        ("k_h{t", "kʰæt"),
        ('"pero', "ˈpero"),
        ("A~", "ɑ\u0303"),
        ('%mIsI"sIpi', "ˌmɪsɪˈsɪpi"),
        ("", ""),
    ],
)
def test_words(text: str, ipa: str) -> None:
    assert to_ipa(text) == ipa


@given(st.text("abdefhijklmnopstuvwxyz"))
def test_small_letters_are_their_own_ipa(text: str) -> None:
    assert to_ipa(text) == text
