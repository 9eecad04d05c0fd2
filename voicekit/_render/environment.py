"""The sandbox: one Jinja environment for each kind of template and language, reading `templates/` and nothing else."""

import math
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
    pass_context,
    pass_eval_context,
)
from jinja2.exceptions import FilterArgumentError, SecurityError
from jinja2.filters import do_replace, do_round
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from voicekit import _files
from voicekit import _limits as limits
from voicekit._render import gate, library
from voicekit._render.sayable import sayable
from voicekit._render.ticking import FILTER, Ticker, Ticking
from voicekit.errors import ConfigError, Place, RenderError

_FILTERS = frozenset(
    [
        "abs",
        "capitalize",
        "count",
        "d",
        "default",
        "e",
        "escape",
        "first",
        "float",
        "int",
        "items",
        "join",
        "last",
        "length",
        "list",
        "lower",
        "map",
        "max",
        "min",
        "reject",
        "rejectattr",
        "replace",
        "reverse",
        "round",
        "select",
        "selectattr",
        "sort",
        "string",
        "sum",
        "title",
        "trim",
        "truncate",
        "unique",
        "upper",
        "wordcount",
    ]
)
_TESTS = frozenset(
    [
        "boolean",
        "defined",
        "divisibleby",
        "eq",
        "even",
        "false",
        "float",
        "ge",
        "gt",
        "in",
        "integer",
        "iterable",
        "le",
        "lower",
        "lt",
        "mapping",
        "ne",
        "none",
        "number",
        "odd",
        "sequence",
        "string",
        "true",
        "undefined",
        "upper",
        "==",
        "!=",
        "<",
        ">",
        "<=",
        ">=",
    ]
)


_DATA = (str, int, float, list, tuple, dict, type(None))  # what values are made of; `bool` is an `int`
_PRECISION = 15  # decimal places that a double can hold


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's immutable sandbox behind our gate, without Jinja's own globals.

    Values have entries and no attributes: what Jinja would find on Python's own types is never seen.
    """

    intercepted_binops = frozenset({"%"})

    def __init__(self, root: Path, shown: str, kind: str, language: str) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=kind == "ssml",
            loader=_Folder(root),
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=4096,
            finalize=_finalize,
        )
        self._shown = shown
        self._deadline = math.inf
        self.globals = dict(library.functions(kind))
        self.filters = {name: self.filters[name] for name in _FILTERS} | library.filters(kind, language)
        self.filters |= {"round": _round, "replace": _replace, FILTER: _in_time}
        self.tests = {name: self.tests[name] for name in _TESTS}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        gate.check(tree, filename or "")
        self._check_references(tree, filename or "", name)
        ticking: nodes.Template = Ticker().visit(tree)
        return ticking

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read ``value.name``: an entry of a mapping, or an attribute of Jinja's own objects such as ``loop``."""
        return self.getitem(obj, attribute) if isinstance(obj, _DATA) else super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Read ``value[key]``."""
        if not isinstance(obj, _DATA):
            return super().getitem(obj, argument)
        try:
            return obj[argument]  # type: ignore[index]
        except (TypeError, LookupError):
            return self.undefined(obj=obj, name=argument)

    def call(self, context: Context, function: Any, *args: Any, **named: Any) -> Any:
        """Call a macro or a function of the library, while there is time left."""
        self.check_time()
        if isinstance(function, LoopContext) and args:
            args = (Ticking(args[0], self.check_time), *args[1:])
        return super().call(context, function, *args, **named)

    def start_clock(self) -> None:
        """Give the render that starts now its time."""
        self._deadline = time.monotonic() + limits.RENDER_SECONDS

    def check_time(self) -> None:
        """Stop a render whose time is up.

        Raises:
            RenderError: It is.
        """
        if time.monotonic() > self._deadline:
            raise RenderError.of(
                f"the template runs for more than {limits.RENDER_SECONDS:g} s",
                remedy="end its recursion, or shorten its lists",
            )

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute ``%``, which is for numbers: on text it would be Python's formatting, and could make any length."""
        if isinstance(left, str):
            raise SecurityError("`%` is for numbers; join text with `~`")
        return super().call_binop(context, operator, left, right)

    def _check_references(self, tree: nodes.Template, path: str, name: str | None) -> None:
        """Follow includes before anything runs, so that a circle or a missing file is told by name."""
        done: set[str] = set()
        for target, line in gate.references(tree):
            self._follow(target, Place(path, line), (name,) if name else (), done)

    def _follow(self, target: str, place: Place, trail: tuple[str, ...], done: set[str]) -> None:
        if target in done:
            return
        if target in trail:
            circle = " → ".join([*trail[trail.index(target) :], target])
            raise RenderError.of(
                f"templates include each other in a circle: {circle}",
                place=place,
                remedy="remove one include",
            )
        if len(trail) > limits.INCLUDE_DEPTH:
            raise RenderError.of(
                f"includes nested deeper than {limits.INCLUDE_DEPTH}",
                place=place,
                remedy="flatten the templates",
            )
        assert self.loader is not None
        try:
            source, filename, _ = self.loader.get_source(self, target)
        except TemplateNotFound:
            message = f"there is no template `{target[:120]}` in templates/"
            raise RenderError.of(message, place=place, remedy="create it, or correct the name") from None
        tree = Environment.parse(Environment(trim_blocks=True, lstrip_blocks=True), source, target, filename)  # noqa: S701
        for deeper, line in gate.references(tree):
            self._follow(deeper, Place(filename or "", line), (*trail, target), done)
        done.add(target)


class _Folder(BaseLoader):
    """Reads templates below one folder. Front matter becomes a comment, so that every line keeps its number."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        """Return a template's source and the name under which errors show it."""
        path = PurePosixPath(template)
        if path.is_absolute() or ".." in path.parts or "\\" in template or "\0" in template:
            raise TemplateNotFound(template)
        try:
            real = (self._root / path).resolve()
            if not real.is_relative_to(self._root.resolve()) or not real.is_file():
                raise TemplateNotFound(template)
        except OSError:  # a name that the disk cannot even hold
            raise TemplateNotFound(template) from None
        shown = f"{environment._shown}/{template}" if isinstance(environment, Sandbox) else template  # noqa: SLF001
        try:
            source = _files.read_text(real, limits.FILE_BYTES, name=shown)
        except ConfigError as error:
            raise RenderError(error.problems) from None
        return without_front_matter(source), shown, None


def without_front_matter(source: str) -> str:
    """Replace front matter by a comment of as many lines."""
    lines = source.split("\n")
    if lines[0].rstrip(" \t") != "---":
        return source
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip(" \t") == "---"), None)
    if end is None:
        return source
    return "{#" + "\n" * (end + 1) + "#}" + "\n".join(lines[end + 1 :])


def _round(value: float, precision: int = 0, method: str = "common") -> float:
    if not -_PRECISION <= precision <= _PRECISION:
        raise FilterArgumentError(f"precision must be from -{_PRECISION} to {_PRECISION}")
    return do_round(value, precision, method)  # type: ignore[arg-type]


@pass_context  # so that Jinja cannot escape a constant into text first, while it compiles
def _finalize(_: Context, value: Any) -> Any:
    return sayable(value)


@pass_context  # which also keeps Jinja from computing it while it compiles
def _in_time(context: Context, items: Any) -> Ticking:
    sandbox = context.environment
    assert isinstance(sandbox, Sandbox)
    return Ticking(items, sandbox.check_time)


@pass_eval_context
def _replace(context: EvalContext, text: str, old: str, new: str, count: int | None = None) -> str:
    growth = str(text).count(str(old)) * len(str(new))
    if growth > limits.RENDER_BYTES:
        raise FilterArgumentError(f"the result would have more than {limits.RENDER_BYTES:,} characters")
    return do_replace(context, text, old, new, count)


def run(template: Template, values: Mapping[str, Any]) -> str:
    """Render a template and stop it once its output is larger, or its time longer, than we promise.

    Raises:
        RenderError: More than `limits.RENDER_BYTES` came out, or it ran for more than `limits.RENDER_SECONDS`.
    """
    sandbox = template.environment
    assert isinstance(sandbox, Sandbox)
    sandbox.start_clock()
    parts: list[str] = []
    size = 0
    for chunk in template.generate(values):
        sandbox.check_time()
        size += len(chunk)
        if size > limits.RENDER_BYTES:
            remedy = "shorten the prompt"
            raise RenderError.of(
                f"the template writes more than {limits.RENDER_BYTES:,} characters", remedy=remedy
            )
        parts.append(chunk)
    return "".join(parts)


def located(error: BaseException, shown: str) -> Place | None:
    """Find the template's line in an error's traceback or, for a mistake in syntax, in the error itself."""
    if isinstance(error, TemplateSyntaxError):
        return Place(error.filename or shown, error.lineno)
    place = None
    trace = error.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if filename.endswith(".j2") or filename == "<template>":
            place = Place(filename if filename.endswith(".j2") else shown, trace.tb_lineno)
        trace = trace.tb_next
    return place
