"""Endpoints and environments: where a provider's calls go, and which of them go together."""

import re
from urllib.parse import urlsplit

from voicekit import providers
from voicekit._load.fields import Fields, nearest
from voicekit.errors import Problems
from voicekit.model import Endpoint, Fallback, Project

EMBEDDED = Endpoint("embedded")
FAILURES = ("unreachable", "refused", "wrong-answer")
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
            fallback=_fallback(inner, outer),
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


def _fallback(fields: Fields, endpoints: Fields) -> Fallback | None:
    if not fields.has("fallback"):
        fields.take("fallback")
        return None
    inner = fields.mapping("fallback")
    endpoint = inner.text("endpoint", required=True)
    if endpoint is not None and endpoint not in {*endpoints.data, EMBEDDED.name}:
        message = f"no endpoint is called `{endpoint[:40]}`"
        inner.problem("endpoint", message, nearest(endpoint, endpoints.data))
    mapped = inner.mapping("profiles")
    profiles = {name: mapped.text(name) or "" for name in mapped.data}
    if not profiles:
        inner.problem(
            "profiles", "names no profile", "write which profile speaks there: {menu-en: menu-en-azure}"
        )
    failures = inner.items("on")
    for failure, place in failures:
        if failure not in FAILURES:
            message, remedy = f"`{failure[:40]}` is no kind of failure", nearest(failure, FAILURES)
            inner.problems.add(message, place=place, where=inner.name("on"), remedy=remedy)
    inner.finish()
    return Fallback(endpoint or "", profiles, tuple(failure for failure, _ in failures) or FAILURES[:1])


def check_fallbacks(project: Project, problems: Problems) -> None:
    """Check the profiles that fallbacks name: they exist, speak the same language, and fit the other endpoint."""
    for endpoint in project.endpoints.values():
        fallback = endpoint.fallback
        if fallback is None or fallback.endpoint not in project.endpoints or endpoint.place is None:
            continue
        other = project.endpoints[fallback.endpoint]
        for name, stand_in in fallback.profiles.items():
            where = f"endpoints.{endpoint.name}.fallback.profiles"
            unknown = next((one for one in (name, stand_in) if one not in project.profiles), None)
            if unknown is not None:
                message, remedy = f"no profile is called `{unknown[:40]}`", nearest(unknown, project.profiles)
                problems.add(message, place=endpoint.place, where=where, remedy=remedy)
                continue
            first, second = (project.profiles[one].settings for one in (name, stand_in))
            if first.language != second.language:
                message = f"{stand_in} speaks {second.language}, and {name} {first.language}"
                problems.add(
                    message, place=endpoint.place, where=where, remedy="choose one of the same language"
                )
            if other.provider not in {None, second.provider}:
                message = f"{stand_in} needs {second.provider}, and {other.name} speaks {other.provider}"
                problems.add(
                    message, place=endpoint.place, where=where, remedy="choose another profile or endpoint"
                )


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
