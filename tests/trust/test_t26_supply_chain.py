"""T26: the supply chain. What is installed is pinned by hash, is a wheel, and is not of yesterday; the wheel is what its sources say.

That no pin is younger than seven days only a registry can tell: `make cooldown` asks it to lock anew, and fails where that changes a
line. Here is shown that nothing else is ever asked, and that two builds of the wheel are one, wherever and whenever they are made.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")


def entries(lock: Path) -> list[str]:
    """Return the entries of a lock, each with its hashes on one line."""
    lines = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def test_every_pin_has_its_hashes(figure: Callable[..., None]) -> None:
    pins = [entry for lock in LOCKS for entry in entries(lock)]
    whole = re.compile(r"[a-z0-9][a-z0-9.-]*==[^ ;]+ (; [^-]+ )?( *--hash=sha256:[0-9a-f]{64})+")
    figure("pins", len(pins), goal=100, least=True)
    figure("pins without a version or a hash", sum(not whole.fullmatch(pin.strip()) for pin in pins), goal=0)


def test_make_installs_nothing_else(figure: Callable[..., None]) -> None:
    """The Makefile is read: each command that fetches takes a lock, with hashes and wheels only; the rest is our own wheel."""
    variables = dict(re.findall(r"^([A-Z]+) := (.*)$", MAKEFILE, re.MULTILINE))
    commands = re.findall(r"^\t@(.*)$", MAKEFILE, re.MULTILINE)
    fetching = [
        line
        for line in commands
        if re.search(r"\$\(PIP\)|\$\(PINNED\)|\bpip\b.*install|uv (pip|run|tool)|npx|curl|wget", line)
    ]
    pinned = [line for line in fetching if re.fullmatch(r"\$\(PINNED\) requirements/\w+\.txt", line)]
    own = [line for line in fetching if line.startswith("$(PIP) --no-deps --no-index ")]
    assert "--require-hashes" in variables["PINNED"]
    assert "--only-binary :all:" in variables["PINNED"]
    assert {re.split(r"[ /]", line)[-1] for line in pinned} == {lock.name for lock in LOCKS}
    figure("commands of make that install", len(fetching), goal=len(LOCKS) + 1, least=True)
    figure(
        "of them from anything but a lock or our own wheel", len(fetching) - len(pinned) - len(own), goal=0
    )


def test_make_locks_nothing_of_yesterday(figure: Callable[..., None]) -> None:
    (how,) = re.findall(r"^COMPILE = (.*)$", MAKEFILE, re.MULTILINE)
    written = re.findall(r"^\t@\$\(COMPILE\).*--output-file (requirements/\w+\.txt)", MAKEFILE, re.MULTILINE)
    assert re.search(r"--exclude-newer 7d(?=\s)", how)
    assert "--generate-hashes" in how
    figure(
        "locks that are written without the cooldown",
        len({lock.name for lock in LOCKS} ^ {Path(one).name for one in written}),
        goal=0,
    )


@pytest.mark.skipif(
    importlib.util.find_spec("hatchling") is None, reason="only make installs the pinned backend"
)
def test_two_builds_of_the_wheel_are_equal(tmp_path: Path, figure: Callable[..., None]) -> None:
    """Built in two folders, from files of other times in another order, by another user's mask, clock and hash seed."""
    places = {
        "one": {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"},
        "another place": {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"},
    }
    wheels = []
    for number, (name, environment) in enumerate(places.items()):
        source = tmp_path / name
        source.mkdir()
        for part in sorted((*_packed(),), reverse=bool(number)):
            (source / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / part, source / part)
            os.utime(source / part, (1e9 + number, 1e9 + number))
            (source / part).chmod((0o644, 0o600)[number])
        build = [
            sys.executable,
            "-m",
            "hatchling",
            "build",
            "--target",
            "wheel",
            "--directory",
            str(tmp_path / f"dist{number}"),
        ]
        subprocess.run(
            build,
            cwd=source,
            env={**os.environ, **environment},
            umask=(0o022, 0o077)[number],
            check=True,
            capture_output=True,
        )
        (wheel,) = (tmp_path / f"dist{number}").glob("*.whl")
        wheels.append(wheel.read_bytes())
    figure("wheels that differ, of two", int(wheels[0] != wheels[1]), goal=0)


def _packed() -> list[str]:
    """Return what a wheel is made of."""
    parts = (
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "voicekit.yaml",
        "tests/prompts.yaml",
        "voicekit",
        "templates",
        "profiles",
        "prompts",
    )
    files = [path for part in parts for path in (ROOT / part, *(ROOT / part).rglob("*"))]
    return [
        path.relative_to(ROOT).as_posix()
        for path in files
        if path.is_file() and "__pycache__" not in path.parts
    ]
