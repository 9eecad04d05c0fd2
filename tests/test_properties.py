"""The laws of the pipeline, for any project that is written as files."""

import math
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from attrs import evolve
from hypothesis import assume, example, given
from hypothesis import strategies as st

import voicekit
from kit.projects import PROFILE, bodies, keys, project, say, write, wrong
from kit.provider import says_the_same
from voicekit import _limits as limits
from voicekit import providers
from voicekit._plan import request_key
from voicekit.errors import MarkupError
from voicekit.model import Ask, Element, Project
from voicekit.testing import ProjectFiles, asks, projects, statements, texts

PROVIDERS = sorted(providers.find())


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as path:
        yield Path(path).resolve()


# --- bounds -----------------------------------------------------------------------------------------


def combined(files: ProjectFiles) -> dict[str, Any]:
    """Combine what is stated, the nearest last, without voicekit: an independent reading of the rules."""
    stated: dict[str, Any] = {}
    for layer in (*files.layers, files.sets):
        stated.update(layer)
    if not stated.get("rate"):
        stated.pop("rate", None)
    return stated


@given(projects())
def test_every_planned_body_keeps_its_bounds_and_says_what_was_stated(files: ProjectFiles) -> None:
    with folder() as root:
        files.write(root)
        (body,) = bodies(root, **files.sets)

    stated, config = combined(files), body["audioConfig"]
    assert -20 <= config.get("pitch", 0) <= 20
    assert 0.25 <= config.get("speakingRate", 1) <= 2.0
    for ours, wire in {"pitch": "pitch", "rate": "speakingRate", "gain": "volumeGainDb"}.items():
        assert config.get(wire) == stated.get(ours)
        assert (wire in config) == (ours in stated)
    assert config.get("effectsProfileId", []) == stated.get("effects", [])
    assert config.get("sampleRateHertz") == stated.get("sample_rate")
    assert config["audioEncoding"] == stated["encoding"]


def outside(low: float, high: float) -> st.SearchStrategy[str]:
    numbers = st.floats(max_value=low, exclude_max=True) | st.floats(min_value=high, exclude_min=True)
    spelled = numbers.filter(math.isfinite).map(repr)
    return spelled | st.sampled_from(
        [".nan", ".inf", "-.inf", "1e999", "'1'", "true", "[1]", "0x" + "f" * 300]
    )


BROKEN = {
    "pitch": outside(*limits.PITCH),
    "rate": outside(*limits.RATE).filter(lambda text: text not in {"0.0", "-0.0"}),
    "gain": outside(*limits.GAIN),
    "effects": st.sampled_from(["[telephony]", "[handset-class-device, x]", "loud", "[1]"]),
    "encoding": st.sampled_from(["mulaw", "WAV", "1", "''"]),
    "sample_rate": st.sampled_from(["0", "3999", "192001", "8000.5", "'8000'", "-1", ".inf"]),
    "pair": st.sampled_from([("OGG_OPUS", 44_100), ("AMR", 16_000), ("MP3", 7_000), ("AMR_WB", 8_000)]),
}


@st.composite
def broken_projects(draw: st.DrawFn) -> tuple[dict[str, str], str, int]:
    """A project with one mistake at one level, and the file and line at which it stands."""
    chain = draw(st.lists(statements(), min_size=1, max_size=4))
    key = draw(st.sampled_from(sorted(BROKEN)))
    value: Any = draw(BROKEN[key])
    level = draw(st.integers(0, len(chain)))
    mistake = {"encoding": value[0], "sample_rate": value[1]} if key == "pair" else {key: value}
    files, place = {}, ("", 0)
    for number, stated in enumerate(chain):
        head = [f"extends: p{number - 1}"] if number else [*PROFILE.splitlines()[:3], "encoding: LINEAR16"]
        lines = [
            *(line for line in head if not (number == level and line.split(":")[0] in mistake)),
            *(
                f"{name}: {held}"
                for name, held in stated.items()
                if (number or name != "encoding") and not (number == level and name in mistake)
            ),
        ]
        if number == level:
            lines += [f"{name}: {held}" for name, held in mistake.items()]
            place = (f"profiles/p{number}.yaml", len(lines))
        files[f"profiles/p{number}.yaml"] = "\n".join(lines) + "\n"
    override = [f"      {name}: {held}" for name, held in mistake.items()] if level == len(chain) else []
    rows = ["prompts:", "  - id: one", "    text: One.", *(["    override:", *override] if override else [])]
    if override:
        place = ("prompts.yaml", len(rows))
    files["prompts.yaml"] = "\n".join(rows) + "\n"
    pack = f"{{prompts: prompts.yaml, profiles: [p{len(chain) - 1}]}}"
    files["voicekit.yaml"] = f"name: broken\npacks:\n  phone: {pack}\n"
    return files, *place


@given(broken_projects())
def test_every_broken_bound_is_refused_at_its_file_and_line(case: tuple[dict[str, str], str, int]) -> None:
    files, path, line = case
    with folder() as root:
        write(root, files)
        found = wrong(root)

    assert (path, line) in {(file, at) for file, at, _ in found}


@given(st.sampled_from(["pitch", "rate", "gain"]), st.data())
def test_every_broken_bound_of_the_command_line_is_refused(key: str, data: st.DataObject) -> None:
    low, high = {"pitch": limits.PITCH, "rate": limits.RATE, "gain": limits.GAIN}[key]
    value = data.draw(st.floats().filter(lambda number: not low <= number <= high and number != 0))
    with folder() as root:
        found = wrong(project(root), **{key: value})

    assert [file for file, _, _ in found] == ["--set"]


# --- the wire ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROVIDERS)
@given(data=st.data())
def test_what_is_asked_can_be_read_back(name: str, data: st.DataObject) -> None:
    provider, ask = providers.get(name), data.draw(asks(name))

    says_the_same(provider, ask, provider.parse(provider.encode(ask)))


@pytest.mark.parametrize("name", PROVIDERS)
@given(data=st.data())
def test_equal_calls_have_equal_keys_and_no_others(name: str, data: st.DataObject) -> None:
    provider, one = providers.get(name), data.draw(asks(name))
    other = data.draw(asks(name) | st.just(one))
    calls = provider.encode(one), provider.encode(other)

    assert (calls[0] == calls[1]) == (request_key(name, calls[0]) == request_key(name, calls[1]))
    assert (provider.parse(calls[0]) == provider.parse(calls[1])) == (calls[0] == calls[1])


@given(asks())
def test_providers_never_share_a_key(ask: Ask) -> None:
    plain = evolve(ask, options=(), encoding="LINEAR16", sample_rate=None)
    names = [name for name in PROVIDERS if name.startswith("google")]
    found = {request_key(name, providers.get(name).encode(plain)) for name in names}

    assert len(found) == len(names)


CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "text": texts(min_size=1).filter(str.strip),
    "language": st.sampled_from(["en-US", "es-US", "en"]),
    "voice": st.sampled_from(["en-US-Neural2-F", "en-US-Neural2-A"]),
    "encoding": st.sampled_from(["LINEAR16", "MULAW"]),
    "pitch": st.none() | st.floats(-20, 20),
    "rate": st.none() | st.floats(0.25, 2.0),
    "gain": st.none() | st.floats(-96, 16),
    "effects": st.lists(st.sampled_from(limits.EFFECTS), unique=True, max_size=2).map(tuple),
    "sample_rate": st.none() | st.sampled_from([8_000, 16_000]),
    "marks": st.booleans(),
    "options": st.sampled_from([(), (("response_format", "base64"),)]),
}


@given(st.sampled_from(sorted(CHANGES)), st.data())
def test_each_field_that_is_sent_changes_the_key(field: str, data: st.DataObject) -> None:
    base = Ask(text="One.", ssml=None, language="en-US", voice="en-US-Neural2-F", encoding="LINEAR16")
    old, new = data.draw(CHANGES[field]), data.draw(CHANGES[field])
    assume(old != new)
    encode = providers.get("google-302ai").encode
    before, after = (encode(evolve(base, **{field: value})) for value in (old, new))

    assert request_key("google-302ai", before) != request_key("google-302ai", after)


def test_plain_text_and_ssml_of_the_same_letters_differ() -> None:
    base = Ask(text="<speak/>", ssml=None, language="en-US", voice="en-US-Neural2-F", encoding="LINEAR16")
    encode = providers.get("google").encode

    assert encode(base) != encode(evolve(base, text=None, ssml="<speak/>"))


# --- what nobody hears ------------------------------------------------------------------------------

NAMES = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
LINES = st.text(st.characters(categories=["L", "N", "Zs"]), max_size=20)


def block(data: Mapping[str, Any], comment: str) -> str:
    lines = [f"{key}: {orjson.dumps(value).decode()}  # {comment}" for key, value in data.items()]
    return f"# {comment}\n\n" + "\n".join(lines) + "\n"


def flow(data: Mapping[str, Any], comment: str) -> str:
    return (
        "{\n"
        + "".join(f"  {key}: {orjson.dumps(value).decode()}, # {comment}\n" for key, value in data.items())
        + "}\n"
    )


def as_json(data: Mapping[str, Any], _: str) -> str:
    return orjson.dumps(data, option=orjson.OPT_INDENT_2).decode()


@given(
    stated=statements(),
    said=texts(min_size=1, max_size=30).filter(str.strip).filter(lambda text: "{" not in text),
    style=st.sampled_from([block, flow, as_json]),
    profile=NAMES,
    prompt=NAMES,
    pack=NAMES,
    credential=NAMES,
    comment=LINES,
    tags=st.lists(NAMES, max_size=3),
)
def test_what_nobody_hears_never_changes_a_key(
    stated: dict[str, Any], said: str, style: Any, profile: str, prompt: str, pack: str, credential: str, comment: str, tags: list[str],
) -> None:  # fmt: skip
    voice = {
        "provider": "google-302ai",
        "language": "en-US",
        "voice": "en-US-Neural2-F",
        "encoding": "LINEAR16",
    }
    plain = {
        "voicekit.yaml": as_json({"name": "a", "packs": {"b": {"prompts": "c.yaml", "profiles": ["d"]}}}, ""),
        "profiles/d.yaml": as_json({**voice, **stated}, ""),
        "c.yaml": as_json({"prompts": [{"id": "e", "text": said}]}, ""),
    }
    packs = {pack: {"prompts": ["lists/x.yaml"], "profiles": [profile]}}
    endpoints = {"paid": {"provider": "google-302ai", "credential": credential, "url": "https://x.example"}}
    row = {"note": comment, "id": f"{prompt}/{prompt}", "tags": tags, "text": said, "locale": "en-us"}
    dressed = {
        "voicekit.yaml": style({"endpoints": endpoints, "packs": packs, "name": "z"}, comment),
        f"profiles/{profile}.yaml": style({"title": f"T{comment}", **stated, "description": f"D{comment}", "extends": "q.base"}, comment),
        "profiles/q.base.yaml": style({key: value for key, value in voice.items() if key not in stated}, comment),
        "lists/x.yaml": style({"prompts": [row]}, comment),
    }  # fmt: skip

    with folder() as one, folder() as other:
        assert keys(write(one, plain)) == keys(write(other, dressed))


# --- templates --------------------------------------------------------------------------------------

TEMPLATE = """---
inputs: {v: {type: string, example: x}}
---
{% macro twice(x) %}<s>{{ x }}{{ x }}</s>{% endmacro %}
<speak>
  <p a="{{ v }}" b='{{ v | upper }}'>{{ v }}<break time="1s"/>{{ v | lower | trim }}</p>
  <sub alias="x{{ v }}">{{ v | default("y") }}</sub>
  {{ sub(v, alias=v) }}{{ v | say_as("characters", format=v) }}{{ prosody(v, rate=v) }}{{ mark(v) }}
  {% call emphasis(level=v) %}{{ v }}{% endcall %}{% set held %}{{ v }}{% endset %}{{ held }}{{ sub("z", alias=held) }}
  {{ twice(v) }}{% for part in v %}{% if loop.first %}{{ part }}{% endif %}{% endfor %}
  {{ [v, v] | join("<") }}{{ v ~ "&" ~ v }}{{ v | replace("a", "<") }}{{ v | e }}{{ v | digits }}{{ v[:3] }}
</speak>
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Project:
    prompts = "prompts: [{id: one, script: any, values: {v: x}}]\n"
    files = {"templates/any.ssml.j2": TEMPLATE, "prompts.yaml": prompts}
    loaded: Project = voicekit.load(project(tmp_path_factory.mktemp("hostile"), files))
    return loaded


def shape(node: Element) -> tuple[Any, ...]:
    names = tuple(name for name, _ in node.attributes)
    return node.name, names, tuple(shape(child) for child in node.children if isinstance(child, Element))


@given(value=texts())
@example(value='"><break/>')
@example(value="]]><!--")
@example(value="</speak><speak>")
@example(value="{{ 7 }}{% raw %}")
def test_no_value_changes_the_tree(hostile: Project, value: str) -> None:
    calm = say(hostile, values={"v": "calm"}).content
    tree = say(hostile, values={"v": value}).content

    assert isinstance(tree, Element)
    assert isinstance(calm, Element)
    assert shape(tree) == shape(calm)
    first = tree.children[0]
    assert isinstance(first, Element)
    # XML itself reads every line end in text as one line feed, and blank space in an attribute as spaces.
    expected = value.replace("\r\n", " ").translate({9: " ", 10: " ", 13: " "})
    assert first.get("a") == expected


FORBIDDEN = st.characters(
    categories=["Cc", "Cs"], exclude_characters="\t\n\r\x7f" + "".join(map(chr, range(0x80, 0xA0)))
)


@given(
    before=texts(max_size=20), bad=FORBIDDEN | st.sampled_from(["\ufffe", "\uffff"]), after=texts(max_size=20)
)
def test_a_character_that_xml_forbids_is_an_error_with_a_place(
    hostile: Project, before: str, bad: str, after: str
) -> None:
    with pytest.raises(MarkupError) as caught:
        say(hostile, values={"v": before + bad + after})

    (problem,) = caught.value.problems
    assert problem.place is not None
    assert problem.place.path.endswith("templates/any.ssml.j2")
    assert problem.place.line
    assert f"U+{ord(bad):04X}" in problem.message
    assert str(caught.value).isprintable() or "\n" in str(caught.value)
