"""`store:` of `voicekit.yaml`: the store that several machines share. What may be secret is refused, and never repeated."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from voicekit._load.fields import Fields, kind, nearest
from voicekit.model import StoreConfig

# What each kind of bucket takes, by the names of its client, obstore. Credentials are not among them, on purpose.
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "s3": ("endpoint", "region", "skip_signature", "virtual_hosted_style_request"),
    "gs": ("endpoint", "skip_signature"),
    "az": ("account_name", "endpoint", "skip_signature", "use_emulator"),
    "file": (),
    "": (),
}
_SCHEMES = [f"{scheme}://" for scheme in OPTIONS if scheme]
_SECRET = re.compile(
    r"secret|token|passw|credential|signature|(^|_)(sas|key|keys)(_|$)|access_?key", re.IGNORECASE
)
_ENVIRONMENT = "take it out, and set it in the environment: AWS_…, GOOGLE_… or AZURE_…"
_ADDRESS = "write s3://bucket/prefix, gs://…, az://container/prefix, or the path of a folder"


def read_store(top: Fields) -> StoreConfig | None:
    """Read where a project shares its store; None where it does not."""
    if not top.has("store"):
        top.take("store")
        return None
    inner = top.mapping("store")
    url = inner.text("url", required=True)
    read_only = bool(inner.boolean("read_only"))
    options = inner.mapping("options")
    config = None
    if url is not None and _fits(inner, url):
        config = StoreConfig(url, read_only, place=inner.place("url"))
        config = StoreConfig(url, read_only, _options(options, OPTIONS[config.scheme]), inner.place("url"))
    inner.finish()
    return config


def _fits(fields: Fields, url: str) -> bool:
    """Whether a store can be at an address; what is wrong is noted without repeating it."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        if "\0" in url:
            fields.problem("url", "is not a path", _ADDRESS)
        return "\0" not in url
    if scheme not in OPTIONS:
        remedy = nearest(f"{scheme}://"[:20], _SCHEMES)
        if scheme in {"http", "https"}:
            remedy = "write s3://bucket/prefix, and this address as `endpoint` among its `options`"
        fields.problem("url", "is no kind of address that a store can have", remedy)
        return False
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port is None
    except ValueError:
        fields.problem("url", "is not an address", _ADDRESS)
        return False
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        fields.problem("url", "holds more than a bucket and a prefix, and may hold a secret", _ENVIRONMENT)
        return False
    if scheme == "file":
        if parts.netloc or not rest.startswith("/"):
            fields.problem(
                "url", "is not the address of a folder", "write file:///path/to/folder, or the path alone"
            )
            return False
    elif not named or ".." in parts.path.split("/"):
        fields.problem("url", "names no bucket", _ADDRESS)
        return False
    return True


def _options(fields: Fields, known: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    found = {}
    for name in fields.data:
        value = fields.take(name)
        if name not in known:
            if _SECRET.search(name):
                fields.problem(
                    name, "may be a secret, and a project's files are no place for one", _ENVIRONMENT
                )
            else:
                fields.problem(name, "unknown key", nearest(name, known, none="a folder takes no options"))
        elif isinstance(value, bool):
            found[name] = str(value).lower()
        elif not isinstance(value, str) or not value.strip():
            fields.problem(name, f"expected text, found {kind(value)}", "put it in quotes if it is text")
        elif name == "endpoint" and not _is_address(value):
            remedy = "write scheme, host and perhaps port and path: https://storage.example.com"
            fields.problem(name, "is not an address", remedy)
        else:
            found[name] = value.rstrip("/") if name == "endpoint" else value
    return tuple(sorted(found.items()))


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and " " not in text
    return fine and plain and not (parts.username or parts.password or parts.query or parts.fragment)
