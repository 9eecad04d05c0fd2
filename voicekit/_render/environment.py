"""The sandbox: one Jinja environment for each kind of template and language, reading `templates/` and nothing else."""

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
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from voicekit import _files
from voicekit import _limits as limits
from voicekit._render import gate, library
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


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's immutable sandbox behind our gate, without Jinja's own globals."""

    def __init__(self, root: Path, shown: str, kind: str, language: str) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=kind == "ssml",
            loader=_Folder(root),
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=4096,
        )
        self._shown = shown
        self.globals = dict(library.functions(kind))
        self.filters = {name: self.filters[name] for name in _FILTERS} | library.filters(kind, language)
        self.tests = {name: self.tests[name] for name in _TESTS}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        gate.check(tree, filename or "")
        self._check_references(tree, filename or "", name)
        return tree

    def _check_references(self, tree: nodes.Template, path: str, name: str | None) -> None:
        """Follow includes before anything runs, so that a circle or a missing file is told by name."""
        for target, line in gate.references(tree):
            self._follow(target, Place(path, line), (name,) if name else ())

    def _follow(self, target: str, place: Place, trail: tuple[str, ...]) -> None:
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
            self._follow(deeper, Place(filename or "", line), (*trail, target))


class _Folder(BaseLoader):
    """Reads templates below one folder. Front matter becomes a comment, so that every line keeps its number."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        """Return a template's source and the name under which errors show it."""
        path = PurePosixPath(template)
        if path.is_absolute() or ".." in path.parts or "\\" in template or "\0" in template:
            raise TemplateNotFound(template)
        real = (self._root / path).resolve()
        if not real.is_relative_to(self._root.resolve()) or not real.is_file():
            raise TemplateNotFound(template)
        shown = f"{environment._shown}/{template}" if isinstance(environment, Sandbox) else template  # noqa: SLF001
        try:
            source = _files.read_text(real, limits.FILE_BYTES, name=shown)
        except ConfigError as error:
            raise RenderError(error.problems) from None
        return without_front_matter(source), shown, None


def without_front_matter(source: str) -> str:
    """Replace front matter by a comment of as many lines."""
    if not source.startswith("---"):
        return source
    lines = source.split("\n")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        return source
    return "{#" + "\n" * (end + 1) + "#}" + "\n".join(lines[end + 1 :])


def run(template: Template, values: Mapping[str, Any]) -> str:
    """Render a template and stop it once its output is larger than we promise.

    Raises:
        RenderError: More than `limits.RENDER_BYTES` came out.
    """
    parts: list[str] = []
    size = 0
    for chunk in template.generate(values):
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
