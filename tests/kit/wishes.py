"""Wishes that differ in one field only, for every field that a provider says its wire carries: no two of them are one request."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve

from voicekit.model import Ask, CustomPronunciation, Fact, Option
from voicekit.providers import NEUTRAL, Provider

_SAID = {
    "text": ("One.", "Two."),
    "ssml": ("<speak>One.</speak>", "<speak>Two.</speak>"),
    "markup": ("One. [pause]", "Two. [pause]"),
}
_RATES = (8_000, 16_000, 24_000)  # Hz, of a wire that takes whatever rate the encoding has
_WORDS = ("one", "two")
_LANGUAGES = ("en-US", "es-US", "de-DE")  # some wires say no more of a tag than its first part
_UNTOLD: Mapping[
    tuple[str, str], frozenset[str]
] = {  # what a vendor does not take, or does not follow, with these of its models
    ("elevenlabs", "language"): frozenset({"eleven_multilingual_v2", "eleven_flash_v2", "eleven_turbo_v2"}),
    ("openai", "option instructions"): frozenset({"tts-1", "tts-1-hd"}),
}


def wishes(provider: Provider, ask: Ask) -> Iterator[tuple[str, list[Ask]]]:
    """Yield each field that a provider carries, with asks that are `ask` but for that field and its words; no two are the same wish."""
    unstated = provider.capabilities.options.get("model")
    model = dict(ask.options).get("model", unstated.default if unstated else None)
    for field, different in _all_wishes(provider, ask):
        if model not in _UNTOLD.get((provider.name.split("-")[0], field), ()):
            yield field, different


def _all_wishes(provider: Provider, ask: Ask) -> Iterator[tuple[str, list[Ask]]]:
    able = provider.capabilities
    kind = next(name for name in _SAID if getattr(ask, name) is not None)
    said = _each(ask, kind, _SAID[kind])
    yield kind, said
    ask = said[0]  # markup that was drawn may have a voice and a language of its own
    yield "voice", _each(ask, "voice", able.examples)
    if able.language:
        yield "language", _each(ask, "language", _LANGUAGES)
    family = provider.family(ask.voice, ask.options)
    for name, (low, high) in able.ranges.items():
        fact = getattr(family, name, None)
        if not (isinstance(fact, Fact) and fact.refuses):
            yield name, _each(ask, name, {None, low, high, (low + high) / 2} - {NEUTRAL[name]})
    if able.effects:
        first, *others = sorted(able.effects)
        both = [(first, others[0]), (others[0], first)] if others else []
        yield "effects", _each(ask, "effects", [(), (first,), *both])
    if able.pronunciations and ask.text is not None:
        spoken = [(CustomPronunciation("One", "ipa", sound),) for sound in ("a", "b")]
        yield "pronunciations", _each(ask, "pronunciations", [(), *spoken])
    if able.marks and ask.ssml is not None:
        yield "marks", _each(ask, "marks", [False, True])
    yield from _formats(provider, ask)
    for name, option in able.options.items():
        yield f"option {name}", [_with_option(ask, name, value, option) for value in _values(option)]


def _each(ask: Ask, field: str, values: Any) -> list[Ask]:
    return [evolve(ask, **{field: value}) for value in values]


def _formats(provider: Provider, ask: Ask) -> Iterator[tuple[str, list[Ask]]]:
    """Yield what decides how the sound is written down."""
    able = provider.capabilities
    plain = evolve(ask, sample_rate=None, bit_rate=None, channels=None)
    yield "encoding", _each(plain, "encoding", sorted(able.encodings))
    for encoding in sorted(able.encodings):
        written = evolve(plain, encoding=encoding)
        rates = _RATES if able.sample_rates is None else able.sample_rates.get(encoding, ())
        yield "sample_rate", _each(written, "sample_rate", rates)
        yield "bit_rate", _each(written, "bit_rate", able.bit_rates.get(encoding, ()))
    yield "channels", _each(plain, "channels", able.channels)


def _values(option: Option) -> tuple[Any, ...]:
    if option.kind == "switch":
        return (True, False)
    if option.kind in {"number", "integer"}:
        low, high = option.bounds
        return (low or 0, 1 if high is None else high)
    return option.words or _WORDS


def _with_option(ask: Ask, name: str, value: Any, option: Option) -> Ask:
    """State an option; at its default it is left out, as loading does."""
    stated = {**dict(ask.options), name: value}
    return evolve(
        ask,
        options=tuple(
            (known, one) for known, one in sorted(stated.items()) if known != name or one != option.default
        ),
    )
