"""Small projects as files: write one, load it, plan it, and read what was wrong as (file, line, message)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from attrs import evolve

import voicekit
from voicekit._render.render import Renderer
from voicekit.errors import ConfigError
from voicekit.model import Plan, Project, Speech

PROFILE = "provider: google-302ai\nlanguage: en-US\nvoice: en-US-Neural2-F\nencoding: LINEAR16\n"
FILES = {
    "voicekit.yaml": "name: mill\npacks:\n  phone: {prompts: prompts.yaml, profiles: [en]}\n",
    "profiles/en.yaml": PROFILE,
    "prompts.yaml": "prompts:\n  - {id: hello, text: Hello.}\n",
}


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, as they are."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def project(root: Path, files: Mapping[str, str | bytes] | None = None) -> Path:
    """Write a small whole project with one prompt and one profile, and `files` over it."""
    return write(root, {**FILES, **(files or {})})


def script(root: Path, template: str, *, values: str = "{}", kind: str = "ssml", **files: str) -> Path:
    """Write a project whose one prompt is a script made of `template`, and further files."""
    prompts = f"prompts:\n  - id: hello\n    script: hello\n    values: {values}\n"
    return project(root, {f"templates/hello.{kind}.j2": template, "prompts.yaml": prompts, **files})


def plan(root: Path, **sets: Any) -> Plan:
    """Load and plan a project."""
    planned: Plan = voicekit.plan(voicekit.load(root, sets=sets))
    return planned


def bodies(root: Path, **sets: Any) -> list[dict[str, Any]]:
    """Return the planned bodies as data."""
    return [orjson.loads(row.call.body) for row in plan(root, **sets).requests]


def keys(root: Path, **sets: Any) -> list[str]:
    """Return the planned request keys in the plan's order."""
    return [row.request_key for row in plan(root, **sets).requests]


def wrong(root: Path, **sets: Any) -> list[tuple[str, int | None, str]]:
    """Return what loading a project complains of: file below the root, line, and message with its path in the file."""
    try:
        voicekit.load(root, sets=sets)
    except ConfigError as error:
        return [
            _row(root, problem.place, f"{problem.where}: {problem.message}") for problem in error.problems
        ]
    return []


def _row(root: Path, place: Any, message: str) -> tuple[str, int | None, str]:
    path = place.path if place else ""
    return path.removeprefix(f"{root}/"), place.line if place else None, message


def speech(
    root: Path, *, prompt: int = 0, profile: int = 0, values: Mapping[str, Any] | None = None
) -> Speech:
    """Render one prompt of the first pack; `values` replace the prompt's own."""
    return say(voicekit.load(root), prompt=prompt, profile=profile, values=values)


def say(
    loaded: Project, *, prompt: int = 0, profile: int = 0, values: Mapping[str, Any] | None = None
) -> Speech:
    """Render one prompt of the first pack of a loaded project."""
    pack = loaded.packs[0]
    chosen = pack.prompts[prompt]
    chosen = chosen if values is None else evolve(chosen, values=values)
    return Renderer(loaded).render(pack, chosen, pack.profiles[profile])


def said(root: Path, **where: Any) -> str:
    """Render one prompt to what is sent: SSML or plain text."""
    from voicekit import ssml

    content = speech(root, **where).content
    return content if isinstance(content, str) else ssml.serialise(content)
