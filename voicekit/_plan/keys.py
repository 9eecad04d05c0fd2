"""What a request, its bytes and its file are called: SHA-256 over canonical JSON, the same on every machine."""

from collections.abc import Sequence
from typing import Any

from voicekit import _wire
from voicekit.model import Call, Shape


def request_key(provider: str, call: Call) -> str:
    """Return the identity of what is asked: SHA-256 of provider and call, the same on every machine."""
    return _wire.digest(_wire.canonical({"provider": provider, **plain_call(call)}))


def bytes_key(asked: str, source: str) -> str:
    """Return the identity of the bytes that are bought: SHA-256 of what is asked and who answers."""
    return _wire.digest(_wire.canonical([asked, source]))


def joined_key(keys: Sequence[str]) -> str:
    """Return the identity of what several pieces are joined to; one piece keeps its own."""
    return keys[0] if len(keys) == 1 else _wire.digest(_wire.canonical({"pieces": list(keys)}))


def shape_key(key: str, shape: Shape) -> str:
    """Return the identity of a file: the bytes and what they are shaped into."""
    return _wire.digest(_wire.canonical([key, _wire.to_plain(shape)]))


def plain_call(call: Call) -> dict[str, Any]:
    """Return a call as plain data: method, path, query and body, and headers where it has some."""
    body: Any = (
        _wire.parse(call.body)
        if call.content_type == "application/json" and call.body
        else call.body.decode()
    )
    plain: dict[str, Any] = {
        "method": call.method,
        "path": call.path,
        "query": dict(call.query),
        "body": body,
    }
    if call.content_type != "application/json":
        plain["content_type"] = call.content_type
    return {**plain, "headers": dict(call.headers)} if call.headers else plain
