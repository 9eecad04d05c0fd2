import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from attrs import frozen

import voicekit
from voicekit.engines import Utterance
from voicekit.engines._pool import Pool
from voicekit.engines.espeak import ENGINE, Espeak
from voicekit.errors import HostError, SoundError

HELLO = Utterance("Hello there.", "gmw/en-US")
ROOT = Path(voicekit.__file__).parents[1]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie has ended too; its parent is just not there to see it.
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def ended(pid: int, *, seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return not alive(pid)


def test_a_worker_is_kept_and_ends_with_the_pool() -> None:
    with Pool(ENGINE, workers=1) as pool:
        pool.say(HELLO, 5)
        first = pool.pids
        pool.say(HELLO, 5)
        second = pool.pids

    assert first == second
    assert ended(first[0], seconds=0.5)


def test_a_killed_worker_is_replaced_and_the_request_asked_again() -> None:
    with Pool(ENGINE, workers=1) as pool:
        before = pool.say(HELLO, 5)
        (victim,) = pool.pids
        os.kill(victim, signal.SIGKILL)
        after = pool.say(HELLO, 5)

        assert pool.pids != (victim,)
    assert after.samples.tobytes() == before.samples.tobytes()


def test_a_hung_worker_is_killed_at_the_deadline_and_replaced() -> None:
    with Pool(ENGINE, workers=1, deadline=1.0) as pool:
        pool.say(HELLO, 5)
        (victim,) = pool.pids
        os.kill(victim, signal.SIGSTOP)
        started = time.monotonic()
        after = pool.say(HELLO, 5)
        took = time.monotonic() - started

    assert after.words
    assert 0.9 < took < 3
    assert ended(victim)


@frozen(slots=False)
class Fake(Espeak):
    """espeak-ng's words with other workers behind them."""

    script: str = ""

    def command(self) -> tuple[str, ...]:
        return (sys.executable, "-I", "-S", "-c", self.script)


@pytest.mark.parametrize(
    "script",
    [
        "raise SystemExit",
        "print('this is not a frame, and longer than eight bytes', flush=True); import time; time.sleep(9)",
        "import sys; sys.stdout.buffer.write(bytes(4) + b'\\xff' * 4); sys.stdout.flush(); import time; time.sleep(9)",
        "import sys; sys.stdout.buffer.write(bytes([0, 0, 0, 9, 0, 0, 0, 0]) + b'{\"a\"'); sys.stdout.flush()",
        "import time; time.sleep(9)",
    ],
    ids=["ends at once", "no frame", "body over its bound", "cut off", "silent"],
)
def test_a_text_that_no_worker_survives_is_an_error_with_a_remedy(script: str) -> None:
    started = time.monotonic()
    with (
        Pool(Fake(script=script), deadline=0.5) as pool,
        pytest.raises(SoundError, match="stopped twice") as caught,
    ):
        pool.say(HELLO, 5)

    assert caught.value.problems[0].remedy
    assert time.monotonic() - started < 4


def test_a_pool_that_is_closed_waits_for_nobody(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    script = f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(60)"
    pool = Pool(Fake(script=script), workers=1)
    with ThreadPoolExecutor(1) as threads:
        told = threads.submit(pool.say, HELLO, 5)
        while not begun.exists():
            time.sleep(0.01)
        started = time.monotonic()
        pool.close()
        with pytest.raises(SoundError, match="was ended") as caught:
            told.result(timeout=10)
        assert time.monotonic() - started < 5
    assert caught.value.problems[0].remedy
    with pytest.raises(SoundError, match="was ended"):
        pool.say(HELLO, 5)


def test_a_worker_that_calls_itself_spent_is_replaced() -> None:
    script = f"""
import sys
sys.path.insert(0, {str(ROOT / "voicekit" / "engines")!r})
from _worker import serve
serve(lambda header: ({{"words": [], "phones": [], "spent": True}}, b""), sys.stdin.buffer, sys.stdout.buffer)
"""
    with Pool(Fake(script=script), workers=1) as pool:
        spoken = pool.say(HELLO, 5)

        assert spoken.samples.size == 0
        assert pool.pids == ()


def test_an_interpreter_that_is_not_there_is_the_hosts_fault() -> None:
    @frozen(slots=False)
    class Missing(Espeak):
        def command(self) -> tuple[str, ...]:
            return ("/nonexistent/python",)

    with Pool(Missing()) as pool, pytest.raises(HostError, match="cannot start"):
        pool.say(HELLO, 5)


def test_threads_share_the_workers_and_nothing_is_mixed_up() -> None:
    texts = [f"This is number {number}." for number in range(24)]
    with Pool(ENGINE, workers=2) as pool, ThreadPoolExecutor(6) as threads:
        one_by_one = [pool.say(Utterance(text, "gmw/en-US"), 9).samples.tobytes() for text in texts]
        together = threads.map(
            lambda text: pool.say(Utterance(text, "gmw/en-US"), 9).samples.tobytes(), texts
        )

        assert list(together) == one_by_one
        assert len(pool.pids) <= 2


def test_no_worker_outlives_a_killed_parent() -> None:
    script = """
import time
from voicekit.engines import Utterance
from voicekit.engines._pool import Pool
from voicekit.engines.espeak import ENGINE
pool = Pool(ENGINE)
pool.say(Utterance("Hello.", "gmw/en-US"), 5)
print(*pool.pids, flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
        parent.wait()

        assert ended(child)
