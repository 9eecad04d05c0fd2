"""What a template cannot do: every known way out of the sandbox is an error with a file and a line."""

from pathlib import Path

import pytest

from kit.escapes import ESCAPES, VALUES
from kit.projects import plan, project, said, script, speech
from voicekit import _limits as limits
from voicekit.errors import MarkupError, RenderError, VoicekitError


@pytest.mark.parametrize("kind", ["ssml", "txt"])
@pytest.mark.parametrize("template", ESCAPES, ids=range(len(ESCAPES)))
def test_what_leads_out_of_the_sandbox_is_an_error_at_its_line(
    tmp_path: Path, template: str, kind: str
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("SECRET")
    root = tmp_path / "project"
    held = "name: a\nvalues: " + VALUES + "\npacks: {phone: {prompts: prompts.yaml, profiles: [en]}}\n"
    script(
        root,
        f"---\n---\n\n{template}\n",
        kind=kind,
        **{"voicekit.yaml": held, "templates/h.ssml.j2": "{% macro x() %}{% endmacro %}"},
    )
    (root / "templates" / "out.txt").symlink_to(outside)
    (root / "templates" / "dir").symlink_to(root)

    with pytest.raises(RenderError) as caught:
        said(root)

    (problem,) = caught.value.problems
    assert problem.place is not None
    assert problem.remedy
    assert problem.place.path.endswith(f"templates/hello.{kind}.j2")
    assert problem.place.line == 4
    assert "SECRET" not in str(caught.value)
    assert "0x" not in str(caught.value)


def test_an_expression_deeper_than_the_parser_is_an_error(tmp_path: Path) -> None:
    script(tmp_path, "---\n---\n{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}")

    with pytest.raises(RenderError, match=r"hello\.ssml\.j2: "):
        said(tmp_path)


def test_a_link_that_leads_out_is_refused_when_the_project_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "x.ssml.j2").write_text("---\n---\nSECRET")
    root = script(tmp_path / "project", "---\n---\nx")
    (root / "templates" / "sub").mkdir()
    (root / "templates" / "sub" / "x.ssml.j2").symlink_to(tmp_path / "x.ssml.j2")

    with pytest.raises(VoicekitError, match=r"templates/sub/x\.ssml\.j2: is a link that leads out"):
        speech(root)


def test_a_link_inside_the_templates_is_fine(tmp_path: Path) -> None:
    root = script(
        tmp_path, "---\n---\n{% include 'b.txt.j2' %}", kind="txt", **{"templates/a.txt.j2": "inner"}
    )
    (root / "templates" / "b.txt.j2").symlink_to("a.txt.j2")

    assert said(root) == "inner"


CIRCLES: list[dict[str, str]] = [
    {"hello": "{% include 'hello.ssml.j2' %}"},
    {"hello": "{% include 'a.ssml.j2' %}", "a": "{% include 'hello.ssml.j2' %}"},
    {
        "hello": "{% extends 'a.ssml.j2' %}",
        "a": "{% include 'b.ssml.j2' %}",
        "b": "{% import 'a.ssml.j2' as x %}",
    },
    {"hello": "{% from 'a.ssml.j2' import m %}", "a": "{% extends 'hello.ssml.j2' %}"},
    {"hello": "{% if false %}{% include 'a.ssml.j2' %}{% endif %}", "a": "\n{% include 'a.ssml.j2' %}"},
]


@pytest.mark.parametrize("templates", CIRCLES)
def test_templates_in_a_circle_are_told_by_name(tmp_path: Path, templates: dict[str, str]) -> None:
    more = {f"templates/{name}.ssml.j2": text for name, text in templates.items() if name != "hello"}
    script(tmp_path, f"---\n---\n{templates['hello']}", **more)

    with pytest.raises(RenderError, match=r"in a circle: .* → ") as caught:
        said(tmp_path)

    assert caught.value.problems[0].place


def test_many_ways_to_one_partial_cost_no_more_than_one(tmp_path: Path) -> None:
    """Each of these includes the next twice: without a memory that would be 2^25 files to follow."""
    more = {
        f"templates/p{n}.txt.j2": f"{{% if v %}}{{% include 'p{n + 1}.txt.j2' %}}{{% include 'p{n + 1}.txt.j2' %}}{{% endif %}}"
        for n in range(25)
    }
    script(
        tmp_path,
        "---\n---\n{% set v = false %}x{% include 'p0.txt.j2' %}",
        kind="txt",
        **{**more, "templates/p25.txt.j2": "end"},
    )

    assert said(tmp_path) == "x"


def test_includes_have_a_depth(tmp_path: Path) -> None:
    deep = limits.INCLUDE_DEPTH + 2
    more = {f"templates/p{n}.txt.j2": f"{{% include 'p{n + 1}.txt.j2' %}}" for n in range(deep)}
    script(
        tmp_path,
        "---\n---\n{% include 'p0.txt.j2' %}",
        kind="txt",
        **{**more, f"templates/p{deep}.txt.j2": ""},
    )

    with pytest.raises(RenderError, match="nested deeper than 32"):
        said(tmp_path)


def test_output_has_an_end(tmp_path: Path) -> None:
    loops = "{% for a in v %}{% for b in v %}{% for c in v %}xxxxxxxxxx{% endfor %}{% endfor %}{% endfor %}"
    declared = "---\ninputs: {v: {type: string}}\n---\n"
    script(tmp_path, declared + loops, values=f"{{v: {'a' * 60}}}", kind="txt")

    with pytest.raises(RenderError, match="more than 1,000,000 characters"):
        said(tmp_path)


LOOPS = [
    "{% for a in v %}{% for b in v %}{% for c in v %}{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in v %}{% for b in v %}{% for c in v if c == 'x' %}{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in v %}{% for b in v recursive %}{% if b == 'z' %}{{ loop(v) }}{% endif %}{% for c in v %}{% set x = c %}{% endfor %}{% endfor %}{% endfor %}",
]


@pytest.mark.parametrize("loops", LOOPS, ids=range(len(LOOPS)))
def test_loops_that_write_nothing_end_in_time(
    tmp_path: Path, loops: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RENDER_SECONDS", 0.1)
    declared = "---\ninputs: {v: {type: string}}\n---\n"
    script(tmp_path, declared + loops, values=f"{{v: {'a' * 3_000}}}", kind="txt")

    with pytest.raises(RenderError, match=r"hello\.txt\.j2:4: the template runs for more than 0\.1 s"):
        said(tmp_path)


@pytest.mark.parametrize(
    ("loop", "seen"),
    [
        ("{% for a in v %}{{ loop.index }}/{{ loop.length }}{{ '.' if loop.last else ',' }}{% endfor %}", "1/3,2/3,3/3."),
        ("{% for a in v | map('upper') %}{{ a }}{{ loop.revindex }}{{ loop.length }}{% endfor %}", "A33B23C13"),
        ("{% for a in v if a != 'b' %}{{ a }}{{ loop.index }}{{ loop.length }}{% endfor %}", "a12c22"),
        ("{% for a in v recursive %}{{ a }}{{ loop.length }}{% if loop.first and loop.depth < 3 %}({{ loop(['b']) }}){% endif %}{% endfor %}", "a3(b1(b1))b3c3"),
        ("{% for a in [] %}x{% else %}none{% endfor %}", "none"),
        ("{% for k, n in {'a': 1} | items %}{{ k }}{{ n }}{% endfor %}", "a1"),
    ],
)  # fmt: skip
def test_loops_know_where_they_are(tmp_path: Path, loop: str, seen: str) -> None:
    declared = "---\ninputs: {v: {type: list}}\n---\n"
    script(tmp_path, declared + loop, values="{v: [a, b, c]}", kind="txt")

    assert said(tmp_path) == seen


@pytest.mark.parametrize("column", ["text", "ssml"])
@pytest.mark.parametrize(
    "literal", ["{{ v.upper() }}", "{{ nope }}", "{% include '../x' %}", "{{ 1 +", "{{ '%d' % 1 }}"]
)
def test_a_literal_is_told_at_its_own_line(tmp_path: Path, column: str, literal: str) -> None:
    root = project(
        tmp_path, {"prompts.yaml": f'prompts:\n  - id: a\n    note: x\n    {column}: "{literal}"\n'}
    )

    with pytest.raises(RenderError) as caught:
        said(root)

    (problem,) = caught.value.problems
    assert problem.place is not None
    assert (problem.place.path, problem.place.line) == (f"{root}/prompts.yaml", 4)


def test_markup_that_is_not_well_formed_is_told_with_its_template(tmp_path: Path) -> None:
    script(tmp_path, "---\n---\n<speak>\n<p></speak>")

    with pytest.raises(
        MarkupError,
        match=r"hello\.ssml\.j2:4: .*mismatched tag: <p> is still open .rendered line 2, column 6.",
    ):
        said(tmp_path)


@pytest.mark.parametrize(
    ("fault", "words"), [("{{ nope }}", "`nope` is undefined"), ("{{ 1 + }}", "not a Jinja template")]
)
def test_an_error_in_a_partial_is_told_in_the_partial(tmp_path: Path, fault: str, words: str) -> None:
    partial = f"---\ntitle: x\n---\n\n\n{fault}"
    script(
        tmp_path,
        "---\n---\n{% include 'parts/p.txt.j2' %}",
        kind="txt",
        **{"templates/parts/p.txt.j2": partial},
    )

    with pytest.raises(RenderError, match=r"parts/p\.txt\.j2:6: " + words):
        said(tmp_path)


@pytest.mark.parametrize(
    ("template", "remedy"),
    [
        ("{{ positon }}", "did you mean `position`?"),
        ("{{ elsewhere }}", "declare it under `inputs`, or give it a value"),
        ("{{ position | ordinl }}", "did you mean `ordinal`?"),
        ("{{ position | nothing_like_it }}", "mend the template"),
        ("{{ position | date(format=\u201cd\u201d) }}", "write straight quotes"),
    ],
)
def test_a_slip_in_a_template_is_answered_with_what_to_write(
    tmp_path: Path, template: str, remedy: str
) -> None:
    head = "---\ninputs: {position: {type: integer}}\n---\n"
    script(tmp_path, f"{head}{template}", values="{position: 3}", kind="txt")

    with pytest.raises(RenderError) as caught:
        said(tmp_path)

    assert [problem.remedy for problem in caught.value.problems] == [remedy]


def test_one_mistake_of_a_template_is_told_once_for_all_of_its_prompts(tmp_path: Path) -> None:
    rows = "prompts:\n  - {id: 'a-{n}', script: hello, each: {n: 1..3}}\n  - {id: b, script: other, values: {n: 1}}\n"
    head = "---\ninputs: {n: {type: integer}}\n---\n{{ n }}"
    templates = {
        "templates/hello.txt.j2": f"{head}{{{{ m }}}}",
        "templates/other.txt.j2": f"{head}\n{{{{ m }}}}",
    }
    project(tmp_path, {"prompts.yaml": rows, **templates})

    with pytest.raises(RenderError) as caught:
        plan(tmp_path)

    assert [problem.message for problem in caught.value.problems] == [
        "`m` is undefined (while rendering prompt a-1 and 2 more)",
        "`m` is undefined (while rendering prompt b)",
    ]
