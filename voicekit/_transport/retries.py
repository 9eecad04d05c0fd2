"""When a request may be repeated, and how long to wait before it. Pure but for the bucket; imports _limits.

Three attempts with full jitter, as AWS's standard mode has them, and its token bucket against storms: 500 tokens, 5 for
a retry, 10 after an answer that got lost. A retry that succeeds gives back what it took, and a first attempt that
succeeds gives 1. In a total outage that adds a tenth to the load instead of doubling it twice.
"""

from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime

from voicekit import _limits as limits

CAPACITY = 500.0
RETRY_COST = 5.0
LOST_COST = 10.0
SUCCESS_GAIN = 1.0


class Bucket:
    """The retries that one endpoint may still have."""

    def __init__(self, capacity: float = CAPACITY) -> None:
        self._capacity = capacity
        self._tokens = capacity

    def take(self, cost: float) -> bool:
        """Pay for one retry. Returns False, and takes nothing, where too little is left."""
        if cost > self._tokens:
            return False
        self._tokens -= cost
        return True

    def give(self, amount: float) -> None:
        """Put tokens back after a success."""
        self._tokens = min(self._capacity, self._tokens + amount)

    @property
    def tokens(self) -> float:
        """What is left."""
        return self._tokens


def is_transient(status: int) -> bool:
    """Say whether a vendor that answers so has taken nothing and may be asked again."""
    return status == 429 or 500 <= status <= 599


def pause(attempt: int, wish: float | None, random: Callable[[], float]) -> float:
    """Return the seconds to wait after a failed attempt.

    Args:
        attempt: The attempt that failed, from 1.
        wish: What the server asked for, in seconds.
        random: Gives numbers in [0, 1).
    """
    first, cap = limits.BACKOFF
    own = random() * min(cap, first * 2.0 ** (attempt - 1))
    return max(own, min(wish or 0.0, limits.RETRY_AFTER))


def retry_after(value: str | None, now: float) -> float | None:
    """Read a ``Retry-After`` header: seconds, or an HTTP date (RFC 9110, 10.2.3).

    Args:
        value: The header, or None.
        now: Seconds since the epoch.

    Returns:
        Seconds from now, at least 0; None where the header says nothing that can be read.
    """
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        then = parsedate_to_datetime(value)
        # The oldest of the three ways to write a date names no zone, and means GMT (RFC 9110, 5.6.7).
        return max(0.0, (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp() - now)
    except (ValueError, OverflowError):
        return None
