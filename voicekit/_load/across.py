"""What a project's files say of each other: scripts that prompts name, values for their inputs, overrides of profiles."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from voicekit import _inputs
from voicekit._load.fields import nearest
from voicekit._load.options import laid_over
from voicekit._load.profiles import problem_after_combining, restated
from voicekit._load.scripts import without_front_matter
from voicekit.errors import Place, Problems
from voicekit.model import Pack, Project, Prompt, Script


def check(project: Project, said: Mapping[str, Place], problems: Problems) -> None:
    """Check what needs more than one file; `said` holds the places of values that the command line says."""
    by_name: dict[str, list[Script]] = {}
    for script in project.scripts:
        by_name.setdefault(script.name, []).append(script)
    _check_variants(by_name, problems)
    for pack in project.packs:
        checked: set[tuple[Any, ...]] = set()
        ids = {prompt.id for prompt in pack.prompts}
        for prompt in pack.prompts:
            if prompt.script is not None:
                _check_script(prompt, by_name, said, project.root, problems)
            if prompt.moved is not None and prompt.moved in ids:
                message = f"`{prompt.moved[:80]}` is still the id of another prompt of pack {pack.name}"
                remedy = "remove `moved`, or the other prompt"
                problems.add(message, place=prompt.place_of("moved"), where="moved", remedy=remedy)
            if prompt.override:
                _check_override(pack, prompt, checked, problems)


def _check_variants(by_name: Mapping[str, list[Script]], problems: Problems) -> None:
    for name, variants in by_name.items():
        seen: dict[tuple[str | None], Script] = {}
        for script in variants:
            twin = seen.setdefault((script.language,), script)
            if twin is not script:
                language = script.language or "no language"
                message = f"script {name} is there twice for {language}; the first is {twin.place.path}"
                problems.add(message, place=script.place, remedy="remove one of the two")


def _no_script(prompt: Prompt, known: Iterable[str], root: str, problems: Problems) -> None:
    name = prompt.script or ""
    message = f"there is no script `{name[:80]}` in templates/"
    remedy = nearest(name, known, none="write it as templates/NAME.ssml.j2, or .txt.j2, with front matter")
    template = without_front_matter(Path(root), name)
    if template is not None:
        path, begun = template
        if begun:
            return
        message, remedy = f"{path} has no front matter, so it is no script", "begin it with two lines `---`"
    problems.add(message, place=prompt.place_of("script"), where="script", remedy=remedy)


def _check_script(
    prompt: Prompt,
    by_name: Mapping[str, list[Script]],
    said: Mapping[str, Place],
    root: str,
    problems: Problems,
) -> None:
    variants = by_name.get(prompt.script or "", [])
    if not variants:
        _no_script(prompt, by_name, root, problems)
        return
    inputs = {spec.name: spec for script in variants for spec in script.inputs}
    for name, value in prompt.values.items():
        where = f"each.{name}" if f"each.{name}" in prompt.lines and name not in said else f"values.{name}"
        place = said.get(name) or prompt.place_of(where)
        if name not in inputs:
            message = f"script {prompt.script} has no input `{name}`"
            remedy = nearest(name, inputs, none="declare it under the script's `inputs`, or leave it out")
            problems.add(message, place=place, where=where, remedy=remedy)
            continue
        try:
            _inputs.accept(inputs[name], value, from_text=prompt.cells)
        except (ValueError, TypeError) as error:
            remedy = f"see the input `{name}` at {inputs[name].place}"
            problems.add(f"{error}", place=place, where=where, remedy=remedy)


def _check_override(pack: Pack, prompt: Prompt, checked: set[tuple[Any, ...]], problems: Problems) -> None:
    """Check an override once for each profile, after the two are combined."""
    place = prompt.place_of("override")
    for profile in pack.profiles:
        key = (
            place,
            profile.name,
            tuple(sorted((name, repr(value)) for name, value in prompt.override.items())),
        )
        if key not in checked:
            checked.add(key)
            places = {name: prompt.place_of(f"override.{name}") for name in prompt.override}
            stated = restated(profile.stated, places)
            problem_after_combining(laid_over(profile.settings, prompt.override), stated, place, problems)
