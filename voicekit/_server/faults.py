"""Faults on demand: the vocabulary, the rules, and which rule strikes a request. Pure but for the rules' own counts.

`fault_rules` reads rules, `fault_replies` carries out those that change an answer and `fault_wire` those that break a
connection. Chance has a seed, so that the same requests in the same order meet the same faults.
"""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from random import Random
from typing import Literal

from attrs import field, frozen

from voicekit._server.keys import is_same

Form = Literal["flag", "status", "integer", "number", "text"]
Stage = Literal["instead", "answer", "wire"]


@frozen
class Fault:
    """One kind of trouble.

    Attributes:
        form: What its value is; a ``flag`` has none.
        stage: ``instead``: nothing is spoken. ``answer``: the good answer is changed. ``wire``: the connection is.
        about: What happens, for people.
        optional: Whether it may stand without its value.
    """

    form: Form
    stage: Stage
    about: str
    optional: bool = False


VOCABULARY: Mapping[str, Fault] = {
    "status": Fault("status", "instead", "this status; from 400 in the vendor's own shape, 2xx on the good answer"),
    "redirect": Fault("text", "instead", "302, or the stated status, to this address"),
    "html": Fault("flag", "instead", "200 with a web page"),
    "json": Fault("flag", "instead", "200 with JSON that holds no sound"),
    "garbage": Fault("flag", "instead", "200 with bytes that are nothing"),
    "gzip-bomb": Fault("flag", "instead", "200 with 20 kB that would unpack to 20 MB"),
    "empty": Fault("flag", "answer", "the good answer's head with nothing behind it"),
    "half-json": Fault("flag", "answer", "the first half of the good answer, as if it were all of it"),
    "wrong-type": Fault("text", "answer", "the good answer under another media type, text/plain by default", True),
    "untyped": Fault("flag", "answer", "the good answer without a media type"),
    "gzip": Fault("flag", "answer", "the good answer compressed, whether asked for or not"),
    "no-sound": Fault("flag", "instead", "the vendor's answer around no sound"),
    "link": Fault("text", "instead", "the vendor's answer with this address of the sound"),
    "pending": Fault("flag", "instead", "a task that is still being made"),
    "failed": Fault("text", "instead", "a task that failed, for this reason", True),
    "reset": Fault("flag", "wire", "the connection is reset, and no answer comes"),
    "silence": Fault("flag", "wire", "no answer comes, and the connection stays"),
    "truncate": Fault("number", "wire", "the connection ends after this many bytes of the body; below 1, that part of it"),
    "drip": Fault("number", "wire", "the body comes at this many bytes a second"),
    "drip-head": Fault("number", "wire", "everything, from the status line on, comes at this many bytes a second"),
    "lie-length": Fault("integer", "wire", "the head states this length of the body; half of the true one by default", True),
    "endless": Fault("flag", "wire", "a body without an end"),
    "endless-head": Fault("flag", "wire", "headers without an end"),
    "no-http": Fault("flag", "wire", "an answer of another protocol"),
}  # fmt: skip


@frozen
class Rule:
    """One fault, and the requests that it strikes.

    Attributes:
        name: A key of `VOCABULARY`; empty where a rule only makes slow.
        value: The fault's value, if it has one.
        status: The status of a redirect.
        retry_after: A ``Retry-After`` header for a refusal: seconds, or a date.
        message: The words of a refusal.
        latency: Seconds before the answer, the least and the most.
        rate: The share of the requests that are struck.
        seed: Of the chance behind `rate` and `latency`; None takes the server's.
        times: How many requests are struck at most.
        after: How many are let through first.
        path: A glob of paths, with or without a provider's name before it; None is every vendor's call, and no file.
        provider: Only this one's requests.
        key: Only requests that bring this key.
    """

    name: str = ""
    value: str | int | float | None = None
    status: int | None = None
    retry_after: str | None = None
    message: str | None = None
    latency: tuple[float, float] | None = None
    rate: float = 1.0
    seed: int | None = None
    times: int | None = None
    after: int = 0
    path: str | None = None
    provider: str | None = None
    key: str | None = field(default=None, repr=False)

    @property
    def stage(self) -> Stage | None:
        """At which stage the fault acts."""
        if self.name == "status" and isinstance(self.value, int) and self.value < 300:
            return "answer"
        return VOCABULARY[self.name].stage if self.name else None

    def __str__(self) -> str:
        """Return what the inspection page shows: the fault and its value, and never the key."""
        if not self.name:
            return "latency"
        return self.name if self.value is None else f"{self.name}={self.value}"


@frozen
class Facts:
    """What a rule looks at in a request.

    Attributes:
        path: As it was asked for.
        vendor_path: The same without the name of a provider before it.
        provider: Whose request it is; None for a file.
        keys: The keys that it brings.
        possible: The faults that need something of the request, and can happen to it.
    """

    path: str
    vendor_path: str
    provider: str | None
    keys: Sequence[str] = field(repr=False, default=())
    possible: frozenset[str] = frozenset()


@frozen
class Strike:
    """What happens to one request: a rule's fault, if one struck, and how long the answer takes."""

    rule: Rule | None = None
    latency: float = 0.0


# Faults that not every request can have: a link where one is asked for, a task that is asked about, a sound.
NEEDY = frozenset({"link", "pending", "failed", "no-sound"})


class Mischief:
    """The rules of a server, and how often each of them has struck.

    Args:
        rules: In this order; the first that strikes a request is the only one.
        seed: Of the rules that state none.
    """

    def __init__(self, rules: Iterable[Rule] = (), *, seed: int = 0) -> None:
        self._armed = [_Armed(rule, seed, number) for number, rule in enumerate(rules)]

    def strike(self, facts: Facts) -> Strike:
        """Say what happens to a request, and count it."""
        for armed in self._armed:
            if armed.fits(facts) and armed.strikes():
                return Strike(armed.rule, armed.latency())
        return Strike()


class _Armed:
    """A rule with its count and its chance."""

    def __init__(self, rule: Rule, seed: int, number: int) -> None:
        self.rule = rule
        self._chance = Random(f"{seed}/{number}" if rule.seed is None else rule.seed)  # noqa: S311
        self._seen = self._struck = 0

    def fits(self, facts: Facts) -> bool:
        rule = self.rule
        if rule.path is None and facts.provider is None:
            return False
        if rule.path is not None and not any(
            fnmatchcase(path, rule.path) for path in (facts.path, facts.vendor_path)
        ):
            return False
        if rule.name in NEEDY and rule.name not in facts.possible:
            return False
        if rule.provider is not None and rule.provider != facts.provider:
            return False
        wanted = rule.key
        return wanted is None or any(is_same(key, wanted) for key in facts.keys)

    def strikes(self) -> bool:
        self._seen += 1
        if self._seen <= self.rule.after or self._chance.random() >= self.rule.rate:
            return False
        if self.rule.times is not None and self._struck >= self.rule.times:
            return False
        self._struck += 1
        return True

    def latency(self) -> float:
        return seconds(self.rule.latency, self._chance)


def seconds(bounds: tuple[float, float] | None, chance: Random) -> float:
    """Return a time between two bounds."""
    return chance.uniform(*bounds) if bounds else 0.0
