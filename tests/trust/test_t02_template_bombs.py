"""T2: a template eats memory or time. The gate and the meter stop every bomb here; the fence stops what they would let through.

Bombs run behind the fence, where a child's memory can be read while it works. What the gate does not stop is tried with a
child that has neither gate nor meter.
"""

import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest
from attrs import evolve

import voicekit
from kit.bombs import BOMBS, PARTIALS, PLAIN, PLAIN_VALUES
from kit.projects import say, script, write
from kit.story import ACME
from voicekit import _limits as limits
from voicekit._pipeline import render
from voicekit._render import fence
from voicekit._render.fence import Fence
from voicekit._render.inside import Inside, Order
from voicekit.errors import ConfigError, Place, RenderError

Figure = Callable[..., None]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="nowhere else is the memory of a process bounded")
MEGABYTE = 2**20


def order(template: str, values: Any = None, *, kind: str = "txt") -> Order:
    return Order(kind, "en-US", template, dict(values or {}), "hello", Place("templates/hello.txt.j2"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, PARTIALS)


class Meter:
    """Reads the memory of a process, over and over."""

    def __init__(self, pid: Callable[[], int | None]) -> None:
        self._pid, self._stop = pid, threading.Event()
        self.first, self.most = 0, 0
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.005):
            pid = self._pid()
            size = resident(pid) if pid else 0
            self.first = self.first or size
            self.most = max(self.most, size)

    @property
    def grown(self) -> float:
        """Megabytes above the first look."""
        return (self.most - self.first) / MEGABYTE


def resident(pid: int) -> int:
    """Return the most memory that a process has had, in bytes; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def processor_time(pid: int | None) -> float:
    """How long the processor worked for a process, in seconds: by the clock a busy machine would be measured."""
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@LINUX
def test_no_bomb_goes_off(folder: Path, figure: Figure) -> None:
    fenced = Fence(folder, "templates")
    (folder / "small.txt.j2").write_text("{{ 3 | ordinal }} {{ '2026-11-23' | date }}")
    assert fenced.render(order("small.txt.j2")) == "third November 23, 2026"
    off, late, slowest = [], 0, 0.0
    with Meter(lambda: fenced.pid) as memory:
        for number, (name, (template, values)) in enumerate(BOMBS.items()):
            (folder / f"bomb-{number}.txt.j2").write_text(template)
            begun = fenced.pid, processor_time(fenced.pid)
            try:
                text = fenced.render(order(f"bomb-{number}.txt.j2", values))
                off += [name] if len(text) > limits.RENDER_BYTES else []
            except RenderError as error:
                late += "takes more than" in str(error)
                assert error.problems[0].remedy
            before = begun[1] if begun[0] == fenced.pid else 0.0
            slowest = max(slowest, processor_time(fenced.pid) - before)
    figure(f"bombs over a limit, of {len(BOMBS)}", len(off), goal=0)
    figure("bombs that the gate and the meter left to the fence", late, goal=0)
    figure("memory of the worst bomb above the child's start", memory.grown, goal=256, unit=" MB")
    figure("time of the worst bomb", slowest, goal=limits.RENDER_SECONDS + 1, unit=" s")


def test_no_bomb_goes_off_without_the_fence_either(
    folder: Path, figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As markup, where texts grow by being escaped; time is shortened, for the loops would each take all of it."""
    monkeypatch.setattr(limits, "RENDER_SECONDS", 0.2)
    off, seconds = [], {}
    for name, (template, values) in BOMBS.items():
        (folder / "hello.ssml.j2").write_text(template)
        begun = time.thread_time()
        try:
            text = Inside(folder, "templates").render(order("hello.ssml.j2", values, kind="ssml"))
            off += [name] if len(text) > limits.RENDER_BYTES else []
        except RenderError as error:
            assert error.problems[0].place
        seconds[name] = time.thread_time() - begun
    print(sorted(seconds.items(), key=lambda item: -item[1])[:5])
    figure("bombs over a limit as markup, without the fence", len(off), goal=0)
    figure(
        "time of the worst bomb, without the fence",
        max(seconds.values()),
        goal=limits.RENDER_SECONDS + 1,
        unit=" s",
    )


# --- the fence alone ------------------------------------------------------------------------------------


@contextmanager
def child(tmp_path: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fence]:
    """Give a fence whose child renders with `body` instead of a template."""
    stub = tmp_path / "stub.py"
    code = textwrap.indent(textwrap.dedent(body), "    ")
    stub.write_text(
        f"import json, os, sys, time\nsys.path[:] = json.loads(sys.argv[1])\n"
        f"from voicekit._render import fenced, inside\nstate = []\n"
        f"def render(self, order):\n{code}\n"
        f"inside.Inside.render = render\nfenced.main(*sys.argv[1:])\n"
    )
    monkeypatch.setattr(fence, "fenced", SimpleNamespace(__file__=str(stub)))
    yield Fence(tmp_path, "templates")


OVER = {
    "memory at once": "return 'x' * 10**9",
    "memory bit by bit": "while True: state.append('x' * 10**6)",
    "time in Python": "while True: pass",
    "time in a system call": "time.sleep(60)",
    "its own end": "os._exit(0)",
    "its end by a signal": "os.kill(os.getpid(), 11)",
    "an error of its own": "raise KeyError",
    "nonsense for an answer": "os.write(1, b'hello\\n'); time.sleep(60)",
    "an answer of another kind": "return 7",
    "a text that is too long": "return 'x' * 2_000_000",
    "an answer without an end": "\nwhile True: os.write(1, b'x' * 65536)",
    "problems that are none": "os.write(1, b'{\"problems\": [[1]]}\\n'); time.sleep(60)",
    "problems that are no list": "os.write(1, b'{\"problems\": 7}\\n'); time.sleep(60)",
    "a line that is no number": 'os.write(1, b\'{"problems": [["m", "p", Infinity, 1, "w", "r"]]}\\n\'); time.sleep(60)',
    "brackets without an end": "os.write(1, b'[' * 200_000 + b'\\n'); time.sleep(60)",
}


@LINUX
@pytest.mark.parametrize("what", OVER)
def test_the_fence_stops_what_the_gate_would_not(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fence, "_GRACE", -1.0)
    with child(tmp_path, OVER[what], monkeypatch) as fenced:
        begun = time.monotonic()
        with Meter(lambda: fenced.pid) as memory, pytest.raises(RenderError) as caught:
            fenced.render(order("hello.txt.j2"))
        assert memory.grown < limits.RENDER_MEMORY / MEGABYTE
    (problem,) = caught.value.problems
    assert "takes more than 2 s or more than 256 MB" in problem.message
    assert problem.place == Place("templates/hello.txt.j2")
    assert problem.remedy
    assert time.monotonic() - begun < 10


@LINUX
def test_the_system_ends_what_never_looks_at_a_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fence, "_GRACE", 600.0)
    body = "import re; re.fullmatch('(a|a)*b', 'a' * 64)"  # one call that takes years
    with (
        child(tmp_path, body, monkeypatch) as fenced,
        pytest.raises(RenderError, match="takes more than 2 s"),
    ):
        fenced.render(order("hello.txt.j2"))


ANSWERS = ["", "7", "[]", "{}", '{"starts": 7, "places": 7}', '{"starts": [0], "places": []}', '{"starts": ["x"], "places": [["p", 1]]}', '{"starts": [Infinity], "places": [["p", 1]]}', '{"starts": [0], "places": [["p"]]}']  # fmt: skip


@LINUX
@pytest.mark.parametrize("answer", ANSWERS)
def test_what_a_child_tells_of_places_is_not_believed_without_a_look(
    answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fence, "_GRACE", -1.0)
    body = f"inside.Inside.places = lambda *_: (os.write(1, {answer.encode()!r} + b'\\n'), time.sleep(60))\nreturn 'x'"
    with child(tmp_path, body, monkeypatch) as fenced:
        assert fenced.render(order("hello.txt.j2")) == "x"
        assert fenced.places(order("hello.txt.j2"), "x") == ([], [])


@LINUX
def test_what_a_child_kept_of_others_is_not_held_against_a_template(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = "state.append('x' * 60_000_000)\nreturn str(os.getpid())"
    with child(tmp_path, body, monkeypatch) as fenced:
        pids = [fenced.render(order("hello.txt.j2")) for _ in range(9)]
    assert 1 < len(set(pids)) < 9


@LINUX
def test_a_child_may_take_what_is_promised_above_its_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with child(tmp_path, "return str(len(bytearray(200 << 20)))", monkeypatch) as fenced:
        assert fenced.render(order("hello.txt.j2")) == str(200 << 20)


@LINUX
@pytest.mark.parametrize("size", [1, 1_000_000], ids=["that fits a pipe", "that does not"])
def test_a_child_that_ended_between_two_renders_is_replaced(folder: Path, size: int) -> None:
    """As where the system ran out of memory. The request that it does not read is told to the next one."""
    (folder / "hello.txt.j2").write_text("{{ v | length }}")
    fenced = Fence(folder, "templates")
    ask = order("hello.txt.j2", {"v": "x" * size})
    pids = set()
    for _ in range(3):
        assert fenced.render(ask) == str(size)
        assert fenced.pid
        pids.add(fenced.pid)
        os.kill(fenced.pid, signal.SIGKILL)
        os.waitid(os.P_PID, fenced.pid, os.WEXITED | os.WNOWAIT)
    assert len(pids) == 3


@LINUX
@pytest.mark.parametrize("good", [0, 1])
def test_a_bomb_is_tried_again_only_where_others_went_before_it(
    good: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, real = [], subprocess.Popen

    def start(*args: Any, **options: Any) -> Any:
        started.append(real(*args, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    with child(tmp_path, "return 'x' if order.template == 'good' else os._exit(0)", monkeypatch) as fenced:
        for _ in range(good):
            assert fenced.render(order("good")) == "x"
        with pytest.raises(RenderError):
            fenced.render(order("bomb"))
        assert len(started) == 1 + good
        assert fenced.pid is None
        assert all(process.returncode is not None for process in started)


@LINUX
def test_a_child_writes_no_files_and_sees_nothing_of_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICEKIT_302AI_KEY", "canary")
    body = f"""
    try:
        with open({str(tmp_path / "written")!r}, "w") as file:
            file.write("x")
    except OSError:
        pass
    return json.dumps([dict(os.environ), os.getcwd(), sorted(map(int, os.listdir("/proc/self/fd")))])
    """
    with child(tmp_path, body, monkeypatch) as fenced, Path(os.devnull).open("rb") as secret:
        os.set_inheritable(secret.fileno(), True)
        told = fenced.render(order("hello.txt.j2"))
        assert "canary" not in told
        assert str(Path.cwd()) not in told or Path.cwd() == Path("/")
        assert not (tmp_path / "written").exists() or not (tmp_path / "written").read_bytes()
        assert f", {secret.fileno()}" not in told or secret.fileno() < 4


@LINUX
def test_a_child_ends_with_its_renderer_and_with_its_parent(folder: Path) -> None:
    (folder / "hello.txt.j2").write_text("x")
    fenced = Fence(folder, "templates")
    fenced.render(order("hello.txt.j2"))
    pid = fenced.pid
    assert pid
    assert resident(pid)
    del fenced
    gc.collect()
    assert not resident(pid)

    program = (
        "import os, sys; from pathlib import Path\n"
        "from voicekit._render.fence import Fence; from voicekit._render.inside import Order; from voicekit.errors import Place\n"
        f"f = Fence(Path({str(folder)!r}), 't'); f.render(Order('txt', 'en', 'hello.txt.j2', {{}}, 'p', Place('x')))\n"
        "print(f.pid, flush=True); os.kill(os.getpid(), 9)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{int(ran.stdout)}").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{int(ran.stdout)}").exists()


# --- a project --------------------------------------------------------------------------------------------


@LINUX
def test_a_project_renders_the_same_behind_the_fence(tmp_path: Path) -> None:
    root = write(tmp_path, ACME)
    inside = render(voicekit.load(root))
    (root / "voicekit.yaml").write_text(ACME["voicekit.yaml"] + "foreign_templates: true\n")
    project = voicekit.load(root)
    assert project.foreign_templates
    fenced = render(project)
    assert [row.asks for row in fenced.rows] == [row.asks for row in inside.rows]
    for one, other in zip(inside.rows, fenced.rows, strict=True):
        assert [one.speech.place_at(1, column) for column in range(60)] == [
            other.speech.place_at(1, column) for column in range(60)
        ]


@LINUX
@pytest.mark.parametrize(
    "template",
    ["x\n{{ nope }}", "{{ 1 +", "\n{{ v.upper() }}", "\n\n{% include 'missing.j2' %}", "<speak>\n<p></speak>", "{{ v | date }}"],
)  # fmt: skip
def test_errors_are_the_same_behind_the_fence(template: str, tmp_path: Path) -> None:
    root = script(tmp_path, f"---\ninputs: {{v: {{type: string}}}}\n---\n{template}", values="{v: a}")
    loaded = voicekit.load(root)
    found = []
    for project in (loaded, evolve(loaded, foreign_templates=True)):
        with pytest.raises(voicekit.VoicekitError) as caught:
            say(project)
        found.append((type(caught.value), caught.value.problems))
    assert found[0] == found[1]


def test_where_memory_cannot_be_bounded_foreign_templates_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = evolve(voicekit.load(script(tmp_path, "---\n---\nx")), foreign_templates=True)
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(ConfigError, match="Linux only"):
        say(loaded)


# --- what it costs ----------------------------------------------------------------------------------------


def milliseconds(press: Any) -> float:
    """Return the best time of a script of 200 lines."""
    times = []
    for _ in range(20):
        begun = time.perf_counter()
        press.render(order("plain.ssml.j2", PLAIN_VALUES, kind="ssml"))
        times.append(time.perf_counter() - begun)
    return min(times) * 1_000


def test_what_a_render_costs(folder: Path, figure: Figure) -> None:
    (folder / "plain.ssml.j2").write_text(PLAIN)
    figure("a script of 200 lines", milliseconds(Inside(folder, "templates")), goal=50, unit=" ms")
    if sys.platform == "linux":
        figure("the same behind the fence", milliseconds(Fence(folder, "templates")), goal=100, unit=" ms")
