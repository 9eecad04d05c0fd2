"""Mending: what is safe is edited where it stands, comments stay, and a second time changes nothing."""

import re
from pathlib import Path
from typing import Any, Self
from unittest import mock

import pytest
from attrs import evolve
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

import voicekit
from kit.projects import project
from voicekit import _yaml, checks
from voicekit.checks import Source, edits, with_fixes
from voicekit.errors import ConfigError, Place
from voicekit.model import Finding

MENDED = {"VK101", "VK104", "VK301", "VK302", "VK308", "VK621"}
CHIRP = "provider: google\nlanguage: en-US\nvoice: en-US-Chirp3-HD-Kore\nencoding: LINEAR16\n"
IN_JSON = """\
{"provider": "google", "language": "en-US", "pitch": 0,
 "voice": "en-US-Chirp3-HD-Kore", "encoding": "LINEAR16"}
"""
PLAIN = "provider: google\nlanguage: en-US\nvoice: en-US-Neural2-F\nencoding: LINEAR16\n"


def mended(root: Path, name: str, text: str, more: dict[str, str] | None = None) -> str:
    """Return a file of a project as its fixes leave it; fixing the result must change nothing."""
    for _ in range(2):
        loaded = voicekit.load(project(root, {**(more or {}), name: text}))
        findings = [finding for finding in voicekit.check(loaded) if finding.code in MENDED]
        found = edits(with_fixes(findings, loaded))
        again = {edit.path.removeprefix(f"{root}/"): edit.after for edit in found}.get(name)
        if again is None:
            return text
        text = again
    raise AssertionError("the second round changed something")


@pytest.mark.parametrize(
    ("profile", "after"),
    [
        (f"{CHIRP}pitch: 0\neffects: []\n", f"{CHIRP}effects: []\n"),
        (f"{CHIRP}pitch: 0.0", CHIRP),
        (f"pitch: 0  # as it is\n{CHIRP}", f"# as it is\n{CHIRP}"),
        (f"# one\n{CHIRP}# two\npitch : -0.0 \n# three\n", f"# one\n{CHIRP}# two\n# three\n"),
        (
            CHIRP.replace("Chirp3-HD-Kore", "Journey-F") + "rate: 1.0\n",
            CHIRP.replace("Chirp3-HD-Kore", "Journey-F"),
        ),
    ],
)
def test_a_neutral_setting_that_is_refused_is_deleted(tmp_path: Path, profile: str, after: str) -> None:
    assert mended(tmp_path, "profiles/en.yaml", profile) == after


@pytest.mark.parametrize(
    "profile",
    [f"{CHIRP}pitch: 2\n", f"{PLAIN}pitch: 0\n", IN_JSON],
)
def test_a_setting_that_does_something_or_shares_its_line_is_left(tmp_path: Path, profile: str) -> None:
    assert mended(tmp_path, "profiles/en.yaml", profile) == profile


def test_a_neutral_setting_that_hides_a_base_s_own_is_left(tmp_path: Path) -> None:
    profile = f"extends: base\n{CHIRP}pitch: 0\n"

    assert mended(tmp_path, "profiles/en.yaml", profile, {"profiles/base.yaml": "pitch: -2\n"}) == profile


def test_a_neutral_setting_that_another_profile_shares_is_left(tmp_path: Path) -> None:
    other = {"profiles/other.yaml": "extends: en\nvoice: en-US-Neural2-F\n"}

    assert mended(tmp_path, "profiles/en.yaml", f"{CHIRP}pitch: 0\n", other) == f"{CHIRP}pitch: 0\n"


@pytest.mark.parametrize(
    ("row", "after"),
    [
        ("- {id: a, ssml: '<speak>AT&T</speak>'}", "- {id: a, ssml: '<speak>AT&amp;T</speak>'}"),
        (
            "- {id: a, ssml: '<speak>1 < 2 & 3</speak>'} # & <",
            "- {id: a, ssml: '<speak>1 &lt; 2 &amp; 3</speak>'} # & <",
        ),
        ("- id: a\n    ssml: <speak>A&B&amp;C</speak>", "- id: a\n    ssml: <speak>A&amp;B&amp;C</speak>"),
        (
            "- id: a\n    ssml: |\n      <speak>\n      A & B\n      C & D\n      </speak>\n    tags: [a&b]",
            "- id: a\n    ssml: |\n      <speak>\n      A &amp; B\n      C &amp; D\n      </speak>\n    tags: [a&b]",
        ),
        (
            "- {id: a, ssml: '<speak>R&D {{ \"a\" if 1 < 2 }}</speak>'}",
            "- {id: a, ssml: '<speak>R&amp;D {{ \"a\" if 1 < 2 }}</speak>'}",
        ),
        (
            "- {id: a, ssml: '<speak>&#38; &lt; &co <p/></speak>'}",
            "- {id: a, ssml: '<speak>&#38; &lt; &amp;co <p/></speak>'}",
        ),
    ],
)
def test_bare_characters_of_literal_ssml_are_escaped(tmp_path: Path, row: str, after: str) -> None:
    text = "# prompts & more\nprompts:\n  {}\n  - {{id: z, text: A & B}}\n"

    # A trailing comment with a bare character makes the line unclear, and is left alone.
    expected = row if row.endswith("# & <") else after
    assert mended(tmp_path, "prompts.yaml", text.format(row)) == text.format(expected)


@pytest.mark.parametrize(
    "row",
    [
        "- {id: a, note: R&D, ssml: '<speak>R&D</speak>', tags: ['a&b']}",
        "- {id: a, ssml: '<speak><p>R</speak>'}",
        '- {id: a, ssml: "<speak>Tom \\x26 Jerry</speak>", note: "Q & A"}',
        '- {id: a, ssml: "<speak>Tom \\u0026 Jerry</speak>"} # Q & A',
        '- {id: a, ssml: "<speak>1 \\U0000003c 2</speak>", note: "0 < 1"}',
    ],
)
def test_markup_that_is_unclear_is_left(tmp_path: Path, row: str) -> None:
    text = f"prompts:\n  {row}\n"

    assert mended(tmp_path, "prompts.yaml", text) == text


@pytest.mark.parametrize(
    ("row", "after"),
    [
        ("{id: a, text: 'Hello. '}", "{id: a, text: 'Hello.'}"),
        ('{id: a, text: "  Hello.\t", note: " x "}', '{id: a, text: "Hello.", note: " x "}'),
        *(
            (row, row)
            for row in (
                '{id: a, text: "Say \\"hi\\" "}',
                '{id: a, values: {text: " v "}, text: "It\'s {{ text }} "}',
                '{id: a, text: "It\'s open. "} # text: " x "',
            )
        ),
    ],
)
def test_blank_space_at_the_ends_of_a_text_is_cut(tmp_path: Path, row: str, after: str) -> None:
    assert mended(tmp_path, "prompts.yaml", f"prompts:\n  - {row}\n") == f"prompts:\n  - {after}\n"


ROWS = (
    "  - {{id: a, text: {}}}\n  - {{id: b, text: B.}}\n",
    "  - id: a\n    text: {}\n    note: N.\n",
    "  - id: a\n    note: {}\n    text: A.{}\n",
    "  - id: a\n    text: |\n      {}\n      {}\n",
    "  - id: a\n    text: >\n      {}\n      {}\n  - {{id: b, text: 'B\u200b.'}}\n",
    "  - {{id: a, text: '{}', note: '\u200b'}}\n",
    '  - {{id: a, note: "{}", text: "{}"}}\n',
    "  - {{id: a, ssml: <speak>{}</speak>}}\n",
)
UNSEEN = st.sampled_from(("\u200b", "\u00ad", "\u00a0\u00a0", "\ufeff", "\u202f\u00a0"))
NEAR = st.sampled_from(
    (" ", "a", "B.", "#", ":", "- ", ",", '"', "'", "{", "}", "%", "1", "true", "|", "&", "*")
)


def said(root: Path) -> list[tuple[str, str, str]]:
    """Return what each prompt of a project says to the eye, and its id and note."""
    rows = [prompt for pack in voicekit.load(root).packs for prompt in pack.prompts]
    return [(one.id, seen(one.text or one.ssml or ""), seen(one.note)) for one in rows]


def seen(text: str) -> str:
    return re.sub("[ \u00a0\u202f]+", " ", re.sub("[\u200b\u00ad\ufeff]", "", text)).strip(" ")


@given(
    row=st.sampled_from(ROWS),
    words=st.lists(UNSEEN | NEAR, max_size=8).map("".join),
    start=st.sampled_from(["", "A"]),
)
@example(ROWS[1], "Enter your number, then press\u00a0\u00a0# to end the call.", "")
@example(ROWS[1], "Press \u200b# to end the call.", "")
@example(ROWS[2], ":\u200b we are closed", "A")
@example(ROWS[3], "\u00a0\u00a0a", "")
@example(ROWS[0], "1\u200b", "")
@example(ROWS[0], "{\u200b{ a }}", "A")
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_nobody_sees_goes_and_nothing_else(tmp_path: Path, row: str, words: str, start: str) -> None:
    text = "prompts:\n" + row.format(*[f"{start}{words}"] * 2)
    root = project(tmp_path, {"prompts.yaml": text})
    try:
        before = said(root)
        findings = voicekit.check(voicekit.load(root))
    except ConfigError:
        assume(False)
    for edit in edits(with_fixes([one for one in findings if one.code == "VK621"], voicekit.load(root))):
        Path(edit.path).write_text(edit.after, encoding="utf-8")

    assert said(root) == before
    voicekit.check(voicekit.load(root))


def test_one_line_that_must_stay_keeps_no_other_from_being_mended(tmp_path: Path) -> None:
    rows = [f"  - {{id: a{number}, text: A\u200b.}}\n" for number in range(20)]
    rows[7] = rows[13] = "  - {id: %s, text: A\u00a0\u00a0# b\n    }\n"
    rows = [row % f"c{number}" if "%" in row else row for number, row in enumerate(rows)]
    clean = [row.replace("\u200b", "") for row in rows]

    assert mended(tmp_path, "prompts.yaml", "prompts:\n" + "".join(rows)) == "prompts:\n" + "".join(clean)


@pytest.mark.parametrize(
    ("row", "after"),
    [
        ("a,Al\u00adpha\u200b,n", "a,Alpha,n"),
        ('a,\u200b"Alpha,n', 'a,\u200b"Alpha,n'),
        ('a,"Al\u200bpha,\n#",n', 'a,"Alpha,\n#",n'),
    ],
)
def test_a_cell_stays_a_cell(tmp_path: Path, row: str, after: str) -> None:
    more = {"voicekit.yaml": "name: mill\npacks: {phone: {prompts: p.csv, profiles: [en]}}\n"}

    assert mended(tmp_path, "p.csv", f"id,text,note\n{row}\nb,B,\n", more) == f"id,text,note\n{after}\nb,B,\n"


def test_braces_that_are_kept_apart_stay_apart(tmp_path: Path) -> None:
    script = "---\n---\nHello {\u200b{ name }}.\nGood\u200bbye.\n"
    more = {"prompts.yaml": "prompts:\n  - {id: a, script: a}\n"}
    after = script.replace("Good\u200b", "Good")

    assert mended(tmp_path, "templates/a.txt.j2", script, more) == after


def test_an_effect_that_is_stated_twice_is_stated_once(tmp_path: Path) -> None:
    one, two = "telephony-class-application", "handset-class-device"
    before = f"{PLAIN}effects: [{one}, {two}, {one}] # for phones\n"

    assert mended(tmp_path, "profiles/en.yaml", before) == f"{PLAIN}effects: [{one}, {two}] # for phones\n"


def finding(source: Source, line: int, column: int, length: int, replacement: str) -> Finding:
    fix = source.fix(line, column, length, replacement)
    return Finding("VK104", "info", Place(source.path, line), "m", "r", fix)


def test_fixes_never_overlap_and_a_changed_file_is_left_alone() -> None:
    source = Source("a.yaml", "one two\nthree\n")
    found = [finding(source, 1, 1, 3, "1"), finding(source, 1, 3, 3, "x"), finding(source, 1, 8, 6, " 3")]
    [edit] = edits(found, {"a.yaml": source.text})

    assert (edit.after, edit.fixes) == ("1 two 3\n", 2)
    assert "-one two\n-three\n+1 two 3\n" in edit.diff()
    assert edits(found, {"a.yaml": f"{source.text}\n"}) == ()
    assert edits([finding(source, 1, 1, 3, "one")], {"a.yaml": source.text}) == ()


@given(st.text(st.sampled_from("ab\n"), max_size=30), st.data())
def test_a_fix_replaces_its_span_and_nothing_else(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, len(text)))
    source = Source("a", text)
    line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    found = edits([finding(source, line, column, stop - start, "#")], {"a": text})

    assert source.position(start) == (line, column)
    assert [edit.after for edit in found] == [f"{text[:start]}#{text[stop:]}"]


class Watched(str):
    """A text that counts how often it is walked through."""

    __slots__ = ("walks",)
    walks: int

    def __new__(cls, text: str) -> Self:
        """Begin with none."""
        made = super().__new__(cls, text)
        made.walks = 0
        return made

    def __getattribute__(self, name: str) -> Any:
        """Count the methods that read all of it."""
        if name in {"split", "encode", "index", "find", "rfind", "count"}:
            self.walks += 1
        return super().__getattribute__(name)


def walks(root: Path, count: int) -> tuple[int, int]:
    """Return how often a list of so many times three prompts to mend is walked through for that, and parsed."""
    rows = (
        f'  - {{id: a{n}, text: "A. "}}\n  - {{id: b{n}, text: "A\u200b {n}."}}\n  - {{id: c{n}, ssml: "<speak>&</speak>"}}\n'
        for n in range(count)
    )
    text = Watched("prompts:\n" + "".join(rows))
    loaded = voicekit.load(project(root, {"prompts.yaml": text}))
    source = Source(str(root / "prompts.yaml"), text, [one for pack in loaded.packs for one in pack.prompts])
    findings, found = voicekit.check(loaded), []
    text.walks = 0
    with mock.patch.object(_yaml, "load", wraps=_yaml.load) as parse:
        for one in findings:
            mend = checks.find()[one.code].mend
            fix = mend(one, source, loaded) if mend else None
            found += [evolve(one, fix=fix)] if fix else []
        [edit] = edits(found, {source.path: text})

    assert edit.fixes == 3 * count
    return text.walks, parse.call_count


def test_many_findings_do_not_walk_through_their_file_many_times(tmp_path: Path) -> None:
    assert walks(tmp_path, 20) == walks(tmp_path, 2)
