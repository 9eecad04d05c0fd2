"""Servers for the tests of the shared store, and an environment that holds canaries instead of credentials."""

import asyncio
import os
import threading
from collections.abc import Iterator

import pytest

from kit.fault_server import FaultServer
from kit.s3 import CANARIES, S3, s3_server


@pytest.fixture(autouse=True)
def canaries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what this machine may have, and put canaries in its place."""
    for name in os.environ:
        if name.upper().startswith(("AWS_", "GOOGLE_", "AZURE_")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    for name, value in CANARIES.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """Give a real S3 server that takes every credential."""
    with s3_server(os.environ) as server:
        yield server


@pytest.fixture
def faults() -> Iterator[FaultServer]:
    """Give a server that answers wrongly on purpose, in a thread of its own."""
    server, loop = FaultServer(), asyncio.new_event_loop()
    ready, over = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with server:
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait()
    yield server
    loop.call_soon_threadsafe(over.set)
    thread.join()
    loop.close()
