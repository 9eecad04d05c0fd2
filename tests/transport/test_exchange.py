"""One exchange: what of an answer is read, and which words a failure is told with, none of them the libraries' own."""

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx
import pytest

from kit.sending import ENGINES
from voicekit import _limits as limits
from voicekit._transport import links, loop
from voicekit._transport.attempts import Attempts
from voicekit._transport.exchange import ERROR_BYTES, Fault, exchange
from voicekit.errors import ForbiddenAddress
from voicekit.model import Reply

LIMIT = 1_000


def exchanged(answer: Callable[[], httpx.Response]) -> Reply | Fault:
    wire = httpx.MockTransport(lambda _: answer())
    return asyncio.run(exchange(wire, httpx.Request("GET", "http://vendor.example/"), LIMIT))


# --- failures ---------------------------------------------------------------------------------------------


class ConnectionTimeoutError(Exception):
    """Called as aiohttp's."""


BROKEN = "the connection broke before a whole answer was there"
FAILURES: list[tuple[Exception, Exception | None, str, str]] = [
    (httpx.ConnectError("key"), ConnectionRefusedError(errno.ECONNREFUSED, "key"), "unsent", os.strerror(errno.ECONNREFUSED).lower()),
    (httpx.ConnectError("key"), socket.gaierror(-2, "key"), "unsent", "the host's name is not known"),
    (httpx.ConnectError("key"), ssl.SSLError(1, "key"), "unsent", "no secure connection could be agreed on"),
    (httpx.ConnectError("key"), OSError("key"), "unsent", "no connection"),
    (httpx.ConnectError("key"), None, "unsent", "no connection"),
    (httpx.ConnectTimeout("key"), ConnectionTimeoutError("key"), "unsent", "the connection took too long"),
    (httpx.ConnectTimeout("key"), ConnectionResetError("key"), "lost", BROKEN),
    (httpx.ConnectTimeout("key"), ConnectionResetError(errno.ECONNRESET, "key"), "lost", os.strerror(errno.ECONNRESET).lower()),
    (httpx.PoolTimeout("key"), None, "unsent", "the server fell silent"),
    (httpx.UnsupportedProtocol("key"), None, "unsent", "the address is neither http nor https"),
    (httpx.ReadTimeout("key"), None, "lost", "the server fell silent"),
    (httpx.ReadError("key"), ConnectionResetError(errno.ECONNRESET, "key"), "lost", os.strerror(errno.ECONNRESET).lower()),
    (httpx.RemoteProtocolError("key"), None, "lost", BROKEN),
    (RuntimeError("key"), None, "lost", BROKEN),
]  # fmt: skip


@pytest.mark.parametrize(("error", "cause", "kind", "words"), FAILURES, ids=range(len(FAILURES)))
def test_a_failure_is_told_in_plain_words_and_as_what_it_may_cost(
    error: Exception, cause: Exception | None, kind: str, words: str
) -> None:
    def fail() -> httpx.Response:
        raise error from cause

    found = exchanged(fail)
    assert isinstance(found, Fault)
    assert (found.kind, found.reason) == (kind, words)


def test_causes_in_a_circle_end() -> None:
    one, other = httpx.ReadError("key"), RuntimeError("key")
    other.__context__ = one

    def fail() -> httpx.Response:
        raise one from other

    found = exchanged(fail)
    assert isinstance(found, Fault)
    assert found.reason == BROKEN


@pytest.mark.parametrize("late", [False, True])
def test_a_question_that_takes_too_long_is_lost_and_an_app_that_runs_out_of_time_is_heard(late: bool) -> None:
    async def app(scope: object, receive: object, send: object) -> None:
        if late:
            await asyncio.sleep(60)
        raise TimeoutError("the app's own")

    async def story() -> Reply | Fault:
        attempts = Attempts(wire=httpx.ASGITransport(app))
        return await attempts.at_most(
            httpx.Request("GET", "http://vendor.example/"), LIMIT, 0.05 if late else 60
        )

    if late:
        assert asyncio.run(story()) == Fault("lost", "no whole answer in time")
    else:
        with pytest.raises(TimeoutError, match="the app's own"):
            asyncio.run(story())


# --- answers ----------------------------------------------------------------------------------------------


def answered(
    status: int, size: int, headers: Mapping[str, str] | None = None, *, network: bool = True
) -> Reply | Fault:
    """Give an answer with a body of some size, in small pieces; the pieces that nobody read are counted."""

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, size, 100):
            read.append(start)
            yield bytes(min(100, size - start))

    class Stream(httpx.AsyncByteStream):
        def __aiter__(self) -> AsyncIterator[bytes]:
            return pieces()

    read.clear()
    stated = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
    more = {"http_version": b"HTTP/1.1"} if network else {}
    return exchanged(lambda: httpx.Response(status, headers=stated, stream=Stream(), extensions=more))


read: list[int] = []


@pytest.mark.parametrize("stated", [True, False])
@pytest.mark.parametrize("size", [0, 1, LIMIT - 1, LIMIT])
def test_an_answer_up_to_the_limit_is_read_whole(size: int, stated: bool) -> None:
    length = {"content_length": str(size)} if stated else {"transfer_encoding": "chunked"}
    found = answered(200, size, {"content_type": "Audio/WAV; rate=8000"} | length)
    assert found == Reply(200, "audio/wav", bytes(size), ())


@pytest.mark.parametrize("size", [LIMIT + 1, LIMIT * 100])
def test_an_answer_over_the_limit_is_unfit_and_not_read_on(size: int) -> None:
    found = answered(200, size, {"transfer_encoding": "chunked"})
    assert isinstance(found, Fault)
    assert found.kind == "unfit"
    assert "larger than 1,000 bytes" in found.reason
    assert len(read) == 11
    found = answered(200, size, {"content_length": str(size)})
    assert isinstance(found, Fault)
    assert found.kind == "unfit"
    assert read == []


@pytest.mark.parametrize("stated", ["-1", "x", "", "1e9"])
def test_a_length_that_is_none_is_not_believed(stated: str) -> None:
    found = answered(200, 5, {"content_length": stated})
    assert isinstance(found, Reply)
    assert found.body == bytes(5)


def test_of_a_refusal_no_more_is_read_than_a_vendors_words_need() -> None:
    found = answered(500, 10 * ERROR_BYTES, {"content_length": str(10 * ERROR_BYTES)})
    assert isinstance(found, Reply)
    assert ERROR_BYTES < len(found.body) <= ERROR_BYTES + 100
    whole = answered(500, ERROR_BYTES, {"content_encoding": "identity"})
    assert isinstance(whole, Reply)
    assert whole.body == bytes(ERROR_BYTES)


@pytest.mark.parametrize("coding", ["gzip", "br", "x", "gzip, identity"])
def test_what_is_packed_is_never_unpacked(coding: str) -> None:
    found = answered(200, 5, {"content_encoding": coding, "content_length": "5"})
    assert isinstance(found, Fault)
    assert (found.kind, "compressed" in found.reason, read) == ("unfit", True, [])
    refusal = answered(400, 5, {"content_encoding": coding})
    assert isinstance(refusal, Reply)
    assert (refusal.body, read) == (b"", [])


@pytest.mark.parametrize("coding", ["identity", " Identity ", ""])
def test_what_is_not_packed_is_read(coding: str) -> None:
    found = answered(200, 5, {"content_encoding": coding, "content_length": "5"})
    assert isinstance(found, Reply)
    assert found.body == bytes(5)


@pytest.mark.parametrize(
    ("headers", "network", "told"),
    [
        ({}, True, False),
        ({}, False, True),
        ({"content_length": "5"}, True, True),
        ({"transfer_encoding": "Chunked"}, True, True),
        ({"transfer_encoding": "gzip"}, True, False),
        ({"content_type": "application/json; charset=utf-8"}, True, True),
    ],
)
def test_a_sound_that_does_not_say_where_it_ends_is_unfit(
    headers: dict[str, str], network: bool, told: bool
) -> None:
    found = answered(200, 5, headers, network=network)
    assert isinstance(found, Reply) == told
    assert told or (isinstance(found, Fault) and found.kind == "unfit")
    assert isinstance(answered(400, 5, headers, network=network), Reply)


def test_only_the_headers_that_are_heeded_are_kept() -> None:
    found = answered(503, 0, {"retry_after": "3", "set_cookie": "key", "location": "/x", "x_key": "key"})
    assert isinstance(found, Reply)
    assert set(found.headers) == {("retry-after", "3"), ("location", "/x")}


@pytest.mark.parametrize("engine", ENGINES)
def test_as_many_requests_are_under_way_at_once_as_are_sent(engine: str) -> None:
    """The server answers none of them before it has all."""

    async def story() -> list[Reply | Fault]:
        arrived, everybody = 0, asyncio.Event()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal arrived
            await reader.readuntil(b"\r\n\r\n")
            arrived += 1
            if arrived == limits.CONCURRENCY:
                everybody.set()
            await everybody.wait()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            writer.close()
            await writer.wait_closed()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server, ENGINES[engine]() as wire:
            port = server.sockets[0].getsockname()[1]
            requests = [httpx.Request("GET", f"http://127.0.0.1:{port}/") for _ in range(limits.CONCURRENCY)]
            async with asyncio.timeout(60):
                return await asyncio.gather(*(exchange(wire, request, LIMIT) for request in requests))

    assert [isinstance(one, Reply) for one in asyncio.run(story())] == [True] * limits.CONCURRENCY


# --- links ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("run", [asyncio.run, loop.run])
def test_the_system_knows_this_machine_and_no_host_that_cannot_be(run: Callable[..., Any]) -> None:
    async def story() -> tuple[set[str], list[str]]:
        return set(await links.system_resolve("localhost")), list(
            await links.system_resolve("no-host.invalid")
        )

    here, nowhere = run(story())
    assert here
    assert here <= {"127.0.0.1", "::1"}
    assert nowhere == []


def test_a_link_that_is_not_followed_is_named_without_its_path() -> None:
    places = links.Places(frozenset({"file.example"}), None)

    async def story() -> None:
        url = links.join(None, "http://evil.example:99/secret?key=1")
        await links.targets(url, places, links.system_resolve)

    with pytest.raises(ForbiddenAddress, match=r"leads to http://evil\.example:99, which") as caught:
        asyncio.run(story())
    assert "secret" not in str(caught.value)
