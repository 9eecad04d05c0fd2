"""Rendering behind a fence: a child process with its own bounds of memory and time, for templates that are not the user's own.

The child is started clean, not forked: without this process's memory, its environment or its open files. What it answers is
read as what a stranger wrote. Imports errors, _limits and this room's `inside`. Linux only: nowhere else is memory bounded.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

from attrs import asdict

from voicekit import _limits as limits
from voicekit._render import fenced
from voicekit._render.inside import Order
from voicekit._render.source_map import Pieces
from voicekit.errors import ConfigError, Place, Problem, RenderError

_GRACE = 8.0  # seconds by the clock: the child sees for itself that its time is up, by the processor, and says at which line
_START = 30.0  # seconds
_ANSWER = 64_000_000  # bytes
_NONSENSE = (KeyError, TypeError, ValueError, OverflowError)  # what reading it as something else may raise
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
_OVER = f"the template takes more than {limits.RENDER_SECONDS:g} s or more than {limits.RENDER_MEMORY >> 20} MB of memory"
_ENDED = "end its loops and recursion, or shorten its lists and texts"


class _Gone(Exception):
    """The child ended, was late, or did not answer as it should."""


class _Child:
    """One child process, ready to render."""

    def __init__(self, root: Path, shown: str) -> None:
        package = Path(__file__).parents[2]
        paths = [str(package), *(path for path in sys.path if path)]
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own script
            [sys.executable, "-I", fenced.__file__, json.dumps(paths), str(root.absolute()), shown],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
        )
        self.used = False
        self.close = weakref.finalize(self, _end, self.process)
        self._answer(_START)

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send one request and return its answer."""
        assert self.process.stdin is not None
        self.used = True
        with contextlib.suppress(OSError):  # one that is gone gives no answer either
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        return self._answer(limits.RENDER_SECONDS + _GRACE)

    def _answer(self, seconds: float) -> dict[str, Any]:
        assert self.process.stdout is not None
        timer = threading.Timer(seconds, self.process.kill)
        timer.start()
        try:
            line = self.process.stdout.readline(_ANSWER)
            answer = json.loads(line)
        except (OSError, ValueError, RecursionError) as error:
            raise _Gone from error
        finally:
            timer.cancel()
        if not isinstance(answer, dict) or "over" in answer:
            raise _Gone
        return answer


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a child. It holds nothing that would have to be saved."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.kill()
    process.wait()
    with contextlib.suppress(OSError):  # what it did not read is written once more
        process.stdin.close()
    process.stdout.close()


class Fence:
    """Renders in a child process, which is started when it is first needed, and anew when it is of no more use."""

    def __init__(self, root: Path, shown: str) -> None:
        """Build a fence around a folder of templates, which messages call `shown`.

        Raises:
            ConfigError: This system cannot bound the memory of a process.
        """
        if sys.platform != "linux":
            raise ConfigError.of(
                "foreign templates can be fenced in on Linux only",
                remedy="build on Linux; or look the templates through and take `foreign_templates` out of voicekit.yaml",
            )
        self._root, self._shown = root, shown
        self._child: _Child | None = None
        self._alone = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The child, while there is one."""
        return self._child.process.pid if self._child else None

    def render(self, order: Order) -> str:
        """Return what a template writes.

        Raises:
            RenderError: As in this process; or it took more than its bounds.
        """
        text = self._ask("render", order).get("text")
        if not isinstance(text, str) or len(text) > limits.RENDER_BYTES:
            raise _over(order)
        return text

    def places(self, order: Order, text: str) -> Pieces:
        """Return where the pieces of a text stand, or nothing where that is not to be had."""
        try:
            answer = self._ask("places", order, text=text)
            starts = [int(start) for start in answer["starts"]]
            places = [Place(str(path), line) for path, line in answer["places"]]
        except (RenderError, *_NONSENSE):
            return [], []
        return (starts, places) if len(starts) == len(places) else ([], [])

    def _ask(self, what: str, order: Order, **more: str) -> dict[str, Any]:
        request = {"what": what, "order": asdict(order), **more}
        with self._alone:
            answer = self._answer(request)
        if answer is None:
            raise _over(order)
        problems = answer.get("problems")
        if problems is not None:
            told = problems if isinstance(problems, list) else []
            raise RenderError(tuple(_problem(one, order) for one in told) or _over(order).problems)
        return answer

    def _answer(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Ask the child. One that has rendered others before may have kept too much of them: a new one is asked then."""
        while True:
            fresh = self._child is None or not self._child.used
            try:
                self._child = self._child or _Child(self._root, self._shown)
                return self._child.ask(request)
            except _Gone:
                self._child = None  # which ends it
                if fresh:
                    return None


def _over(order: Order) -> RenderError:
    return RenderError.of(
        f"{_OVER} (while rendering prompt {order.prompt})", place=order.place, remedy=_ENDED
    )


def _problem(told: Any, order: Order) -> Problem:
    """Read a problem that the child told."""
    try:
        message, path, line, column, where, remedy = told
        place = Place(
            str(path), line if line is None else int(line), column if column is None else int(column)
        )
        return Problem(str(message), place, str(where), str(remedy))
    except _NONSENSE:
        return _over(order).problems[0]
