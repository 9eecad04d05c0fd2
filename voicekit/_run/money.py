"""What the run and whoever sends for it say to each other of money. Imports model and, next door, result."""

import contextlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Protocol

from attrs import frozen

from voicekit._run.result import Result
from voicekit.model import RequestPlan, Sound


class Money(Protocol):
    """The money of one request, while it is being sent."""

    def spent(self) -> None:
        """Book one request that the vendor took or may have taken."""

    def may_repeat(self) -> bool:
        """Say whether it may be sent once more."""


Book = Callable[[RequestPlan], AbstractContextManager[Money]]
# Entered before a request is sent; a sound that was paid for before needs none.
Reserve = Callable[[], AbstractAsyncContextManager[Money]]
# Entered with a row; the sound is kept before it is left.
Send = Callable[[RequestPlan, Reserve], AbstractAsyncContextManager[Sound]]


class Free:
    """What books nothing."""

    def spent(self) -> None:
        """Do nothing."""

    def may_repeat(self) -> bool:
        """Say yes."""
        return True


@frozen
class Counted:
    """The money of one request, which the result counts too."""

    money: Money
    row: RequestPlan
    result: Result

    def spent(self) -> None:
        self.money.spent()
        self.result.cost += self.row.price or 0.0

    def may_repeat(self) -> bool:
        return self.money.may_repeat()


def free(_: RequestPlan) -> AbstractContextManager[Money]:
    """Book nothing."""
    return contextlib.nullcontext(Free())
