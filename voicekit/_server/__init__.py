"""The local server: every provider's wire, answered by one voice. Starlette's and uvicorn's one home.

`app` makes the ASGI app, which a build reaches in its own process and `listen` puts on a socket. `reception` takes every
vendor's request and `directory` says whose it is; a `desk` is one provider's place. `faults` and its neighbours do wrong on
demand, `witness` counts, `recording` keeps and repeats.

Imports providers, _sound.encodings (data only), _load's reader of fields, _yaml, _files, _wire, model, errors and _limits;
what speaks is handed in.
"""

from voicekit._server.app import App, make_app
from voicekit._server.listen import serve
from voicekit._server.manners import Manners, read_manners

__all__ = ["App", "Manners", "make_app", "read_manners", "serve"]
