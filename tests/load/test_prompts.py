import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voicekit
from kit.projects import PROFILE, plan, project, said, wrong
from voicekit import _limits as limits
from voicekit.errors import ConfigError
from voicekit.model import Project, Prompt


def prompts(root: Path, rows: str, *, csv: bool = False) -> tuple[Prompt, ...]:
    packs = "name: a\npacks: {phone: {prompts: rows.csv, profiles: [en]}}\n"
    files = {"rows.csv": rows, "voicekit.yaml": packs} if csv else {"prompts.yaml": f"prompts:\n{rows}"}
    loaded: Project = voicekit.load(project(root, files))
    return loaded.packs[0].prompts


def complaints(root: Path, rows: str, *, csv: bool = False) -> list[tuple[int | None, str]]:
    packs = "name: a\npacks: {phone: {prompts: rows.csv, profiles: [en]}}\n"
    files = {"rows.csv": rows, "voicekit.yaml": packs} if csv else {"prompts.yaml": f"prompts:\n{rows}"}
    return [(line, message) for _, line, message in wrong(project(root, files))]


# --- ids --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/passwd", "a/./b", "a//b", "a/", "/a", ".", "..", "a/..", "a\\\\b", "a\\0b", "a b", "é", "a:b", "a\\nb", "C:x", "a*",
     "x" * (limits.ID_LENGTH + 1), "y" * (limits.SEGMENT_LENGTH + 1), ".voicekit-x", "a/.voicekit-y", "{", "{x:9}"],
)  # fmt: skip
def test_an_id_that_is_no_plain_path_is_refused(tmp_path: Path, name: str) -> None:
    found = complaints(tmp_path, f'  - text: a\n    id: "{name}"\n')

    assert [line for line, _ in found] == [3]


@pytest.mark.parametrize(
    "name", ["a", "A/b.c_d-1", "...", "-", "0", "a/b/c/d/e", "con", ".hidden", "x" * limits.SEGMENT_LENGTH]
)
def test_an_id_of_plain_segments_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    (prompt,) = prompts(tmp_path, f'  - {{id: "{name}", text: a}}\n')

    assert prompt.id == name


@given(st.text(max_size=12))
def test_no_id_leads_out_of_its_folder(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    root = tmp_path_factory.mktemp("ids")
    row = "  - id: " + json.dumps(name) + "\n    text: a\n"
    if complaints(root, row):
        return
    (planned,) = plan(root).requests

    assert (root / planned.file).resolve().is_relative_to(root.resolve() / "build" / "phone" / "en-US")


@pytest.mark.parametrize(("first", "second", "words"), [("a", "a", "twice"), ("a/b", "A/b", "only by case"), ("a", "A", "only by case")])  # fmt: skip
def test_twins_are_refused_at_the_second(tmp_path: Path, first: str, second: str, words: str) -> None:
    (found,) = complaints(tmp_path, f"  - {{id: {first}, text: a}}\n  - {{id: {second}, text: a}}\n")

    assert found[0] == 3
    assert words in found[1]
    assert ":2" in found[1]


LOCALES = [
    ("en-US", "es-US", True), ("en-US", "en-GB", True), ("en", "es", True), ("en", "en-US", False), ("en", "en", False), ("en", None, False), (None, "en", False),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "fine"), LOCALES)
def test_an_id_may_be_there_once_for_each_locale(
    tmp_path: Path, one: str | None, other: str | None, fine: bool
) -> None:
    stated = [f", locale: {tag}" if tag else "" for tag in (one, other)]
    rows = "".join(f"  - {{id: a, text: a{end}}}\n" for end in stated)

    assert [line for line, _ in complaints(tmp_path / "same", rows)] == ([] if fine else [3])
    assert [line for line, _ in complaints(tmp_path / "case", rows.replace("id: a", "id: A", 1))] == [3]


def test_an_id_in_two_locales_is_two_files(tmp_path: Path) -> None:
    files = {
        "voicekit.yaml": "name: a\npacks: {phone: {prompts: prompts.yaml, profiles: [en, es]}}\n",
        "profiles/es.yaml": "extends: en\nlanguage: es-US\nvoice: es-US-Neural2-A\n",
        "prompts.yaml": "prompts:\n  - {id: a, text: Hello., locale: en}\n  - {id: a, text: Hola., locale: es}\n",
    }
    rows = plan(project(tmp_path, files)).requests

    assert [(row.locale, row.text) for row in rows] == [("en-US", "Hello."), ("es-US", "Hola.")]
    assert len({row.file for row in rows}) == 2


def test_two_locales_that_one_voice_speaks_collide(tmp_path: Path) -> None:
    files = {
        "profiles/en.yaml": PROFILE.replace("language: en-US", "language: en"),
        "prompts.yaml": "prompts:\n  - {id: a, text: Lift., locale: en-GB}\n  - {id: a, text: Elevator., locale: en-US}\n",
    }
    with pytest.raises(voicekit.VoicekitError, match="collides"):
        plan(project(tmp_path, files))


def test_a_file_cannot_be_anothers_folder(tmp_path: Path) -> None:
    root = project(tmp_path, {"prompts.yaml": "prompts:\n  - {id: a.wav/b, text: a}\n  - {id: a, text: a}\n"})

    with pytest.raises(voicekit.VoicekitError, match="collides"):
        plan(root)


# --- each -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "each", "ids"),
    [
        ("{n}", "{n: 0..3}", ["0", "1", "2", "3"]),
        ("{n}", "{n: 3..1}", ["3", "2", "1"]),
        ("{n}", "{n: 0..10..5}", ["0", "5", "10"]),
        ("{n}", "{n: 10..0..4}", ["10", "6", "2"]),
        ("{n:02}", "{n: 8..10}", ["08", "09", "10"]),
        ("{n:03}", "{n: -1..0}", ["-01", "000"]),
        ("{n}", "{n: 5..5}", ["5"]),
        ("x-{w}", "{w: [mon, tue]}", ["x-mon", "x-tue"]),
        ("{w}", "{w: [1, true, 2.5]}", ["1", "true", "2.5"]),
        ("{a}/{b}", "{a: [x, y], b: 1..2}", ["x/1", "x/2", "y/1", "y/2"]),
        ("{b}-{a}", "{a: [x, y], b: 1..2}", ["1-x", "2-x", "1-y", "2-y"]),
        ("same", "{n: [1]}", ["same"]),
    ],
)
def test_each_stands_for_every_combination(tmp_path: Path, template: str, each: str, ids: list[str]) -> None:
    found = prompts(tmp_path, f'  - {{id: "{template}", text: a, each: {each}}}\n')

    assert [prompt.id for prompt in found] == ids


@pytest.mark.parametrize(
    ("template", "each", "words"),
    [
        ("{n}", "{n: 0..x}", "expected a range"), ("{n}", "{n: 0..5..0}", "expected a range"), ("{n}", "{n: 5}", "expected a range"),
        ("{n}", "{n: []}", "empty"), ("{n}", "{n: [a, [b]]}", "expected a range"), ("{n}", "{n: [null]}", "expected a range"),
        ("{n}", "{n: [.nan]}", "expected a range"), ("{n}", "{n: 0..999999999}", "at most 10,000"), ("{n}", "{n: 0..10000}", "10,001 prompts"),
        ("{a}{b}", "{a: 0..999, b: 0..99}", "100,000 prompts"), ("x", "{n: 0..1}", "does not hold {n}"), ("{m}", "{n: [1]}", "`{m}` has no value"),
        ("{n}", "{n: [a, a]}", "twice"), ("{n}", "{n: [../x]}", "climbs"), ("{n}", "{n-x: 0..1}", "not a name"), ("{}", "{n: [1]}", "has no value"),
        ("{n}", "5", "expected a mapping"),
    ],
)  # fmt: skip
def test_a_series_that_does_not_work_is_told_once(
    tmp_path: Path, template: str, each: str, words: str
) -> None:
    (found,) = complaints(tmp_path, f'  - {{id: "{template}", text: a, each: {each}}}\n')

    assert found[0] == 2
    assert words in found[1]


def test_the_values_of_a_series_reach_the_text(tmp_path: Path) -> None:
    prompts(
        tmp_path,
        '  - {id: "{n}-{w}", text: "{{ n + 1 }} {{ w }} {{ v }}", values: {v: z}, each: {n: 1..2, w: [a]}}\n',
    )

    assert [said(tmp_path, prompt=number) for number in (0, 1)] == ["2 a z", "3 a z"]


@pytest.mark.parametrize("cell", ["a b", "a;b", " a ; b ;", '"[a, b]"', '"[""a"", b]"', '"a;b"'])
def test_a_series_in_a_cell_is_a_list(tmp_path: Path, cell: str) -> None:
    found = prompts(tmp_path, f"id,text,each.w\nx-{{w}},{{{{ w }}}},{cell}\n", csv=True)

    assert [prompt.id for prompt in found] == ["x-a", "x-b"]


@pytest.mark.parametrize("cell", ['"[a, b"', "[", '"[[a]]"', ";"])
def test_a_cell_that_is_no_series_is_told(tmp_path: Path, cell: str) -> None:
    (found,) = complaints(tmp_path, f"id,text,each.w\nx-{{w}},a,{cell}\n", csv=True)

    assert (found[0], found[1].partition(":")[0]) == (2, "each.w")


# --- csv --------------------------------------------------------------------------------------------


def test_a_csv_list_says_what_a_yaml_list_says(tmp_path: Path) -> None:
    rows = prompts(
        tmp_path,
        "id,text,tags,locale,note,values.a,each.n,each.w,override.rate,override.effects\r\n"
        '"x-{n}-{w}","He said ""hi"",\r\ntwice",t1 t2,en-us,,"b, c",0..1,p q,0.9,handset-class-device telephony-class-application\r\n'
        "\r\n"
        "plain,Hello.,,,,,,,,\r\n",
        csv=True,
    )

    assert [row.id for row in rows] == ["x-0-p", "x-0-q", "x-1-p", "x-1-q", "plain"]
    first, last = rows[0], rows[-1]
    assert first.text == 'He said "hi",\ntwice'
    assert (first.tags, first.locale) == (("t1", "t2"), "en-US")
    assert first.values == {"a": "b, c", "n": 0, "w": "p"}
    assert first.override == {"rate": 0.9, "effects": ("handset-class-device", "telephony-class-application")}
    assert (first.place.line, last.place.line) == (2, 5)
    assert (last.values, last.override, last.tags) == ({}, {}, ())


SCRIPT = """---
inputs:
  count: {type: integer, example: 1}
  price: {type: number, default: 0}
  open: {type: boolean, default: false}
  days: {type: list, items: {type: integer}, default: []}
  name: {type: string, default: ""}
---
{{ count + 1 }} {{ price }} {{ "yes" if open else "no" }} {{ days | sum }} {{ name }}
"""


def test_cells_are_read_by_the_type_of_their_input(tmp_path: Path) -> None:
    rows = "id,script,values.count,values.price,values.open,values.days,values.name\na,order,3,2,TRUE,1;2,007\nb,order,4,2.50,,,\n"
    packs = "name: a\npacks: {phone: {prompts: rows.csv, profiles: [en]}}\n"
    project(tmp_path, {"rows.csv": rows, "voicekit.yaml": packs, "templates/order.txt.j2": SCRIPT})

    assert said(tmp_path) == "4 2 yes 3 007"
    assert said(tmp_path, prompt=1) == "5 2.5 no 0"


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("id,txt\na,b\n", [(1, "unknown column `txt`")]),
        ("id,txet\na,b\nc,d\n", [(1, "unknown column `txet`")]),
        ("id,text,\na,b,\n", [(1, "unknown column ``")]),
        ("id,text,text\na,b,c\n", [(1, "duplicate column `text`")]),
        ("id,text,values\na,b,c\n", [(1, "unknown column `values`")]),
        ("id,text,values.\na,b,c\n", [(1, "unknown column `values.`")]),
        ("id,text,tags.x\na,b,c\n", [(1, "unknown column `tags.x`")]),
        ("text\na\n", [(1, "no `id` column")]),
        ("", [(1, "no `id` column")]),
        ("id,text\na,b,c\n", [(2, "3 cells under 2 columns")]),
        ("id,text\n,b\n", [(2, "id: is missing")]),
        ("id,text\na,\n", [(2, "found none")]),
        ('id,text\na,"x\ny"\nb,"z\n', [(4, "not CSV")]),
        ('id,text\na,"x"y\n', [(2, "not CSV")]),
        ("id,text,override.pitch\na,b,99\n", [(2, "99 is outside")]),
        (f"id,text,override.pitch\na,b,{'9' * 999}\n", [(2, "expected a number")]),
        ("id,text,override.pich\na,b,9\nc,d,9\n", [(1, "unknown column `override.pich`")]),
        ("id,text,locale\na,b,xx-yy\n", [(2, "locale")]),
        ("id,text,values.a-b\na,b,c\n", [(2, "not a name")]),
    ],
)  # fmt: skip
def test_a_csv_list_that_does_not_work_is_told_once(
    tmp_path: Path, rows: str, found: list[tuple[int, str]]
) -> None:
    told = complaints(tmp_path, rows, csv=True)

    assert [line for line, _ in told] == [line for line, _ in found], told
    assert all(words in message for (_, words), (_, message) in zip(found, told, strict=True)), told


def test_a_byte_order_mark_and_windows_line_ends_are_taken(tmp_path: Path) -> None:
    (row,) = prompts(tmp_path, "\ufeffid,text\r\na,b\r\n", csv=True)

    assert (row.id, row.text, row.place.line) == ("a", "b", 2)


@pytest.mark.parametrize(("mark", "name"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs")])
def test_cells_are_parted_as_the_first_row_parts_them(tmp_path: Path, mark: str, name: str) -> None:
    rows = f'id{mark}text{mark}each.w\r\n"x-{{w}}"{mark}"Open, closed; {{{{ w }}}}"{mark}"one;two"\r\n'

    assert [row.text for row in prompts(tmp_path, rows, csv=True)] == ["Open, closed; {{ w }}"] * 2

    (tmp_path / "rows.csv").write_text(f"id{mark}text\na{mark}b{mark}c\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        voicekit.load(tmp_path)
    assert caught.value.problems[0].remedy == f"put cells that hold {name} in double quotes"


# --- values of the command line ---------------------------------------------------------------------


HELD = [
    *((level, "values: {who: a}") for level in ("project", "pack", "prompt")),
    *(
        (level, f"locales: {{{tag}: {{values: {{who: a}}}}}}")
        for level in ("project", "pack")
        for tag in ("en", "en-US")
    ),
]


@pytest.mark.parametrize(("level", "where"), HELD)
def test_a_value_of_the_command_line_is_the_nearest_of_all(tmp_path: Path, level: str, where: str) -> None:
    at = {name: where if name == level else "" for name in ("project", "pack", "prompt")}
    pack = ", ".join(part for part in ("prompts: prompts.yaml", "profiles: [en]", at["pack"]) if part)
    files = {
        "voicekit.yaml": f"name: a\n{at['project']}\npacks: {{phone: {{{pack}}}}}\n",
        "prompts.yaml": f'prompts: [{{id: a, text: "{{{{ who }}}}"{", " if at["prompt"] else ""}{at["prompt"]}}}]\n',
    }
    sets: dict[str, Any] = {"values.who": "b"}

    assert plan(project(tmp_path, files)).requests[0].text == "a"
    assert plan(tmp_path, **sets).requests[0].text == "b"
