"""Adding a member edits no file: one of each open set is dropped into a copy of the package and is found there."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import voicekit

PACKAGE = Path(voicekit.__file__).parent
TESTS = Path(__file__).parent

PROVIDER = '''"""A made-up vendor that speaks Google's wire."""

from voicekit.providers import Authentication
from voicekit.providers import _google as google
from voicekit.providers._google_wire import GoogleWire

PROVIDER = GoogleWire(
    name="mill-voices",
    path="/mill/say",
    authentication=Authentication("header", "x-mill-key"),
    capabilities=google.capabilities(google.ENCODINGS),
)
'''
# The same for one that shares nothing with another vendor: all of it stands in its one file.
VENDOR = '''"""Acme, ``POST /acme/v1/speak``: a made-up vendor with a wire of its own."""

from attrs import frozen

from voicekit import _wire
from voicekit.model import Ask, Call, Capabilities, Fact, Family, Link, Options, Reply, Sound, Task
from voicekit.providers import Authentication, Wire
from voicekit.providers import _answers as answers
from voicekit.providers._requests import Body

_YES, _NO = Fact("yes", "P", "2026-01"), Fact("no", "P", "2026-01")
_FAMILY = Family("Acme", ssml=_NO, pitch=_NO, rate=_YES, price=5.0, priced=_YES)
_FORMATS = {"MP3": ("mp3", "audio/mpeg"), "LINEAR16": ("wav", "audio/wav")}


@frozen
class AcmeWire(Wire):
    """Acme's one call."""

    name: str = "acme"
    capabilities: Capabilities = Capabilities(
        url="https://api.acme.example",
        file_hosts=frozenset(),
        limit=2_000,
        unit="characters",
        ranges={"rate": (0.5, 2.0)},
        encodings=frozenset(_FORMATS),
        families={"Acme": _FAMILY},
        examples={"bob": "en-US"},
        inputs=frozenset({"text"}),
        language=False,
        sample_rates={},
        priced="2026-01",
    )
    authentication: Authentication = Authentication("header", "X-Acme-Key")
    route: tuple[str, str] = ("POST", "/acme/v1/speak")

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return the family."""
        del options
        return _FAMILY if voice.isalpha() else None

    def size(self, ask: Ask) -> int:
        """Measure."""
        return len(ask.content)

    def billed(self, ask: Ask) -> int:
        """Count."""
        return len(ask.content)

    def encode(self, ask: Ask) -> Call:
        """Write the request."""
        body = {"text": ask.content, "voice": ask.voice, "format": _FORMATS[ask.encoding][0]}
        if ask.rate is not None:
            body["speed"] = ask.rate
        return Call("POST", "/acme/v1/speak", (), _wire.canonical(body))

    def parse(self, call: Call) -> Ask:
        """Read the request."""
        body = Body.of(call, "no JSON")
        mine = {word: name for name, (word, _) in _FORMATS.items()}
        return Ask(body.text("text"), None, "", body.text("voice"), mine[body.word("format", mine, "mp3")], rate=body.number("speed", 0.5, 2.0))

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write the answer."""
        return Reply(200, _FORMATS[ask.encoding][1], made.data)

    def decode(self, reply: Reply) -> Sound | Link:
        """Read the answer."""
        return answers.bare_sound(self.name, reply)

    def refuse(self, status: int, message: str) -> Reply:
        """Write an error."""
        return Reply(status, "application/json", _wire.compact({"error": {"message": message}}))


PROVIDER = AcmeWire()
'''
CHECK = '''"""VK999: a word that the mill does not like.

What: The text says "wheel".
Why: This is a test.
Fix: Say another word.
"""

from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.model import Finding


def _look(row: Row) -> Iterator[Finding]:
    if "wheel" in (row.ask.text or ""):
        yield Finding("VK999", "info", row.speech.place, "the text says wheel", "say another word")


CHECK = Check("VK999", "wheel", row=_look)
'''
TARGET = '''"""A made-up platform."""

from voicekit.targets import Target

TARGET = Target(
    name="mill-bank",
    title="Mill Bank",
    container="wav",
    codec="pcm_alaw",
    sample_rate=8_000,
    extension=".wav",
    encoding="ALAW",
    source="our own",
)
'''
ENGINE = '''"""The embedded engine once more, under another name."""

from voicekit.engines import espeak


class Mill(type(espeak.ENGINE)):
    @property
    def name(self):
        return "mill"


ENGINE = Mill()
'''
VERB = '''"""A made-up verb."""

import click


@click.command()
def grind() -> None:
    """Grind."""
    click.echo("ground")


command = grind
'''
CONFORM = {
    "provider": "from kit.provider import conforms\nfrom voicekit import providers\nconforms(providers.get('mill-voices'))",
    "vendor": "from kit.provider import conforms\nfrom voicekit import providers\nconforms(providers.get('acme'))",
    "check": "from voicekit import checks\nassert checks.find()['VK999'].name == 'wheel'",
    "target": "from kit.target import conforms\nfrom voicekit import targets\nconforms(targets.get('mill-bank'))",
    "engine": "from voicekit import engines\nengine = engines.find()['mill']\nassert engine.name == 'mill'\nassert engine.voices()",
    "verb": "from voicekit.cli import find, run\nassert 'grind' in find()\nassert run(['grind']) == 0",
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with one new file in each open set."""
    root = tmp_path_factory.mktemp("rooms")
    copy = root / "voicekit"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in {
        "providers/mill.py": PROVIDER,
        "providers/acme.py": VENDOR,
        "checks/vk999_wheel.py": CHECK,
        "targets/mill_bank.py": TARGET,
        "engines/mill.py": ENGINE,
        "cli/grind.py": VERB,
    }.items():
        (copy / name).write_text(text)
    return root


def run(code: str, *paths: Path, cwd: Path | None = None) -> str:
    path = os.pathsep.join(map(str, paths))
    environment = {**os.environ, "PYTHONPATH": path, "HYPOTHESIS_PROFILE": "quick"}
    code = f"import hypothesis\nhypothesis.settings.register_profile('q', max_examples=15, deadline=None)\nhypothesis.settings.load_profile('q')\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("kind", CONFORM)
def test_a_member_that_is_dropped_in_is_found_and_conforms(copied: Path, kind: str, tmp_path: Path) -> None:
    where = "import voicekit\nprint(voicekit.__file__)\n"
    said = run(where + CONFORM[kind], copied, TESTS, cwd=tmp_path)

    assert Path(said.splitlines()[0]).is_relative_to(copied)


def test_dropped_in_members_work_together_in_a_project(copied: Path, tmp_path: Path) -> None:
    code = f"""
import pathlib, voicekit
from kit.projects import project, PROFILE
root = project(pathlib.Path({str(tmp_path)!r}), {{
    "voicekit.yaml": "name: a\\npacks: {{phone: {{prompts: prompts.yaml, profiles: [en], target: mill-bank}}}}\\n",
    "profiles/en.yaml": PROFILE.replace("google-302ai", "mill-voices"),
    "prompts.yaml": "prompts: [{{id: a, text: A wheel.}}]\\n",
}})
plan = voicekit.plan(voicekit.load(root))
print([row.call.path for row in plan.requests], [row.shape.codec for row in plan.requests], [f.code for f in plan.findings])
"""
    assert run(code, copied, TESTS, cwd=tmp_path).strip() == "['/mill/say'] ['pcm_alaw'] ['VK999']"


def test_no_existing_file_was_edited(copied: Path) -> None:
    kept = {path.relative_to(PACKAGE): path.read_bytes() for path in PACKAGE.rglob("*.py")}

    assert all((copied / "voicekit" / name).read_bytes() == data for name, data in kept.items())


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = [
        "httpx",
        "jinja2",
        "numpy",
        "av",
        "babel",
        "cattrs",
        "orjson",
        "yaml",
        "starlette",
        "click",
        "rich",
        "langcodes",
    ]
    code = f"import sys, json, voicekit; print(json.dumps([name for name in {heavy} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == []


def test_loading_a_project_needs_no_sound_and_no_network(tmp_path: Path) -> None:
    heavy = ["httpx", "numpy", "av", "babel", "starlette"]
    code = f"""
import sys, json, pathlib
from kit.projects import project
import voicekit
voicekit.check(voicekit.load(project(pathlib.Path({str(tmp_path)!r}))))
print(json.dumps([name for name in {heavy} if name in sys.modules]))
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (PACKAGE.parent, TESTS)))}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


@pytest.mark.skipif(
    not (PACKAGE.parent / "pyproject.toml").is_file(), reason="only a checkout has the contract"
)
def test_imports_go_down_only() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    if not linter.is_file():
        pytest.skip("import-linter is not installed")
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run(
        [linter, "--no-cache"],
        cwd=PACKAGE.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_public_names_are_what_they_say() -> None:
    assert sorted(voicekit.__all__) == list(voicekit.__all__)
    assert all(getattr(voicekit, name) is not None for name in voicekit.__all__)
    assert dir(voicekit) == voicekit.__all__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        voicekit.nothing  # noqa: B018


def test_the_tests_of_all_wires_take_in_a_vendor_that_is_dropped_in(copied: Path, tmp_path: Path) -> None:
    every = (
        "server/test_keys.py",
        "server/test_formats.py",
        "server/test_wires.py",
        "server/test_openapi.py",
    )
    tests = [str(TESTS / name) for name in (*every, "capabilities/test_capabilities.py")]
    options = ["-q", "-n0", "-p", "no:cacheprovider", "-c", str(TESTS.parent / "pyproject.toml")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-k", "acme or called_the_same", *tests],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (copied, TESTS)))},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout
    assert "7 passed" in done.stdout, done.stdout
