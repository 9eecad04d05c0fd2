"""A real S3 server on loopback, in a process of its own: moto's, with a bucket made for each test."""

import itertools
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from attrs import field, frozen

# What stands in the environment where credentials would; no message may ever show it.
CANARIES = {
    "AWS_ACCESS_KEY_ID": "AKIACANARY00000001",
    "AWS_SECRET_ACCESS_KEY": "canary-aws-secret",
    "AWS_SESSION_TOKEN": "canary-aws-session",
    "AZURE_STORAGE_ACCOUNT_KEY": "Y2FuYXJ5LWF6dXJlLWtleQ==",
}

_PROGRAM = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(*server.get_host_and_port(), flush=True)
sys.stdin.read()
"""


@frozen
class S3:
    """The server.

    Attributes:
        origin: Its address, for the option `endpoint`.
    """

    origin: str
    _numbers: Iterator[int] = field(factory=itertools.count)

    def make_bucket(self) -> str:
        """Make an empty bucket and return its name."""
        name = f"voicekit-{next(self._numbers)}"
        self.ask("PUT", name)
        return name

    def ask(self, method: str, path: str, data: bytes | None = None) -> bytes:
        """Send one request in the bucket owner's name, as a colleague with another tool would change things."""
        signed = "AWS4-HMAC-SHA256 Credential=x/20240101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x"
        headers = {"Authorization": signed, "Content-Type": "application/octet-stream"}
        request = urllib.request.Request(f"{self.origin}/{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return bytes(answer.read())


@contextmanager
def s3_server(environ: Mapping[str, str]) -> Iterator[S3]:
    """Start a server; it ends when its standard input does, and so with this process at the latest."""
    command = [sys.executable, "-c", _PROGRAM]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environ,
    )
    with process:
        assert process.stdout is not None
        host, _, port = process.stdout.readline().strip().partition(" ")
        try:
            yield S3(f"http://{host}:{port}")
        finally:
            process.kill()
