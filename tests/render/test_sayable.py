"""What cannot be said is told by what it is, with what to write instead."""

import math
from typing import Any

import pytest
from jinja2 import Undefined
from jinja2.exceptions import SecurityError, UndefinedError
from markupsafe import Markup

from voicekit._render.sayable import sayable
from voicekit.errors import RenderError


@pytest.mark.parametrize("value", ["", "words", Markup("<p/>"), 0, -1, 2.5, 10**30, Undefined()])
def test_text_and_numbers_are_said_as_they_are(value: Any) -> None:
    assert sayable(value) is value


def named() -> None: ...


@pytest.mark.parametrize(
    ("value", "kind", "message", "remedy"),
    [
        (None, UndefinedError, "the value is null", ""),
        (True, RenderError, "true and false cannot be said", "choose words"),
        (False, RenderError, "true and false cannot be said", "choose words"),
        (math.inf, RenderError, "a number that is not finite", "correct the template"),
        (-math.inf, RenderError, "a number that is not finite", "correct the template"),
        (math.nan, RenderError, "a number that is not finite", "correct the template"),
        (named, SecurityError, "`named` needs brackets", ""),
        ({"a": 1}, RenderError, "a mapping cannot be said", "value.key"),
        ([1], RenderError, "a list cannot be said", "join a list"),
        ((1,), RenderError, "a list cannot be said", "join a list"),
        (iter([1]), RenderError, "a list cannot be said", "join a list"),
        (object(), RenderError, "this cannot be said", "join a list"),
    ],
)
def test_what_cannot_be_said_is_told_by_what_it_is(
    value: Any, kind: type[Exception], message: str, remedy: str
) -> None:
    with pytest.raises(kind, match=message) as caught:
        sayable(value)
    assert type(caught.value) is kind
    assert not isinstance(caught.value, RenderError) or remedy in caught.value.problems[0].remedy
