"""What a template may say: text and numbers. Everything else would be spoken as Python writes it.

Imports errors and Jinja's runtime.
"""

import math
from typing import Any

from jinja2 import Undefined
from jinja2.exceptions import SecurityError, UndefinedError

from voicekit.errors import RenderError


def sayable(value: Any) -> Any:
    """Return what `{{ … }}` prints, if it can be said.

    Raises:
        RenderError: It is a list, a mapping, true or false, an infinite number, or one of Jinja's own objects.
        SecurityError: It is a function; whoever writes ``{{ break }}`` means ``{{ break() }}``.
        UndefinedError: It is null.
    """
    if isinstance(value, str | Undefined):  # an undefined name complains itself, by its name
        return value
    if value is None:
        raise UndefinedError("nothing is there to be said: the value is null")
    if isinstance(value, bool):
        remedy = "choose words: {{ 'yes' if open else 'no' }}, or {% if open %}…{% endif %}"
        raise RenderError.of("true and false cannot be said", remedy=remedy)
    if isinstance(value, int | float):
        if math.isfinite(value):
            return value
        raise RenderError.of(
            "a number that is not finite cannot be said", remedy="correct the template or the value"
        )
    if callable(value):
        name = getattr(value, "name", getattr(value, "__name__", "?")).strip("_")
        raise SecurityError(f"`{name}` needs brackets: ()")
    if isinstance(value, dict):
        raise RenderError.of("a mapping cannot be said", remedy="say its entries: {{ value.key }}")
    what = "a list" if hasattr(value, "__iter__") else "this"
    raise RenderError.of(
        f"{what} cannot be said",
        remedy='join a list: {{ items | join(", ") }}; only text and numbers are spoken',
    )
