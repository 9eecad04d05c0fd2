import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicekit import _language


@pytest.mark.parametrize(
    ("tag", "canonical"),
    [
        ("en", "en"), ("EN-us", "en-US"), ("cmn-cn", "cmn-CN"), ("es-419", "es-419"), ("yue-HK", "yue-HK"),
        ("no", "no"), ("nb-no", "nb-NO"), ("fil-PH", "fil-PH"), ("zh-tw", "zh-TW"), ("iw-IL", "iw-IL"),
    ],
)  # fmt: skip
def test_a_tag_is_brought_to_its_canonical_case(tag: str, canonical: str) -> None:
    assert _language.canonical(tag) == canonical


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("cmn-Hant-cn", "write cmn-CN"), ("zh-Hans", "write zh"), ("en_US", "BCP-47"), ("", "BCP-47"), ("english", "BCP-47"),
        ("en-US-x-mine", "more than"), ("de-1996", "more than"), ("en-u-ca-buddhist", "more than"), ("qq", "not registered"),
        ("en-ZY", "not registered"), ("e", "."), ("en-", "."), ("-en", "."), ("en us", "."), ("é", "BCP-47"), ("en\n", "."),
    ],
)  # fmt: skip
def test_what_is_no_tag_is_refused(tag: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        _language.canonical(tag)


@given(st.text(max_size=12))
def test_any_text_is_a_tag_or_a_value_error(text: str) -> None:
    try:
        tag = _language.canonical(text)
    except ValueError:
        return
    assert _language.canonical(tag) == tag


@pytest.mark.parametrize(
    ("language", "tags", "found"),
    [
        ("es-MX", ["es", "es-MX", "es-US", "en"], ("es-MX", "es")),
        ("es-MX", ["es-ES", "en"], ()),
        ("es", ["es-MX"], ()),
        ("cmn-CN", ["zh", "cmn", "yue"], ("cmn", "zh")),
        ("cmn-CN", ["zh-CN", "cmn"], ("zh-CN", "cmn")),
        ("zh-CN", ["cmn"], ("cmn",)),
        ("nb-NO", ["no"], ("no",)),
        ("EN-us", ["en-US"], ("en-US",)),
        ("en-US", [], ()),
    ],
)
def test_lookup_tries_the_tag_then_its_prefixes(
    language: str, tags: list[str], found: tuple[str, ...]
) -> None:
    assert _language.lookup(tags, language) == found


@pytest.mark.parametrize(
    ("one", "other", "same", "matching"),
    [
        ("en", "en-US", True, True), ("en-GB", "en-US", True, False), ("cmn-CN", "zh-CN", True, True), ("cmn", "zh-TW", True, True),
        ("yue-HK", "zh-HK", False, False), ("nb", "no", True, True), ("es", "en", False, False), ("es-419", "es-MX", True, False),
    ],
)  # fmt: skip
def test_languages_are_compared(one: str, other: str, same: bool, matching: bool) -> None:
    assert _language.same_language(one, other) is _language.same_language(other, one) is same
    assert _language.matches(one, other) is _language.matches(other, one) is matching
