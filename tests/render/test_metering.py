"""The meter: what a template puts together weighs at least what it would be written with, however it is put together."""

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError

from voicekit import _limits as limits
from voicekit._render.inside import Inside, Order
from voicekit._render.metering import PIECE, refuse_objects, weight
from voicekit.errors import Place, RenderError

DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
)


def whole(value: Any) -> int:
    most: Any = math.inf
    return weight(value, most)


@given(st.text(), st.text())
def test_a_text_weighs_its_letters_and_itself(one: str, other: str) -> None:
    assert whole(one + other) + PIECE == whole(one) + whole(other)
    assert whole(one) - len(one) == whole("") == PIECE == 16


@given(st.lists(DATA, max_size=5), st.dictionaries(st.text(), DATA, max_size=5))
def test_what_holds_others_weighs_what_they_weigh_and_itself(
    items: list[Any], mapping: dict[str, Any]
) -> None:
    assert whole(items) == whole(tuple(items)) == PIECE + sum(map(whole, items))
    assert whole(mapping) == PIECE + sum(map(whole, [*mapping, *mapping.values()]))


@given(st.integers(0, 10_000))
def test_a_number_weighs_the_bytes_that_it_takes(bits: int) -> None:
    assert whole([1 << bits]) - whole([0]) == (bits + 1) // 8


@given(DATA, st.data())
def test_counting_may_end_early_but_not_before_it_is_too_much(value: Any, data: st.DataObject) -> None:
    most = data.draw(st.integers(0, 40).map(lambda pieces: pieces * PIECE) | st.integers(0, 1_000))
    assert (weight(value, most) > most) == (whole(value) > most)


def test_what_is_no_data_is_not_put_together() -> None:
    iterator = iter("abc")
    assert whole(iterator) == PIECE
    assert list(iterator) == ["a", "b", "c"]
    refuse_objects("x", 1, 1.5, None, True, [1], (1,), {"a": 1}, iterator)
    for value in (object(), print, {1}, b"x"):
        with pytest.raises(SecurityError):
            whole([value])
        with pytest.raises(SecurityError):
            refuse_objects("x", value)


WORDS = "w" * 1_000
# Ways to write the words forty times over, none of which may go uncounted where nothing is written in the end.
WAYS = {
    "one after the other": WORDS * 40,
    "a loop": "{% for a in v %}" + WORDS + "{% endfor %}",
    "a loop with a condition": "{% for a in v %}{% if a %}" + WORDS + "{% endif %}{% endfor %}",
    "a loop in a loop": "{% for a in v[:5] %}{% for b in v[:8] %}" + WORDS + "{% endfor %}{% endfor %}",
    "a loop that calls itself": "{% for a in [0] recursive %}" + WORDS + "{% if loop.depth < 40 %}{{ loop([0]) }}{% endif %}{% endfor %}",
    "loops over nothing": "{% for a in v %}{% for b in [] %}{% else %}" + WORDS + "{% endfor %}{% endfor %}",
    "a macro": "{% macro m() %}" + WORDS + "{% endmacro %}{% for a in v %}{{ m() }}{% endfor %}",
    "a block": "{% block b %}" + WORDS + "{% endblock %}" + "{{ self.b() }}" * 39,
    "the body of a call": "{% macro m() %}{% for a in v %}{{ caller() }}{% endfor %}{% endmacro %}{% call m() %}" + WORDS + "{% endcall %}",
    "a variable": "{% set t = '" + WORDS + "' %}{% for a in v %}{{ t }}{% endfor %}",
    "a filter": "{% for a in v %}{{ '" + WORDS + "' | upper }}{% endfor %}",
    "a join": "{{ v | map('default', 'x') | join('" + WORDS + "') }}" + WORDS,
    "parts side by side": "{% set t = '" + WORDS + "' %}{{ " + " ~ ".join(["t"] * 40) + " }}",
    "sums": "{% set t = '" + WORDS + "' %}{{ " + " + ".join(["t"] * 40) + " }}",
    "a partial": "{% for a in v %}{% include 'words.txt.j2' %}{% endfor %}",
    "slices": "{% set t = '" + WORDS + "w' %}{% for a in v %}{{ t[1:] }}{% endfor %}",
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kept", [False, True], ids=["written", "kept"])
def test_words_count_each_time_whichever_way_they_are_said(
    way: str, kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written into a variable and thrown away takes as much memory as what is written."""
    (tmp_path / "words.txt.j2").write_text(WORDS)
    template = "{% set x %}" + WAYS[way] + "{% endset %}" if kept and way != "a block" else WAYS[way]
    order = Order("txt", "en-US", template, {"v": [1] * 40}, "hello", Place("p.yaml"), literal=True)
    said = Inside(tmp_path, "templates").render(order)
    assert len(said) == (
        0 if template.startswith("{% set x") else 40_000 if way != "a join" else 40 * 1_000 + 40
    )
    monkeypatch.setattr(limits, "RENDER_BUILT", 40_000)
    with pytest.raises(RenderError, match="puts together more than"):
        Inside(tmp_path, "templates").render(order)


@pytest.mark.parametrize("made", ["mark(t)", "prosody(t, 'slow')", "t | sub(t)", "[t]", "{'k': t}", "(t, t)", "t ~ t", "t + t", "t[1:]", "t | upper"])  # fmt: skip
def test_what_is_made_and_never_written_counts_too(
    made: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = "{% set t = '" + WORDS + "' %}{% for a in v %}{% set x = " + made + " %}{% endfor %}"
    order = Order("ssml", "en-US", template, {"v": [1] * 40}, "hello", Place("p.yaml"), literal=True)
    assert Inside(tmp_path, "templates").render(order) == ""
    monkeypatch.setattr(limits, "RENDER_BUILT", 39_000)
    with pytest.raises(RenderError, match="puts together more than"):
        Inside(tmp_path, "templates").render(order)


@pytest.mark.parametrize(
    "made", ["(t ~ t) ~ ''", "(t ~ t)[1:]", "[t ~ t, a]", "{'k': t ~ t}", "(t ~ t, a)", "(t ~ t) + ''"]
)
def test_what_is_made_of_what_is_made_counts_with_it(
    made: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = "{% set t = '" + WORDS + "' %}{% for a in v %}{% set x = " + made + " %}{% endfor %}"
    order = Order("txt", "en-US", template, {"v": [1] * 40}, "hello", Place("p.yaml"), literal=True)
    monkeypatch.setattr(limits, "RENDER_BUILT", 120_000)  # twice forty times two thousand is more
    with pytest.raises(RenderError, match="puts together more than"):
        Inside(tmp_path, "templates").render(order)


def test_a_render_begins_with_nothing_and_ends_at_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What earlier renders put together is not held against later ones of the same environment."""
    press = Inside(tmp_path, "templates")
    order = Order("txt", "en-US", "{{ v }}", {"v": WORDS}, "hello", Place("p.yaml"), literal=True)
    counted = len(WORDS) + 2 * PIECE
    monkeypatch.setattr(limits, "RENDER_BUILT", counted + 1)
    for _ in range(5):
        assert press.render(order) == WORDS
    monkeypatch.setattr(limits, "RENDER_BUILT", len(WORDS))
    with pytest.raises(RenderError, match="puts together more than"):
        press.render(order)
