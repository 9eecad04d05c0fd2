"""Hear: how long the embedded voice speaks. Each sound is kept in the project's store, and so is spoken once.

A sound that a build with the embedded voice has made is the same sound, and the other way round.
"""

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack

from attrs import evolve

from voicekit import _embedded, _plan, ssml
from voicekit._load.endpoints import EMBEDDED
from voicekit._store import Record, Store
from voicekit.model import Ask, Call, Origin, Sound
from voicekit.providers import Provider


class Hearing:
    """Speaks and measures. Nothing is started before something has to be spoken; `close` ends it."""

    def __init__(self, store: Store) -> None:
        """Take the store; nothing is opened yet."""
        self._store = store
        self._stack = AsyncExitStack()
        self._app: _embedded.App | None = None
        self._loop: asyncio.Runner | None = None

    def close(self) -> None:
        """End the voice, if it had to speak."""
        if self._loop is not None:
            self._loop.run(self._stack.aclose())
            self._loop.close()
            self._loop = self._app = None

    def seconds(self, provider: Provider, asks: Iterable[Ask], origin: Origin) -> float:
        """Return how long the requests of one prompt last, one behind the other.

        Args:
            provider: Whose wire they go over.
            asks: The requests.
            origin: What their words were made from, for the plan of a build that finds the sounds.

        Raises:
            SendError: The embedded voice refused, or its answer is not what was asked for.
            SoundError: The sound cannot be made.
            HostError: The disk refuses, or the engine cannot be started.
        """
        return sum(self._record(provider, ask, origin).duration for ask in asks)

    def _record(self, provider: Provider, ask: Ask, origin: Origin) -> Record:
        call = provider.encode(ask)
        source = _embedded.source()
        asked = _plan.request_key(provider.name, call)
        key = _plan.bytes_key(asked, source)
        known = self._store.find(key)
        if known is not None:
            return known
        if self._loop is None:
            self._loop = asyncio.Runner()
        sound = _whole(provider, ask, self._loop.run(self._send(provider, call)))
        rate, duration = _measured(provider, ask, sound)
        return self._store.keep(
            sound.data,
            key=key,
            request_key=asked,
            source=source,
            provider=provider.name,
            endpoint=EMBEDDED.name,
            encoding=ask.encoding,
            sample_rate=rate,
            duration=duration,
            characters_billed=provider.billed(ask),
            request=_plan.plain_call(call),
            marks=sound.marks,
            origin=origin,
        )

    async def _send(self, provider: Provider, call: Call) -> Sound:
        from voicekit._transport import Transport

        if self._app is None:
            self._app = await _embedded.app(self._stack)
        async with Transport(EMBEDDED, provider, app=self._app, environ={}) as transport:
            return await transport.send(call)


def _whole(provider: Provider, ask: Ask, sound: Sound) -> Sound:
    """Return a sound with the header that its encoding has, if its wire leaves that out."""
    from voicekit._sound import bare

    rate = provider.bare_rate(ask)
    return evolve(sound, data=bare.headed(sound.data, ask.encoding, rate)) if rate else sound


def _measured(provider: Provider, ask: Ask, sound: Sound) -> tuple[int, float]:
    """Return the rate (Hz) and the duration (seconds) of an answer that is what was asked for."""
    from voicekit._sound import probe

    said = ask.content if ask.ssml is None else ssml.plain_text(ssml.parse(ask.ssml))
    documented = "sample_rate" not in provider.capabilities.undocumented
    rate = ask.sample_rate if documented else None
    if ask.encoding == "PCM":
        rate = sound.sample_rate or ask.sample_rate or provider.capabilities.natural_rate
    media = probe.verify(
        sound.data,
        ask.encoding,
        rate,
        text_length=len(ask.content),
        may_be_silent=not said.strip(),
    )
    return media.sample_rate, media.duration
