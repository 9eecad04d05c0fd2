"""Lexicons of a project: who names them, who inherits them, and what is told of those that cannot be read."""

from pathlib import Path

import pytest

import voicekit
from kit.projects import PROFILE, project, write, wrong
from voicekit import pls
from voicekit.model import Lexeme, Lexicon, Pronunciation


def lexicon(word: str, language: str = "en-US") -> str:
    return pls.serialise(Lexicon(language, "ipa", (Lexeme((word,), (Pronunciation(word.lower()),)),)))


NAMED = {
    "voicekit.yaml": "name: mill\nlexicons: [all.pls]\npacks:\n"
    "  phone: {prompts: prompts.yaml, profiles: [en], lexicons: [phone.pls, all.pls]}\n"
    "  web: {prompts: prompts.yaml, profiles: [base]}\n",
    "profiles/base.yaml": f"{PROFILE}lexicons: [base.pls, all.pls]\n",
    "profiles/en.yaml": "extends: base\nlexicons: [deep/own.pls, ./deep/own.pls]\n",
    "lexicons/all.pls": lexicon("All"),
    "lexicons/phone.pls": lexicon("Phone", "en"),
    "lexicons/base.pls": lexicon("Base"),
    "lexicons/deep/own.pls": lexicon("Own"),
    "lexicons/named-by-nobody.pls": "no lexicon",
}


def test_the_project_a_pack_and_a_profile_name_lexicons_and_extends_adds_them(tmp_path: Path) -> None:
    loaded = voicekit.load(project(tmp_path, NAMED))

    assert loaded.lexicons == ("all.pls",)
    assert [pack.lexicons for pack in loaded.packs] == [("phone.pls", "all.pls"), ()]
    assert loaded.profiles["base"].lexicons == ("base.pls", "all.pls")
    assert loaded.profiles["en"].lexicons == ("deep/own.pls", "base.pls", "all.pls")
    assert sorted(loaded.shelf) == ["all.pls", "base.pls", "deep/own.pls", "phone.pls"]
    assert loaded.shelf["phone.pls"].language == "en"
    assert loaded.shelf["deep/own.pls"].lexemes[0].graphemes == ("Own",)
    assert loaded.shelf["deep/own.pls"].path == str(tmp_path / "lexicons/deep/own.pls")


def test_a_lexicon_is_shown_as_the_user_would_type_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path, NAMED)
    monkeypatch.chdir(tmp_path)

    assert voicekit.load(tmp_path).shelf["all.pls"].path == "lexicons/all.pls"


def test_a_project_without_lexicons_needs_no_folder(tmp_path: Path) -> None:
    loaded = voicekit.load(project(tmp_path))

    assert (loaded.lexicons, dict(loaded.shelf)) == ((), {})


def test_every_problem_is_told_at_once_where_it_stands(tmp_path: Path) -> None:
    root = project(
        tmp_path,
        {
            "voicekit.yaml": """name: mill
lexicons:
  - brnad.pls
  - ../secret.pls
  - /etc/passwd.pls
  - brand.csv
  - speech.pls
  - 5
packs:
  phone: {prompts: prompts.yaml, profiles: [en], lexicons: brand.pls}
  web:
    prompts: prompts.yaml
    profiles: [en]
    lexicons: [speech.pls, link.pls, folder.pls, latin.pls]
""",
            "profiles/en.yaml": PROFILE + "lexicons: [broken.pls]\n",
            "lexicons/brand.pls": lexicon("Fine"),
            "lexicons/speech.pls": "\n<speak>Hello</speak>\n",
            "lexicons/broken.pls": lexicon("Odd").replace("en-US", "en_US").replace("Odd", ""),
            "lexicons/latin.pls": b"<!-- caf\xe9 -->",
            "lexicons/folder.pls/x": "",
            "secret.pls": "a secret",
        },
    )
    (root / "lexicons/link.pls").symlink_to(root / "secret.pls")

    found = wrong(root)

    expected = [
        ("lexicons/broken.pls", 2, "xml:lang: `en_US` is not a BCP-47 tag"),
        ("lexicons/broken.pls", 3, "<grapheme> is empty"),
        ("lexicons/latin.pls", 1, "is not UTF-8"),
        ("lexicons/speech.pls", 2, "is not PLS: it starts with <speak>"),
        ("voicekit.yaml", 3, "lexicons: there is no file lexicons/brnad.pls"),
        ("voicekit.yaml", 4, "lexicons: leads out of lexicons/"),
        ("voicekit.yaml", 5, "lexicons: leads out of lexicons/"),
        ("voicekit.yaml", 6, "lexicons: is not a .pls file"),
        ("voicekit.yaml", 8, "lexicons: expected text, found a number"),
        ("voicekit.yaml", 10, "packs.phone.lexicons: expected a list, found text"),
        ("voicekit.yaml", 14, "packs.web.lexicons: is a link that leads out of lexicons/"),
        ("voicekit.yaml", 14, "packs.web.lexicons: there is no file lexicons/folder.pls"),
    ]
    assert [(file, line) for file, line, _ in found] == [(file, line) for file, line, _ in expected]
    assert all(sum(words in told for _, _, told in found) >= 1 for _, _, words in expected)
    assert not any("a secret" in told for _, _, told in found)


def test_a_missing_name_is_answered_with_the_nearest_there_is(tmp_path: Path) -> None:
    root = project(tmp_path, {"voicekit.yaml": "name: mill\nlexicons: [brnad.pls]\npacks: {}\n"})
    write(root, {"lexicons/brand.pls": lexicon("Fine")})

    with pytest.raises(voicekit.VoicekitError) as caught:
        voicekit.load(root)

    assert "did you mean `brand.pls`?" in str(caught.value)


@pytest.mark.parametrize("name", ["a" * 5_000 + ".pls", '"\\0.pls"', '"a\\nb.pls"', '".pls"', '"..pls"'])
def test_a_name_that_no_disk_holds_is_told(tmp_path: Path, name: str) -> None:
    [(file, line, message)] = wrong(
        project(tmp_path, {"profiles/en.yaml": f"{PROFILE}lexicons:\n  - {name}\n"})
    )

    assert (file, line) == ("profiles/en.yaml", 6)
    assert message.startswith("lexicons: ")
    assert "\n" not in message
    assert "\0" not in message


def test_a_lexicon_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    root = project(
        tmp_path, {"profiles/en.yaml": f"{PROFILE}lexicons: [big.pls]\n", "lexicons/big.pls": " " * 1_000_001}
    )

    [(file, _, message)] = wrong(root)

    assert file == "lexicons/big.pls"
    assert "larger than 1,000,000 bytes" in message
