"""AWS's signature, version 4, of one request. botocore's one home, loaded when something is signed; imports nothing of ours.

botocore's own order of these steps reads the clock, and writes what it signs to its log, the session token with it. So they are
taken one by one here.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from urllib.parse import urlsplit

from attrs import field, frozen

_HOST = re.compile(
    r"[a-z0-9-]+\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d{1,2})\.(?:amazonaws\.com(?:\.cn)?|api\.aws)"
)
_USUAL_REGION = "us-east-1"
_STAMP = "%Y%m%dT%H%M%SZ"


@frozen
class Key:
    """An access key, and the token that comes with one that is lent for a time."""

    id: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)


def is_available() -> bool:
    """Whether botocore is installed, which the extra ``voicekit[polly]`` brings."""
    return find_spec("botocore") is not None


def is_aws(url: str) -> bool:
    """Whether an address is one of AWS's own services, over https."""
    parts = urlsplit(url)
    return parts.scheme == "https" and _HOST.fullmatch(parts.hostname or "") is not None


def region(url: str) -> str:
    """Return the region in a service's address, and ``us-east-1`` for one that names none."""
    match = _HOST.fullmatch(urlsplit(url).hostname or "")
    return match["region"] if match else _USUAL_REGION


def signed(
    key: Key, service: str, now: float, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> list[tuple[str, str]]:
    """Return the headers that sign a request.

    Args:
        key: Who signs.
        service: AWS's name of the service.
        now: Seconds since the epoch; a signature is good for some minutes.
        method: The request's own, as are `url` and `body`.
        url: Complete; its host is signed too, and says the region.
        headers: Those of its headers that are signed as well.
        body: All of it.
    """
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    stamp = datetime.fromtimestamp(now, UTC).strftime(_STAMP)
    own = {"X-Amz-Date": stamp} | ({"X-Amz-Security-Token": key.token} if key.token else {})
    request = AWSRequest(method=method, url=url, headers={**headers, **own}, data=body)
    request.context["timestamp"] = stamp
    signer = SigV4Auth(_Credentials(key), service, region(url))
    names = signer.signed_headers(signer.headers_to_sign(request))
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    who = f"Credential={signer.scope(request)}, SignedHeaders={names}, Signature={signature}"
    return [*own.items(), ("Authorization", f"AWS4-HMAC-SHA256 {who}")]


class _Credentials:
    """A key by botocore's names."""

    def __init__(self, key: Key) -> None:
        self.access_key, self.secret_key, self.token = key.id, key.secret, key.token
