"""What the command line says with ``--set KEY=VALUE``: settings and template values, laid over everything."""

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve

from voicekit._load.options import laid_over
from voicekit._load.profiles import SETTINGS, command_line, problem_after_combining, restated
from voicekit.errors import Place, Problems
from voicekit.model import Profile, Project, Prompt


def with_sets(project: Project, sets: Mapping[str, Any], problems: Problems) -> Project:
    """Lay what the command line says over every profile and prompt."""
    if not sets:
        return project
    known_values = set(_value_names(project))
    settings: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for key, value in sets.items():
        name = key.removeprefix("values.")
        if name != key or (key in known_values and key not in SETTINGS):
            values[name] = value
        else:
            settings[key] = value
    override = command_line(settings, problems)

    def changed(profile: Profile) -> Profile:
        stated = restated(profile.stated, {key: Place("--set") for key in override})
        profile = evolve(profile, settings=laid_over(profile.settings, override), stated=stated)
        problem_after_combining(profile.settings, profile.stated, profile.place, problems)
        return profile

    def said(prompt: Prompt) -> Prompt:
        kept = _without(prompt.override, override)
        return evolve(prompt, override=kept, values={**prompt.values, **_wanted(values, prompt, project)})

    packs = tuple(
        evolve(
            pack,
            profiles=tuple(map(changed, pack.profiles)) if override else pack.profiles,
            prompts=tuple(map(said, pack.prompts)),
            values=_without(pack.values, values),
            locales={tag: _without(held, values) for tag, held in pack.locales.items()},
        )
        for pack in project.packs
    )
    locales = {tag: _without(held, values) for tag, held in project.locales.items()}
    return evolve(project, packs=packs, values={**project.values, **values}, locales=locales)


def places(sets: Mapping[str, Any]) -> dict[str, Place]:
    """Return where those template values stand that the command line says, by their names."""
    return {key.removeprefix("values."): Place("--set") for key in sets if key not in SETTINGS}


def _without(held: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return what is left of values or settings once nearer ones of these names take their place."""
    return {name: value for name, value in held.items() if name not in set(names)}


def _wanted(values: Mapping[str, Any], prompt: Prompt, project: Project) -> dict[str, Any]:
    """Return those of the command line's values that this prompt states or its script declares."""
    declared = {
        spec.name for script in project.scripts if script.name == prompt.script for spec in script.inputs
    }
    return {name: value for name, value in values.items() if name in prompt.values or name in declared}


def _value_names(project: Project) -> Iterable[str]:
    yield from project.values
    for pack in project.packs:
        yield from pack.values
        for prompt in pack.prompts:
            yield from prompt.values
    for script in project.scripts:
        yield from (spec.name for spec in script.inputs)
