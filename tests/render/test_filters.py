"""Filters: letters are changed in words and never in tags, and what a filter may make has a bound."""

from pathlib import Path
from typing import Any

import pytest

from voicekit import _limits as limits
from voicekit._render import locales
from voicekit._render.inside import Inside, Order
from voicekit.errors import Place, RenderError


def rendered(template: str, *, kind: str = "ssml", **values: Any) -> str:
    order = Order(kind, "en-US", template, values, "hello", Place("prompts.yaml"), literal=True)
    return Inside(Path("nowhere"), "templates").render(order)


HELD = "{% set held %}<x-a b='c'>a&#98;&#x63;&#x2D;&lt;&amp;&quot;d</x-a><!-- e -->{{ v }}{% endset %}"


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("upper", "<x-a b='c'>ABC-&lt;&amp;&#34;D</x-a><!-- e -->&lt;B&gt;"),
        ("lower", "<x-a b='c'>abc-&lt;&amp;&#34;d</x-a><!-- e -->&lt;b&gt;"),
        ("title", "<x-a b='c'>Abc-&lt;&amp;&#34;d</x-a><!-- e -->&lt;B&gt;"),
        ("replace('b', '_')", "<x-a b='c'>a_c-&lt;&amp;&#34;d</x-a><!-- e -->&lt;_&gt;"),
        ("replace('x', '_')", "<x-a b='c'>abc-&lt;&amp;&#34;d</x-a><!-- e -->&lt;b&gt;"),
    ],
)
def test_letters_are_changed_in_words_and_not_in_tags(name: str, seen: str) -> None:
    assert rendered(HELD + "{{ held | " + name + " }}", v="<b>") == seen


@pytest.mark.parametrize(
    ("expression", "seen"),
    [
        ("'aXbXc' | replace('X', '-')", "a-b-c"),
        ("'aXbXc' | replace('X', '-', 1)", "a-bXc"),
        ("'aXbXc' | replace('X', '-', 0)", "aXbXc"),
        ("'a<b' | replace('<', break('1s'))", 'a<break time="1s"/>b'),
        ("'a<b<c' | replace('<', break('1s'), 1)", 'a<break time="1s"/>b&lt;c'),
        ("[1, 2.5] | sum", "3.5"),
        ("[1, 2] | sum(start=4)", "7"),
        ("[{'a': 1}, {'a': 2}] | sum('a')", "3"),
        ("1.25 | round", "1.0"),
        ("1.26 | round(1)", "1.3"),
        ("1.25 | round(15)", "1.25"),
        ("123 | round(-1) | int", "120"),
        ("123 | round(-15) | int", "0"),
        ("' 12 ' | int", "12"),
        ("'ff' | int(0, 16)", "255"),
        ("'x' | int(7)", "7"),
        ("2.9 | int", "2"),
        ("'  a ' | trim", "a"),
        ("'xax' | trim('x')", "a"),
    ],
)
def test_filters_that_are_ours_do_what_jinjas_do(expression: str, seen: str) -> None:
    assert rendered("{{ " + expression + " }}") == seen


def test_a_line_that_holds_nothing_but_a_block_leaves_no_line() -> None:
    assert rendered("a\n  {% if v %}\n b\n  {% endif %}\nc\n", kind="txt", v=1) == "a\n b\nc"


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("'a' | replace('', 'b')", "needs something to look for"),
        ("'a' | replace('a', v)", "would have more than 1,000,000 characters"),
        ("w | replace('a', 'b' * 1)", "not used in templates"),
        ("['a'] | sum(start='')", "sum adds numbers"),
        ("1 | round(16)", "from -15 to 15"),
        ("1 | round(-16)", "from -15 to 15"),
        ("v | int(0, 16)", "a number of 1,000,001 characters"),
        ("('f' ~ v[:1024]) | int(0, 16)", "a number of more than 4,096 bits"),
    ],
)
def test_what_a_filter_cannot_do_is_told(expression: str, words: str) -> None:
    with pytest.raises(RenderError, match=words):
        rendered("{{ " + expression + " }}", v="b" * (limits.RENDER_BYTES + 1), w="a" * 10)


def test_a_replaced_text_may_be_as_long_as_what_can_be_written() -> None:
    half = "b" * (limits.RENDER_BYTES // 2)
    assert rendered("{{ 'aa' | replace('a', v) }}", v=half) == half * 2
    with pytest.raises(RenderError, match="would have more than"):
        rendered("{{ 'aaa' | replace('a', v) }}", v="b" * (limits.RENDER_BYTES // 3 + 1))


# --- numbers, dates and money -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "language", "seen"),
    [
        (-1.5, "en-US", "-1.5"),
        (1.5, "en-US", "1.5"),
        (1.5, "es-ES", "uno coma cinco"),
        (-2, "en-US", "minus two"),
        (0, "en-US", "zero"),
        ("21", "es-ES", "veintiuno"),
        (3, "xx-XX", "three"),
    ],
)
def test_numbers_in_words_and_where_there_are_none(value: Any, language: str, seen: str) -> None:
    assert locales.spell(value, language) == seen


@pytest.mark.parametrize("gender", ["masculine", "feminine", None])
def test_ordinals_have_a_gender_where_the_language_has_one(gender: str | None) -> None:
    assert locales.ordinal(3, "es-ES", gender) == ("tercera" if gender == "feminine" else "tercero")
    assert locales.ordinal(3, "en-US", gender) == "third"


@pytest.mark.parametrize("value", [True, "x", "", None, "nan", "inf", float("inf"), float("nan"), [1]])
def test_what_is_no_number_is_not_written(value: Any) -> None:
    for write in (locales.number, locales.spell, locales.ordinal):
        with pytest.raises(ValueError, match="number"):
            write(value, "en-US")


def test_what_is_no_ordinal_date_or_time_is_told_with_what_was_expected() -> None:
    with pytest.raises(ValueError, match="whole number"):
        locales.ordinal(1.5, "en-US")
    with pytest.raises(ValueError, match="such as 2026-12-24"):
        locales.date("24.12.2026", "en-US")
    with pytest.raises(ValueError, match=r"such as 14:30"):
        locales.time("half past two", "en-US")
    assert locales.date("2026-12-24", "de-AT") == "24. Dezember 2026"
    assert locales.time("14:30", "en-US") == "2:30 PM"


@pytest.mark.parametrize(
    ("language", "seen"),
    [("de", "24. Dezember 2026"), ("de-DE-x-mill", "24. Dezember 2026"), ("sr-Latn-US", "24. decembar 2026."), ("xx", "December 24, 2026")],
)  # fmt: skip
def test_a_language_is_written_as_the_nearest_that_is_known(language: str, seen: str) -> None:
    assert locales.date("2026-12-24", language) == seen
