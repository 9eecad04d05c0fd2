"""Whether the link in a reply may be followed, and the request that follows it safely. Imports model, errors, providers.

Two kinds of address may be fetched from: the provider's own file hosts over https, and the exact origin that the user
wrote as the endpoint's address. A file host is resolved here, every address that it has must be public, and the
connection goes to the very address that was looked at; so a name that changes its answer has no second look-up to win.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence

import httpx
from attrs import frozen

from voicekit._transport.addresses import is_public
from voicekit.errors import ForbiddenAddress

Resolve = Callable[[str], Awaitable[Sequence[str]]]
Origin = tuple[str, str, int | None]

_PORTS = {"http": 80, "https": 443}
_REMEDY = "nothing was kept; if this is your own server, write its address as the endpoint's `url`"


@frozen
class Places:
    """Where links may lead.

    Attributes:
        hosts: Host names, over https and the usual port.
        own: An origin that the user wrote, or None.
    """

    hosts: frozenset[str]
    own: Origin | None


async def system_resolve(host: str) -> Sequence[str]:
    """Return the addresses of a host, in the system's order of preference; empty where it has none."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        return ()
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def origin(url: httpx.URL) -> Origin:
    """Return scheme, host and port, with the scheme's own port filled in."""
    return url.scheme, url.raw_host.decode("ascii"), url.port or _PORTS.get(url.scheme)


def join(base: httpx.URL | None, text: str) -> httpx.URL:
    """Read the address in a reply, or in a redirect from `base`.

    Raises:
        ForbiddenAddress: It is no address.
    """
    try:
        return base.join(text) if base is not None else httpx.URL(text)
    except (httpx.InvalidURL, ValueError, TypeError):
        raise ForbiddenAddress.of("the reply holds an address that cannot be read", remedy=_REMEDY) from None


async def targets(url: httpx.URL, places: Places, resolve: Resolve) -> tuple[str | None, ...]:
    """Return the addresses to connect to, best first; None stands for the user's own origin, as it is.

    Raises:
        ForbiddenAddress: The link leads where we do not fetch from.
    """
    if url.userinfo:
        raise ForbiddenAddress.of("the reply's link holds a user name", remedy=_REMEDY)
    if places.own is not None and origin(url) == places.own:
        return (None,)
    host = url.raw_host.decode("ascii")
    if origin(url) != ("https", host, 443) or host not in places.hosts:
        raise ForbiddenAddress.of(
            f"the reply's link leads to {_shown(url)}, which is not one of the provider's file hosts",
            remedy=_REMEDY,
        )
    addresses = tuple(await resolve(host))
    if not all(is_public(address) for address in addresses):
        raise ForbiddenAddress.of(f"{host} has an address that is not on the public internet", remedy=_REMEDY)
    return addresses


def fetch_request(url: httpx.URL, address: str | None, headers: Sequence[tuple[str, str]]) -> httpx.Request:
    """Write the GET for a link. `address` is a vetted one to connect to; the name goes into Host and TLS."""
    if address is None:
        return httpx.Request("GET", url, headers=list(headers))
    host = url.raw_host.decode("ascii")
    return httpx.Request(
        "GET",
        url.copy_with(host=address),
        headers=[("Host", host), *headers],
        extensions={"sni_hostname": host},
    )


def _shown(url: httpx.URL) -> str:
    scheme, host, port = origin(url)
    return f"{scheme or '?'}://{host}:{port}"[:200]
