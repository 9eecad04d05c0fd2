"""What templates use of what they declare: findings about templates, which nothing that was rendered can show.

Imports this room's folder and gate, model, errors and jinja2. Names are read off the parsed templates, and nothing is run.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from attrs import frozen
from jinja2 import TemplateError, nodes

from voicekit._render import gate, library
from voicekit._render.folder import Bounded, Folder
from voicekit.errors import Place, RenderError
from voicekit.model import Finding, Project, Script

# What Jinja itself gives a template, and what our library does.
_GIVEN = frozenset({"loop", "self", "super", "caller", "varargs", "kwargs", *library.functions("ssml")})


@frozen
class _Uses:
    """One template: names that it reads, each with the first line; names that it sets; and other templates.

    Attributes:
        shares: Templates that see its names: included and extended ones, and those imported with context.
        others: Every template that it names.
    """

    path: str
    reads: Mapping[str, int]
    sets: frozenset[str]
    shares: tuple[str, ...]
    others: tuple[str, ...]


def look(project: Project) -> Iterator[Finding]:
    """Yield scripts that nothing says (VK403), inputs that nothing reads (VK405) and names that are no inputs (VK406).

    A script is left alone where it, or a template that it names, cannot be read: rendering tells why.
    """
    templates = _read_all(project)
    named = {other for uses in templates.values() for other in uses.others}
    said = {prompt.script for pack in project.packs for prompt in pack.prompts}
    for script in project.scripts:
        if script.name not in said and script.path not in named:
            message = f"no prompt says script {script.name}"
            yield Finding("VK403", "info", script.place, message, "list it in a prompt list, or delete it")
        yield from _inputs(script, templates)


@lru_cache(maxsize=64)  # the prompts of a series share their text
def names(source: str) -> frozenset[str]:
    """Return the names that a text of a prompt list reads, whether its values or its own."""
    if "{" not in source:  # most have none, and of 200,000 prompts each would be parsed
        return frozenset()
    try:
        tree = _PARSER.parse(source)
    except (TemplateError, RenderError, RecursionError):
        return frozenset()
    return frozenset(node.name for node in tree.find_all(nodes.Name) if node.ctx == "load")


def _inputs(script: Script, templates: Mapping[str, _Uses]) -> Iterator[Finding]:
    everything = _reached(script.path, templates, shared=False)
    if everything is None:
        return
    read = {name for uses in everything for name in uses.reads}
    for spec in script.inputs:
        if spec.name not in read:
            message = f"the input `{spec.name}` of script {script.name} is declared and never used"
            yield Finding(
                "VK405", "warning", spec.place, message, "use it, or delete it here and in the prompts"
            )
    family = _reached(script.path, templates, shared=True) or ()
    known = {
        *_GIVEN,
        *(spec.name for spec in script.inputs),
        *(name for uses in family for name in uses.sets),
    }
    for uses in family:
        for name in sorted(uses.reads.keys() - known):
            message = f"script {script.name} uses `{name}` and does not declare it"
            place = Place(uses.path, uses.reads[name])
            yield Finding("VK406", "info", place, message, "declare it under `inputs`, with its type")


def _reached(path: str, templates: Mapping[str, _Uses], *, shared: bool) -> tuple[_Uses, ...] | None:
    """Return a template and all that it leads to, or None where one of them is missing."""
    found: dict[str, _Uses] = {}
    waiting = [path]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        if name not in templates:
            return None
        found[name] = templates[name]
        waiting += found[name].shares if shared else found[name].others
    return tuple(found.values())


def _read_all(project: Project) -> dict[str, _Uses]:
    folder = Path(project.root) / "templates"
    first = next(iter(project.scripts), None)
    if first is None:
        return {}
    loader = Folder(folder, first.place.path.removesuffix(f"/{first.path}"))
    names = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.j2")))
    read = ((name, _read(name, loader)) for name in names)
    return {name: uses for name, uses in read if uses is not None}


def _read(name: str, loader: Folder) -> _Uses | None:
    try:
        source, path, _ = loader.get_source(_PARSER, name)
        tree = _PARSER.parse(source, name, path)
    except (TemplateError, RenderError, RecursionError):
        return None
    reads: dict[str, int] = {}
    sets = {
        alias
        for node in tree.find_all((nodes.Import, nodes.FromImport, nodes.Macro))
        for alias in _aliases(node)
    }
    for node in tree.find_all(nodes.Name):
        if node.ctx == "load":
            reads.setdefault(node.name, node.lineno)
        else:
            sets.add(node.name)
    others = tuple(target for target, _ in gate.references(tree))
    return _Uses(path, reads, frozenset(sets), tuple(_sharing(tree)), others)


def _aliases(node: nodes.Node) -> Iterator[str]:
    """Yield the names that an import or a macro sets."""
    if isinstance(node, nodes.Import):
        yield node.target
    elif isinstance(node, nodes.Macro):
        yield node.name
    elif isinstance(node, nodes.FromImport):
        yield from (name if isinstance(name, str) else name[1] for name in node.names)


def _sharing(tree: nodes.Template) -> Iterator[str]:
    """Yield the templates that see the names of this one."""
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        if isinstance(node, nodes.Extends) or getattr(node, "with_context", False):
            yield from (target for target, _ in gate.references(nodes.Template([node])))


_PARSER = Bounded(trim_blocks=True, lstrip_blocks=True)  # it parses, and renders nothing
