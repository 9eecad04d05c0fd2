"""Hypothesis strategies for your own tests: asks, settings, profiles and whole projects as files.

This module alone needs Hypothesis, which the extra ``voicekit[testing]`` brings. Imports model, providers, _adapt and _limits;
nothing in voicekit imports it::

    from hypothesis import given
    from voicekit import load, plan
    from voicekit.testing import ProjectFiles, projects

    @given(projects())
    def test_every_project_plans(tmp_path_factory, files):
        root = tmp_path_factory.mktemp("project")
        files.write(root)
        assert plan(load(root)).requests
"""

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen
from hypothesis import strategies as st

from voicekit import _limits as limits
from voicekit import providers, ssml
from voicekit._adapt.adapt import adapt
from voicekit._sound.encodings import ENCODINGS, problem_with
from voicekit.errors import Place
from voicekit.model import (
    Ask,
    Capabilities,
    CustomPronunciation,
    Element,
    Fact,
    Family,
    Option,
    Options,
    Profile,
    Scalar,
    Settings,
    Sound,
)

__all__ = [
    "ProjectFiles",
    "asks",
    "profiles",
    "projects",
    "settings",
    "sounds",
    "statements",
    "texts",
    "trees",
]

VOICES = (
    "en-US-Neural2-F",
    "en-US-Standard-C",
    "es-US-Wavenet-A",
    "de-DE-Neural2-B",
    "fr-FR-Standard-A",
    "cmn-CN-Standard-A",
)
_ANY_RATE = ("LINEAR16", "MULAW", "ALAW", "PCM")
_RATES = (8_000, 16_000, 24_000, 48_000)
_NAMES = st.from_regex(r"[a-z][a-z0-9._-]{0,10}[a-z0-9]", fullmatch=True)


def texts(*, min_size: int = 0, max_size: int = 200) -> st.SearchStrategy[str]:
    """Any text that XML 1.0 can hold.

    Args:
        min_size: The fewest characters.
        max_size: The most characters.
    """
    forbidden = [chr(code) for code in range(0x20) if chr(code) not in "\t\n\r"] + ["\ufffe", "\uffff"]
    alphabet = st.characters(exclude_categories=["Cs"], exclude_characters=forbidden)
    markup = st.sampled_from(["<", ">", "&", '"', "'", "]]>", "<!--", "-->", "</speak>", "{{", "%}", "&amp;"])
    pieces = st.one_of(st.text(alphabet, max_size=max_size), markup)
    joined = st.lists(pieces, max_size=6).map("".join).map(lambda text: text[:max_size])
    return joined.filter(lambda text: len(text) >= min_size)


@cache
def trees() -> st.SearchStrategy[Element]:
    """An SSML tree in its parsed form: attributes sorted, no empty and no adjacent texts."""
    names = st.sampled_from(["p", "s", "break", "sub", "say-as", "prosody", "google:style", "mark"])
    attributes = st.dictionaries(st.sampled_from(["name", "alias", "rate", "xml:lang"]), texts(max_size=20))

    def element(name: str, given: Mapping[str, str], children: list[Element | str]) -> Element:
        return Element(name, tuple(sorted(given.items())), _joined(children))

    leaves = st.builds(element, names, attributes, st.just([]))
    inner = st.recursive(
        leaves,
        lambda deeper: st.builds(element, names, attributes, st.lists(deeper | _spoken(), max_size=4)),
        max_leaves=8,
    )
    return st.builds(element, st.just("speak"), attributes, st.lists(inner | _spoken(), max_size=4))


def _spoken() -> st.SearchStrategy[str]:
    # A parser reads every line end as one line feed.
    return texts(min_size=1, max_size=20)


def _joined(children: list[Element | str]) -> tuple[Element | str, ...]:
    joined: list[Element | str] = []
    for child in children:
        if isinstance(child, str) and joined and isinstance(joined[-1], str):
            joined[-1] += child
        else:
            joined.append(child)
    return tuple(joined)


@st.composite
def asks(draw: st.DrawFn, provider: str = "google-302ai") -> Ask:
    """An ask that a provider accepts.

    Args:
        draw: Hypothesis's own.
        provider: Its name.
    """
    wire = providers.get(provider)
    capabilities = wire.capabilities
    voice, language = draw(st.sampled_from(sorted(capabilities.examples.items())))
    encoding = draw(st.sampled_from(sorted(capabilities.encodings & set(ENCODINGS))))
    options = _options(draw, capabilities.options)
    family = wire.family(voice, options)
    sample_rate = draw(_sample_rate(encoding, capabilities))
    ranges = {name: ends for name, ends in capabilities.ranges.items() if not _refuses(family, name)}
    ask = Ask(
        text=draw(texts(min_size=1, max_size=60).filter(str.strip)),
        ssml=None,
        language=language,
        voice=voice,
        encoding=encoding,
        pitch=draw(_in_range("pitch", ranges)),
        rate=draw(_in_range("rate", ranges)),
        gain=draw(_in_range("gain", ranges)),
        effects=_effects(draw, capabilities.effects),
        sample_rate=sample_rate,
        bit_rate=draw(_bit_rate(encoding, sample_rate, capabilities)),
        channels=draw(st.none() | st.sampled_from(capabilities.channels or (1,))),
        options=options,
        pronunciations=draw(_pronunciations()) if capabilities.pronunciations else (),
    )
    kind = draw(st.sampled_from(sorted(one for one in capabilities.inputs if not _refuses(family, one))))
    if kind == "markup":
        ask = evolve(ask, markup=ask.text, text=None)
    elif kind == "ssml" or ask.text is None:
        ask = _in_markup(draw(trees()), ask, wire)
    return providers.carried(ask, capabilities)


def _refuses(family: Family | None, name: str) -> bool:
    """Whether a family is known to refuse a setting or a kind of input."""
    fact = getattr(family, name, None)
    return isinstance(fact, Fact) and fact.refuses


def _in_markup(tree: Element, ask: Ask, wire: providers.Provider) -> Ask:
    """Say a tree instead, as adapting leaves it for the voice; as text where that leaves nothing else, or nothing to say."""
    family = wire.family(ask.voice, ask.options)
    if family is None:
        return ask
    dialect = wire.name.split("-")[0]
    said = adapt(tree, family, dialect=dialect, voice=ask.voice, language=ask.language).content
    if isinstance(said, str) or not ssml.plain_text(said).strip():
        return ask
    return evolve(ask, text=None, ssml=ssml.serialise(said), pronunciations=())


def _effects(draw: st.DrawFn, known: frozenset[str]) -> tuple[str, ...]:
    if not known:
        return ()
    return tuple(draw(st.lists(st.sampled_from(sorted(known)), unique=True, max_size=3)))


def _sample_rate(encoding: str, capabilities: Capabilities) -> st.SearchStrategy[int | None]:
    if capabilities.sample_rates is None:
        return st.none() | st.sampled_from(ENCODINGS[encoding].rates or _RATES)
    rates = capabilities.sample_rates.get(encoding, ())
    return st.none() | st.sampled_from(rates) if rates else st.none()


def _bit_rate(
    encoding: str, sample_rate: int | None, capabilities: Capabilities
) -> st.SearchStrategy[int | None]:
    known = capabilities.bit_rates.get(encoding, {})
    fitting = [
        bits
        for bits, rates in known.items()
        if (not sample_rate or not rates or sample_rate in rates)
        and not problem_with(encoding, sample_rate, bits)
    ]
    return st.none() | st.sampled_from(fitting) if fitting else st.none()


def _options(draw: st.DrawFn, known: Mapping[str, Option]) -> Options:
    """Draw provider-only settings; those at their default are left out, as loading does."""
    stated = ((name, draw(st.none() | _option(option))) for name, option in sorted(known.items()))
    return tuple(
        (name, value) for name, value in stated if value is not None and value != known[name].default
    )


def _option(option: Option) -> st.SearchStrategy[Scalar]:
    low, high = option.bounds
    if option.kind == "word":
        return st.sampled_from(option.words)
    if option.kind == "switch":
        return st.booleans()
    if option.kind == "integer":
        return st.integers(math.ceil(low or 0), math.floor(1_000 if high is None else high))
    if option.kind == "number":
        return st.floats(low or 0.0, 1.0 if high is None else high).map(lambda value: value + 0.0)
    return st.from_regex(r"[A-Za-z][A-Za-z0-9 ._-]{0,20}[A-Za-z0-9]", fullmatch=True)


def _pronunciations() -> st.SearchStrategy[tuple[CustomPronunciation, ...]]:
    words = st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True)
    alphabets: st.SearchStrategy[Any] = st.sampled_from(["ipa", "x-sampa"])
    found = st.builds(CustomPronunciation, words, alphabets, st.sampled_from(["ˈzaɪloʊ", "kɪt", "za"]))
    return st.lists(found, max_size=2, unique_by=lambda one: one.phrase).map(tuple)


def _in_range(setting: str, ranges: Mapping[str, tuple[float, float]]) -> st.SearchStrategy[float | None]:
    """Draw a setting that a provider takes, or None; one without a range is not on its wire."""
    if setting not in ranges:
        return st.none()
    low, high = ranges[setting]
    return st.none() | st.floats(low, high).map(lambda value: value + 0.0)  # -0.0 is 0


def sounds(*, marks: bool = True, sample_rate: bool = True) -> st.SearchStrategy[Sound]:
    """A sound as a wire can carry it.

    Args:
        marks: Whether the wire carries the times of marks.
        sample_rate: Whether it says the sample rate.
    """
    from voicekit.model import Mark

    moments = st.lists(st.builds(Mark, texts(max_size=10), st.floats(0, 1e3)), max_size=3).map(tuple)
    return st.builds(
        Sound,
        st.binary(min_size=1, max_size=64),
        marks=moments if marks else st.just(()),
        sample_rate=st.sampled_from(_RATES) if sample_rate else st.none(),
    )


def statements() -> st.SearchStrategy[dict[str, Any]]:
    """What one profile, or one prompt's override, may state: any part of it, each value inside its bounds."""
    return st.fixed_dictionaries(
        {},
        optional={
            "pitch": st.floats(*limits.PITCH) | st.integers(-20, 20),
            "rate": st.floats(*limits.RATE) | st.sampled_from([0, 0.0, 1, 2, 1.0]),
            "gain": st.floats(*limits.GAIN) | st.integers(-96, 16),
            "effects": st.lists(st.sampled_from(limits.EFFECTS), unique=True, max_size=3),
            "encoding": st.sampled_from(_ANY_RATE),
            "sample_rate": st.sampled_from(_RATES),
        },
    )


def settings() -> st.SearchStrategy[Settings]:
    """Whole settings, as a chain of profiles leaves them."""
    return st.builds(_settings, statements(), st.sampled_from(VOICES))


def _settings(stated: Mapping[str, Any], voice: str) -> Settings:
    found = {"encoding": "LINEAR16", **stated}
    found["rate"] = found.get("rate") or None
    found["effects"] = tuple(found.get("effects", ()))
    return Settings(provider="google-302ai", language="-".join(voice.split("-")[:2]), voice=voice, **found)


def profiles() -> st.SearchStrategy[Profile]:
    """A profile as loading gives it."""
    return st.builds(
        lambda name, held: Profile(name, Place(f"profiles/{name}.yaml", 1), held, chain=(name,)),
        _NAMES,
        settings(),
    )


@frozen
class ProjectFiles:
    """A project as files, and what it says.

    Attributes:
        files: The text of each file, by its path below the project.
        layers: What each profile of the chain states, the one that extends nothing first, and then the prompt's override.
        sets: What the command line states on top.
    """

    files: Mapping[str, str]
    layers: tuple[Mapping[str, Any], ...]
    sets: Mapping[str, Any] = field(factory=dict)

    def write(self, root: Path) -> None:
        """Write the files below a folder."""
        for name, text in self.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


@st.composite
def projects(draw: st.DrawFn, *, depth: int = 4) -> ProjectFiles:
    """A project that loads: a chain of profiles, a prompt with an override, settings of the command line.

    Args:
        draw: Hypothesis's own.
        depth: The longest chain of profiles.
    """
    chain = draw(st.lists(statements(), min_size=1, max_size=depth))
    override, sets = draw(statements()), draw(statements())
    voice = draw(st.sampled_from(VOICES))
    first = {
        "provider": "google-302ai",
        "language": "-".join(voice.split("-")[:2]),
        "voice": voice,
        "encoding": "LINEAR16",
    }
    chain[0] = {**first, **chain[0]}
    files = {
        f"profiles/p{level}.yaml": _written(
            draw, {**({"extends": f"p{level - 1}"} if level else {}), **stated}
        )
        for level, stated in enumerate(chain)
    }
    said = draw(texts(min_size=1, max_size=40).filter(str.strip).filter(lambda text: "{" not in text))
    prompt = {"id": "one", "text": said, "override": override}
    packs = {"phone": {"prompts": "prompts.yaml", "profiles": [f"p{len(chain) - 1}"]}}
    files["prompts.yaml"] = json.dumps({"prompts": [prompt]})
    files["voicekit.yaml"] = _written(draw, {"name": "generated", "packs": packs})
    return ProjectFiles(files, (*chain, override), sets)


def _written(draw: st.DrawFn, data: Mapping[str, Any]) -> str:
    """Write a mapping as block YAML, flow YAML or JSON."""
    lines = [f"{key}: {json.dumps(value)}" for key, value in data.items()]
    style = draw(st.sampled_from(["block", "flow", "json"]))
    if style == "block":
        return "".join(f"{line}\n" for line in lines) or "{}\n"
    return "{" + ", ".join(lines) + "}\n" if style == "flow" else json.dumps(data, indent=1)
