"""`schema`: what the loader takes, the schemas take; what they refuse, it refuses; and what voicekit makes fits them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voicekit
from kit.projects import PROFILE, project, wrong
from kit.story import Story
from voicekit import _limits as limits
from voicekit import _yaml
from voicekit._load.fields import plain
from voicekit.cli import _schemas, init

STARTER = init._starter()


def errors(kind: str, data: Any) -> list[str]:
    """Return what is wrong with data by a schema."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    validator = jsonschema.Draft202012Validator(_schemas.schema(kind))
    return [f"{error.json_path}: {error.message[:120]}" for error in validator.iter_errors(data)]


def read(text: str) -> Any:
    return plain(_yaml.load(text, "test"))


@pytest.mark.parametrize("kind", _schemas.KINDS)
def test_every_kind_is_a_schema_of_the_dialect_it_names(story: Story, kind: str) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    ran = story.run("schema", kind)

    assert ran.code == 0
    assert ran.json["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(ran.json)


def starter_files() -> list[tuple[str, str]]:
    found = [("project", "voicekit.yaml")]
    for kind, folder in (("profile", "profiles"), ("prompts", "prompts")):
        files = sorted(child.name for child in (STARTER / folder).iterdir() if child.name.endswith(".yaml"))
        found += [(kind, f"{folder}/{name}") for name in files]
    return found


@pytest.mark.parametrize(("kind", "name"), starter_files())
def test_the_starter_fits(kind: str, name: str) -> None:
    assert errors(kind, read((STARTER / name).read_text(encoding="utf-8"))) == []


def test_the_front_matter_of_the_starter_fits() -> None:
    heads = voicekit.load(str(STARTER)).scripts

    assert heads
    for script in heads:
        source = (STARTER / "templates" / script.path).read_text(encoding="utf-8")
        assert errors("front-matter", read(source.split("---\n")[1])) == [], script.path


def test_whatever_init_writes_names_a_schema_that_it_wrote(story: Story) -> None:
    story.run("init", "fresh")
    fresh = story.root / "fresh"
    nameless = []

    for path in sorted(path for path in fresh.rglob("*") if path.is_file() and path.parent.name != "schemas"):
        text = path.read_text(encoding="utf-8")
        first = text.removeprefix("---\n").partition("\n")[0]
        _, said, schema = first.partition("# yaml-language-server: $schema=")
        if said:
            assert (path.parent / schema).resolve().is_relative_to(fresh / "schemas"), path
            assert (path.parent / schema).is_file(), path
        else:
            nameless.append(path)

    # Nothing but these has no place for a comment, or no YAML in it.
    assert {path.suffix for path in nameless} == {".csv", ".j2", ""}
    assert not [path for path in nameless if path.read_text(encoding="utf-8").startswith("---\n")]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("project", "name: a\n"),
        ("project", "packs: {a: {prompts: a.yaml, profiles: [b]}}"),
        ("project", "name: a\npacks: {a: {prompts: a.txt, profiles: [b]}}"),
        ("project", "name: a\npacks: {a: {prompts: a.yaml, profiles: []}}"),
        ("project", "name: a\npacks: {a: {prompts: a.yaml, profiles: [b], tagret: telephony}}"),
        ("project", "name: a\npacks: {a: {prompts: a.yaml, profiles: [b]}}\nchecks: {VK034: off}"),
        ("project", "name: a\npacks: {a: {prompts: a.yaml, profiles: [b]}}\nchecks: {VK304: loud}"),
        ("profile", "pitch: 21"),
        ("profile", "rate: 0.1"),
        ("profile", "effects: [phone]"),
        ("profile", "sample_rate: 8000.5"),
        ("profile", "google-302ai: {response_format: xml}"),
        ("profile", "colour: red"),
        ("prompts", "prompts: [{text: a}]"),
        ("prompts", "prompts: [{id: a}]"),
        ("prompts", "prompts: [{id: a, text: a, ssml: b}]"),
        ("prompts", "prompts: [{id: a, text: a, each: {b: 0...9}}]"),
        ("prompts", "prompts: [{id: a, text: a, override: {pitch: high}}]"),
        ("front-matter", "inputs: {a: {type: text}}"),
        ("front-matter", "inputs: {a: {}}"),
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(tmp_path: Path, kind: str, text: str) -> None:
    files = {
        "project": {"voicekit.yaml": text},
        "profile": {"profiles/en.yaml": PROFILE + text + "\n"},
        "prompts": {"prompts.yaml": text},
        "front-matter": {"templates/a.txt.j2": f"---\n{text}\n---\nHello."},
    }

    assert errors(kind, read(text)) != []
    assert wrong(project(tmp_path, files[kind])) != []


@given(
    st.sampled_from([("pitch", limits.PITCH), ("rate", limits.RATE), ("gain", limits.GAIN)]),
    st.floats(-200, 200, allow_nan=False) | st.sampled_from([0.0, -20.0, 20.0, 0.25, 2.0, -96.0, 16.0]),
)
def test_loader_and_schema_agree_on_numbers(
    tmp_path_factory: pytest.TempPathFactory, setting: tuple[str, tuple[float, float]], value: float
) -> None:
    key, (low, high) = setting
    loads = not wrong(
        project(tmp_path_factory.mktemp("p"), {"profiles/en.yaml": f"{PROFILE}{key}: {value!r}\n"})
    )

    assert loads == (low <= value <= high or (key == "rate" and value == 0))
    assert loads == (errors("profile", {key: value}) == [])


def test_what_voicekit_prints_fits(story: Story) -> None:
    story.edit("voicekit.yaml", "checks: {VK307: off}\n", "")

    assert errors("plan", story.plan()) == []
    assert errors("findings", story.run("check", "--format", "json").json) == []


def test_what_voicekit_writes_fits(story: Story) -> None:
    story.build("--select", "goodbye")

    assert (
        errors("manifest", json.loads((story.root / "build" / "phone" / "manifest.json").read_text())) == []
    )
    assert errors("results", json.loads((story.root / "build" / "results.json").read_text())) == []
    _, *rows = (story.root / "voicekit.lock").read_text(encoding="utf-8").splitlines()
    assert [errors("lock", json.loads(row)) for row in rows] == [[]] * len(rows)
    assert errors("lock", {"pack": "phone"}) != []
    assert errors("manifest", {"schema": "voicekit.manifest/1", "prompts": [{}]}) != []


def test_schemas_are_written_as_they_are_printed(story: Story) -> None:
    ran = story.run("schema", "--write", "schemas")

    assert ran.out == f"{len(_schemas.KINDS)} schemas in schemas\n"
    for kind in _schemas.KINDS:
        assert (story.root / "schemas" / f"{kind}.schema.json").read_text() == story.run("schema", kind).out
    assert story.run("schema", "--write", "schemas", "--quiet").out == ""


def test_without_a_kind_the_kinds_are_listed(
    story: Story, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("nowhere"))

    assert [line.split()[0] for line in story.run("schema").out.splitlines()] == ["KIND", *_schemas.KINDS]
    assert story.run("schema", "profil").code == 4
    assert "did you mean `profile`?" in story.run("schema", "profil").err
    assert story.run("schema", "profile", "--write", "x").code == 64
