"""The sandbox: one Jinja environment for each kind of template and language, reading `templates/` and nothing else."""

import math
import time
from collections.abc import Callable, Mapping
from functools import partial, wraps
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateNotFound, TemplateSyntaxError, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.filters import do_join, make_attrgetter
from jinja2.runtime import Context, LoopContext, markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment

from voicekit import _limits as limits
from voicekit._render import gate, library
from voicekit._render.filters import LIGHT, TESTS, WRITERS, filters, refuse_markup
from voicekit._render.folder import Bounded, Folder
from voicekit._render.metering import (
    CUT,
    IN_TIME,
    JOINED,
    PIECE,
    WEIGHED,
    WRITES,
    Metered,
    Ticking,
    refuse_objects,
    weight,
)
from voicekit._render.sayable import sayable
from voicekit.errors import Place, RenderError

_DATA = (str, int, float, list, tuple, dict, type(None))  # what values are made of; `bool` is an `int`


class Sandbox(Bounded, ImmutableSandboxedEnvironment):
    """Jinja's immutable sandbox behind our gate, without Jinja's own globals.

    Values have entries and no attributes: what Jinja would find on Python's own types is never seen. Nothing is computed
    before a template runs: Jinja's optimizer would, without a clock.
    """

    intercepted_binops = frozenset({"%", "+"})

    def __init__(self, root: Path, shown: str, kind: str, language: str) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=kind == "ssml",
            loader=Folder(root, shown),
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=4096,
            finalize=_finalize,
            optimized=False,
        )
        self._shown = shown
        self._deadline = math.inf
        self._built = 0
        self.globals = dict(library.functions(kind))
        known = filters() | library.filters(kind, language)
        self.filters = {
            name: one if name in LIGHT else self._weighed(one, writes=name in WRITERS)
            for name, one in known.items()
        }
        self.filters |= {
            "join": _join,
            CUT: _cut,
            IN_TIME: _in_time,
            JOINED: _joined,
            WEIGHED: _same,
            WRITES: _writes,
        }
        self.tests = {name: self.tests[name] for name in TESTS}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        gate.check(tree, filename or "")
        self._check_references(tree, filename or "", name)
        metered: nodes.Template = Metered().visit(tree)
        return metered

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read ``value.name``: an entry of a mapping, or an attribute of Jinja's own objects such as ``loop``."""
        return self.getitem(obj, attribute) if isinstance(obj, _DATA) else super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Read ``value[key]``."""
        if not isinstance(obj, _DATA):
            return super().getitem(obj, argument)
        refuse_markup(obj)
        try:
            return obj[argument]  # type: ignore[index]
        except (TypeError, LookupError):
            return self.undefined(obj=obj, name=argument)

    def call(self, context: Context, function: Any, *args: Any, **named: Any) -> Any:
        """Call a macro or a function of the library, while there is time left."""
        self.check_time()
        if isinstance(function, LoopContext) and args:
            args = (Ticking(args[0], self.tick), *args[1:])
        made = super().call(context, function, *args, **named)
        if isinstance(made, str):
            self.build(len(made))
        return made

    def start(self) -> None:
        """Give the render that starts now its time and its memory."""
        # By the processor's time: a template never waits, and a busy machine is no fault of it.
        self._deadline = time.thread_time() + limits.RENDER_SECONDS
        self._built = 0

    def check_time(self) -> None:
        """Stop a render whose time is up.

        Raises:
            RenderError: It is.
        """
        if time.thread_time() > self._deadline:
            raise RenderError.of(
                f"the template runs for more than {limits.RENDER_SECONDS:g} s",
                remedy="end its recursion, or shorten its lists",
            )

    def tick(self, words: int = 0) -> None:
        """Count a turn of a loop that writes so many characters of the template's own words."""
        self.check_time()
        self.build(words)

    def build(self, size: int) -> None:
        """Count what a render has put together, in characters, and stop one that has no end.

        Raises:
            RenderError: It is `limits.RENDER_BUILT`, or more.
        """
        self._built += size
        if self._built >= limits.RENDER_BUILT:
            raise RenderError.of(
                f"the template puts together more than {limits.RENDER_BUILT:,} characters, or a text of {limits.RENDER_BYTES:,}",
                remedy="prepare long texts and lists in the prompt's values",
            )

    def weigh(self, *made: Any) -> None:
        """Count what was made, or what is to be made of these, as `build` does."""
        for one in made:
            long = isinstance(one, str) and len(one) > limits.RENDER_BYTES  # nobody could write it
            self.build(limits.RENDER_BUILT if long else weight(one, limits.RENDER_BUILT))

    def _weighed(self, function: Callable[..., Any], *, writes: bool) -> Callable[..., Any]:
        """Return a filter that takes data only, or where it `writes` only what can be said, and whose results count."""
        before = 1 if hasattr(function, "jinja_pass_arg") else 0

        @wraps(function)
        def weighed(*args: Any, **named: Any) -> Any:
            refuse_objects(*args[before:], *named.values())
            if writes:
                sayable(args[before])
            made = function(*args, **named)
            self.weigh(made)
            return made

        return weighed

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute ``+``, and ``%``, which is for numbers: on text it would be Python's formatting, of any length."""
        if operator == "%" and isinstance(left, str):
            raise SecurityError("`%` is for numbers; join text with `~`")
        if operator == "+":
            self.weigh(left, right)
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
        tree = _READER.parse(source, target, filename)
        for deeper, line in gate.references(tree):
            self._follow(deeper, Place(filename or "", line), (*trail, target), done)
        done.add(target)


_READER = Bounded(trim_blocks=True, lstrip_blocks=True)  # it parses, and renders nothing


def _of(context: Context) -> Sandbox:
    sandbox = context.environment
    assert isinstance(sandbox, Sandbox)
    return sandbox


@pass_context
def _finalize(context: Context, value: Any) -> Any:
    said = sayable(value)
    _of(context).build(PIECE + len(said) if isinstance(said, str) else PIECE)
    return said


@pass_context
def _in_time(context: Context, items: Any, words: int) -> Ticking:
    return Ticking(items, partial(_of(context).tick, words))


@pass_context
def _joined(context: Context, parts: list[Any]) -> str:
    """Join the parts of ``a ~ b``."""
    _of(context).weigh([sayable(part) for part in parts])
    return markup_join(parts) if context.eval_ctx.autoescape else str_join(parts)


@pass_context
def _join(context: Context, items: Any, d: str = "", attribute: str | int | None = None) -> str:
    refuse_objects(items)
    sandbox = _of(context)
    if attribute is not None:
        items = map(make_attrgetter(sandbox, attribute), items)
    parts = [sayable(item) for item in items]
    sandbox.weigh(parts)
    sandbox.build(len(parts) * len(str(sayable(d))))
    joined: str = do_join(context.eval_ctx, parts, d)
    return joined


@pass_context
def _same(context: Context, made: Any) -> Any:
    _of(context).weigh(made)
    return made


@pass_context
def _cut(context: Context, made: Any) -> Any:
    refuse_markup(made)
    return _same(context, made)


@pass_context
def _writes(context: Context, size: int) -> str:
    _of(context).build(PIECE + size)
    return ""


def run(template: Template, values: Mapping[str, Any]) -> str:
    """Render a template and stop it once its output is larger, or its time longer, than we promise.

    Raises:
        RenderError: More than `limits.RENDER_BYTES` came out, or it ran for more than `limits.RENDER_SECONDS`.
    """
    sandbox = template.environment
    assert isinstance(sandbox, Sandbox)
    sandbox.start()
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
