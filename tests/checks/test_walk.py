"""What each kind of check is shown: every subject as often as it should be, in one walk."""

import gc
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import voicekit
from kit.projects import PROFILE, project
from voicekit import _pipeline, checks, ssml
from voicekit._pipeline import linting
from voicekit._pipeline.scope import scope
from voicekit.checks import Check, Document, Node, Row, Run
from voicekit.model import NO_VALUES, Element, Finding

FILES = {
    "voicekit.yaml": "name: mill\npacks:\n"
    "  phone: {prompts: prompts.yaml, profiles: [en, deep]}\n"
    "  web: {prompts: prompts.yaml, profiles: [en]}\n",
    "profiles/deep.yaml": "extends: en\npitch: -2\n",
    "profiles/en.yaml": PROFILE,
    "prompts.yaml": "prompts:\n"
    "  - {id: one, text: One.}\n"
    "  - {id: two, ssml: '<speak>a<p><s>b</s> c<break/></p></speak>'}\n"
    "  - {id: de, text: Eins., locale: de-DE}\n",
}


TAGS = {
    "prompts.yaml": "prompts:\n"
    "  - {id: one, ssml: '<speak><s>One.</s><s>Two.</s></speak>'}\n"
    "  - {id: two, ssml: '<speak><s/><p><s>Inside.</s></p></speak>'}\n"
}
WAITED = {
    "prompts.yaml": "prompts:\n"
    "  - {id: sharp, text: 'Press #.'}\n"
    "  - {id: key, ssml: '<speak>Please <s>press one</s>.</speak>'}\n"
    "  - {id: both, text: 'Pound & Hash'}\n"
}


def seen(
    root: Path,
    make: Callable[[Callable[[Any], Iterator[Finding]]], Check],
    *,
    files: Mapping[str, str] = NO_VALUES,
    **options: Any,
) -> list[Any]:
    """Run one check over a project and return what it was shown."""
    shown: list[Any] = []

    def look(subject: Any) -> Iterator[Finding]:
        shown.append(subject)
        return iter(())

    loaded = voicekit.load(project(root, {**FILES, **files}))
    chosen = scope(loaded, options.pop("select", None), None)
    rows = [_pipeline.check_row(row) for row in _pipeline.render(loaded, chosen).rows]
    checks.look(loaded, rows, linting.profile_uses(loaded, None), only=[make(look)], **options)
    return shown


def test_the_project_is_shown_once_with_every_row(tmp_path: Path) -> None:
    [whole] = seen(tmp_path, lambda look: Check("VK999", "x", project=look))

    assert [(row.pack.name, row.prompt.id, row.profile.name) for row in whole.rows] == [
        ("phone", "one", "en"),
        ("phone", "one", "deep"),
        ("phone", "two", "en"),
        ("phone", "two", "deep"),
        ("web", "one", "en"),
        ("web", "two", "en"),
    ]


def test_packs_are_shown_with_their_rows(tmp_path: Path) -> None:
    packs = seen(tmp_path, lambda look: Check("VK999", "x", pack=look))

    assert [(use.pack.name, len(use.rows)) for use in packs] == [("phone", 4), ("web", 2)]


def test_a_prompt_is_shown_once_although_two_packs_share_its_list(tmp_path: Path) -> None:
    prompts = seen(tmp_path, lambda look: Check("VK999", "x", prompt=look))

    assert [(use.prompt.id, len(use.rows)) for use in prompts] == [("one", 2), ("two", 2), ("de", 0)]


def test_a_selection_shows_only_what_has_a_row(tmp_path: Path) -> None:
    prompts = seen(tmp_path, lambda look: Check("VK999", "x", prompt=look), select="two", partial=True)
    packs = seen(tmp_path, lambda look: Check("VK999", "x", pack=look), select="pack:web", partial=True)

    assert [use.prompt.id for use in prompts] == ["two"]
    assert [use.pack.name for use in packs] == ["web"]


def test_a_profile_is_shown_as_resolved_for_each_pack(tmp_path: Path) -> None:
    profiles = seen(tmp_path, lambda look: Check("VK999", "x", profile=look))

    assert [(use.pack.name, use.profile.name, use.profile.settings.pitch) for use in profiles] == [
        ("phone", "en", None),
        ("phone", "deep", -2),
        ("web", "en", None),
    ]
    assert profiles[0].family.name == "Neural2"


def test_words_are_shown_once_a_pack_however_many_profiles_say_them(tmp_path: Path) -> None:
    rows: list[Row] = seen(tmp_path, lambda look: Check("VK999", "x", spoken=look))

    assert [(row.pack.name, row.text) for row in rows] == [
        ("phone", "One."),
        ("phone", "a b c"),
        ("web", "One."),
        ("web", "a b c"),
    ]


def test_settings_are_shown_once_for_text_and_once_for_ssml(tmp_path: Path) -> None:
    rows: list[Row] = seen(tmp_path, lambda look: Check("VK999", "x", settings=look))

    assert [(row.pack.name, row.profile.name, row.prompt.id) for row in rows] == [
        ("phone", "en", "one"),
        ("phone", "deep", "one"),
        ("phone", "en", "two"),
        ("phone", "deep", "two"),
        ("web", "en", "one"),
        ("web", "en", "two"),
    ]


def test_settings_that_a_prompt_overrides_are_shown_for_themselves(tmp_path: Path) -> None:
    rows = "prompts:\n  - {id: a, text: A.}\n  - {id: b, text: B., override: {rate: 0.9}}\n  - {id: c, text: C.}\n"
    shown = seen(tmp_path, lambda look: Check("VK999", "x", settings=look), files={"prompts.yaml": rows})

    assert [row.prompt.id for row in shown if row.profile.name == "en" and row.pack.name == "phone"] == [
        "a",
        "b",
    ]


def test_a_document_comes_with_its_elements_and_a_text_without(tmp_path: Path) -> None:
    documents: list[Document] = seen(tmp_path, lambda look: Check("VK999", "x", document=look))

    assert {
        (document.row.prompt.id, tuple(element.name for element in document.elements))
        for document in documents
    } == {("one", ()), ("two", ("speak", "p", "s", "break"))}


def test_a_tag_that_nothing_is_said_of_is_shown_once_for_its_settings(tmp_path: Path) -> None:
    nodes: list[Node] = seen(tmp_path, lambda look: Check("VK999", "x", tags={"s": look}), files=TAGS)

    shown = Counter((node.row.pack.name, node.row.profile.name, node.element.children) for node in nodes)
    assert shown == {
        (pack, profile, children): 1
        for pack, profile in (("phone", "en"), ("phone", "deep"), ("web", "en"))
        for children in (("One.",), (), ("Inside.",))
    }


def test_a_tag_is_shown_again_as_long_as_something_is_said_of_it(tmp_path: Path) -> None:
    def look(node: Node) -> Iterator[Finding]:
        yield Finding("VK999", "info", node.place, str(node.element.children), "")

    loaded = voicekit.load(project(tmp_path, {**FILES, **TAGS}))
    rows = [_pipeline.check_row(row) for row in _pipeline.render(loaded).rows]
    found = checks.look(loaded, rows, (), only=[Check("VK999", "x", tags={"s": look})])

    assert Counter(finding.message for finding in found) == {
        "('One.',)": 3,
        "('Two.',)": 3,
        "()": 3,
        "('Inside.',)": 3,
    }


def test_what_stands_inside_metadata_is_shown_to_nobody(tmp_path: Path) -> None:
    files = {
        "prompts.yaml": "prompts:\n  - {id: a, ssml: '<speak><metadata>x<s>y</s></metadata>z</speak>'}\n"
    }
    nodes = seen(tmp_path, lambda look: Check("VK999", "x", elements={"*": look}), files=files)
    runs = seen(tmp_path, lambda look: Check("VK999", "x", text=look), files=files)

    assert {node.element.name for node in nodes} == {"speak", "metadata"}
    assert {run.text for run in runs} == {"z"}


@pytest.mark.parametrize(
    ("signs", "words", "shown"),
    [("#", "", ["sharp"]), ("", "press", ["sharp", "key"]), ("&", "hash", ["both"]), ("%", "pres", [])],
)
@pytest.mark.parametrize("subject", ["row", "spoken"])
def test_a_rule_that_waits_is_shown_rows_with_a_sign_or_word(
    tmp_path: Path, subject: str, signs: str, words: str, shown: list[str]
) -> None:
    def check(look: Callable[[Any], Iterator[Finding]]) -> Check:
        waiting = Check("VK999", "x", signs=frozenset(signs), words=frozenset(words.split()))
        return evolve(waiting, row=look) if subject == "row" else evolve(waiting, spoken=look)

    rows: list[Row] = seen(tmp_path, check, files=WAITED)

    assert [row.prompt.id for row in rows if row.pack.name == "web"] == shown


def test_a_pack_is_shown_the_rows_that_a_rule_waits_for(tmp_path: Path) -> None:
    packs = seen(
        tmp_path, lambda look: Check("VK999", "x", pack=look, words=frozenset({"hash"})), files=WAITED
    )

    assert [(use.pack.name, [row.prompt.id for row in use.rows]) for use in packs] == [
        ("phone", ["both", "both"]),
        ("web", ["both"]),
    ]


def test_twins_are_rows_of_a_pack_with_the_same_words(tmp_path: Path) -> None:
    rows = "prompts:\n  - {id: a, text: One moment}\n  - {id: b, text: two}\n  - {id: c, ssml: <speak>one <s>moment!</s></speak>}\n"
    _, web = seen(tmp_path, lambda look: Check("VK999", "x", pack=look), files={"prompts.yaml": rows})

    assert [[row.prompt.id for row in twins] for twins in web.twins] == [["a", "c"]]


def test_elements_are_shown_by_name_with_those_around_them(tmp_path: Path) -> None:
    nodes: list[Node] = seen(tmp_path, lambda look: Check("VK999", "x", elements={"break": look, "s": look}))

    assert Counter(node.element.name for node in nodes) == {"break": 3, "s": 3}
    assert {node.element.name: [one.name for one in node.parents] for node in nodes} == {
        "s": ["speak", "p"],
        "break": ["speak", "p"],
    }


def test_a_star_is_shown_every_element_once_as_walk_yields_them(tmp_path: Path) -> None:
    nodes: list[Node] = seen(tmp_path, lambda look: Check("VK999", "x", elements={"*": look, "mark": look}))
    content = nodes[0].row.speech.content

    assert isinstance(content, Element)
    assert [node.element for node in nodes[:4]] == list(ssml.walk(content))
    assert len(nodes) == 3 * 4


def test_runs_are_the_text_between_tags_and_whole_plain_texts(tmp_path: Path) -> None:
    runs: list[Run] = seen(tmp_path, lambda look: Check("VK999", "x", text=look))

    assert [run.text for run in runs if run.row.pack.name == "web"] == ["One.", "a", "b", " c"]
    assert [run.place.line for run in runs if run.row.pack.name == "web"] == [2, 3, 3, 3]


def test_a_run_of_a_plain_template_knows_the_line_of_each_character(tmp_path: Path) -> None:
    places: list[int | None] = []

    def look(run: Run) -> Iterator[Finding]:
        places.extend(run.place_at(run.text.index(word)).line for word in ("Two", "Three"))
        return iter(())

    files = {
        "templates/a.txt.j2": "---\n---\nOne.\nTwo.\nThree.\n",
        "prompts.yaml": "prompts:\n  - {id: a, script: a}\n",
    }
    loaded = voicekit.load(project(tmp_path, files))
    rows = [_pipeline.check_row(row) for row in _pipeline.render(loaded).rows]
    checks.look(loaded, rows, (), only=[Check("VK999", "x", text=look)])

    assert places == [4, 5]


def test_what_stands_inside_elements_is_told_where_its_own_line_is(tmp_path: Path) -> None:
    template = (
        "---\ninputs:\n  names: {type: list, default: [a, b]}\n---\n<speak>\n<p>\nGood morning.\nPress # now.\n</p>\n"
        "{% for name in names %}\n<s>For {{ name }},<break/>\npress\n*.</s>\n{% endfor %}\n"
        "Thanks\n~\n</speak>\n"
    )
    files = {"templates/a.ssml.j2": template, "prompts.yaml": "prompts:\n  - {id: a, script: a}\n"}
    found = voicekit.check(voicekit.load(project(tmp_path, files)))

    assert [(finding.place.line, finding.message[1]) for finding in found if finding.code == "VK615"] == [
        (8, "#"),
        (13, "*"),
        (16, "~"),
    ]


def test_every_check_subscribes_to_something_or_is_a_page_only() -> None:
    pages = {
        code for code, check in checks.find().items() if check == Check(code, check.name, mend=check.mend)
    }

    assert {"VK101", "VK401", "VK404"} <= pages


def test_two_checks_cannot_share_a_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from voicekit.checks import _members

    for name in ("vk601_a.py", "vk601_b.py"):
        (tmp_path / name).write_text("")
    monkeypatch.setattr(_members, "__file__", str(tmp_path / "_members.py"))

    with pytest.raises(ImportError, match=r"VK601: .*vk601_a and vk601_b"):
        _members.modules.__wrapped__()


def test_linting_again_and_again_does_not_grow(tmp_path: Path) -> None:
    prompts = "".join(
        f"  - {{id: a/{n}, ssml: '<speak>Line {n}.<break time=\"1s\"/></speak>'}}\n" for n in range(300)
    )
    loaded = voicekit.load(project(tmp_path, {"prompts.yaml": f"prompts:\n{prompts}"}))
    _pipeline.check(loaded)
    gc.collect()
    tracemalloc.start()
    try:
        _pipeline.check(loaded)
        gc.collect()
        first, _ = tracemalloc.get_traced_memory()
        for _ in range(3):
            _pipeline.check(loaded)
        gc.collect()
        last, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert last - first < 20_000
