import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.documents import CONSTRUCTS
from voicekit import ssml
from voicekit.checks._ssml import ELEMENTS as RECOMMENDED
from voicekit.errors import MarkupError, Place
from voicekit.model import Element
from voicekit.testing import texts, trees


@given(trees())
def test_what_is_written_is_read_back(tree: Element) -> None:
    assert ssml.parse(ssml.serialise(tree)) == tree


@given(trees())
def test_writing_is_canonical(tree: Element) -> None:
    once = ssml.serialise(tree)

    assert ssml.serialise(ssml.parse(once)) == once


@given(trees())
def test_tidying_twice_is_tidying_once_and_keeps_what_is_said(tree: Element) -> None:
    tidied = ssml.tidy(tree)

    assert ssml.tidy(tidied) == tidied
    assert [node.name for node in ssml.walk(tidied)] == [node.name for node in ssml.walk(tree)]
    assert ssml.plain_text(tidied).split() == ssml.plain_text(tree).split()


@given(texts())
def test_a_text_survives_in_text_and_attribute(text: str) -> None:
    tree = Element("speak", (("a", text),), (Element("p", (), (text,) if text else ()),))

    assert ssml.parse(ssml.serialise(tree)) == tree


@pytest.mark.parametrize(
    "text",
    [
        "<speak>a<break/></speak>",
        "a<break/>",
        " \n <!-- c --> <speak>a<break/></speak> \n",
        "<?xml version='1.0' encoding='utf-8'?>\n<speak>a<break/></speak>",
        "<?xml version='1.0' encoding = \"US-ASCII\" standalone='yes'?>\n<speak>a<break/></speak>",
        "\ufeff<speak>a<break/></speak>",
        "<?pi?><!-- <speak> --><speak>a<break/></speak>",
        "<?xml version='1.0'?>a<break/>",
    ],
)
def test_a_document_and_a_fragment_are_the_same(text: str) -> None:
    assert ssml.tidy(ssml.parse(text)) == Element("speak", (), ("a", Element("break")))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("a & b", 1, 3), ("\n a & b", 2, 4), ("<?xml version='1.0'?>\n<speak>\n& </speak>", 3, 1)],
)  # fmt: skip
def test_a_place_is_one_of_the_text_that_was_given(text: str, line: int, column: int) -> None:
    with pytest.raises(MarkupError) as caught:
        ssml.parse(text)

    place = caught.value.problems[0].place
    assert place is not None
    assert (place.line, place.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("<?xml version='1.0' encoding='UTF-16'?><speak/>", 1, 31),
        ("\n<?xml version='1.0'\n  encoding=\"latin-1\"?>\n<speak/>", 3, 13),
        ("<?xml version='1.0' encoding=''?>a", 1, 31),
    ],
)
def test_another_encoding_than_the_one_that_was_read_is_refused(text: str, line: int, column: int) -> None:
    with pytest.raises(MarkupError, match="declares the encoding") as caught:
        ssml.parse(text)

    assert caught.value.problems[0].place == Place("", line, column)


@pytest.mark.parametrize(
    "text",
    [
        "<speak/><speak/>",
        "a</speak><speak>b",
        "</speak><!-- ",
        "</speak><?x ",
        "<speak>",
        "<!DOCTYPE x><speak/>",
    ],
)
def test_a_fragment_cannot_leave_its_document(text: str) -> None:
    with pytest.raises(MarkupError):
        ssml.parse(text)


@pytest.mark.parametrize("start", ["<!-- -->", "<?x ?>", "<!---->\n", "<?xml ?>"])
def test_hostile_heads_cost_no_more_than_their_length(start: str) -> None:
    """Each of these took exponential time with a pattern that could read a comment in two ways."""
    with pytest.raises(MarkupError):
        ssml.parse(start * 5_000 + "<x")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("a<sub alias='World Wide Web Consortium'>W3C</sub>", "aWorld Wide Web Consortium"),
        ("a<break/>b", "a b"),
        ("<audio src='x'><desc>no</desc>yes</audio>", "yes"),
        ("<prosody rate='slow'>a</prosody>b", "ab"),
        ("<metadata>no</metadata>yes", "yes"),
    ],
)
def test_plain_text_is_what_is_said(text: str, said: str) -> None:
    assert ssml.plain_text(ssml.parse(text)) == said


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_every_construct_of_the_recommendation_is_read_and_written_back(name: str) -> None:
    document, said = CONSTRUCTS[name]
    tree = ssml.parse(document)

    assert tree.name == "speak"
    assert ssml.plain_text(tree) == said
    assert ssml.parse(ssml.serialise(tree)) == tree
    assert ssml.serialise(ssml.tidy(ssml.tidy(tree))) == ssml.serialise(ssml.tidy(tree))


def test_the_constructs_are_those_of_the_recommendation() -> None:
    """Each element and attribute of SSML 1.1 stands somewhere."""
    nodes = [node for document, _ in CONSTRUCTS.values() for node in ssml.walk(ssml.parse(document))]
    stated = {(node.name, name) for node in nodes for name, _ in node.attributes}
    known = {(name, attribute) for name, attributes in RECOMMENDED.items() for attribute in attributes}

    assert set(RECOMMENDED) <= {node.name for node in nodes}
    assert {pair for pair in known if pair[1] not in {"xml:lang", "onlangfailure"}} <= stated


def test_what_is_read_is_what_was_written() -> None:
    """Namespaces, languages and the values of others are kept as they stand."""
    words = ssml.parse(CONSTRUCTS["words"][0])
    others = ssml.parse(CONSTRUCTS["elements and attributes of others"][0])
    sounds = ssml.parse(CONSTRUCTS["sounds, with characters by their numbers"][0])

    assert [node.get("role") for node in ssml.walk(words) if node.name == "w"] == ["pos:past"]
    assert words.get("xmlns:pos") == "https://words.example/pos"
    assert [node.name for node in ssml.walk(others)] == ["speak", "menu:choice", "menu:say", "s"]
    assert [node.get("ph") for node in ssml.walk(sounds) if node.name == "phoneme"] == ["ˈliːdz", "jO:k"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "&#13;", "&#10;", " \n\t\n "])
def test_whatever_ends_a_line_is_folded(end: str) -> None:
    assert ssml.tidy(ssml.parse(f"a{end}b  c")).children == ("a b  c",)


def test_tidying_folds_lines_and_keeps_spaces() -> None:
    tree = ssml.tidy(ssml.parse("<speak>\n  a  b\n  c <p> d\n</p>\n</speak>"))

    assert ssml.serialise(tree) == "<speak>a  b c <p> d </p></speak>"


@given(st.text(max_size=60))
def test_any_text_is_a_tree_or_a_markup_error(text: str) -> None:
    try:
        assert ssml.parse(text).name == "speak"
    except MarkupError as error:
        assert error.problems[0].place
