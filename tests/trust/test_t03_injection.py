"""T3: a value changes the markup. No value can change the element tree; a character that XML forbids is an error with a place."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import voicekit
from kit.projects import project, say
from voicekit.errors import MarkupError, RenderError
from voicekit.model import Element, Project

Figure = Callable[..., None]
VALUES = 25_000

TEMPLATE = """---
inputs: {v: {type: string, example: x}}
---
{% macro twice(x) %}<s>{{ x }}{{ x }}</s>{% endmacro %}
<speak>
  <p a="{{ v }}" b='{{ v | upper }}' c="{{ v ~ v }}" d="{{ [v, v] | join(v) }}">{{ v }}<break time="1s"/>{{ v | lower | trim }}</p>
  <sub alias="x{{ v }}">{{ v | default("y") }}</sub>{{ sub(v, alias=v) }}{{ v | say_as("characters", format=v) }}
  {{ prosody(v, rate=v) }}{{ mark(v) }}{{ audio(v, v) }}{{ lang(v, v) }}{{ phoneme(v, ph=v) }}{{ voice(v, name=v) }}
  {% call emphasis(level=v) %}{{ v }}{% endcall %}{% set held %}{{ v }}{% endset %}{{ held }}{{ sub("z", alias=held) }}
  {% filter upper %}{{ v }}{% endfilter %}{{ twice(v) }}{{ twice(twice(v) | length) }}
  {{ [v, v] | join("<") }}{{ v ~ "&" ~ v }}{{ v | replace("a", "<") }}{{ v | e }}{{ v | digits }}{{ v[:3] }}{{ v | string | title }}
  {{ (v | e) ~ v }}{{ held | replace("&", v) }}{{ (held ~ v) | e | upper | lower }}{{ v | truncate(9, true, '') }}
</speak>
"""
PIECES = (
    "<", ">", "&", '"', "'", "/", "=", "]]>", "<![CDATA[", "<!--", "-->", "<?", "?>", "</speak>", "<speak>", "<break/>",
    '"><break/>', "'><audio src='x'/>", "&lt;", "&#60;", "&#x3c;", "&amp;", "&undefined;", "{{ 7 }}", "{% raw %}", "{#", "}}",
    "<!DOCTYPE x>", "\t", "\n", "\r", "\r\n", "\x85", "\u2028", "\ufeff", "\u200b", "\u202e", "\xa0", "ß", "ŉ", "İ", "é", "e\u0301", "😀",
    "\U0010fffd", "\ud7ff", "\ue000", "\ufffd", "\x7f", "\x80", "\x9f", "<" * 40, "&" * 40, " " * 9, "%s", "{0}", "\\", "\\u003c", "a",
    "x" * 300,
)  # fmt: skip
FORBIDDEN = ("\0", "\x01", "\x08", "\x0b", "\x0c", "\x0e", "\x1b", "\x1f", "\ufffe", "\uffff", "\ud800", "\udbff", "\udc00", "\udfff")  # fmt: skip
LEGAL = ((0x20, 0x7E), (0x7F, 0x24F), (0x250, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))


def values(seed: int, count: int) -> Iterator[tuple[str, bool]]:
    """Draw texts, and say whether each holds a character that XML forbids: about one in eight does."""
    draw = random.Random(seed)

    def piece() -> str:
        if draw.random() < 0.6:
            return draw.choice(PIECES)
        low, high = draw.choice(LEGAL)
        return "".join(chr(draw.randint(low, high)) for _ in range(draw.randint(1, 4)))

    for _ in range(count):
        pieces = [piece() for _ in range(draw.randint(1, 6))]
        bad = draw.random() < 0.125
        if bad:
            pieces.insert(draw.randint(0, len(pieces)), draw.choice(FORBIDDEN))
        yield "".join(pieces), bad


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Project:
    prompts = "prompts: [{id: one, script: any, values: {v: x}}]\n"
    files = {"templates/any.ssml.j2": TEMPLATE, "prompts.yaml": prompts}
    loaded: Project = voicekit.load(project(tmp_path_factory.mktemp("hostile"), files))
    return loaded


def shape(node: Element) -> tuple[Any, ...]:
    names = tuple(name for name, _ in node.attributes)
    return node.name, names, tuple(shape(child) for child in node.children if isinstance(child, Element))


def test_no_value_changes_the_tree(hostile: Project, figure: Figure) -> None:
    pack = hostile.packs[0]
    from attrs import evolve

    from voicekit._render.render import Renderer

    renderer = Renderer(hostile)
    prompt, profile = pack.prompts[0], pack.profiles[0]

    def said(value: str) -> Element:
        tree = renderer.render(pack, evolve(prompt, values={"v": value}), profile).content
        assert isinstance(tree, Element)
        return tree

    calm = shape(said("calm"))
    injected, unparseable, passed, misplaced, changed = [], [], [], [], []
    for value, bad in values(3, VALUES):
        try:
            tree = said(value)
        except (MarkupError, RenderError) as error:
            if not bad:
                unparseable.append((value, error))
            elif not re.search(r"any\.ssml\.j2:\d+.*the character U\+[0-9A-F]{4} is forbidden", str(error)):
                misplaced.append((value, error))
            continue
        if bad:
            passed.append(value)
        injected += [value] if shape(tree) != calm else []
        first = tree.children[0]
        # XML itself reads every line end as one line feed, and blank space in an attribute as spaces.
        wanted = value.replace("\r\n", " ").translate({9: " ", 10: " ", 13: " "})
        changed += [value] if not isinstance(first, Element) or first.get("a") != wanted else []
    figure(f"values that change the tree, of {VALUES}", len(injected), goal=0)
    figure("values of legal characters that no parser accepts", len(unparseable), goal=0)
    figure("values with a forbidden character that pass", len(passed), goal=0)
    figure("forbidden characters that are told without their line", len(misplaced), goal=0)
    figure("attributes that do not hold their value", len(changed), goal=0)


@pytest.mark.parametrize("way", ["{{ v | safe }}", "{{ v | attr('__html__') }}", "{{ Markup(v) }}", "{% autoescape false %}{{ v }}{% endautoescape %}"])  # fmt: skip
def test_there_is_no_way_around_escaping(way: str, tmp_path: Path) -> None:
    template = TEMPLATE.replace("<break time", way + "<break time")
    prompts = "prompts: [{id: one, script: any, values: {v: x}}]\n"
    loaded = voicekit.load(project(tmp_path, {"templates/any.ssml.j2": template, "prompts.yaml": prompts}))
    with pytest.raises(RenderError):
        say(loaded)
