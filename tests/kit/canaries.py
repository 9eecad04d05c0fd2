"""Secrets that sing: values that are looked for, in every form that they could take, wherever something was written.

A form of a canary is looked for by its halves, so that one that was cut off in the middle is found too.
"""

import base64
import json
import logging
import string
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from attrs import field, frozen, mutable

from voicekit.errors import VoicekitError

# Every form of them differs: what JSON, an address and base64 make of the signs in them.
CANARIES: Mapping[str, str] = {
    "CANARY_BEARER": 'sk-7Kz"qL+mN2/xR8=vW\\T3<yU6&bJ9?cF4#hG1>pD5%aS0',
    "CANARY_HEADER": 'xi-4Vb"nM+kQ9/wE2=rT\\Y7<uI5&oP1?zX8#cL3>vB6%nH0',
    "CANARY_AWS": 'AKIACANARY00000002:Jq8/Lw+Zt"Rk5=Hs\\Vd<Nf2&Mx7?Pc4#By9:Fw1/Gu+Xe"Ki6=Qo\\Tz<Ra3&Wl8?Yv5#Dn0',
    "AWS_SECRET_ACCESS_KEY": 'Uc3/Se+Ob"Ip9=Mj\\Lk<Wh6&Zg1?Tf4#Ay7%Qx2>Nv5',
    "AWS_SESSION_TOKEN": 'Bd6/Rn+Gm"Yj2=Kf\\Ew<Hq9&Vs4?Cp7#Ul0%Zt3>Xo8',
    "AWS_ACCESS_KEY_ID": "AKIACANARY00000001",
}
_NO_SECRETS = {"AWS_ACCESS_KEY_ID"}  # a name; AWS's own tools show it
_PLAIN = frozenset(string.ascii_letters + string.digits)
FORMS = ("raw", "base64", "URL", "JSON")


def secrets() -> Iterator[str]:
    """Give what nobody may see: of an access key with its secret and its token, the last two."""
    for name in CANARIES:
        yield from secrets_of(name)


def secrets_of(name: str) -> list[str]:
    """Return what nobody may see of one variable."""
    value = CANARIES[name]
    return [] if name in _NO_SECRETS else value.split(":")[1:] or [value]


@cache
def needles() -> Mapping[str, tuple[bytes, ...]]:
    """Return what is looked for, by form: in small letters, but for base64, whose letters differ by their size."""
    halves = [
        part for secret in secrets() for part in (secret[: len(secret) // 2], secret[len(secret) // 2 :])
    ]
    return {
        "raw": tuple(half.lower().encode() for half in halves),
        "base64": tuple(word for half in halves for word in _in_base64(half.encode())),
        "URL": tuple(word.lower().encode() for half in halves for word in (quote(half, safe=""), quote(half), quote_plus(half))),
        "JSON": tuple(word.lower().encode() for half in halves for word in _in_json(half)),
    }  # fmt: skip


def _in_base64(data: bytes) -> Iterator[bytes]:
    """Give the letters that `data` alone decides, wherever it begins within three bytes, in both alphabets."""
    for shift in range(3):
        first, last = -(-shift * 8 // 6), (shift + len(data)) * 8 // 6
        for write in (base64.b64encode, base64.urlsafe_b64encode):
            yield write(bytes(shift) + data)[first:last]


def _in_json(text: str) -> Iterator[str]:
    plain = json.dumps(text)[1:-1]
    yield plain
    yield plain.replace("/", "\\/")
    yield "".join(letter if letter in _PLAIN else f"\\u{ord(letter):04x}" for letter in text)
    yield "".join(f"\\u{ord(letter):04x}" for letter in text)
    yield repr(text)[1:-1]


def find(data: bytes) -> Iterator[str]:
    """Give the forms in which a canary stands in some bytes."""
    small = data.lower()
    for form, words in needles().items():
        place = data if form == "base64" else small
        if any(word in place for word in words):
            yield form


@mutable
class Sweep:
    """What was searched, and what was found.

    Attributes:
        places: How many sinks were looked at in all their forms.
        found: Scenario, sink and form of each canary.
    """

    places: int = 0
    searched: int = 0
    found: list[tuple[str, str, str]] = field(factory=list)

    def look(self, scenario: str, sink: str, data: bytes | str) -> None:
        """Search one sink in every form."""
        data = data.encode(errors="surrogatepass") if isinstance(data, str) else data
        self.places += len(FORMS)
        self.searched += len(data)
        self.found += [(scenario, sink, form) for form in find(data)]

    def look_below(self, scenario: str, root: Path) -> None:
        """Search every file below a folder, by the part of the project that it belongs to, and the names of all."""
        parts: dict[str, list[bytes]] = {"names of files": []}
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root)
            parts["names of files"].append(str(inside).encode())
            if path.is_file():
                sink = "/".join(inside.parts[: 2 if inside.parts[0].startswith(".") else 1])
                parts.setdefault(sink, []).append(path.read_bytes())
        for sink, contents in parts.items():
            self.look(scenario, sink, b"\n".join(contents))


@frozen
class Witness:
    """What a run left in memory: what it logged, and the errors that it raised."""

    records: list[logging.LogRecord] = field(factory=list)
    errors: list[BaseException] = field(factory=list)

    def logged(self) -> str:
        """Return every record as a careful and as a careless handler writes it, and forget it."""
        plain = logging.Formatter("%(name)s %(message)s")
        text = "\n".join(
            f"{plain.format(record)} {record.args!r} {record.__dict__!r}" for record in self.records
        )
        self.records.clear()
        return text

    def raised(self) -> str:
        """Return every error with its traceback and the locals of each frame, and forget it."""
        text = "\n".join("".join(_told(error)) for error in self.errors)
        self.errors.clear()
        return text


def _told(error: BaseException) -> Iterator[str]:
    """Tell an error, and what it came from, hidden or not."""
    seen: list[BaseException] = []
    following: list[BaseException | None] = [error]
    while following:
        one = following.pop()
        if one is None or one in seen:
            continue
        seen.append(one)
        yield from traceback.TracebackException.from_exception(one, capture_locals=True).format()
        yield repr(one)
        following += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]


class _Handler(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.DEBUG)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


@contextmanager
def witnessed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Witness]:
    """Watch every logger at DEBUG, and every error of ours from the moment that it is made."""
    seen, root = Witness(), logging.getLogger()
    loggers = [root, *(one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger))]
    levels = {one: one.level for one in loggers}
    handler, make = _Handler(seen.records), VoicekitError.__init__

    def made(error: VoicekitError, *values: object) -> None:
        make(error, *values)  # type: ignore[arg-type]
        seen.errors.append(error)

    monkeypatch.setattr(VoicekitError, "__init__", made)
    root.addHandler(handler)
    for one in loggers:
        one.setLevel(logging.DEBUG)
    try:
        yield seen
    finally:
        root.removeHandler(handler)
        for one, level in levels.items():
            one.setLevel(level)


def every_form(secret: str) -> list[str]:
    """Give a secret as a careless vendor might quote it."""
    plain = secret.encode()
    return [secret, base64.b64encode(b"Bearer " + plain).decode(), quote(secret, safe=""), json.dumps(secret)[1:-1],
            "".join(f"\\u{ord(letter):04x}" for letter in secret), quote(secret, safe="").lower(), secret.upper(),
            base64.urlsafe_b64encode(b"x:" + plain).decode()]  # fmt: skip
