"""What 302.AI says itself, whichever vendor stands behind it: its address, its key, its errors. Imports _wire and model.

Sources: 302.AI's own voice arena (messages and error toast, 2025-08) for the errors and what their numbers mean, P; doc.302.ai
for the hosts, S.
"""

from voicekit import _wire
from voicekit.model import Reply
from voicekit.providers import Authentication

URL = "https://api.302.ai"
FILE_HOSTS = frozenset({"file.302.ai", "file.302ai.cn"})
AUTHENTICATION = Authentication("bearer")

_NO_KEY, _NETWORK, _NO_BALANCE, _INVALID = -10001, -10003, -10004, -10011
_CODES = {401: _NO_KEY, 402: _NO_BALANCE, 403: _NO_KEY}


def refuse(status: int, message: str) -> Reply:
    """Write an error in 302.AI's own shape."""
    code = _CODES.get(status, _NETWORK if status >= 500 else _INVALID)
    error = {"err_code": code, "message": message, "type": "api_error"}
    return Reply(status, "application/json", _wire.compact({"error": error}))
