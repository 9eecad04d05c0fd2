"""Findings point at the template's line: through includes, macros, inheritance and loops."""

from pathlib import Path

import pytest
from attrs import evolve

from kit.projects import script, speech, write
from voicekit import _pipeline, ssml
from voicekit.model import Element

FRONT = "---\ntitle: t\ninputs:\n  names: {type: list, default: [Ann, Bob]}\n---\n"
FILES = {
    "voicekit.yaml": "name: n\npacks:\n  p: {prompts: prompts.yaml, profiles: [en]}\n",
    "profiles/en.yaml": "provider: google-302ai\nlanguage: en-US\nvoice: en-US-Neural2-F\nencoding: MP3\n",
    "prompts.yaml": "prompts:\n  - {id: one, script: one}\n",
    "templates/partials/frame.ssml.j2": '<speak>\n{% block body %}{% endblock %}\n<break time="1s"/>\n</speak>',
    "templates/partials/part.ssml.j2": "<s>included</s>\n\n<emphasis>loud</emphasis>",
    "templates/partials/lib.ssml.j2": "{% macro strong(word) %}\n<prosody\n  rate='slow'>{{ word }}</prosody>{% endmacro %}",
}


def _rendered(root: Path, body: str) -> dict[str, tuple[str, int | None]]:
    """Return the place of each element, by its name and its order."""
    for name, text in {**FILES, "templates/one.ssml.j2": FRONT + body}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (row,) = _pipeline.render(_pipeline.load(root)).rows
    assert isinstance(row.speech.content, Element)
    places = [(element.name, row.speech.place_of(element)) for element in ssml.walk(row.speech.content)]
    return {
        f"{name}{number}": (place.path.split("templates/")[1], place.line)
        for number, (name, place) in enumerate(places)
    }


@pytest.mark.parametrize(
    ("body", "places"),
    [
        (
            "<speak>\n<s>x</s>\n<break/></speak>",
            {"speak0": ("one.ssml.j2", 6), "s1": ("one.ssml.j2", 7), "break2": ("one.ssml.j2", 8)},
        ),
        (
            '<speak>{% include "partials/part.ssml.j2" %}\n<mark name="a"/></speak>',
            {
                "s1": ("partials/part.ssml.j2", 1),
                "emphasis2": ("partials/part.ssml.j2", 3),
                "mark3": ("one.ssml.j2", 7),
            },
        ),
        (
            '{% import "partials/lib.ssml.j2" as lib %}\n<speak>{{ lib.strong("now") }}</speak>',
            {"speak0": ("one.ssml.j2", 7), "prosody1": ("partials/lib.ssml.j2", 2)},
        ),
        (
            '{% extends "partials/frame.ssml.j2" %}\n{% block body %}\n{% for name in names %}\n<s>{{ name }}</s>\n{% endfor %}\n{% endblock %}',
            {
                "speak0": ("partials/frame.ssml.j2", 1),
                "s1": ("one.ssml.j2", 9),
                "s2": ("one.ssml.j2", 9),
                "break3": ("partials/frame.ssml.j2", 3),
            },
        ),
        ("<speak>\n\n{{ break('1s') }}</speak>", {"break1": ("one.ssml.j2", 8)}),
        ("<speak>{% call prosody(rate='slow') %}\n<s>x</s>{% endcall %}</speak>", {"s2": ("one.ssml.j2", 7)}),
    ],
)
def test_an_element_points_at_the_line_that_wrote_it(
    tmp_path: Path, body: str, places: dict[str, tuple[str, int]]
) -> None:
    assert _rendered(tmp_path, body).items() >= places.items()


def test_output_that_depends_on_its_own_length_falls_back_to_the_script(tmp_path: Path) -> None:
    body = "{% set words %}abc{% endset %}<speak>{{ words | length }}\n<s>x</s></speak>"

    assert _rendered(tmp_path, body)["s1"] == ("one.ssml.j2", 1)


def test_markup_that_does_not_parse_points_at_the_include_that_breaks_it(tmp_path: Path) -> None:
    _rendered(tmp_path, "<speak/>")
    (tmp_path / "templates/partials/part.ssml.j2").write_text("<s>fine</s>\n\n<s>open", encoding="utf-8")
    (tmp_path / "templates/one.ssml.j2").write_text(
        FRONT + '<speak>\n{% include "partials/part.ssml.j2" %}\n</speak>', encoding="utf-8"
    )

    (finding,) = (found for found in _pipeline.check(_pipeline.load(tmp_path)) if found.code == "VK101")

    assert (finding.place.path.split("templates/")[1], finding.place.line) == ("one.ssml.j2", 8)
    assert "mismatched tag" in finding.message


BLOCK = """prompts:
  - id: one
    ssml: |
      <speak>
      One.

      <mark name="a"/>
      {% for name in names %}
      {{ name }} <break/>
      {% endfor %}
      {% include "partials/part.ssml.j2" %}
      <mark name="b"/>
      </speak>
    values: {names: [Ann, Bob]}
  - id: two
    ssml: |-
      <speak>One.

      <break/></speak>
  - id: three
    ssml: >
      <speak>One.

      <break/></speak>
"""


@pytest.mark.parametrize("foreign", [False, True])
def test_a_literal_block_of_a_prompt_list_points_at_its_own_lines(tmp_path: Path, *, foreign: bool) -> None:
    write(tmp_path, {**FILES, "prompts.yaml": BLOCK})
    rows = _pipeline.render(evolve(_pipeline.load(tmp_path), foreign_templates=foreign)).rows
    places = {
        row.prompt.id: [
            (element.name, place.path.removeprefix(f"{tmp_path}/"), place.line)
            for element in ssml.walk(row.speech.content)
            if element.name in {"break", "mark", "emphasis"}
            for place in [row.speech.place_of(element)]
        ]
        for row in rows
        if isinstance(row.speech.content, Element)
    }

    assert places == {
        "one": [
            ("mark", "prompts.yaml", 7),
            ("break", "prompts.yaml", 9),
            ("break", "prompts.yaml", 9),
            ("emphasis", "templates/partials/part.ssml.j2", 3),
            ("mark", "prompts.yaml", 12),
        ],
        "two": [("break", "prompts.yaml", 19)],
        "three": [("break", "prompts.yaml", 21)],  # folded lines are not those of the file
    }


@pytest.mark.parametrize("before", ["", "  ", "\n", "\n \n\t ", "   \n"])
def test_a_character_of_plain_text_points_at_the_line_that_wrote_it_whatever_was_trimmed(
    tmp_path: Path, before: str
) -> None:
    """Lines of the output are not those of the template: comments hold line ends, and what leads is trimmed."""
    template = f"---\n---\n{before}{{{{ 'ab' }}}}{{#\n#}}{{{{ 'cd' }}}}{{#\n#}}ef\n{{{{ 'gh' }}}}"
    heard = speech(script(tmp_path, template, kind="txt"))
    assert heard.content == "abcdef\ngh"
    first = 3 + before.count("\n")
    lines = [heard.place_at(1, column).line for column in range(1, 7)] + [
        heard.place_at(2, column).line for column in (1, 2)
    ]
    assert lines == [first, first, first + 1, first + 1, first + 2, first + 2, first + 3, first + 3]
