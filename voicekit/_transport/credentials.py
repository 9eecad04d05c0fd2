"""The only lines that touch a credential's value. Imports errors, model and providers.

A value is read when a request is signed and lives in no attribute, no message and no frame that an exception leaves.
"""

import base64
import json
from collections.abc import Callable, Mapping
from urllib.parse import quote

from attrs import evolve, field, frozen

from voicekit.errors import ConfigError, VoicekitError
from voicekit.model import Endpoint
from voicekit.providers import Authentication

_SHOWN = "[credential]"
_SHORTEST = 4  # characters; anything shorter is no secret, and would be found in every word

Headers = list[tuple[str, str]]


@frozen
class Unsigned:
    """A whole request that lacks its credential: what a signature may cover."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


Signer = Callable[[Authentication, Unsigned, str], Headers]


def problem(
    endpoint: Endpoint, authentication: Authentication, environ: Mapping[str, str]
) -> ConfigError | None:
    """Say why the endpoint's credential cannot be sent; None where it can, or where there is none.

    The error names the variable, never its value. It is the caller that raises it: a traceback that shows locals would
    show `environ` of this frame.
    """
    name = endpoint.credential
    if name is None:
        return None
    if authentication.kind not in _SIGNERS:
        return ConfigError.of(
            f"endpoint `{endpoint.name}` needs requests signed by {authentication.kind}, which voicekit does not do yet",
            place=endpoint.place,
            remedy="use another provider, or a proxy that signs for you as the endpoint's `url`, without `credential`",
        )
    remedy = f"export {name}=…"
    if not environ.get(name):
        return ConfigError.of(
            f"endpoint `{endpoint.name}` needs a credential, and the variable {name} is not set",
            place=endpoint.place,
            remedy=remedy,
        )
    if not _fits_a_header(environ[name]):
        return ConfigError.of(
            f"the variable {name} holds a space, a line end or another character that no credential has",
            place=endpoint.place,
            remedy=f"{remedy} without quotes, spaces and line ends inside",
        )
    return None


def _fits_a_header(value: str) -> bool:
    return all("!" <= character <= "~" for character in value)


def headers(
    endpoint: Endpoint, authentication: Authentication, environ: Mapping[str, str], request: Unsigned
) -> Headers:
    """Return the headers that carry the credential, if the endpoint has one. Ask `problem` first."""
    if endpoint.credential is None:
        return []
    return _SIGNERS[authentication.kind](authentication, request, environ[endpoint.credential])


def _bearer(authentication: Authentication, _: Unsigned, secret: str) -> Headers:
    return [(authentication.header, f"Bearer {secret}")]


def _bare(authentication: Authentication, _: Unsigned, secret: str) -> Headers:
    return [(authentication.header, secret)]


_SIGNERS: Mapping[str, Signer] = {"bearer": _bearer, "header": _bare}


def without(text: bytes, endpoint: Endpoint, environ: Mapping[str, str]) -> bytes:
    """Return what a vendor said with every spelling of the credential blotted out."""
    value = environ.get(endpoint.credential or "", "")
    if len(value) < _SHORTEST:
        return text
    plain = value.encode()
    spellings = {
        plain,
        base64.b64encode(plain),
        base64.urlsafe_b64encode(plain),
        quote(value, safe="").encode(),
        json.dumps(value)[1:-1].encode(),
    }
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, _SHOWN.encode())
    return text


def clean(error: VoicekitError, endpoint: Endpoint, environ: Mapping[str, str]) -> VoicekitError:
    """Return a new error of the same class, free of the credential and of everything that led to it."""

    def blot(text: str) -> str:
        return without(text.encode(errors="replace"), endpoint, environ).decode()

    problems = (
        evolve(found, message=blot(found.message), where=blot(found.where)) for found in error.problems
    )
    return type(error)(tuple(problems))
