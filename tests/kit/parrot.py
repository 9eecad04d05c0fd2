"""A vendor that knows every canary and repeats it: in its words, headers, addresses, names and sounds.

It stands for the proxy that quotes the request in its error page, the gateway that logs into a header, and for whoever holds the key
already and would like it to be kept. Beside its own faults it has all those of the fault server, with the same headers on them.

The first segment of the path names a fault and, after a ``~``, the variable whose credential is repeated: a vendor knows its own.
With it come AWS's own, which lie in the same environment.
"""

import asyncio
import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from kit.canaries import every_form, secrets_of
from kit.fault_server import ANSWERS, FaultServer, Heard, answer
from kit.speaker import tone

AWS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
FORMS = len(every_form("x"))
PADS = (0, 230, 255, 270, 285, 297)  # characters before a quote, so that a cut after 300 falls into it
SOUND = tone(0.2, 24_000)


def tagged(text: str) -> bytes:
    """Return a sound whose file says something in a comment."""
    words = text.encode() + bytes(2 - len(text) % 2)
    info = b"INFOICMT" + len(words).to_bytes(4, "little") + words
    chunk = b"LIST" + len(info).to_bytes(4, "little") + info
    return SOUND[:4] + (len(SOUND) - 8 + len(chunk)).to_bytes(4, "little") + SOUND[8:] + chunk


def _words(text: str) -> dict[str, Any]:
    """Write an error in the shapes of all vendors at once."""
    return {"error": {"message": text, "code": 401}, "message": text, "detail": {"message": text, "status": text},
            "base_resp": {"status_code": 1004, "status_msg": text}, "Message": text, "__type": text}  # fmt: skip


def _json(data: Any, **how: Any) -> bytes:
    # The quotes are in JSON's form already where they are meant to be; the rest is written once more.
    return answer(json.dumps(data).encode(), **how)


class Parrot(FaultServer):
    """The server.

    Attributes:
        usual: The variable whose credential is repeated where the path does not say.
    """

    usual = ""
    knows = ""

    @staticmethod
    def names() -> Iterator[str]:
        """Give the names of its own faults."""
        yield from _SAID
        yield from (f"words-{status}" for status in (400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 503))
        yield from (f"cut-{pad}-{form}" for pad in PADS for form in range(FORMS))

    @property
    def secrets(self) -> tuple[str, ...]:
        """What it repeats, the vendor's own first."""
        return tuple(secret for name in (self.knows, *AWS) if name for secret in secrets_of(name))

    @property
    def first(self) -> str:
        """Each of the secrets in turn."""
        return self.secrets[len(self.heard) % len(self.secrets)]

    @property
    def quoted(self) -> str:
        """One of the secrets as an address holds it."""
        return quote(self.first, safe="")

    @property
    def quotes(self) -> list[str]:
        """Every secret in every form."""
        return [form for secret in self.secrets for form in every_form(secret)]

    async def _answer(self, writer: asyncio.StreamWriter, heard: Heard) -> None:
        named, _, knows = heard.target.split("/")[1].partition("?")[0].partition("~")
        fault = self.queue.pop(0) if self.queue else named
        self.knows = knows or self.usual
        data = self._said(fault, heard)
        if data is None:
            self.queue.insert(0, fault)
            await super()._answer(writer, heard)
            return
        self._count(heard, taken=data[9:10] == b"2", lost=False)
        writer.write(self._quoting(data))
        await writer.drain()

    def _bytes(self, fault: str) -> bytes:
        return self._quoting(super()._bytes(fault))

    def _quoting(self, data: bytes) -> bytes:
        """Put the quotes into the head of an answer: its reason, and headers that somebody might show."""
        line, end, rest = data.partition(b"\r\n")
        if not line.startswith(b"HTTP/1.1 ") or not end:
            return data
        shown = (
            "Server",
            "Via",
            "Set-Cookie",
            "WWW-Authenticate",
            "Link",
            "X-Request-Id",
            "ETag",
            "Content-Disposition",
        )
        headers = [f"{name}: {self.secrets[number % len(self.secrets)]}" for number, name in enumerate(shown)]
        headers += [f"X-Quote-{number}: {form}" for number, form in enumerate(self.quotes)]
        if b"Retry-After" not in rest:
            headers.append(f"Retry-After: {self.first}")
        return b"%b %b\r\n%b\r\n%b" % (line[:12], self.first.encode(), "\r\n".join(headers).encode(), rest)

    def _said(self, fault: str, heard: Heard) -> bytes | None:
        if fault in _SAID:
            return _SAID[fault](self, heard)
        name, *rest = fault.split("-")
        if name == "words" and rest:
            return _json(_words(" ".join(self.quotes)), status=int(rest[0]))
        if name == "cut" and rest:
            form = every_form(self.first)[int(rest[1])]
            body = json.dumps(_words("x" * int(rest[0]) + "QUOTE")).replace("QUOTE", _escaped(form))
            return answer(body.encode(), status=401)
        return None

    def good(self, heard: Heard, sound: bytes = SOUND, *, marks: str = "here") -> bytes:
        """Answer as the vendor does whose path was asked for."""
        path = heard.target.partition("?")[0]
        if "text-synthesize" in path or "text:synthesize" in path:
            said = {
                "audioContent": base64.b64encode(sound).decode(),
                "timepoints": [{"markName": marks, "timeSeconds": 0.1}],
            }
            return _json(said)
        if "/302/v2/audio/tts" in path:
            return _json({"task_id": "t-1", "status": "pending"})
        if "/302/v2/audio/fetch" in path:
            return _json(
                {
                    "task_id": "t-1",
                    "status": "completed",
                    "audio_url": f"{self.origin}/right~{self.knows}/{marks}.wav",
                }
            )
        if "/mill/" in path and heard.method == "POST":
            return _json({"task": marks, "state": "milling"})
        if "/mill/" in path:
            return _json({"state": "done", "sound": base64.b64encode(sound).decode()})
        if path.endswith("/v1/speech"):
            return answer(sound[44:] if sound == SOUND else sound, kind="audio/pcm")
        return answer(sound, kind="audio/wav")


def _escaped(text: str) -> str:
    """Write a quote into JSON, unless it is in JSON's own form."""
    return text if "\\u" in text else json.dumps(text)[1:-1]


def _link(url: str) -> bytes:
    sound = {
        "audioContent": url,
        "audio_url": url,
        "task_id": "t-1",
        "status": "completed",
        "url": url,
        "state": "done",
    }
    return _json(sound)


_SAID: Mapping[str, Callable[[Parrot, Heard], bytes]] = {
    "right": lambda parrot, heard: parrot.good(heard),
    "page": lambda parrot, _: answer(" ".join(parrot.quotes).encode(), kind="text/html"),
    "page-401": lambda parrot, _: answer(" ".join(parrot.quotes).encode(), kind="text/html", status=401),
    "xml-403": lambda parrot, _: answer(f"<Message>{' '.join(parrot.quotes)}</Message>".encode(), kind="text/xml", status=403),
    "list-400": lambda parrot, _: _json(parrot.quotes, status=400),
    "no-sound": lambda parrot, _: _json(_words(" ".join(parrot.quotes))),
    "type-raw": lambda parrot, _: answer(SOUND, kind=parrot.first),
    "type-cut": lambda parrot, _: answer(SOUND, kind=f"{'x' * 40}/{parrot.first}"),
    "type-sound": lambda parrot, _: answer(SOUND, kind=f"audio/{parrot.first}"),
    "marks": lambda parrot, heard: parrot.good(heard, marks=parrot.first),
    "marks-64": lambda parrot, heard: parrot.good(heard, marks=every_form(parrot.first)[1]),
    "marks-url": lambda parrot, heard: parrot.good(heard, marks=every_form(parrot.first)[2]),
    "marks-cut": lambda parrot, heard: parrot.good(heard, marks=every_form(parrot.first)[4]),
    "tag": lambda parrot, heard: parrot.good(heard, tagged(parrot.first)),
    "tag-64": lambda parrot, heard: parrot.good(heard, tagged(every_form(parrot.first)[7])),
    "failed-task": lambda parrot, _: _json({"task_id": "t-1", "status": "failed", "error": "x" * 270 + parrot.first, "state": "failed"}),
    "task-named": lambda parrot, _: _json({"task_id": parrot.first, "status": "pending", "task": parrot.first, "state": "milling"}),
    "state-named": lambda parrot, _: _json({"task_id": "t-1", "status": parrot.first, "state": parrot.first, "task": "t-1"}),
    "link-own": lambda parrot, _: _link(f"{parrot.origin}/404~{parrot.knows}/{parrot.quoted}.wav?key={parrot.quoted}"),
    "link-away": lambda parrot, _: _link(f"https://evil.example/{parrot.quoted}"),
    "link-host": lambda parrot, _: _link(f"https://{'x' * 50}.{_plain(parrot.first)}.example/a.wav"),
    "link-user": lambda parrot, _: _link(f"https://{parrot.quoted}@file.302.ai/a.wav"),
    "link-broken": lambda parrot, _: _link(f"http://[{parrot.first}"),
    "link-moved": lambda parrot, _: _link(f"{parrot.origin}/moved-away~{parrot.knows}/a.wav"),
    "link-page": lambda parrot, _: _link(f"{parrot.origin}/page~{parrot.knows}/a.wav"),
    "link-tag": lambda parrot, _: _link(f"{parrot.origin}/tagged~{parrot.knows}/a.wav"),
    "tagged": lambda parrot, _: answer(tagged(parrot.first), kind="audio/wav"),
    "moved-away": lambda parrot, _: answer(b"", status=302, Location=f"https://evil.example/?key={parrot.quoted}"),
    "moved-own": lambda parrot, _: answer(b"", status=307, Location=f"{parrot.origin}/right~{parrot.knows}/{parrot.quoted}"),
}  # fmt: skip


def _plain(secret: str) -> str:
    return "".join(letter for letter in secret if letter.isalnum())


WAITING = ("silent", "drip-headers", "drip-body", "silent-in-head", "silent-in-body")


def every_fault() -> list[str]:
    """Return the names of all faults that take no time: the fault server's, with quotes on them, and the parrot's own."""
    plain = [
        "reset-after",
        "endless",
        "echo",
        "loop",
        "302",
        "307",
        "400",
        "401",
        "403",
        "404",
        "429:1",
        "500",
        "503",
    ]
    linked = [
        "link:file",
        "link:404",
        "link:inward",
        "link:html",
        "link:reset-after",
        "link:loop",
        "link:503",
    ]
    return [*(name for name in ANSWERS if name not in {"task", "failed"}), *plain, *linked, *Parrot.names()]
