"""One HTTP request, bounded, with its outcome as a value. Imports model and _limits; httpx lives here and next door.

httpx's transports are used without its client: the client would follow its own ideas of cookies, proxies, netrc,
redirects and decompression, and logs addresses with their query. What comes back is the raw stream, and it is counted.

Outcomes are values and not exceptions, because an exception's traceback would carry the frames, and with them the
headers, of a request that holds a secret.
"""

import logging
import os
import socket
import ssl
from contextvars import ContextVar
from functools import cache
from typing import Literal

import httpx
from attrs import frozen

from voicekit.model import Reply

CONNECT_SECONDS = 10.0  # so that one dead address does not eat the whole deadline
ERROR_BYTES = 65_536  # of a reply that is not 200; enough for any vendor's words
KEEP_ALIVE_SECONDS = 5.0

_HEEDED = frozenset(
    {"retry-after", "location", "x-amzn-errortype"}
)  # of an answer's headers; nothing looks at another
_LOGGERS = ("httpcore.connection", "httpcore.http11", "aiohttp.client", "aiohttp.internal")
_ours: ContextVar[bool] = ContextVar("voicekit_is_sending", default=False)

_TIMEOUTS = {"connect": CONNECT_SECONDS, "read": None, "write": None, "pool": None}
# httpcore's name, and aiohttp's two, of what can only happen before a request is sent.
_BEFORE_SENDING = {"ConnectTimeout", "ConnectionTimeoutError", "ClientConnectorError"}

_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (httpx.ConnectTimeout, "the connection took too long"),
    (httpx.TimeoutException, "the server fell silent"),
    (httpx.UnsupportedProtocol, "the address is neither http nor https"),
    (httpx.ConnectError, "no connection"),
)


@frozen
class Fault:
    """Why there is no reply.

    Attributes:
        kind: ``unsent``: nothing of the request left this machine. ``lost``: it may have been accepted, and paid for.
            ``unfit``: an answer came and breaks the rules of size or encoding.
        reason: In plain words, without anything that was sent.
    """

    kind: Literal["unsent", "lost", "unfit"]
    reason: str


def open_wire() -> httpx.AsyncBaseTransport:
    """Return what carries requests: aiohttp's engine where ``httpx-aiohttp`` is installed, httpx's own otherwise."""
    try:
        import aiohttp
        from httpx_aiohttp import AiohttpTransport
    except ImportError:
        pool = httpx.Limits(max_connections=None, keepalive_expiry=KEEP_ALIVE_SECONDS)
        return httpx.AsyncHTTPTransport(verify=_trust(), trust_env=False, limits=pool)

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(ssl=_trust(), limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS)
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
        )

    return AiohttpTransport(verify=_trust(), trust_env=False, client=session)


@cache
def _trust() -> ssl.SSLContext:
    """Return whose certificates are trusted; reading them takes longer than a request to a near server."""
    return httpx.create_ssl_context(trust_env=False)


async def exchange(wire: httpx.AsyncBaseTransport, request: httpx.Request, limit: int) -> Reply | Fault:
    """Send one request and read its whole answer.

    Args:
        wire: What carries it.
        request: Complete, signed.
        limit: The most bytes that a 200 may have.

    Raises:
        Exception: Only what an app in this process raises, unchanged.
    """
    request.extensions.setdefault("timeout", _TIMEOUTS)
    _quieten()
    _ours.set(True)
    try:
        response = await wire.handle_async_request(request)
        try:
            return await _read(response, limit)
        finally:
            await response.aclose()
    except Exception as error:
        if isinstance(wire, httpx.ASGITransport):
            raise
        return Fault("unsent" if _never_sent(error) else "lost", _in_words(error))
    finally:
        _ours.set(False)


@cache
def _quieten() -> None:
    """Keep the libraries' own logs of a request of ours from being written: they quote headers, and a vendor may quote a key."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(lambda _: not _ours.get())


async def _read(response: httpx.Response, limit: int) -> Reply | Fault:
    good = response.status_code == 200
    coded = response.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}
    if coded and good:
        return Fault("unfit", "the answer is compressed, which was not asked for")
    stated = response.headers.get("content-length", "0")
    if good and stated.isascii() and stated.isdigit() and float(stated) > limit:
        return _too_large(limit)
    body = b"" if coded else await _bounded(response, limit if good else ERROR_BYTES)
    if good and len(body) > limit:
        return _too_large(limit)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if good and kind != "application/json" and not _says_its_end(response):
        return Fault("unfit", "the answer does not say where it ends, so that half of it could not be told")
    told = ((name, value) for name, value in response.headers.multi_items() if name.lower() in _HEEDED)
    return Reply(response.status_code, kind, body, tuple(told))


def _says_its_end(response: httpx.Response) -> bool:
    """Whether a body that breaks off can be told. JSON ends with its last bracket; of some sounds any part is one."""
    by_network = "http_version" in response.extensions
    chunked = "chunked" in response.headers.get("transfer-encoding", "").lower()
    return chunked or "content-length" in response.headers or not by_network


async def _bounded(response: httpx.Response, limit: int) -> bytes:
    """Read the raw body; stop as soon as it is larger than `limit`."""
    assert isinstance(response.stream, httpx.AsyncByteStream)
    body = bytearray()
    async for chunk in response.stream:
        body += chunk
        if len(body) > limit:
            break
    return bytes(body)


def _too_large(limit: int) -> Fault:
    return Fault("unfit", f"the answer is larger than {limit:,} bytes")


def _never_sent(error: Exception) -> bool:
    """Say whether the request cannot have reached the server.

    httpx-aiohttp makes a `ConnectTimeout` of every aiohttp connection error, a reset after sending included, so the
    cause decides.
    """
    if isinstance(error, httpx.ConnectTimeout):
        return any(kind.__name__ in _BEFORE_SENDING for kind in type(error.__cause__).__mro__)
    return isinstance(error, httpx.ConnectError | httpx.PoolTimeout | httpx.UnsupportedProtocol)


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in found:
        found.append(cause)
        cause = cause.__cause__ or cause.__context__
    return found


def _in_words(error: Exception) -> str:
    """Describe an exception without its own text, which may quote a header."""
    for cause in reversed(_causes(error)):  # the libraries' own wrappings come last
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate does not hold: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return "no secure connection could be agreed on"
        if isinstance(cause, socket.gaierror):
            return "the host's name is not known"
        if isinstance(cause, OSError) and cause.errno:
            return os.strerror(cause.errno).lower()
    if isinstance(error, httpx.ConnectTimeout) and not _never_sent(error):
        return _BROKEN
    return next((words for kind, words in _WORDS if isinstance(error, kind)), _BROKEN)


_BROKEN = "the connection broke before a whole answer was there"
