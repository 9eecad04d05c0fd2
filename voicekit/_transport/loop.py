"""The event loop in which transports are used, which waits for no resolver. Imports nothing of ours."""

import asyncio
import socket
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from functools import partial
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")

if sys.platform == "win32":
    from asyncio import ProactorEventLoop as _UsualLoop
else:
    from asyncio import SelectorEventLoop as _UsualLoop


def run(story: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine as `asyncio.run` does, and return what it returns, without waiting for look-ups that it gave up.

    The system's resolver cannot be stopped, and may take half a minute. asyncio asks it in threads that are waited for at the end of
    the loop and again at the end of the process, long past the deadline of the request that wanted to know.
    """
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(story)


class _Loop(_UsualLoop):
    """asyncio's own loop, which looks up each name in a thread that nobody waits for: for links, httpx and aiohttp alike."""

    async def getaddrinfo(self, host: Any, port: Any, **how: int) -> Any:
        found = Future[Any]()
        look_up = partial(socket.getaddrinfo, host, port, **how)
        Thread(target=_do, args=(look_up, found), name="resolver", daemon=True).start()
        return await asyncio.wrap_future(found)


def _do(work: Callable[[], Any], done: "Future[Any]") -> None:
    if not done.set_running_or_notify_cancel():
        return
    try:
        done.set_result(work())
    except Exception as error:
        done.set_exception(error)
