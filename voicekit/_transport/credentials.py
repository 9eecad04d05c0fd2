"""The only lines that touch a credential's value. Imports errors, model and providers.

A value is read when a request is signed and lives in no attribute, no message and no frame that an exception leaves.
"""

import base64
import json
from collections.abc import Mapping
from urllib.parse import quote

from attrs import evolve

from voicekit.errors import ConfigError, VoicekitError
from voicekit.model import Endpoint
from voicekit.providers import Authentication

_SHOWN = "[credential]"
_SHORTEST = 4  # characters; anything shorter is no secret, and would be found in every word


def problem(endpoint: Endpoint, environ: Mapping[str, str]) -> ConfigError | None:
    """Say why the endpoint's credential cannot be sent; None where it can, or where there is none.

    The error names the variable, never its value. It is the caller that raises it: a traceback that shows locals would
    show `environ` of this frame.
    """
    name = endpoint.credential
    if name is None:
        return None
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
    endpoint: Endpoint, authentication: Authentication, environ: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the header that carries the credential, if the endpoint has one. Ask `problem` first."""
    if endpoint.credential is None:
        return []
    prefix = "Bearer " if authentication.kind == "bearer" else ""
    return [(authentication.header, prefix + environ[endpoint.credential])]


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
