"""Provider-only settings, which stand in a profile under the provider's name, each by the kind that the provider says."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve

from voicekit import providers
from voicekit._load.fields import Fields, nearest
from voicekit.model import Option, Options, Scalar, Settings


def read_options(fields: Fields) -> Options | None:
    """Read the settings of every provider that a mapping names, as ``provider.name``. None: not stated."""
    found: list[tuple[str, Scalar]] = []
    stated = False
    for name, provider in providers.find().items():
        choices = provider.capabilities.options
        if not choices:
            continue
        stated = stated or fields.has(name)
        inner = fields.mapping(name)
        for key, option in choices.items():
            value = _READERS[option.kind](inner, key, option)
            if value is not None:
                found.append((f"{name}.{key}", value))
        inner.finish()
    return tuple(sorted(found)) if stated else None


def laid_over(settings: Settings, stated: Mapping[str, Any]) -> Settings:
    """Return settings with others laid over them, such as a prompt's override.

    Of provider-only settings those of the provider that it comes to are kept, each by itself; at its default one says nothing.
    """
    others = {key: value for key, value in stated.items() if key != "options"}
    changed = evolve(settings, **others)
    if changed.provider is None:
        return changed
    known = providers.find()[changed.provider].capabilities.options
    options = dict(settings.options) if changed.provider == settings.provider else {}
    for full, value in stated.get("options", ()):
        provider, _, name = full.partition(".")
        if provider == changed.provider:
            options[name] = value
    said = ((name, value) for name, value in options.items() if value != known[name].default)
    return evolve(changed, options=tuple(sorted(said)))


def _word(fields: Fields, key: str, option: Option) -> Scalar | None:
    value = fields.text(key)
    if value is None or value in option.words:
        return value
    fields.problem(key, f"`{value[:40]}` is not a choice", nearest(value, option.words))
    return None


def _text(fields: Fields, key: str, option: Option) -> Scalar | None:
    del option
    return fields.text(key)


def _number(fields: Fields, key: str, option: Option) -> Scalar | None:
    return fields.number(key, _closed(option))


def _integer(fields: Fields, key: str, option: Option) -> Scalar | None:
    return fields.integer(key, _closed(option))


def _switch(fields: Fields, key: str, option: Option) -> Scalar | None:
    del option
    return fields.boolean(key)


def _closed(option: Option) -> tuple[float, float]:
    low, high = option.bounds
    return -math.inf if low is None else low, math.inf if high is None else high


_READERS: Mapping[str, Callable[[Fields, str, Option], Scalar | None]] = {
    "word": _word,
    "text": _text,
    "number": _number,
    "integer": _integer,
    "switch": _switch,
}
