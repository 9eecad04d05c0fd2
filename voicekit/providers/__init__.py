"""The open set of providers: one vendor's wire a file, both ways. Imports model, ssml and _wire.

A member is a module here that defines ``PROVIDER``. Its functions are pure and come in inverse pairs::

    parse(encode(ask)) == ask
    decode(respond(ask, sound)) == sound

It owns no network, no retry, no secret. Adding one edits no existing file.
"""

import difflib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Literal, Protocol

from attrs import frozen

from voicekit.errors import ConfigError, VoicekitError
from voicekit.model import Ask, Call, Capabilities, Family, Link, Reply, Sound, Task


@frozen
class Authentication:
    """How a credential is put on a request. The transport does it; a provider never sees the secret.

    Attributes:
        kind: Whether it is sent as a bearer token, or bare.
        header: The header that it is sent in.
        query: A parameter of the query that the vendor takes it from too; the local server does as the vendor.
        bearer: Whether the vendor takes a bearer token beside a bare header; likewise.
    """

    kind: Literal["bearer", "header"]
    header: str = "Authorization"
    query: str = ""
    bearer: bool = False


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


class Provider(Protocol):
    """One vendor's wire."""

    name: str
    capabilities: Capabilities
    authentication: Authentication
    route: tuple[str, str]
    """Method and path of the call that `parse` takes, for the local server."""
    voices_path: str | None
    """Path of the vendor's list of voices (GET), if it has one."""

    def family(self, voice: str) -> Family | None:
        """Return the family of a voice by the vendor's grammar of names, or None where the name does not fit."""

    def encode(self, ask: Ask) -> Call:
        """Turn a wish into the vendor's request."""

    def parse(self, call: Call) -> Ask:
        """Turn a request into the wish behind it.

        Raises:
            Refusal: The vendor would answer with an error.
        """

    def respond(self, ask: Ask, made: Sound | Link) -> Reply:
        """Write the vendor's answer that carries `made`."""

    def decode(self, reply: Reply) -> Sound | Link | Task:
        """Read the vendor's answer.

        Raises:
            Refused: The vendor says no.
            WrongAnswer: The answer is not the vendor's shape.
        """

    def refuse(self, status: int, message: str) -> Reply:
        """Write an error in the vendor's shape."""

    def wants_link(self, ask: Ask) -> bool:
        """Whether the answer to `ask` carries an address instead of bytes."""

    def billed(self, ask: Ask) -> int:
        """Count the characters that the vendor bills for `ask`."""

    def size(self, ask: Ask) -> int:
        """Measure `ask` in the unit of the limit."""

    def list_voices(self, voices: Iterable[VoiceEntry], language: str) -> Reply | None:
        """Write the vendor's list of voices, narrowed to `language` if that is not empty; None where it has no list."""


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
