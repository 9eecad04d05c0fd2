"""The local server in a process of its own, with a test's voice, short deadlines, and any warning an error."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from kit.local_server import PATH, body

REPOSITORY = Path(__file__).parent.parent.parent
DEADLINE = 0.5  # seconds for a head, and for reading an answer
BODY_DEADLINE = 1.0

PROGRAM = f"""
import asyncio, sys
from kit.mill import MILL
from kit.speaker import ToneSpeaker
from voicekit import providers
from voicekit._server import bodies, listen, make_app, read_manners, serve
listen.HEAD_SECONDS = listen.READ_SECONDS = {DEADLINE}
listen.READ_RATE = 100e6
bodies.BODY_SECONDS = {BODY_DEADLINE}
members = {{**providers.find(), MILL.name: MILL}}
providers.find = lambda: members
pause, *faults = sys.argv[1:]
app = make_app(ToneSpeaker(pause=float(pause)).speak, voices=(), manners=read_manners(faults=faults))

async def story():
    ready = lambda port: print(port, flush=True)
    await serve(app, "127.0.0.1", 0, on_ready=ready, on_stop=app.stop)
    await app.aclose()

asyncio.run(story())
"""


def request() -> bytes:
    """Return a whole request for something to be spoken."""
    content = json.dumps(body()).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


@contextlib.contextmanager
def running(
    pause: float = 0.0, *faults: str, program: str = PROGRAM
) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """Run a server until the block ends, and yield its process and port.

    Args:
        pause: Seconds that the voice takes.
        faults: What goes wrong on purpose.
        program: Another program that serves.
    """
    command = [sys.executable, "-W", "error", "-c", program, str(pause), *faults]
    paths = {"PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'tests'}"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=paths
    ) as process:
        try:
            assert process.stdout is not None
            yield process, int(process.stdout.readline())
        finally:
            process.kill()
