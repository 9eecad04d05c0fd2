"""Captions: laws of the cues, what a reader sees, and both formats as FFmpeg's own parsers read them."""

import html
import io
from itertools import pairwise
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

import voicekit
from kit.projects import project, wrong
from voicekit import ssml
from voicekit._captions import FORMATS, Cue, cues, srt, vtt
from voicekit.model import Element, Mark
from voicekit.testing import texts, trees

SECONDS = st.floats(0, 20_000, allow_nan=False)


def shown(document: str, *marks: tuple[str, float], duration: float = 10.0) -> list[tuple[float, float, str]]:
    made = cues(ssml.parse(document), [Mark(*mark) for mark in marks], duration)
    return [(cue.start, cue.end, cue.text) for cue in made]


def names(tree: Element) -> list[str]:
    return [node.get("name") for node in ssml.walk(tree) if node.name == "mark"]


@st.composite
def told(draw: st.DrawFn) -> tuple[Element, list[Mark], float]:
    """A tree, times for some of its marks in any order, and a duration."""
    tree = draw(trees())
    here = draw(st.permutations([*names(tree), "elsewhere"]))
    marks = [Mark(name, draw(SECONDS)) for name in here[: draw(st.integers(0, len(here)))]]
    return tree, marks, draw(SECONDS)


@st.composite
def sequences(draw: st.DrawFn) -> list[Cue]:
    """Cues one behind the other, at whole milliseconds."""
    moments = sorted(draw(st.sets(st.integers(0, 400_000_000), min_size=2, max_size=8)))
    said = texts(max_size=40).map(lambda text: f"{text} .")
    return [Cue(start / 1000, end / 1000, draw(said)) for start, end in pairwise(moments)]


def test_text_between_marks_is_shown_between_their_times() -> None:
    document = '<speak>Hello. <mark name="one"/>Press 1. <mark name="two"/>Or press 2.</speak>'

    assert shown(document, ("one", 1.5), ("two", 4.0), duration=6.25) == [
        (0.0, 1.5, "Hello."),
        (1.5, 4.0, "Press 1."),
        (4.0, 6.25, "Or press 2."),
    ]


def test_without_marks_there_is_one_cue() -> None:
    assert shown("<speak><s>One.</s><s>Two.</s></speak>") == [(0.0, 10.0, "One. Two.")]
    assert cues("One.\nTwo.", [], 2.0) == (Cue(0.0, 2.0, "One. Two."),)
    assert cues("One.", [Mark("nowhere", 1.0)], 2.0) == (Cue(0.0, 2.0, "One."),)


def test_a_mark_without_a_time_does_not_part() -> None:
    document = '<speak>a <mark name="x"/>b <mark name="y"/>c</speak>'

    assert shown(document, ("y", 5.0)) == [(0.0, 5.0, "a b"), (5.0, 10.0, "c")]


def test_marks_of_one_name_have_their_times_in_order() -> None:
    document = '<speak>a <mark name="x"/>b <mark name="x"/>c</speak>'

    assert shown(document, ("x", 2.0), ("x", 5.0)) == [(0.0, 2.0, "a"), (2.0, 5.0, "b"), (5.0, 10.0, "c")]


def test_silence_between_marks_shows_nothing() -> None:
    document = '<speak><mark name="x"/>a<mark name="y"/><break time="2s"/><mark name="z"/>b</speak>'

    assert shown(document, ("x", 0.5), ("y", 2.0), ("z", 4.0)) == [(0.5, 2.0, "a"), (4.0, 10.0, "b")]


def test_a_caption_shows_what_is_written_and_not_how_it_is_said() -> None:
    document = (
        '<speak>At <sub alias="World Wide Web Consortium">W3C</sub>, <phoneme ph="x">Worcester</phoneme>,'
        ' <sub alias="only said"/><say-as interpret-as="characters">7A</say-as><desc>not said</desc></speak>'
    )

    assert shown(document) == [(0.0, 10.0, "At W3C, Worcester, only said7A")]


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([("x", 4.0), ("y", 4.0004)], [(0.0, 4.0, "a"), (4.0, 10.0, "b c")]),
        ([("x", 4.0), ("y", 3.0)], [(0.0, 4.0, "a"), (4.0, 10.0, "b c")]),
        ([("x", 0.0), ("y", 3.0)], [(0.0, 3.0, "a b"), (3.0, 10.0, "c")]),
        ([("x", 4.0), ("y", 10.0)], [(0.0, 4.0, "a"), (4.0, 10.0, "b c")]),
        ([("x", 4.0), ("y", 99.0)], [(0.0, 4.0, "a"), (4.0, 10.0, "b c")]),
        ([("x", 99.0), ("y", 99.0)], [(0.0, 10.0, "a b c")]),
    ],
)
def test_no_word_is_lost_where_times_meet_go_back_or_lead_behind_the_end(
    marks: list[tuple[str, float]], expected: list[tuple[float, float, str]]
) -> None:
    assert shown('<speak>a <mark name="x"/>b <mark name="y"/>c</speak>', *marks) == expected


def test_a_sound_without_length_shows_nothing() -> None:
    assert shown("<speak>a</speak>", duration=0.0) == []
    assert shown("<speak>a</speak>", duration=0.0004) == []


@given(told())
def test_cues_follow_one_another_inside_the_sound_and_are_never_empty(
    made: tuple[Element, list[Mark], float],
) -> None:
    tree, marks, duration = made
    found = cues(tree, marks, duration)

    assert all(0 <= cue.start < cue.end <= round(duration, 3) and cue.text for cue in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(cue.start == round(cue.start, 3) for cue in found)


@given(told())
def test_times_decide_where_the_text_is_parted_and_never_what_it_is(
    made: tuple[Element, list[Mark], float],
) -> None:
    tree, marks, duration = made
    whole = "".join(cue.text for cue in cues(tree, [], duration))
    parted = "".join(cue.text for cue in cues(tree, marks, duration))

    assert "".join(parted.split()) == "".join(whole.split())


def read(text: str, parser: str) -> list[tuple[int, int, str]]:
    """Read a file of captions with FFmpeg: the milliseconds of each, and its text as it stands in the file."""
    with av.open(io.BytesIO(text.encode()), "r", format=parser) as file:
        packets = [(packet.pts, packet.duration or 0, bytes(packet).decode()) for packet in file.demux()]
    return [(start, start + length, said) for start, length, said in packets if start is not None]


@given(sequences())
def test_another_parser_reads_the_same_webvtt(made: list[Cue]) -> None:
    assert read(vtt(made), "webvtt") == [
        (round(cue.start * 1000), round(cue.end * 1000), html.escape(cue.text, quote=False)) for cue in made
    ]


@given(sequences())
def test_another_parser_reads_the_same_subrip(made: list[Cue]) -> None:
    assert read(srt(made), "srt") == [
        (round(cue.start * 1000), round(cue.end * 1000), cue.text.replace("-->", "-- >")) for cue in made
    ]


def test_the_formats_word_for_word() -> None:
    made = (Cue(0.0, 1.5, "Smith & Sons <here> -->"), Cue(59.9996, 360_000.001, "One\n\n two"))

    assert vtt(made) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nSmith &amp; Sons &lt;here&gt; --&gt;\n"
        "\n00:01:00.000 --> 100:00:00.001\nOne two\n"
    )
    assert srt(made) == (
        "1\n00:00:00,000 --> 00:00:01,500\nSmith & Sons <here> -- >\n"
        "\n2\n00:01:00,000 --> 100:00:00,001\nOne two\n"
    )
    assert vtt([]) == "WEBVTT\n"
    assert srt([]) == ""
    assert dict(FORMATS) == {"vtt": vtt, "srt": srt}


def test_a_pack_asks_for_captions_by_the_names_of_the_formats(tmp_path: Path) -> None:
    def said(captions: str) -> dict[str, str]:
        pack = f"{{prompts: prompts.yaml, profiles: [en], captions: {captions}}}"
        return {"voicekit.yaml": f"name: mill\npacks:\n  phone: {pack}\n"}

    assert voicekit.load(project(tmp_path)).packs[0].captions == ()
    assert voicekit.load(project(tmp_path, said("[vtt, srt, vtt]"))).packs[0].captions == ("vtt", "srt")
    assert wrong(project(tmp_path, said("[vtt, sbv]"))) == [
        ("voicekit.yaml", 3, "packs.phone.captions: `sbv` is no format of captions")
    ]
    assert wrong(project(tmp_path, said("vtt"))) == [
        ("voicekit.yaml", 3, "packs.phone.captions: expected a list, found text")
    ]
