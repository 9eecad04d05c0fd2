"""What goes into a template: plain values up to their bounds, copied; everything else is named by its path."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicekit import _limits as limits
from voicekit._render.door import plain
from voicekit.errors import Place, RenderError

HERE = Place("prompts.yaml", 3)
MOST = 2**limits.VALUE_BITS - 1  # the largest number that may be meant


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-MOST, MOST) | st.just(MOST) | st.just(-MOST) | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)  # fmt: skip
def test_plain_values_go_in_as_they_are(value: Any) -> None:
    assert plain({"v": value}, HERE) == {"v": value}


@given(st.integers(0, 2**64), st.booleans())
def test_a_number_too_long_to_be_meant_stays_out(more: int, negative: bool) -> None:
    value = MOST + 1 + more
    with pytest.raises(RenderError, match="a number too long to be meant"):
        plain({"v": -value if negative else value}, HERE)


DEPTHS = st.sampled_from(
    [1, limits.YAML_DEPTH - 1, limits.YAML_DEPTH, limits.YAML_DEPTH + 1, limits.YAML_DEPTH + 3]
)


@given(
    DEPTHS.flatmap(lambda deep: st.lists(st.sampled_from([list, dict]), min_size=deep, max_size=deep)),
    st.integers(0, 3),
)
def test_values_are_nested_as_deep_as_a_file_may_nest_them(kinds: list[type], before: int) -> None:
    """The path in the message leads to the first thing that is too deep, past what stands before it."""
    value: Any = "x"
    for kind in kinds:
        value = [*("x" * before), value] if kind is list else {"k": value}
    if len(kinds) <= limits.YAML_DEPTH:
        assert plain({"v": value}, HERE) == {"v": value}
        return
    with pytest.raises(RenderError) as caught:
        plain({"v": value}, HERE)
    (problem,) = caught.value.problems
    steps = (f"[{before}]" if kind is list else ".k" for kind in kinds[: -limits.YAML_DEPTH - 1 : -1])
    assert problem.where == ("values.v" + "".join(steps))[:120]
    assert f"nested deeper than {limits.YAML_DEPTH}" in problem.message
    assert problem.place == HERE


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (object(), "of the class object"),
        (Text("x"), "of the class Text"),
        ((1,), "of the class tuple"),
        ({1: "x"}, "a mapping with a key that is no text"),
        ({"a": 1, Text("b"): 2}, "a mapping with a key that is no text"),
    ],
    ids=["object", "a class of str", "tuple", "number as key", "class of str as key"],
)
def test_everything_else_is_told_at_once_by_path_and_class(value: Any, named: str) -> None:
    with pytest.raises(RenderError) as caught:
        plain({"good": 1, "a": value, "b": [0, {"c": value}]}, HERE)
    assert [problem.where for problem in caught.value.problems] == ["values.a", "values.b[1].c"]
    assert all(named in problem.message and problem.remedy for problem in caught.value.problems)
