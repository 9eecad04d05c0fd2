"""MiniMax in its own time: ``POST /minimaxi/v1/t2a_async_v2``, and ``GET /minimaxi/v1/query/t2a_async_query_v2?task_id=`` to ask how far it is.

Sources: MiniMax's reference (P, and copies, M, 2025-11): at most 50,000 characters, MP3, PCM and FLAC, the answer to the first call, and the states ``Processing``,
``Success``, ``Failed`` and ``Expired``, with or without the capital. A finished task names its file (`file_id`), whose address MiniMax gives by another
call, ``files/retrieve``, as ``file.download_url``. That 302.AI has these two paths is known from another gateway with the same prefix only, and nobody says how a
file's address is had there. So nothing is sent on this guess; the local server answers at these paths, and puts `file` into the answer of a finished task.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve, frozen

from voicekit import _wire
from voicekit._capabilities import minimax as known
from voicekit.errors import WrongAnswer
from voicekit.model import Ask, Call, Fact, Family, Limit, Link, Reply, Sound, Task
from voicekit.providers import _answers as answers
from voicekit.providers import _linked_wire as linked
from voicekit.providers import _minimax_wire as minimax
from voicekit.providers import _tasks as tasks

_QUERY: Final = "/minimaxi/v1/query/t2a_async_query_v2"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)  # MiniMax's are of 64 bits
_LIMIT: Final = Limit(50_000, "characters", Fact("yes", "M", "2025-11"))
_ENCODINGS: Final = frozenset({"MP3", "PCM", "FLAC"})


def _slow(family: Family) -> Family:
    return evolve(family, limit=_LIMIT, encodings=(_ENCODINGS, "M"))


@frozen
class AsyncMiniMaxWire(minimax.MiniMaxWire):
    """MiniMax's body, answered with a task."""

    poll_routes: tuple[tuple[str, str], ...] = (("GET", _QUERY),)

    def wants_link(self, ask: Ask) -> bool:
        """Say that every task ends in an address."""
        del ask
        return True

    def wants_task(self, ask: Ask) -> bool:
        """Say that every answer is a task."""
        del ask
        return True

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with the task."""
        if not isinstance(made, Task):
            return _told({"status": "Success", **_file(made)})
        number = _numbered(made.id)
        known = {"task_token": made.id, "file_id": number, "usage_characters": self.billed(ask)}
        return _told({"task_id": number, **known})

    def poll(self, task: Task) -> Call:
        """Write the call that asks how far a task is."""
        if _NAME.fullmatch(task.id) is None:
            raise answers.wrong(self.name, "200 with a task that has no name")
        return Call("GET", _QUERY, (("task_id", task.id),))

    def task_of(self, call: Call) -> Task:
        """Read the task that is asked about."""
        name = dict(call.query).get("task_id", "")
        if _NAME.fullmatch(name) is None:
            raise minimax.Invalid.of("invalid params, task_id: Field required", remedy="name a task")
        return Task(name)

    def report(self, task: Task, made: Sound | Link | None) -> Reply:
        """Write how far a task is."""
        number = _numbered(task.id)
        state = {"status": "Processing"} if made is None else {"status": "Success", **_file(made)}
        return _told({"task_id": number, "file_id": number, **state})

    def report_failure(self, task: Task, why: str) -> Reply:
        """Write that a task failed; where MiniMax puts the reason is not known (U)."""
        body = {
            "task_id": _numbered(task.id),
            "status": "Failed",
            "base_resp": minimax.OK | {"status_msg": why},
        }
        return Reply(200, "application/json", _wire.compact(body))

    def decode(self, reply: Reply) -> Sound | Link | Task:
        """Read an answer, to the first call or to `poll`.

        Raises:
            Refused: MiniMax says no; a `TaskOver` where a task failed.
            WrongAnswer: The answer is not MiniMax's shape, or does not say where the file is.
        """
        body = self.accepted(reply)
        state = body.get("status", "processing")
        state = state.lower() if isinstance(state, str) else ""
        if state == "processing":
            return Task(self._name_of(body))
        if state in {"failed", "expired"}:
            words = answers.words_of(body)
            raise tasks.over(
                self.name, words if words not in {"", minimax.OK["status_msg"]} else f"it is {state}"
            )
        if state != "success":
            raise answers.wrong(self.name, "200 with a task in a state that is not known")
        return self._finished(body)

    def _finished(self, body: Mapping[str, Any]) -> Sound | Link:
        file = body.get("file")
        url = file.get("download_url") if isinstance(file, dict) else None
        if url is None:
            raise WrongAnswer.of(
                f"{self.name} has finished the task, and does not say where its file is",
                remedy="fetch the file by its number yourself, or use minimax-302ai",
            )
        return linked.arrived(self.name, url)

    def _name_of(self, body: Mapping[str, Any]) -> str:
        found = body.get("task_id")
        name = str(found) if isinstance(found, int | str) and not isinstance(found, bool) else ""
        if _NAME.fullmatch(name) is None:
            raise answers.wrong(self.name, "200 with a task that has no name")
        return name


def _told(body: Mapping[str, Any]) -> Reply:
    return Reply(200, "application/json", _wire.compact({**body, "base_resp": minimax.OK}))


def _file(made: Sound | Link) -> Mapping[str, Any]:
    return {"file": {"download_url": linked.address(made)}}


def _numbered(name: str) -> int | str:
    """Return a task's name as the number that MiniMax has, where it is one."""
    return int(name) if _NUMBER.fullmatch(name) else name


PROVIDER = AsyncMiniMaxWire(
    name="minimax-async-302ai",
    path="/minimaxi/v1/t2a_async_v2",
    rate_field="audio_sample_rate",
    capabilities=minimax.capabilities(
        {name: _slow(family) for name, family in known.VENDOR.families.items()},
        unproven=(
            "302.AI's path is known from another gateway only, and how it hands out the file of a finished task is not known at all"
        ),
    ),
)
