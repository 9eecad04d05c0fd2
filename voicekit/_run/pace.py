"""How fast an endpoint is asked: at most so many requests, and so many billed characters, in a minute."""

import asyncio
import contextlib

from voicekit.model import Endpoint

_MINUTE = 60.0


class Pace:
    """Spaces out the requests to one endpoint evenly, so that no minute holds more than it may."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Take an endpoint's rates; one that states none is not slowed down."""
        self._gap = _MINUTE / endpoint.requests_per_minute if endpoint.requests_per_minute else 0.0
        self._each = _MINUTE / endpoint.characters_per_minute if endpoint.characters_per_minute else 0.0
        self._next = 0.0

    def seconds(self, requests: int, characters: int) -> float:
        """Return how long so many requests take at these rates."""
        return max(requests * self._gap, characters * self._each)

    async def wait(self, characters: int, stop: asyncio.Event) -> None:
        """Wait for the turn of a request with so many characters, or until `stop`."""
        gap = max(self._gap, characters * self._each)
        if not gap:
            return
        now = asyncio.get_running_loop().time()
        self._next = max(self._next, now)
        delay, self._next = self._next - now, self._next + gap
        if delay > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), delay)
