"""Faults of the connection itself: cut, slow, silent, or not what the head says. Imports faults, stop and model.

An ASGI server writes what HTTP allows, so that these go past it, to the transport that `listen` hands down in the scope.
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from voicekit._server.departures import until_gone
from voicekit._server.faults import Rule
from voicekit._server.stop import Stop
from voicekit.model import Reply

TRANSPORT: Final = "voicekit.transport"  # the scope's extension

# Faults that are made out of the good answer.
MADE_OF_AN_ANSWER = frozenset({"truncate", "drip", "drip-head", "lie-length"})

_ENDLESS_CHUNK = b"10000\r\n" + b"A" * 65_536 + b"\r\n"
_STEP = 0.05  # seconds between two drops


def http_answer(
    body: bytes,
    *,
    status: int = 200,
    kind: str | None = "application/json",
    headers: Iterable[tuple[str, str]] = (),
) -> bytes:
    """Write a whole HTTP/1.1 answer; a header that is given replaces our own, and an empty one leaves it out."""
    stated = {
        "Connection": "close",
        "Content-Type": kind or "",
        "Content-Length": str(len(body)),
        **dict(headers),
    }
    lines = [f"HTTP/1.1 {status} Because", *(f"{name}: {value}" for name, value in stated.items() if value)]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


class Broken(Response):
    """The good answer, over a connection that fails as a rule says. Its stage is ``wire``."""

    def __init__(self, rule: Rule, reply: Reply | None, stop: Stop) -> None:
        """Make the answer; `reply` is None where nothing is needed of it."""
        super().__init__(status_code=reply.status if reply else 200)
        self._rule, self._reply, self._stop = rule, reply, stop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Break the connection, and wait until it is gone."""
        del send
        wire: asyncio.Transport | None = (scope.get("extensions") or {}).get(TRANSPORT)
        if wire is None:
            raise RuntimeError(f"the fault {self._rule.name} needs a connection to break")
        deed = _DEEDS[self._rule.name](_Victim(wire, self._rule, self._reply, self._stop))
        doing, ending = asyncio.ensure_future(deed), asyncio.ensure_future(until_gone(receive))
        try:
            await asyncio.wait({doing, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            doing.cancel()
            wire.close()
            await asyncio.gather(doing, return_exceptions=True)
        # uvicorn takes an answer that it did not write for a bug, unless the connection is gone by then. One whose other
        # end does not read what is left is not waited for when the server ends.
        stopping = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait({ending, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        wire.abort()
        await ending
        if not doing.cancelled():
            doing.result()


class _Victim:
    """A connection and what is to be done to it."""

    def __init__(self, wire: asyncio.Transport, rule: Rule, reply: Reply | None, stop: Stop) -> None:
        self.wire, self.value, self.stop = wire, rule.value, stop
        self.reply = reply or Reply(200, "application/json", b"")

    def whole(self, **headers: str) -> bytes:
        """Return the good answer; a header's name is given with underscores."""
        stated = [*self.reply.headers, *((name.replace("_", "-"), value) for name, value in headers.items())]
        reply = self.reply
        return http_answer(reply.body, status=reply.status, kind=reply.content_type, headers=stated)

    async def drip(self, data: bytes, per_second: float) -> None:
        """Write some bytes slowly; the end of the server ends it."""
        drop = max(1, round(per_second * _STEP))
        for start in range(0, len(data), drop):
            self.wire.write(data[start : start + drop])
            await self.stop.doze(drop / per_second)
            if self.stop.is_said or self.wire.is_closing():
                return


async def _reset(victim: _Victim) -> None:
    found = victim.wire.get_extra_info("socket")
    if found is not None:
        # With no time to linger, the system says goodbye with a reset.
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    victim.wire.abort()


async def _silence(victim: _Victim) -> None:
    await victim.stop.wait()


async def _truncate(victim: _Victim) -> None:
    value, size = float(victim.value or 0), len(victim.reply.body)
    kept = min(size, int(value * size if value < 1 else value))
    whole = victim.whole()
    victim.wire.write(whole[: len(whole) - size + kept])


async def _drip(victim: _Victim) -> None:
    whole = victim.whole()
    head = len(whole) - len(victim.reply.body)
    victim.wire.write(whole[:head])
    await victim.drip(whole[head:], float(victim.value or 1))


async def _drip_head(victim: _Victim) -> None:
    await victim.drip(victim.whole(), float(victim.value or 1))


async def _lie(victim: _Victim) -> None:
    stated = len(victim.reply.body) // 2 if victim.value is None else int(victim.value)
    victim.wire.write(victim.whole(Content_Length=str(stated)))


async def _endless(victim: _Victim) -> None:
    body = len(victim.reply.body)
    victim.wire.write(victim.whole(Content_Length="", Transfer_Encoding="chunked")[: -body or None])
    await _pour(victim, _ENDLESS_CHUNK)


async def _endless_head(victim: _Victim) -> None:
    victim.wire.write(b"HTTP/1.1 200 OK\r\n")
    await _pour(victim, b"X-More: of it\r\n" * 1_000)


async def _pour(victim: _Victim, drop: bytes) -> None:
    while not (victim.stop.is_said or victim.wire.is_closing()):
        if victim.wire.get_write_buffer_size() < len(drop):
            victim.wire.write(drop)
        await asyncio.sleep(0 if victim.wire.get_write_buffer_size() == 0 else _STEP / 10)


async def _no_http(victim: _Victim) -> None:
    victim.wire.write(b"SSH-2.0-OpenSSH_9.6\r\n")


_DEEDS: Mapping[str, Callable[[_Victim], Coroutine[Any, Any, None]]] = {
    "reset": _reset,
    "silence": _silence,
    "truncate": _truncate,
    "drip": _drip,
    "drip-head": _drip_head,
    "lie-length": _lie,
    "endless": _endless,
    "endless-head": _endless_head,
    "no-http": _no_http,
}
