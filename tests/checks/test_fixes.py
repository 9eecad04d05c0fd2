"""Mending: what is safe is edited where it stands, comments stay, and a second time changes nothing."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voicekit
from kit.projects import project
from voicekit.checks import Source, edits, with_fixes
from voicekit.errors import Place
from voicekit.model import Finding

MENDED = {"VK101", "VK104", "VK301", "VK302", "VK308"}
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
        ('{id: a, text: "Say \\"hi\\" "}', '{id: a, text: "Say \\"hi\\" "}'),
    ],
)
def test_blank_space_at_the_ends_of_a_text_is_cut(tmp_path: Path, row: str, after: str) -> None:
    assert mended(tmp_path, "prompts.yaml", f"prompts:\n  - {row}\n") == f"prompts:\n  - {after}\n"


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

    assert [edit.after for edit in found] == [f"{text[:start]}#{text[stop:]}"]
