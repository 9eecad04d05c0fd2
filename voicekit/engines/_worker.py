"""The frame of every engine worker: length-prefixed messages over stdin and stdout. Imports the standard library only.

Runs as a script, ``python _worker.py LIBRARY_FILE ARGUMENT…``: loads the member's own file by its path, calls its
``open(*arguments)`` and answers each request with the function that comes back. It is also imported by `_pool`, so
that both ends share one definition of a frame. A worker ends when stdin does, however its parent died.
"""

import importlib.util
import json
import os
import signal
import struct
import sys
from collections.abc import Callable
from typing import IO, Any

Header = dict[str, Any]
Answer = Callable[[Header], tuple[Header, bytes]]

HEADER_BYTES = 4_000_000
_SIZES = struct.Struct(">II")


class BrokenFrame(Exception):
    """What came over the pipe is not a whole frame within its bounds."""


def write_frame(stream: IO[bytes], header: Header, body: bytes = b"") -> None:
    """Write one frame: two sizes (big-endian, 32 bits), a JSON header, a body."""
    head = json.dumps(header, separators=(",", ":")).encode()
    stream.write(_SIZES.pack(len(head), len(body)) + head)
    stream.write(body)
    stream.flush()


def read_frame(stream: IO[bytes], body_bytes: int = 0) -> tuple[Header, bytes] | None:
    """Read one frame, or None at the end of the stream.

    Args:
        stream: A buffered binary stream.
        body_bytes: The largest body that is accepted.

    Raises:
        BrokenFrame: The frame is cut off, or larger than its bounds.
    """
    sizes = stream.read(_SIZES.size)
    if not sizes:
        return None
    if len(sizes) < _SIZES.size:
        raise BrokenFrame("the stream ended inside a frame")
    head_size, body_size = _SIZES.unpack(sizes)
    if head_size > HEADER_BYTES or body_size > body_bytes:
        raise BrokenFrame("a frame is larger than its bound")
    head, body = stream.read(head_size), stream.read(body_size)
    if len(head) < head_size or len(body) < body_size:
        raise BrokenFrame("the stream ended inside a frame")
    return json.loads(head), body


def serve(answer: Answer, requests: IO[bytes], replies: IO[bytes]) -> None:
    """Answer requests until they end. A request's ``seconds`` is the most that it may take."""
    while (frame := read_frame(requests)) is not None:
        header, _ = frame
        _alarm(header.get("seconds", 0))
        reply, body = answer(header)
        _alarm(0)
        write_frame(replies, reply, body)


def _alarm(seconds: float) -> None:
    # The parent kills a late worker; this ends one whose parent is gone before it can.
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _load(path: str) -> Any:
    spec = importlib.util.spec_from_file_location("member", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(path: str, *arguments: str) -> None:
    """Run one worker over this process's stdin and stdout."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a C library prints must not reach the frames
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when a run is interrupted
    try:
        serve(_load(path).open(*arguments), sys.stdin.buffer, replies)
    except BrokenPipeError:
        os._exit(0)  # nobody is left to answer


if __name__ == "__main__":
    main(*sys.argv[1:])
