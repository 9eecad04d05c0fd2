"""T20: a wrong configuration. Every problem in one run, with file, line and remedy; what may be secret is not repeated.

Every field of every file of a project that uses all of them is deleted, given another type, renamed and written twice; so is
every cell and column of a list in CSV, and every attribute and element of a lexicon. What has to be a problem is decided by the
published JSON Schemas, and for a lexicon by PLS 1.0, and not by the loader.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from attrs import frozen

import voicekit
from kit import planted
from kit.planted import CANARY, Planted
from kit.projects import write
from voicekit._load import cases
from voicekit.cli import _schemas
from voicekit.errors import ConfigError, Problem

Figure = Callable[..., None]
Path_ = tuple[str | int, ...]

FILES: Mapping[str, Any] = {
    "voicekit.yaml": {
        "name": "acme-ivr",
        "language": "en-US",
        "values": {"company": "Acme", "seats": 4},
        "locales": {"es-US": {"values": {"company": "Acme SA"}}},
        "foreign_templates": False,
        "packs": {
            "phone": {
                "prompts": ["prompts.yaml", "prompts.csv"],
                "profiles": ["en", "es"],
                "target": "telephony",
                "endpoint": "paid",
                "values": {"hours": "nine"},
                "locales": {"es-US": {"values": {"hours": "nueve"}}},
                "complete": False,
                "lexicons": ["names.pls"],
                "captions": ["vtt"],
            },
        },
        "endpoints": {
            "paid": {
                "provider": "google-302ai",
                "credential": "ACME_KEY",
                "url": "https://gateway.example",
                "requests_per_minute": 100,
                "characters_per_minute": 5_000,
                "fallback": {"endpoint": "other", "profiles": {"en": "spare"}, "on": ["unreachable"]},
            },
            "other": {"provider": "google", "credential": "OTHER_KEY"},
        },
        "environments": {"production": ["paid", "other"]},
        "selectors": {"menus": "tag:menu"},
        "budget": {"run": 1.5, "month": 20},
        "store": {"url": "s3://acme-prompts/store", "read_only": True, "options": {"region": "eu-west-1", "endpoint": "https://s3.example"}},
        "checks": {"VK307": "off", "select": ["VK6*"], "ignore": [{"path": "prompts.yaml", "codes": ["VK601"]}]},
        "lexicons": ["names.pls"],
    },
    "profiles/base.yaml": {
        "title": "How we sound",
        "description": "On the phone",
        "effects": ["telephony-class-application"],
        "encoding": "MULAW",
        "sample_rate": 8_000,
        "channels": 1,
        "lexicons": ["names.pls"],
    },
    "profiles/en.yaml": {"extends": "base", "provider": "google-302ai", "language": "en-US", "voice": "en-US-Neural2-F", "pitch": -1.5, "rate": 0.96, "gain": 2.5, "google-302ai": {"response_format": "base64"}},
    "profiles/es.yaml": {"extends": "base", "provider": "google-302ai", "language": "es-US", "voice": "es-US-Neural2-A"},
    "profiles/spare.yaml": {"extends": "base", "provider": "google", "language": "en-US", "voice": "en-US-Standard-C"},
    "prompts.yaml": {
        "prompts": [
            {"id": "queue", "script": "ivr/queue", "values": {"position": 3}, "tags": ["queue"], "note": "for people", "moved": "old-queue"},
            {"id": "digits/{digit}", "text": "{{ digit }}", "each": {"digit": "0..2"}},
            {"id": "days/{day}", "text": "{{ day }}", "each": {"day": ["monday", "tuesday"]}},
            {"id": "bye", "text": "Good bye.", "locale": "en-US", "override": {"rate": 0.9, "pitch": 1, "gain": 0, "effects": [], "voice": "en-US-Neural2-A"}},
            {"id": "pause", "ssml": "<speak><break time='1s'/></speak>", "recorded": "takes/{id}.wav"},
        ]
    },
    "templates/ivr/queue.ssml.j2": {
        "title": "Where the caller stands",
        "description": "In the queue",
        "language": "en-US",
        "inputs": {
            "position": {"type": "integer", "minimum": 1, "maximum": 200, "example": 3, "title": "Place", "description": "from one"},
            "company": {"type": "string", "default": "Acme", "min_length": 1, "max_length": 40, "pattern": "[A-Z].*"},
            "kind": {"type": "enum", "values": ["short", "long"], "default": "short"},
            "fee": {"type": "money", "currency": "USD", "default": "5 USD"},
            "days": {"type": "list", "items": {"type": "string", "max_length": 9}, "default": ["monday"]},
        },
    },
    "tests/cases.yaml": {
        "cases": [
            {"name": "says the place", "script": "ivr/queue", "profile": "en", "locale": "en-US", "values": {"position": 2}, "note": "x", "must_say": ["second"], "must_not_say": ["third"], "max_characters": 90, "min_duration": 0.5, "max_duration": 9},
            {"name": "is polite", "prompt": "bye", "pack": "phone", "text": "Good bye."},
            {"name": "has a bound", "script": "ivr/queue", "values": {"position": 999}, "error": "maximum"},
        ]
    },
}  # fmt: skip
KINDS = {"voicekit.yaml": "project", "prompts.yaml": "prompts", "tests/cases.yaml": "cases"}
BODY = "<speak>{{ company }}, {{ kind }}, {{ fee | money }}, {{ days | join }}: you are the {{ position | ordinal }}.</speak>\n"
TABLE, LEXICON = "prompts.csv", "lexicons/names.pls"
OTHERS: Mapping[str, str] = {
    TABLE: planted.in_csv(planted.table())[0],
    LEXICON: planted.in_pls(planted.LEXICON),
    "takes/pause.wav": "",
    "takes/t/pause.wav": "",
}

# Whatever stands there may be a key that somebody pasted, or a customer's words.
ENUM = {"inputs", "values"}  # words that a script's author chose for others to read
MAY_BE_SECRET = ("credential", "url", "options", "values", "default", "example")


def kind_of(file: str) -> str:
    """Name the schema of a file."""
    if file.startswith("profiles/"):
        return "profile"
    return "front-matter" if file.startswith("templates/") else KINDS[file]


# --- writing, so that the line of every field is known ----------------------------------------------------


@frozen
class Written:
    """A file as text, and the line of each field."""

    text: str
    lines: Mapping[Path_, int]


@frozen
class Twice:
    """A field that stands in its mapping twice."""

    value: Any


def written(data: Any, *, first: int) -> Written:
    """Write block YAML, a field a line."""
    lines: list[str] = []
    found: dict[Path_, int] = {}

    def put(value: Any, path: Path_, indent: str, head: str) -> None:
        found[path] = first + len(lines)
        twice = isinstance(value, Twice)
        value = value.value if isinstance(value, Twice) else value
        nested = isinstance(value, dict | list) and value
        lines.append(head if nested else f"{head} {json.dumps(value)}")
        if nested:
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                name = f"{indent}  {json.dumps(key) if isinstance(key, str) else ''}"
                put(item, (*path, key), f"{indent}  ", f"{name}:" if isinstance(key, str) else f"{indent}  -")
        if twice:
            found[path] = first + len(lines)
            lines.append(f"{head} {json.dumps(value)}")

    for key, value in data.items():
        put(value, (key,), "", f"{json.dumps(key)}:")
    return Written("\n".join(lines) + "\n", found)


def project(root: Path, files: Mapping[str, Any]) -> dict[str, Written]:
    """Write files of the project."""
    found = {
        name: written(data, first=2 if name.startswith("templates/") else 1) for name, data in files.items()
    }
    write(root, {name: text_of(name, found) for name in files})
    return found


def text_of(name: str, files: Mapping[str, Written]) -> str:
    text = files[name].text
    return f"---\n{text}---\n{BODY}" if name.startswith("templates/") else text


# --- mutations --------------------------------------------------------------------------------------------


@frozen
class Mutation:
    """One thing that is done to one field: the file's data then, and the field at whose line that is told."""

    file: str
    path: Path_
    what: str
    data: Any
    at: Path_
    secret: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{'.'.join(map(str, self.path))} {self.what}"


def fields(data: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Yield the path of every field and item, however deep."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from fields(value, (*path, key))


def at(data: Any, path: Path_) -> Any:
    for key in path:
        data = data[key]
    return data


def changed(data: Any, path: Path_, change: Callable[[Any, Any], Any]) -> Any:
    """Return a copy in which `change` was done to the mapping or list around a field."""
    copy = json.loads(json.dumps(data))
    around = at(copy, path[:-1])
    made = change(around, path[-1])
    if len(path) == 1:
        return made
    at(copy, path[:-2])[path[-2]] = made
    return copy


def mutations(file: str, data: Any) -> Iterator[Mutation]:
    for path in fields(data):
        *_, key = path
        old, secret = at(data, path), any(part in MAY_BE_SECRET for part in path) and not {*path} >= ENUM
        in_mapping = isinstance(key, str)

        def without(around: Any, key: Any) -> Any:
            if isinstance(around, dict):
                return {name: value for name, value in around.items() if name != key}
            return [value for number, value in enumerate(around) if number != key]

        def renamed(around: Any, key: Any) -> Any:
            return {f"{name}_x" if name == key else name: value for name, value in around.items()}

        yield Mutation(file, path, "deleted", changed(data, path, without), path[:-1])
        for value in (
            True,
            -7,
            1e9,
            CANARY,
            [],
            [CANARY],
            {},
            {"surprise": CANARY},
            f"https://u:{CANARY}@x.example/?k={CANARY}",
        ):
            if value == old:
                continue

            def retyped(around: Any, key: Any, value: Any = value) -> Any:
                around[key] = value
                return around

            yield Mutation(
                file, path, f"is {json.dumps(value)[:30]}", changed(data, path, retyped), path, secret
            )
        if in_mapping:
            yield Mutation(file, path, "renamed", changed(data, path, renamed), (*path[:-1], f"{key}_x"))


def twice(file: str, data: Any) -> Iterator[Mutation]:
    for path in fields(data):
        if isinstance(path[-1], str):

            def doubled(around: Any, key: Any) -> Any:
                around[key] = Twice(around[key])
                return around

            yield Mutation(file, path, "twice", changed(data, path, doubled), path)


@cache
def validator(kind: str) -> Any:
    return jsonschema.Draft202012Validator(_schemas.schema(kind))


def is_wrong(mutation: Mutation) -> bool:
    """Whether a file is wrong by its published schema."""
    return mutation.what == "twice" or not validator(kind_of(mutation.file)).is_valid(mutation.data)


def told(root: Path) -> tuple[Problem, ...]:
    """Return everything that loading a project and its cases complains of."""
    try:
        cases.load(voicekit.load(root), [name for name in FILES if name.startswith("tests/")])
    except ConfigError as error:
        return error.problems
    return ()


def is_there(mutation: Mutation, file: Written, problem: Problem, root: Path) -> bool:
    """Whether a problem is told at a line of its field; of what was taken away, at a line of what it was taken from."""
    place = problem.place
    if place is None or not place.path.endswith(mutation.file) or not place.path.startswith(str(root)):
        return False
    size = len(mutation.at)
    last = max((number for path, number in file.lines.items() if path[:size] == mutation.at), default=1)
    return not mutation.at or file.lines[mutation.at] <= (place.line or 1) <= last


def test_every_problem_is_told_where_it_is(tmp_path: Path, figure: Figure) -> None:
    root = tmp_path / "project"
    whole = project(write(root, OTHERS), FILES)
    assert told(root) == ()
    silent, misplaced, echoed, helpless, count = [], [], [], [], 0
    everything = (one for name, data in FILES.items() for one in (*mutations(name, data), *twice(name, data)))
    for mutation in everything:
        file = project(root, {mutation.file: mutation.data})[mutation.file]
        problems = told(root)
        if is_wrong(mutation):
            count += 1
            silent += [] if problems else [str(mutation)]
            there = any(is_there(mutation, file, problem, root) for problem in problems)
            misplaced += [] if there or not problems else [f"{mutation}: {problems[0]}"]
        helpless += [] if all(problem.remedy for problem in problems) else [str(mutation)]
        echoed += [str(mutation)] if mutation.secret and CANARY in "".join(map(str, problems)) else []
        (root / mutation.file).write_text(text_of(mutation.file, whole), encoding="utf-8")
    for found in (silent, misplaced, echoed, helpless):
        print(len(found), "\n".join(found[:40]), "\n")
    figure(f"problems reported of {count} planted", 1 - len(silent) / count, goal=1.0, least=True)
    figure("problems told at the right line", 1 - len(misplaced) / count, goal=1.0, least=True)
    figure("problems without a remedy", len(helpless), goal=0)
    figure("values repeated that may be secret", len(echoed), goal=0)


def in_tables() -> Iterator[Planted]:
    yield from planted.tables(validator("prompts").is_valid)


@pytest.mark.parametrize(("file", "mutations"), [(TABLE, in_tables), (LEXICON, planted.lexicons)])
def test_every_problem_of_a_list_in_csv_and_of_a_lexicon_is_told_where_it_is(
    file: str, mutations: Callable[[], Iterator[Planted]], tmp_path: Path, figure: Figure
) -> None:
    root = tmp_path / "project"
    project(write(root, OTHERS), FILES)
    assert told(root) == ()
    silent, misplaced, bare, count = [], [], [], 0
    for mutation in mutations():
        write(root, {file: mutation.text})
        problems = told(root)
        places = {(place.path, place.line) for problem in problems if (place := problem.place)}
        if mutation.wrong:
            count += 1
            silent += [] if problems else [str(mutation)]
            there = places & {(str(root / file), line) for line in mutation.lines}
            misplaced += [] if there or not problems else [f"{mutation}, at {mutation.lines}: {problems}"]
        echoed = mutation.secret and CANARY in "".join(map(str, problems))
        bare += [str(mutation)] if echoed or not all(problem.remedy for problem in problems) else []
    print(*silent, *misplaced, *bare, sep="\n")
    figure(f"problems of {file} not reported, of {count} planted", len(silent), goal=0)
    figure(f"problems of {file} not told at their line", len(misplaced), goal=0)
    figure(f"problems of {file} without a remedy, or with what may be secret", len(bare), goal=0)


def test_all_problems_are_told_at_once(tmp_path: Path, figure: Figure) -> None:
    """One wrong field in every mapping, row and element of every file: one run names them all."""
    others = {TABLE: planted.wrong_in_every_row(), LEXICON: planted.wrong_in_every_element()}
    files = json.loads(json.dumps(FILES))
    marked: set[tuple[str, Path_]] = set()
    for name, data in files.items():
        for path in [(), *fields(data)]:
            around = at(data, path)
            free = {"values", "each", "inputs", "packs", "endpoints", "environments", "selectors", "locales", "profiles", "checks", "options"}  # fmt: skip
            if isinstance(around, dict) and not (path and path[-1] in free) and not name.startswith("tests/"):
                around["surprise"] = 1
                marked.add((name, (*path, "surprise")))
    root = tmp_path / "project"
    lines = project(write(root, OTHERS), files)
    wanted = {(name, lines[name].lines[path]) for name, path in marked}
    for name, (text, places) in others.items():
        write(root, {name: text})
        wanted |= {(name, line) for line in places}
    found = {(problem.place.path, problem.place.line) for problem in told(root) if problem.place}
    missing = [(name, line) for name, line in wanted if (str(root / name), line) not in found]
    print(missing)
    figure(f"problems of {len(wanted)} in one project that one run does not name", len(missing), goal=0)
