"""The ASGI app over every provider. Imports providers, errors and this folder; adding a provider edits nothing here.

An error that is not the asker's own is answered in the vendor's shape without its details, and then raised: a server
writes it to its log, and a build that runs the app in its own process gets the very error.
"""

import asyncio
from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from voicekit import _limits as limits
from voicekit import providers
from voicekit._server.desk import Desk, House, Speak
from voicekit._server.guard import Guard
from voicekit._server.kept import KeptSounds
from voicekit.errors import VoicekitError
from voicekit.providers import VoiceEntry

_ALL_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def make_app(
    speak: Speak,
    *,
    voices: Iterable[VoiceEntry],
    require_key: str | None = None,
    allowed_hosts: frozenset[str] | None = None,
) -> ASGIApp:
    """Return the app that answers every provider's wire.

    Args:
        speak: Turns an ask into a sound. Its SoundError, MarkupError and ConfigError are answered with 400.
        voices: What the vendors' lists of voices show.
        require_key: The key that a request must bring; ``*`` takes any key, and None none at all.
        allowed_hosts: Host names, without ports, beside those of loopback; ``*`` allows every name.
    """
    house = House(speak, tuple(voices), KeptSounds(), asyncio.Semaphore(limits.CONCURRENCY), require_key)
    desks = [Desk(member, house) for member in providers.find().values()]
    routes = [route for desk in desks for route in _routes(desk)]

    async def front(_: Request) -> Response:
        return JSONResponse(_front_page(desks))

    async def file(request: Request) -> Response:
        found = house.kept.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404, "No such file.")
        return Response(found.data, media_type=found.content_type)

    own = [Route("/", front), Route("/health", _health), Route("/files/{name}", file)]
    app = Starlette(
        routes=own + routes,
        middleware=[Middleware(Guard, allowed_hosts=allowed_hosts or frozenset())],
        exception_handlers={HTTPException: _on_refusal, Exception: _on_failure},
    )
    app.router.redirect_slashes = False
    return app


def _routes(desk: Desk) -> list[Route]:
    # Every method comes to the desk, so that a wrong one is answered in the vendor's shape.
    found = [Route(desk.provider.route[1], desk.synthesize, methods=_ALL_METHODS)]
    if desk.provider.voices_path is not None:
        found.append(Route(desk.provider.voices_path, desk.list_voices))
    return found


async def _health(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


def _front_page(desks: list[Desk]) -> dict[str, object]:
    calls = [(*desk.provider.route, desk.provider.name) for desk in desks]
    calls += [
        ("GET", desk.provider.voices_path, desk.provider.name) for desk in desks if desk.provider.voices_path
    ]
    rows = [{"method": method, "path": path, "provider": name} for method, path, name in calls]
    about = "voicekit's local server: vendors' speech APIs, answered by the embedded voice. Nothing here costs money."
    return {"name": "voicekit", "about": about, "routes": rows, "health": "/health"}


def _desk(request: Request) -> Desk | None:
    found = getattr(request.scope.get("endpoint"), "__self__", None)
    return found if isinstance(found, Desk) else None


async def _on_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    desk = _desk(request)
    if desk is not None:
        return desk.refusal(error)
    body = {"error": {"code": error.status_code, "message": error.detail}}
    return JSONResponse(body, error.status_code, headers=error.headers)


async def _on_failure(request: Request, error: Exception) -> Response:
    """Answer for a bug with 500, and for a machine that cannot speak with 503. Starlette then raises the error."""
    problem = HTTPException(500, "Internal error encountered.")
    if isinstance(error, VoicekitError):
        problem = HTTPException(503, " ".join(found.message for found in error.problems))
    return await _on_refusal(request, problem)
