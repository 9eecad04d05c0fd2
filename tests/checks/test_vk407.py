"""Inputs and marks of a script's language variants."""

from pathlib import Path

import pytest

import voicekit
from kit.projects import PROFILE, project

ES = PROFILE.replace("en-US", "es-US")
FILES = {
    "voicekit.yaml": "name: a\npacks: {phone: {prompts: prompts.yaml, profiles: [en, es]}}\n",
    "profiles/en.yaml": PROFILE,
    "profiles/es.yaml": ES,
    "prompts.yaml": "prompts:\n  - {id: a, script: a, values: {n: 1}}\n  - {id: b, script: a, values: {n: 2}}\n",
}


def head(*inputs: str) -> str:
    return "---\ninputs:\n" + "".join(f"  {one}\n" for one in inputs) + "---\n"


def found(root: Path, variants: dict[str, str]) -> list[tuple[str, int | None, str]]:
    """Return file, line and message of what is found in these variants of one script."""
    written = {f"templates/a{name}.ssml.j2": text for name, text in variants.items()}
    findings = voicekit.check(voicekit.load(project(root, {**FILES, **written})))
    return [
        (Path(one.place.path).name, one.place.line, one.message) for one in findings if one.code == "VK407"
    ]


N = "n: {type: integer}"


@pytest.mark.parametrize(
    ("variants", "expected"),
    [
        ({"": f"{head(N)}<speak>{{{{ n }}}}</speak>"}, []),
        ({".en": f"{head(N)}<speak>{{{{ n }}}}</speak>", ".es": f"{head(N)}<speak>{{{{ n }}}}</speak>"}, []),
        (
            {".en": f"{head(N)}<speak>{{{{ n }}}}</speak>", ".es": f"{head('n: {type: number}')}<speak>{{{{ n }}}}</speak>"},
            [("a.es.ssml.j2", 3, "of type number; in a.en.ssml.j2, integer")],
        ),
        (
            {".en": f"{head(N)}<speak>{{{{ n }}}}</speak>", ".es": f"{head(N, 'm: {type: string, default: x}')}<speak>{{{{ n }}}}{{{{ m }}}}</speak>"},
            [("a.en.ssml.j2", 1, "has no input `m`, which a.es.ssml.j2 has")],
        ),
        (
            {".en": f"{head(N)}<speak>{{{{ mark('x') }}}}{{{{ n }}}}</speak>", ".es": f"{head(N)}<speak>{{{{ n }}}}{{{{ mark('x') }}}}</speak>"},
            [],
        ),
        (
            {".en": f"{head(N)}<speak>{{{{ n }}}}</speak>", ".es": f"{head(N)}<speak>{{{{ n }}}}{{% if n > 1 %}}{{{{ mark('x') }}}}{{% endif %}}</speak>"},
            [("a.en.ssml.j2", 1, 'the mark "x" is not set here for prompt b, and is in a.es.ssml.j2')],
        ),
    ],
)  # fmt: skip
def test_what_variants_do_not_share_is_told_once(
    tmp_path: Path, variants: dict[str, str], expected: list[tuple[str, int, str]]
) -> None:
    told = found(tmp_path, variants)

    assert len(told) == len(expected)
    for (file, line, message), (where, at, says) in zip(told, expected, strict=True):
        assert (file, line) == (where, at)
        assert says in message
