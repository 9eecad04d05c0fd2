"""Hear: how long the embedded voice speaks. Each sound is kept in the project's store, and so is spoken once.

A sound that a build with the embedded voice has made is the same sound, and the other way round.
"""

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack

from voicekit import _embedded, providers
from voicekit._load.endpoints import EMBEDDED
from voicekit._store import Record, Store
from voicekit.model import RequestPlan, Sound


class Hearing:
    """Speaks and measures. Nothing is started before something has to be spoken; `close` ends it."""

    def __init__(self, store: Store) -> None:
        """Take the store; nothing is opened yet."""
        self._store = store
        self._stack = AsyncExitStack()
        self._app: _embedded.App | None = None
        self._loop: asyncio.Runner | None = None

    def close(self) -> None:
        """End the voice, if it had to speak."""
        if self._loop is not None:
            self._loop.run(self._stack.aclose())
            self._loop.close()
            self._loop = self._app = None

    def seconds(self, rows: Iterable[RequestPlan]) -> float:
        """Return how long the requests of one prompt to the embedded voice last, one behind the other.

        Raises:
            SendError: The embedded voice refused.
            SoundError: The sound cannot be made, or is not what was asked for.
            HostError: The disk refuses, or the engine cannot be started.
        """
        return sum(self._record(row).duration for row in rows)

    def _record(self, row: RequestPlan) -> Record:
        from voicekit import _run

        known = self._store.find(row.key)
        if known is not None:
            return known
        if self._loop is None:
            self._loop = asyncio.Runner()
        return _run.keep(self._store, row, self._loop.run(self._send(row))).record

    async def _send(self, row: RequestPlan) -> Sound:
        from voicekit._transport import Transport

        if self._app is None:
            self._app = await _embedded.app(self._stack)
        async with Transport(EMBEDDED, providers.get(row.provider), app=self._app, environ={}) as transport:
            return await transport.send(row.call)
