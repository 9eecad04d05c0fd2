"""A vendor on loopback that speaks the 302.AI Google wire, keeps books of what it accepted, and answers at once with a tone.

Its bill is kept here, and not in the program under test: what was accepted counts, whether or not the answer arrived.
"""

import base64
import hashlib
import io
import json
import math
import threading
import time
import wave
from array import array
from collections import Counter
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

RATE = 24_000  # Hz
PER_MILLION = 40.0  # USD for a million characters, by the vendor's page

PROJECT = """\
name: mill
packs: {phone: {prompts: prompts.yaml, profiles: [en]}}
endpoints: {vendor: {provider: google-302ai, url: "%s", credential: VENDOR_KEY}}
"""
ENVIRON = {"VENDOR_KEY": "k"}


@lru_cache(maxsize=1024)
def tone(text: str) -> bytes:
    """Return the sound of a text: always the same bytes, and other ones for another text."""
    hertz = 200 + int(hashlib.sha256(text.encode()).hexdigest(), 16) % 1_500
    count = round(RATE * (0.2 + 0.01 * len(text)))
    samples = array("h", (round(9_000 * math.sin(2 * math.pi * hertz * n / RATE)) for n in range(count)))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        sound.writeframes(samples.tobytes())
    return file.getvalue()


class Vendor:
    """The server, and what it accepted.

    Args:
        delay: Seconds between accepting and answering.
    """

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.accepted: Counter[str] = Counter()
        self.lost = 0  # answers that nobody was left to read
        self._alone = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.vendor = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def project(self) -> str:
        """The `voicekit.yaml` of a project that may ask it, as the endpoint ``vendor``."""
        return PROJECT % self.url

    @property
    def bill(self) -> float:
        """What was accepted so far, in USD."""
        with self._alone:
            return sum(len(text) * count for text, count in self.accepted.items()) * PER_MILLION / 1e6

    def count(self) -> Counter[str]:
        """Return how often each text was accepted so far."""
        with self._alone:
            return Counter(self.accepted)

    def take(self, text: str) -> None:
        """Accept a request: from here on it is charged."""
        with self._alone:
            self.accepted[text] += 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    vendor: Vendor

    def handle_error(self, *_: Any) -> None:
        """Say nothing: a client that is killed leaves its connection as it is."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        said: dict[str, Any] = json.loads(body)["input"]
        text = said.get("text") or said["ssml"]
        vendor = self.server.vendor
        vendor.take(text)
        time.sleep(vendor.delay)
        answer = json.dumps({"audioContent": base64.b64encode(tone(text)).decode()}).encode()
        try:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
        except OSError:
            vendor.lost += 1
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
