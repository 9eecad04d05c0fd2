"""Endpoints and environments: where a provider's calls go, and which of them go together."""

import re
from urllib.parse import urlsplit

from voicekit import providers
from voicekit._load.fields import Fields, nearest
from voicekit.model import Endpoint

EMBEDDED = Endpoint("embedded")
_PATH = re.compile(r"(/[A-Za-z0-9._~:@+-]+)+")


def read_endpoints(fields: Fields) -> dict[str, Endpoint]:
    found = {EMBEDDED.name: EMBEDDED}
    outer = fields.mapping("endpoints")
    for name in outer.data:
        inner = outer.mapping(name)
        if name == EMBEDDED.name:
            outer.problem(name, "is the name of the embedded voice", "choose another name")
        provider = inner.text("provider", required=True)
        if provider is not None and provider not in providers.find():
            inner.problem(
                "provider", f"no provider is called `{provider[:40]}`", nearest(provider, providers.find())
            )
        found[name] = Endpoint(
            name=name,
            provider=provider,
            url=_url(inner),
            credential=inner.text("credential"),
            requests_per_minute=inner.number("requests_per_minute", (0.01, 1e6)),
            characters_per_minute=inner.number("characters_per_minute", (1, 1e9)),
            path=_path(inner),
            place=outer.place(name),
        )
        if found[name].credential is not None and not str(found[name].credential).isidentifier():
            inner.problem(
                "credential",
                "is not the name of an environment variable",
                "write a name such as VOICEKIT_KEY, never the key itself",
            )
        inner.finish()
    return found


def read_environments(fields: Fields) -> dict[str, tuple[str, ...]]:
    """Read which endpoints go together."""
    outer = fields.mapping("environments")
    endpoints = {EMBEDDED.name, *fields.mapping("endpoints").data}
    found = {}
    for name in outer.data:
        if name in endpoints:
            outer.problem(name, "is the name of an endpoint too", "choose another name")
        items = outer.items(name)
        for endpoint, place in items:
            if endpoint not in endpoints:
                message, remedy = f"no endpoint is called `{endpoint[:40]}`", nearest(endpoint, endpoints)
                outer.problems.add(message, place=place, where=outer.name(name), remedy=remedy)
        if not items:
            outer.problem(name, "names no endpoint", "write a list such as [302ai, embedded]")
        found[name] = tuple(endpoint for endpoint, _ in items)
    return found


def _path(fields: Fields) -> str | None:
    path = fields.text("path")
    if path is not None and not _PATH.fullmatch(path):
        fields.problem(
            "path", "is no path of an address", "write it as /v1/speech, without a host or a query"
        )
        return None
    return path


def _url(fields: Fields) -> str | None:
    url = fields.text("url")
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fine = False
        parts = urlsplit("")
    if not fine or parts.username or parts.password or parts.query or parts.fragment:
        fields.problem(
            "url",
            "is not an address such as https://api.example.com",
            "write scheme, host and perhaps port and path",
        )
        return None
    return url.rstrip("/")
