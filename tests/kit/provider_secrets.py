"""That a provider's requests have no place for a key and hold none: the transport puts it on, and a plan is shown to anybody."""

import json
import re
from collections.abc import Iterator
from typing import Any

from voicekit.model import Call
from voicekit.providers import Provider

# As they are written without dashes and underscores.
_NAMES = frozenset(
    {"accesskey", "accesstoken", "apikey", "authorization", "cookie", "credential", "key", "password", "proxyauthorization", "secret", "secretkey", "signature", "subscriptionkey", "token", "xapikey"}
)  # fmt: skip
_KEY = re.compile(rb"\b(?:sk-\w|AKIA[0-9A-Z]{4}|Bearer \w)")


def holds_no_secret(provider: Provider, call: Call) -> None:
    """Fail where a request names a place in which keys are brought, or holds what looks like one.

    Args:
        provider: Who wrote it.
        call: A request for plain words.
    """
    how = provider.authentication
    forbidden = {*_NAMES, *map(_plain, filter(None, (how.header, how.query)))}
    found = [name for name in _names(call) if _plain(name) in forbidden]
    assert not found, f"a place for a key in the request, which only the transport may fill: {found}"
    values = [value.encode() for _, value in (*call.query, *call.headers)]
    assert not any(map(_KEY.search, (*values, call.body))), "a request that holds what looks like a key"


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


def _names(call: Call) -> Iterator[str]:
    yield from (name for name, _ in (*call.query, *call.headers))
    if call.content_type.endswith("json") and call.body:
        yield from _fields(json.loads(call.body))


def _fields(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _fields(child)
