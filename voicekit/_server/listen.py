"""The app on a socket, until somebody says stop. uvicorn's one home; imports errors.

uvicorn puts no time on the head of a request nor on the reading of an answer, writes a line to the log for whatever strangers
send, and passes SIGTERM on to the process when it is done; all of that is mended here.
"""

import asyncio
import contextlib
import errno
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from voicekit._server.fault_wire import TRANSPORT
from voicekit.errors import HostError

CONNECTIONS = 2_048
HEAD_SECONDS = 10.0  # for a request's line and headers
KEEP_ALIVE_SECONDS = 5
GOODBYE_SECONDS = 5  # for requests that are being answered when the stop comes
READ_SECONDS = 30.0  # for whoever reads an answer, and on top of that
READ_RATE = 50_000  # bytes a second
HEAD_BYTES = 65_536
CHUNK_BYTES = (
    65_536  # read at once from each connection: asyncio's own 256 kB, of all of them, were half a gigabyte
)
UNREAD_BYTES = 256_000_000  # of all answers that nobody has read yet; then the largest is given up
_BACKLOG = 1_024
_FILES = CONNECTIONS + 256  # that are open at once: connections, workers, whatever else

_REMEDIES = {
    errno.EADDRINUSE: "choose another --port, or 0 for any that is free",
    errno.EACCES: "choose a --port above 1023",
    errno.EADDRNOTAVAIL: "choose a --host of this machine, such as 127.0.0.1",
}


def _nothing() -> None:
    """Stand in where nobody waits for the stop."""


async def serve(
    app: ASGIApp,
    host: str,
    port: int,
    *,
    on_ready: Callable[[int], None],
    on_stop: Callable[[], None] = _nothing,
) -> None:
    """Answer requests until SIGTERM or SIGINT; then finish those that are being answered, and return.

    Args:
        app: What answers.
        host: A name or address of this machine.
        port: 0 takes any that is free.
        on_ready: Called with the port once connections are accepted.
        on_stop: Called when the stop comes, before those that are being answered are waited for.

    Raises:
        HostError: The port is taken, or host and port cannot be had.
    """
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level=logging.ERROR,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
        h11_max_incomplete_event_size=HEAD_BYTES,
    )
    _allow_files()
    with _listening(host, port) as listener:
        server = _Server(config, lambda: on_ready(listener.getsockname()[1]), on_stop)
        await server.serve(sockets=[listener])


def _allow_files() -> None:
    """Let this process have a file for each connection, as far as the system lets us: the usual limit is far below."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except (OSError, OverflowError, UnicodeError) as error:  # a label that is empty or too long is no host's
        number = getattr(error, "errno", None) or 0
        reason = os.strerror(number).lower() if number > 0 else "no such host or port"
        remedy = _REMEDIES.get(number, "check --host and --port")
        raise HostError.of(f"cannot listen on {host}:{port}: {reason}", remedy=remedy) from None
    with listener:
        yield listener


class _Server(uvicorn.Server):
    """uvicorn, which ends with a return and not with the signal that it got."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[], None], on_stop: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._on_ready, self._on_stop = on_ready, on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_stop()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        caught = []
        for number in (signal.SIGINT, signal.SIGTERM):
            # Elsewhere than in a main thread of POSIX there are no such handlers, and the caller stops the task.
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, self.handle_exit, number, None)
                caught.append(number)
        try:
            yield
        finally:
            for number in caught:
                loop.remove_signal_handler(number)


class _Protocol(H11Protocol):
    """HTTP/1.1 that hangs up on whoever takes too long over a request's head, or over reading an answer."""

    _due: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app = _Wired(self.app, transport)
        # Writing is paused as soon as the other end does not keep up, and goes on when it has all.
        transport.set_write_buffer_limits(high=0)
        transport.max_size = CHUNK_BYTES
        self._await_head()

    def data_received(self, data: bytes) -> None:
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._stop_waiting()
        elif self._due is None:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._stop_reading()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stop_reading()
        seconds = READ_SECONDS + self.unread / READ_RATE
        self._unread = self.loop.call_later(seconds, self.transport.abort)
        everyone = [one for one in self.connections if isinstance(one, _Protocol)]
        if sum(one.unread for one in everyone) > UNREAD_BYTES:
            max(everyone, key=lambda one: one.unread).transport.abort()

    def resume_writing(self) -> None:
        self._stop_reading()
        super().resume_writing()

    def shutdown(self) -> None:
        super().shutdown()
        # A request that is not all there is not being answered.
        if getattr(self.cycle, "more_body", False) and not self.cycle.response_started:
            self.transport.close()

    @property
    def unread(self) -> int:
        """Return how many bytes of an answer the other end has not read."""
        return self.transport.get_write_buffer_size()

    def _stop_reading(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _await_head(self) -> None:
        # Before the first request there is no cycle, whatever its annotation says.
        if getattr(self.cycle, "response_complete", True):
            self._due = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None


class _Wired:
    """The app, which is told the connection that a request came by: faults break it."""

    def __init__(self, app: Any, wire: asyncio.Transport) -> None:
        self._app, self._wire = app, wire

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        scope.setdefault("extensions", {})[TRANSPORT] = self._wire
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            # The server ends, and has waited. uvicorn would write this to the log as a bug, unless the connection is gone.
            self._wire.abort()
            await asyncio.sleep(0)
