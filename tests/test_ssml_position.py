"""Where each character of a tree's texts stands in the document, after blank space was folded."""

from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from hypothesis import given

from kit.trees import documents
from voicekit import _xml, ssml
from voicekit.errors import MarkupError
from voicekit.model import Element

ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def positions(source: str, word: str) -> tuple[int, int]:
    """Return where a word of a document stands, by what its tidied tree knows of it."""
    tree = ssml.tidy(ssml.parse(source))
    (found,) = [
        ssml.position(source, parent, before, text, text.index(word))
        for parent, before, text in texts(tree)
        if word in text
    ]
    return found


def texts(tree: Element) -> Iterator[tuple[Element, int, str]]:
    """Yield each text with the element around it, and how many elements stand before it in there."""
    for parent in ssml.walk(tree):
        before = 0
        for child in parent.children:
            if isinstance(child, str):
                yield parent, before, child
            else:
                before += 1


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("<speak>here</speak>", (1, 8)),
        ("a &amp; &#65; here", (1, 15)),
        ("<p>a</p>\n b\n   here", (3, 4)),
        ("<speak>\n  <p>\n    one\n    two here\n  </p>\n</speak>", (4, 9)),
        ("<speak>\n\n<break/> <break/>\n\n  here</speak>", (5, 3)),
        ("<speak>a <!-- b\n c --> here</speak>", (2, 8)),
        ("<speak>a <![CDATA[ <b>\n here]]></speak>", (2, 2)),
        ("<?xml version='1.0'?>\n<speak>\n\n<s>x</s>here</speak>", (4, 9)),
        ("<speak><s>a</s> <s>b</s> <s>\n\n here</s></speak>", (3, 2)),
        ("é 😀\n\t here", (2, 3)),
    ],
)
def test_a_word_stands_where_it_was_written(source: str, place: tuple[int, int]) -> None:
    assert positions(source, "here") == place


def test_what_is_not_from_the_document_has_the_place_of_its_element() -> None:
    assert ssml.position("<speak><s/></speak>", Element("s", (), ("x",), 1, 8), 0, "x", 0) == (1, 8)


@given(documents())
def test_each_character_stands_where_it_was_written(drawn: Element) -> None:
    source = ssml.serialise(drawn).replace("><", ">\n  <")
    tree, lines = ssml.tidy(ssml.parse(source)), source.split("\n")

    for parent, before, text in texts(tree):
        for offset, character in enumerate(text):
            line, column = ssml.position(source, parent, before, text, offset)
            there = f"{lines[line - 1]}\n"[column - 1 :]
            folded = character == " " and there[0] == "\n"
            assert there.startswith(ESCAPES.get(character, character)) or folded


def test_a_long_document_is_read_once_for_many_positions(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "a line, and here another\n" * 20_000
    source, offsets = f"<speak>{lines}</speak>", range(25, len(lines), 999)
    tree, read = ssml.tidy(ssml.parse(source)), Mock(wraps=_xml.texts)
    monkeypatch.setattr(_xml, "texts", read)

    places = [ssml.position(source, tree, 0, str(tree.children[0]), offset) for offset in offsets]

    assert places == [(offset // 25 + 1, offset % 25 + 1) for offset in offsets]
    assert read.call_count == 1


@pytest.mark.parametrize("around", ["<a>{0}</a>", "<a b='{0}'/>", "<a><!--{0}--></a>", "<a><![CDATA[{0}]]></a>", "<a><?b {0}?></a>", "<a/>{0}", "<a&{0}"])  # fmt: skip
@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_a_forbidden_character_is_named_wherever_it_stands(around: str, character: str) -> None:
    with pytest.raises(MarkupError, match=f"U\\+{ord(character):04X} is forbidden"):
        _xml.parse(around.format(f"x{character}"))
