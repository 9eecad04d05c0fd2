"""Cases of tests, run: what holds, what does not and how that is told, and what is spoken and measured once."""

import itertools
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import voicekit
from kit.projects import PROFILE, project, write
from voicekit import _embedded, ssml
from voicekit._load.cases import Case, Expected, load
from voicekit._pipeline import comparing
from voicekit._pipeline.trial import Outcome, Trials
from voicekit.errors import HostError, Problem
from voicekit.model import Element
from voicekit.testing import texts, trees

FILES = {
    "voicekit.yaml": """name: mill
values: {grain: rye}
packs:
  phone: {prompts: prompts.yaml, profiles: [en, es], values: {grain: oat}}
""",
    "profiles/en.yaml": PROFILE,
    "profiles/es.yaml": PROFILE.replace("en-US", "es-US"),
    "prompts.yaml": """prompts:
  - {id: sacks, script: sacks, values: {count: 2}}
  - {id: mill, text: Mill.}
  - {id: slow, text: One sack of oat., locale: en-US, override: {rate: 0.5}}
""",
    "templates/sacks.en.ssml.j2": """---
inputs: {count: {type: integer, minimum: 1, maximum: 9}, grain: {type: string}}
---
<speak>
  <s>{{ count | number }} sacks of {{ grain }}.</s>
  {% if count > 8 %}{{ count / 0 }}{% endif %}
</speak>
""",
    "templates/sacks.es.ssml.j2": """---
inputs: {count: {type: integer, minimum: 1, maximum: 9}, grain: {type: string}}
---
<speak><s>{{ count | number }} sacos.</s></speak>
""",
    "templates/plain.txt.j2": "---\ntitle: Text\n---\nPlain words.\n",
}


@pytest.fixture
def mill(tmp_path: Path) -> Path:
    return project(tmp_path, FILES)


def cases(root: Path, *rows: str) -> tuple[Case, ...]:
    text = "cases:\n" + "".join(f"  - {{name: a{number}, {row}}}\n" for number, row in enumerate(rows))
    write(root, {"tests/a.yaml": text})
    return load(voicekit.load(root), ["tests/a.yaml"])


def run(root: Path, *rows: str, **options: Any) -> list[Outcome]:
    """Write cases, give them names, and run them."""
    found = cases(root, *rows)
    with closing(Trials(voicekit.load(root), **options)) as trials:
        return [trials.run(case) for case in found]


def message(root: Path, row: str) -> str:
    [outcome] = run(root, row)
    assert outcome.passed == (outcome.message == "")
    return outcome.message


SACKS = "script: sacks, values: {count: 3}, locale: en"


@pytest.mark.parametrize(
    "row",
    [
        f"{SACKS}, text: '3 sacks of rye.'",
        f"{SACKS}, text: '  3   sacks of\\u00a0rye. '".replace("'", '"'),
        f"{SACKS}, ssml: '<speak><s>3 sacks of rye.</s></speak>'",
        f"{SACKS}, ssml: '<s> 3 sacks   of rye. </s>'",
        f"{SACKS}, must_say: [SACKS OF, '3', rye], must_not_say: [sack, of rye is, '2']",
        f"{SACKS}, max_characters: 15",
        "script: sacks, pack: phone, profile: en, values: {count: 3}, text: '3 sacks of oat.'",
        "script: sacks, pack: phone, values: {count: 3}, must_say: ['3']",
        "prompt: sacks, locale: es, text: '2 sacos.'",
        "script: sacks, values: {count: 10}, error: above the MAXIMUM",
        "script: sacks, values: {count: 10}, error: 'values.count: is'",
        "script: sacks, values: {count: 9}, locale: en, error: division by zero",
        "script: sacks, values: {count: 3}, locale: fr-FR, error: no fr-FR template",
        "script: plain, text: Plain words.",
        "prompt: mill, must_say: [mill]",
    ],
)
def test_what_holds_passes(mill: Path, row: str) -> None:
    assert message(mill, row) == ""


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f"{SACKS}, text: '3 sacks of Rye.'", "the text differs (- expected, + rendered):\n    - 3 sacks of Rye.\n    ?            ^\n    + 3 sacks of rye.\n    ?            ^"),
        (f"{SACKS}, text: ''", "the text differs (- expected, + rendered):\n    -\n    + 3 sacks of rye."),
        (f"{SACKS}, ssml: '<s>3 sacks of <emphasis>rye</emphasis>.</s>'", "the SSML differs (- expected, + rendered):\n      <speak>\n    +   <s>3 sacks of rye.</s>\n    -   <s>\n    -     3 sacks of\n    -     <emphasis>rye</emphasis>\n    -     .\n    -   </s>\n      </speak>"),
        (f"{SACKS}, must_say: [sack, wheat]", 'does not say "sack"; it says: 3 sacks of rye.\ndoes not say "wheat"; it says: 3 sacks of rye.'),
        (f"{SACKS}, must_not_say: [of rye]", 'says "of rye"; it says: 3 sacks of rye.'),
        (f"{SACKS}, max_characters: 14", "has 15 characters; at most 14 are allowed"),
        (f"{SACKS}, error: maximum", 'is not refused with "maximum"; it says: 3 sacks of rye.'),
        ("script: plain, ssml: 'Plain words.'", "is plain text, and SSML is expected"),
        ("prompt: sacks, text: '2 sacks of oat.'", "in phone/es: the text differs (- expected, + rendered):\n    - 2 sacks of oat.\n    + 2 sacos."),
        ("script: sacks, values: {count: 3}, text: '3 sacos.'", "in en: the text differs (- expected, + rendered):\n    - 3 sacos.\n    + 3 sacks of rye."),
        ("script: sacks, values: {count: 3}, locale: fr, text: a", "cannot be rendered:\n    tests/a.yaml:2: script sacks has no fr template (it has en, es)\n        → name a locale or a profile in which it is said"),
        ("script: sacks, text: a", "cannot be rendered:\n    tests/a.yaml:2: the input `count` of script sacks has no value\n        → write `values: {count: …}` in the prompt, its pack or the project"),
        ("script: sacks, values: {count: 0}, locale: en, error: above", 'is refused, but not with "above":\n    tests/a.yaml:2: values.count: is below the minimum 1\n        → see the input at templates/sacks.en.ssml.j2:2'),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_told(mill: Path, monkeypatch: pytest.MonkeyPatch, row: str, told: str) -> None:
    monkeypatch.chdir(mill)

    assert message(mill, row) == told


def test_what_is_wrong_everywhere_is_told_once(mill: Path) -> None:
    assert message(mill, "prompt: mill, must_say: [water]") == 'does not say "water"; it says: Mill.'


def test_every_case_is_timed_by_the_clock_it_is_given(mill: Path) -> None:
    ticks = itertools.count(step=0.25)

    outcomes = run(mill, "prompt: mill, text: Mill.", "prompt: mill, text: no", clock=lambda: next(ticks))

    assert [outcome.seconds for outcome in outcomes] == [0.25, 0.25]
    assert [outcome.passed for outcome in outcomes] == [True, False]


# --- what is spoken -----------------------------------------------------------------------------------


def test_a_duration_is_the_embedded_voice_s_in_the_profile(mill: Path) -> None:
    slow, quick = run(mill, "prompt: slow, min_duration: 9", "prompt: mill, profile: en, max_duration: 0.1")

    assert slow.message == f"lasts {seconds(slow):.3f} s in the embedded voice; at least 9 s are asked for"
    assert quick.message == f"lasts {seconds(quick):.3f} s in the embedded voice; at most 0.1 s are allowed"
    assert 1.5 < seconds(slow) < 6
    assert 0.2 < seconds(quick) < 1.2


def seconds(outcome: Outcome) -> float:
    return float(outcome.message.partition("lasts ")[2].split()[0])


def test_a_duration_that_fits_passes(mill: Path) -> None:
    assert message(mill, "prompt: slow, min_duration: 0.5, max_duration: 8") == ""


def test_what_was_measured_is_not_spoken_again(mill: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ("prompt: mill, max_duration: 0", "prompt: slow, max_duration: 0")
    before = [outcome.message for outcome in run(mill, *rows)]

    async def refuse(*_: object) -> None:
        raise AssertionError("the voice was started")

    monkeypatch.setattr(_embedded, "app", refuse)

    assert [outcome.message for outcome in run(mill, *rows)] == before
    assert before[0].startswith("in ")  # each language lasts as long as it lasts


def test_a_sound_that_was_measured_is_not_bought_by_a_build_and_the_other_way_round(
    mill: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert message(mill, "prompt: mill, profile: en, max_duration: 5") == ""
    loaded = voicekit.load(mill)

    assert voicekit.build(loaded).requests == 4  # of five files, one has its sound already
    kept = voicekit.load(mill)

    async def refuse(*_: object) -> None:
        raise AssertionError("the voice was started")

    monkeypatch.setattr(_embedded, "app", refuse)
    assert message(mill, "prompt: sacks, max_duration: 9") == ""
    assert voicekit.build(kept).requests == 0


def test_a_build_that_finds_a_measured_sound_gives_the_same_reasons_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "templates/sacks.es.ssml.j2"

    def reasons(root: Path) -> list[tuple[str, ...]]:
        monkeypatch.chdir(root)
        voicekit.build(voicekit.load(root))
        write(root, {name: FILES[name].replace("sacos", "costales")})
        return [row.reasons for row in voicekit.plan(voicekit.load(root)).requests if row.action == "change"]

    measured, other = project(tmp_path / "measured", FILES), project(tmp_path / "other", FILES)
    assert message(measured, "prompt: sacks, max_duration: 9") == ""

    found = reasons(measured)

    assert len(found) == 1
    assert found == reasons(other)


def test_pieces_last_as_long_as_they_do_together(mill: Path) -> None:
    words = "One more sack. " * 700  # more than one request takes
    write(mill, {"prompts.yaml": f"prompts:\n  - {{id: long, text: '{words}', locale: en-US}}\n"})

    [outcome] = run(mill, "prompt: long, max_duration: 0")
    voicekit.build(voicekit.load(mill))
    [artefact] = _artefacts(mill)

    assert seconds(outcome) == pytest.approx(artefact["duration"], abs=0.01)


def _artefacts(root: Path) -> list[dict[str, Any]]:
    from voicekit import _wire

    found: list[dict[str, Any]] = _wire.parse((root / "build/phone/manifest.json").read_bytes())["prompts"]
    return found


def test_what_the_voice_cannot_speak_fails_the_case_alone(mill: Path) -> None:
    write(mill, {"profiles/es.yaml": PROFILE.replace("LINEAR16", "AMR_WB")})  # which nobody here can encode
    failed, held = run(mill, "prompt: mill, profile: es, max_duration: 3", "prompt: mill, text: Mill.")

    assert failed.message.startswith("cannot be spoken: ")
    assert held.passed


def test_a_disk_that_refuses_ends_the_run(mill: Path) -> None:
    write(mill, {".voicekit/store": "not a folder"})

    with pytest.raises(HostError):
        run(mill, "prompt: mill, profile: en, max_duration: 5")


# --- comparing ----------------------------------------------------------------------------------------


def differences(content: Element | str, **expected: Any) -> list[str]:
    return list(comparing.differences(Expected(**expected), content, "en-US"))


@given(texts(), st.sampled_from([" ", "\n", "\t \n", "\u00a0"]))
def test_blank_space_never_decides_about_a_text(text: str, blank: str) -> None:
    respaced = blank.join(["", *text.split(), ""])

    assert differences(respaced, text=text) == []
    assert comparing.folded(comparing.folded(text)) == comparing.folded(text)


@given(texts(), texts())
def test_texts_that_differ_are_told_in_lines_that_can_be_printed(expected: str, rendered: str) -> None:
    found = differences(rendered, text=expected)

    assert (found == []) == (comparing.folded(expected) == comparing.folded(rendered))
    for told in found:
        assert all(line.isprintable() and line.startswith(("the text", "    ")) for line in told.split("\n"))


def spread(node: Element) -> Element:
    """Return a tree with line breaks where an indented document has them: around elements that no text stands beside."""
    children: list[Element | str] = []
    for child in node.children:
        if isinstance(child, Element):
            if not children or isinstance(children[-1], Element):
                children.append("\n  ")
            children.append(spread(child))
        else:
            children.append(child)
    return evolve(node, children=tuple(children))


@given(trees())
def test_blank_space_between_elements_never_decides_about_ssml(tree: Element) -> None:
    assert differences(spread(tree), ssml=tree) == []
    assert differences(tree, ssml=ssml.parse(ssml.serialise(spread(tree)))) == []
    assert comparing.settled(comparing.settled(tree)) == comparing.settled(tree)


def changed(tree: Element) -> Iterator[Element]:
    """Yield trees that say something else, or say it otherwise."""
    yield evolve(tree, children=(*tree.children, "more"))
    yield evolve(tree, children=(*tree.children, Element("break", (("time", "1s"),))))
    yield evolve(tree, attributes=(*tree.attributes, ("zz", "1")))


@given(trees())
def test_any_other_tree_is_told(tree: Element) -> None:
    for other in changed(tree):
        [told] = differences(other, ssml=tree)
        assert told.startswith("the SSML differs (- expected, + rendered):\n    ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Press 1.<break/>Or 2.", "Press 1. <break/>\n Or 2."),
        ("<p><s>a</s><s>b</s></p>", "<p>\n <s> a </s>\n\n <s>b\n</s></p>"),
        ("<emphasis>a</emphasis><emphasis>b</emphasis>", "<emphasis>a</emphasis>\n<emphasis>b</emphasis>"),
        ("<mark name='a'/>b", "\n<mark name='a'/>b\n"),
        ("caf\u00e9", "cafe\u0301"),
        ("<sub alias='b' />", "<sub alias='b'></sub>"),
    ],
)
def test_ssml_that_is_equal(one: str, other: str) -> None:
    assert differences(ssml.parse(one), ssml=ssml.parse(other)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Press <emphasis>one</emphasis>", "Press<emphasis>one</emphasis>"),
        ("<s>a</s>b", "<s>a b</s>"),
        ("<sub alias='b'>a</sub>", "<sub alias=' b'>a</sub>"),
        ("a b", "ab"),
        ("<break/>", ""),
    ],
)
def test_ssml_that_is_not(one: str, other: str) -> None:
    assert differences(ssml.parse(one), ssml=ssml.parse(other)) != []


@pytest.mark.parametrize(
    ("text", "phrase", "language", "says"),
    [
        ("You are third in line.", "Third", "en-US", True),
        ("You are third in line.", "in line.", "en-US", True),
        ("You are thirdly in line", "third", "en-US", False),
        ("Press 33.", "3", "en-US", False),
        ("Press 3.", "3", "en-US", True),
        ("The car's here", "car", "en-US", False),
        ("L'heure", "heure", "fr-FR", True),
        ("Straße", "STRASSE", "de-DE", True),
        ("CAFE\u0301", "café", "fr-FR", True),
        ("您好世界", "世界", "cmn-CN", True),
        ("two\n  lines", "two lines", "en-US", True),
        ("", "a", "en-US", False),
    ],
)
def test_phrases_are_whole_words_whatever_their_case(
    text: str, phrase: str, language: str, says: bool
) -> None:
    assert comparing.says(comparing.folded(text), phrase, language) is says


def test_a_long_difference_is_quick_and_is_cut() -> None:
    one = " ".join(f"Sentence {number}." for number in range(5_000))

    [told] = differences(one.replace("7.", "8."), text=one)

    assert len(told.splitlines()) == 42
    assert told.splitlines()[-1].endswith(" more lines")
    assert "    - Sentence 7.\n    + Sentence 8." in told


def test_a_refusal_that_is_not_expected_shows_every_problem_with_its_remedy() -> None:
    problems = [Problem("is bad", where="values.a", remedy="mend it"), Problem("is worse\x1b[31m")]

    [told] = comparing.refusals(Expected(), problems)

    assert told == "cannot be rendered:\n    values.a: is bad\n        → mend it\n    is worse\\x1b[31m"
    assert list(comparing.refusals(Expected(error="IS  worse"), problems)) == []
    assert len(list(comparing.refusals(Expected(error="mend it"), problems))) == 1
