"""`voicekit.yaml`: packs, endpoints and values; and the whole project, checked across its files."""

from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from attrs import evolve

from voicekit import _captions, _language, _select, _yaml, checks, targets
from voicekit import _limits as limits
from voicekit._load.across import check
from voicekit._load.endpoints import check_fallbacks, read_endpoints, read_environments
from voicekit._load.fields import Fields, is_file, is_written, kind, nearest, read_yaml, show
from voicekit._load.lexicons import Shelf
from voicekit._load.profiles import (
    load_profiles,
    missing_settings,
)
from voicekit._load.prompts import load_prompts
from voicekit._load.scripts import load_scripts
from voicekit._load.sets import places, with_sets
from voicekit._load.store import read_store
from voicekit.errors import ConfigError, Place, Problems
from voicekit.model import NO_VALUES, Budget, Ignored, Pack, Profile, Project, Prompt

FILE = "voicekit.yaml"
SEVERITIES = ("error", "warning", "info", "off")
DOLLARS = (0.0, 1e6)  # what a budget may state, USD
_FOLDER = f"name the folder of a project, where its {FILE} stands"
_RENAME = "rename the folder that is not, or run voicekit in the project's own folder"
_START = "run `voicekit init` here, or name a project with --project"


def find_root(start: Path) -> Path:
    """Return the nearest folder at or above `start` that holds a `voicekit.yaml`.

    Raises:
        ConfigError: There is none.
    """
    for folder in (start.absolute(), *start.absolute().parents):
        if (folder / FILE).is_file():
            return folder
    raise ConfigError.of(
        f"there is no {FILE} here or in a folder above", place=Place(str(start)), remedy=_START
    )


def load(root: Path, sets: Mapping[str, Any] = NO_VALUES) -> Project:
    """Read a whole project.

    Args:
        root: The folder with `voicekit.yaml`.
        sets: What ``--set KEY=VALUE`` says: settings, laid over every profile and prompt, and template values.

    Raises:
        ConfigError: With every problem that was found, in the order of files and lines.
    """
    problems = Problems()
    if not is_written(show(root, FILE), problems, _RENAME):
        problems.settle()
    top = _top(root, problems)
    shelf = Shelf(root)
    profiles = load_profiles(root, shelf, problems)
    scripts = load_scripts(root, problems)
    project = Project(
        root=str(root),
        name=top.text("name", required=True) or "",
        language=top.language("language"),
        values=top.values("values"),
        locales=_locales(top),
        endpoints=read_endpoints(top),
        environments=read_environments(top),
        selectors=_selectors(top),
        budget=_budget(top),
        store=read_store(top),
        foreign_templates=bool(top.boolean("foreign_templates")),
        **_checks(top),
        lexicons=shelf.names(top),
        profiles=profiles,
        scripts=scripts,
        packs=(),
    )
    lists: dict[str, tuple[Prompt, ...]] = {}
    named = [*project.endpoints, *project.environments]
    packs = _packs(top, root, profiles, named, lists, shelf)
    top.finish()
    project = evolve(project, packs=packs, shelf=shelf.lexicons, overlaid=bool(sets))
    project = with_sets(project, sets, problems)
    check(project, places(sets), problems)
    check_fallbacks(project, problems)
    problems.settle()
    return project


def _top(root: Path, problems: Problems) -> Fields:
    """Open the project's own file."""
    if not is_file(root / FILE):
        what, remedy = (f"there is no {FILE} here", _START) if root.is_dir() else ("is no folder", _FOLDER)
        raise ConfigError.of(what, place=Place(str(root)), remedy=remedy)
    data = read_yaml(root, FILE, limits.FILE_BYTES, problems)
    top = Fields(data, show(root, FILE), "", problems)
    top.broken = top.broken or len(problems) > 0
    return top


def _locales(fields: Fields) -> dict[str, Mapping[str, Any]]:
    """Read values by language, in the canonical case of their tags."""
    found: dict[str, Mapping[str, Any]] = {}
    outer = fields.mapping("locales")
    for tag in outer.data:
        inner = outer.mapping(tag)
        try:
            found[_language.canonical(tag)] = inner.values("values")
        except ValueError as error:
            outer.problem(tag, f"{error}", "write a language such as es or es-US")
        inner.finish()
    return found


def _checks(fields: Fields) -> dict[str, Any]:
    """Read what the project wants to hear of the checks: severities by code or pattern, `select`, and `ignore` by path."""
    inner = fields.mapping("checks")
    selected = inner.items("select")
    for code, place in selected:
        _known_code(code, place, inner.name("select"), inner.problems)
    ignored = _ignored(inner)
    severities = {}
    for code in (code for code in inner.data if code not in {"select", "ignore"}):
        severity = inner.text(code)
        _known_code(code, inner.place(code), inner.name(code), inner.problems)
        if severity in SEVERITIES:
            severities[code] = severity
        elif severity is not None:
            inner.problem(code, f"`{severity[:40]}` is not a severity", nearest(severity, SEVERITIES))
    return {"severities": severities, "selected": tuple(code for code, _ in selected), "ignored": ignored}


def _ignored(fields: Fields) -> tuple[Ignored, ...]:
    value, found = fields.take("ignore"), []
    if value is not None and not isinstance(value, _yaml.Seq):
        remedy = "write `ignore: [{path: prompts/old.yaml, codes: [VK601]}]`"
        fields.problem("ignore", f"expected a list, found {kind(value)}", remedy)
        return ()
    for number, (entry, line) in enumerate(zip(value or (), value.lines if value else (), strict=True)):
        inner = Fields(entry, fields.path, f"{fields.name('ignore')}[{number}]", fields.problems, line=line)
        path = inner.text("path", required=True)
        before = len(inner.problems)
        codes = inner.items("codes")
        if not (codes or inner.broken or len(inner.problems) > before):
            what = "names no check" if inner.has("codes") else "is missing"
            inner.problem("codes", what, "write `codes: [VK601]`")
        for code, place in codes:
            _known_code(code, place, inner.name("codes"), inner.problems)
        inner.finish()
        if path is not None and codes:
            found.append(Ignored(path, tuple(code for code, _ in codes), inner.place()))
    return tuple(found)


def _known_code(code: str, place: Place, where: str, problems: Problems) -> None:
    remedy = checks.unknown(code)
    if remedy is not None:
        problems.add(f"no check is called `{code[:40]}`", place=place, where=where, remedy=remedy)


def load_budget(root: Path) -> Budget:
    """Read what a project's `voicekit.yaml` says of money, and nothing else of the project.

    Raises:
        ConfigError: The file cannot be read, or its budget is wrong.
    """
    problems = Problems()
    budget = _budget(_top(root, problems))
    problems.settle()
    return budget


def _budget(fields: Fields) -> Budget:
    inner = fields.mapping("budget")
    found = Budget(inner.number("run", DOLLARS, " USD"), inner.number("month", DOLLARS, " USD"))
    inner.finish()
    return found


def _selectors(fields: Fields) -> dict[str, str]:
    """Read selections by name, each checked as the command line would."""
    outer = fields.mapping("selectors")
    found = {name: outer.text(name) or "" for name in outer.data}
    for name, problem in _select.wrong(found):
        outer.problem(name, problem.message, problem.remedy)
    return found


def _packs(
    top: Fields,
    root: Path,
    profiles: Mapping[str, Profile],
    endpoints: Collection[str],
    lists: dict[str, tuple[Prompt, ...]],
    shelf: Shelf,
) -> tuple[Pack, ...]:
    outer = top.mapping("packs")
    packs = []
    for name in outer.data:
        outer_place = outer.place(name)
        inner = outer.mapping(name)
        outer.word_key(name)
        endpoint = inner.text("endpoint")
        if endpoint is not None and endpoint not in endpoints:
            inner.problem(
                "endpoint",
                f"no endpoint or environment is called `{endpoint[:40]}`",
                nearest(endpoint, endpoints),
            )
        target = inner.text("target")
        if target is not None and target not in targets.find():
            inner.problem("target", f"no target is called `{target[:40]}`", nearest(target, targets.find()))
        pack = Pack(
            name=name,
            place=outer_place,
            prompts=_prompt_lists(inner, root, lists),
            profiles=_pack_profiles(inner, profiles, root),
            target=target,
            values=inner.values("values"),
            locales=_locales(inner),
            complete=bool(inner.boolean("complete")),
            endpoint=endpoint,
            lexicons=shelf.names(inner),
            captions=_caption_formats(inner),
        )
        inner.finish()
        _check_names(pack, inner)
        packs.append(pack)
    if not (outer.data or outer.broken or top.broken):
        top.problem(
            "packs",
            "there is no pack",
            "write `packs: {phone: {prompts: prompts.yaml, profiles: [telephony-en]}}`",
        )
    return tuple(packs)


def _caption_formats(fields: Fields) -> tuple[str, ...]:
    found = dict(fields.items("captions"))
    for name, place in found.items():
        if name not in _captions.FORMATS:
            message, remedy = f"`{name[:40]}` is no format of captions", nearest(name, _captions.FORMATS)
            fields.problems.add(message, place=place, where=fields.name("captions"), remedy=remedy)
    return tuple(found)


def _prompt_lists(fields: Fields, root: Path, lists: dict[str, tuple[Prompt, ...]]) -> tuple[Prompt, ...]:
    """Read the lists that a pack names; each file is read once."""
    if isinstance(fields.data.get("prompts"), list):
        names = fields.items("prompts")
    else:
        name = fields.text("prompts", required=True)
        names = () if name is None else ((name, fields.place("prompts")),)
    prompts: list[Prompt] = []
    seen: set[str] = set()
    for given, place in names:
        name = PurePosixPath(given).as_posix()
        wrong = _not_a_list(root, name) if name not in seen else ("is named twice", "remove one of the two")
        seen.add(name)
        if wrong:
            message, remedy = wrong
            fields.problems.add(message, place=place, where=fields.name("prompts"), remedy=remedy)
            continue
        if name not in lists:
            lists[name] = load_prompts(root, name, fields.problems)
        prompts.extend(lists[name])
    return tuple(prompts)


def _not_a_list(root: Path, name: str) -> tuple[str, str] | None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        return "leads out of the project", "name a file below the project's folder"
    if path.suffix not in {".yaml", ".csv"}:
        return "is neither a .yaml nor a .csv file", "name a prompt list"
    if not is_file(root / path):
        return f"there is no file {name[:80]}", "create it, or correct the name"
    return None


def _pack_profiles(fields: Fields, profiles: Mapping[str, Profile], root: Path) -> tuple[Profile, ...]:
    before = len(fields.problems)
    names: dict[str, Place] = {}
    for name, place in fields.items("profiles"):
        names.setdefault(name, place)
    if not (names or fields.has("profiles") or fields.broken):
        fields.problem("profiles", "is missing", "write `profiles: [telephony-en]`")
    elif not names and len(fields.problems) == before and not fields.broken:
        fields.problem("profiles", "is empty", "name at least one profile")
    found = []
    for name, place in names.items():
        problem = partial(fields.problems.add, place=place, where=fields.name("profiles"))
        if name in profiles:
            found.append(profiles[name])
            for key in missing_settings(profiles[name]):
                remedy = f"write `{key}:` in {show(root, f'profiles/{name}.yaml')}"
                problem(f"profile {name} states no `{key}`, itself or by extends", remedy=remedy)
        elif not is_file(root / "profiles" / f"{name}.yaml"):
            remedy = nearest(name, profiles, none=f"write it as {show(root, f'profiles/{name[:60]}.yaml')}")
            problem(f"no profile is called `{name[:60]}`", remedy=remedy)
    return tuple(found)


def _check_names(pack: Pack, fields: Fields) -> None:
    """Refuse prompts of a pack whose names are the same, or the same but for case.

    An id may be there once for each of several locales, which no language matches both of: their files stand apart.
    """
    earlier: dict[str, list[Prompt]] = {}
    for prompt in pack.prompts:
        namesakes = earlier.setdefault(prompt.id.casefold(), [])
        twin = next((other for other in namesakes if _collide(prompt, other)), None)
        namesakes.append(prompt)
        if twin is None:
            continue
        what = "is there twice" if twin.id == prompt.id else "differs from another only by case"
        fields.problems.add(
            f"the id {prompt.id} {what} in pack {pack.name}; the first stands at {twin.place}",
            place=prompt.place_of("id"),
            remedy="rename one of the two",
        )


def _collide(one: Prompt, other: Prompt) -> bool:
    if one.id != other.id or one.locale is None or other.locale is None:
        return True
    return _language.matches(one.locale, other.locale)
