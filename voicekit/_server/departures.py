"""Askers who hang up: what was being done for them is given up, and takes no turn from others. Imports nothing of ours."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.types import Receive

T = TypeVar("T")


class GoneError(Exception):
    """Whoever asked is not there any more."""


async def until_gone(receive: Receive) -> None:
    """Wait until the other end hangs up, or is answered; what it still sends is dropped."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def unless_gone(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """Do some work for as long as somebody waits for it.

    Raises:
        GoneError: Nobody does.
    """
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(until_gone(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise GoneError
        return working.result()
    finally:
        working.cancel()
        leaving.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)
