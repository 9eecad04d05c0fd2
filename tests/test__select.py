from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from voicekit import _select
from voicekit.errors import ConfigError

SUBJECT = _select.Subject("queue/wait", ("queue", "long"), "telephony-en", "en-US", "phone", "ivr/wait")


@pytest.mark.parametrize(
    ("expression", "taken"),
    [
        ("", True), (None, True), ("queue/wait", True), ("queue/*", True), ("wait", False), ("id:queue/w?it", True), ("tag:long", True),
        ("tag:lon", False), ("tag:l*", True), ("profile:telephony-*", True), ("locale:en", True), ("locale:EN-us", True), ("locale:es", False),
        ("pack:phone", True), ("script:ivr/*", True), ("tag:long,locale:es", False), ("tag:long,locale:en", True),
        ("locale:es tag:queue", True), ("locale:es tag:none", False), ("state:create", True), ("tag:none,state:create", False),
    ],
)  # fmt: skip
def test_an_expression_takes_what_it_describes(expression: str | None, taken: bool) -> None:
    assert _select.parse(expression).takes(SUBJECT) is taken


@pytest.mark.parametrize(
    ("state", "pattern", "taken"),
    [("create", "create", True), ("cached", "create", False), ("change", "modified", True), ("cached", "modified", False)],
)  # fmt: skip
def test_a_known_state_is_looked_at(state: str, pattern: str, taken: bool) -> None:
    assert _select.parse(f"state:{pattern}").takes(evolve(SUBJECT, state=state)) is taken


@pytest.mark.parametrize("exclude", ["state:modified", "selector:pending", "selector:others"])
def test_what_is_excluded_by_a_state_is_there_until_the_state_is_known(exclude: str) -> None:
    selectors = {"pending": "state:modified", "others": "selector:pending,tag:queue"}
    found = _select.parse(None, exclude=exclude, selectors=selectors)

    assert found.takes(SUBJECT)
    assert not found.takes(evolve(SUBJECT, state="change"))
    assert found.takes(evolve(SUBJECT, state="cached"))


@pytest.mark.parametrize(("expression", "remedy"), [("tga:x", "tag:"), ("zzz:x", "one of"), ("tag:", "pattern"), ("tag:a,", "pattern"), (",", "pattern")])  # fmt: skip
def test_what_is_no_expression_is_refused(expression: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _select.parse(expression)

    assert remedy in caught.value.problems[0].remedy


@given(st.text(max_size=30))
def test_any_text_is_a_selection_or_a_config_error(text: str) -> None:
    try:
        assert _select.parse(text).takes(SUBJECT) in {True, False}
    except ConfigError as error:
        assert error.problems[0].remedy


WORDS = st.sampled_from(["tag:queue", "locale:es", "queue/wait", "profile:x"])


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_space_is_or_and_comma_is_and(words: list[str]) -> None:
    each = [_select.parse(word).takes(SUBJECT) for word in words]

    assert _select.parse(" ".join(words)).takes(SUBJECT) is any(each)
    assert _select.parse(",".join(words)).takes(SUBJECT) is all(each)


@pytest.mark.parametrize("together", [" ", ","])
def test_selectors_may_name_each_other_as_often_and_as_deep_as_they_like(together: str) -> None:
    names = [f"s{number}" for number in range(2_000)]
    selectors = {name: f"selector:{inner}{together}selector:{inner}" for name, inner in pairwise(names)}
    for last, taken in (("tag:queue", True), ("tag:other", False)):
        found = _select.parse("selector:s0", selectors={**selectors, names[-1]: last})

        assert found.takes(SUBJECT) is taken
        assert found.asks("tag")
        assert not found.asks("result")


@pytest.mark.parametrize(
    ("selectors", "way"),
    [
        ({"a": "selector:a"}, "a → a"),
        ({"a": "selector:b", "b": "tag:x,selector:c id:y", "c": "selector:a"}, "b → c"),
        ({f"s{number}": f"selector:s{(number + 1) % 99}" for number in range(99)}, "→ … → s"),
    ],
)
def test_selectors_in_a_circle_are_told_with_their_names(selectors: dict[str, str], way: str) -> None:
    with pytest.raises(ConfigError, match=r"each other in a circle: \w+ → ") as caught:
        _select.parse(f"selector:{min(selectors)}", selectors=selectors)
    ((_, problem),) = _select.wrong(selectors)

    assert problem == caught.value.problems[0]
    assert way in problem.message
    assert len(problem.message) < 100
