import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicekit import _limits as limits
from voicekit import _xml
from voicekit.errors import MarkupError
from voicekit.model import Element


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("<a>\n  <b></a>", 2, 8, "mismatched tag"),
        ("<a>x & y</a>", 1, 6, "an & begins no entity"),
        ("<a>é AT&T</a>", 1, 8, "an & begins no entity"),
        ("<a b=1/>", 1, 6, "what XML does not allow"),
        ("<a>\r<b>\r\n</a>", 3, 3, "mismatched tag: <b> is still open"),
        ("<a>\r\n<b/><c>", 2, 8, "<c> is still open"),
        ("<a><b c='d'", 1, 4, "begins here and does not end"),
        ("<?xml version='1.0'?><!-- a --><!DOCTYPE a><a/>", 1, 32, "DOCTYPE"),
        ("<a>é😀&nbsp;</a>", 1, 6, "undefined entity"),
        ("<a>\n\n x\x0b</a>", 3, 3, "U+000B"),
        ("<a>\ud800</a>", 1, 4, "U+D800"),
        ("<a>\ufffe</a>", 1, 4, "U+FFFE"),
        ("<a b='1' b='2'/>", 1, 10, "duplicate attribute"),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", 1, 1, "DOCTYPE"),
        ("<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", 2, 1, "DOCTYPE"),
        ("", 1, 1, "no element found"),
        ("<a/><b/>", 1, 5, "junk after document element"),
    ],
)
def test_what_is_not_xml_is_an_error_at_its_place(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(MarkupError) as caught:
        _xml.parse(text)

    (problem,) = caught.value.problems
    assert problem.place is not None
    assert (problem.place.line, problem.place.column) == (line, column)
    assert words in problem.message
    assert problem.remedy


BILLION_LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><x>&b;</x>"


@pytest.mark.parametrize("offset", [0, 3])
@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        (BILLION_LAUGHS, 1, "DOCTYPE"),
        ("<a>" * (limits.SSML_DEPTH + 1) + "</a>" * (limits.SSML_DEPTH + 1), 3 * limits.SSML_DEPTH + 1, "nested deeper"),
        ("<a>" * 200_000, 3 * limits.SSML_DEPTH + 1, "nested deeper"),
        ("<a>" + "<b/>" * limits.SSML_ELEMENTS + "</a>", 4 * limits.SSML_ELEMENTS, "more than 10,000 elements"),
        ("<a>" + "x" * (limits.SSML_BYTES - 6) + "</a>", 1, "has 1,000,001 bytes"),
    ],
)  # fmt: skip
def test_what_is_too_much_is_refused_at_its_place(text: str, column: int, words: str, offset: int) -> None:
    with pytest.raises(MarkupError, match=words) as caught:
        _xml.parse(text, column_offset=offset)
    (problem,) = caught.value.problems
    assert problem.place is not None
    assert (problem.place.line, problem.place.column) == (1, max(1, column - offset))
    assert problem.remedy


def test_a_document_of_the_size_that_is_promised_is_read() -> None:
    assert _xml.parse("<a>" + "x" * (limits.SSML_BYTES - 7) + "</a>").children == (
        "x" * (limits.SSML_BYTES - 7),
    )


def test_the_most_that_is_promised_is_read() -> None:
    deep = limits.SSML_DEPTH
    assert _xml.parse("<a>" * deep + "</a>" * deep).name == "a"
    assert len(_xml.parse("<a>" + "<b/>" * (limits.SSML_ELEMENTS - 1) + "</a>").children) == 9_999


def test_positions_prefixes_comments_and_cdata() -> None:
    tree = _xml.parse('<a>\n  <x:b q:z="1" a="2"/><!-- no --><?no no?>t<![CDATA[<&]]>u</a>')

    assert tree == Element("a", (), ("\n  ", Element("x:b", (("a", "2"), ("q:z", "1"))), "t<&u"))
    inner = tree.children[1]
    assert isinstance(inner, Element)
    assert (inner.line, inner.column) == (2, 3)


@given(st.text(max_size=80))
def test_any_text_is_a_tree_or_an_error_with_a_place(text: str) -> None:
    try:
        tree = _xml.parse(f"<a>{text}</a>")
    except MarkupError as error:
        assert all(
            problem.place and problem.place.line and problem.place.column for problem in error.problems
        )
    else:
        assert tree.name == "a"


@given(st.text(max_size=40))
def test_the_first_forbidden_character_is_named(text: str) -> None:
    found = _xml.illegal_character(text)
    bad = next(
        (
            c
            for c in text
            if (ord(c) < 32 and c not in "\t\n\r") or 0xD800 <= ord(c) < 0xE000 or c in "\ufffe\uffff"
        ),
        None,
    )

    assert (found[2] if found else None) == (f"U+{ord(bad):04X}" if bad else None)
