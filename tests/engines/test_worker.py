import io
import json
import os
import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicekit.engines._worker import BrokenFrame, read_frame, write_frame
from voicekit.engines.espeak import ENGINE

HEADERS = st.dictionaries(
    st.text(), st.one_of(st.integers(-(2**53), 2**53), st.text(), st.booleans(), st.none())
)


@given(st.lists(st.tuples(HEADERS, st.binary(max_size=200))))
def test_frames_come_back_as_they_were_written(frames: list[tuple[dict[str, Any], bytes]]) -> None:
    stream = io.BytesIO()
    for header, body in frames:
        write_frame(stream, header, body)
    stream.seek(0)

    assert [read_frame(stream, 200) for _ in frames] == frames
    assert read_frame(stream) is None


@given(st.data())
def test_a_frame_that_is_cut_anywhere_is_broken(data: st.DataObject) -> None:
    stream = io.BytesIO()
    write_frame(stream, {"a": 1}, b"body")
    cut = data.draw(st.integers(1, len(stream.getvalue()) - 1))

    with pytest.raises(BrokenFrame):
        read_frame(io.BytesIO(stream.getvalue()[:cut]), 4)


def test_a_frame_over_its_bound_is_not_read() -> None:
    stream = io.BytesIO()
    write_frame(stream, {}, bytes(11))
    stream.seek(0)

    with pytest.raises(BrokenFrame, match="bound"):
        read_frame(stream, 10)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_whose_parent_is_gone_ends_at_its_own_alarm(tmp_path: Any) -> None:
    member = tmp_path / "slow.py"
    member.write_text("import time\ndef open():\n    return lambda header: time.sleep(60)\n")
    script = ENGINE.command()[3]
    with subprocess.Popen(
        [sys.executable, "-I", "-S", script, str(member)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdin
        started = time.monotonic()
        write_frame(worker.stdin, {"seconds": 0.3})

        assert worker.wait(10) < 0
        assert time.monotonic() - started < 5


def test_what_a_library_prints_does_not_reach_the_frames(tmp_path: Any) -> None:
    member = tmp_path / "loud.py"
    member.write_text(
        "import os\ndef open(name):\n    return lambda header: (os.write(1, b'noise') and {'name': name}, b'')\n"
    )
    script = ENGINE.command()[3]
    done = subprocess.run(
        [sys.executable, "-I", "-S", script, str(member), "me"],
        input=_frame({}),
        capture_output=True,
        check=True,
    )

    assert read_frame(io.BytesIO(done.stdout)) == ({"name": "me"}, b"")
    assert done.stderr == b"noise"


def test_a_worker_starts_light() -> None:
    script = f"import sys; sys.argv = ['x']; import runpy; runpy.run_path({ENGINE.command()[3]!r}); print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=True
    )
    started = [_seconds_to_first_sound() for _ in range(3)]
    print(f"\nworker start and first utterance: {min(started) * 1000:.0f} ms")

    assert not {"numpy", "av", "attr", "voicekit", "multiprocessing", "asyncio", "subprocess"} & set(
        done.stdout.split()
    )


def _frame(header: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    write_frame(stream, header)
    assert json.loads(stream.getvalue()[8:]) == header
    return stream.getvalue()


def _seconds_to_first_sound() -> float:
    from voicekit.engines import Utterance

    job = ENGINE.job(Utterance("Hello.", "gmw/en-US"), 5)
    started = time.perf_counter()
    done = subprocess.run(
        ENGINE.command(),
        input=_frame({**job.header, "most": job.most, "seconds": 5}),
        capture_output=True,
        check=True,
        env=os.environ,
    )
    assert read_frame(io.BytesIO(done.stdout), job.most) is not None
    return time.perf_counter() - started
