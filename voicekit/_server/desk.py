"""One provider's place in the local server: read the request, speak, answer in the vendor's shape.

Imports providers, _sound's light modules, model, errors and _limits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from functools import cached_property
from typing import Any, Literal

from attrs import evolve, frozen
from starlette.exceptions import HTTPException

from voicekit._server.kept import KeptSounds
from voicekit._server.stop import Stop
from voicekit._server.tasks import KeptTasks
from voicekit._sound.bare import bare
from voicekit._sound.encodings import ENCODINGS, problem_with
from voicekit.errors import ConfigError, MarkupError, SoundError, VoicekitError
from voicekit.model import Ask, Call, Link, Reply, Sound, Task
from voicekit.providers import Provider, Refusal, VoiceEntry, carried

Speak = Callable[[Ask], Awaitable[Sound]]
Kind = Literal["synthesize", "poll", "voices"]

# What a request is answered with 400 for: it asks for what cannot be.
_ASKERS_FAULT = (Refusal, SoundError, MarkupError, ConfigError)


@frozen
class House:
    """What all desks share.

    Attributes:
        speak: Turns an ask into a sound.
        voices: What the vendor's lists show.
        kept: The sounds behind links.
        tasks: The sounds that are made in their own time.
        jobs: Bounds how many speak at once.
        stop: The end of the server, which cuts every wait short.
        require_key: The one key that passes; `keys.ANY_KEY` asks for some key, and None for none.
    """

    speak: Speak
    voices: tuple[VoiceEntry, ...]
    kept: KeptSounds
    tasks: KeptTasks
    jobs: asyncio.Semaphore
    stop: Stop
    require_key: str | None


@frozen
class Service:
    """One call that a provider answers: its method, the template of its path, and what it is for.

    Attributes:
        is_other: Whether it is there beside another call for the same.
    """

    method: str
    path: str
    kind: Kind
    is_other: bool = False

    @property
    def name(self) -> str:
        """What it is for, and how its path ends where another call is for the same."""
        return f"{self.kind}.{self.path.rpartition('/')[2]}" if self.is_other else self.kind


@frozen
class Errand:
    """A request that was read and taken: what it wants, of whom.

    Attributes:
        ask: What is to be spoken; None where something else is wanted.
        task: The task that is asked about.
    """

    desk: "Desk"
    kind: Kind
    call: Call
    ask: Ask | None = None
    task: Task | None = None

    @property
    def starts_task(self) -> bool:
        """Whether it is answered with the name of a task."""
        return self.ask is not None and self.desk.provider.wants_task(self.ask)

    @property
    def wants_link(self) -> bool:
        """Whether it is answered with an address."""
        return self.ask is not None and not self.starts_task and self.desk.provider.wants_link(self.ask)


@frozen
class Desk:
    """The services of one provider."""

    provider: Provider
    house: House

    @cached_property
    def content_type(self) -> str:
        """The media type of its requests' bodies."""
        return self.provider.encode(plain_ask(self.provider)).content_type

    def services(self) -> Iterator[Service]:
        """List what is answered here."""
        yield Service(*self.provider.route, "synthesize")
        for route in self.provider.poll_routes:
            yield Service(*route, "poll")
        if self.provider.voices_route is not None:
            yield Service(*self.provider.voices_route, "voices")
        for kind, method, path in self.provider.other_routes:
            yield Service(method, path, kind, is_other=True)

    def read(self, kind: Kind, call: Call) -> Errand:
        """Read a request as the vendor would.

        Raises:
            HTTPException: The vendor would refuse it.
        """
        if kind == "voices":
            return Errand(self, kind, call)
        try:
            if kind == "poll":
                return Errand(self, kind, call, task=self.provider.task_of(call))
            return Errand(self, kind, call, ask=self.provider.parse(call))
        except _ASKERS_FAULT as error:
            raise _as_refusal(error) from None

    async def answer(self, errand: Errand, base: str, delay: float) -> Reply:
        """Do what an errand wants.

        Args:
            errand: One of this desk's.
            base: The server's own address, for links, with its last slash.
            delay: Seconds to wait before the sound is there.

        Raises:
            HTTPException: It cannot be done, by the asker's fault.
        """
        if errand.ask is not None:
            work = self._speak(errand.ask, delay)
            if errand.starts_task:
                return self._start(errand.ask, work)
            return self.provider.respond(errand.ask, self._made(base, errand.ask, await work))
        await self.house.stop.doze(delay)
        return self._report(errand.task, base) if errand.task is not None else self._list(errand.call)

    def refusal(self, error: HTTPException) -> Reply:
        """Write an error in the vendor's shape."""
        reply = self.provider.refuse(error.status_code, error.detail)
        return evolve(reply, headers=(*reply.headers, *(error.headers or {}).items()))

    async def _speak(self, ask: Ask, delay: float) -> Sound:
        await self.house.stop.doze(delay)
        try:
            async with self.house.jobs:
                sound = await self.house.speak(self._at_a_rate(ask))
        except _ASKERS_FAULT as error:
            raise _as_refusal(error) from None
        return evolve(sound, data=bare(sound.data)) if self.provider.bare_rate(ask) else sound

    def _at_a_rate(self, ask: Ask) -> Ask:
        """State the vendor's own rate where none is asked for: headerless samples could not be told from any other.

        What the embedded voice would answer with anyway, or the encoding does not have, is not stated.
        """
        encoding, rate = ENCODINGS.get(ask.encoding), self.provider.capabilities.natural_rate
        if ask.sample_rate is not None or encoding is None or problem_with(ask.encoding, rate):
            return ask
        if encoding.container != "raw" and rate == encoding.default_rate:
            return ask
        return evolve(ask, sample_rate=rate)

    def _start(self, ask: Ask, work: Coroutine[Any, Any, Sound]) -> Reply:
        task = self.house.tasks.start(self.provider.name, ask, work)
        if task is None:
            raise HTTPException(429, "Too many tasks are under way.", {"Retry-After": "5"})
        return self.provider.respond(ask, task.told())

    def _report(self, task: Task, base: str) -> Reply:
        kept = self.house.tasks.get(self.provider.name, task.id)
        if kept is None:
            raise HTTPException(404, "There is no such task.")
        if not kept.work.done():
            return self.provider.report(kept.told(), None)
        try:
            sound = kept.work.result()
        except HTTPException as error:
            return self.provider.report_failure(kept.told(), error.detail)
        return self.provider.report(kept.told(), self._made(base, kept.ask, sound))

    def _made(self, base: str, ask: Ask, sound: Sound) -> Sound | Link:
        if not self.provider.wants_link(ask):
            return sound
        encoding = ENCODINGS[ask.encoding]
        name = self.house.kept.keep(sound.data, encoding.extension, encoding.content_type)
        return Link(f"{base}files/{name}", sound.marks, sound.sample_rate, len(sound.data))

    def _list(self, call: Call) -> Reply:
        try:
            reply = self.provider.list_voices(self.house.voices, call)
        except Refusal as error:
            raise _as_refusal(error) from None
        if reply is None:
            raise HTTPException(404, "There is no list of voices here.")
        return reply


def _as_refusal(error: VoicekitError) -> HTTPException:
    """Return the refusal behind an error: the vendor's own words, or ours with the way out, which has no other place."""
    if isinstance(error, Refusal):
        return HTTPException(error.status, " ".join(problem.message for problem in error.problems))
    return HTTPException(400, " ".join(f"{found.message}: {found.remedy}" for found in error.problems))


def plain_ask(provider: Provider) -> Ask:
    """Return something that a provider can write down, and that its vendor would take."""
    capabilities = provider.capabilities
    voice, language = next(iter(capabilities.examples.items()))
    said = {"text": "One.", "ssml": "<speak>One.</speak>", "markup": "One."}
    kind = next(kind for kind in said if kind in capabilities.inputs)
    content: dict[str, Any] = {name: said[name] if name == kind else None for name in said}
    ask = Ask(language=language, voice=voice, encoding=min(capabilities.encodings), **content)
    return carried(ask, capabilities)
