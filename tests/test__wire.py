import json
import math
import struct

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from voicekit import _wire
from voicekit.errors import ConfigError
from voicekit.model import Mark

# RFC 8785, appendix B: IEEE 754 bits and their JSON.
SAMPLES = {
    "0000000000000000": "0", "8000000000000000": "0", "0000000000000001": "5e-324", "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308", "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992", "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000", "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23", "44b52d02c7e14af7": "1.0000000000000001e+23", "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000", "444b1ae4d6e2ef50": "1e+21", "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001", "41b3de4355555553": "333333333.3333332", "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333", "41b3de4355555556": "333333333.3333334", "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333", "43143ff3c1cb0959": "1424953923781206.2",
}  # fmt: skip


@pytest.mark.parametrize(("bits", "text"), SAMPLES.items())
def test_numbers_are_written_as_rfc_8785_writes_them(bits: str, text: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))

    assert _wire.canonical(value).decode() == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_written_short_and_read_back_exactly(value: float) -> None:
    text = _wire.canonical(value).decode()

    assert float(text) == value
    digits = text.split("e")[0].strip("-").replace(".", "").strip("0")
    assert len(digits) <= len(repr(value).split("e")[0].strip("-").replace(".", "").strip("0"))
    assert not text.endswith(".0")


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, 2**53 + 1, -(10**30), "\ud800", {"a": [math.nan]}]
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        _wire.canonical(value)


def nested(levels: int, innermost: object = 1) -> object:
    """Return lists and objects inside each other, in turns."""
    made = innermost
    for level in range(levels):
        made = [0, made] if level % 2 else {"b": None, "a": made}
    return made


@pytest.mark.parametrize("levels", [201, 254, 1_000, 100_000])
def test_what_is_nested_too_deep_has_no_canonical_form(levels: int) -> None:
    assert json.loads(_wire.canonical(nested(200))) == nested(200)
    with pytest.raises(ValueError, match="more than 200 lists and objects inside each other"):
        _wire.canonical(nested(levels))


@given(st.integers(0, 300))
def test_depth_counts_lists_and_objects_inside_each_other(levels: int) -> None:
    assert _wire.depth(nested(levels)) == levels


def test_keys_are_sorted_by_their_utf_16_code_units() -> None:
    """The example of RFC 8785, section 3.2.3."""
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]

    written = json.loads(_wire.canonical(dict.fromkeys(keys, 0)))

    assert list(written) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers(-9, 9) | st.text(st.characters(exclude_categories=["Cs"]))))  # fmt: skip
def test_the_order_of_keys_never_matters(data: dict[str, object]) -> None:
    turned = dict(reversed(data.items()))

    assert _wire.canonical(data) == _wire.canonical(turned)
    assert _wire.parse(_wire.canonical(data)) == data


def test_one_and_minus_zero_are_written_as_the_whole_numbers_they_are() -> None:
    assert (
        _wire.canonical([1.0, -0.0, True, None, "é\u2028\x7f\n\x01"])
        == '[1,0,true,null,"é\u2028\x7f\\n\\u0001"]'.encode()
    )


def test_a_mistake_in_json_is_told_by_its_position_only() -> None:
    with pytest.raises(ValueError, match="line 2, column 9") as caught:
        _wire.parse('{\n "key": sk-secret}')

    assert "secret" not in str(caught.value)


@frozen
class Row:
    name: str
    marks: tuple[Mark, ...]
    note: str = ""


def test_values_become_plain_data_and_come_back() -> None:
    row = Row("a", (Mark("m", 0.5),))

    assert _wire.from_plain(_wire.to_plain(row), Row, path="f") == row
    assert _wire.from_plain({"name": "a", "marks": [], "later": 1}, Row, path="f") == evolve(row, marks=())


@pytest.mark.parametrize(
    "data", [{}, [], 3, None, {"name": "sk-secret", "marks": 4}, {"name": "a", "marks": [{"name": 1}]}]
)
def test_data_that_does_not_fit_is_an_error_without_its_values(data: object) -> None:
    with pytest.raises(ConfigError) as caught:
        _wire.from_plain(data, Row, path="some/file.json")

    assert "some/file.json" in str(caught.value)
    assert "secret" not in str(caught.value)
