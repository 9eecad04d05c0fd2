"""The sounds that are made in their own time: started, asked about, bounded. Imports model and _limits."""

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

from attrs import define

from voicekit import _limits as limits
from voicekit._server.kept import MOST_BYTES
from voicekit.model import Ask, Sound, Task


@define(eq=False)
class KeptTask:
    """A task: what was asked for, the work on it, and when it was begun and finished (seconds since the epoch)."""

    id: str
    ask: Ask
    work: asyncio.Task[Sound]
    begun: float
    finished: float | None = None

    def told(self) -> Task:
        """Return what a vendor says of it."""
        return Task(self.id, self.begun, self.finished)

    def note_end(self, _: "asyncio.Task[Sound]") -> None:
        """Note that the work is over."""
        self.finished = time.time()

    @property
    def size(self) -> int:
        """The bytes that it holds."""
        done = self.work.done() and not self.work.cancelled() and self.work.exception() is None
        return len(self.work.result().data) if done else 0


def _name() -> str:
    """Return a name of digits, for some vendors' tasks are numbers; no more of them than any program can count exactly."""
    return str(10**14 + secrets.randbelow(9 * 10**14))


class KeptTasks:
    """The tasks of every provider. One that is done, and was asked about least recently, makes room."""

    def __init__(self, most: int = limits.KEPT_TASKS, most_bytes: int = MOST_BYTES) -> None:
        self._tasks: OrderedDict[tuple[str, str], KeptTask] = OrderedDict()
        self._most, self._most_bytes = most, most_bytes

    def start(self, owner: str, ask: Ask, work: Coroutine[Any, Any, Sound]) -> KeptTask | None:
        """Start some work under a name that nobody can guess; None, and nothing, where there is no room.

        Args:
            owner: Whose task it is; another's name for it is unknown.
            ask: What is worked on.
            work: The work.
        """
        self._make_room(self._most - 1)
        if len(self._tasks) >= self._most:
            work.close()
            return None
        running = asyncio.get_running_loop().create_task(work)
        task = KeptTask(_name(), ask, running, time.time())
        self._tasks[owner, task.id] = task
        task.work.add_done_callback(task.note_end)
        task.work.add_done_callback(lambda _: self._make_room(self._most))
        return task

    def get(self, owner: str, name: str) -> KeptTask | None:
        """Return a task by its owner and name, and count it as asked about."""
        found = self._tasks.get((owner, name))
        if found is not None:
            self._tasks.move_to_end((owner, name))
        return found

    async def aclose(self) -> None:
        """Give up what is still under way."""
        under_way = [task.work for task in self._tasks.values() if not task.work.done()]
        for work in under_way:
            work.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def __len__(self) -> int:
        return len(self._tasks)

    def _make_room(self, most: int) -> None:
        """Drop tasks that are done, the oldest first, until no more than `most` are left and their bytes fit."""
        held = sum(task.size for task in self._tasks.values())
        for key in [key for key, task in self._tasks.items() if task.work.done()]:
            if len(self._tasks) <= most and (held <= self._most_bytes or len(self._tasks) == 1):
                return
            held -= self._tasks.pop(key).size
