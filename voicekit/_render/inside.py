"""Rendering in this process: one template with its values → text, and every failure as an error with its place.

Imports the sandbox, the source map, errors and jinja2. `fenced` runs the same in a process of its own.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Protocol

from attrs import evolve, frozen
from jinja2 import Template, TemplateError, TemplateSyntaxError, UndefinedError

from voicekit._render.environment import Sandbox, located, run
from voicekit._render.source_map import MarkingSandbox, Pieces, marked
from voicekit.errors import Place, Problem, RenderError

_RAISED_BY_FILTERS = (
    TemplateError,
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
    AttributeError,
    AssertionError,  # `truncate` asserts what it is given
)
# What Jinja says, with the name in it.
_VALUE = re.compile(r"`(\w+)` is undefined")
_FILTER = re.compile(r"No filter named '(\w+)'")
_CURLED = re.compile("unexpected char '[\u2018\u2019\u201c-\u201f\u00ab\u00bb]'")


@frozen
class Order:
    """One template to render.

    Attributes:
        kind: ``ssml`` or ``txt``.
        language: BCP-47 tag.
        template: A path below `templates/`, or the template itself where it is a literal.
        values: What it sees, as `door.plain` leaves it.
        prompt: Whose it is, for messages.
        place: Where a failure is told that has no line of its own.
        literal: Whether it stands in a prompt list, so that `place` is all that is known of its lines.
    """

    kind: str
    language: str
    template: str
    values: Mapping[str, Any]
    prompt: str
    place: Place
    literal: bool = False


class Press(Protocol):
    """Where templates run."""

    def render(self, order: Order) -> str:
        """Return what a template writes.

        Raises:
            RenderError: It cannot run with these values.
        """

    def places(self, order: Order, text: str) -> Pieces:
        """Return where each piece of a text starts that a template wrote, and where the template says it; or nothing."""


class Inside:
    """Renders in this process. Environments and compiled templates are kept."""

    def __init__(self, root: Path, shown: str) -> None:
        """Open a folder of templates, which messages call `shown`."""
        self._sandbox = lru_cache(maxsize=None)(lambda *kind: Sandbox(root, shown, *kind))
        self._marking = lru_cache(maxsize=None)(lambda *kind: MarkingSandbox(root, shown, *kind))
        self._literal = lru_cache(maxsize=1024)(self._compile)

    def render(self, order: Order) -> str:
        """Return what a template writes."""
        with _Told(order, self._sandbox(order.kind, order.language).filters):
            return run(self._template(order), order.values)

    def _template(self, order: Order) -> Template:
        if order.literal:
            return self._literal(order.template, order.kind, order.language)
        return self._sandbox(order.kind, order.language).get_template(order.template)

    def _compile(self, source: str, kind: str, language: str) -> Template:
        return self._sandbox(kind, language).from_string(source)

    def places(self, order: Order, text: str) -> Pieces:
        """Return where the pieces of a text stand, or nothing where the template does not write the same once more."""
        sandbox = self._marking(order.kind, order.language)
        get = partial(sandbox.from_string if order.literal else sandbox.get_template, order.template)
        return marked(sandbox, get, order.values, text)


class _Told:
    """Turns whatever Jinja raises into one of our errors with a file and a line."""

    def __init__(self, order: Order, filters: Iterable[str]) -> None:
        self._order, self._filters = order, filters

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        fallback = self._order.place
        place = fallback if self._order.literal else located(error, fallback.path) or Place(fallback.path)
        if isinstance(error, RenderError):
            raise RenderError(tuple(_placed(problem, place) for problem in error.problems)) from None
        told = self._told(error)
        if told:
            raise RenderError.of(told[0], place=place, remedy=told[1]) from None

    def _told(self, error: BaseException) -> tuple[str, str] | None:
        """Say what is wrong and what to do about it; None for what is our bug."""
        said = f"while rendering prompt {self._order.prompt}"
        if isinstance(error, UndefinedError):
            message = (error.message or "something is undefined").replace("'", "`")
            remedy = "declare it under `inputs`, or give it a value"
            return f"{message} ({said})", _near(_VALUE, message, self._order.values) or remedy
        if isinstance(error, TemplateSyntaxError):
            message = (error.message or "").rstrip(".")
            remedy = "write straight quotes" if _CURLED.search(message) else "mend the template"
            return f"not a Jinja template: {message}", _near(_FILTER, message, self._filters) or remedy
        if isinstance(
            error, RecursionError | SyntaxError
        ):  # Python has bounds of its own for what Jinja makes of it
            message = f"the template calls itself without end, or is nested too deeply ({said})"
            return message, "end the recursion, or flatten the template"
        if isinstance(error, _RAISED_BY_FILTERS):
            return f"{str(error) or type(error).__name__} ({said})", "correct the template or the value"
        return None


def _near(pattern: re.Pattern[str], message: str, known: Iterable[str]) -> str:
    """Ask after the known name that is nearest to the one in a message; empty where none is near."""
    named = pattern.match(message)
    near = difflib.get_close_matches(named[1], known, 1) if named else []
    return f"did you mean `{near[0]}`?" if near else ""


def _placed(problem: Problem, place: Place) -> Problem:
    """Give a problem a place where it has none; a literal is a template without a name."""
    return problem if problem.place and problem.place.path else evolve(problem, place=place)
