"""The platforms that play prompts, as data. An open set: one file is one member, holding one `TARGET`.

A new platform edits no other file: `find` lists this folder. Imports model, _limits and errors only.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from attrs import frozen

from voicekit.errors import ConfigError
from voicekit.model import Shape


@frozen
class Target:
    """One platform's rules for the files that it plays.

    Attributes:
        name: What a pack calls it; its file is called the same, with ``_`` for ``-``.
        title: What people call it.
        container: Such as ``wav``; ``raw`` is headerless.
        codec: Such as ``pcm_mulaw``.
        sample_rate: Hz.
        channels: Samples at each moment.
        extension: The end of a file's name, with its dot.
        encoding: The vendors' name of the nearest encoding, to ask them for.
        max_seconds: The longest file that it takes; None where nobody says.
        max_bytes: The largest file that it takes; None where nobody says.
        file_name: A regular expression that a whole prompt id must match; None where any id will do.
        loudness: LUFS that it asks for; None where nobody says.
        source: Where these rules are from.
    """

    name: str
    title: str
    container: str
    codec: str
    sample_rate: int
    extension: str
    encoding: str
    source: str
    channels: int = 1
    max_seconds: float | None = None
    max_bytes: int | None = None
    file_name: str | None = None
    loudness: float | None = None

    @property
    def shape(self) -> Shape:
        """What a file for it must be."""
        return Shape(self.name, self.container, self.codec, self.sample_rate, self.channels, self.extension)


@cache
def find() -> Mapping[str, Target]:
    """List the folder: each target by its name, in the order of names."""
    modules = (
        import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__) if found.name[0] != "_"
    )
    targets = [module.TARGET for module in modules]
    return MappingProxyType(
        {target.name: target for target in sorted(targets, key=lambda target: target.name)}
    )


def get(name: str) -> Target:
    """Return a target by its name.

    Raises:
        ConfigError: There is none of this name.

    >>> get("telephony").sample_rate
    8000
    """
    targets = find()
    if name in targets:
        return targets[name]
    near = get_close_matches(name, targets, n=1, cutoff=0.5)
    known = f"did you mean {near[0]}?" if near else f"use one of {', '.join(targets)}"
    raise ConfigError.of(f"no target is called {name!r}", remedy=known)
