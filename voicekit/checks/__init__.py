"""The open set of checks: one rule a file, found by listing this folder. Imports providers' capabilities and ssml.

A member is a module whose name starts with its code, such as ``vk201_over_limit``. It defines ``CHECK``; its docstring
says what, why and how to mend it. Checks get everything as an argument, and never import a provider.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from attrs import evolve, frozen

from voicekit.errors import Place
from voicekit.model import Ask, Capabilities, Family, Finding, Pack, Profile, Prompt, Severity, Speech


@frozen
class Row:
    """What a check looks at: one prompt as one profile says it, and what its provider is known to take.

    `size` is the length of the request in the unit of the provider's limit.
    """

    pack: Pack
    prompt: Prompt
    profile: Profile
    speech: Speech
    ask: Ask
    provider: str
    capabilities: Capabilities
    family: Family | None
    size: int

    def place_of(self, setting: str) -> Place:
        """Return where a setting of this row was stated: the prompt's override, or a profile of the chain."""
        if setting in self.prompt.override:
            return self.prompt.place_of(f"override.{setting}")
        return self.profile.place_of(setting)


@frozen
class Check:
    """One rule.

    Attributes:
        code: ``VK`` and three digits.
        name: A few words for lists.
        look: Yields what is wrong with a row.
    """

    code: str
    name: str
    look: Callable[[Row], Iterable[Finding]]


@cache
def find() -> Mapping[str, Check]:
    """List this folder's members by code."""
    names = (info.name for info in iter_modules(__path__) if not info.name.startswith("_"))
    members = (import_module(f"{__name__}.{name}").CHECK for name in sorted(names))
    return {member.code: member for member in members}


def look(row: Row) -> Iterator[Finding]:
    """Run every check over one row."""
    for check in find().values():
        yield from check.look(row)


def settle(findings: Iterable[Finding], severities: Mapping[str, str]) -> tuple[Finding, ...]:
    """Drop repetitions, lay the project's severities over the rules' own, and sort by file and line.

    An error that a vendor is known to answer with stays an error: a project can silence advice, not facts.
    """
    kept: dict[Finding, None] = {}
    for finding in findings:
        wanted = severities.get(finding.code, finding.severity)
        if finding.severity == "error" or wanted == finding.severity:
            kept[finding] = None
        elif wanted != "off":
            kept[evolve(finding, severity=_severity(wanted))] = None
    return tuple(sorted(kept, key=lambda f: (f.place.path, f.place.line or 0, f.code, f.message)))


def _severity(word: str) -> Severity:
    return {"error": "error", "warning": "warning"}.get(word, "info")  # type: ignore[return-value]
