"""Who may talk to the local server: no web page, and nobody who came by another name. Imports starlette and model.

A server on loopback is within reach of every web page that the user opens. Such a page gives itself away by its
``Origin`` or ``Sec-Fetch-Site`` header, or, where it rebound its own name to 127.0.0.1, by the ``Host``.
"""

import re

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from voicekit.model import is_loopback

IN_PROCESS = "embedded.voicekit"
ANY_HOST = "*"

_HOST = re.compile(r"(?:\[([0-9a-z:.%]+)\]|([^\s/\\?#@:\[\]]*))(?::\d{0,5})?")


class Guard:
    """Middleware that refuses foreign names and web pages with 403."""

    def __init__(self, app: ASGIApp, *, allowed_hosts: frozenset[str] = frozenset()) -> None:
        """Wrap an app.

        Args:
            app: What is guarded.
            allowed_hosts: Host names, without ports, beside those of loopback; ``*`` allows every name.
        """
        self._app = app
        self._hosts = frozenset(host.lower() for host in allowed_hosts) | {IN_PROCESS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        objection = self._objection(scope) if scope["type"] == "http" else None
        if objection is None:
            await self._app(scope, receive, send)
            return
        body = {"error": {"code": 403, "message": objection}}
        await JSONResponse(body, 403)(scope, receive, send)

    def _objection(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        if not self._is_ours(headers.get("host", "")):
            return "This server does not answer to that host name."
        if _is_foreign(headers, scope["scheme"]):
            return "This server does not answer to web pages."
        return None

    def _is_ours(self, host: str) -> bool:
        name = host_name(host)
        return name is not None and (ANY_HOST in self._hosts or name in self._hosts or is_loopback(name))


def host_name(host: str) -> str | None:
    """Return a ``Host`` header's name without its port, in lower case; an IPv6 address without its brackets.

    None where it is no name at all, such as ``localhost:80@evil.example``: links in answers would begin with it.
    """
    found = _HOST.fullmatch(host.strip().lower())
    return (found[1] or found[2]) if found else None


def _is_foreign(headers: Headers, scheme: str) -> bool:
    """Say whether a browser sent this on behalf of a page that is not ours."""
    if set(headers.getlist("sec-fetch-site")) - {"none", "same-origin"}:
        return True
    own = f"{scheme}://{headers.get('host', '')}".lower()
    return any(origin.lower() != own for origin in headers.getlist("origin"))
