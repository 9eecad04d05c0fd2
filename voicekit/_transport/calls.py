"""Where a call goes, which is never away from the endpoint. Pure; imports model, errors and providers.

A plan is data that somebody may have edited, so what it says about path and headers is looked at again here.
"""

import re
from ipaddress import ip_address

import httpx

from voicekit._transport.links import origin
from voicekit.errors import ConfigError
from voicekit.model import Call, Endpoint
from voicekit.providers import Provider

EMBEDDED = "http://embedded.voicekit"

_HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?")
_HOP_HEADERS = frozenset(
    ["host", "authorization", "proxy-authorization", "cookie", "content-length", "content-type", "accept-encoding", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect"]
)  # fmt: skip


def base(endpoint: Endpoint, provider: Provider) -> httpx.URL:
    """Return the address that an endpoint's calls start with.

    Raises:
        ConfigError: It cannot be one.
    """
    # The local server has each provider under its own name: two vendors may have the same path.
    own = f"{EMBEDDED}/{provider.name}"
    text = own if endpoint.embedded else endpoint.url or provider.capabilities.url
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        url = httpx.URL()
    extra = url.userinfo or url.query or url.fragment
    if url.scheme not in {"http", "https"} or not _is_host(url) or extra:
        raise ConfigError.of(
            f"endpoint `{endpoint.name}` has an address that is no plain http or https one",
            place=endpoint.place,
            where=f"endpoints.{endpoint.name}.url",
            remedy="write it as https://host, with a port or a path if need be",
        )
    return url


def _is_host(url: httpx.URL) -> bool:
    host = url.raw_host.decode("ascii")
    if ":" not in host:
        return _HOST.fullmatch(host) is not None
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def address(start: httpx.URL, call: Call, endpoint: Endpoint) -> httpx.URL:
    """Return a call's address, which is at the endpoint's own origin.

    Raises:
        ConfigError: The call would lead elsewhere, or brings what only the transport may write.
    """
    fault = _fault(call)
    try:
        url = httpx.URL(str(start).rstrip("/") + call.path)
        url = url.copy_merge_params(list(call.query)) if call.query else url
    except (httpx.InvalidURL, ValueError):
        url = httpx.URL()
    if origin(url) != origin(start) or url.userinfo:
        fault = fault or "its path leads away from the endpoint"
    if fault:
        raise ConfigError.of(
            f"a call to endpoint `{endpoint.name}` cannot be sent: {fault}", remedy="make the plan again"
        )
    return url


def _fault(call: Call) -> str | None:
    if call.method not in {"GET", "POST"}:
        return "its method is neither GET nor POST"
    if not call.path.startswith("/"):
        return "its path does not start with a slash"
    if any(name.lower() in _HOP_HEADERS for name, _ in call.headers):
        return "it brings a header that only the transport writes"
    if not all(_is_plain(text) for pair in (*call.headers, (call.content_type,)) for text in pair):
        return "one of its headers holds a character that headers cannot have"
    return None


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()
