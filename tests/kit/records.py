"""What the tests of the store keep: the fields of a purchase, whose key belongs to its request and its source."""

from pathlib import Path
from typing import Any

from kit.clock import Clock
from voicekit import _wire
from voicekit._plan import bytes_key
from voicekit._store import Record, Remote, Store
from voicekit.model import Mark

REQUEST_KEY = _wire.digest(b"request")
SOURCE = "google"
KEY = bytes_key(REQUEST_KEY, SOURCE)
FIELDS: dict[str, Any] = {
    "request_key": REQUEST_KEY,
    "source": SOURCE,
    "provider": "google-302ai",
    "endpoint": "302ai",
    "encoding": "MULAW",
    "sample_rate": 8_000,
    "duration": 1.25,
    "characters_billed": 12,
    "request": {"method": "POST", "path": "/x", "query": {"a": "b"}, "body": {"text": "Grüße", "rate": 0.96}},
    "marks": (Mark("here", 0.5),),
}


def numbered(number: int, source: str = SOURCE) -> dict[str, Any]:
    """Return the fields of one of many purchases, its key among them."""
    request_key = _wire.digest(b"%d" % number)
    return FIELDS | {"key": bytes_key(request_key, source), "request_key": request_key, "source": source}


def store(root: Path, remote: Remote | None = None) -> Store:
    """Open a store whose clock stands still."""
    return Store(root, remote, now=Clock().now)


def keep(into: Store, data: bytes, key: str = KEY, **changes: Any) -> Record:
    return into.keep(data, **(FIELDS | {"key": key} | changes))


def object_file(root: Path, record: Record) -> Path:
    return root / "objects" / record.digest[:2] / record.digest


def result_file(root: Path, key: str = KEY) -> Path:
    return root / "results" / key[:2] / f"{key}.json"


def names(root: Path) -> set[str]:
    """List every file and link below a folder."""
    return {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir() or path.is_symlink()}
