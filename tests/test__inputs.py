from typing import Any

import pytest
from attrs import evolve

from voicekit import _inputs
from voicekit.errors import Place
from voicekit.model import Input


def spec(type_: str, **more: Any) -> Input:
    return Input("x", type_, Place("t", 1), **more)


LIST = spec("list", items=spec("integer"), min_length=1, max_length=3)


@pytest.mark.parametrize(
    ("of", "value", "seen"),
    [
        (spec("string"), "a", "a"), (spec("string", pattern="[a-z]+"), "abc", "abc"), (spec("string"), "", ""),
        (spec("integer"), 3, 3), (spec("integer", minimum=1, maximum=3), 3, 3), (spec("number"), 3, 3), (spec("number"), 2.5, 2.5),
        (spec("boolean"), True, True), (spec("date"), "2026-12-24", "2026-12-24"), (spec("date"), "20261224", "2026-12-24"),
        (spec("time"), "14:30", "14:30"), (spec("time", minimum="09:00", maximum="17:00"), "17:00", "17:00"),
        (spec("money"), "42.50 USD", "42.50 USD"), (spec("money"), "USD 42", "42 USD"), (spec("money", currency="EUR"), 42.5, "42.5 EUR"),
        (spec("money", currency="EUR", minimum=5), "5", "5 EUR"), (spec("enum", values=("a", "b")), "b", "b"),
        (LIST, [1, 2], [1, 2]), (spec("list"), [1, "a"], [1, "a"]),
    ],
)  # fmt: skip
def test_a_value_that_fits_is_brought_to_one_form(of: Input, value: Any, seen: Any) -> None:
    found = _inputs.accept(of, value)

    assert (type(found), found) == (type(seen), seen)


@pytest.mark.parametrize(
    ("of", "value", "words"),
    [
        (spec("string"), 3, "put it in quotes"), (spec("string"), None, "text"), (spec("string", max_length=2), "abc", "at most 2"),
        (spec("string", min_length=2), "a", "has 1 character; at least 2"), (spec("string", pattern="[a-z]+"), "abc1", "pattern"),
        (spec("integer"), True, "whole"), (spec("integer"), 3.0, "whole"), (spec("integer"), "3", "whole"),
        (spec("integer", minimum=1), 0, "below the minimum 1"), (spec("integer", maximum=1), 2, "above the maximum 1"),
        (spec("number"), float("nan"), "number"), (spec("number"), float("inf"), "number"), (spec("number"), True, "number"),
        (spec("boolean"), "true", "true or false"), (spec("boolean"), 1, "true or false"),
        (spec("date"), "24.12.2026", "date"), (spec("date"), 20261224, "date"), (spec("date"), "2026-02-30", "date"),
        (spec("date", minimum="2026-01-01"), "2025-12-31", "below"), (spec("time"), "25:00", "time"), (spec("time"), "9:00", "time"),
        (spec("time", maximum="17:00"), "17:00:01", "above"), (spec("money"), "42.50", "USD"), (spec("money"), "USD 1 EUR", "USD"),
        (spec("money", currency="EUR"), "1 USD", "EUR"), (spec("money", minimum="5 USD"), "4.99 USD", "below"), (spec("money"), True, "amount"),
        (spec("money"), "1e3 USD", "amount"), (spec("enum", values=("a", "b")), "c", "a, b"), (spec("enum", values=("3",)), 3, "3"),
        (spec("enum", values=("a",)), [], "a"), (LIST, [], "at least 1"), (LIST, [1, 2, 3, 4], "at most 3"), (LIST, ["a"], "whole"), (LIST, "1", "list"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused(of: Input, value: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        _inputs.accept(of, value)


@pytest.mark.parametrize(
    ("of", "cell", "seen"),
    [
        (spec("integer"), "3", 3), (spec("integer"), " -3 ", -3), (spec("number"), "3", 3), (spec("number"), "2.50", 2.5),
        (spec("boolean"), "TRUE", True), (spec("boolean"), "false", False), (spec("string"), "3", "3"), (spec("date"), "2026-12-24", "2026-12-24"),
        (spec("money"), "3 USD", "3 USD"), (LIST, "1; 2;3", [1, 2, 3]), (spec("list"), "a;b", ["a", "b"]), (spec("enum", values=("3",)), "3", "3"),
    ],
)  # fmt: skip
def test_a_cell_is_read_by_its_type(of: Input, cell: str, seen: Any) -> None:
    found = _inputs.accept(of, cell, from_text=True)

    assert (type(found), found) == (type(seen), seen)


@pytest.mark.parametrize(
    ("of", "cell"),
    [
        (spec("integer"), "3.0"), (spec("integer"), "x"), (spec("number"), "nan"), (spec("number"), "inf"), (spec("number"), "1_000"),
        (spec("number"), "٣"), (spec("boolean"), "yes"), (spec("integer"), "9" * 5_000), (spec("number"), "1e999"), (LIST, "1;;2"), (LIST, ""),
    ],
)  # fmt: skip
def test_a_cell_that_is_no_value_of_its_type_is_refused(of: Input, cell: str) -> None:
    with pytest.raises(ValueError, match=r"expected|at least"):
        _inputs.accept(of, cell, from_text=True)


@pytest.mark.parametrize("kind", sorted(set(_inputs.TYPES) - _inputs.BOUNDED))
def test_types_without_an_order_have_no_bounds(kind: str) -> None:
    with pytest.raises(ValueError, match="no meaning"):
        _inputs.comparable(evolve(spec(kind), values=("a",)), "a")


def test_messages_hold_no_value() -> None:
    for kind in _inputs.TYPES:
        with pytest.raises(ValueError, match=r".") as caught:
            _inputs.accept(spec(kind, values=("a",), pattern="b", items=spec("integer")), object())
        assert "object" not in str(caught.value)


SAFE = [
    "[a-z]+",
    r"[A-Z]{3}-[0-9]+",
    r"[^@ ]+@[a-z.]+\.[a-z]+",
    r"\+?[0-9]{1,3}( [0-9]{2,4}){2,4}",
    "(yes|no)",
    "(?i)ab?c*",
    "(?:[0-9]{4}-){3}[0-9]{4}",
    "a{1000}",
]
HANGING = [
    "(a+)+b",
    "(a*)*",
    "(a|aa)+b",
    "(a?){40}a{40}",
    "a?" * 40 + "a{40}",
    "((a{1,9}){1,9}){1,9}b",
    "a*" * 12 + "b",
    "(?=(a+)+b)a",
    "(?:x|(a+)+)b",
    "([a-z]+ )+",
]


@pytest.mark.parametrize("pattern", SAFE)
def test_a_pattern_of_plain_repeats_can_be_tried(pattern: str) -> None:
    assert _inputs.ways(pattern, 24) <= _inputs.PATTERN_WAYS


@pytest.mark.parametrize("pattern", HANGING)
@pytest.mark.parametrize("length", [999, 5_000])
def test_no_pattern_hangs(pattern: str, length: int) -> None:
    with pytest.raises(ValueError, match="too many to be matched"):
        _inputs.accept(spec("string", pattern=pattern), "a" * length)


@pytest.mark.parametrize("pattern", HANGING)
def test_a_pattern_with_repeats_in_repeats_is_told_from_others(pattern: str) -> None:
    assert _inputs.ways(pattern, 24) > _inputs.PATTERN_WAYS
