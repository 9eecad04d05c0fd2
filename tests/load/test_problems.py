"""Every problem of a project in one run, each at its own file and line, and none that nobody made."""

import os
import shutil
from pathlib import Path

import pytest

import voicekit
from kit.projects import PROFILE, plan, project, wrong
from voicekit.errors import ConfigError

MANY = {
    "voicekit.yaml": """name: mill
langauge: en-US
values:
  not-a-name: 1
  huge: .inf
checks: {VK307: never}
endpoints:
  paid:
    provider: gogle-302ai
    credential: sk-0123456789
    url: ftp://example.com
packs:
  phone:
    prompts: [prompts.yaml, rows.csv, missing.yaml]
    profiles: [en, es, nobody, broken]
    target: telefony
    complete: maybe
""",
    "profiles/en.yaml": PROFILE + "pitch: 20.5\nrate: 0.1\neffects:\n  - telephony-class-application\n  - telephony-class\nvolume: 3\n",
    "profiles/es.yaml": "extends: base\nlanguage: zh-Hant-TW\nvoice: es-US-Neural2-A\nencoding: MULAW\nsample_rate: .nan\n",
    "profiles/base.yaml": "provider: google\ngain: 17\nencoding: OGG_OPUS\nextends: nowhere\n",
    "profiles/broken.yaml": "provider: google\nprovider: google\n",
    "prompts.yaml": """prompts:
  - {id: ../climb, text: a}
  - id: both
    text: a
    ssml: b
  - just a text
  - {id: fine, text: Fine., tags: x}
  - id: range
    text: a
    each: {n: 0...9}
  - {id: "slot/{m}", text: a}
  - id: tired
    script: order
    values:
      count: many
      cuont: 3
    override:
      pitch: -21
  - {id: lost, script: odrer}
  - {id: FINE, text: Fine.}
""",
    "rows.csv": 'id,text,values.count,override.rate,txet\nc1,"two\nlines",,9,\n\nc2,,,,\nfine,again,,,\nc3,a,b,c,d,e\n',
    "templates/order.ssml.j2": """---
inputs:
  count: {type: integer, minimum: 1, example: 0}
  currency:
    type: money
    currency: usd
  kind: {type: enmu}
  flag: string
lang: en
---
<speak>{{ count }}</speak>
""",
    "templates/open.ssml.j2": "---\ntitle: never closed\n",
}  # fmt: skip

PLANTED = [
    ("profiles/base.yaml", 2, "gain"),
    ("profiles/base.yaml", 4, "nowhere"),
    ("profiles/broken.yaml", 2, "duplicate key"),
    ("profiles/en.yaml", 5, "20.5 is outside"),
    ("profiles/en.yaml", 6, "0.1 is outside"),
    ("profiles/en.yaml", 9, "telephony-class"),
    ("profiles/en.yaml", 10, "volume: unknown key"),
    ("profiles/es.yaml", 2, "script subtag"),
    ("profiles/es.yaml", 5, "sample_rate: is not a finite number"),
    ("prompts.yaml", 2, "climbs out"),
    ("prompts.yaml", 3, "text and ssml"),
    ("prompts.yaml", 6, "expected a prompt, found text"),
    ("prompts.yaml", 7, "tags: expected a list"),
    ("prompts.yaml", 10, "each.n: expected a range"),
    ("prompts.yaml", 11, "`{m}` has no value"),
    ("prompts.yaml", 15, "values.count: expected a whole number"),
    ("prompts.yaml", 16, "values.cuont"),
    ("prompts.yaml", 18, "override.pitch"),
    ("prompts.yaml", 19, "odrer"),
    ("prompts.yaml", 20, "differs from another only by case"),
    ("rows.csv", 1, "unknown column `txet`"),
    ("rows.csv", 2, "override.rate: 9 is outside"),
    ("rows.csv", 6, "fine is there twice"),
    ("rows.csv", 7, "6 cells under 5 columns"),
    ("rows.csv", 7, "override.rate: expected a number"),
    ("templates/open.ssml.j2", 1, "no end"),
    ("templates/order.ssml.j2", 3, "example: is below the minimum 1"),
    ("templates/order.ssml.j2", 6, "currency"),
    ("templates/order.ssml.j2", 7, "unknown type `enmu`"),
    ("templates/order.ssml.j2", 8, "expected a mapping, found text"),
    ("templates/order.ssml.j2", 9, "lang: unknown key"),
    ("voicekit.yaml", 2, "langauge: unknown key"),
    ("voicekit.yaml", 4, "not a name"),
    ("voicekit.yaml", 5, "not finite"),
    ("voicekit.yaml", 6, "severity"),
    ("voicekit.yaml", 9, "gogle-302ai"),
    ("voicekit.yaml", 10, "not the name of an environment variable"),
    ("voicekit.yaml", 11, "not an address"),
    ("voicekit.yaml", 14, "missing.yaml"),
    ("voicekit.yaml", 15, "no profile is called `nobody`"),
    ("voicekit.yaml", 16, "telefony"),
    ("voicekit.yaml", 17, "complete: expected true or false"),
]


def test_every_planted_problem_is_told_in_one_run_and_none_is_invented(tmp_path: Path) -> None:
    found = wrong(project(tmp_path, MANY))

    told = {
        (file, line, words)
        for file, line, words in PLANTED
        if any((file, line) == row[:2] and words in row[2] for row in found)
    }
    invented = [
        row
        for row in found
        if not any((file, line) == row[:2] and words in row[2] for file, line, words in PLANTED)
    ]
    assert set(PLANTED) - told == set()
    assert invented == []
    assert len(found) == len(PLANTED)


def test_every_problem_has_a_remedy_and_no_secret(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        voicekit.load(project(tmp_path, MANY))

    assert all(problem.remedy for problem in caught.value.problems)
    assert "sk-0123456789" not in str(caught.value)
    assert "0123456789" not in repr(caught.value.problems)
    positions = [(p.place.path, p.place.line or 0) for p in caught.value.problems if p.place]
    assert positions == sorted(positions)


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("voicekit.yaml", "name: [a\n", [("voicekit.yaml", 1)]),
        ("voicekit.yaml", "", [("voicekit.yaml", 1), ("voicekit.yaml", 1)]),
        ("voicekit.yaml", "name: a\npacks: 5\n", [("voicekit.yaml", 2)]),
        ("voicekit.yaml", "name: a\npacks: {phone: 5}\n", [("voicekit.yaml", 2)]),
        ("voicekit.yaml", "name: a\npacks:\n  phone: {prompts: prompts.yaml, profiles: en}\n", [("voicekit.yaml", 3)]),
        ("voicekit.yaml", "name: a\npacks:\n  phone: {prompts: prompts.yaml, profiles: []}\n", [("voicekit.yaml", 3)]),
        ("voicekit.yaml", "name: a\npacks:\n  phone: {prompts: ../x.yaml, profiles: [en]}\n", [("voicekit.yaml", 3)]),
        ("voicekit.yaml", "name: a\npacks:\n  phone: {prompts: /x.yaml, profiles: [en]}\n", [("voicekit.yaml", 3)]),
        ("voicekit.yaml", f"name: a\npacks:\n  phone: {{prompts: {'x' * 5000}.yaml, profiles: [en]}}\n", [("voicekit.yaml", 3)]),
        ("voicekit.yaml", f"name: a\npacks:\n  phone: {{prompts: prompts.yaml, profiles: [{'x' * 5000}]}}\n", [("voicekit.yaml", 3)]),
        ("voicekit.yaml", "name: a\npacks:\n  ../x: {prompts: prompts.yaml, profiles: [en]}\n", [("voicekit.yaml", 3)]),
        ("voicekit.yaml", "name: a\npacks:\n  a/b: {prompts: prompts.yaml, profiles: [en]}\n", [("voicekit.yaml", 3)]),
        ("voicekit.yaml", "name: a\nendpoints: {embedded: {provider: google}}\npacks:\n  a: {prompts: prompts.yaml, profiles: [en]}\n", [("voicekit.yaml", 2)]),
        ("voicekit.yaml", "name: a\nlocales: {eng-: {values: {a: 1}}}\npacks:\n  a: {prompts: prompts.yaml, profiles: [en]}\n", [("voicekit.yaml", 2)]),
        ("voicekit.yaml", "name: a\nselectors:\n  a: 'tag:'\n  b: selector:c\n  c: selector:b\n  d: selector:x\npacks:\n  a: {prompts: prompts.yaml, profiles: [en]}\n", [("voicekit.yaml", 3), ("voicekit.yaml", 4), ("voicekit.yaml", 6)]),
        ("profiles/en.yaml", "- a list\n", [("profiles/en.yaml", 1)]),
        ("profiles/en.yaml", "provider: nope\n" + PROFILE.partition("\n")[2], [("profiles/en.yaml", 1)]),
        ("profiles/en.yaml", PROFILE + "extends: en\n", [("profiles/en.yaml", 5)]),
        ("profiles/other.yml", PROFILE, [("profiles/other.yml", None)]),
        ("profiles/a b.yaml", PROFILE, [("profiles/a b.yaml", None)]),
        ("voicekit.yaml", "name: a\npacks:\n  phone: {prompts: [prompts.yaml, ./prompts.yaml], profiles: [en]}\n", [("voicekit.yaml", 3)]),
        ("prompts.yaml", "", [("prompts.yaml", 1)]),
        ("prompts.yaml", "# nothing yet\n", [("prompts.yaml", 1)]),
        ("prompts.yaml", "{}\n", [("prompts.yaml", 1)]),
        ("prompts.yaml", "prompts:\n", [("prompts.yaml", 1)]),
        ("prompts.yaml", "prompts: []\n", []),
        ("prompts.yaml", "prompts: 5\n", [("prompts.yaml", 1)]),
        ("prompts.yaml", "- {id: a, text: b}\n", [("prompts.yaml", 1)]),
        ("prompts.yaml", "prompts:\n  - {id: a, text: b}\n  -\n", [("prompts.yaml", 3)]),
        ("prompts.yaml", "prompts:\n  - {text: b}\n", [("prompts.yaml", 2)]),
        *(
            ("prompts.yaml", f"prompts:\n  - {{id: a, text: b}}\n  - {{id: c, text: b, recorded: '{path}'}}\n", [("prompts.yaml", 3)])
            for path in ("../c.wav", "rec/welcome", "rec.d/welcome", "rec/{id}", "rec/c.{locale}", "rec/.wav", "rec/c.", "/c.wav")
        ),
        ("prompts.yaml", b"prompts:\n  - {id: a, text: \xff}\n", [("prompts.yaml", 2)]),
        ("templates/x.j2", "---\ntitle: x\n---\n", [("templates/x.j2", None)]),
        ("templates/x.ssml.j2", "---\na: 1\na: 2\n---\n", [("templates/x.ssml.j2", 3)]),
        ("templates/x.ssml.j2", b"---\n---\n\xff", [("templates/x.ssml.j2", 3)]),
        ("templates/x.en.ssml.j2", "---\ninputs: {a-b: {type: string}}\n---\n", [("templates/x.en.ssml.j2", 2)]),
        ("templates/x.ssml.j2", "---\ninputs: {a: {type: integer, minimum: low}}\n---\n", [("templates/x.ssml.j2", 2)]),
        ("templates/x.ssml.j2", "---\ninputs: {a: {type: string, pattern: '['}}\n---\n", [("templates/x.ssml.j2", 2)]),
        ("templates/x.ssml.j2", "---\ninputs: {a: {type: enum}}\n---\n", [("templates/x.ssml.j2", 2)]),
        ("templates/x.ssml.j2", "---\ninputs: {a: {type: string, pattern: (a+)+b}}\n---\n", [("templates/x.ssml.j2", 2)]),
        ("templates/x.ssml.j2", "---\ninputs: {a: {type: string, pattern: 'a{99999999999999999999}'}}\n---\n", [("templates/x.ssml.j2", 2)]),
        ("templates/x.ssml.j2", f"---\ninputs: {{a: {{type: string, pattern: {'(' * 3_000}a{')' * 3_000}}}}}\n---\n", [("templates/x.ssml.j2", 2)]),
        ("templates/x.ssml.j2", "---\ninputs: {a: {type: integer, minimum: 9, maximum: 1}}\n---\n", [("templates/x.ssml.j2", 2)]),
        ("templates/x.ssml.j2", "---\ninputs: {a: {type: money, minimum: 9 USD, maximum: 1, example: 3 USD}}\n---\n", [("templates/x.ssml.j2", 2)]),
        ("templates/x.ssml.j2", "---\ninputs: {a: {type: string, min_length: 9, max_length: 1}}\n---\n", [("templates/x.ssml.j2", 2)]),
    ],
)  # fmt: skip
def test_one_mistake_is_told_once(
    tmp_path: Path, file: str, text: str | bytes, found: list[tuple[str, int | None]]
) -> None:
    rows = wrong(project(tmp_path, {file: text}))

    assert [(path, line) for path, line, _ in rows] == found, rows


@pytest.mark.parametrize(
    ("line", "remedy"),
    [("pich: 1", "did you mean `pitch`?"), ("provider: google-302", "did you mean `google-302ai`?"), ("effects: [handset]", "handset-class-device")],
)  # fmt: skip
def test_the_nearest_word_is_suggested(tmp_path: Path, line: str, remedy: str) -> None:
    kept = "".join(
        f"{row}\n" for row in PROFILE.splitlines() if row.split(":")[0] != line.split(":", maxsplit=1)[0]
    )
    with pytest.raises(ConfigError) as caught:
        voicekit.load(project(tmp_path, {"profiles/en.yaml": f"{kept}{line}\n"}))

    assert remedy in caught.value.problems[0].remedy


MISSES = [
    (
        "{id: a, script: say, values: {who: x}, each: {w: [x]}}",
        "each.w: script say has no input `w`",
        "known: who",
    ),
    ("{id: a, script: say, each: {who: [1]}}", "each.who: expected text", "see the input"),
    (
        "{id: a, script: bare}",
        "script: templates/bare.es.txt.j2 has no front matter",
        "begin it with two lines `---`",
    ),
    ("{id: a, script: ../say}", "there is no script `../say`", "did you mean"),
    ("{id: a}", "found none", "write one of them"),
    ('{id: "{m}", text: a}', "`{m}` has no value", "under `values`"),
]


@pytest.mark.parametrize(("row", "message", "remedy"), MISSES, ids=range(len(MISSES)))
def test_a_miss_says_what_to_do(
    tmp_path: Path, row: str, message: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    say = "---\ninputs: {who: {type: string}}\n---\n{{ who }}"
    files = {
        "prompts.yaml": f"prompts: [{row}]\n",
        "templates/say.txt.j2": say,
        "templates/bare.es.txt.j2": "Hola.",
    }
    monkeypatch.chdir(project(tmp_path, files))

    with pytest.raises(ConfigError) as caught:
        voicekit.load()

    (problem,) = caught.value.problems
    assert message in f"{problem.where}: {problem.message}"
    assert remedy in problem.remedy


def test_a_script_whose_front_matter_is_broken_is_told_once(tmp_path: Path) -> None:
    rows = wrong(
        project(tmp_path, {"prompts.yaml": "prompts: [{id: a, script: x}]\n", "templates/x.txt.j2": "---\na"})
    )

    assert [(path, line) for path, line, _ in rows] == [("templates/x.txt.j2", 1)]


def test_a_value_of_the_command_line_is_told_there(tmp_path: Path) -> None:
    say = "---\ninputs: {who: {type: string}}\n---\n{{ who }}"
    rows = "prompts:\n  - {id: a, script: say, values: {who: x}}\n  - {id: '{who}', script: say, each: {who: [y, z]}}\n"
    project(tmp_path, {"prompts.yaml": rows, "templates/say.txt.j2": say})

    assert wrong(tmp_path, who=3) == [("--set", None, "values.who: expected text; put it in quotes")]


def test_a_folder_without_a_project_says_how_to_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no voicekit.yaml here") as caught:
        voicekit.load(tmp_path)

    assert "voicekit init" in caught.value.problems[0].remedy


@pytest.mark.parametrize("name", ["voicekit.yaml", "elsewhere"])
def test_what_is_no_folder_is_told_as_that(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="is no folder") as caught:
        voicekit.load(project(tmp_path) / name)

    assert caught.value.problems[0].remedy == "name the folder of a project, where its voicekit.yaml stands"


SLIPS = [
    ("profiles/en.yaml", f"{PROFILE}rate: 0,95\n", "rate: expected a number", "no comma"),
    (
        "profiles/en.yaml",
        f"{PROFILE}sample_rate: 8kHz\n",
        "sample_rate: expected a number",
        "no unit, no comma",
    ),
    (
        "prompts.yaml",
        "prompts: [{id: my greeting, text: a}]",
        "not a plain path: a blank is in it",
        "joined by `/`",
    ),
    ("prompts.yaml", "prompts: [{id: Grüße, text: a}]", "not a plain path: `ü` is in it", "joined by `/`"),
    ("prompts.yaml", "prompts: [{id: a//b, text: a}]", "is not a plain path", "joined by `/`"),
    ("prompts.yaml", "prompts: [{ID: a, id: a, text: a}]", "ID: unknown key", "did you mean `id`?"),
    (
        "prompts.yaml",
        "prompts: [{id: a, text: a, zzz: 1}]",
        "zzz: unknown key",
        "known: each, id, locale, moved, note, override, recorded, script, ssml, tags, text, values",
    ),
    (
        "templates/t.txt.j2",
        "---\ninputs: {n: {type: integer, maximum: 9, example: 10}}\n---\n{{ n }}",
        "inputs.n.example: is above the maximum 9",
        "write a value that this input takes",
    ),
    (
        "templates/t.txt.j2",
        "---\ninputs: {n: {type: integer, maximum: many}}\n---\n{{ n }}",
        "inputs.n.maximum:",
        "write a value of the type integer, or leave it out",
    ),
]


@pytest.mark.parametrize(("path", "content", "message", "remedy"), SLIPS)
def test_a_slip_is_answered_with_what_to_write(
    tmp_path: Path, path: str, content: str, message: str, remedy: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        voicekit.load(project(tmp_path, {path: content}))

    (problem,) = caught.value.problems
    assert message in f"{problem.where}: {problem.message}"
    assert problem.remedy.endswith(remedy)


def test_where_there_is_no_profile_at_all_its_file_is_named(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "profiles/en.yaml").unlink()

    with pytest.raises(ConfigError, match="no profile is called `en`") as caught:
        voicekit.load(root)

    assert caught.value.problems[0].remedy.endswith("profiles/en.yaml")


def test_names_are_shown_from_where_the_user_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path / "sub", {"prompts.yaml": "prompts: 5\n"})
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConfigError) as caught:
        voicekit.load("sub")

    assert str(caught.value).startswith("sub/prompts.yaml:1: ")


def test_the_nearest_folder_above_is_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path)
    monkeypatch.chdir(tmp_path / "profiles")

    assert voicekit.load().name == "mill"


def test_a_path_that_is_not_utf_8_is_refused_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, name = os.fsdecode(b"caf\xe9"), os.fsdecode(b"m\xe9.ssml.j2")
    try:
        root = project(
            tmp_path / folder, {f"templates/{name}": "---\ntitle: x\n---\n", f"templates/{folder}/a.j2": "x"}
        )
    except OSError:
        pytest.skip("this disk takes names in UTF-8 only")

    outside = wrong(root)
    monkeypatch.chdir(root)
    inside = wrong(Path())

    told = ": is no path in UTF-8"
    assert outside == [(f"{tmp_path}/caf\\xe9/voicekit.yaml", None, told)]
    assert inside == [("templates/caf\\xe9/a.j2", None, told), ("templates/m\\xe9.ssml.j2", None, told)]
    shutil.rmtree("templates")
    assert [row.prompt for row in plan(Path()).requests] == ["hello"]
