"""302.AI's second unified endpoint, both ways: one body and one path, answered at once or with a task. Imports model.

Sources: 302.AI's own clients, its SDK (ai-sdk, 2026) and its command line (cli-302ai 1.0.5, 2026-08), P: the path, ``run_async`` in
the query, every field of both answers, the words of `status`, and how a task is asked about. The two differ there: the SDK sends
POST with an empty object, the command line and 302.AI's documents (S) say GET. GET is what is sent here, which two of three say
and which asks without being able to change anything; the local server answers both.

The gain is `volume`, a field of both clients; what it is a factor of is nowhere said (U, see `_unified_wire`).
"""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from attrs import evolve, field, frozen

from voicekit import _limits as limits
from voicekit import _wire
from voicekit.errors import WrongAnswer
from voicekit.model import Ask, Call, Capabilities, Link, Reply, Sound, Task
from voicekit.providers import Refusal
from voicekit.providers import _answers as answers
from voicekit.providers import _linked_wire as linked
from voicekit.providers import _tasks as tasks
from voicekit.providers import _unified_wire as unified
from voicekit.providers._requests import REMEDY

PATH: Final = "/302/v2/audio/tts"
FETCH: Final = "/302/v2/audio/fetch/{task_id}"
_UNDER_WAY: Final = ("pending", "processing")
_TASK = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
_TYPES: Final = {"MP3": "audio/mpeg", "LINEAR16": "audio/wav"}


def capabilities() -> Capabilities:
    """Return what the second version takes: what the first does, and a volume."""
    ranges = {"rate": limits.RATE, "gain": unified.GAIN}
    return unified.capabilities(ranges=ranges, undocumented=frozenset({"gain"}))


@frozen
class SecondUnifiedWire(unified.UnifiedWire):
    """The second version: with `run_async` it answers with a task, and without one with the sound's address."""

    run_async: bool = False
    poll_routes: tuple[tuple[str, str], ...] = field(init=False)

    @poll_routes.default
    def _poll_routes(self) -> tuple[tuple[str, str], ...]:
        return (("GET", FETCH), ("POST", FETCH)) if self.run_async else ()

    def wants_task(self, ask: Ask) -> bool:
        """Whether the request says ``run_async``."""
        del ask
        return self.run_async

    # --- the request ---------------------------------------------------------------------------------

    def encode(self, ask: Ask) -> Call:
        """Write the request; ``run_async`` is said where it is true."""
        call = super().encode(ask)
        return evolve(call, query=(("run_async", "true"),)) if self.run_async else call

    def parse(self, call: Call) -> Ask:
        """Read a request.

        Two members share the path. The body is read first, so that what is wrong with it is told by either of them.

        Raises:
            Refusal: A field is not what it should be, or the request is the other member's.
        """
        ask = super().parse(call)
        if (dict(call.query).get("run_async", "").lower() == "true") != self.run_async:
            wanted = "must be true" if self.run_async else "must not be true"
            raise Refusal.of(f"run_async: {wanted} at this address", remedy=REMEDY)
        return ask

    # --- the answer ----------------------------------------------------------------------------------

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with the task's name, or with the sound's address and how the vendor behind told it."""
        if isinstance(made, Task):
            return _told(made.id, "pending", created_at=_moment(made.begun))
        url, size = linked.address(made), made.size if isinstance(made, Link) else len(made.data)
        audio = {"url": url, "content_type": _TYPES[ask.encoding], "file_size": size}
        raw = {"audio": _stated(audio), "timestamps": None}
        return _told(str(uuid.uuid5(uuid.NAMESPACE_URL, url)), "completed", audio_url=url, raw_response=raw)

    def report(self, task: Task, made: Sound | Link | None) -> Reply:
        """Write how far a task is."""
        begun = _moment(task.begun)
        if made is None:
            return _told(task.id, "processing", created_at=begun)
        times = {
            "created_at": begun,
            "completed_at": _moment(task.finished),
            "execution_time": _lasted(task),
        }
        return _told(task.id, "completed", audio_url=linked.address(made), **times)

    def report_failure(self, task: Task, why: str) -> Reply:
        """Write that a task failed; where 302.AI puts the reason is not known (U)."""
        return _told(task.id, "failed", created_at=_moment(task.begun), error=why)

    def decode(self, reply: Reply) -> Sound | Link | Task:
        """Read an answer, to the request or to a question about its task.

        Raises:
            TaskOver: The task failed.
            WrongAnswer: As ever; or the sound is still being made, and nobody asked for a task.
        """
        body = answers.json_object(self.name, reply)
        name, status = body.get("task_id"), body.get("status")
        if not isinstance(name, str) or _TASK.fullmatch(name) is None:
            raise answers.wrong(self.name, "200 without the name of a task")
        if status == "completed":
            return linked.arrived(self.name, body.get("audio_url"))
        if status == "failed":
            raise tasks.over(self.name, answers.words_of(body) or body.get("error"))
        if status not in _UNDER_WAY:
            raise answers.wrong(self.name, "200 with a task in a state that is not known")
        if not self.run_async:
            remedy = "take the provider unified-v2-async-302ai, which waits for such a sound"
            raise WrongAnswer.of(f"{self.name} answered before the sound was made", remedy=remedy)
        return Task(name)

    # --- the task ------------------------------------------------------------------------------------

    def poll(self, task: Task) -> Call:
        """Ask how far a task is."""
        return Call("GET", tasks.fill(self.name, FETCH, task))

    def task_of(self, call: Call) -> Task:
        """Read the task that is asked about."""
        return tasks.read(FETCH, call)


def _told(name: str, status: str, **more: Any) -> Reply:
    return Reply(200, "application/json", _wire.compact({"task_id": name, "status": status, **_stated(more)}))


def _stated(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _moment(seconds: float | None) -> str | None:
    """Write a moment as 302.AI's documents show them; None where it is not known."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _lasted(task: Task) -> str | None:
    """Write how many seconds a task took, as a text, which it is in 302.AI's SDK."""
    if task.begun is None or task.finished is None:
        return None
    return f"{task.finished - task.begun:.2f}"
