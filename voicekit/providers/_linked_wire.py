"""What the wires share whose answer is nothing but the address of a sound. Imports model.

Behind 302.AI several vendors take a plain text and answer with a link. A sound that has no address, which no vendor sends, is
written as one that holds it (``data:``, RFC 2397), so that each wire's answer can be read back whichever was written.
"""

import base64
from typing import Any, Final

from attrs import field, frozen

from voicekit.model import Ask, Capabilities, Link, Reply, Sound
from voicekit.providers import Authentication, Wire
from voicekit.providers import _answers as answers
from voicekit.providers import _gateway as gateway

_HOLDS: Final = "data:application/octet-stream;base64,"


def address(made: Sound | Link) -> str:
    """Return the address of a sound, or one that holds it."""
    return made.url if isinstance(made, Link) else _HOLDS + base64.b64encode(made.data).decode()


def arrived(name: str, url: Any) -> Sound | Link:
    """Return what an address in an answer leads to, or holds.

    Raises:
        WrongAnswer: It is no address.
    """
    if isinstance(url, str) and url.startswith(_HOLDS):
        return answers.base64_sound(name, url.removeprefix(_HOLDS))
    return answers.linked(name, url)


@frozen
class LinkedWire(Wire):
    """A vendor behind 302.AI that takes a text and answers with a link: all but the request and the answer's shape."""

    name: str
    path: str
    capabilities: Capabilities
    authentication: Authentication = gateway.AUTHENTICATION
    route: tuple[str, str] = field(init=False)

    @route.default
    def _route(self) -> tuple[str, str]:
        return "POST", self.path

    def wants_link(self, ask: Ask) -> bool:
        """Say that every answer is an address."""
        del ask
        return True

    def size(self, ask: Ask) -> int:
        """Measure the text in characters."""
        return len(ask.content)

    def billed(self, ask: Ask) -> int:
        """Count the characters of the text, to have a measure: what is billed is not known."""
        return len(ask.content)

    def refuse(self, status: int, message: str) -> Reply:
        """Write an error in 302.AI's shape."""
        return gateway.refuse(status, message)
