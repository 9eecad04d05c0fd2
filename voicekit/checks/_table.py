"""What each check subscribes to, sorted once, so that the walk asks a table and not the checks. Imports the members and model."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from attrs import field, frozen

from voicekit.checks._members import Check, find
from voicekit.checks._traits import words
from voicekit.model import Finding

Look = Callable[[Any], Iterable[Finding]]
_EVERY = "*"
# A check that states signs or words is shown these only where one of them is there.
_WAITS = ("pack", "row", "spoken")
_NEVER_WAITS = ("project", "prompt", "profile", "settings", "document", "text")


@frozen(eq=False)
class Waiting:
    """A look that waits for some sign or word; `subject` is one of `_WAITS`."""

    subject: str
    look: Look


@frozen
class Waiters:
    """Who waits for which character, and for which word."""

    signs: Mapping[str, tuple[Waiting, ...]]
    words: Mapping[str, tuple[Waiting, ...]]
    _sign: re.Pattern[str] = field(init=False)
    _words: frozenset[str] = field(init=False)

    @_sign.default
    def _any_sign(self) -> re.Pattern[str]:
        # A class of characters is found faster than the characters of a text are told apart.
        return re.compile(f"[{re.escape(''.join(sorted(self.signs)))}]" if self.signs else "(?!)")

    @_words.default
    def _any_word(self) -> frozenset[str]:
        return frozenset(self.words)

    def woken(self, text: str) -> Iterable[Waiting]:
        """Return who waits for something that is in a text."""
        signs, found = set(self._sign.findall(text)), self._words.intersection(words(text))
        woken = [one for sign in signs for one in self.signs[sign]]
        woken += [one for word in found for one in self.words[word]]
        return dict.fromkeys(woken)


@frozen
class ByName:
    """Who looks at elements of which name. `always` look at every element, and are among the others too."""

    looks: Mapping[str, tuple[Look, ...]]
    always: tuple[Look, ...]


@frozen
class Table:
    """Who looks at what.

    Attributes:
        looks: By subject, without those that wait.
        tags: Who looks at elements, but not at the words in them.
        elements: Who looks at elements.
        waiting: Who waits for a character or a word.
    """

    looks: Mapping[str, tuple[Look, ...]]
    tags: ByName
    elements: ByName
    waiting: Waiters


def sort(checks: Iterable[Check]) -> Table:
    """Make the table of some checks."""
    members = tuple(checks)
    waits = {check.code: check for check in members if check.signs or check.words}
    at_once = [check for check in members if check.code not in waits]
    waiting = [
        (check, Waiting(subject, look))
        for check in waits.values()
        for subject in _WAITS
        for look in _looks([check], subject)
    ]
    return Table(
        looks={subject: _looks(at_once, subject) for subject in _WAITS}
        | {subject: _looks(members, subject) for subject in _NEVER_WAITS},
        tags=_by_name([check.tags for check in members]),
        elements=_by_name([check.elements for check in members]),
        waiting=Waiters(
            signs=_by_token((check.signs, one) for check, one in waiting),
            words=_by_token((check.words, one) for check, one in waiting),
        ),
    )


@cache
def everything() -> Table:
    """Return the table of all checks."""
    return sort(find().values())


def _looks(checks: Iterable[Check], subject: str) -> tuple[Look, ...]:
    return tuple(look for check in checks if (look := getattr(check, subject)) is not None)


def _by_name(subscribed: Iterable[Mapping[str, Look]]) -> ByName:
    pairs = [pair for one in subscribed for pair in one.items()]
    looks = {name: tuple(look for key, look in pairs if key in {name, _EVERY}) for name, _ in pairs}
    return ByName(looks, looks.get(_EVERY, ()))


def _by_token(wanted: Iterable[tuple[frozenset[str], Waiting]]) -> Mapping[str, tuple[Waiting, ...]]:
    found: dict[str, list[Waiting]] = defaultdict(list)
    for tokens, waiting in wanted:
        for token in tokens:
            found[token].append(waiting)
    return {token: tuple(waiting) for token, waiting in found.items()}
