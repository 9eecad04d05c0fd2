"""Builds in processes of their own, quick to begin: a parent that has imported everything forks one for each.

As a script it is that parent: a line of JSON on stdin begins a build, or waits for the end of one. It runs one thread, so that
forking is sound.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

REPOSITORY = Path(__file__).parents[2]


class Nursery:
    """The parent, and the builds that it began."""

    def __init__(self) -> None:
        paths = [str(REPOSITORY / "tests"), *(path for path in sys.path if path)]
        environ = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(paths)}
        self._process = subprocess.Popen(
            [sys.executable, "-P", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ
        )
        self._read()

    def begin(self, root: Path, *, lock: bool = True, **options: Any) -> int:
        """Begin a build of a project at its endpoint ``vendor``, and return its process.

        Args:
            root: The project.
            lock: Whether its locks lock.
            options: Of `voicekit.build`.
        """
        return int(self._ask({"root": str(root), "lock": lock, "options": options})["pid"])

    def end(self, pid: int) -> dict[str, Any]:
        """Wait for the end of a build, and return what it reported, with its exit code or the signal that ended it."""
        return self._ask({"wait": pid})

    def kill(self, pid: int) -> None:
        """End a build as a power switch would."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def run(self, root: Path, **options: Any) -> dict[str, Any]:
        """Build and wait."""
        return self.end(self.begin(root, **options))

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


# --- the parent's side ------------------------------------------------------------------------------------


def _main() -> None:
    _import_everything()
    answers = os.fdopen(os.dup(1), "wb")
    _answer(answers, {"ready": True})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if "wait" in request:
            _answer(answers, _waited(request["wait"]))
            continue
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            os._exit(_build(request, write))
        os.close(write)
        _REPORTS[pid] = read
        _answer(answers, {"pid": pid})


_REPORTS: dict[int, int] = {}


def _import_everything() -> None:
    import numpy  # noqa: F401, ICN001

    import voicekit
    from kit.projects import FILES, write
    from kit.vendor import tone
    from voicekit import _embedded, _pipeline, _run  # noqa: F401
    from voicekit._pipeline import building, sending  # noqa: F401
    from voicekit._sound import codecs, loudness, probe, shape  # noqa: F401

    with tempfile.TemporaryDirectory() as folder:
        assert voicekit.build
        root = write(Path(folder), {**FILES, "prompts.yaml": "prompts: [{id: a, text: Warm.}]\n"})
        voicekit.plan(voicekit.load(root))
    data = tone("warm")
    probe.probe(data)
    loudness.lufs(codecs.decode(data, encoding="LINEAR16", sample_rate=None))


def _build(request: dict[str, Any], report: int) -> int:
    import voicekit
    from kit.vendor import ENVIRON
    from voicekit import _files

    if not request["lock"]:
        _files.lock = _no_lock
    told: dict[str, Any] = {}
    code = 0
    try:
        result = voicekit.build(
            voicekit.load(request["root"]), via="vendor", environ=ENVIRON, **request["options"]
        )
        told = {
            "written": len(result.written),
            "requests": result.requests,
            "failures": [str(error) for _, error in result.failures],
        }
    except voicekit.VoicekitError as error:
        told, code = {"error": str(error)}, error.exit_code
    os.write(report, json.dumps(told).encode()[:60_000])
    return code


@contextlib.contextmanager
def _no_lock(*_: Any, **__: Any) -> Iterator[None]:
    yield


def _waited(pid: int) -> dict[str, Any]:
    with os.fdopen(_REPORTS.pop(pid), "rb") as report:
        told = report.read()
    _, status = os.waitpid(pid, 0)
    return {**(json.loads(told) if told else {}), "code": os.waitstatus_to_exitcode(status)}


def _answer(answers: Any, told: dict[str, Any]) -> None:
    answers.write(json.dumps(told).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    _main()
