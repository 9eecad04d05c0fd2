"""The only lines that touch a credential's value. Imports errors, model, providers and, next door, signing and blots.

A value is read when a request is signed and lives in no attribute, no message and no frame that an exception leaves.

AWS signs with two secrets. An endpoint's `credential` names a variable that holds them as ``KEY_ID:SECRET``, or
``KEY_ID:SECRET:TOKEN``. Without one they are read where AWS's own tools do, and then nothing but AWS's own addresses gets to see a
signature: a proxy or a local server is spoken to unsigned.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from attrs import field, frozen

from voicekit._transport import signing
from voicekit._transport.blots import LONG, Blots
from voicekit.errors import ConfigError
from voicekit.model import Endpoint
from voicekit.providers import Authentication

_AWS_NAMES: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_AWS_TOKEN: Final = "AWS_SESSION_TOKEN"  # noqa: S105 - the name of a variable
_AWS_PAIR = re.compile(r"(?P<id>[^:]+):(?P<secret>[^:]+)(?::(?P<token>[^:]+))?")

Headers = list[tuple[str, str]]


@frozen
class Unsigned:
    """A whole request that lacks its credential: what a signature may cover."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


def problem(
    endpoint: Endpoint, authentication: Authentication, environ: Mapping[str, str]
) -> ConfigError | None:
    """Say why the endpoint's credential cannot be sent; None where it can, or where there is none.

    The error names the variable, never its value. It is the caller that raises it: a traceback that shows locals would
    show `environ` of this frame.
    """
    signs = authentication.kind == "sigv4"
    names = _names(endpoint, environ, signs=signs)
    if signs and names and not signing.is_available():
        return ConfigError.of(
            f"endpoint `{endpoint.name}` needs signed requests, and the package botocore is not installed",
            place=endpoint.place,
            remedy="pip install 'voicekit[polly]'",
        )
    found = (_problem_with(name, endpoint, environ) for name in names)
    wrong = next((one for one in found if one is not None), None)
    if wrong is None and signs and endpoint.credential and not _AWS_PAIR.fullmatch(environ[names[0]]):
        return ConfigError.of(
            f"the variable {endpoint.credential} is no access key of AWS with its secret",
            place=endpoint.place,
            remedy=f"export {endpoint.credential}=KEY_ID:SECRET, or KEY_ID:SECRET:TOKEN",
        )
    return wrong


def _names(endpoint: Endpoint, environ: Mapping[str, str], *, signs: bool) -> tuple[str, ...]:
    """Return the variables that are read."""
    if endpoint.credential is not None:
        return (endpoint.credential,)
    if not signs or not _is_aws(endpoint):
        return ()
    return (*_AWS_NAMES, *((_AWS_TOKEN,) if environ.get(_AWS_TOKEN) else ()))


def _is_aws(endpoint: Endpoint) -> bool:
    """Whether an endpoint of a vendor that is signed for is AWS's own."""
    return not endpoint.embedded and (endpoint.url is None or signing.is_aws(endpoint.url))


def _problem_with(name: str, endpoint: Endpoint, environ: Mapping[str, str]) -> ConfigError | None:
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
    endpoint: Endpoint,
    authentication: Authentication,
    environ: Mapping[str, str],
    request: Unsigned,
    now: float,
) -> Headers:
    """Return the headers that carry the credential, if the endpoint has one. Ask `problem` first.

    Args:
        endpoint: Where the request goes.
        authentication: How the vendor takes a credential.
        environ: Where it is.
        request: All the rest of the request.
        now: Seconds since the epoch, which a signature says.
    """
    if authentication.kind == "sigv4":
        key = _aws_key(endpoint, environ)
        kinds = {name: value for name, value in request.headers if name.lower() == "content-type"}
        rest = (now, request.method, request.url, kinds, request.body)
        return signing.signed(key, authentication.service, *rest) if key is not None else []
    if endpoint.credential is None:
        return []
    bearer = "Bearer " if authentication.kind == "bearer" else ""
    return [(authentication.header, bearer + environ[endpoint.credential])]


def _aws_key(endpoint: Endpoint, environ: Mapping[str, str]) -> signing.Key | None:
    """Return who signs, or None where nobody does."""
    pair = _AWS_PAIR.fullmatch(environ.get(endpoint.credential or "", ""))
    if pair is not None:
        return signing.Key(pair["id"], pair["secret"], pair["token"] or "")
    if endpoint.credential is not None or not _is_aws(endpoint):
        return None
    who, secret = (environ[name] for name in _AWS_NAMES)
    return signing.Key(who, secret, environ.get(_AWS_TOKEN, ""))


def blots(endpoint: Endpoint, environ: Mapping[str, str]) -> Blots:
    """Return what blots credentials out of answers."""
    return Blots.of(_secrets(endpoint, environ))


def _secrets(endpoint: Endpoint, environ: Mapping[str, str]) -> Iterator[str]:
    """Give every value that nobody may see: the endpoint's, whole and in its parts, and AWS's wherever a request goes."""
    value = environ.get(endpoint.credential or "", "")
    yield value
    parts = [*value.split(":"), *(environ.get(name, "") for name in (*_AWS_NAMES, _AWS_TOKEN))]
    # AWS's secrets have 40 characters and more; what local servers take for one may be a word.
    yield from (part for part in parts if len(part) >= LONG)
