import subprocess
import sys
from pathlib import Path

import pytest

import voicekit

HEAVY = {"numpy", "av", "babel", "unicode_rbnf", "multiprocessing", "_ctypes"}


@pytest.mark.parametrize("module", ["speaker", "voices", "compile", "say_as"])
def test_nothing_heavy_loads_before_the_first_request(module: str) -> None:
    script = f"import sys; from voicekit._speak import {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(voicekit.__file__).parents[1],
    )

    assert not HEAVY & set(done.stdout.split())
