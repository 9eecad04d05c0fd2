"""Patience with a store that several machines share: deadlines, giving up, checked bytes, trouble told and never raised.

It is laid out as the store on this machine. Content is written before its record, so that whoever reads a record finds its
content; what others wrote is believed only as far as its digests go, and whoever asks looks at the sound as if it had bought it.
Nothing there is ever removed. Imports _wire, model and errors.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol, TypeVar

from attrs import evolve, field, mutable

from voicekit import _limits as limits
from voicekit import _wire
from voicekit._store.record import (
    RESULTS,
    Accept,
    Kept,
    Miss,
    Record,
    belongs,
    decode,
    encode,
    key_of,
    object_path,
    result_path,
)
from voicekit.errors import Place, Problem, SoundError, Unreachable, VoicekitError, WrongAnswer

T = TypeVar("T")

_FOLDERS = 256  # of records; asking for more keys than this lists the folders instead
_NAMED = 5  # damaged entries that are named
_GO_ON = "mend the trouble above when you can; what is bought meanwhile is kept on this machine"


class Backend(Protocol):
    """What a shared store is reached through: files by their path, whole.

    Methods are called from many threads, wait as long as they like, and raise errors of the tree that hold no secret.
    """

    def get(self, path: str, limit: int) -> bytes:
        """Return a file of at most `limit` bytes.

        Raises:
            FileNotFoundError: There is none.
            WrongAnswer: There is something else, or something larger.
            VoicekitError: The store cannot be asked.
        """

    def put(self, path: str, data: bytes) -> bool:
        """Write a file so that a reader sees the old one or the new one whole; returns True."""

    def names(self, folder: str) -> Iterable[str]:
        """List the names of the files in a folder; none where there is no such folder."""


@mutable
class _Gate:
    """Whether to go on asking: shut for the rest of the run after so many failures in a row."""

    doing: str
    failures: int
    in_a_row: int = 0
    _lock: threading.Lock = field(factory=threading.Lock)

    @property
    def shut(self) -> bool:
        return self.in_a_row >= self.failures

    def succeeded(self) -> None:
        """Begin to count anew."""
        with self._lock:
            if not self.shut:
                self.in_a_row = 0

    def failed(self) -> bool:
        """Count a failure, and return whether it was the one that shuts the gate."""
        with self._lock:
            self.in_a_row += 1
            return self.in_a_row == self.failures


class Remote:
    """A store that several machines share, as one run sees it. Safe for many threads.

    No method raises for what goes wrong there: reading is then a miss, writing is left out, and `problems` tells.
    """

    def __init__(
        self,
        backend: Backend,
        *,
        read_only: bool = False,
        place: Place | None = None,
        seconds: float = limits.REMOTE_SECONDS,
        failures: int = limits.REMOTE_FAILURES,
    ) -> None:
        """Take a backend.

        Args:
            backend: How it is reached.
            read_only: Never write there.
            place: Where the project names it.
            seconds: For one file, trying again included.
            failures: After so many in a row it is left alone for the rest of the run.
        """
        self._backend = backend
        self._read_only = read_only
        self._place = place
        self._seconds = seconds
        # Being refused to write says nothing of reading; who cannot be reached cannot be reached for either.
        self._reading = _Gate("reading it", failures)
        self._writing = _Gate("writing it", failures)
        self._reaching = _Gate("asking it", failures)
        self._problems: dict[Problem, None] = {}
        self._damaged: dict[str, str] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What went wrong so far, each once."""
        return (*self._problems, *self._damage())

    def fetch(self, key: str, accept: Accept) -> Kept | None:
        """Return what a key bought, if it is there, every byte is right, and `accept` takes it."""
        record = self._record(key)
        if record is None:
            return None
        data = self._sound(record)
        if isinstance(data, Miss):
            self._damaged.setdefault(key, data.reason)
            return None
        if data is None:
            return None
        found = Kept(record, data, fetched=True)
        try:
            accept(found)
        except (SoundError, WrongAnswer) as error:
            self._damaged.setdefault(key, error.problems[0].message)
            return None
        return found

    def share(self, record: Record, data: bytes) -> None:
        """Write content, and after it its record, over whatever is there."""
        if self._read_only:
            return
        for path, content in (
            (object_path(record.digest), data),
            (result_path(record.key), encode(record)),
        ):
            if not self._ask(self._writing, partial(self._backend.put, path, content)):
                return

    def has(self, keys: Iterable[str]) -> frozenset[str]:
        """Return those of some keys that a record is there for.

        A few are read one by one, and count if they are whole. For many the folders are listed, and names count.
        """
        wanted = frozenset(keys)
        with ThreadPoolExecutor(limits.REMOTE_CONCURRENCY) as pool:
            if len(wanted) <= _FOLDERS:
                asked = sorted(wanted)
                return frozenset(
                    key for key, record in zip(asked, pool.map(self._record, asked), strict=True) if record
                )
            folders = sorted({key[:2] for key in wanted})
            return wanted & frozenset[str]().union(*pool.map(self._listed, folders))

    def _listed(self, folder: str) -> frozenset[str]:
        def names() -> frozenset[str]:
            found = (key_of(name) for name in self._backend.names(f"{RESULTS}/{folder}"))
            return frozenset(key for key in found if key)

        return self._ask(self._reading, names) or frozenset()

    def _record(self, key: str) -> Record | None:
        record = self._read_record(key)
        if isinstance(record, Miss):
            self._damaged.setdefault(key, record.reason)
            return None
        return record

    def _read_record(self, key: str) -> Record | Miss | None:
        """Return a record, why it is none of ours, or None where there is none to be had."""
        try:
            data = self._ask(self._reading, partial(self._backend.get, result_path(key), limits.FILE_BYTES))
        except FileNotFoundError:
            return None
        except WrongAnswer:
            return Miss(key, "its record is too large to be one")
        if data is None:
            return None
        record = decode(key, data)
        if isinstance(record, Record) and (not belongs(record) or record.size > limits.REPLY_BYTES):
            return Miss(key, "its record claims what its key does not say")
        return record

    def _sound(self, record: Record) -> bytes | Miss | None:
        """Return the bytes of a record, why they are not, or None where the store cannot be asked."""
        path = object_path(record.digest)
        try:
            data = self._ask(self._reading, partial(self._backend.get, path, record.size))
        except FileNotFoundError:
            return Miss(record.key, "its sound is missing")
        except WrongAnswer:
            return Miss(record.key, "its sound has another size")
        if data is not None and (len(data) != record.size or _wire.digest(data) != record.digest):
            return Miss(record.key, "its bytes do not match its digest")
        return data

    def _ask(self, gate: _Gate, action: Callable[[], T]) -> T | None:
        """Do one thing there; None where it failed or is not tried any more. What is missing or damaged is an answer."""
        if gate.shut or self._reaching.shut:
            return None
        try:
            answer = within(self._seconds, action)
        except (FileNotFoundError, WrongAnswer):
            self._note_success(gate)
            raise
        except VoicekitError as error:
            self._note_failure(self._reaching if isinstance(error, Unreachable) else gate, error)
            return None
        self._note_success(gate)
        return answer

    def _note_success(self, gate: _Gate) -> None:
        gate.succeeded()
        self._reaching.succeeded()

    def _note_failure(self, gate: _Gate, error: VoicekitError) -> None:
        for problem in error.problems:
            self._note(problem)
        if gate.failed():
            message = f"it failed {gate.failures} times in a row, and {gate.doing} ends for this run"
            self._note(Problem(message, remedy=_GO_ON))

    def _note(self, problem: Problem) -> None:
        self._problems.setdefault(evolve(problem, place=self._place or problem.place, where="store"))

    def _damage(self) -> Iterator[Problem]:
        found = list(self._damaged.items())
        if found:
            named = "; ".join(f"{key[:16]}…: {reason}" for key, reason in found[:_NAMED])
            more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
            yield Problem(
                f"entries that are damaged or not ours, and were not used: {named}{more}",
                self._place,
                "store",
                "nothing is removed there; what is bought anew is written over them, unless it is read-only",
            )


def within(seconds: float, action: Callable[[], T]) -> T:
    """Do something that may never end, and stop waiting for it in time. It is left behind in a thread of its own.

    Raises:
        Unreachable: It did not end in time.
    """
    answers: list[T] = []
    errors: list[BaseException] = []
    ended = threading.Event()

    def work() -> None:
        try:
            answers.append(action())
        except BaseException as error:
            errors.append(error)
        ended.set()

    # Not a pool's thread: the interpreter waits for those when it exits.
    threading.Thread(target=work, daemon=True, name="voicekit-remote").start()
    if not ended.wait(seconds):
        message = f"it did not answer within {seconds:g} seconds"
        raise Unreachable.of(message, remedy="check the network, and whether it is up")
    if errors:
        raise errors[0]
    return answers[0]
