"""What templates use of what they declare, read without rendering anything."""

from pathlib import Path

import pytest

import voicekit
from kit.projects import project
from voicekit._render import uses

HEAD = "---\ninputs:\n  n: {type: integer}\n---\n"


def found(root: Path, files: dict[str, str]) -> list[tuple[str, str, int | None]]:
    """Return code, file below the root and line of what is found in a project with these templates."""
    written = {f"templates/{name}": text for name, text in files.items()}
    loaded = voicekit.load(project(root, written))
    findings = [finding for finding in uses.look(loaded) if finding.code != "VK403"]
    return [
        (finding.code, finding.place.path.removeprefix(f"{root}/templates/"), finding.place.line)
        for finding in findings
    ]


@pytest.mark.parametrize(
    "body",
    [
        "{{ n }}",
        "{{ 'a' if n > 1 else 'b' }}",
        "{% set m = n %}{{ m }}",
        "{% for x in [1, 2] %}{% if x == n %}{{ x }}{% endif %}{% endfor %}",
        "{% include 'part.txt.j2' %}",
        "{% extends 'frame.txt.j2' %}{% block body %}{% include 'part.txt.j2' %}{% endblock %}",
        "{% import 'lib.txt.j2' as lib %}{{ lib.say(n) }}",
        "{% from 'lib.txt.j2' import say as tell %}{{ tell(n) }}",
        "{% macro own(x) %}{{ x }}{{ loop }}{% endmacro %}{{ own(n) }}{{ break('1s') }}",
    ],
)
def test_what_is_used_and_declared_is_left_alone(tmp_path: Path, body: str) -> None:
    files = {
        "a.txt.j2": HEAD + body,
        "part.txt.j2": "{{ n }}",
        "frame.txt.j2": "{% block body %}{% endblock %}",
        "lib.txt.j2": "{% macro say(x) %}{{ x }}{% endmacro %}",
    }

    assert found(tmp_path, files) == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.txt.j2": f"{HEAD}Hello."}, [("VK405", "a.txt.j2", 3)]),
        ({"a.txt.j2": f"{HEAD}{{# {{{{ n }}}} #}}Hello."}, [("VK405", "a.txt.j2", 3)]),
        ({"a.txt.j2": f"{HEAD}{{{{ n }}}}\n{{{{ m }}}}{{{{ m }}}}"}, [("VK406", "a.txt.j2", 6)]),
        (
            {"a.txt.j2": f"{HEAD}{{{{ n }}}}{{% include 'b.txt.j2' %}}", "b.txt.j2": "\n{{ m }}"},
            [("VK406", "b.txt.j2", 2)],
        ),
        # What is included twice is looked at once, and the rest is looked at still.
        (
            {
                "a.txt.j2": f"{HEAD}{{{{ n }}}}{{% include 'x.txt.j2' %}}" + "{% include 'b.txt.j2' %}" * 2,
                "b.txt.j2": "b",
                "x.txt.j2": "\n{{ m }}",
            },
            [("VK406", "x.txt.j2", 2)],
        ),
        # What is imported without context cannot see what the script's own names are.
        ({"a.txt.j2": f"{HEAD}{{{{ n }}}}{{% import 'b.txt.j2' as b %}}", "b.txt.j2": "{{ m }}"}, []),
        # It may mean the input, though: what it reads counts as used.
        ({"a.txt.j2": f"{HEAD}{{% import 'b.txt.j2' as b %}}", "b.txt.j2": "{{ n }}"}, []),
        # The one who includes a partial may set what it reads.
        (
            {
                "a.txt.j2": f"{HEAD}{{% for m in [n] %}}{{% include 'b.txt.j2' %}}{{% endfor %}}",
                "b.txt.j2": "{{ m }}",
            },
            [],
        ),
        # Rendering tells what is wrong with these.
        ({"a.txt.j2": f"{HEAD}{{% include 'none.txt.j2' %}}"}, []),
        ({"a.txt.j2": f"{HEAD}{{% if %}}"}, []),
        (
            {"a.txt.j2": f"{HEAD}{{% include 'b.txt.j2' %}}", "b.txt.j2": "{% include 'a.txt.j2' %}"},
            [("VK405", "a.txt.j2", 3)],
        ),
    ],
)
def test_what_is_unused_or_undeclared_is_found_where_it_stands(
    tmp_path: Path, files: dict[str, str], expected: list[tuple[str, str, int]]
) -> None:
    assert found(tmp_path, files) == expected


def test_a_script_is_used_by_a_prompt_or_by_another_template(tmp_path: Path) -> None:
    bare = "---\n---\n"
    files = {
        "templates/said.txt.j2": f"{bare}{{% include 'part.txt.j2' %}}",
        "templates/part.txt.j2": "{% include 'included.txt.j2' %}",
        "templates/included.txt.j2": f"{bare}Hello.",
        "templates/forgotten.en.txt.j2": f"{bare}Hello.",
        "prompts.yaml": "prompts:\n  - {id: hello, script: said}\n",
    }
    findings = list(uses.look(voicekit.load(project(tmp_path, files))))

    assert [(finding.code, Path(finding.place.path).name) for finding in findings] == [
        ("VK403", "forgotten.en.txt.j2")
    ]


def test_a_project_without_templates_has_nothing_to_find(tmp_path: Path) -> None:
    assert list(uses.look(voicekit.load(project(tmp_path)))) == []
