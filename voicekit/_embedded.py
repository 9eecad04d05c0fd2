"""The embedded voice as the ASGI app that speaks every vendor's wire: made, served on a port, listed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from typing import Any

from attrs import frozen

from voicekit import _language
from voicekit import _limits as limits
from voicekit.providers import VoiceEntry

App = Callable[[Any, Any, Any], Awaitable[None]]


@frozen
class Voice:
    """A voice of the embedded engine."""

    language: str
    name: str
    title: str
    engine: str


def voices() -> tuple[Voice, ...]:
    """List what the embedded engine speaks, by language."""
    from voicekit._speak import voices as speaking

    engine = speaking.engine().name
    found = (Voice(voice.language, voice.name, voice.title, engine) for voice in speaking.voices())
    return tuple(sorted(found, key=lambda voice: (voice.language, voice.name)))


def entries() -> Iterable[VoiceEntry]:
    """List the languages that the local server offers in vendors' lists: a woman's and a man's variant of each.

    A language without a region is listed under its likeliest one, because vendors' names carry a region.
    """
    tags: set[str] = set()
    for voice in voices():
        try:
            tags.add(_language.with_region(_language.canonical(voice.language)))
        except ValueError:
            continue  # dialects and scripts, which no vendor's name can say
    for tag in sorted(tags):
        for female in (True, False):
            yield VoiceEntry(tag, female, limits.NATURAL_RATE)


async def app(stack: AsyncExitStack, *, require_key: str | None = None) -> App:
    """Start a speaker that ends with `stack`, and return the app in front of it."""
    from voicekit._server import make_app
    from voicekit._speak.speaker import Speaker

    speaker = await stack.enter_async_context(Speaker())
    made: App = make_app(speaker.speak, voices=tuple(entries()), require_key=require_key)
    return made


def serve(host: str, port: int, *, require_key: str | None, on_ready: Callable[[str], None]) -> None:
    """Serve the app on a port until SIGTERM or SIGINT.

    Args:
        host: The address to listen on.
        port: The port; 0 takes a free one.
        require_key: Refuse requests without this key; ``*`` takes any key.
        on_ready: Told the address once requests are answered.

    Raises:
        HostError: The port cannot be had.
    """
    from voicekit import _server

    async def run() -> None:
        async with AsyncExitStack() as stack:
            made = await app(stack, require_key=require_key)
            await _server.serve(
                made, host, port, on_ready=lambda bound: on_ready(f"http://{_url_host(host)}:{bound}")
            )

    asyncio.run(run())


def _url_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def source() -> str:
    """Say who answers a request that goes to the embedded voice, with the versions that decide its bytes."""
    from voicekit._speak import speaker

    return speaker.source()
