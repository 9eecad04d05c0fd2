"""One provider's place in the local server: read the request, speak, answer in the vendor's shape.

Imports providers, _sound.encodings, model, errors and _limits.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable

from attrs import frozen
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from voicekit import _limits as limits
from voicekit._server.kept import KeptSounds
from voicekit._sound.encodings import ENCODINGS
from voicekit.errors import ConfigError, MarkupError, SoundError, VoicekitError
from voicekit.model import Ask, Call, Link, Reply, Sound
from voicekit.providers import Authentication, Provider, Refusal, VoiceEntry

BODY_SECONDS = 30.0  # for the whole body of a request
DRAINED_BYTES = 16 * limits.REQUEST_BYTES  # of a body that is too large

Speak = Callable[[Ask], Awaitable[Sound]]

# What a request is answered with 400 for: it asks for what cannot be.
_ASKERS_FAULT = (Refusal, SoundError, MarkupError, ConfigError)

ANY_KEY = "*"


@frozen
class House:
    """What all desks share.

    Attributes:
        speak: Turns an ask into a sound.
        voices: What the vendor's lists show.
        kept: The sounds behind links.
        jobs: Bounds how many speak at once.
        require_key: The one key that passes; `ANY_KEY` asks for some key, and None for none.
    """

    speak: Speak
    voices: tuple[VoiceEntry, ...]
    kept: KeptSounds
    jobs: asyncio.Semaphore
    require_key: str | None


@frozen
class Desk:
    """The endpoints of one provider."""

    provider: Provider
    house: House

    async def synthesize(self, request: Request) -> Response:
        """Answer the provider's one call.

        Raises:
            HTTPException: The request is refused; `refusal` writes it in the vendor's shape.
        """
        if request.method != self.provider.route[0]:
            raise HTTPException(405, f"Use {self.provider.route[0]}.", {"Allow": self.provider.route[0]})
        self._check_key(request)
        kind = _media_type(request)
        query = tuple(request.query_params.multi_items())
        call = Call(request.method, request.url.path, query, await _body(request), kind)
        try:
            ask = self.provider.parse(call)
            async with self.house.jobs:
                sound = await self.house.speak(ask)
        except _ASKERS_FAULT as error:
            status = error.status if isinstance(error, Refusal) else 400
            raise HTTPException(status, _words(error)) from None
        return to_response(self.provider.respond(ask, self._made(request, ask, sound)))

    async def list_voices(self, request: Request) -> Response:
        """Answer with the vendor's list of voices."""
        self._check_key(request)
        asked = request.query_params
        reply = self.provider.list_voices(
            self.house.voices, asked.get("languageCode", asked.get("language", ""))
        )
        if reply is None:
            raise HTTPException(404, "There is no list of voices here.")
        return to_response(reply)

    def refusal(self, error: HTTPException) -> Response:
        """Write an error in the vendor's shape."""
        response = to_response(self.provider.refuse(error.status_code, error.detail))
        response.headers.update(error.headers or {})
        return response

    def _made(self, request: Request, ask: Ask, sound: Sound) -> Sound | Link:
        if not self.provider.wants_link(ask):
            return sound
        encoding = ENCODINGS[ask.encoding]
        name = self.house.kept.keep(sound.data, encoding.extension, encoding.content_type)
        return Link(f"{request.base_url}files/{name}", sound.marks, sound.sample_rate)

    def _check_key(self, request: Request) -> None:
        wanted = self.house.require_key
        if wanted is None:
            return
        given = _keys(request, self.provider.authentication)
        if not given:
            raise HTTPException(401, "The request is missing a valid API key.")
        if wanted != ANY_KEY and not any(hmac.compare_digest(key.encode(), wanted.encode()) for key in given):
            raise HTTPException(403, "The API key is not the one that this server was started with.")


def to_response(reply: Reply) -> Response:
    """Turn a provider's reply into an HTTP one."""
    return Response(reply.body, reply.status, dict(reply.headers), media_type=reply.content_type)


def _keys(request: Request, how: Authentication) -> list[str]:
    """Return what a request brings as its key, in each of the ways that the vendor takes."""
    found = [request.query_params.get(how.query, "")] if how.query else []
    if how.kind == "header":
        found.append(request.headers.get(how.header, ""))
    if how.kind == "bearer" or how.bearer:
        header = how.header if how.kind == "bearer" else "Authorization"
        scheme, _, token = request.headers.get(header, "").partition(" ")
        found.append(token.strip() if scheme.lower() == "bearer" else "")
    return [key for key in found if key]


def _media_type(request: Request) -> str:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    # A web form's three types are what a page may send anywhere without asking; these are not.
    if kind != "application/json" and not kind.endswith(("+json", "+xml")):
        raise HTTPException(415, "The content type must be application/json.")
    return kind


async def _body(request: Request) -> bytes:
    """Read a body that is bounded in size and time.

    Of one that is too large some more is read and dropped: a connection that is closed on unread bytes is reset, and
    the asker would never see why.
    """
    body, count = bytearray(), 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                count += len(chunk)
                if count <= limits.REQUEST_BYTES:
                    body += chunk
                elif count > DRAINED_BYTES:
                    break
    except TimeoutError:
        raise HTTPException(408, "The request's body took too long.", {"Connection": "close"}) from None
    except ClientDisconnect:
        raise HTTPException(400, "The request's body ended too early.") from None
    if count > limits.REQUEST_BYTES:
        words = f"Request payload size exceeds the limit: {limits.REQUEST_BYTES} bytes."
        raise HTTPException(413, words, {"Connection": "close"})
    return bytes(body)


def _words(error: VoicekitError) -> str:
    """Return the vendor's own words, or ours with the way out, which an answer has no other place for."""
    if isinstance(error, Refusal):
        return " ".join(problem.message for problem in error.problems)
    return " ".join(f"{problem.message}: {problem.remedy}" for problem in error.problems)
