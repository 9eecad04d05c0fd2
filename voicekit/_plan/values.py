"""What is wanted, and what is there: the two things that a plan holds against each other."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import field, frozen

from voicekit.errors import Place
from voicekit.model import (
    Artefact,
    Ask,
    Endpoint,
    Locked,
    Origin,
    Pack,
    Profile,
    Prompt,
    Shape,
)


@frozen
class Recording:
    """A person's recording: its path below the project, the SHA-256 of its bytes, and the words that it was made of."""

    path: str
    digest: str
    text: str


@frozen
class Wanted:
    """One piece of one prompt in one profile, before it is compared with what is there.

    Attributes:
        origin: What the request is made from; called only where the answer is needed.
    """

    pack: Pack
    prompt: Prompt
    profile: Profile
    endpoint: Endpoint
    source: str
    ask: Ask
    shape: Shape
    text: str
    place: Place
    piece: int = 0
    pieces: int = 1
    origin: Callable[[], Origin] = Origin
    recording: Recording | None = None


@frozen
class Bought:
    """How a sound in the store was asked for: the plain request, and what that was made from."""

    request: Mapping[str, Any]
    origin: Origin


@frozen
class LastState:
    """What an earlier build left.

    Attributes:
        artefacts: The files on this machine, by pack, prompt and profile.
        locked: What the lock file says, by pack, prompt, profile and kind of source: also of other machines.
        has: Whether the store holds the bytes of a key.
        bought: How a key was asked for, or None.
        whole: Whether an artefact's file is there as it was written.
    """

    artefacts: Mapping[tuple[str, str, str], Artefact]
    has: Callable[[str], bool]
    bought: Callable[[str], Bought | None]
    whole: Callable[[str, Artefact], bool]
    locked: Mapping[tuple[str, str, str, str], Locked] = field(factory=dict)


NOTHING = LastState({}, lambda _: False, lambda _: None, lambda *_: False)
