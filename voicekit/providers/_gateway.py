"""What 302.AI says itself, whichever vendor stands behind it: its address, its key, its errors. Imports _wire and model.

Sources: 302.AI's own voice arena (messages and error toast, 2025-08) for the errors and what their numbers mean, P; doc.302.ai
for the hosts, S. A request without a key, and one with a wrong one: as callers quote the answers (S, 2026), of which the second's
number is not known and taken for the first's. That 503 is -10008: as one caller saw it (S, 2026-07).
"""

from voicekit import _wire
from voicekit.model import Reply
from voicekit.providers import Authentication, Denial

URL = "https://api.302.ai"
FILE_HOSTS = frozenset({"file.302.ai", "file.302ai.cn"})
AUTHENTICATION = Authentication(
    "bearer", missing=Denial(401, "Missing 302 Apikey"), wrong=Denial(401, "Invalid API Key")
)

_NO_KEY, _NETWORK, _NO_BALANCE, _NO_CHANNEL, _INVALID = -10001, -10003, -10004, -10008, -10011
_CODES = {401: _NO_KEY, 402: _NO_BALANCE, 403: _NO_KEY, 503: _NO_CHANNEL}


def refuse(status: int, message: str) -> Reply:
    """Write an error in 302.AI's own shape, which tells it in three languages; the local server has but one."""
    code = _CODES.get(status, _NETWORK if status >= 500 else _INVALID)
    told = dict.fromkeys(("message", "message_cn", "message_jp"), message)
    error = {"err_code": code, **told, "type": "api_error"}
    return Reply(status, "application/json", _wire.compact({"error": error}))
