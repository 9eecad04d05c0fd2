"""Every rule's own examples: Bad gives its findings on the marked lines, Good gives none."""

import re
from pathlib import Path

import pytest

import voicekit
from kit import check as kit
from voicekit import checks

PACKAGE = Path(voicekit.__file__).parent


@pytest.mark.parametrize("code", checks.codes())
def test_a_rule_keeps_what_its_page_promises(code: str, tmp_path: Path) -> None:
    kit.conforms(checks.find()[code], tmp_path)


@pytest.mark.parametrize("code", checks.codes())
def test_a_file_is_named_by_its_rule(code: str) -> None:
    assert checks.find()[code].code == code


def test_every_code_in_the_package_has_a_page() -> None:
    named = {
        code
        for path in PACKAGE.rglob("*.py")
        for code in re.findall(r'"(VK[0-9]{3})"', path.read_text(encoding="utf-8"))
    }

    assert named - {*checks.codes(), "VK999"} == set()


def test_no_rule_fires_on_the_starter() -> None:
    assert voicekit.check(voicekit.load(Path(__file__).parents[2])) == ()


def test_the_kit_notices_an_example_that_is_not_true(tmp_path: Path) -> None:
    check = checks.find()["VK103"]
    example = "prompts:\n    - {id: hello, text: Hello.}  ←\n"

    with pytest.raises(AssertionError, match="VK103 in"):
        kit._fires(check, tmp_path / "a", example)
    with pytest.raises(AssertionError, match="marks no line"):
        kit._fires(check, tmp_path / "b", "prompts:\n    - {id: hello, text: ''}\n")
    with pytest.raises(AssertionError, match="not a part"):
        kit.read("loose words\nprompts:\n    - {id: hello, text: ''}\n")


def test_an_example_becomes_a_whole_project() -> None:
    example = kit.read(
        "profile es:\n    language: es-US  ← here\ntemplate hello:\n    <speak>Hola.</speak>\npack:\n    complete: true\n"
    )

    assert example.files["templates/hello.ssml.j2"] == "---\n---\n<speak>Hola.</speak>\n"
    assert example.files["prompts.yaml"] == "prompts:\n  - {id: hello, script: hello}\n"
    assert "    complete: true\n" in example.files["voicekit.yaml"]
    assert "profiles: [es]" in example.files["voicekit.yaml"]
    assert example.files["profiles/es.yaml"].endswith("encoding: LINEAR16\nlanguage: es-US\n")
    assert example.marked == {("profiles/es.yaml", 4)}
