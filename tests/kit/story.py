"""A small project that a test writes, changes and runs commands on, as a user would."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from voicekit.cli import run

ACME: Mapping[str, str] = {
    "voicekit.yaml": """\
name: acme-ivr
values: {company: "Smith & Sons"}
packs:
  phone: {prompts: prompts.yaml, profiles: [telephony-en, telephony-es], target: telephony}
endpoints:
  "302ai": {provider: google-302ai, credential: VOICEKIT_302AI_KEY, requests_per_minute: 200}
checks: {VK307: off}
""",
    "profiles/telephony.yaml": "effects: [telephony-class-application]\nencoding: MULAW\nsample_rate: 8000\n",
    "profiles/telephony-en.yaml": """\
extends: telephony
provider: google-302ai
language: en-US
voice: en-US-Neural2-F
pitch: -1.5
rate: 0.96
""",
    "profiles/telephony-es.yaml": "extends: telephony\nprovider: google-302ai\nlanguage: es-US\nvoice: es-US-Neural2-A\n",
    "prompts.yaml": """\
prompts:
  - {id: queue-position, script: ivr/queue-position, values: {position: 3}, tags: [queue]}
  - {id: "digits/{digit}", text: "{{ digit }}", each: {digit: 0..2}, tags: [digits]}
  - {id: goodbye, text: "Thank you. Goodbye.", locale: en-US, override: {rate: 0.9}}
  - {id: pause, ssml: "<speak><break time='1s'/></speak>"}
""",
    "templates/ivr/queue-position.en.ssml.j2": """\
---
title: Where the caller stands in the queue
inputs:
  position: {type: integer, minimum: 1, maximum: 200, example: 3}
  company: {type: string, example: Acme}
---
<speak>Thank you for calling {{ company }}. You are the {{ position | ordinal }} in line.<break time="400ms"/></speak>
""",
    "templates/ivr/queue-position.es.ssml.j2": """\
---
inputs:
  position: {type: integer, minimum: 1, maximum: 200, example: 3}
  company: {type: string, example: Acme}
---
<speak>Gracias por llamar a {{ company }}. Usted es el {{ position | ordinal }} de la fila.</speak>
""",
}
TARGET = "here"  # the endpoint of the `team` fixture
FILES = 11  # 5 prompts in two languages, and one in English only


@frozen
class Ran:
    """What a command left: its exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer as JSON."""
        return json.loads(self.out)


class Story:
    """The project's folder, and commands run in it."""

    def __init__(
        self, root: Path, capsys: pytest.CaptureFixture[str], files: Mapping[str, str] = ACME
    ) -> None:
        self.root = root
        self._capsys = capsys
        for name, text in files.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        """Write a file of the project."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a file of the project; the old words must stand in it."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def run(self, *arguments: str) -> Ran:
        """Run a command in the project's folder."""
        self._capsys.readouterr()
        code = run(arguments)
        captured = self._capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    def plan(self, *arguments: str) -> dict[str, Any]:
        """Return the plan as JSON."""
        ran = self.run("plan", "--format", "json", *arguments)
        assert ran.code == 0, ran.err
        found: dict[str, Any] = ran.json
        return found

    def build(self, *arguments: str) -> dict[str, Any]:
        """Build, and return what was done as JSON."""
        ran = self.run("build", "--format", "json", *arguments)
        assert ran.code == 0, ran.err
        found: dict[str, Any] = ran.json
        return found

    def manifest(self, pack: str = "phone") -> list[dict[str, Any]]:
        """Return the rows of a pack's manifest."""
        found = json.loads((self.root / "build" / pack / "manifest.json").read_text(encoding="utf-8"))
        rows: list[dict[str, Any]] = found["prompts"]
        return rows

    def files(self) -> dict[str, bytes]:
        """Return every sound of the build, by its path."""
        build = self.root / "build"
        return {
            path.relative_to(build).as_posix(): path.read_bytes() for path in sorted(build.rglob("*.wav"))
        }


def voicekit_command() -> list[str]:
    """Return how to start the program as a process of its own."""
    return [sys.executable, "-m", "voicekit"]
