"""What a check is, and the finder that lists this folder. Imports the subjects and model."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from attrs import field, frozen

from voicekit.checks._sources import Source
from voicekit.checks._subjects import (
    Document,
    Node,
    PackUse,
    ProfileUse,
    PromptUse,
    Row,
    Run,
    Whole,
)
from voicekit.model import NO_VALUES, Finding, Fix, Project

Found = Iterable[Finding]


@frozen
class Check:
    """One rule: its code, a few words for lists, and what it looks at.

    Attributes:
        code: ``VK`` and three digits.
        name: A few words for lists.
        signs: Characters, one of which is in the words of a row that this rule has something to say about.
        words: The same for words, in lower case; a rule that states neither is shown every row.
        mend: Gives the fix of one of this rule's findings, or None: from the finding, its file as it is now, the project.
    """

    code: str
    name: str
    project: Callable[[Whole], Found] | None = field(default=None, kw_only=True)
    pack: Callable[[PackUse], Found] | None = field(default=None, kw_only=True)
    prompt: Callable[[PromptUse], Found] | None = field(default=None, kw_only=True)
    profile: Callable[[ProfileUse], Found] | None = field(default=None, kw_only=True)
    settings: Callable[[Row], Found] | None = field(default=None, kw_only=True)
    document: Callable[[Document], Found] | None = field(default=None, kw_only=True)
    row: Callable[[Row], Found] | None = field(default=None, kw_only=True)
    spoken: Callable[[Row], Found] | None = field(default=None, kw_only=True)
    tags: Mapping[str, Callable[[Node], Found]] = field(default=NO_VALUES, kw_only=True)
    elements: Mapping[str, Callable[[Node], Found]] = field(default=NO_VALUES, kw_only=True)
    text: Callable[[Run], Found] | None = field(default=None, kw_only=True)
    signs: frozenset[str] = field(default=frozenset(), kw_only=True)
    words: frozenset[str] = field(default=frozenset(), kw_only=True)
    mend: Callable[[Finding, Source, Project], Fix | None] | None = field(default=None, kw_only=True)


@cache
def modules() -> Mapping[str, str]:
    """List this folder's members: code and module, by code. Imports none of them."""
    names = sorted(
        info.name for info in iter_modules([str(Path(__file__).parent)]) if not info.name.startswith("_")
    )
    found: dict[str, str] = {}
    for name in names:
        code = name.partition("_")[0].upper()
        if code in found:
            raise ImportError(f"two checks are called {code}: {found[code]} and {name}")
        found[code] = f"{__package__}.{name}"
    return found


def codes() -> tuple[str, ...]:
    """Return every code that there is."""
    return tuple(modules())


@cache
def find() -> Mapping[str, Check]:
    """List the checks by code."""
    return {code: import_module(module).CHECK for code, module in modules().items()}
