"""Rendering one prompt for one profile: which script, which values, and what comes out."""

from collections.abc import Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from attrs import evolve

from voicekit import _inputs, _language, ssml
from voicekit._render.door import plain
from voicekit._render.fence import Fence
from voicekit._render.inside import Inside, Order, Press
from voicekit._render.source_map import Locate, in_block, locator
from voicekit.errors import ConfigError, MarkupError, Place, Problem, RenderError
from voicekit.model import Pack, Profile, Project, Prompt, Script, Speech

_MARKERS = ("{{", "{%", "{#")


class LeftOut(Exception):
    """A prompt is not said by a profile. `reason` is None where the prompt's own locale decides it."""

    def __init__(self, reason: str | None, place: Place) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place


class Renderer:
    """Renders the prompts of one project: in this process, or behind a fence where its templates are foreign."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._folder = Path(project.root) / "templates"
        self._scripts: dict[str, list[Script]] = {}
        for script in project.scripts:
            self._scripts.setdefault(script.name, []).append(script)

    def render(self, pack: Pack, prompt: Prompt, profile: Profile) -> Speech:
        """Render a prompt for a profile.

        Returns:
            The speech: a tidied SSML tree, or plain text.

        Raises:
            LeftOut: The prompt is not for this profile's language.
            RenderError: A value is missing or does not fit, or the template cannot run.
            MarkupError: What came out is not well-formed SSML.
        """
        language = profile.settings.language or ""
        if prompt.locale is not None and not _language.matches(prompt.locale, language):
            raise LeftOut(None, prompt.place)
        values = plain(self.values(pack, prompt, language), prompt.place)
        if prompt.script is not None:
            return self._render_script(prompt, language, values)
        return self._render_literal(prompt, language, values)

    def _render_script(self, prompt: Prompt, language: str, values: Mapping[str, Any]) -> Speech:
        script = self._choose(prompt, language)
        stated = script.language or prompt.locale or self._project.language
        _same_language(stated, language, script.name, prompt.place)
        context = _fill(script, values, prompt)
        order = Order(script.kind, language, script.path, context, prompt.id, script.place)
        text = self._press.render(order)
        locate = locator(partial(self._press.places, order), text, script.place)
        return _speech(text, script.kind, script.place, stated, locate)

    def _choose(self, prompt: Prompt, language: str) -> Script:
        """Choose a script's variant by BCP-47 lookup: the profile's tag, then its prefixes, then no tag."""
        variants = {script.language: script for script in self._scripts[prompt.script or ""]}
        for tag in _language.lookup((tag for tag in variants if tag is not None), language):
            return variants[tag]
        if None in variants:
            return variants[None]
        same = sorted(tag for tag in variants if tag is not None and _language.matches(tag, language))
        if same:
            return variants[same[0]]
        has = ", ".join(sorted(tag for tag in variants if tag))
        raise LeftOut(
            f"script {prompt.script} has no {language} template (it has {has})", prompt.place_of("script")
        )

    def _render_literal(self, prompt: Prompt, language: str, values: Mapping[str, Any]) -> Speech:
        column = "text" if prompt.text is not None else "ssml"
        source = prompt.text if prompt.text is not None else prompt.ssml or ""
        place = prompt.place_of(column)
        stated = prompt.locale or self._project.language
        _same_language(stated, language, prompt.id, place)
        kind = "txt" if column == "text" else "ssml"
        find = None
        if any(marker in source for marker in _MARKERS):
            order = Order(kind, language, source, values, prompt.id, place, literal=True)
            source, find = self._press.render(order), partial(self._press.places, order)
        body = prompt.lines.get(f"{column}.body")
        locate = None if body is None else in_block(find, source, place, body)
        return _speech(source, kind, place, stated, locate)

    @cached_property
    def _press(self) -> Press:
        return (Fence if self._project.foreign_templates else Inside)(self._folder, self._shown())

    def _shown(self) -> str:
        script = next(iter(self._project.scripts), None)
        return script.place.path.removesuffix(f"/{script.path}") if script else "templates"

    def values(self, pack: Pack, prompt: Prompt, language: str) -> dict[str, Any]:
        """Merge values, the nearest last: project, its locale, pack, its locale, prompt."""
        merged: dict[str, Any] = {}
        for holder in (self._project, pack):
            merged.update(holder.values)
            for tag in reversed(_language.lookup(holder.locales, language)):
                merged.update(holder.locales[tag])
        merged.update(prompt.values)
        return merged


def _same_language(stated: str | None, language: str, what: str, place: Place) -> None:
    if stated is not None and not _language.same_language(stated, language):
        raise LeftOut(f"{what} is written in {stated}, which a voice of {language} does not speak", place)


def _fill(script: Script, values: Mapping[str, Any], prompt: Prompt) -> dict[str, Any]:
    """Bring the values of a script's inputs to the form that templates see; undeclared values pass as they are."""
    context = dict(values)
    wrong: list[ConfigError] = []
    for spec in script.inputs:
        if spec.name not in values:
            if spec.required:
                message = f"the input `{spec.name}` of script {script.name} has no value"
                remedy = f"write `values: {{{spec.name}: …}}` in the prompt, its pack or the project"
                wrong.append(RenderError.of(message, place=prompt.place_of("values"), remedy=remedy))
                continue
            context[spec.name] = spec.default if spec.default is None else _inputs.accept(spec, spec.default)
            continue
        try:
            from_text = prompt.cells and spec.name in prompt.values
            context[spec.name] = _inputs.accept(spec, values[spec.name], from_text=from_text)
        except (ValueError, TypeError) as error:
            remedy = f"see the input at {spec.place}"
            place = prompt.place_of(f"values.{spec.name}")
            wrong.append(RenderError.of(f"{error}", place=place, where=f"values.{spec.name}", remedy=remedy))
    if wrong:
        raise RenderError(tuple(problem for error in wrong for problem in error.problems))
    return context


def _speech(text: str, kind: str, place: Place, language: str | None, locate: Locate | None = None) -> Speech:
    if kind == "txt":
        return Speech(text.strip(), place, language, locate and partial(_behind, locate, text))
    try:
        tree = ssml.tidy(ssml.parse(text))
    except MarkupError as error:
        raise MarkupError(tuple(_in_source(problem, place, locate) for problem in error.problems)) from None
    return Speech(tree, place, language, locate, text if locate else "")


def _behind(locate: Locate, text: str, line: int, column: int) -> Place:
    """Locate a position of a text whose leading blank space was cut."""
    cut = text[: len(text) - len(text.lstrip())]
    lines = cut.count("\n")
    return locate(line + lines, column + len(cut) - cut.rfind("\n") - 1 if line == 1 else column)


def _in_source(problem: Problem, place: Place, locate: Locate | None) -> Problem:
    """Point at the source, and say where in the rendered text the parser stopped."""
    at = problem.place
    if at is None or at.line is None or at.column is None:
        return evolve(problem, place=place)
    source = locate(at.line, at.column) if locate else place
    message = f"{problem.message} (rendered line {at.line}, column {at.column})"
    return evolve(problem, place=source, message=message)
