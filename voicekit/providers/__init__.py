"""The open set of providers: one vendor's wire a file, both ways. Imports model, ssml and _wire.

A member is a module here that defines ``PROVIDER``. Its functions are pure and come in inverse pairs::

    parse(encode(ask)) == ask
    decode(respond(ask, sound)) == sound
    task_of(poll(task)) == task

It owns no network, no retry, no secret. Adding one edits no existing file. `Wire` is a base with the answers of a vendor that
has no links, no tasks and no list of voices.
"""

import difflib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Literal, Protocol

from attrs import evolve, frozen

from voicekit.errors import ConfigError, VoicekitError
from voicekit.model import Ask, Call, Capabilities, Family, Link, Options, Reply, Sound, Task


@frozen
class Denial:
    """How a vendor answers a request whose credential it does not take: a status, and the words that `refuse` puts into its shape."""

    status: int
    message: str


@frozen
class Authentication:
    """How a credential is put on a request. The transport does it; a provider never sees the secret.

    Attributes:
        kind: Whether it is sent as a bearer token, bare, or as AWS's signature (version 4) of the request.
        header: The header that it is sent in.
        query: A parameter of the query that the vendor takes it from too; the local server does as the vendor.
        bearer: Whether the vendor takes a bearer token beside a bare header; likewise.
        service: AWS's name of the service that is signed for.
        missing: How a request without a credential is answered.
        wrong: How one with a wrong credential is.
        wrong_token: The same for a bearer token, where the vendor answers it in another way.
    """

    kind: Literal["bearer", "header", "sigv4"]
    header: str = "Authorization"
    query: str = ""
    bearer: bool = False
    service: str = ""
    missing: Denial = Denial(401, "The request is missing a valid API key.")
    wrong: Denial = Denial(401, "The API key is not valid.")
    wrong_token: Denial | None = None


@frozen
class VoiceEntry:
    """A voice that the local server can stand in for."""

    language: str
    female: bool
    sample_rate: int


class Refusal(VoicekitError):
    """A request that this vendor would answer with an error. The local server turns it into the vendor's own reply."""

    exit_code = 5
    code = "refusal"
    status = 400


class NotFound(Refusal):
    """A request for something that this vendor does not have, where it answers that with 404."""

    status = 404


class Unprocessable(Refusal):
    """A request that is well-formed and cannot be followed, where this vendor answers that with 422."""

    status = 422


class Provider(Protocol):
    """One vendor's wire."""

    name: str
    capabilities: Capabilities
    authentication: Authentication
    route: tuple[str, str]
    """Method and path of the call that `parse` takes, for the local server; ``{name}`` stands for one segment."""
    voices_route: tuple[str, str] | None
    """Method and path of the call that `list_voices` takes, if the vendor has a list of its voices."""
    other_routes: tuple[tuple[Literal["synthesize", "voices"], str, str], ...]
    """Further calls that `parse` and `list_voices` take, for clients that send them: which of the two, method, path. None is planned."""
    poll_routes: tuple[tuple[str, str], ...]
    """Methods and paths of the calls that `task_of` takes, that of `poll` first; none where the vendor has no tasks."""
    headers: frozenset[str]
    """Names of the request's own headers that `parse` and `task_of` read; the local server passes on no other."""

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return what speaks: the family of a voice, or the model among the options; None where a name does not fit."""

    def encode(self, ask: Ask) -> Call:
        """Turn a wish into the vendor's request."""

    def parse(self, call: Call) -> Ask:
        """Turn a request into the wish behind it.

        Raises:
            Refusal: The vendor would answer with an error.
        """

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write the vendor's answer that carries `made`."""

    def decode(self, reply: Reply) -> Sound | Link | Task:
        """Read the vendor's answer, to the first call or to `poll`.

        Raises:
            Refused: The vendor says no.
            WrongAnswer: The answer is not the vendor's shape.
        """

    def refuse(self, status: int, message: str) -> Reply:
        """Write an error in the vendor's shape."""

    def is_busy(self, reply: Reply) -> bool:
        """Whether a refusal says that the vendor is busy, and took nothing, though its status does not (429 and 5xx do)."""

    def bare_rate(self, ask: Ask) -> int | None:
        """Return the rate (Hz) of the samples that answer `ask`, where they lack the header that their encoding has; else None."""

    def wants_link(self, ask: Ask) -> bool:
        """Whether the answer to `ask`, or the last one to its task, carries an address instead of bytes."""

    def wants_task(self, ask: Ask) -> bool:
        """Whether the answer to `ask` is the name of a task."""

    def poll(self, task: Task) -> Call:
        """Write the call that asks how far a task is. The task's name is quoted: it came from outside."""

    def task_of(self, call: Call) -> Task:
        """Read the task that is asked about.

        Raises:
            Refusal: The vendor would answer with an error.
        """

    def report(self, task: Task, made: Sound | Link | None) -> Reply:
        """Write how far a task is: `made`, or None while it is still being made."""

    def report_failure(self, task: Task, why: str) -> Reply:
        """Write that a task failed."""

    def billed(self, ask: Ask) -> int:
        """Count the characters that the vendor bills for `ask`."""

    def size(self, ask: Ask) -> int:
        """Measure `ask` in the unit of the limit."""

    def list_voices(self, voices: Iterable[VoiceEntry], call: Call) -> Reply | None:
        """Write the vendor's list of voices, narrowed as `call` asks for it; None where it has no list.

        Raises:
            Refusal: The vendor would answer with an error.
        """


# What says nothing: a wire that has no field for a setting loses nothing with these.
NEUTRAL: Mapping[str, float] = {"pitch": 0.0, "rate": 1.0, "gain": 0.0}


def carried(ask: Ask, capabilities: Capabilities) -> Ask:
    """Leave out of an ask what a wire has no field for: a neutral setting, and the language where the text says it."""
    silent: dict[str, Any] = {
        key: None
        for key, neutral in NEUTRAL.items()
        if key not in capabilities.ranges and getattr(ask, key) == neutral
    }
    if ask.channels == 1 and not capabilities.channels:
        silent["channels"] = None
    if not capabilities.language:
        silent["language"] = ""
    return evolve(ask, **silent) if silent else ask


class Wire:
    """What a vendor without links, tasks and a list of voices says to those questions."""

    voices_route: tuple[str, str] | None = None
    other_routes: tuple[tuple[Literal["synthesize", "voices"], str, str], ...] = ()
    poll_routes: tuple[tuple[str, str], ...] = ()
    headers: frozenset[str] = frozenset()

    def is_busy(self, reply: Reply) -> bool:
        """Say that its status tells."""
        del reply
        return False

    def bare_rate(self, ask: Ask) -> int | None:
        """Say that every sound has the header of its encoding."""
        del ask
        return None

    def wants_link(self, ask: Ask) -> bool:
        """Say that no answer is an address."""
        del ask
        return False

    def wants_task(self, ask: Ask) -> bool:
        """Say that no answer is a task."""
        del ask
        return False

    def poll(self, task: Task) -> Call:
        """Refuse: there are no tasks to ask about."""
        raise NotImplementedError(task.id)

    def task_of(self, call: Call) -> Task:
        """Refuse: there are no tasks to ask about."""
        del call
        raise NotFound.of("There are no tasks here.", remedy="take the sound from the first answer")

    def report(self, task: Task, made: Sound | Link | None) -> Reply:
        """Refuse: there are no tasks to tell of."""
        raise NotImplementedError(task.id)

    def report_failure(self, task: Task, why: str) -> Reply:
        """Refuse: there are no tasks to tell of."""
        raise NotImplementedError(task.id)

    def list_voices(self, voices: Iterable[VoiceEntry], call: Call) -> Reply | None:
        """Say that there is no list."""
        del voices, call
        return None


@cache
def find() -> Mapping[str, Provider]:
    """List this folder's members by name."""
    names = (info.name for info in iter_modules(__path__) if not info.name.startswith("_"))
    members = (import_module(f"{__name__}.{name}").PROVIDER for name in sorted(names))
    return {member.name: member for member in members}


def get(name: str) -> Provider:
    """Return a provider by its name.

    Raises:
        ConfigError: There is none; names the nearest.
    """
    members = find()
    if name in members:
        return members[name]
    near = difflib.get_close_matches(name, members, 1)
    hint = f"did you mean `{near[0]}`?" if near else f"one of: {', '.join(members)}"
    raise ConfigError.of(f"no provider is called `{name}`", remedy=hint)
