"""The local server for tests: asked in this process, or on a socket in this loop."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx

from kit.speaker import ToneSpeaker
from voicekit._server import App, make_app, serve
from voicekit.model import Ask, Sound
from voicekit.providers import Provider, VoiceEntry, carried

VOICES = (VoiceEntry("en-US", True, 24_000), VoiceEntry("de-DE", False, 24_000))
PATH = "/google/v1/text-synthesize"
GOOGLE = "/v1/text:synthesize"


def body(**changes: Any) -> dict[str, Any]:
    """Return a request that Google's wires take."""
    return {
        "audioConfig": {"audioEncoding": "LINEAR16", "pitch": 0, "speakingRate": 0.96},
        "input": {"text": "Thank you for calling."},
        "voice": {"languageCode": "en-US", "name": "en-US-Neural2-F"},
    } | changes


async def anything(ask: Ask) -> Sound:
    """Speak every encoding, without making a sound: bytes that say what was asked for."""
    said = f"{ask.encoding} at {ask.sample_rate}: {ask.content}"
    return Sound(said.encode(), (), ask.sample_rate or 24_000)


def ask_server(
    story: Callable[[httpx.AsyncClient], Awaitable[Any]],
    *,
    speak: Any = None,
    base: str = "http://127.0.0.1:80",
    **how: Any,
) -> Any:
    """Tell a story to a server in this process, and return its end."""

    async def run() -> Any:
        app = make_app(speak or ToneSpeaker().speak, voices=VOICES, **how)
        wire = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=wire, base_url=base, trust_env=False) as client:
            try:
                return await story(client)
            finally:
                await app.aclose()

    return asyncio.run(run())


def one(method: str, path: str, *, server: dict[str, Any] | None = None, **request: Any) -> httpx.Response:
    """Send one request."""

    async def story(client: httpx.AsyncClient) -> httpx.Response:
        return await client.request(method, path, **request)

    found = ask_server(story, **(server or {}))
    assert isinstance(found, httpx.Response)
    return found


@contextlib.asynccontextmanager
async def on_socket(app: App) -> AsyncIterator[str]:
    """Serve an app in this loop, and stop it as SIGTERM does; yields its address."""
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.ensure_future(
        serve(app, "127.0.0.1", 0, on_ready=ready.set_result, on_stop=app.stop),
    )
    try:
        yield f"http://127.0.0.1:{await ready}"
    finally:
        signal.raise_signal(signal.SIGTERM)
        await serving
        await app.aclose()


def plain(member: Provider, **changes: Any) -> Ask:
    """Return something that a provider can say, with one of its voices."""
    capabilities = member.capabilities
    voice, language = next(iter(capabilities.examples.items()))
    said = {"text": "Hello.", "ssml": "<speak>Hello.</speak>", "markup": "Hello."}
    kind = next(kind for kind in said if kind in capabilities.inputs)
    content = {name: said[name] if name == kind else None for name in said}
    encoding = min(capabilities.encodings & {"LINEAR16"} or capabilities.encodings)
    stated: dict[str, Any] = {
        "language": language,
        "voice": voice,
        "encoding": encoding,
        **content,
        **changes,
    }
    return carried(Ask(**stated), capabilities)


def rpc(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and its name in an error of Google's."""
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    return answer.status_code, error["status"]


def gateway(answer: httpx.Response) -> tuple[int, int]:
    """Return the status and the code in an error of 302.AI's."""
    error = answer.json()["error"]
    assert set(error) == {"err_code", "message", "message_cn", "message_jp", "type"}
    return answer.status_code, error["err_code"]
