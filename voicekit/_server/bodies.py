"""Reading a request: its path, its body bounded in size and time, its media type. Imports starlette and _limits."""

import asyncio
from urllib.parse import quote, unquote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Scope

from voicekit import _limits as limits

BODY_SECONDS = 30.0  # for the whole body of a request
HELD_BYTES = 64_000_000  # of all bodies together, from their first byte until they are answered
PIECE_BYTES = 65_536
DRAINED_BYTES = 16 * limits.REQUEST_BYTES  # of a body that is too large

_PLAIN = "!$&'()*+,;=:@~"  # what RFC 3986 lets stand in a segment as it is


def path_of(scope: Scope) -> str:
    """Return the path as it was asked for, each segment escaped in one way, so that ``%2F`` stays inside its segment."""
    raw = scope.get("raw_path") or quote(scope["path"]).encode()
    segments = raw.decode("ascii", "replace").partition("?")[0].split("/")
    return "/".join(quote(unquote(segment), safe=_PLAIN) for segment in segments)


def media_type(request: Request) -> str:
    """Return the media type of a request's body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def fits(kind: str, written: str) -> bool:
    """Say whether a body of one media type may be read as another is written: JSON of any kind, XML of any kind.

    A web form's three types, which a page may send anywhere without asking, fit nothing.
    """
    if written.endswith("xml"):
        return kind == written or kind.endswith("+xml")
    return kind == written or kind == "application/json" or kind.endswith("+json")


class Bodies:
    """The bodies of requests: each bounded in size and time, and all that are not answered yet in size together.

    Where they become too much, the largest that is still being read is given up: of those who fill the memory there may be
    many, and what asks for speech is small.
    """

    def __init__(self, most: int = HELD_BYTES) -> None:
        self._most, self._held = most, 0
        self._sizes = dict[Request, int]()
        self._pieces = dict[Request, list[bytearray]]()  # of those that are being read

    @property
    def held(self) -> int:
        """The bytes of all bodies, whole or in part."""
        return self._held

    async def read(self, request: Request) -> bytes:
        """Read a body, which then counts until `forget`.

        Of one that is too large, or that there is no room for, the rest is read and dropped: a connection that is closed
        on unread bytes is reset, and the asker would never see why.

        Raises:
            HTTPException: The body is too large, too slow or cut short, or there is too much of others.
        """
        pieces = self._pieces[request] = []
        count = await self._receive(request)
        if count > limits.REQUEST_BYTES:
            words = f"Request payload size exceeds the limit: {limits.REQUEST_BYTES} bytes."
            raise HTTPException(413, words, {"Connection": "close"})
        if self._pieces.pop(request, None) is None:
            words = "Too many large requests are under way. Send this one again later."
            raise HTTPException(429, words, {"Retry-After": "5"})
        return b"".join(pieces)

    def forget(self, request: Request) -> None:
        """Count a request's body no more: it was answered, or whoever sent it is gone."""
        self._pieces.pop(request, []).clear()
        self._held -= self._sizes.pop(request, 0)

    async def _receive(self, request: Request) -> int:
        """Take what comes of a body for as long as there is room; return how many bytes came until its end."""
        count, more = 0, True
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while more and count <= DRAINED_BYTES:
                    chunk, more = await _next(request)
                    count += len(chunk)
                    if count > limits.REQUEST_BYTES:
                        self.forget(request)
                    elif request in self._pieces:
                        self._take(request, chunk)
                    del chunk  # the next may be long in coming
        except TimeoutError:
            words = "The request's body took too long."
            raise HTTPException(408, words, {"Connection": "close"}) from None
        return count

    def _take(self, request: Request, chunk: bytes) -> None:
        pieces = self._pieces[request]
        # Neither a thousand objects for what drips, nor one that grows and so leaves holes in the memory.
        if not pieces or len(pieces[-1]) >= PIECE_BYTES:
            pieces.append(bytearray())
        pieces[-1] += chunk
        self._sizes[request] = self._sizes.get(request, 0) + len(chunk)
        self._held += len(chunk)
        while self._held > self._most:
            self.forget(max(self._pieces, key=lambda one: self._sizes.get(one, 0)))


async def _next(request: Request) -> tuple[bytes, bool]:
    """Return what comes next of a body, and whether more will. Starlette's own stream holds each piece until the next."""
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise HTTPException(400, "The request's body ended too early.")
    return message.get("body", b""), message.get("more_body", False)
