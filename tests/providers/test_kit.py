"""The conformance kit itself: a made-up vendor passes, and each way to break a promise is noticed."""

from collections.abc import Iterator
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import settings

from kit import mill
from kit.mill import MILL, MillWire
from kit.provider import conforms
from voicekit import _wire
from voicekit.errors import WrongAnswer
from voicekit.model import Ask, Call, Fact, Link, Option, Reply, Sound, Task
from voicekit.providers import Authentication, Denial


def test_a_vendor_that_keeps_every_promise_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    mill.add(monkeypatch)
    conforms(MILL, extra=("rate",))


@frozen
class TakesAnyStatus(MillWire):
    def decode(self, reply: Reply) -> Sound | Link | Task:
        return super().decode(evolve(reply, status=200) if reply.status == 418 else reply)


@frozen
class Mumbles(MillWire):
    def refuse(self, status: int, message: str) -> Reply:
        return super().refuse(status, message[:3])


@frozen
class RefusesWithAnotherStatus(MillWire):
    def refuse(self, status: int, message: str) -> Reply:
        return super().refuse(409 if status == 404 else status, message)


@frozen
class TakesAnyLink(MillWire):
    def decode(self, reply: Reply) -> Sound | Link | Task:
        try:
            return super().decode(reply)
        except WrongAnswer:
            if b"done" in reply.body:
                return Link("https://files.mill.example/a.wav")
            raise


@frozen
class HidesFailures(MillWire):
    def report_failure(self, task: Task, why: str) -> Reply:
        return super().report_failure(task, "")


@frozen
class NeverFails(MillWire):
    def report_failure(self, task: Task, why: str) -> Reply:
        return self.report(task, None)


@frozen
class SendsAnUnknownHeader(MillWire):
    def encode(self, ask: Ask) -> Call:
        call = super().encode(ask)
        return evolve(call, headers=(*call.headers, ("X-Other", "1")))


@frozen
class SendsAKey(MillWire):
    def encode(self, ask: Ask) -> Call:
        call = super().encode(ask)
        return evolve(call, query=(*call.query, ("note", "sk-0123456789")))


@frozen
class LeavesRoomForAKey(MillWire):
    def encode(self, ask: Ask) -> Call:
        call = super().encode(ask)
        return evolve(call, body=_wire.canonical({**_wire.parse(call.body), "app": {"access_token": ""}}))


@frozen
class GoesElsewhere(MillWire):
    def encode(self, ask: Ask) -> Call:
        return evolve(super().encode(ask), path="/mill/elsewhere")


@frozen
class ForgetsTheRate(MillWire):
    def encode(self, ask: Ask) -> Call:
        return super().encode(evolve(ask, sample_rate=None))


@frozen
class HasNoList(MillWire):
    voices_route: tuple[str, str] | None = ("GET", "/mill/voices")


_CAPABILITIES = MILL.capabilities
_FAMILY = _CAPABILITIES.families["mill"]
_LOCKED = Denial(400, "Closed.")
# What is broken, and the kit's words for it.
BROKEN: dict[str, Any] = {
    "a refusal is told as WrongAnswer": TakesAnyStatus(),
    "a refusal without its words": Mumbles(),
    "a refusal with another status": RefusesWithAnotherStatus(),
    "was taken for Link": TakesAnyLink(),
    "a failure without its reason": HidesFailures(),
    "a task that failed is not over": NeverFails(),
    "a header that the local server would not pass on": SendsAnUnknownHeader(),
    "a request that holds what looks like a key": SendsAKey(),
    "a place for a key in the request": LeavesRoomForAKey(),
    "/mill/elsewhere is not the path of `route`": GoesElsewhere(),
    "the sample rate is not sent": ForgetsTheRate(),
    "a list that is not there": HasNoList(),
    "a wrong key that is told as something else": MillWire(
        authentication=Authentication("header", "X-Mill-Key", wrong=_LOCKED)
    ),
    "prices need their date": MillWire(capabilities=evolve(_CAPABILITIES, priced="")),
    "mill: a price that is not known": MillWire(
        capabilities=evolve(_CAPABILITIES, families={"mill": evolve(_FAMILY, priced=Fact("unknown", "U"))})
    ),
    "tone is by default what it cannot be": MillWire(
        capabilities=evolve(
            _CAPABILITIES,
            options={**_CAPABILITIES.options, "tone": Option("word", ("high", "low"), default="middle")},
        )
    ),
    "MULAW has no such rate": MillWire(
        capabilities=evolve(_CAPABILITIES, sample_rates={"MULAW": (8_000, 999_999)})
    ),
    "baker fits no family": MillWire(capabilities=evolve(_CAPABILITIES, examples={"baker": "en-US"})),
    "no language": MillWire(capabilities=evolve(_CAPABILITIES, examples={"miller": "English"})),
}


@pytest.fixture
def _few_examples() -> Iterator[None]:
    """Try each law a few times only: what is broken here is so at every try."""
    usual = settings.get_current_profile_name()
    settings.register_profile("few examples", settings(), max_examples=5)
    settings.load_profile("few examples")
    yield
    settings.load_profile(usual)


@pytest.mark.usefixtures("_few_examples")
@pytest.mark.parametrize("words", BROKEN)
def test_a_broken_promise_is_noticed(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mill.add(monkeypatch, BROKEN[words])
    with pytest.raises(AssertionError, match=words):
        conforms(BROKEN[words], extra=("rate",))
