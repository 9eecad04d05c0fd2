"""`store:` of `voicekit.yaml`: the store that several machines share. What may be secret is refused, and never repeated."""

import re
from collections.abc import Mapping
from typing import Any
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
_SECRET = re.compile(
    "secret|token|pass|cred|signature|sas|key", re.IGNORECASE
)  # of names that are not taken anyway
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
    inner.finish()
    if url is None:
        return None
    wrong = _wrong_address(url)
    if wrong:
        inner.problem("url", *wrong)
        return None
    scheme = url.partition("://")[0] if "://" in url else ""
    return StoreConfig(url, read_only, _options(options, OPTIONS[scheme]), inner.place("url"))


def _wrong_address(url: str) -> tuple[str, str] | None:
    """Return what is wrong with the address of a store, without repeating it, and what to do; None where it is fine."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        return ("is not a path", _ADDRESS) if "\0" in url else None
    if scheme in {"http", "https"}:
        remedy = "write s3://bucket/prefix, and this address as `endpoint` among its `options`"
        return "is no kind of address that a store can have", remedy
    if scheme not in OPTIONS:
        remedy = nearest(f"{scheme}://"[:20], [f"{known}://" for known in OPTIONS if known])
        return "is no kind of address that a store can have", remedy
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port is None and ".." not in parts.path.split("/")
    except ValueError:
        return "is not an address", _ADDRESS
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        return "holds more than a bucket and a prefix, and may hold a secret", _ENVIRONMENT
    if scheme == "file":
        remedy = "write file:///path/to/folder, or the path alone"
        return None if rest.startswith("/") else ("is not the address of a folder", remedy)
    return None if named else ("names no bucket", _ADDRESS)


def _options(fields: Fields, known: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Read the settings of a bucket's client, as text."""
    found = {}
    for name in fields.data:
        value = fields.take(name)
        if isinstance(value, bool) and name in known:
            found[name] = str(value).lower()
            continue
        wrong = _wrong_option(name, value, known)
        if wrong:
            fields.problem(name, *wrong)
        else:
            found[name] = value.rstrip("/") if name == "endpoint" else value
    return tuple(sorted(found.items()))


def _wrong_option(name: str, value: Any, known: tuple[str, ...]) -> tuple[str, str] | None:
    if name not in known and _SECRET.search(name):
        return "may be a secret, and a project's files are no place for one", _ENVIRONMENT
    if name not in known:
        return "unknown key", nearest(name, known, none="a folder takes no options")
    if not isinstance(value, str):
        return f"expected text, found {kind(value)}", "put it in quotes if it is text"
    if not value.strip():
        return "is blank", "write something, or leave the key out"
    if name == "endpoint" and not _is_address(value):
        return (
            "is not an address",
            "write scheme, host and perhaps port and path: https://storage.example.com",
        )
    return None


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and " " not in text
    return fine and plain and not (parts.username or parts.password or parts.query or parts.fragment)
