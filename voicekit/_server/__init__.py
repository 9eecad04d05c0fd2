"""The local server: every provider's wire, answered by one voice. Starlette's and uvicorn's one home.

`app` makes the ASGI app, which a build reaches in its own process and `listen` puts on a socket. Imports providers,
_sound.encodings (data only), model, errors and _limits; what speaks is handed in.
"""

from voicekit._server.app import make_app
from voicekit._server.listen import serve

__all__ = ["make_app", "serve"]
