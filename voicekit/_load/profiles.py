"""Profiles: one file each, combined along `extends`, checked alone and once more after they are combined."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from voicekit import _limits as limits
from voicekit import providers
from voicekit._load.fields import Fields, is_name, nearest, read_yaml, show
from voicekit._load.lexicons import Shelf
from voicekit._load.options import laid_over, read_options
from voicekit._load.possible import not_possible
from voicekit._sound import encodings
from voicekit.errors import Place, Problems
from voicekit.model import Profile, Settings

FOLDER = "profiles"
SETTINGS = (
    *("provider", "language", "voice", "pitch", "rate", "gain", "effects"),
    *("encoding", "sample_rate", "bit_rate", "channels"),
)


@frozen
class Statement:
    """What one file says itself, before `extends`.

    `settings` holds what it states and what is fine; a rate of 0.0 is there as None. `lines` holds all that it states.
    """

    name: str
    path: str
    extends: str | None
    settings: Mapping[str, Any]
    lines: Mapping[str, int]
    title: str
    lexicons: tuple[str, ...]


def load_profiles(root: Path, shelf: Shelf, problems: Problems) -> dict[str, Profile]:
    """Read every profile of the project; those with problems are left out of the result."""
    statements: dict[str, Statement | None] = {}
    for path in sorted((root / FOLDER).glob("*.y*ml")) if (root / FOLDER).is_dir() else []:
        relative = f"{FOLDER}/{path.name}"
        if path.suffix != ".yaml":
            problems.add("is not read", place=Place(show(root, relative)), remedy="rename it to end in .yaml")
        elif not is_name(path.stem):
            remedy = "use letters, digits, `.`, `_` and `-` in the file's name"
            problems.add("is not a plain name", place=Place(show(root, relative)), remedy=remedy)
        else:
            statements[path.stem] = _read(root, relative, path.stem, shelf, problems)
    return _combine_all(statements, problems)


def _read(root: Path, relative: str, name: str, shelf: Shelf, problems: Problems) -> Statement | None:
    before = len(problems)
    data = read_yaml(root, relative, limits.FILE_BYTES, problems)
    fields = Fields(data, show(root, relative), "", problems)
    if len(problems) > before:
        return None
    extends = fields.text("extends")
    title = fields.text("title") or ""
    fields.text("description")
    lexicons = shelf.names(fields)
    settings = read_settings(fields)
    fields.finish()
    return Statement(name, fields.path, extends, settings, fields.lines, title, lexicons)


def read_settings(fields: Fields) -> dict[str, Any]:
    """Read the settings that a mapping states, each checked alone. Used for profiles, overrides and the command line."""
    found: dict[str, Any] = {
        "provider": _provider(fields),
        "language": fields.language("language"),
        "voice": fields.text("voice"),
        "pitch": fields.number("pitch", limits.PITCH, " semitones"),
        "rate": fields.number("rate", limits.RATE, " (or 0.0 for the voice's own)", also=0.0),
        "gain": fields.number("gain", limits.GAIN, " dB"),
        "effects": _effects(fields),
        "encoding": _encoding(fields),
        "sample_rate": fields.integer("sample_rate", limits.SAMPLE_RATE, " Hz"),
        "bit_rate": fields.integer("bit_rate", limits.BIT_RATE, " bit/s"),
        "channels": fields.integer("channels", limits.CHANNELS),
    }
    stated = {key: value for key, value in found.items() if value is not None}
    if stated.get("rate") == 0:
        stated["rate"] = None
    options = read_options(fields)
    if options is not None:
        stated["options"] = options
    return stated


def _provider(fields: Fields) -> str | None:
    name = fields.text("provider")
    if name is not None and name not in providers.find():
        fields.problem("provider", f"no provider is called `{name[:40]}`", nearest(name, providers.find()))
        return None
    return name


def _effects(fields: Fields) -> tuple[str, ...] | None:
    if not fields.has("effects"):
        fields.take("effects")
        return None
    effects = fields.items("effects")
    for effect, place in effects:
        if effect not in limits.EFFECTS:
            message, remedy = f"unknown effect `{effect[:60]}`", nearest(effect, limits.EFFECTS)
            fields.problems.add(message, place=place, where=fields.name("effects"), remedy=remedy)
    return tuple(effect for effect, _ in effects if effect in limits.EFFECTS)


def _encoding(fields: Fields) -> str | None:
    name = fields.text("encoding")
    if name is None:
        return None
    wrong = encodings.problem_with(name, None)
    if wrong:
        fields.problem("encoding", *wrong)
        return None
    return name


def _combine_all(statements: Mapping[str, Statement | None], problems: Problems) -> dict[str, Profile]:
    profiles: dict[str, Profile] = {}
    for name in statements:
        chain = _chain(name, statements, problems)
        if chain is not None:
            profiles[name] = _combine(chain)
    for profile in profiles.values():
        problem_after_combining(profile.settings, profile.stated, profile.place, problems)
    return profiles


def _chain(
    name: str, statements: Mapping[str, Statement | None], problems: Problems
) -> list[Statement] | None:
    """Follow `extends` from a profile to its root, nearest first; None where it does not end well."""
    chain: list[Statement] = []
    parent: str | None = name
    while parent is not None:
        statement = statements[parent]
        if statement is None:
            return None  # its file could not be read, and that is told
        chain.append(statement)
        parent = statement.extends
        if parent is None:
            break
        here = Place(chain[-1].path, chain[-1].lines.get("extends"))
        if parent not in statements:
            problems.add(
                f"no profile is called `{parent[:60]}`",
                place=here,
                where="extends",
                remedy=nearest(parent, statements),
            )
            return None
        names = [statement.name for statement in chain]
        if parent in names:
            circle = " → ".join([*names[names.index(parent) :], parent])
            problems.add(
                f"profiles extend each other in a circle: {circle}",
                place=here,
                where="extends",
                remedy="remove one `extends`",
            )
            return None
    return chain


def _combine(chain: list[Statement]) -> Profile:
    settings: dict[str, Any] = {}
    options: dict[str, Any] = {}
    stated: dict[str, Place] = {}
    for statement in reversed(chain):
        options.update(statement.settings.get("options", ()))
        settings.update({key: value for key, value in statement.settings.items() if key != "options"})
        keys = [key for key in SETTINGS if key in statement.lines]
        stated = restated(stated, {key: Place(statement.path, statement.lines[key]) for key in keys})
    nearest_statement = chain[0]
    return Profile(
        name=nearest_statement.name,
        place=Place(nearest_statement.path, 1),
        settings=laid_over(Settings(**settings), {"options": tuple(options.items())}),
        stated=stated,
        chain=tuple(statement.name for statement in chain),
        title=nearest_statement.title,
        lexicons=tuple(dict.fromkeys(name for statement in chain for name in statement.lexicons)),
    )


def restated(stated: Mapping[str, Place], places: Mapping[str, Place]) -> dict[str, Place]:
    """Return where each setting is stated once `places` are laid over; the nearest statements are the last."""
    return {**{key: place for key, place in stated.items() if key not in places}, **places}


def problem_after_combining(
    settings: Settings, stated: Mapping[str, Place], place: Place, problems: Problems
) -> None:
    """Note what is wrong only once settings come together: an encoding and its rates, or a provider and what it takes.

    Each is noted where the last of the two was stated.
    """
    for wrong in not_possible(settings):
        keys = (*wrong.beside, wrong.setting)
        last = next((stated[key] for key in reversed([*stated]) if key in keys), place)
        problems.add(wrong.message, place=last, where=wrong.setting, remedy=wrong.remedy)


def missing_settings(profile: Profile) -> tuple[str, ...]:
    """Name what a profile must state, itself or by `extends`, before anything can be asked with it."""
    needed = ("provider", "language", "voice", "encoding")
    return tuple(key for key in needed if key not in profile.stated)


def command_line(pairs: Mapping[str, Any], problems: Problems, *, shown: str = "--set") -> dict[str, Any]:
    """Read settings that were given on the command line as ``--set KEY=VALUE``."""
    from voicekit._yaml import Map

    data = Map(0)  # no line: there is no file
    for key, value in pairs.items():
        data[key] = value
    fields = Fields(data, shown, "", problems)
    settings = read_settings(fields)
    fields.finish()
    return settings
