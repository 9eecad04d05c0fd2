"""Worker processes of one engine, replaced one by one. Imports the engines' protocol, `_worker`'s frames and errors.

A thread that wants something said borrows a worker for the time of one request. A worker that dies or answers nonsense
is replaced and the request is asked once more; one that is late is killed first. Workers end when their stdin closes,
so none outlives this process, even if it is killed.
"""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from voicekit.engines import Engine, Spoken, Utterance
from voicekit.engines._worker import BrokenFrame, Header, read_frame, write_frame
from voicekit.errors import HostError, SoundError

_ATTEMPTS = 2
_LEAVE = 2.0  # seconds that a worker has to end after its stdin is closed


class _Failed(Exception):
    """The worker died, was late, or sent something that is no frame."""


class _Worker:
    """One child process and its pipes."""

    def __init__(self, command: tuple[str, ...]) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own script
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise HostError.of(
                f"a voice worker cannot start: {error}", remedy="run `voicekit doctor`"
            ) from error

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, header: Header, most: int, seconds: float) -> tuple[Header, bytes]:
        """Send one request and read its answer. After a failure the worker is of no more use."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        timer = threading.Timer(seconds, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            write_frame(self._process.stdin, header)
            frame = read_frame(self._process.stdout, most)
        except (OSError, ValueError, BrokenFrame) as error:
            raise _Failed(str(error)) from error
        finally:
            timer.cancel()
        if frame is None:
            raise _Failed("it ended")
        return frame

    def kill(self) -> None:
        """End the process at once; whoever waits for its answer is told that it died."""
        self._process.kill()

    def close(self, *, patience: float = _LEAVE) -> None:
        """Let the process end, or end it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(OSError):  # it may be gone, with a request still in the pipe
            self._process.stdin.close()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


class Pool:
    """Up to `workers` processes of one engine, started when they are first needed. Safe to use from threads.

    Args:
        engine: Whose workers these are.
        workers: How many requests run at the same time; more wait.
        deadline: Seconds for one utterance.
    """

    def __init__(self, engine: Engine, *, workers: int = 2, deadline: float = 30.0) -> None:
        self._engine = engine
        self._deadline = deadline
        self._free = threading.BoundedSemaphore(workers)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._closed = False

    def say(self, utterance: Utterance, seconds: float) -> Spoken:
        """Have an utterance spoken.

        Args:
            utterance: What to say.
            seconds: The most sound that it may become.

        Raises:
            SoundError: The engine cannot say it, it would be longer, two workers failed over it, or the pool is closed.
            HostError: No worker can be started.
        """
        job = self._engine.job(utterance, seconds)
        with self._free:
            for _ in range(_ATTEMPTS):
                try:
                    header, body = self._ask(job.header, job.most)
                except _Failed:
                    continue
                return self._engine.spoken(utterance, header, body)
        raise SoundError.of(
            f"{self._engine.name} stopped twice over one text, or took longer than {self._deadline:g} s",
            remedy="shorten or split the text; if it happens with any text, run `voicekit doctor`",
        )

    def _ask(self, header: dict[str, object], most: int) -> tuple[Header, bytes]:
        request = {**header, "most": most, "seconds": self._deadline + _LEAVE}
        with self._borrowed() as worker:
            reply, body = worker.ask(request, most, self._deadline)
            if reply.pop("spent", False):
                worker.close()
            else:
                self._return(worker)
        return reply, body

    @contextmanager
    def _borrowed(self) -> Iterator[_Worker]:
        with self._lock:
            if self._closed:
                raise SoundError.of("the voice was ended while it spoke", remedy="try again")
            worker = self._idle.pop() if self._idle else _Worker(self._engine.command())
            self._busy.add(worker)
        try:
            yield worker
        except BaseException:
            worker.close(patience=0)
            raise
        finally:
            with self._lock:
                self._busy.discard(worker)

    def _return(self, worker: _Worker) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(worker)
                return
        worker.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that wait for work."""
        with self._lock:
            return tuple(worker.pid for worker in self._idle)

    def close(self) -> None:
        """End the workers, and those at work at once: a text of some pages may take half a minute."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            for worker in self._busy:
                worker.kill()
        for worker in idle:
            worker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
