"""Selection: `--select 'tag:menu profile:telephony-* id:queue-*,locale:es'`. Union by space, intersection by comma.

A word without a method is an id. Patterns are shell patterns (`*`, `?`, `[…]`). Imports errors only.
"""

import difflib
from collections.abc import Iterable
from fnmatch import fnmatchcase

from attrs import frozen

from voicekit.errors import ConfigError

STATES = ("create", "change", "reshape", "cached", "modified")
METHODS = ("id", "tag", "profile", "locale", "pack", "script", "state")


@frozen
class Subject:
    """What a selection looks at. `state` is empty until a plan knows it."""

    id: str
    tags: tuple[str, ...]
    profile: str
    locale: str
    pack: str
    script: str
    state: str = ""

    def words(self, method: str) -> Iterable[str]:
        """Return the words that a method's pattern is held against."""
        if method == "tag":
            return self.tags
        if method == "locale":
            return (self.locale, self.locale.split("-")[0])
        if method == "state":
            return (self.state, *(["modified"] if self.state in {"create", "change"} else []))
        return (getattr(self, method),)


@frozen
class Selection:
    """A parsed expression: any of its groups, each of which is all of its terms. No groups select everything."""

    groups: tuple[tuple[tuple[str, str], ...], ...] = ()

    def takes(self, subject: Subject) -> bool:
        """Whether a subject is selected. Terms about a state that is not known yet hold."""
        return not self.groups or any(all(_holds(term, subject) for term in group) for group in self.groups)


def _holds(term: tuple[str, str], subject: Subject) -> bool:
    method, pattern = term
    if method == "state" and not subject.state:
        return True
    if method == "locale":  # the case of a language tag means nothing
        return any(fnmatchcase(word.lower(), pattern.lower()) for word in subject.words(method))
    return any(fnmatchcase(word, pattern) for word in subject.words(method))


def parse(expression: str | None) -> Selection:
    """Read an expression.

    Raises:
        ConfigError: An unknown method, or a term without a pattern.
    """
    return Selection(
        tuple(tuple(_term(term) for term in group.split(",")) for group in (expression or "").split())
    )


def _term(text: str) -> tuple[str, str]:
    method, colon, pattern = text.partition(":")
    if not colon:
        method, pattern = "id", text
    if method not in METHODS:
        near = difflib.get_close_matches(method, METHODS, 1)
        remedy = f"did you mean `{near[0]}:`?" if near else f"one of: {', '.join(METHODS)}"
        raise ConfigError.of(f"--select knows no method `{method[:40]}`", remedy=remedy)
    if method == "state" and not any(fnmatchcase(state, pattern) for state in STATES):
        remedy = f"one of: {', '.join(STATES)}"
        raise ConfigError.of(f"--select knows no state `{pattern[:40]}`", remedy=remedy)
    if not pattern:
        raise ConfigError.of(
            f"--select has an empty term after `{method}:`", remedy="write a pattern, such as tag:menu"
        )
    return method, pattern
