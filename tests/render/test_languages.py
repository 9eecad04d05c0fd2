"""Which template a voice gets, what it is never given, and which of several values is the nearest."""

from pathlib import Path

import pytest

import voicekit
from kit.projects import PROFILE, project, said


def voices(*languages: str) -> dict[str, str]:
    """Write one profile a language, and a pack of them all."""
    files = {
        f"profiles/{tag.lower()}.yaml": PROFILE.replace("en-US", tag).replace(
            f"{tag}-Neural2-F", f"{tag}-Standard-A"
        )
        for tag in languages
    }
    names = ", ".join(tag.lower() for tag in languages)
    return {
        **files,
        "voicekit.yaml": f"name: a\npacks: {{phone: {{prompts: prompts.yaml, profiles: [{names}]}}}}\n",
    }


def variants(*tags: str) -> dict[str, str]:
    """Write one template a tag, which says its tag."""
    return {
        "templates/hi." + (f"{tag}." if tag else "") + "txt.j2": f"---\n---\n{tag or 'any'}\n" for tag in tags
    }


SCRIPT = {"prompts.yaml": "prompts: [{id: a, script: hi}]\n"}


@pytest.mark.parametrize(
    ("language", "tags", "spoken"),
    [
        ("es-MX", ["es", "en"], "es"), ("es-MX", ["es", "es-MX", ""], "es-MX"), ("es-MX", ["", "en"], "any"), ("es-MX", ["es-ES", ""], "any"),
        ("cmn-CN", ["zh", ""], "zh"), ("cmn-CN", ["cmn", "zh"], "cmn"), ("cmn-CN", ["zh-CN", "zh"], "zh-CN"), ("nb-NO", ["no", ""], "no"),
        ("en-US", ["en-us"], "en-us"), ("en-US", [""], "any"), ("en", ["es", "en-US", "en-GB"], "en-GB"),
    ],
)  # fmt: skip
def test_a_voice_gets_the_nearest_template(
    tmp_path: Path, language: str, tags: list[str], spoken: str
) -> None:
    project(tmp_path, {**voices(language), **variants(*tags), **SCRIPT})

    assert said(tmp_path) == spoken


def findings(root: Path) -> list[tuple[str, str, str]]:
    found = voicekit.check(voicekit.load(root))
    return [(finding.code, finding.severity, finding.message) for finding in found]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({**variants("es", "fr"), **SCRIPT}, "script hi has no en-US template (it has es, fr)"),
        ({"templates/hi.txt.j2": "---\nlanguage: es\n---\nHola.", **SCRIPT}, "it has es"),
        ({"prompts.yaml": "prompts: [{id: a, text: Hola.}]\n", "language": "es"}, "a is written in es"),
        ({**variants(""), **SCRIPT, "language": "es-MX"}, "hi is written in es-MX"),
    ],
)
@pytest.mark.parametrize(("complete", "severity"), [("false", "warning"), ("true", "error")])
def test_a_voice_never_speaks_another_language(
    tmp_path: Path, files: dict[str, str], why: str, complete: str, severity: str
) -> None:
    language = f"language: {files.get('language', '')}\n" if "language" in files else ""
    pack = f"packs: {{phone: {{prompts: prompts.yaml, profiles: [en], complete: {complete}}}}}\n"
    written = {name: text for name, text in files.items() if name != "language"}
    project(tmp_path, {**written, "voicekit.yaml": f"name: a\n{language}{pack}"})

    (finding,) = findings(tmp_path)
    assert finding[:2] == ("VK401", severity)
    assert why in finding[2]


def test_a_prompts_locale_says_silently_whom_it_is_for(tmp_path: Path) -> None:
    rows = "prompts:\n  - {id: a, text: Hi., locale: en}\n  - {id: b, text: Hi., locale: en-GB}\n  - {id: c, text: Hi., locale: EN-us}\n"
    project(tmp_path, {**voices("en-US", "es-US"), "prompts.yaml": rows})

    assert [(row.prompt, row.profile) for row in voicekit.plan(voicekit.load(tmp_path)).requests] == [
        ("a", "en-us"),
        ("c", "en-us"),
    ]
    assert "VK401" not in {code for code, *_ in findings(tmp_path)}


def test_a_text_without_a_language_fits_every_voice(tmp_path: Path) -> None:
    project(tmp_path, voices("en-US", "es-US", "cmn-CN"))

    assert len(voicekit.plan(voicekit.load(tmp_path)).requests) == 3


LEVELS = {
    "project": "values: {v: project}",
    "project language": "locales: {en: {values: {v: project language}}}",
    "project locale": "locales: {en-US: {values: {v: project locale}}}",
    "pack": "values: {v: pack}",
    "pack locale": "locales: {en-us: {values: {v: pack locale}}}",
    "prompt": "values: {v: prompt}",
}
BOTH = "locales: {en: {values: {v: project language}}, en-US: {values: {v: project locale}}, es: {values: {v: no}}}"


@pytest.mark.parametrize("nearest", range(len(LEVELS)))
def test_the_nearest_value_wins(tmp_path: Path, nearest: int) -> None:
    given = list(LEVELS)[: nearest + 1]
    at = [
        LEVELS[name]
        for name in given
        if name in {"project", "project language"} and "project locale" not in given
    ]
    top = [LEVELS["project"], BOTH] if "project locale" in given else at
    pack = [
        "prompts: prompts.yaml",
        "profiles: [en]",
        *(LEVELS[name] for name in given if name.startswith("pack")),
    ]
    row = ["id: a", 'text: "{{ v }}"', *(LEVELS[name] for name in given if name == "prompt")]
    files = {
        "voicekit.yaml": "\n".join(["name: a", *top, f"packs: {{phone: {{{', '.join(pack)}}}}}"]) + "\n",
        "prompts.yaml": f"prompts: [{{{', '.join(row)}}}]\n",
    }

    assert said(project(tmp_path, files)) == given[-1]


def test_a_default_is_the_farthest(tmp_path: Path) -> None:
    template = "---\ninputs: {v: {type: string, default: d, example: e}}\n---\n{{ v }}"
    project(tmp_path, {"templates/hi.txt.j2": template, **SCRIPT})
    assert said(tmp_path) == "d"

    held = "name: a\nvalues: {v: project}\npacks: {phone: {prompts: prompts.yaml, profiles: [en]}}\n"
    project(tmp_path, {"voicekit.yaml": held, **SCRIPT})
    assert said(tmp_path) == "project"
