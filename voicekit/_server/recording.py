"""Exchanges kept in a file, and answers from such a file. Imports _files, _wire, model and errors.

A line is one exchange as JSON, without any credential. A request is told by what it says and not by how: the order of its
query and of its JSON's keys does not count. What was asked for several times is answered in the order of the recording,
and the last answer stays: so a task that was polled is done after as many questions as then.
"""

import base64
import re
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from voicekit import _files, _wire
from voicekit._server.fault_replies import BODILESS
from voicekit.errors import ConfigError, Place
from voicekit.model import Call, Reply

SCHEMA: Final = "voicekit.exchange/1"
RECORDING_BYTES: Final = 512_000_000
BASE: Final = (
    b"http://recorded.voicekit/"  # stands for the server's own address, which another run does not have
)
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_VALUE = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")  # no more of RFC 9110, 5.5, than every server can write
# What belongs to the connection that an answer once came by (RFC 9110, 7.6.1), or tells of its body, which is told elsewhere.
_NOT_ITS_OWN = frozenset({
    "connection", "content-length", "content-type", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
})  # fmt: skip


def request_key(provider: str | None, call: Call) -> str:
    """Return what tells a request from others."""
    try:
        body = _wire.canonical(_wire.parse(call.body))
    except ValueError:
        body = call.body
    said = [
        provider,
        call.method,
        call.path,
        sorted(map(list, call.query)),
        sorted([name.lower(), value] for name, value in call.headers),
        _wire.digest(body),
    ]
    return _wire.digest(_wire.compact(said))


class Recorder:
    """Writes exchanges to the end of a file."""

    def __init__(self, path: Path) -> None:
        """Look at the file.

        Raises:
            ConfigError: It is there and holds something else.
            HostError: It cannot be written.
        """
        self._root, self._name = path.absolute().parent, path.name
        if path.exists() and path.stat().st_size:
            Recording(path)
        _files.append(self._root, self._name, b"")

    def add(self, provider: str | None, call: Call, reply: Reply, base: str) -> None:
        """Add one exchange.

        Args:
            provider: Whose it is; None for a file.
            call: The request, without credentials.
            reply: The answer.
            base: The server's own address, which links begin with.
        """
        request = {
            "method": call.method,
            "path": call.path,
            "query": [list(pair) for pair in call.query],
            "headers": dict(call.headers),
            "content_type": call.content_type,
            **_written(call.body),
        }
        answer = {
            "status": reply.status,
            "content_type": reply.content_type,
            "headers": [list(pair) for pair in reply.headers],
            **_written(reply.body.replace(base.encode(), BASE)),
        }
        line = {"schema": SCHEMA, "provider": provider, "request": request, "response": answer}
        _files.append(self._root, self._name, _wire.compact(line) + b"\n")


class Recording:
    """The exchanges of a file."""

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            ConfigError: A line is no exchange; names it.
            HostError: The disk does not give it.
        """
        self.name = str(path)
        self._answers: dict[str, deque[Reply]] = {}
        lines = _files.read(path, RECORDING_BYTES).split(b"\n")
        for number, line in enumerate(lines, 1):
            if line.strip():
                key, reply = self._read(line, number)
                self._answers.setdefault(key, deque()).append(reply)

    def answer(self, provider: str | None, call: Call, base: str) -> Reply | None:
        """Return what a request was answered with, the next time that it is asked; None where it never was."""
        found = self._answers.get(request_key(provider, call))
        if not found:
            return None
        reply = found.popleft() if len(found) > 1 else found[0]
        body = reply.body.replace(BASE, base.encode())
        return Reply(reply.status, reply.content_type, body, reply.headers)

    def _read(self, line: bytes, number: int) -> tuple[str, Reply]:
        try:
            return _exchange(_wire.parse(line))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ConfigError.of(
                f"not an exchange of {SCHEMA}",
                place=Place(self.name, number),
                remedy="name a file that `voicekit serve --record` wrote",
            ) from None


def _exchange(data: Any) -> tuple[str, Reply]:
    """Read one exchange: what tells the request, and the answer."""
    if data["schema"] != SCHEMA:
        raise ValueError(data["schema"])
    asked, told = data["request"], data["response"]
    call = Call(
        method=_text(asked["method"]),
        path=_text(asked["path"]),
        query=_pairs(asked["query"]),
        body=_read_back(asked),
        content_type=_text(asked["content_type"]),
        headers=_pairs(asked["headers"].items()),
    )
    return request_key(data["provider"], call), _reply(told)


def _reply(told: Mapping[str, Any]) -> Reply:
    """Read an answer, of which a file may say what no server can write."""
    status, kind, body, headers = (
        told["status"],
        told["content_type"],
        _read_back(told),
        _pairs(told["headers"]),
    )
    if type(status) is not int or not 200 <= status <= 599 or (body and status in BODILESS):
        raise ValueError("status")
    if not _VALUE.fullmatch(kind) or not all(
        _NAME.fullmatch(name) and _VALUE.fullmatch(value) for name, value in headers
    ):
        raise ValueError("headers")
    return Reply(status, kind, body, tuple(pair for pair in headers if pair[0].lower() not in _NOT_ITS_OWN))


def _written(body: bytes) -> dict[str, str]:
    """Write a body as text where it is some, which people can read, and in base64 otherwise."""
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def _read_back(data: Mapping[str, Any]) -> bytes:
    if "base64" in data:
        return base64.b64decode(_text(data["base64"]), validate=True)
    return _text(data["body"]).encode()


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _pairs(values: Iterable[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((_text(name), _text(value)) for name, value in values)
