"""A vendor's server that answers wrongly on purpose: raw sockets on loopback, a fault a name.

The fault is the first segment of the path, so that an endpoint's ``url`` chooses it (`FaultServer.at`); faults in
`queue` go first, one a request. Names: a status such as ``503``, a status with a ``Retry-After`` such as ``429:3``, a key
of `ANSWERS`, ``link:NAME`` (a good answer whose sound is a link to this server's fault NAME), ``link=URL``, ``cut:N`` or
``cut:N:NAME`` (that answer, or the good one, ends after N bytes) and ``reset:N`` (and the connection is reset). In the queue alone: ``reset-before`` (nothing
is read) and ``deaf:N`` (reset after N bytes of the request).
"""

import asyncio
import base64
import contextlib
import gzip
import json
import threading
import zlib
from collections.abc import Awaitable, Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, Self

from attrs import frozen

from voicekit._server.fault_replies import WEB_PAGE, bomb
from voicekit._server.fault_wire import http_answer

SOUND = b"RIFF" + bytes(range(256)) * 4


@frozen
class Heard:
    """One request, read whole."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


def answer(body: bytes, *, status: int = 200, kind: str | None = "application/json", **headers: str) -> bytes:
    """Write a whole HTTP/1.1 answer; a header's name is given with underscores."""
    stated = {name.replace("_", "-"): value for name, value in headers.items()}
    return http_answer(body, status=status, kind=kind, headers=stated.items())


def content(text: str) -> bytes:
    """Write the vendor's JSON around an ``audioContent``."""
    config = {"audioEncoding": "LINEAR16", "sampleRateHertz": 24_000}
    marks = [{"markName": "here", "timeSeconds": 0.5}]
    return json.dumps({"audioContent": text, "timepoints": marks, "audioConfig": config}).encode()


_BEFORE = ("reset-before", "deaf:")
_SHORTENED = ("cut", "reset")
_REFUSALS = frozenset({"echo", "loop", "late"})
# The request is taken, and no whole answer ever comes.
_NEVER_WHOLE = frozenset(
    {"silent", "silent-in-head", "silent-in-body", "continue", "drip-headers", "drip-body", "reset-after"}
    | {"truncated", "truncated-file", "no-http", "endless-headers"}
)

GOOD = content(base64.b64encode(SOUND).decode())


def packed(megabytes: int, rounds: int = 2) -> bytes:
    """Return so many MB of zeros, gzipped several times over: 1,000 MB in two rounds are 1.8 kB.

    A block of zeros is compressed once and written as often as it takes, which a compressor would need seconds for.
    """
    block, squeezer = bytes(1_000_000), zlib.compressobj(9, zlib.DEFLATED, -15)
    head = squeezer.compress(block) + squeezer.flush(zlib.Z_FULL_FLUSH)
    again = squeezer.compress(block) + squeezer.flush(zlib.Z_FULL_FLUSH)
    check = 0
    for _ in range(megabytes):
        check = zlib.crc32(block, check)
    end = check.to_bytes(4, "little") + (megabytes * len(block) % 2**32).to_bytes(4, "little")
    body = gzip.compress(b"", mtime=0)[:10] + head + again * (megabytes - 1) + squeezer.flush() + end
    for _ in range(rounds - 1):
        body = gzip.compress(body, mtime=0)
    return body


# Answers that are bytes from the start.
ANSWERS: dict[str, bytes] = {
    "good": answer(GOOD),
    "file": answer(SOUND, kind="audio/wav"),
    # What 302.AI's second unified endpoint says of a task; ``made`` is written by the server.
    "task": answer(b'{"task_id": "t-1", "status": "pending"}'),
    "failed": answer(b'{"task_id": "t-1", "status": "failed", "error": "no such voice"}'),
    "html": answer(WEB_PAGE, kind="text/html"),
    "json-file": answer(b'{"error": "no such file"}'),
    "empty": answer(b""),
    "empty-file": answer(b"", kind="audio/wav"),
    "no-audio": answer(b'{"timepoints": []}'),
    "empty-audio": answer(content("")),
    "invalid-base64": answer(content("not*base64")),
    "not-json": answer(b"\xff\xfe\x00"),
    "list": answer(b"[]"),
    "untyped": answer(GOOD, kind=None),
    "wrong-type": answer(GOOD, kind="text/plain"),
    "206": answer(GOOD, status=206),
    "204": answer(b"", status=204, kind=None, Content_Length=""),
    "201": answer(GOOD, status=201),
    "truncated": answer(GOOD, Content_Length=str(len(GOOD) + 100)),
    "truncated-file": answer(SOUND, kind="audio/wav", Content_Length=str(len(SOUND) + 100)),
    "unclosed-json": answer(GOOD[:-20], Content_Length=""),
    "huge-length": answer(GOOD, Content_Length=str(10**12)),
    "lying-length": answer(GOOD, Content_Length="7"),
    "gzip": answer(gzip.compress(GOOD), Content_Encoding="gzip"),
    "gzip-bomb": answer(bomb(), Content_Encoding="gzip, gzip"),
    "deflate-file": answer(gzip.compress(SOUND), kind="audio/wav", Content_Encoding="deflate"),
    "gzip-refusal": answer(gzip.compress(b"{}"), status=400, Content_Encoding="gzip"),
    "inward": answer(b"", status=302, Location="http://127.0.0.1:9/"),
    "cookie": answer(GOOD, Set_Cookie="session=abc; Path=/"),
    # It says that the connection stays, and closes it.
    "stale": answer(GOOD, Connection="keep-alive"),
    "no-http": b"SSH-2.0-OpenSSH_9.6\r\n",
    "endless-headers": b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 40_000,
    "huge-refusal": answer(b'{"error": {"message": "' + b"x" * 1_000_000 + b'"}}', status=400),
}


class FaultServer:
    """The server, as an async context manager.

    Attributes:
        heard: Every request that was read whole.
        accepted: The requests for a sound that a vendor would charge for: answered with 2xx, or not at all.
        lost: How many of those were not answered with a whole 2xx.
        connections: How many were accepted.
        busiest: The most requests that were being answered at the same time.
        poured: Bytes of endless bodies that somebody took.
        queue: Faults for the next requests, before the path's own.
        now: Seconds since the epoch, for the HTTP dates in ``Retry-After``.
    """

    def __init__(self, queue: Iterable[str] = ()) -> None:
        self.heard: list[Heard] = []
        self.accepted = self.lost = 0
        self.connections = self.poured = self.busiest = self._busy = 0
        self.queue = list(queue)
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._faults: dict[str, Callable[[asyncio.StreamWriter, Heard], Awaitable[None]]] = {
            "silent": self._silent,
            "silent-in-head": self._silent_in_head,
            "silent-in-body": self._silent_in_body,
            "continue": self._continue,
            "drip-headers": self._drip_headers,
            "drip-body": self._drip_body,
            "endless": self._endless,
            "reset-after": self._reset,
            "late": self._late,
            "echo": self._echo,
            "loop": self._loop,
        }

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def at(self, fault: str) -> str:
        """Return the address under which everything is answered with `fault`."""
        return f"{self.origin}/{fault}"

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def listen(self) -> None:
        """Take connections, once more on the same port after `deafen`."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    @classmethod
    @contextlib.contextmanager
    def in_thread(cls, **how: Any) -> Iterator[Self]:
        """Give a server in a thread and a loop of its own, for what blocks this one."""
        server, loop = cls(**how), asyncio.new_event_loop()
        ready, over = threading.Event(), asyncio.Event()

        async def serve() -> None:
            async with server:
                ready.set()
                await over.wait()

        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
        thread.start()
        ready.wait()
        try:
            yield server
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join()
            loop.close()

    def deafen(self) -> None:
        """Refuse every connection."""
        self._server.close()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            if self.queue and self.queue[0].startswith(_BEFORE):
                await reader.read(int(self.queue.pop(0).partition(":")[2] or 0))
                writer.transport.abort()
                return
            heard = await self._read(reader)
            self.heard.append(heard)
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
            try:
                await self._answer(writer, heard)
            finally:
                self._busy -= 1
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()
            self._tasks.discard(task)

    async def _read(self, reader: asyncio.StreamReader) -> Heard:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Heard(method, target, headers, body)

    async def _answer(self, writer: asyncio.StreamWriter, heard: Heard) -> None:
        fault = self.queue.pop(0) if self.queue else heard.target.split("/")[1].partition("?")[0]
        if fault in self._faults:
            self._count(heard, taken=fault not in _REFUSALS, lost=fault in _NEVER_WHOLE)
            await self._faults[fault](writer, heard)
            return
        whole, (name, most, *_) = self._bytes(fault), [*fault.split(":"), ""]
        said = whole[: int(most)] if name in _SHORTENED else whole
        never = fault in _NEVER_WHOLE
        self._count(heard, taken=never or whole[9:10] == b"2", lost=never or len(said) < len(whole))
        writer.write(said)
        await writer.drain()
        if name == "reset":
            writer.transport.abort()

    def _count(self, heard: Heard, *, taken: bool, lost: bool) -> None:
        taken = taken and heard.method == "POST"
        self.accepted += taken
        self.lost += taken and lost

    def _bytes(self, fault: str) -> bytes:
        if fault in ANSWERS:
            return ANSWERS[fault]
        if fault.startswith(_SHORTENED):
            return ANSWERS[fault.split(":")[2] if fault.count(":") > 1 else "good"]
        if fault == "made":
            link = f"{self.origin}/file/sound.mp3"
            return answer(json.dumps({"task_id": "t-1", "status": "completed", "audio_url": link}).encode())
        if fault.startswith("link:"):
            return answer(content(f"{self.origin}/{fault[5:]}/sound.mp3"))
        if fault.startswith("link="):
            return answer(content(fault[5:]))
        status, _, after = fault.partition(":")
        words = json.dumps({"error": {"code": int(status), "message": "the vendor's own words"}}).encode()
        if 300 <= int(status) < 400:
            return answer(b"", status=int(status), Location=after or f"{self.origin}/good")
        return answer(words, status=int(status), Retry_After=after)

    async def _silent(self, writer: asyncio.StreamWriter, heard: Heard) -> None:
        await asyncio.sleep(30)

    async def _silent_in_head(self, writer: asyncio.StreamWriter, heard: Heard) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-")
        await self._silent(writer, heard)

    async def _silent_in_body(self, writer: asyncio.StreamWriter, heard: Heard) -> None:
        writer.write(ANSWERS["good"][:-20])
        await self._silent(writer, heard)

    async def _continue(self, writer: asyncio.StreamWriter, heard: Heard) -> None:
        """Promise an answer again and again."""
        while True:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    async def _drip_headers(self, writer: asyncio.StreamWriter, heard: Heard) -> None:
        await self._drip(writer, b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 100)

    async def _drip_body(self, writer: asyncio.StreamWriter, heard: Heard) -> None:
        head, _, body = ANSWERS["good"].partition(b"\r\n\r\n")
        writer.write(head + b"\r\n\r\n")
        await self._drip(writer, body)

    async def _drip(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        for byte in data:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.02)

    async def _endless(self, writer: asyncio.StreamWriter, heard: Heard) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        while True:
            writer.write(b"10000\r\n" + b"A" * 65_536 + b"\r\n")
            await writer.drain()
            self.poured += 65_536

    async def _late(self, writer: asyncio.StreamWriter, heard: Heard) -> None:
        await asyncio.sleep(0.05)
        writer.write(self._bytes("400"))

    async def _reset(self, writer: asyncio.StreamWriter, heard: Heard) -> None:
        writer.transport.abort()

    async def _echo(self, writer: asyncio.StreamWriter, heard: Heard) -> None:
        """Refuse in the way of a careless vendor that quotes the key, plain and in other spellings."""
        key = heard.headers.get("authorization", "").removeprefix("Bearer ")
        words = f"{'x' * 280} key {key} or {base64.b64encode(key.encode()).decode()} is wrong"
        writer.write(answer(json.dumps({"error": {"message": words}}).encode(), status=401))
        await writer.drain()

    async def _loop(self, writer: asyncio.StreamWriter, heard: Heard) -> None:
        writer.write(answer(b"", status=302, Location=f"{self.origin}/loop"))
        await writer.drain()
