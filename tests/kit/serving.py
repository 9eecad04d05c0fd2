"""`voicekit serve` in a process of its own, and what it says that it was asked."""

import json
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from attrs import frozen

from kit.story import voicekit_command


@frozen
class Server:
    """A running server."""

    address: str
    process: "subprocess.Popen[str]"

    def asked(self) -> dict[str, Any]:
        """Return what the server says of its requests."""
        with urllib.request.urlopen(f"{self.address}/_voicekit/requests", timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    @property
    def count(self) -> int:
        """How many requests were answered with a sound since the last `forget`."""
        accepted: int = self.asked()["accepted"]
        return accepted

    def forget(self) -> None:
        """Begin to count anew."""
        request = urllib.request.Request(f"{self.address}/_voicekit/requests", method="DELETE")
        urllib.request.urlopen(request, timeout=10).close()


@contextmanager
def serving(*flags: str, seconds: float = 600.0) -> Iterator[Server]:
    """Serve on a free port until the block ends; the server must then end with 0.

    Args:
        flags: Of `voicekit serve`.
        seconds: After which it is killed.
    """
    command = [*voicekit_command(), "serve", "--port", "0", *flags]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    watchdog = threading.Timer(seconds, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        yield Server(process.stdout.readline().split()[-1], process)
    finally:
        process.terminate()
        code = process.wait(30)
        assert process.stdout is not None
        process.stdout.close()
        watchdog.cancel()
    assert code == 0
