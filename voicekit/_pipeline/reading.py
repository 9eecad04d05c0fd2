"""Load, render, adapt: a project → each prompt as each of its profiles says it."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen, mutable

from voicekit import _adapt, providers, ssml
from voicekit._load.options import laid_over
from voicekit._load.project import find_root
from voicekit._load.project import load as load_project
from voicekit._pipeline.scope import Scope
from voicekit._render.render import LeftOut, Renderer
from voicekit.errors import MarkupError, Place, Problem, Problems, RenderError
from voicekit.model import (
    NO_VALUES,
    Ask,
    Capabilities,
    Finding,
    Limit,
    Pack,
    Profile,
    Project,
    Prompt,
    Speech,
)


@frozen
class Rendered:
    """One prompt as one profile says it."""

    pack: Pack
    prompt: Prompt
    profile: Profile
    speech: Speech
    said: _adapt.Said
    text: str

    @property
    def asks(self) -> tuple[Ask, ...]:
        """The requests that say it, one for each piece."""
        return self.said.asks


@mutable
class Reading:
    """What became of a project's prompts: those that render, and what is wrong or left out."""

    rows: list[Rendered] = field(factory=list)
    findings: list[Finding] = field(factory=list)


def load(root: str | os.PathLike[str] | None = None, *, sets: Mapping[str, Any] = NO_VALUES) -> Project:
    """Read a project and check it across its files.

    Args:
        root: Its folder; by default the nearest one at or above the current folder with a `voicekit.yaml`.
        sets: Settings and template values laid over everything, as ``--set`` gives them.

    Raises:
        ConfigError: With every problem that was found.
    """
    return load_project(Path(root) if root is not None else find_root(Path.cwd()), sets)


def render(project: Project, scope: Scope | None = None) -> Reading:
    """Render every selected prompt in every profile of its pack that speaks its language.

    Raises:
        RenderError: With every value and template that does not work.
    """
    renderer = Renderer(project)
    reading, spoiled = Reading(), _Spoiled()
    for pack, prompt, profile in _combinations(project):
        if scope is not None and not scope.takes(pack, prompt, profile):
            continue
        settled = overridden(profile, prompt)
        try:
            speech = renderer.render(pack, prompt, settled)
        except LeftOut as left:
            reading.findings.extend(_left_out(left, pack, profile))
        except MarkupError as error:
            reading.findings.extend(_as_finding("VK101", problem) for problem in error.problems)
        except RenderError as error:
            spoiled.note(error, prompt)
        else:
            try:
                said = adapted(project, pack, settled, speech)
            except MarkupError as error:
                reading.findings.extend(_as_finding("VK201", problem) for problem in error.problems)
                continue
            reading.rows.append(Rendered(pack, prompt, settled, speech, said, text_of(speech)))
    spoiled.settle()
    return reading


class _Spoiled:
    """What could not be rendered: one mistake of a template is told once, however many prompts it spoils."""

    def __init__(self) -> None:
        self._prompts: dict[Problem, dict[str, None]] = {}

    def note(self, error: RenderError, prompt: Prompt) -> None:
        """Note the mistakes of one rendering, and go on."""
        for problem in error.problems:
            message = problem.message.removesuffix(f" (while rendering prompt {prompt.id})")
            named = {prompt.id: None} if message != problem.message else {}
            self._prompts.setdefault(evolve(problem, message=message), {}).update(named)

    def settle(self) -> None:
        """Raise what was noted, if anything was.

        Raises:
            RenderError: With each mistake, and the first of the prompts that it was met in.
        """
        problems = Problems()
        for problem, prompts in self._prompts.items():
            others = f" and {len(prompts) - 1:,} more" if len(prompts) > 1 else ""
            said = f" (while rendering prompt {next(iter(prompts))}{others})" if prompts else ""
            problems.extend([evolve(problem, message=f"{problem.message}{said}")])
        problems.settle(RenderError)


def adapted(project: Project, pack: Pack, profile: Profile, speech: Speech) -> _adapt.Said:
    """Adapt a speech to the voice of a profile, and split it where it is too long for one request."""
    provider = providers.get(profile.settings.provider or "")
    capabilities, settings = provider.capabilities, profile.settings
    family = provider.family(settings.voice or "", settings.options)
    most: Limit | Capabilities = (
        family.limit if family is not None and family.limit is not None else capabilities
    )
    try:
        said = _adapt.asks(
            speech,
            settings,
            family=family,
            lexicons=_adapt.scoped(project, pack, profile),
            limit=most.number if isinstance(most, Limit) else most.limit,
            inputs=capabilities.inputs,
            pronunciations=capabilities.pronunciations,
            size=len if most.unit == "characters" else lambda text: len(text.encode()),
        )
        timed = bool(pack.captions) and capabilities.marks
        return evolve(said, asks=tuple(_carried(ask, capabilities, timed=timed) for ask in said.asks))
    except MarkupError as error:
        raise MarkupError(tuple(_in_source(problem, speech) for problem in error.problems)) from None


def _carried(ask: Ask, capabilities: Capabilities, *, timed: bool) -> Ask:
    """Leave out what the wire does not carry, and ask for the times of marks where captions are made of them."""
    marks = timed and "<mark" in (ask.ssml or "")
    return (
        evolve(providers.carried(ask, capabilities), marks=marks)
        if marks
        else providers.carried(ask, capabilities)
    )


def _in_source(problem: Problem, speech: Speech) -> Problem:
    at = problem.place
    known = at is not None and at.line is not None and at.column is not None
    place = speech.place_at(at.line, at.column) if known else speech.place  # type: ignore[union-attr, arg-type]
    return evolve(problem, place=place)


def _combinations(project: Project) -> Iterator[tuple[Pack, Prompt, Profile]]:
    for pack in project.packs:
        for prompt in pack.prompts:
            for profile in pack.profiles:
                yield pack, prompt, profile


def overridden(profile: Profile, prompt: Prompt) -> Profile:
    """Return a profile as one prompt wants it."""
    return (
        evolve(profile, settings=laid_over(profile.settings, prompt.override)) if prompt.override else profile
    )


def text_of(speech: Speech) -> str:
    """Return the words of a speech."""
    return speech.content if isinstance(speech.content, str) else ssml.plain_text(speech.content)


def _left_out(left: LeftOut, pack: Pack, profile: Profile) -> Iterator[Finding]:
    if left.reason is not None:
        message = f"left out of pack {pack.name} for profile {profile.name}: {left.reason}"
        remedy = "write the template in that language, give the prompt a locale, or take the profile out of the pack"
        yield Finding("VK401", "error" if pack.complete else "warning", left.place, message, remedy)


def _as_finding(code: str, problem: Problem) -> Finding:
    return Finding(code, "error", problem.place or Place("?"), problem.message, problem.remedy)
