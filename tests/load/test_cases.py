"""Cases: which files have some, every problem with them at its line, and which takes a case is about."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voicekit
from kit.projects import PROFILE, project, write
from voicekit import _limits as limits
from voicekit import ssml
from voicekit._load.cases import Case, find, load
from voicekit.errors import ConfigError, HostError

FILES = {
    "voicekit.yaml": """name: mill
values: {grain: rye}
packs:
  phone: {prompts: prompts.yaml, profiles: [en, es]}
  web: {prompts: web.yaml, profiles: [en, loud], values: {grain: oat}}
""",
    "profiles/en.yaml": PROFILE,
    "profiles/es.yaml": PROFILE.replace("en-US", "es-US"),
    "profiles/loud.yaml": "extends: en\ngain: 6\n",
    "profiles/base.yaml": "encoding: MULAW\n",
    "prompts.yaml": """prompts:
  - {id: sack, script: sack, values: {count: 2}}
  - {id: shut, text: The mill is shut., locale: en-US}
  - {id: shut, text: El molino está cerrado., locale: es-US}
  - {id: named, text: Mill.}
""",
    "web.yaml": "prompts:\n  - {id: sack, script: sack, values: {count: 5}}\n",
    "templates/sack.ssml.j2": "---\ninputs:\n  count: {type: integer, minimum: 1}\n  grain: {type: string}\n---\n<speak>{{ count }} sacks of {{ grain }}.</speak>\n",
}


@pytest.fixture
def mill(tmp_path: Path) -> Path:
    return project(tmp_path, FILES)


def read(root: Path, *cases: str) -> tuple[Case, ...]:
    """Write cases, one a line from line 2 on, and load them."""
    write(root, {"tests/a.yaml": "cases:\n" + "".join(f"  - {case}\n" for case in cases)})
    return load(voicekit.load(root), ["tests/a.yaml"])


def wrong(root: Path, *cases: str) -> list[tuple[int | None, str]]:
    """Return what loading cases complains of: the line, and the message with its path in the file."""
    try:
        read(root, *cases)
    except ConfigError as error:
        assert all(problem.remedy for problem in error.problems)
        return [
            (problem.place.line if problem.place else None, f"{problem.where}: {problem.message}")
            for problem in error.problems
        ]
    return []


def takes(case: Case) -> set[str]:
    return {f"{take.pack.name}/{take.prompt.id}/{take.profile.name}/{take.language}" for take in case.takes}


def test_files_with_cases_are_told_from_others(tmp_path: Path) -> None:
    others: dict[str, str | bytes] = {
        "tests/services.yaml": "services:\n  web: &image {cases: 1}\n  db: *image\n",
        "tests/nested.yaml": "a:\n  cases: []\n",
        "tests/long.yaml": "#" * limits.FILE_BYTES + "\ncases: []\n",
        "tests/latin.yaml": b"name: Caf\xe9\n",
    }
    ours = {
        "tests/a.yaml": "cases: []\n",
        "tests/deep/er/b.yaml": "# words\n\ncases:\n  - {}\n",
        "tests/json.yaml": '{"cases": []}\n',
        "tests/dos.yaml": "\ufeffcases:\r\n",
        "tests/broken.yaml": "cases: [\n",
    }
    elsewhere = {
        "cases.yaml": "cases: []\n",
        "tests/c.yml": "cases: []\n",
        "tests/.hidden/d.yaml": "cases: []\n",
    }
    root = write(tmp_path, {**others, **ours, **elsewhere})

    found = find(root)

    assert found.cases == tuple(sorted(ours))
    assert found.others == tuple(sorted(others))
    assert find(root / "profiles").cases == ()


def test_every_mistake_is_told_at_its_line_in_one_run(mill: Path) -> None:
    write(
        mill,
        {
            "tests/a.yaml": """cases:
  - {script: sack, text: a}
  - name: two subjects
    script: sack
    prompt: sack
    text: a
  - {name: none, text: a}
  - just a text
  -
  - {name: vague, prompt: sack}
  - {name: lost, script: sakc, text: a}
  - {name: lost too, prompt: sakc, text: a}
  - name: values
    script: sack
    values:
      count: 2
      grian: rye
    text: a
  - {name: not its own, prompt: sack, values: {count: 1}, text: a}
  - {name: nowhere, prompt: sack, pack: fone, profile: ne, locale: english, text: a}
  - {name: half, script: sack, profile: base, text: a}
  - name: markup
    prompt: sack
    ssml: |
      <speak>
        a & b
      </speak>
  - {name: numbers, prompt: sack, min_duration: 3, max_duration: 2, max_characters: 1.5}
  - {name: more numbers, prompt: sack, max_duration: -1, max_characters: many}
  - {name: lists, prompt: sack, must_say: [], must_not_say: word}
  - {name: both, prompt: sack, text: a, error: b}
  - {name: spelling, prompt: sack, txet: a, text: b}
  - {name: blank, prompt: sack, error: " ", ssml: }
""",
            "tests/b.yaml": "cases: {}\n",
            "tests/c.yaml": "cases: []\ncsaes: []\n",
            "tests/d.yaml": "cases: [\n",
            "tests/e.yaml": "cases:\n  - {name: same, prompt: sack, text: a}\n  - {name: ' same ', prompt: sack, text: b}\n",
        },
    )
    with pytest.raises(ConfigError) as caught:
        load(voicekit.load(mill), [f"tests/{name}.yaml" for name in "abcde"])

    told = [
        (Path(str(problem.place and problem.place.path)).name, problem.place and problem.place.line, f"{problem.where}: {problem.message}")
        for problem in caught.value.problems
    ]  # fmt: skip
    assert told == [
        ("a.yaml", 2, "cases[0].name: is missing"),
        ("a.yaml", 3, "cases[1]: a case has one of `script` and `prompt`; found script and prompt"),
        ("a.yaml", 7, "cases[2]: a case has one of `script` and `prompt`; found none"),
        ("a.yaml", 8, "cases[3]: expected a case, found text"),
        ("a.yaml", 9, "cases[4]: expected a case, found nothing"),
        ("a.yaml", 10, "cases[5]: expects nothing"),
        ("a.yaml", 11, "cases[6].script: there is no script `sakc`"),
        ("a.yaml", 12, "cases[7].prompt: no pack has a prompt `sakc`"),
        ("a.yaml", 17, "cases[8].values.grian: script sack has no input `grian`"),
        ("a.yaml", 19, "cases[9].values: a prompt has its own values"),
        ("a.yaml", 20, "cases[10].pack: no pack is called `fone`"),
        ("a.yaml", 20, "cases[10].profile: no profile is called `ne`"),
        ("a.yaml", 20, "cases[10].locale: `english` is not a BCP-47 tag; write it like en-US"),
        ("a.yaml", 21, "cases[11].profile: profile base states no provider, language, voice, so it speaks nothing"),
        ("a.yaml", 24, "cases[12].ssml: not well-formed: an & begins no entity here (line 2, column 5 of it)"),
        ("a.yaml", 28, "cases[13].max_characters: is not a whole number"),
        ("a.yaml", 28, "cases[13].min_duration: is above max_duration"),
        ("a.yaml", 29, "cases[14].max_duration: -1 is outside [0, 3600] seconds"),
        ("a.yaml", 29, "cases[14].max_characters: expected a number, found text"),
        ("a.yaml", 30, "cases[15].must_not_say: expected a list, found text"),
        ("a.yaml", 30, "cases[15].must_say: is empty"),
        ("a.yaml", 31, "cases[16].error: what is refused says nothing, so nothing else can be expected"),
        ("a.yaml", 32, "cases[17].txet: unknown key"),
        ("a.yaml", 33, "cases[18].ssml: has no value"),
        ("a.yaml", 33, "cases[18].error: is blank"),
        ("b.yaml", 1, "cases: expected a list of cases, found a mapping"),
        ("c.yaml", 2, "csaes: unknown key"),
        ("d.yaml", 2, told[27][2]),
        ("e.yaml", 3, "cases[1].name: is that of another case, at " + str(mill / "tests/e.yaml") + ":2"),
    ]  # fmt: skip
    assert told[27][2].startswith(": not YAML")


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("", {"phone/sack/en/en-US", "phone/sack/es/es-US", "web/sack/en/en-US", "web/sack/loud/en-US"}),
        ("pack: web,", {"web/sack/en/en-US", "web/sack/loud/en-US"}),
        ("profile: en,", {"phone/sack/en/en-US", "web/sack/en/en-US"}),
        ("locale: es,", {"phone/sack/es/es-US"}),
        ("locale: ES-us,", {"phone/sack/es/es-US"}),
        ("pack: web, profile: loud, locale: en-US,", {"web/sack/loud/en-US"}),
    ],
)
def test_a_prompt_is_tested_wherever_it_is_said(mill: Path, where: str, expected: set[str]) -> None:
    (case,) = read(mill, f"{{name: a, prompt: sack, {where} text: a}}")

    assert takes(case) == expected


def test_a_prompt_of_several_locales_is_tested_where_each_is_said(mill: Path) -> None:
    (case,) = read(mill, "{name: a, prompt: shut, text: a}")

    assert takes(case) == {"phone/shut/en/en-US", "phone/shut/es/es-US"}
    assert {take.prompt.text for take in case.takes if take.language == "es-US"} == {
        "El molino está cerrado."
    }


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("locale: fr-FR", "no profile says sack in locale fr-FR"),
        ("pack: phone, profile: loud", "no profile says sack in pack phone, profile loud"),
    ],
)
def test_a_prompt_that_nobody_says_is_told(mill: Path, where: str, message: str) -> None:
    assert wrong(mill, f"{{name: a, prompt: sack, {where}, text: a}}") == [(2, f"cases[0].prompt: {message}")]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("", {"/a/en/en-US", "/a/es/es-US", "/a/loud/en-US"}),
        ("locale: en,", {"/a/en/en-US", "/a/loud/en-US"}),
        ("profile: loud,", {"/a/loud/en-US"}),
        ("pack: phone,", {"phone/a/en/en-US", "phone/a/es/es-US"}),
        ("pack: phone, profile: loud,", {"phone/a/loud/en-US"}),
        ("locale: fr-CA,", {"/a/fr-CA/fr-CA"}),
    ],
)
def test_a_script_is_tested_as_one_more_prompt(mill: Path, where: str, expected: set[str]) -> None:
    (case,) = read(mill, f"{{name: a, script: sack, {where} values: {{count: 3}}, text: a}}")

    assert takes(case) == expected
    assert {take.prompt.values["count"] for take in case.takes} == {3}
    assert {dict(take.pack.values).get("grain") for take in case.takes} == {None}


def test_a_script_has_the_values_of_the_pack_it_names(mill: Path) -> None:
    (case,) = read(mill, "{name: a, script: sack, pack: web, text: a}")

    assert {take.pack.values["grain"] for take in case.takes} == {"oat"}


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("{name: a, script: sack, profile: en, locale: es, text: a}", "locale: profile en does not speak es"),
        ("{name: a, script: sack, locale: fr, max_duration: 2}", "locale: no profile speaks fr, so there is nothing to measure"),
    ],
)  # fmt: skip
def test_a_script_that_nobody_speaks_is_told(mill: Path, case: str, message: str) -> None:
    assert wrong(mill, case) == [(2, f"cases[0].{message}")]


def test_an_override_may_change_the_language(tmp_path: Path) -> None:
    prompts = "prompts:\n  - {id: a, text: Hola., override: {language: es-US, voice: es-US-Neural2-A}}\n"
    root = project(tmp_path, {"prompts.yaml": prompts})

    (case,) = read(root, "{name: a, prompt: a, locale: es, text: a}")

    assert takes(case) == {"phone/a/en/es-US"}


def test_what_a_case_expects_is_read_into_values(mill: Path) -> None:
    (case,) = read(
        mill,
        "{name: ' third\t in  line ', note: why, prompt: sack, text: '', ssml: 'a<break/>', must_say: [a, b], must_not_say: [c],"
        " min_duration: 0, max_duration: 1.5, max_characters: 20}",
    )

    assert case.name == "third in line"
    assert case.place.line == 2
    assert case.expected.text == ""
    assert case.expected.ssml == ssml.parse("<speak>a<break/></speak>")
    assert (case.expected.must_say, case.expected.must_not_say) == (("a", "b"), ("c",))
    assert (case.expected.min_duration, case.expected.max_duration) == (0, 1.5)
    assert case.expected.max_characters == 20
    assert case.expected.spoken


def test_a_file_of_cases_with_a_name_that_is_not_utf_8_is_refused(mill: Path) -> None:
    name = os.fsdecode(b"tests/m\xe9.yaml")
    try:
        write(mill, {name: "cases: []\n"})
    except OSError:
        pytest.skip("this disk takes names in UTF-8 only")

    with pytest.raises(ConfigError) as caught:
        load(voicekit.load(mill), find(mill).cases)

    assert str(caught.value).startswith(f"{mill}/tests/m\\xe9.yaml: is no path in UTF-8")


def test_a_link_that_leads_nowhere_is_no_file_of_cases(mill: Path) -> None:
    (mill / "tests").mkdir()
    (mill / "tests" / "a.yaml").symlink_to("a.yaml")

    assert find(mill).cases == ()
    with pytest.raises((ConfigError, HostError)):
        load(voicekit.load(mill), ["tests/a.yaml"])


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.text(max_size=8)
    | st.lists(st.text(max_size=3), max_size=2)
)


@given(st.dictionaries(st.sampled_from(["name", "script", "prompt", "pack", "profile", "locale", "values", "text", "ssml", "must_say", "error", "max_duration", "x"]), PLAIN))  # fmt: skip
def test_whatever_stands_in_a_case_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]
) -> None:
    from voicekit import _wire

    root = project(tmp_path_factory.mktemp("mill"), FILES)
    write(root, {"tests/a.yaml": _wire.compact({"cases": [data]})})
    try:
        found = load(voicekit.load(root), ["tests/a.yaml"])
    except ConfigError as error:
        assert all(problem.place and problem.remedy for problem in error.problems)
    else:
        assert found[0].takes
