"""One call through the transport, over either of the engines that may carry it, with its outcome as a value."""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx

from voicekit import providers
from voicekit._transport import Transport, exchange
from voicekit.errors import VoicekitError
from voicekit.model import Ask, Call, Endpoint, Sound
from voicekit.providers import Provider

GOOGLE = providers.get("google-302ai")
ASK = Ask(text="Hello.", ssml=None, language="en-US", voice="en-US-Neural2-F", encoding="LINEAR16")
CALL = GOOGLE.encode(ASK)
CREDENTIAL = "TEST_KEY"

ENGINES: Mapping[str, Callable[[], httpx.AsyncBaseTransport]] = {
    "httpx": lambda: httpx.AsyncHTTPTransport(trust_env=False),
    "aiohttp": exchange.open_wire,
}


@contextlib.asynccontextmanager
async def sending(url: str, *, provider: Provider = GOOGLE, **how: Any) -> AsyncIterator[Transport]:
    """Open a transport to an address; `environ` may hold the credential under `CREDENTIAL`."""
    environ = how.setdefault("environ", {})
    credential = CREDENTIAL if CREDENTIAL in environ else None
    endpoint = Endpoint("test", provider.name, url=url, credential=credential)
    async with Transport(endpoint, provider, **how) as transport:
        yield transport


async def outcome(
    url: str, *, call: Call = CALL, send: Mapping[str, Any] | None = None, **how: Any
) -> Sound | VoicekitError:
    """Send one call, and return what came of it: `send` goes to `Transport.send`, the rest to the transport itself."""
    async with sending(url, **how) as transport:
        try:
            return await transport.send(call, **(send or {}))
        except VoicekitError as error:
            return error
