"""Splitting: pieces under the limit that together say the same, each a whole document."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from voicekit import ssml
from voicekit._adapt.boundaries import graphemes
from voicekit._adapt.split import split
from voicekit.errors import MarkupError
from voicekit.model import Element
from voicekit.testing import texts, trees

REOPENED = {"speak", "p", "s", "prosody", "google:style", "voice", "lang", "emphasis"}


WORDS = (
    "Press",
    "one",
    "two,",
    "now.",
    "hold?",
    "AT&T",
    "3.5",
    "Dr.",
    "今日は。",
    "良い天気、です",
    "👩\u200d👩\u200d👧",
    "नमस्ते",
    "é",
)
INLINE = (
    '<mark name="{}"/>',
    '<break time="1s"/>',
    '<sub alias="a b c">x y</sub>',
    '<say-as interpret-as="date">1 2</say-as>',
    '<emphasis level="strong">so so</emphasis>',
    '<phoneme alphabet="ipa" ph="a">b</phoneme>',
)


def utf8(text: str) -> int:
    return len(text.encode())


def cut(document: str, limit: int) -> list[str]:
    pieces = split(ssml.parse(document), limit, len)
    return [ssml.serialise(piece) for piece in pieces if isinstance(piece, Element)]


def dense(content: Element | str) -> str:
    return "".join((content if isinstance(content, str) else ssml.plain_text(content)).split())


def clusters(text: Element | str) -> list[str]:
    """The graphemes of plain text, without blanks."""
    assert isinstance(text, str)
    return [cluster.strip() for cluster in graphemes(text) if cluster.strip()]


def whole_elements(tree: Element) -> list[str]:
    """What may not be opened twice, in order, as text."""
    found = []
    for child in tree.children:
        if isinstance(child, Element):
            found += whole_elements(child) if child.name in REOPENED else [ssml.serialise(child)]
    return found


@st.composite
def scripts(draw: st.DrawFn) -> Element:
    """A script of paragraphs with words of several writings, marks, and elements inside and around words."""
    word = st.sampled_from(WORDS)
    inline = st.sampled_from(INLINE)
    parts = draw(st.lists(st.lists(word | inline, max_size=12), min_size=1, max_size=4))
    blank = draw(st.sampled_from([" ", "", "\n  "]))
    body = "".join(
        f'<p xml:lang="en"><prosody rate="slow">{blank.join(part)}</prosody></p>' for part in map(_xml, parts)
    )
    numbers = iter(range(1000))
    return ssml.parse(f"<speak>{re.sub('{}', lambda _: str(next(numbers)), body)}</speak>")


def _xml(parts: list[str]) -> list[str]:
    return [part if part.startswith("<") else part.replace("&", "&amp;") for part in parts]


@given(scripts() | trees(), st.integers(20, 400))
def test_the_pieces_fit_are_whole_and_say_the_same(tree: Element, limit: int) -> None:
    try:
        pieces = split(tree, limit, utf8)
    except MarkupError as error:
        assert "measures" in str(error)
        return

    assert all(isinstance(piece, Element) and utf8(ssml.serialise(piece)) <= limit for piece in pieces)
    assert all(ssml.parse(ssml.serialise(piece)) == piece for piece in pieces if isinstance(piece, Element))
    assert "".join(map(dense, pieces)) == dense(tree)
    assert [
        text for piece in pieces if isinstance(piece, Element) for text in whole_elements(piece)
    ] == whole_elements(tree)


@given(scripts())
def test_with_room_for_the_largest_word_every_script_is_cut(tree: Element) -> None:
    limit = utf8('<speak><p xml:lang="en"><prosody rate="slow"></prosody></p></speak>') + 450

    assert "".join(map(dense, split(tree, limit, utf8))) == dense(tree)


@given(st.lists(texts(max_size=40), max_size=20).map("".join), st.integers(1, 60))
def test_plain_text_is_cut_between_graphemes(text: str, limit: int) -> None:
    assume(not any(len(graphemes(f"a{pair[1]}")) == 1 for pair in re.findall(r"\s.", text)))
    try:
        pieces = split(text, limit, utf8)
    except MarkupError:
        assert max(map(utf8, graphemes(text))) > limit
        return

    assert all(isinstance(piece, str) and utf8(piece) <= limit for piece in pieces)
    assert "".join(map(dense, pieces)) == dense(text)
    assert [cluster for piece in pieces for cluster in clusters(piece)] == clusters(text)


@pytest.mark.parametrize(
    "cluster",
    [
        "👩‍👩‍👧‍👦",
        "🇩🇪",
        "👍🏽",
        "각",
        "\u1100\u1161\u11a8",
        "e\u0301\u0323",
        "नि",
        "क्ष",
        "❤️",
        "ก็",
        "กำ",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "\r\n",
        "\u0600a",
        "葛󠄀",
    ],
)
def test_a_grapheme_is_one_character_to_its_reader(cluster: str) -> None:
    assert graphemes(cluster) == [cluster]
    assert graphemes(f"x{cluster}本") == ["x", cluster, "本"]


def test_flags_are_pairs_and_syllables_are_single() -> None:
    assert graphemes("🇩🇪🇫🇷🇮") == ["🇩🇪", "🇫🇷", "🇮"]
    assert graphemes("한국어") == ["한", "국", "어"]


@pytest.mark.parametrize("content", ["short", Element("speak", (), ("  kept as it is ",))])
def test_what_fits_is_untouched(content: Element | str) -> None:
    assert split(content, 60, len) == (content,)
    assert split(content, 60, len)[0] is content


def test_paragraphs_come_first_then_sentences_clauses_and_words() -> None:
    assert cut("<speak><p>One two. Three.</p><p>Four five.</p></speak>", 40) == [
        "<speak><p>One two. Three.</p></speak>",
        "<speak><p>Four five.</p></speak>",
    ]
    assert cut("<speak>One, two. Three, four. Five</speak>", 31) == [
        "<speak>One, two.</speak>",
        "<speak>Three, four.</speak>",
        "<speak>Five</speak>",
    ]
    assert split("one two, three four five", 15, len) == ("one two,", "three four five")
    assert split("one two three four", 9, len) == ("one two", "three", "four")


def test_a_sentence_that_fits_is_kept_whole_and_one_that_does_not_fills_the_piece_up() -> None:
    assert split("Ab. Cdef ghij klm.", 15, len) == ("Ab.", "Cdef ghij klm.")
    assert split("Ab. Cdef ghij klm nop qrs.", 15, len) == ("Ab. Cdef ghij", "klm nop qrs.")


def test_blank_lines_are_paragraphs_of_plain_text() -> None:
    assert split("One. Two.\n\nThree. Four.", 20, len) == ("One. Two.", "Three. Four.")


def test_tags_are_closed_and_opened_again_with_their_attributes() -> None:
    document = '<speak xml:lang="en"><voice name="A&amp;B"><prosody rate="slow">One two. Three four.</prosody></voice></speak>'

    head, tail = (
        '<speak xml:lang="en"><voice name="A&amp;B"><prosody rate="slow">',
        "</prosody></voice></speak>",
    )
    assert cut(document, 101) == [f"{head}One two.{tail}", f"{head}Three four.{tail}"]


def test_a_lexicon_comes_with_every_piece() -> None:
    pieces = cut('<speak><lexicon uri="l.pls"/>One two. Three four.</speak>', 54)

    assert pieces == [
        '<speak><lexicon uri="l.pls"/>One two.</speak>',
        '<speak><lexicon uri="l.pls"/>Three four.</speak>',
    ]


@pytest.mark.parametrize("attribute", ["contour", "duration", "amazon:max-duration"])
def test_what_is_measured_as_a_whole_is_kept_whole(attribute: str) -> None:
    whole = f'<prosody {attribute}="x">Three four. Five.</prosody>'

    document = f"<speak>One two. {whole}</speak>"

    assert cut(document, len(document) - 1) == ["<speak>One two.</speak>", f"<speak>{whole}</speak>"]


def test_silence_between_sentences_comes_with_every_piece_and_the_sound_behind_all_with_the_first() -> None:
    sound = '<mstts:backgroundaudio src="https://example.com/a.wav"/>'
    head = '<voice name="x"><mstts:silence type="Sentenceboundary" value="1s"/>'

    assert cut(f"<speak>{sound}{head}One two. Three four.</voice></speak>", 165) == [
        f"<speak>{sound}{head}One two.</voice></speak>",
        f"<speak>{head}Three four.</voice></speak>",
    ]


@pytest.mark.parametrize("mark", ['<mark name="a"/>', '<bookmark mark="a"/>', '<mstts:viseme type="x"/>'])
def test_what_is_not_heard_does_not_part_a_sentence(mark: str) -> None:
    document = f"<speak>One two. Three {mark}four.</speak>"

    assert cut(document, len(document) - 1) == [
        "<speak>One two.</speak>",
        f"<speak>Three {mark}four.</speak>",
    ]


def test_a_mark_stays_with_the_word_that_it_stands_before() -> None:
    document = '<speak>One two. <emphasis><mark name="a"/></emphasis> <mark name="b"/>Three four.<mark name="end"/></speak>'

    assert cut(document, 105) == [
        "<speak>One two.</speak>",
        '<speak><emphasis><mark name="a"/></emphasis> <mark name="b"/>Three four.<mark name="end"/></speak>',
    ]


def test_a_pause_stays_with_the_words_before_it_and_is_a_good_place_to_cut() -> None:
    assert cut('<speak>one two<break time="1s"/>three four five</speak>', 48) == [
        '<speak>one two<break time="1s"/></speak>',
        "<speak>three four five</speak>",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "I saw Dr. Smith. He left.",
        "Pay 3.5 now, e.g. today. He left.",
        "Ask J. R. Miller. He left.",
        "Rufen Sie z.B. heute an. Er ging.",
        "Yahoo! is open here. He left.",
        "Room No. 5 is open. He left.",
        "Am 3. Mai kommt er. Er ging.",
    ],
)
def test_abbreviations_do_not_end_a_sentence(text: str) -> None:
    stop = text.index(". He" if ". He" in text else ". Er") + 1

    assert split(text, len(text) - 1, len) == (text[:stop], text[stop + 1 :])


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("今日は晴れ。明日は雨、多分。", 9, ("今日は晴れ。", "明日は雨、多分。")),
        ("今日は晴れ、明日は雨", 6, ("今日は晴れ、", "明日は雨")),
        ("彼は「はい。」と言った！本当？", 12, ("彼は「はい。」と言った！", "本当？")),
        ("今日は晴れです", 3, ("今日は", "晴れで", "す")),
        ("時刻は10：30です、次", 11, ("時刻は10：30です、", "次")),
    ],
)
def test_writing_without_blanks_is_cut_at_its_own_punctuation(
    text: str, limit: int, pieces: tuple[str, ...]
) -> None:
    assert split(text, limit, len) == pieces


def test_a_grapheme_that_markup_cuts_in_two_is_kept_together() -> None:
    pieces = cut("<speak>aaaaaaaae<emphasis>\u0301bbbbbbbbbbbbbb</emphasis></speak>", 47)

    assert all(
        "e<emphasis>\u0301" in piece or ("e" not in ssml.plain_text(ssml.parse(piece))) for piece in pieces
    )
    assert any("e<emphasis>\u0301" in piece for piece in pieces)


def test_a_word_with_room_for_it_is_never_cut_but_one_without_is() -> None:
    assert split("abcdefghijkl mnop", 10, len) == ("abcdefghij", "kl mnop")


@pytest.mark.parametrize(
    ("document", "said", "line"),
    [
        ('<speak>Hello.\n<say-as interpret-as="date">2026 05 04</say-as></speak>', "`<say-as>`", 2),
        (
            '<speak>\n<p>Hello <sub alias="a very long alias, longer than all">x</sub></p></speak>',
            "`<sub>`",
            2,
        ),
        (
            '<speak>Hello\n<prosody rate="slow" pitch="low" volume="soft">there</prosody></speak>',
            "`<prosody>`",
            2,
        ),
    ],
)
def test_what_cannot_be_divided_is_named_with_its_place(document: str, said: str, line: int) -> None:
    with pytest.raises(MarkupError) as caught:
        cut(document, 50)

    (problem,) = caught.value.problems
    assert said in problem.message
    assert "takes 50" in problem.message
    assert problem.place is not None
    assert problem.place.line == line


def test_a_character_that_is_over_the_limit_is_said() -> None:
    with pytest.raises(MarkupError, match="single character"):
        split("👩‍👩‍👧‍👦", 8, utf8)


def test_hostile_text_without_a_place_to_cut_ends_at_once() -> None:
    with pytest.raises(MarkupError):
        split(" \u0301" * 300_000, 5_000, utf8)


@pytest.mark.parametrize(
    "text", ["word and " * 20_000, "今日は" * 20_000, "a" * 180_000], ids=["words", "kana", "a"]
)
def test_a_size_that_is_not_a_sum_works_too(text: str) -> None:
    """Vendors that bill by what is said measure a piece's plain text."""

    def said(piece: str) -> int:
        return len(ssml.plain_text(ssml.parse(piece)))

    pieces = split(Element("speak", (), (text[:9_000],)), 500, said)

    assert all(said(ssml.serialise(piece)) <= 500 for piece in pieces if isinstance(piece, Element))
    assert len(pieces) <= 20


@pytest.mark.parametrize("unit", ["word and, then. ", "今日は。", "今日", "a"])
def test_the_work_grows_with_the_text_and_not_with_its_square(unit: str) -> None:
    def measured(text: str) -> float:
        total = 0

        def size(piece: str) -> int:
            nonlocal total
            total += len(piece)
            return utf8(piece)

        split(text, 1_000, size)
        return total / len(text)

    short = (unit * 10_000)[:10_000]
    assert 1 < measured(4 * short) < 1.5 * measured(short) < 40
