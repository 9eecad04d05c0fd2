"""Each bound of a template, from both sides: what is promised is rendered, and one more is refused where it stands."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voicekit import _limits as limits
from voicekit._render import locales
from voicekit._render.inside import Inside, Order
from voicekit.errors import Place, RenderError

HERE = Place("prompts.yaml", 7)


def rendered(root: Path, template: str, **values: Any) -> str:
    (root / "hello.j2").write_text(template)
    return Inside(root, "templates").render(Order("txt", "en-US", "hello.j2", values, "hello", HERE))


def nested(deep: int) -> str:
    return "{% if v %}" * deep + "x" + "{% endif %}" * deep


def looped(deep: int) -> str:
    return "{% for a in v %}" * deep + "x" + "{% endfor %}" * deep


def digits(count: int) -> str:
    return "\n\n{# " + "1" * count + " #}x"


def words(count: int) -> str:
    """Write a list of as many words and signs as that, its own brackets and the braces among them."""
    comma = "," if count % 2 else ""
    return "{{ [" + ",".join("1" * ((count - 6) // 2)) + comma + "][0] }}"


# A template by how much it has of something; how much of it is promised; and what one more is called.
BOUNDS: dict[str, tuple[Callable[[int], str], int, str]] = {
    "conditions in conditions": (nested, 78, "nested deeper than 80"),
    "loops in loops": (looped, 3, "loops nested deeper than 3"),
    "characters": ("x".__mul__, limits.FILE_BYTES, "is larger than"),
    "written": (
        lambda count: "x" * (count - 500_000) + "{{ half }}",
        limits.RENDER_BYTES,
        "writes more than",
    ),
    "digits in a row": (digits, limits.TEMPLATE_DIGITS, "more than 400 digits in a row"),
    "words and signs": (words, limits.TEMPLATE_TOKENS, "words and signs"),
}


@pytest.mark.parametrize("what", BOUNDS)
def test_what_is_promised_is_rendered_and_one_more_is_not(what: str, tmp_path: Path) -> None:
    template, most, message = BOUNDS[what]
    values = {"v": ["x"], "half": "y" * 500_000}
    assert rendered(tmp_path, template(most), **values)
    with pytest.raises(RenderError, match=message) as caught:
        rendered(tmp_path, template(most + 1), **values)
    (problem,) = caught.value.problems
    assert problem.remedy
    assert problem.place is not None
    assert what != "digits in a row" or problem.place == Place("templates/hello.j2", 3)


def test_includes_are_followed_as_deep_as_is_promised(tmp_path: Path) -> None:
    def chain(deep: int) -> str:
        for number in range(deep):
            (tmp_path / f"p{number}.j2").write_text(f"{{% include 'p{number + 1}.j2' %}}")
        (tmp_path / f"p{deep}.j2").write_text("end")
        return rendered(tmp_path, "{% include 'p0.j2' %}")

    assert chain(limits.INCLUDE_DEPTH - 1) == "end"
    with pytest.raises(RenderError, match=f"includes nested deeper than {limits.INCLUDE_DEPTH}") as caught:
        chain(limits.INCLUDE_DEPTH)
    assert caught.value.problems[0].place == Place(f"templates/p{limits.INCLUDE_DEPTH - 1}.j2", 1)


@pytest.mark.parametrize(
    "write", [locales.number, locales.spell, locales.ordinal], ids=lambda one: str(one.__name__)
)
def test_numbers_are_written_up_to_as_many_digits_as_can_be(write: Callable[[Any, str], str]) -> None:
    for sign in (1, -1):
        assert write(sign * (10**25 - 1), "en-US")
        with pytest.raises(ValueError, match="more than 25 digits"):
            write(sign * 10**25, "en-US")


def test_time_is_given_to_each_render_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1_000.0]
    monkeypatch.setattr("time.thread_time", lambda: clock[0])
    press = Inside(tmp_path, "templates")
    order = Order(
        "txt", "en-US", "{% for a in v %}{{ a }}{% endfor %}", {"v": ["x"] * 3}, "hello", HERE, literal=True
    )
    for _ in range(3):
        assert press.render(order) == "xxx"
        clock[0] += 0.9 * limits.RENDER_SECONDS

    def later() -> float:
        clock[0] += limits.RENDER_SECONDS / 2 + 0.01
        return clock[0]

    monkeypatch.setattr("time.thread_time", later)
    with pytest.raises(RenderError, match="runs for more than 2 s") as caught:
        press.render(order)
    assert caught.value.problems[0].place == HERE


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ v.upper() }}", "values have no methods here"),
        ("{{ v['upper']() }}", "values have no methods here"),
        ("{{ (v ~ v).x() }}", "values have no methods here"),
        ("{{ v._x }}", "names that start with `_`"),
        ("{{ 2 * 3 }}", "`*` is not used"),
        ("{{ 2 ** 3 }}", "`**` is not used"),
        ("{% include v %}", "must be written out"),
        ("{% import v as x %}", "must be written out"),
        ("{% from v import x %}", "must be written out"),
        ("{{ 1e999 }}", "a number that is not finite"),
    ],
)
def test_the_gate_is_there_before_anything_runs(template: str, words: str, tmp_path: Path) -> None:
    """Also where it never would: what is behind the gate does not have to hold."""
    for wrapped in (template, "{% if false %}" + template + "{% endif %}"):
        with pytest.raises(RenderError) as caught:
            rendered(tmp_path, "\n" + wrapped, v="x")
        (problem,) = caught.value.problems
        assert words in problem.message
        assert problem.place == Place("templates/hello.j2", 2)
        assert problem.remedy
