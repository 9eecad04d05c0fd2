"""Where each setting and value of a row comes from: a file and its line, the command line, or a default."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from voicekit import _language
from voicekit._pipeline.reading import Rendered, render
from voicekit._pipeline.saved import Asked
from voicekit._pipeline.scope import scope
from voicekit._render.render import Renderer
from voicekit.model import Plan, Project

_SETTINGS = (
    "provider",
    "language",
    "voice",
    "pitch",
    "rate",
    "gain",
    "effects",
    "encoding",
    "sample_rate",
    "bit_rate",
    "channels",
    "options",
)
_SILENT = "not stated: the vendor's own, not sent"


@frozen
class Explained:
    """One setting or value of a prompt in a profile, and who says so."""

    pack: str
    prompt: str
    profile: str
    name: str
    value: Any
    source: str


def explain(project: Project, planned: Plan, asked: Asked) -> Iterator[Explained]:
    """Tell where everything that decides a plan's requests comes from, prompt by prompt.

    Args:
        project: The project.
        planned: Its plan.
        asked: The flags that the plan was made with.
    """
    endpoints = {(row.pack, row.prompt, row.profile): row.endpoint for row in planned.requests}
    for row in render(project, scope(project, asked.select, asked.exclude)).rows:
        endpoint = endpoints.get((row.pack.name, row.prompt.id, row.profile.name))
        if endpoint is not None:
            yield from _explain(project, row, via=asked.via, endpoint=endpoint)


def _explain(project: Project, row: Rendered, *, via: str | None, endpoint: str) -> Iterator[Explained]:
    """Tell where everything that decides a row's requests comes from.

    Args:
        project: The project.
        row: A rendered prompt.
        via: The endpoint or environment that the command line names.
        endpoint: The endpoint that answers.
    """

    def line(name: str, value: Any, source: str) -> Explained:
        return Explained(row.pack.name, row.prompt.id, row.profile.name, name, value, source)

    said = "--via" if via else f"pack {row.pack.name}" if row.pack.endpoint else "default"
    yield line("endpoint", endpoint, said)
    for name in _SETTINGS:
        value = getattr(row.profile.settings, name)
        if name in row.prompt.override:
            yield line(name, value, f"override, {row.prompt.place_of(f'override.{name}')}")
        elif name in row.profile.stated:
            yield line(name, value, _stated(row, name))
        elif name == "options" and value:
            yield line(name, value, f"profile {row.profile.name}")
        elif name != "options":
            yield line(name, value or None, _SILENT)
    for name, (value, source) in sorted(_values(project, row).items()):
        yield line(f"values.{name}", value, source)


def _stated(row: Rendered, name: str) -> str:
    place = row.profile.stated[name]
    if place.line is None:
        return place.path
    stem = place.path.rpartition("/")[2].removesuffix(".yaml")
    return f"{'profile' if stem == row.profile.name else 'base profile'} {stem}, {place}"


def _values(project: Project, row: Rendered) -> Mapping[str, tuple[Any, str]]:
    """Return each value that reaches the template and the nearest place that states it."""
    language = row.profile.settings.language or ""
    script = next((one for one in project.scripts if one.place.path == row.speech.place.path), None)
    found: dict[str, tuple[Any, str]] = {}
    for spec in script.inputs if script else ():
        if not spec.required:
            found[spec.name] = (spec.default, f"default, {spec.place}")
    for holder, named in ((project, "voicekit.yaml"), (row.pack, f"pack {row.pack.name}")):
        found |= {name: (value, named) for name, value in holder.values.items()}
        for tag in reversed(_language.lookup(holder.locales, language)):
            found |= {name: (value, f"{named}, locale {tag}") for name, value in holder.locales[tag].items()}
    for name in row.prompt.values:
        found[name] = (row.prompt.values[name], f"prompt, {row.prompt.place_of(f'values.{name}')}")
    reaching = {spec.name for spec in script.inputs} if script else set(row.prompt.values)
    merged = Renderer(project).values(row.pack, row.prompt, language)
    return {
        name: (merged.get(name, value), source) for name, (value, source) in found.items() if name in reaching
    }
