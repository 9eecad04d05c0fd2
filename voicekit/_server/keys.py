"""The keys that a request brings, in each of the ways that vendors take them. Imports providers' protocol and model.

A key never goes further than this module and what holds it against a rule: not into a `Call`, a record or a page.
"""

import hmac
import re
from collections.abc import Iterable

from starlette.requests import Request

from voicekit.providers import Authentication, Denial

ANY_KEY = "*"

# AWS writes who signs into the header or, for an address that is signed, into the query.
# No name holds an equals sign; without that rule, a header full of these words would be read through once for each.
_SIGNED_BY = re.compile(r"Credential=([^/,=\s]+)/")
_SIGNED_QUERY = frozenset({"x-amz-credential", "x-amz-signature", "x-amz-security-token"})
# Names that carry keys elsewhere: whoever brings one by mistake does not want it kept.
_USUAL_QUERY = frozenset({"key", "api_key", "api-key", "apikey", "access_token", "subscription-key"})


def brought(request: Request, how: Authentication) -> list[str]:
    """Return the keys that a request brings in a vendor's ways; for a signed request, the name of its key."""
    own, other = _own_way(request, how), _other_ways(request, how)
    return [key for key in (own, *other) if key]


def nearness(request: Request, how: Authentication) -> int:
    """Say how a request speaks to a vendor: the less, the nearer.

    0 with a key in the vendor's own way, 1 in another that it takes; 2 without one, where it might stand in the address,
    and 3 where it could not.
    """
    if _own_way(request, how):
        return 0
    if any(_other_ways(request, how)):
        return 1
    return 2 if how.query else 3


def denial(request: Request, how: Authentication, wanted: str | None) -> Denial | None:
    """Return what a vendor says to a request without the key that the server was started with; None where it is there.

    `ANY_KEY` asks for some key, None for none.
    """
    if wanted is None:
        return None
    given = brought(request, how)
    if not given:
        return how.missing
    if wanted == ANY_KEY or any(is_same(key, wanted) for key in given):
        return None
    return (None if _own_way(request, how) else how.wrong_token) or how.wrong


def is_same(key: str, wanted: str) -> bool:
    """Compare two keys in a time that tells nothing."""
    return hmac.compare_digest(key.encode(), wanted.encode())


def credential_names(ways: Iterable[Authentication]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of headers and of query parameters, in lower case, in which any vendor takes a key."""
    ways = tuple(ways)
    headers = {how.header.lower() for how in ways} | {"authorization", "proxy-authorization", "cookie"}
    queries = {how.query.lower() for how in ways if how.query} | _SIGNED_QUERY | _USUAL_QUERY
    return frozenset(headers), frozenset(queries)


def _own_way(request: Request, how: Authentication) -> str:
    value = request.headers.get(how.header, "")
    if how.kind == "header":
        return value or request.query_params.get(how.query, "")
    if how.kind == "bearer":
        return _bearer(value)
    signer = _SIGNED_BY.search(value)
    return signer[1] if signer else request.query_params.get("X-Amz-Credential", "").partition("/")[0]


def _other_ways(request: Request, how: Authentication) -> list[str]:
    """Return what comes beside the own way; a header's parameter in the query may come together with the header."""
    found = [request.query_params.get(how.query, "")] if how.query else []
    if how.bearer and how.kind != "bearer":
        found.append(_bearer(request.headers.get("authorization", "")))
    return found


def _bearer(value: str) -> str:
    scheme, _, token = value.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
