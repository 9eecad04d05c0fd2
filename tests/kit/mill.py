"""A made-up vendor that makes sounds in its own time, for tests of tasks: it conforms, and no real one has to change.

`add(monkeypatch)` puts it among the providers. A request is answered with a task; `delivery` says whether the finished task
carries the sound or its address, and `priority` travels in a header.
"""

import base64
from typing import Any

import pytest
from attrs import frozen

from voicekit import _wire, providers
from voicekit.model import Ask, Call, Capabilities, Fact, Family, Link, Options, Reply, Sound, Task, words
from voicekit.providers import Authentication, Provider, Wire, _answers, _paths, _tasks
from voicekit.providers._requests import Body

NAME = "mill-tasks"
HOST = "files.mill.example"
_SOUND = "/mill/sounds/{task_id}"
_YES, _NO = Fact("yes", "P", "2026-01"), Fact("no", "P", "2026-01")
_FAMILY = Family("mill", ssml=_NO, pitch=_NO, rate=_NO, price=1.0, priced=_YES)

_CAPABILITIES = Capabilities(
    url="https://mill.example",
    file_hosts=frozenset({HOST}),
    limit=1_000,
    unit="characters",
    ranges={},
    encodings=frozenset({"LINEAR16", "PCM", "MULAW"}),
    families={"mill": _FAMILY},
    examples={"miller": "en-US"},
    inputs=frozenset({"text"}),
    sample_rates={"LINEAR16": (8_000, 16_000)},
    natural_rate=11_025,
    options={"delivery": words("inline", "link"), "priority": words("normal", "high")},
    priced="2026-01",
)
_AUTHENTICATION = Authentication("header", "X-Mill-Key")


@frozen
class MillWire(Wire):
    """POST a text, GET the task until it is done."""

    name: str = NAME
    capabilities: Capabilities = _CAPABILITIES
    authentication: Authentication = _AUTHENTICATION
    route: tuple[str, str] = ("POST", "/mill/sounds")
    poll_routes: tuple[tuple[str, str], ...] = (("GET", _SOUND),)
    headers: frozenset[str] = frozenset({"X-Mill-Priority"})

    def family(self, voice: str, options: Options = ()) -> Family | None:
        del options
        return _FAMILY if voice.startswith("mill") else None

    def encode(self, ask: Ask) -> Call:
        options = dict(ask.options)
        body: dict[str, Any] = {
            "text": ask.text,
            "language": ask.language,
            "voice": ask.voice,
            "format": ask.encoding,
        }
        if ask.sample_rate is not None:
            body["rate"] = ask.sample_rate
        body["delivery"] = options.get("delivery", "inline")
        high = options.get("priority", "normal") == "high"
        headers = (("X-Mill-Priority", "high"),) if high else ()
        return Call("POST", self.route[1], (), _wire.canonical(body), headers=headers)

    def parse(self, call: Call) -> Ask:
        body = Body.of(call, "the mill cannot read this")
        options: dict[str, Any] = {}
        if body.word("delivery", ("inline", "link"), "inline") == "link":
            options["delivery"] = "link"
        if dict(call.headers).get("X-Mill-Priority") == "high":
            options["priority"] = "high"
        if not body.text("voice").startswith("mill"):
            raise body.wrong("enum", "voice", "the mill has no such voice")
        rate = body.number("rate", 8_000, 48_000)
        return Ask(
            text=body.text("text", most=1_000),
            ssml=None,
            language=body.text("language"),
            voice=body.text("voice"),
            encoding=body.word("format", sorted(self.capabilities.encodings), "LINEAR16"),
            sample_rate=None if rate is None else round(rate),
            options=tuple(sorted(options.items())),
        )

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        del ask
        return _told(made)

    def decode(self, reply: Reply) -> Sound | Link | Task:
        body = _answers.json_object(self.name, reply)
        state = body.get("state")
        if state == "failed":
            raise _tasks.over(self.name, body.get("message"))
        if state == "milling" and isinstance(body.get("task"), str):
            return Task(body["task"])
        if state != "done":
            raise _answers.wrong(self.name, "with a task in no known state")
        if "url" in body:
            return _answers.linked(self.name, body["url"])
        return _answers.base64_sound(self.name, body.get("sound"))

    def refuse(self, status: int, message: str) -> Reply:
        return Reply(status, "application/json", _wire.compact({"message": message, "mill": status}))

    def wants_link(self, ask: Ask) -> bool:
        return dict(ask.options).get("delivery") == "link"

    def wants_task(self, ask: Ask) -> bool:
        del ask
        return True

    def poll(self, task: Task) -> Call:
        try:
            return Call("GET", _paths.fill(_SOUND, task_id=task.id))
        except ValueError:
            raise _answers.wrong(self.name, "with a task that has no name") from None

    def task_of(self, call: Call) -> Task:
        found = _paths.read(_SOUND, call.path)
        assert found is not None
        return Task(found["task_id"])

    def report(self, task: Task, made: Sound | Link | None) -> Reply:
        return _told(task if made is None else made)

    def report_failure(self, task: Task, why: str) -> Reply:
        body = {"task": task.id, "state": "failed", "message": why}
        return Reply(200, "application/json", _wire.compact(body))

    def billed(self, ask: Ask) -> int:
        return len(ask.content)

    def size(self, ask: Ask) -> int:
        return len(ask.content)


def _told(made: Sound | Link | Task) -> Reply:
    if isinstance(made, Task):
        return Reply(200, "application/json", _wire.compact({"task": made.id, "state": "milling"}))
    said = {"url": made.url} if isinstance(made, Link) else {"sound": base64.b64encode(made.data).decode()}
    return Reply(200, "application/json", _wire.compact({"state": "done", **said}))


MILL: Any = MillWire()  # a protocol's attributes can be set, for mypy, and a frozen value's cannot


def ask(text: str = "Hello.", **changes: Any) -> Ask:
    """Return something that the mill can say."""
    stated: dict[str, Any] = {"language": "en-US", "voice": "miller", "encoding": "LINEAR16", **changes}
    return Ask(text, None, **stated)


def add(monkeypatch: pytest.MonkeyPatch, *others: Provider) -> None:
    """Put the mill, and others like it, among the providers for one test."""
    found = {**providers.find(), MILL.name: MILL, **{other.name: other for other in others}}
    monkeypatch.setattr(providers, "find", lambda: found)
