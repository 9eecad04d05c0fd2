"""Selection: `--select 'tag:menu profile:telephony-* id:queue-*,locale:es'`. Union by space, intersection by comma.

A word without a method is an id. Patterns are shell patterns (`*`, `?`, `[…]`). `selector:NAME` stands for an expression that the
project names, which is read on its own. Imports errors and model.
"""

import difflib
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from attrs import frozen

from voicekit.errors import ConfigError
from voicekit.model import NO_VALUES

STATES = ("create", "change", "reshape", "cached", "modified", "new")
RESULTS = ("error", "written", "cached", "skipped")
METHODS = ("id", "tag", "profile", "locale", "pack", "script", "state", "result", "selector")
_WORDS = {"state": STATES, "result": RESULTS}
_STATES = {"create": ("create", "modified", "new"), "change": ("change", "modified")}
_DEPTH = 8  # of selectors that name selectors


@frozen
class Subject:
    """What a selection looks at. `state` is empty until a plan knows it, `result` where there was no build."""

    id: str
    tags: tuple[str, ...]
    profile: str
    locale: str
    pack: str
    script: str
    state: str = ""
    result: str = ""

    def words(self, method: str) -> Iterable[str]:
        """Return the words that a method's pattern is held against."""
        if method == "tag":
            return self.tags
        if method == "locale":
            return (self.locale, self.locale.split("-")[0])
        if method == "state":
            return _STATES.get(self.state, (self.state,))
        return (getattr(self, method),)


Term = tuple[str, "str | Selection"]


@frozen
class Selection:
    """A parsed expression: any of its groups, each of which is all of its terms; and what is left out of that.

    No groups select everything.
    """

    groups: tuple[tuple[Term, ...], ...] = ()
    without: "tuple[tuple[Term, ...], ...]" = ()

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.groups or self.without)

    def takes(self, subject: Subject, *, unknown: bool = True) -> bool:
        """Whether a subject is selected. Terms about a state that is not known yet hold, or do not: as `unknown` says."""
        chosen = not self.groups or _any(self.groups, subject, unknown=unknown)
        return chosen and not (self.without and _any(self.without, subject, unknown=not unknown))

    def asks(self, method: str) -> bool:
        """Whether some term is of a method."""
        terms = (term for group in (*self.groups, *self.without) for term in group)
        return any(
            name == method or (isinstance(pattern, Selection) and pattern.asks(method))
            for name, pattern in terms
        )


ALL = Selection()


def _any(groups: Iterable[Iterable[Term]], subject: Subject, *, unknown: bool) -> bool:
    return any(all(_holds(term, subject, unknown=unknown) for term in group) for group in groups)


def _holds(term: Term, subject: Subject, *, unknown: bool) -> bool:
    method, pattern = term
    if isinstance(pattern, Selection):
        return pattern.takes(subject, unknown=unknown)
    if method == "state" and not subject.state:
        return unknown
    if method == "locale":  # the case of a language tag means nothing
        return any(fnmatchcase(word.lower(), pattern.lower()) for word in subject.words(method))
    return any(fnmatchcase(word, pattern) for word in subject.words(method))


def names_a_method(text: str) -> bool:
    """Whether a text is meant as an expression and not as the pattern of a name: some term of it has a method."""
    terms = (term.partition(":") for group in text.split() for term in group.split(","))
    return any(colon and method in METHODS for method, colon, _ in terms)


def parse(
    select: str | None, *, exclude: str | None = None, selectors: Mapping[str, str] = NO_VALUES
) -> Selection:
    """Read expressions.

    Args:
        select: What is taken; None takes everything.
        exclude: What is left out of that.
        selectors: Expressions by the name that ``selector:NAME`` gives them.

    Raises:
        ConfigError: An unknown method or selector, or a term without a pattern.
    """
    return Selection(_groups(select, "--select", selectors, 0), _groups(exclude, "--exclude", selectors, 0))


def _groups(
    expression: str | None, flag: str, selectors: Mapping[str, str], depth: int
) -> tuple[tuple[Term, ...], ...]:
    return tuple(
        tuple(_term(term, flag, selectors, depth) for term in group.split(","))
        for group in (expression or "").split()
    )


def _term(text: str, flag: str, selectors: Mapping[str, str], depth: int) -> Term:
    method, colon, pattern = text.partition(":")
    if not colon:
        method, pattern = "id", text
    if method not in METHODS:
        raise ConfigError.of(f"{flag} knows no method `{method[:40]}`", remedy=_nearest(method, METHODS, ":"))
    if not pattern:
        remedy = "write a pattern, such as tag:menu"
        raise ConfigError.of(f"{flag} has an empty term after `{method}:`", remedy=remedy)
    known = _WORDS.get(method)
    if known is not None and not any(fnmatchcase(word, pattern) for word in known):
        remedy = f"one of: {', '.join(known)}"
        raise ConfigError.of(f"{flag} knows no {method} `{pattern[:40]}`", remedy=remedy)
    return (method, _named(pattern, flag, selectors, depth)) if method == "selector" else (method, pattern)


def _named(name: str, flag: str, selectors: Mapping[str, str], depth: int) -> Selection:
    if name not in selectors:
        remedy = _nearest(name, selectors) if selectors else "name it under `selectors` in voicekit.yaml"
        raise ConfigError.of(f"{flag}: no selector is called `{name[:40]}`", remedy=remedy)
    if depth == _DEPTH:
        message = f"selectors name each other in a circle, or more than {_DEPTH} deep, at `{name}`"
        raise ConfigError.of(message, remedy="write one of them out")
    return Selection(_groups(selectors[name], f"selector {name}", selectors, depth + 1))


def _nearest(word: str, known: Iterable[str], colon: str = "") -> str:
    near = difflib.get_close_matches(word, list(known), 1)
    return f"did you mean `{near[0]}{colon}`?" if near else f"one of: {', '.join(known)}"
