"""`test`: what is run, how it is told, and how it ends."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from kit.story import Story
from voicekit import _yaml
from voicekit._load.fields import plain
from voicekit.cli import _output, _schemas, find
from voicekit.cli import init as starter

CASES = """cases:
  - name: third in line
    script: ivr/queue-position
    values: {position: 3}
    locale: en-US
    text: Thank you for calling Smith & Sons. You are the 3rd in line.
  - {name: goodbye, prompt: goodbye, must_say: [thank you], max_duration: 5}
  - {name: too far, script: ivr/queue-position, values: {position: 201}, error: maximum}
"""


@pytest.fixture
def tested(story: Story) -> Story:
    story.write("tests/prompts.yaml", CASES)
    return story


def test_what_fails_is_told_at_its_line_and_exits_with_3(tested: Story) -> None:
    ran = tested.run("test")

    assert ran.code == 3
    assert ran.out.startswith(
        "tests/prompts.yaml:2: third in line\n    the text differs (- expected, + rendered):\n"
    )
    assert "        - You are the 3rd in line.\n" in ran.out
    assert "        + You are the third in line.\n" in ran.out
    assert ran.err.startswith("3 cases, 1 failed (in ")
    assert "goodbye" not in ran.out


def test_what_holds_is_silent_and_exits_with_0(tested: Story) -> None:
    tested.edit("tests/prompts.yaml", "3rd", "third")

    ran, quiet = tested.run("test"), tested.run("test", "--quiet")

    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("3 cases, 0 failed (in ")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        (["goodbye"], ["goodbye"]),
        (["*o*"], ["goodbye", "too far"]),
        (["too far", "third*"], ["third in line", "too far"]),
        (["third"], []),
    ],
)
def test_cases_are_selected_by_name(tested: Story, patterns: list[str], names: list[str]) -> None:
    selected = [word for pattern in patterns for word in ("--select", pattern)]

    ran = tested.run("test", "--format", "json", *selected)

    assert [case["name"] for case in ran.json["cases"]] == names


@pytest.mark.parametrize(
    ("flags", "names"),
    [
        (["--select", "script:ivr/*"], ["third in line", "too far"]),
        (["--select", "locale:en,id:goodbye"], ["goodbye"]),
        (["--select", "selector:bye", "--select", "third*"], ["third in line", "goodbye"]),
        (["--exclude", "script:ivr/*"], ["goodbye"]),
        (["--exclude", "too far"], ["third in line", "goodbye"]),
    ],
)
def test_cases_are_selected_by_what_they_are_about(tested: Story, flags: list[str], names: list[str]) -> None:
    tested.edit("voicekit.yaml", "packs:\n", "selectors: {bye: 'id:goodbye'}\npacks:\n")

    assert [case["name"] for case in tested.run("test", "--format", "json", *flags).json["cases"]] == names
    assert tested.run("test", "--select", "tga:x locale:en").code == 4


def test_a_selection_that_takes_nothing_says_so(tested: Story) -> None:
    ran = tested.run("test", "--select", "third", "--select", "fourth")

    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("no case fits third fourth\n")


def test_fail_fast_stops_at_the_first_failure(tested: Story) -> None:
    ran = tested.run("test", "-x", "--format", "json")
    text = tested.run("test", "--fail-fast")

    assert (ran.code, text.code) == (3, 3)
    assert [case["name"] for case in ran.json["cases"]] == ["third in line"]
    assert text.err.startswith("1 case, 1 failed, 2 not run (in ")


def test_json_is_versioned_and_fits_its_schema(tested: Story) -> None:
    ran = tested.run("test", "--format", "json")
    failed, *held = ran.json["cases"]

    assert ran.code == 3
    assert ran.err.startswith("3 cases, 1 failed")
    assert ran.json["schema"] == "voicekit.tests/1"
    assert (failed["path"], failed["line"], failed["status"]) == ("tests/prompts.yaml", 2, "failed")
    assert "+ You are the third in line." in failed["message"]
    assert [(case["line"], case["status"], case["message"]) for case in held] == [
        (7, "passed", ""),
        (8, "passed", ""),
    ]
    assert all(case["seconds"] > 0 for case in ran.json["cases"])
    assert errors("tests", ran.json) == []
    assert errors("tests", {**ran.json, "cases": [{}]}) != []


def test_junit_is_xml_with_a_case_each(tested: Story) -> None:
    tested.edit("tests/prompts.yaml", "3rd", "<3rd> & last")

    ran = tested.run("test", "--format", "junit")
    root = ET.fromstring(ran.out)
    suite = root.find("testsuite")
    assert suite is not None
    failed, *held = suite.findall("testcase")
    failure = failed.find("failure")

    assert ran.code == 3
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "0")
    assert (failed.get("file"), failed.get("line")) == ("tests/prompts.yaml", "2")
    assert failed.get("name") == "third in line"
    assert failure is not None
    assert failure.get("message") == "the text differs (- expected, + rendered):"
    assert "- You are the <3rd> & last in line." in (failure.text or "")
    assert [len(case) for case in held] == [0, 0]
    assert float(suite.get("time", "0")) > 0


def test_every_mistake_in_every_file_is_told_before_anything_is_run(tested: Story) -> None:
    tested.write("tests/deep/more.yaml", "cases:\n  - {name: a, prompt: goodbey, text: a}\n")
    tested.edit("tests/prompts.yaml", "position: 201", "positoin: 201")

    ran = tested.run("test", "--format", "json", "--select", "goodbye")

    assert (ran.code, ran.out) == (4, "")
    assert "tests/deep/more.yaml:2: cases[0].prompt: no pack has a prompt `goodbey`" in ran.err
    assert "did you mean `goodbye`?" in ran.err
    assert "tests/prompts.yaml:8: cases[2].values.positoin: " in ran.err


def test_without_cases_it_says_how_to_write_one(story: Story) -> None:
    story.write("tests/services.yaml", "services: {web: 1}\n")

    ran, quiet = story.run("test"), story.run("test", "--quiet")

    assert (ran.code, ran.out, quiet.code) == (0, "", 0)
    assert ran.err.startswith("tests/services.yaml: has no `cases:` at its top, so it is left alone\n")
    assert "there is no case; write `cases:`" in ran.err
    assert "services" not in quiet.err
    assert story.run("test", "--format", "json").json["cases"] == []


def test_a_broken_disk_is_the_host_s_fault(tested: Story) -> None:
    tested.write(".voicekit/store", "not a folder")

    ran = tested.run("test")

    assert ran.code == 7
    assert "Traceback" not in ran.err


def test_a_terminal_sees_how_far_it_is(tested: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    class Bar:
        def start(self, total: int) -> None:
            seen.append(total)

        def step(self) -> None:
            seen.append("step")

    class Shown:
        def __enter__(self) -> Bar:
            return Bar()

        def __exit__(self, *_: object) -> None:
            seen.append("end")

    def progress(**options: Any) -> Shown:
        seen.append(options)
        return Shown()

    monkeypatch.setattr(_output, "progress", progress)

    tested.run("test")

    assert seen == [{"quiet": False, "doing": "testing"}, 3, "step", "step", "step", "end"]


def test_a_difference_is_in_colour_where_colours_are_wanted(tested: Story) -> None:
    from voicekit.cli import _outcomes

    assert tested.run("test").out.count("\x1b") == 0
    assert _outcomes._coloured("  - was").startswith("\x1b[31m")
    assert _outcomes._coloured("  + is").startswith("\x1b[32m")
    assert _outcomes._coloured("  same") == "  same"


def test_the_starter_has_cases_that_hold_and_that_can_fail(story: Story) -> None:
    story.run("init", "fresh")

    held = story.run("test", "--project", "fresh", "--format", "json")
    story.edit("fresh/voicekit.yaml", "company: Northgate Clinic", "company: Southgate Clinic")
    story.edit("fresh/voicekit.yaml", '["312", "555", "0144"]', '["312", "555", "0142"]')
    failed = story.run("test", "--project", "fresh", "--format", "json")

    assert held.code == 0
    assert len(held.json["cases"]) >= 8
    assert failed.code == 3
    assert [case["name"] for case in failed.json["cases"] if case["status"] == "failed"] == [
        "the number for emergencies is read digit by digit",
        "the website gives its own phone number",
    ]
    first = (story.root / "fresh/tests/prompts.yaml").read_text(encoding="utf-8").partition("\n")[0]
    assert first == "# yaml-language-server: $schema=../schemas/cases.schema.json"


def test_no_socket_is_opened(tested: Story) -> None:
    watch = (
        "import sys; seen = []\n"
        "sys.addaudithook(lambda event, _: seen.append(event) if event in"
        " {'socket.connect', 'socket.getaddrinfo', 'socket.bind', 'socket.sendto'} else None)\n"
        "from voicekit.cli import run\ncode = run(['test', '-q'])\nprint(code, seen)"
    )
    done = subprocess.run(
        [sys.executable, "-c", watch], cwd=tested.root, capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "3 []"


# --- the schema ---------------------------------------------------------------------------------------


def errors(kind: str, data: Any) -> list[str]:
    """Return what is wrong with data by a schema."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    validator = jsonschema.Draft202012Validator(_schemas.schema(kind))
    return [f"{error.json_path}: {error.message[:120]}" for error in validator.iter_errors(data)]


def read(text: str) -> Any:
    return plain(_yaml.load(text, "test"))


def test_cases_that_load_fit_the_schema() -> None:
    shipped = starter._starter() / "tests/prompts.yaml"

    assert errors("cases", read(CASES)) == []
    assert errors("cases", read(shipped.read_text(encoding="utf-8"))) == []
    assert errors("cases", {"cases": []}) == []


@pytest.mark.parametrize(
    "case",
    [
        "{prompt: goodbye, text: a}",
        "{name: a, text: a}",
        "{name: a, prompt: goodbye}",
        "{name: a, prompt: goodbye, script: ivr/queue-position, text: a}",
        "{name: a, prompt: goodbye, values: {a: 1}, text: a}",
        "{name: a, prompt: goodbye, text: a, error: b}",
        "{name: a, prompt: goodbye, must_say: word}",
        "{name: a, prompt: goodbye, must_say: []}",
        "{name: a, prompt: goodbye, max_duration: -1}",
        "{name: a, prompt: goodbye, max_characters: 1.5}",
        "{name: a, prompt: goodbye, text: a, txet: b}",
        "{name: a, prompt: goodbye, ssml: ' '}",
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(story: Story, case: str) -> None:
    text = f"cases:\n  - {case}\n"
    story.write("tests/prompts.yaml", text)

    assert story.run("test").code == 4
    assert errors("cases", read(text)) != []


def test_it_is_a_verb_and_prints_nothing_but_its_answer(tested: Story, tmp_path: Path) -> None:
    assert "test" in find()
    assert json.loads(tested.run("test", "--project", str(tmp_path), "--format", "json").out)["cases"]
