"""The embedded voice as the ASGI app that speaks every vendor's wire: made, served on a port, listed."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from typing import Any, Protocol

from attrs import frozen

from voicekit import _language
from voicekit import _limits as limits
from voicekit.errors import SoundError
from voicekit.providers import VoiceEntry

# The locales of Google's voices page, and regions of its languages that prompts are often written for. The engine speaks
# a region with the nearest voice that it has, so that a list by its own voices would leave most of them out.
_LOCALES = (
    "af-ZA", "am-ET", "ar-XA", "bg-BG", "bn-IN", "ca-ES", "cmn-CN", "cmn-TW", "cs-CZ", "da-DK", "de-AT", "de-CH", "de-DE",
    "el-GR", "en-AU", "en-CA", "en-GB", "en-IE", "en-IN", "en-NZ", "en-US", "en-ZA", "es-419", "es-ES", "es-MX", "es-US",
    "et-EE", "eu-ES", "fi-FI", "fil-PH", "fr-CA", "fr-FR", "gl-ES", "gu-IN", "he-IL", "hi-IN", "hr-HR", "hu-HU", "id-ID",
    "is-IS", "it-IT", "ja-JP", "kn-IN", "ko-KR", "lt-LT", "lv-LV", "ml-IN", "mr-IN", "ms-MY", "nb-NO", "nl-BE", "nl-NL",
    "pa-IN", "pl-PL", "pt-BR", "pt-PT", "ro-RO", "ru-RU", "sk-SK", "sl-SI", "sr-RS", "sv-SE", "sw-KE", "ta-IN", "te-IN",
    "th-TH", "tr-TR", "uk-UA", "ur-IN", "vi-VN", "yue-HK",
)  # fmt: skip


class App(Protocol):
    """An ASGI app that can be told of its end."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""

    def stop(self) -> None:
        """Let those who wait on purpose go at once."""


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

    These are the engine's own, one without a region under its likeliest, because vendors' names carry a region; and the
    vendors' locales that one of its voices stands in for.
    """
    tags = {tag for tag in _LOCALES if _is_spoken(tag)}
    for voice in voices():
        try:
            tags.add(_language.with_region(_language.canonical(voice.language)))
        except ValueError:
            continue  # dialects and scripts, which no vendor's name can say
    for tag in sorted(tags):
        for female in (True, False):
            yield VoiceEntry(tag, female, limits.NATURAL_RATE)


def _is_spoken(tag: str) -> bool:
    from voicekit._speak import voices as speaking

    try:
        speaking.choose(tag)
    except SoundError:
        return False
    return True


async def app(
    stack: AsyncExitStack,
    *,
    require_key: str | None = None,
    allowed_hosts: frozenset[str] = frozenset(),
    manners: Any = None,
) -> App:
    """Start a speaker that ends with `stack`, and return the app in front of it.

    Args:
        stack: What ends both.
        require_key: Refuse requests without this key; ``*`` takes any key.
        allowed_hosts: Names, beside those of loopback, by which the app may be reached.
        manners: A `voicekit._server.Manners`: faults, latency, recording, replay.
    """
    from voicekit._server import make_app
    from voicekit._speak.speaker import Speaker

    speaker = await stack.enter_async_context(Speaker())
    made = make_app(
        speaker.speak,
        voices=tuple(entries()),
        require_key=require_key,
        allowed_hosts=allowed_hosts,
        manners=manners,
    )
    stack.push_async_callback(made.aclose)
    return made


def serve(
    host: str,
    port: int,
    *,
    require_key: str | None,
    on_ready: Callable[[str], None],
    allowed_hosts: Iterable[str] = (),
    **behaviour: Any,
) -> None:
    """Serve the app on a port until SIGTERM or SIGINT.

    Args:
        host: The address to listen on.
        port: The port; 0 takes a free one.
        require_key: Refuse requests without this key; ``*`` takes any key.
        on_ready: Told the address once requests are answered.
        allowed_hosts: Names, beside `host` and those of loopback, by which requests may come; ``*`` is any.
        behaviour: As `voicekit._server.read_manners`: faults, latency, recording, replay.

    Raises:
        ConfigError: The behaviour cannot be read.
        HostError: The port, or a file, cannot be had.
    """
    from voicekit import _server

    manners = _server.read_manners(**behaviour)
    hosts = frozenset({host, *allowed_hosts}) - {""}

    async def run() -> None:
        async with AsyncExitStack() as stack:
            made = await app(stack, require_key=require_key, allowed_hosts=hosts, manners=manners)
            await _server.serve(
                made,
                host,
                port,
                on_ready=lambda bound: on_ready(f"http://{_url_host(host)}:{bound}"),
                on_stop=made.stop,
            )

    asyncio.run(run())


def _url_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def source() -> str:
    """Say who answers a request that goes to the embedded voice, with the versions that decide its bytes."""
    from voicekit._speak import speaker

    return speaker.source()
