"""What a project does not want to hear: severities, selections, ignores by path and in comments, and those that are unused."""

from pathlib import Path

import pytest

import voicekit
from kit.projects import project, wrong
from voicekit.checks import unknown

CHIRP = "provider: google\nlanguage: en-US\nvoice: en-US-Chirp3-HD-Kore\nencoding: LINEAR16\n"
HEAD = "name: mill\npacks:\n  phone: {prompts: prompts.yaml, profiles: [en]}\n"
STRESS = "<speak>a<emphasis>b</emphasis></speak>"
SCRIPT = "---\n---\n<speak>\nOne.\n<emphasis>now</emphasis>\nTwo.\n</speak>\n"


def found(
    root: Path, files: dict[str, str], select: str | None = None
) -> list[tuple[str, str, str, int | None]]:
    """Return code, severity, file and line of what three rules find; the others have tests of their own."""
    loaded = voicekit.load(project(root, {"profiles/en.yaml": CHIRP, **files}))
    return [
        (one.code, one.severity, one.place.path.removeprefix(f"{root}/"), one.place.line)
        for one in voicekit.check(loaded, select)
        if one.code in {"VK301", "VK304", "VK404"}
    ]


def prompts(*rows: str) -> dict[str, str]:
    return {"prompts.yaml": "prompts:\n" + "".join(f"{row}\n" for row in rows)}


def checks(text: str) -> dict[str, str]:
    return {"voicekit.yaml": f"{HEAD}checks: {text}\n"}


HOLD = f"  - {{id: hold, ssml: '{STRESS}'}}"
FOUND = [("VK304", "warning", "prompts.yaml", 2)]


@pytest.mark.parametrize(
    ("wish", "severity"),
    [
        ("{VK304: off}", None),
        ("{VK304: info}", "info"),
        ("{VK304: error}", "error"),
        ('{"VK3*": off}', None),
        ('{"VK*": off, "VK30?": info}', "info"),
        ('{"VK3*": off, VK304: warning}', "warning"),
        ('{select: ["VK1*"]}', None),
        ("{select: [VK304]}", "warning"),
        ("{select: [VK304], VK304: info}", "info"),
        ("{ignore: [{path: prompts.yaml, codes: [VK304]}]}", None),
        ('{ignore: [{path: "*.yaml", codes: ["VK3*"]}]}', None),
    ],
)
def test_a_project_says_what_it_wants_to_hear(tmp_path: Path, wish: str, severity: str | None) -> None:
    expected = [("VK304", severity, "prompts.yaml", 2)] if severity else []

    assert found(tmp_path, {**prompts(HOLD), **checks(wish)}) == expected


def test_a_path_that_is_another_ignores_nothing_and_is_told(tmp_path: Path) -> None:
    wish = '{ignore: [{path: "prompts/*", codes: [VK304]}]}'

    assert found(tmp_path, {**prompts(HOLD), **checks(wish)}) == [
        *FOUND,
        ("VK404", "warning", "voicekit.yaml", 4),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        (f"{HOLD}  # voicekit: ignore[VK304]",),
        ("  # voicekit: ignore[VK304]", HOLD),
        ("  # voicekit: ignore[VK304] the pause is for the other voice", "", "  # and a comment", HOLD),
        ("  #voicekit:ignore[ VK1*, VK304 ]", HOLD),
        ("  - id: hold  # voicekit: ignore[VK304]", f"    ssml: '{STRESS}'"),
        ("  # voicekit: ignore[VK304]", "  - id: hold", "    tags: [a]", f"    ssml: '{STRESS}'"),
        ("  - id: hold", f"    ssml: '{STRESS}'  # voicekit: ignore[VK304]"),
        (
            "  - id: hold  # voicekit: ignore[VK304]",
            "    ssml: |",
            "      <speak>a",
            "",
            "      <emphasis>b</emphasis></speak>",
        ),
    ],
)
def test_a_comment_speaks_for_its_line_the_next_one_or_its_prompt(
    tmp_path: Path, rows: tuple[str, ...]
) -> None:
    assert found(tmp_path, prompts(*rows)) == []


@pytest.mark.parametrize(
    ("rows", "line", "where"),
    [
        (("  # voicekit: ignore[VK103]", HOLD), 3, 2),
        ((HOLD, "  # voicekit: ignore[VK304]", "  - {id: b, text: B.}"), 2, 3),
        (("  - {id: b, text: B.}  # voicekit: ignore[VK304]", HOLD), 3, 2),
        (("  # voicekit: ignore", HOLD), 3, 2),
        (("  # voicekit: ignore[]", HOLD), 3, 2),
        (("  # voicekit: ignore[VK034]", HOLD), 3, 2),
    ],
)
def test_a_comment_that_ignores_nothing_is_told(
    tmp_path: Path, rows: tuple[str, ...], line: int, where: int
) -> None:
    assert sorted(found(tmp_path, prompts(*rows))) == [
        ("VK304", "warning", "prompts.yaml", line),
        ("VK404", "warning", "prompts.yaml", where),
    ]


@pytest.mark.parametrize("number", [5, 4])
@pytest.mark.parametrize(
    "comment", ["{# voicekit: ignore[VK304] #}", "{#- voicekit: ignore[VK304] for now -#}"]
)
def test_a_template_s_comment_speaks_for_its_line_or_the_next(
    tmp_path: Path, number: int, comment: str
) -> None:
    lines = SCRIPT.split("\n")
    if number == 5:
        lines[4] += comment
    else:
        lines.insert(4, comment)
    files = {"templates/a.ssml.j2": "\n".join(lines), **prompts("  - {id: a, script: a}")}

    assert found(tmp_path, files) == []
    assert found(tmp_path, {**files, "templates/a.ssml.j2": SCRIPT}) == [
        ("VK304", "warning", "templates/a.ssml.j2", 5)
    ]


def test_in_a_template_only_a_jinja_comment_counts(tmp_path: Path) -> None:
    text = SCRIPT.replace("<emphasis>now</emphasis>", "<emphasis>now</emphasis> # voicekit: ignore[VK304]")

    assert [
        row[0] for row in found(tmp_path, {"templates/a.ssml.j2": text, **prompts("  - {id: a, script: a}")})
    ] == ["VK304"]


def test_a_comment_in_a_partial_speaks_for_the_partial(tmp_path: Path) -> None:
    files = {
        "templates/part.ssml.j2": "<emphasis>now</emphasis> {# voicekit: ignore[VK304] #}\n",
        "templates/a.ssml.j2": "---\n---\n<speak>One.{% include 'part.ssml.j2' %}</speak>\n",
        **prompts("  - {id: a, script: a}"),
    }

    assert found(tmp_path, files) == []


def test_nothing_silences_an_error_that_a_vendor_is_known_to_answer_with(tmp_path: Path) -> None:
    files = {
        "profiles/en.yaml": f"{CHIRP}pitch: 2  # voicekit: ignore[VK301]\n",
        **checks('{VK301: off, select: [VK404], ignore: [{path: "*", codes: [VK301]}]}'),
    }

    assert found(tmp_path, files) == [
        ("VK301", "error", "profiles/en.yaml", 5),
        ("VK404", "warning", "profiles/en.yaml", 5),
        ("VK404", "warning", "voicekit.yaml", 4),
    ]


def test_a_selection_judges_no_ignore(tmp_path: Path) -> None:
    rows = (f"{HOLD}  # voicekit: ignore[VK304]", "  - {id: b, text: B.}")

    assert found(tmp_path, prompts(*rows), select="b") == []


def test_unused_ignores_can_be_silenced_like_any_advice(tmp_path: Path) -> None:
    rows = prompts("  - {id: b, text: B.}  # voicekit: ignore[VK304]")

    assert found(tmp_path, {**rows, **checks("{VK404: off}")}) == []


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ("{VK034: off}", "checks.VK034: no check is called `VK034`"),
        ('{"VK0*": off}', "checks.VK0*: no check is called `VK0*`"),
        ("{VK304: loud}", "checks.VK304: `loud` is not a severity"),
        ("{VK304: 5}", "checks.VK304: expected text, found a number"),
        ("{select: [VK999]}", "checks.select: no check is called `VK999`"),
        ("{select: VK304}", "checks.select: expected a list, found text"),
        ("{ignore: VK304}", "checks.ignore: expected a list, found text"),
        ("{ignore: [VK304]}", "checks.ignore[0]: expected a mapping, found text"),
        ("{ignore: [{codes: [VK304]}]}", "checks.ignore[0].path: is missing"),
        ("{ignore: [{path: a}]}", "checks.ignore[0].codes: is missing"),
        ("{ignore: [{path: a, codes: [VK000]}]}", "checks.ignore[0].codes: no check is called `VK000`"),
        ("{ignore: [{path: a, codes: [VK304], why: b}]}", "checks.ignore[0].why: unknown key"),
    ],
)
def test_what_is_wrong_with_the_wishes_is_told_with_its_line(tmp_path: Path, wish: str, message: str) -> None:
    assert wrong(project(tmp_path, checks(wish))) == [("voicekit.yaml", 4, message)]


def test_an_unknown_code_names_the_nearest() -> None:
    assert "`VK304`" in str(unknown("VK3O4"))
    assert unknown("VK304") is None
    assert unknown("VK3*") is None
