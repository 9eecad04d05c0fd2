"""The end of the server, which whoever waits on purpose hears of at once. Imports nothing of ours."""

import asyncio
import contextlib


class Stop:
    """Whether the server is to end."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def now(self) -> None:
        """Say that it is."""
        self._event.set()

    @property
    def is_said(self) -> bool:
        """Whether somebody said so."""
        return self._event.is_set()

    async def wait(self) -> None:
        """Wait for it."""
        await self._event.wait()

    async def doze(self, seconds: float) -> None:
        """Wait for some time, or for the end."""
        if seconds > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._event.wait()
