"""A clock that tests wind themselves: it remembers every wait and takes no time."""

import asyncio
from datetime import UTC, datetime


class Clock:
    """Seconds since the epoch, moved by `sleep` only."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self.seconds = start
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Pretend to wait; other tasks get their turn."""
        self.waits.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)

    def time(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)
