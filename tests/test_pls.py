"""PLS 1.0 documents: what the specification allows is read, what it does not is told with its line, and all of it round-trips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicekit import pls
from voicekit.errors import MarkupError
from voicekit.model import Lexeme, Lexicon, Pronunciation

HEAD = '<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">'


def lexicon(body: str, head: str = HEAD) -> Lexicon:
    return pls.parse(f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{body}\n</lexicon>\n')


def only(body: str, head: str = HEAD) -> Lexeme:
    [lexeme] = lexicon(body, head).lexemes
    return lexeme


def ipa(text: str, *, preferred: bool = False) -> Pronunciation:
    return Pronunciation(text, "ipa", preferred)


def wrong(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(MarkupError) as caught:
        pls.parse(text)
    assert all(problem.remedy for problem in caught.value.problems)
    return [
        (problem.place.line if problem.place else None, problem.message) for problem in caught.value.problems
    ]


# --- what the specification allows ------------------------------------------------------------------


def test_a_lexicon_may_be_empty() -> None:
    assert lexicon("") == Lexicon("en-US", "ipa")


def test_a_word_of_another_language_is_said_in_the_lexicons_own() -> None:
    found = only(
        "<lexeme><grapheme>Il Gattopardo</grapheme><phoneme>il ˌɡætəˈpɑːɹdoʊ</phoneme>"
        "<example>Tickets for Il Gattopardo</example></lexeme>"
    )

    assert found == Lexeme(
        ("Il Gattopardo",), (ipa("il ˌɡætəˈpɑːɹdoʊ"),), examples=("Tickets for Il Gattopardo",), line=3
    )


def test_one_entry_may_hold_several_spellings() -> None:
    found = only(
        "<lexeme><grapheme>centre</grapheme><grapheme>center</grapheme><phoneme>ˈsɛntəɹ</phoneme></lexeme>"
    )

    assert found.graphemes == ("centre", "center")


def test_spellings_may_be_of_different_scripts() -> None:
    head = HEAD.replace("en-US", "ja-JP")
    found = only(
        "<lexeme><grapheme>名古屋</grapheme><grapheme>なごや</grapheme><phoneme>naɡoja</phoneme></lexeme>",
        head,
    )

    assert found.graphemes == ("名古屋", "なごや")


def test_pronunciations_keep_their_order_and_their_authors_preference() -> None:
    found = only(
        "<lexeme><grapheme>route</grapheme><phoneme>ɹaʊt</phoneme>"
        '<phoneme prefer="true">ɹuːt</phoneme><phoneme prefer="false">ɹut</phoneme></lexeme>'
    )

    assert found.pronunciations == (ipa("ɹaʊt"), ipa("ɹuːt", preferred=True), ipa("ɹut"))


def test_a_phoneme_may_name_its_own_alphabet() -> None:
    found = only(
        '<lexeme><grapheme>Leeds</grapheme><phoneme alphabet="X-SAMPA">li:dz</phoneme><phoneme>liːdz</phoneme></lexeme>'
    )

    assert found.pronunciations == (Pronunciation("li:dz", "x-sampa"), ipa("liːdz"))


def test_an_acronym_is_expanded_by_an_alias_beside_its_sounds() -> None:
    found = only(
        "<lexeme><grapheme>AT&amp;T</grapheme><alias>A T and T</alias>"
        '<phoneme>ˌeɪtiːənˈtiː</phoneme><alias prefer="true"><![CDATA[A. T. & T.]]></alias></lexeme>'
    )

    assert found.pronunciations == (
        Pronunciation("A T and T"),
        ipa("ˌeɪtiːənˈtiː"),
        Pronunciation("A. T. & T.", None, preferred=True),
    )


def test_roles_are_names_in_their_namespaces() -> None:
    head = HEAD.replace(" alphabet", ' xmlns:pos="http://example.com/pos" alphabet')
    found = only(
        '<lexeme role="pos:verb  other:past&#10;noun" xmlns:other="urn:tense"><grapheme>read</grapheme>'
        "<phoneme>ɹɛd</phoneme></lexeme>",
        head,
    )

    assert found.roles == ("{http://example.com/pos}verb", "{urn:tense}past", "noun")


def test_homographs_are_entries_of_their_own_in_the_order_of_the_file() -> None:
    found = lexicon(
        '<lexeme role="noun"><grapheme>lead</grapheme><phoneme>lɛd</phoneme></lexeme>\n'
        '<lexeme role="verb"><grapheme>lead</grapheme><phoneme>liːd</phoneme></lexeme>'
    )

    assert [(lexeme.roles, lexeme.line) for lexeme in found.lexemes] == [(("noun",), 3), (("verb",), 4)]


def test_homophones_share_nothing_but_their_sound() -> None:
    found = lexicon(
        "<lexeme><grapheme>cede</grapheme><phoneme>siːd</phoneme></lexeme>"
        "<lexeme><grapheme>seed</grapheme><phoneme>siːd</phoneme></lexeme>"
    )

    assert [lexeme.graphemes for lexeme in found.lexemes] == [("cede",), ("seed",)]


def test_metadata_comments_instructions_and_foreign_elements_are_passed_over() -> None:
    found = only(
        '<meta name="author" content="us"/><?keep calm?><metadata><rdf:RDF xmlns:rdf="urn:rdf"><rdf:li>x</rdf:li>'
        '</rdf:RDF></metadata><tool:note xmlns:tool="urn:tool"><lexeme/></tool:note><!-- a comment -->'
        '<lexeme xml:id="a"><tool:x xmlns:tool="urn:tool"/><grapheme>a</grapheme><alias>b</alias></lexeme>'
    )

    assert found.graphemes == ("a",)


def test_the_namespace_may_have_a_prefix() -> None:
    text = (
        '<p:lexicon xmlns:p="http://www.w3.org/2005/01/pronunciation-lexicon" version="1.0" alphabet="ipa" xml:lang="de">'
        "<p:lexeme><p:grapheme>a</p:grapheme><p:alias>b</p:alias></p:lexeme></p:lexicon>"
    )

    assert pls.parse(text) == Lexicon("de", "ipa", (Lexeme(("a",), (Pronunciation("b"),)),))


def test_blank_space_is_folded_and_a_byte_order_mark_dropped() -> None:
    body = "<lexeme><grapheme>\n  St.\n  Mary's </grapheme><alias> Saint\u00a0 Mary's\t</alias></lexeme></lexicon>"
    [found] = pls.parse(f"\ufeff{HEAD}{body}").lexemes

    assert found == Lexeme(("St. Mary's",), (Pronunciation("Saint Mary's"),))


def test_a_declared_encoding_does_not_count_in_decoded_text() -> None:
    text = f'<?xml version="1.0" encoding="UTF-16"?>{HEAD}<lexeme><grapheme>é</grapheme><alias>e</alias></lexeme></lexicon>'

    assert pls.parse(text).lexemes[0].graphemes == ("é",)


# --- what it does not -------------------------------------------------------------------------------


def test_everything_that_is_wrong_is_told_at_once_at_its_line() -> None:
    text = """<lexicon version="1.1" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" xml:lang="english" langage="en">
  <lexeme><grapheme>a</grapheme></lexeme>
  <lexeme><phoneme>a</phoneme></lexeme>
  <lexeme role="x:noun a!b"><grapheme>a</grapheme><alias>b</alias></lexeme>
  <lexeme><grapheme> </grapheme><phoneme/></lexeme>
  <lexeme><grapheme>a<b/></grapheme><alias prefered="true">c</alias></lexeme>
  <lexeme><grapheme>a</grapheme><alias prefer="yes">c</alias>loose</lexeme>
  <lexeme><graphem>a</graphem><phoneme alphabet="i p a">c</phoneme></lexeme>
  <grapheme>a</grapheme>
</lexicon>"""

    assert wrong(text) == [
        (1, "<lexicon> has no attribute `langage`"),
        (1, 'is not version="1.0"'),
        (1, "states no alphabet"),
        (1, "xml:lang: `english` is not a BCP-47 tag; write it like en-US"),
        (2, "<lexeme> has no <phoneme> and no <alias>"),
        (3, "<lexeme> has no <grapheme>"),
        (4, "the prefix of the role `x:noun` is not declared"),
        (4, "the role `a!b` is not a name"),
        (5, "<grapheme> is empty"),
        (5, "<phoneme> is empty"),
        (6, "<grapheme> holds an element"),
        (6, "<alias> has no attribute `prefered`"),
        (7, "prefer: is neither true nor false"),
        (7, "<lexeme> holds text"),
        (8, "<graphem> does not belong into <lexeme>"),
        (8, "alphabet: is not a name"),
        (9, "<grapheme> does not belong into <lexicon>"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no element found"),
        ("grapheme,alias\na,b\n", "not well-formed"),
        ("<speak>Hello</speak>", "is not PLS: it starts with <speak>"),
        (HEAD.replace("2005/01", "2001/06") + "</lexicon>", "is not PLS: <lexicon> is in the namespace http://www.w3.org/2001/06"),
        ('<lexicon version="1.0" alphabet="ipa" xml:lang="en"/>', "is not PLS: <lexicon> is in no namespace"),
        ('<p:lexicon version="1.0" alphabet="ipa" xml:lang="en"/>', "is not PLS: <lexicon> is in no namespace"),
        (f"{HEAD}<lexeme><grapheme>", "no element found"),
        (f"{HEAD}<lexeme><grapheme>AT&T</grapheme></lexeme></lexicon>", "not well-formed"),
        (f'<!DOCTYPE lexicon [<!ENTITY a "aaa">]>{HEAD}</lexicon>', "a DOCTYPE is refused"),
        (f"{HEAD}\u0007</lexicon>", "U+0007 is forbidden"),
        (HEAD + "<metadata>" * 70 + "</metadata>" * 70 + "</lexicon>", "nested deeper"),
        (HEAD + "<meta/>" * 10_001 + "</lexicon>", "more than 10,000 elements"),
        (HEAD + " " * 1_000_001 + "</lexicon>", "at most 1,000,000 are read"),
        (f"{HEAD}<lexeme><grapheme>{'a' * 1_001}</grapheme><alias>b</alias></lexeme></lexicon>", "more than 1,000 characters"),
        (HEAD.replace("en-US", "zh-Hant") + "</lexicon>", "has a script subtag"),
        (HEAD.replace('xml:lang="en-US"', "") + "</lexicon>", "states no language"),
    ],
)  # fmt: skip
def test_what_is_no_lexicon_is_refused_with_a_place(text: str, message: str) -> None:
    [(line, told)] = wrong(text)

    assert line
    assert message in told


# --- there and back ---------------------------------------------------------------------------------

WORDS = st.text(st.characters(categories=["L", "N", "P", "S", "M"]), min_size=1, max_size=12)
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
NAMES = st.from_regex(r"[\w.-]{1,8}", fullmatch=True).filter(lambda name: name.isprintable())
SPACES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=8
)
ALPHABETS = st.sampled_from(["ipa", "x-sampa", "x-amazon-pinyin"])
LEXICONS = st.builds(
    Lexicon,
    st.sampled_from(["en-US", "de", "cmn-CN"]),
    ALPHABETS,
    st.lists(
        st.builds(
            Lexeme,
            st.lists(PHRASES, min_size=1, max_size=3, unique=True).map(tuple),
            st.lists(st.builds(Pronunciation, PHRASES, st.none() | ALPHABETS, st.booleans()), min_size=1, max_size=3).map(tuple),
            st.lists(NAMES | st.builds("{{{}}}{}".format, SPACES, NAMES), max_size=2, unique=True).map(tuple),
            st.lists(PHRASES, max_size=2).map(tuple),
        ),
        max_size=4,
    ).map(tuple),
)  # fmt: skip


@given(LEXICONS)
def test_what_is_written_is_read_back(found: Lexicon) -> None:
    text = pls.serialise(found)

    assert pls.parse(text) == found
    assert pls.serialise(pls.parse(text)) == text


@given(st.text(max_size=60), st.integers(0, 400))
def test_damage_is_told_or_harmless_and_nothing_else_escapes(noise: str, at: int) -> None:
    text = pls.serialise(
        Lexicon("en-US", "ipa", (Lexeme(("AT&T",), (Pronunciation("A T and T"),), ("{urn:a}b",)),))
    )
    try:
        found = pls.parse(text[:at] + noise + text[at + len(noise) :])
    except MarkupError as error:
        assert all(problem.place and problem.remedy for problem in error.problems)
    else:
        assert pls.parse(pls.serialise(found)) == found
