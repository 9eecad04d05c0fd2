"""Selection: `--select 'tag:menu profile:telephony-* id:queue-*,locale:es'`. Union by space, intersection by comma.

A word without a method is an id. Patterns are shell patterns (`*`, `?`, `[…]`). `selector:NAME` stands for an expression that the
project names, which is read on its own. Imports errors and model.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter

from attrs import frozen

from voicekit.errors import ConfigError, Problem
from voicekit.model import NO_VALUES

STATES = ("create", "change", "reshape", "cached", "modified", "new")
RESULTS = ("error", "written", "cached", "skipped")
METHODS = ("id", "tag", "profile", "locale", "pack", "script", "state", "result", "selector")
_WORDS = {"state": STATES, "result": RESULTS}
_STATES = {"create": ("create", "modified", "new"), "change": ("change", "modified")}
_SHOWN = 8  # names of a circle of selectors


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


Term = tuple[str, str]  # a method and its pattern
Groups = tuple[tuple[Term, ...], ...]  # any of them, each of which is all of its terms; none are everything


@frozen
class Selection:
    """A parsed expression: its groups, and what is left out of them.

    Attributes:
        named: The selectors that these name, and those that they name in turn: each once, behind all that it names.
    """

    groups: Groups = ()
    without: Groups = ()
    named: tuple[tuple[str, Groups], ...] = ()

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.groups or self.without)

    def takes(self, subject: Subject, *, unknown: bool = True) -> bool:
        """Whether a subject is selected. Terms about a state that is not known yet hold, or do not: as `unknown` says."""
        chosen = self._any(self.groups, subject, unknown=unknown)
        return chosen and not (self.without and self._any(self.without, subject, unknown=not unknown))

    def _any(self, groups: Groups, subject: Subject, *, unknown: bool) -> bool:
        takes: dict[str, bool] = {}
        for name, inner in self.named:
            takes[name] = _any(inner, subject, takes, unknown=unknown)
        return _any(groups, subject, takes, unknown=unknown)

    def asks(self, method: str) -> bool:
        """Whether some term is of a method."""
        every = (self.groups, self.without, *(groups for _, groups in self.named))
        return any(term[0] == method for groups in every for group in groups for term in group)


ALL = Selection()


def _any(groups: Groups, subject: Subject, takes: Mapping[str, bool], *, unknown: bool) -> bool:
    return not groups or any(
        all(_holds(term, subject, takes, unknown=unknown) for term in group) for group in groups
    )


def _holds(term: Term, subject: Subject, takes: Mapping[str, bool], *, unknown: bool) -> bool:
    method, pattern = term
    if method == "selector":
        return takes[pattern]
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
    groups, without = _groups(select, "--select", selectors), _groups(exclude, "--exclude", selectors)
    found: dict[str, Groups] = {}
    waiting = _names((*groups, *without))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = _groups(selectors[name], f"selector {name}", selectors)
            waiting += _names(found[name])
    try:
        return Selection(groups, without, tuple((name, found[name]) for name in _ordered(found)))
    except CycleError as error:
        raise ConfigError((_circle(error)[1],)) from None


def wrong(selectors: Mapping[str, str]) -> Iterator[tuple[str, Problem]]:
    """Yield what is wrong with a project's selectors, each with the name of one that it is about."""
    found: dict[str, Groups] = {}
    for name, expression in selectors.items():
        try:
            found[name] = _groups(expression, f"selector {name}", selectors)
        except ConfigError as error:
            yield from ((name, problem) for problem in error.problems)
    try:
        _ordered(found)
    except CycleError as error:
        yield _circle(error)


def _groups(expression: str | None, flag: str, selectors: Mapping[str, str]) -> Groups:
    return tuple(
        tuple(_term(term, flag, selectors) for term in group.split(","))
        for group in (expression or "").split()
    )


def _term(text: str, flag: str, selectors: Mapping[str, str]) -> Term:
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
    if method == "selector" and pattern not in selectors:
        remedy = _nearest(pattern, selectors) if selectors else "name it under `selectors` in voicekit.yaml"
        raise ConfigError.of(f"{flag}: no selector is called `{pattern[:40]}`", remedy=remedy)
    return method, pattern


def _names(groups: Groups) -> list[str]:
    return [pattern for group in groups for method, pattern in group if method == "selector"]


def _ordered(selectors: Mapping[str, Groups]) -> tuple[str, ...]:
    return tuple(
        TopologicalSorter({name: _names(groups) for name, groups in selectors.items()}).static_order()
    )


def _circle(error: CycleError) -> tuple[str, Problem]:
    first, second, *more = reversed(error.args[1])
    way = " → ".join([first, second, *(more if len(more) < _SHOWN else ["…", first])])
    return first, Problem(f"selectors name each other in a circle: {way}", remedy="write one of them out")


def _nearest(word: str, known: Iterable[str], colon: str = "") -> str:
    near = difflib.get_close_matches(word, list(known), 1)
    return f"did you mean `{near[0]}{colon}`?" if near else f"one of: {', '.join(known)}"
