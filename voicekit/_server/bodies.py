"""Reading a request: its path, its body bounded in size and time, its media type. Imports starlette and _limits."""

import asyncio
from urllib.parse import quote, unquote

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Scope

from voicekit import _limits as limits

BODY_SECONDS = 30.0  # for the whole body of a request
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


async def read(request: Request) -> bytes:
    """Read a body that is bounded in size and time.

    Of one that is too large some more is read and dropped: a connection that is closed on unread bytes is reset, and
    the asker would never see why.

    Raises:
        HTTPException: The body is too large, too slow or cut short.
    """
    body, count = bytearray(), 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                count += len(chunk)
                if count <= limits.REQUEST_BYTES:
                    body += chunk
                elif count > DRAINED_BYTES:
                    break
    except TimeoutError:
        raise HTTPException(408, "The request's body took too long.", {"Connection": "close"}) from None
    except ClientDisconnect:
        raise HTTPException(400, "The request's body ended too early.") from None
    if count > limits.REQUEST_BYTES:
        words = f"Request payload size exceeds the limit: {limits.REQUEST_BYTES} bytes."
        raise HTTPException(413, words, {"Connection": "close"})
    return bytes(body)
