"""A plugin for pytest, which `mutants.py` loads: the tests are collected once, and each order runs some of them in a fork.

An order is a line of JSON on the socket that `MUTANTS_SOCKET` numbers: the tests and how long each may take, and the file and the mutant to
put into it; or where to note the lines that each test reaches. The answer is one too.
"""

import contextlib
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import pytest
from hypothesis import Phase, settings
from mutating import Mutant, put

_END = 5.0  # seconds for a fork that has answered to end what its tests started
_FILES = json.loads(os.environ["MUTANTS_FILES"])


class _Tracer:
    """Notes the lines of some files that are reached, in every thread."""

    def __init__(self, files: Sequence[str]) -> None:
        self.lines: set[tuple[str, int]] = set()
        self._files = {os.path.realpath(name): name for name in files}

    def __enter__(self) -> Self:
        if self._files:
            sys.settrace(self._tracer)
            threading.settrace(self._tracer)
        return self

    def __exit__(self, *_: object) -> None:
        if self._files:
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]

    def _tracer(self, frame: Any, _: str, __: object) -> Any:
        return self._local(frame, "line", None) if frame.f_code.co_filename in self._files else None

    def _local(self, frame: Any, event: str, _: object) -> Any:
        if event == "line":
            self.lines.add((self._files[frame.f_code.co_filename], frame.f_lineno))
        return self._local


_loading = _Tracer(_FILES).__enter__()  # until the tests are collected


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """Draw the same examples each time, and do not look for the smallest: that some test fails is all we ask."""
    drawn = (Phase.explicit, Phase.generate, Phase.target)
    settings.register_profile("mutants", settings(), derandomize=True, database=None, phases=drawn)
    settings.load_profile("mutants")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Take orders instead of running everything."""
    tests = {item.nodeid: item for item in session.items}
    for name in _FILES:
        importlib.import_module(name.removesuffix(".py").replace("/", "."))
    _loading.__exit__()
    told = {"collected": session.testsfailed == 0, "tests": list(tests), "loading": sorted(_loading.lines)}
    with socket.socket(fileno=int(os.environ["MUTANTS_SOCKET"])) as line, line.makefile("rw") as file:
        _say(file, told)
        for order in file:
            _say(file, _forked(tests, json.loads(order)))
    return True


def _say(file: Any, answer: dict[str, Any]) -> None:
    file.write(json.dumps(answer) + "\n")
    file.flush()


def _forked(tests: dict[str, pytest.Item], order: dict[str, Any]) -> dict[str, Any]:
    """Do what is ordered in a fork, and return its answer, or at which test it was late or died."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setsid()
            with os.fdopen(writing, "w") as file:
                _obey(tests, order, file)
        finally:
            os._exit(0)
    os.close(writing)
    try:
        return _heard(child, reading, order["tests"])
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child, 0)
        shutil.rmtree(order["scratch"], ignore_errors=True)  # here, where nobody's time is taken


def _heard(child: int, reading: int, limits: dict[str, float]) -> dict[str, Any]:
    """Listen to a fork until it has answered and ended."""
    heard, last, limit = b"", "", 60.0
    begun, answer, ended = time.monotonic(), None, False
    while not ended and time.monotonic() < begun + limit:
        ended = bool(os.waitpid(child, os.WNOHANG)[0])
        while select.select([reading], [], [], 0 if ended else 0.05)[0]:
            part = os.read(reading, 65_536)
            heard += part
            if not part:
                break
        *lines, heard = heard.split(b"\n")
        for told in map(json.loads, lines):
            answer, begun, limit = told, time.monotonic(), _END
            if "begun" in told:
                answer, last, limit = None, told["begun"], limits[told["begun"]]
    return answer or {"died" if ended else "late": last}


def _obey(tests: dict[str, pytest.Item], order: dict[str, Any], file: Any) -> None:
    if order.get("mutant") and not put(order["path"], order["source"], Mutant(**order["mutant"])):
        _say(file, {"import": True})
        return
    items = [tests[name] for name in order["tests"] if name in tests]
    notes: dict[str, Any] = {}
    for item, following in zip(items, [*items[1:], None], strict=True):
        _say(file, {"begun": item.nodeid})
        before, begun, worked = item.session.testsfailed, time.perf_counter(), time.process_time()
        with _Tracer(_FILES if "notes" in order else ()) as tracer:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        failed = item.session.testsfailed > before
        seconds, work = time.perf_counter() - begun, time.process_time() - worked
        notes[item.nodeid] = {
            "lines": sorted(tracer.lines),
            "seconds": seconds,
            "work": work,
            "failed": failed,
        }
        if failed and "notes" not in order:
            _say(file, {"noticed": item.nodeid})
            item.config.hook.pytest_runtest_teardown(item=item, nextitem=None)
            return
    if "notes" in order:
        Path(order["notes"]).write_text(json.dumps(notes), encoding="utf-8")
    _say(file, {"passed": len(items)})
