import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kit.scalars import SCALARS
from voicekit import _limits as limits
from voicekit import _yaml
from voicekit.errors import ConfigError


@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_a_plain_scalar_is_what_the_core_schema_says(text: str, value: Any) -> None:
    found = _yaml.scalar(text)

    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(("text", "value"), [row for row in SCALARS if row[0] not in {"", "-"}])
def test_a_document_gives_its_scalars_the_same_meaning_and_quotes_make_text(text: str, value: Any) -> None:
    loaded = _yaml.load(
        f"plain: {text}\ndouble: \"{text}\"\nsingle: '{text}'\nlist: [{text.replace(',', '')}]\n", "f"
    )

    assert (loaded["plain"], loaded["double"], loaded["single"]) == (value, text, text)


def test_nan_is_read() -> None:
    assert all(math.isnan(_yaml.scalar(text)) for text in (".nan", ".NaN", ".NAN"))


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def without_surrogates(data: Any) -> bool:
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in json.dumps(data, ensure_ascii=False))


@given(PLAIN.filter(without_surrogates), st.booleans(), st.sampled_from([None, 0, 2, "\t"]))
@example({"a": "😀"}, True, None)
@example(["\u2028 \u0085\u2029\x7f\ue000"], False, "\t")
@example({"a": '\\ud83d\\ude00"'}, True, None)
def test_json_of_the_same_data_loads_equal(data: Any, ascii_only: bool, indent: Any) -> None:
    text = json.dumps(data, ensure_ascii=ascii_only, indent=indent)

    assert _yaml.load(text, "f") == data


@given(
    st.dictionaries(st.from_regex("[a-z]{1,8}", fullmatch=True), PLAIN.filter(without_surrogates), max_size=4)
)
def test_block_and_flow_style_load_equal(data: dict[str, Any]) -> None:
    block = "".join(f"{key}: {json.dumps(value)}  # a comment\n" for key, value in data.items()) or "{}"
    flow = "{" + ", ".join(f"{key}: {json.dumps(value)}" for key, value in data.items()) + "}"

    assert _yaml.load(block, "f") == _yaml.load(flow, "f") == data


def test_surrogate_pairs_are_one_character_wherever_a_double_quoted_text_stands() -> None:
    text = '# don"t\nplain: 5" pipe\nsingle: \'a "b\'\ndouble: "\\ud83d\\ude00 \\\\ud83d"\nflow: ["\\ud83d\\ude00"]\n'

    assert _yaml.load(text, "f") == {
        "plain": '5" pipe',
        "single": 'a "b',
        "double": "😀 \\ud83d",
        "flow": ["😀"],
    }


def test_every_key_and_item_knows_its_line() -> None:
    loaded = _yaml.load("a: 1\nb:\n  - x\n  -\n    c: 2\n", "f", first_line=10)

    assert loaded.lines == {"a": 10, "b": 11}
    assert loaded["b"].lines[0] == 12
    assert loaded["b"][1].lines == {"c": 14}


BOMB = 'a: &a ["x","x","x"]\n' + "".join(
    f"{after}: &{after} [*{before}, *{before}, *{before}]\n"
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param(BOMB, 2, "aliases", id="alias bomb"),
        pytest.param("a: 1\nb: *x\n", 2, "aliases", id="alias"),
        pytest.param("a: 1\nb: !!python/object:os.system x\n", 2, "tags", id="python tag"),
        pytest.param("a: !!str 1\n", 1, "tags", id="core tag"),
        pytest.param("a: !mine {}\n", 1, "tags", id="own tag"),
        pytest.param("!!map {a: 1}\n", 1, "tags", id="tag of the document"),
        pytest.param(
            "a: 1\nb: 2\na: 3\n", 3, "duplicate key `a`; the first stands on line 1", id="duplicate"
        ),
        pytest.param('{"a": 1,\n "a": 2}', 2, "duplicate", id="duplicate in json"),
        pytest.param("x:\n  a: 1\n  'a': 2\n", 3, "duplicate", id="duplicate under another quote"),
        pytest.param("a: 1\nb: " + "[" * 40 + "]" * 40, 2, "nested deeper than 32", id="depth"),
        pytest.param("a: 1\n---\nb: 2\n", 2, "second document", id="two documents"),
        pytest.param("a: 1\n\tb: 2\n", 2, "not YAML: a tab indents this line", id="tab as indentation"),
        pytest.param("a: [1,\n  2\n", 1, "not YAML", id="never closed"),
        pytest.param('a: 1\nb: "x\n', 2, "not YAML", id="quote never closed"),
        pytest.param("a: b: c\n", 1, "not YAML", id="two colons"),
        pytest.param("é: ü\na: \x07\n", 2, "U+0007", id="control character"),
        pytest.param("é: ü\na: x\0\n", 2, "U+0000", id="nul"),
        pytest.param("a: \ud800\n", 1, "U+D800", id="surrogate"),
        pytest.param('a: 1\nb: "\\ud800"\n', 2, "not YAML", id="half a pair"),
        pytest.param("a: 1\n? [x]\n: 2\n", 2, "a key must be", id="list as key"),
        pytest.param(f"a: {'1' * 5000}\n", 1, "a number of 5,000 characters", id="long number"),
        pytest.param(f"a: 0x{'f' * 5000}\n", 1, "a number of", id="long hexadecimal number"),
        pytest.param("a: @x\n", 1, "not YAML", id="reserved character"),
        pytest.param("%YAML 9.9\n---\na: 1\n", 1, "not YAML", id="directive"),
    ],
)
def test_what_is_refused_is_one_error_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _yaml.load(text, "f.yaml")

    (problem,) = caught.value.problems
    assert problem.place is not None
    assert (problem.place.path, problem.place.line) == ("f.yaml", line)
    assert words in problem.message
    assert problem.remedy


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        pytest.param("a: 1\nb:\n\t- c\n", "indent with spaces", id="tab"),
        pytest.param("text: Note: we are closed\n", "holds `: ` in quotes", id="colon in a text"),
        pytest.param("text: {{ company }} is closed\n", "begins with `{` or `[` in quotes", id="value first"),
    ],
)
def test_what_newcomers_write_is_answered_with_what_to_write_instead(text: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _yaml.load(text, "f.yaml")

    assert remedy in caught.value.problems[0].remedy


def test_the_deepest_document_that_is_promised_is_read() -> None:
    found = _yaml.load("[" * limits.YAML_DEPTH + "]" * limits.YAML_DEPTH, "f")

    for _ in range(limits.YAML_DEPTH):
        assert isinstance(found, _yaml.Seq)
        found = found[0] if found else None


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "~"])
def test_an_empty_document_is_none(text: str) -> None:
    assert _yaml.load(text, "f") is None


def test_a_byte_order_mark_is_no_character_of_the_text() -> None:
    assert _yaml.load("\ufeffa: 1\n", "f") == {"a": 1}


@given(st.text(max_size=60))
def test_any_text_is_data_or_a_config_error(text: str) -> None:
    try:
        found = _yaml.load(text, "f")
    except ConfigError as error:
        assert all(problem.place and problem.place.line for problem in error.problems)
    else:
        assert found is None or isinstance(found, str | int | float | dict | list)
