"""Clients of the local server without manners: they write bytes as they stand, slowly, too many of them, or too few."""

import asyncio
import contextlib
import re
import resource
from collections.abc import Iterable

_STATUS = re.compile(rb"^HTTP/1\.1 (\d{3}) ", re.MULTILINE)


def head(
    method: str, path: str, *, version: str = "1.1", host: str | None = "localhost", **headers: str
) -> bytes:
    """Write the head of a request; a header's name is given with underscores, and ``host=None`` leaves that one out."""
    stated = {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [
        f"{method} {path} HTTP/{version}",
        *(f"{name}: {value}" for name, value in stated.items() if value is not None),
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


def post(path: str, content: bytes, **headers: str) -> bytes:
    """Write a request with JSON in it."""
    stated = {"Content_Type": "application/json", "Content_Length": str(len(content)), **headers}
    return head("POST", path, **stated) + content


def statuses(said: bytes) -> list[int]:
    """Return the statuses of all answers in what a server said."""
    return [int(found) for found in _STATUS.findall(said)]


async def say(port: int, told: bytes, *, leave: bool = False, seconds: float = 60.0) -> bytes:
    """Tell a server something, and return what it says until it hangs up, or for some seconds.

    Args:
        port: Its port on loopback.
        told: The bytes.
        leave: Say at once that nothing more will come.
        seconds: How long to listen.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    said = bytearray()
    try:
        async with asyncio.timeout(seconds):
            writer.write(told)
            if leave:
                with contextlib.suppress(OSError):  # it hung up first; what it said is still to be read
                    writer.write_eof()
            while data := await reader.read(65_536):
                said += data
    except (ConnectionError, TimeoutError):
        pass  # what was said until then counts
    finally:
        writer.close()
    return bytes(said)


async def drip(port: int, told: bytes, drops: Iterable[bytes], pause: float) -> float:
    """Tell a server something and then go on in drops; return the seconds until it hangs up."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(told)

    async def go_on() -> None:
        for drop in drops:
            await asyncio.sleep(pause)
            writer.write(drop)

    async def listen() -> None:
        with contextlib.suppress(ConnectionError):
            while await reader.read(65_536):
                pass

    going = asyncio.ensure_future(go_on())
    await listen()
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)
    writer.close()
    return loop.time() - start


def allow_files(count: int) -> None:
    """Let this process have so many files open at once, if the system does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        count = min(hard, count)
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
