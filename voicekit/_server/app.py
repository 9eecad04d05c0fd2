"""The ASGI app over every provider. Imports providers, errors and this folder; adding a provider edits nothing here.

An error that is not the asker's own is answered in the vendor's shape without its details, and then raised: a server
writes it to its log, and a build that runs the app in its own process gets the very error.
"""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from voicekit import _limits as limits
from voicekit import _wire, providers
from voicekit._server import openapi
from voicekit._server.desk import Desk, House, Speak
from voicekit._server.guard import Guard
from voicekit._server.kept import KeptSounds
from voicekit._server.manners import Manners
from voicekit._server.openapi import Page, json_page
from voicekit._server.reception import FILES, Reception, as_refusal, in_shape
from voicekit._server.stop import Stop
from voicekit._server.tasks import KeptTasks
from voicekit._server.witness import Witness
from voicekit.providers import VoiceEntry

HEALTH: Final = "/health"
INSPECTION: Final = "/_voicekit/requests"
DESCRIPTION: Final = "/_voicekit/openapi.json"
_ALIVE: Final = {"status": "ok"}


class App:
    """The app, and its end: `stop` cuts short whatever waits on purpose, `aclose` gives up what is under way."""

    def __init__(
        self, house: House, *, allowed_hosts: frozenset[str] = frozenset(), manners: Manners | None = None
    ) -> None:
        self._house, self._witness = house, Witness()
        self._described: bytes | None = None
        self._desks = [Desk(member, house) for member in providers.find().values()]
        self._reception = Reception(self._desks, house, manners or Manners(), self._witness)
        self._app = Starlette(
            routes=[
                Route("/", self._front),
                Route(HEALTH, self._health),
                Route(INSPECTION, self._requests, methods=["GET", "DELETE"]),
                Route(DESCRIPTION, self._describe),
            ],
            middleware=[Middleware(Guard, allowed_hosts=allowed_hosts)],
            exception_handlers={HTTPException: _on_refusal, Exception: _on_failure},
        )
        self._app.router.redirect_slashes = False
        self._app.router.default = self._reception

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._app(scope, receive, send)

    def stop(self) -> None:
        """Let those who wait on purpose go at once: silent faults, drips and latency."""
        self._house.stop.now()

    async def aclose(self) -> None:
        """Give up the tasks that are under way."""
        self.stop()
        await self._house.tasks.aclose()

    async def _front(self, _: Request) -> Response:
        return JSONResponse(_front_page(self._desks))

    async def _health(self, _: Request) -> Response:
        return JSONResponse(_ALIVE)

    async def _describe(self, _: Request) -> Response:
        if self._described is None:
            self._described = _wire.compact(openapi.document(self._desks, self._pages()))
        return Response(self._described, media_type="application/json")

    def _pages(self) -> Iterator[Page]:
        """List the pages beside the vendors'."""
        yield json_page("GET", "/", "List what is answered", _front_page(self._desks))
        yield json_page("GET", HEALTH, "Say that the server lives", _ALIVE)
        yield json_page(
            "GET", DESCRIPTION, "Describe the server: this document", {"openapi": openapi.VERSION}
        )
        seen = Witness().page()
        yield json_page("GET", INSPECTION, "Tell the requests that were seen", seen, keyed=True)
        yield Page("DELETE", INSPECTION, "Forget the requests that were seen", {204: {}}, keyed=True)
        yield Page(
            "GET",
            f"{FILES}{{name}}",
            "Fetch a sound that an answer linked to",
            {200: {"*/*": {}}},
            refuses=[404],
        )

    async def _requests(self, request: Request) -> Response:
        self._reception.check_any_key(request)
        if request.method == "DELETE":
            self._witness.forget()
            return Response(status_code=204)
        return JSONResponse(self._witness.page())


def make_app(
    speak: Speak,
    *,
    voices: Iterable[VoiceEntry],
    require_key: str | None = None,
    allowed_hosts: frozenset[str] | None = None,
    manners: Manners | None = None,
) -> App:
    """Return the app that answers every provider's wire.

    Args:
        speak: Turns an ask into a sound. Its SoundError, MarkupError and ConfigError are answered with 400.
        voices: What the vendors' lists of voices show.
        require_key: The key that a request must bring; ``*`` takes any key, and None none at all.
        allowed_hosts: Host names, without ports, beside those of loopback; ``*`` allows every name.
        manners: Faults, latency, recording and replay.
    """
    house = House(
        speak=speak,
        voices=tuple(voices),
        kept=KeptSounds(),
        tasks=KeptTasks(),
        jobs=asyncio.Semaphore(limits.CONCURRENCY),
        stop=Stop(),
        require_key=require_key,
    )
    return App(house, allowed_hosts=allowed_hosts or frozenset(), manners=manners)


def _front_page(desks: Iterable[Desk]) -> dict[str, Any]:
    about = (
        "voicekit's local server: vendors' speech APIs, answered by the embedded voice. Nothing here costs money. "
        "Where two vendors have one path, the key that comes with a request says which is meant, "
        "or the address under `exact`."
    )
    return {
        "name": "voicekit",
        "about": about,
        "routes": [row for desk in desks for row in _rows(desk)],
        "health": HEALTH,
        "requests": INSPECTION,
        "openapi": DESCRIPTION,
    }


def _rows(desk: Desk) -> Iterator[dict[str, str]]:
    name = desk.provider.name
    for service in desk.services():
        exact = f"/{name}{service.path}"
        yield {
            "method": service.method,
            "path": service.path,
            "provider": name,
            "kind": service.kind,
            "exact": exact,
        }


async def _on_refusal(request: Request, error: Exception) -> Response:
    return in_shape(request, as_refusal(error))


async def _on_failure(request: Request, error: Exception) -> Response:
    """Answer for a bug with 500, and for a machine that cannot speak with 503. Starlette then raises the error."""
    return in_shape(request, as_refusal(error))
