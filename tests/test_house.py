"""The house around the package: what is installed is the whole wheel, the locks are locks, the repository is clean."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest

import voicekit
from voicekit import _yaml
from voicekit._load.fields import plain
from voicekit.cli import init

ROOT = Path(__file__).parent.parent
IN_WHEEL = os.environ.get("VOICEKIT_TEST_WHEEL") == "1"
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


@pytest.mark.skipif(not IN_WHEEL, reason="only `make test` runs against the wheel")
def test_the_tests_run_against_the_installed_wheel() -> None:
    installed = Path(voicekit.__file__).resolve()

    assert installed.is_relative_to(Path(sysconfig.get_path("purelib")).resolve())
    assert (installed.parent / "py.typed").is_file()


@pytest.mark.skipif(not IN_WHEEL, reason="only `make test` runs against the wheel")
def test_the_wheel_holds_every_module_of_the_checkout() -> None:
    def modules(package: Path) -> set[str]:
        return {path.relative_to(package).as_posix() for path in package.rglob("*.py")}

    assert modules(Path(voicekit.__file__).parent) == modules(ROOT / "voicekit")


@pytest.mark.skipif(not IN_WHEEL, reason="only `make test` runs against the wheel")
def test_the_wheel_holds_the_starter() -> None:
    starter = Path(voicekit.__file__).parent / "_starter"

    def files(root: Path) -> dict[str, bytes]:
        found = [path for part in init.PARTS for path in [root / part, *(root / part).rglob("*")]]
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in found if path.is_file()}

    assert files(starter) == files(ROOT)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_pins_everything_with_hashes_and_names_no_source(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]

    assert entries
    assert all(re.match(r"[a-z0-9][a-z0-9.-]*==[0-9][^ ]* ", entry) for entry in entries)
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) >= len(entries)
    assert not re.search(
        r"://|^--|^\s*# via .*/(?!dev\.in|build\.in|lock\.in|fuzz\.in)[a-z]", text, re.MULTILINE
    )


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9._-]", one)[0].lower().replace("_", "-") for one in requirements}


def locked(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ;]+)", text, re.MULTILINE))


def test_the_locks_cover_what_the_project_asks_for_and_agree() -> None:
    stated = project()
    runtime, dev = locked("runtime.txt"), locked("dev.txt")
    extras = stated["optional-dependencies"]

    assert names(stated["dependencies"]) <= set(runtime)
    assert names([one for extra in extras.values() for one in extra]) <= set(dev)
    assert {name: dev.get(name) for name in runtime} == runtime


def test_every_promise_is_measured_somewhere() -> None:
    """Each row of docs/trust.md has a test of its own, or a target of make where that is too long or asks a registry."""
    rows = re.findall(r"^\| (T\d+) \| .*", (ROOT / "docs/trust.md").read_text(encoding="utf-8"), re.MULTILINE)
    script = (ROOT / ".ci/trust.py").read_text(encoding="utf-8")
    targets = dict(re.findall(r'"(T\d+)": "make (\w+)"', script))
    measured = {f"T{int(path.name[6:8])}" for path in (ROOT / "tests/trust").glob("test_t[0-9][0-9]_*.py")}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert rows == [f"T{number}" for number in range(1, 27)]
    assert set(rows) == measured | set(targets)
    assert all(re.search(rf"^{target}: .*## ", makefile, re.MULTILINE) for target in targets.values())


def test_nothing_in_the_repository_names_a_registry_a_machine_or_a_manifest() -> None:
    done = subprocess.run(["sh", str(ROOT / ".ci" / "hygiene")], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.txt", "from https://pyp" + "i.org/simple"),
        ("b.py", 'ROOT = "/ho' + 'me/ann/voicekit"'),
        ("manifest.json", "{}"),
    ],
)
def test_the_hygiene_check_notices(tmp_path: Path, name: str, line: str) -> None:
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "hygiene").write_bytes((ROOT / ".ci" / "hygiene").read_bytes())
    (tmp_path / name).write_text(f"{line}\n", encoding="utf-8")

    done = subprocess.run(
        ["sh", str(tmp_path / ".ci" / "hygiene")], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert name in done.stdout


def test_a_python_that_is_too_old_is_said_clearly(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\ncase "$2" in *print*) echo 3.9.18 ;; *) exit 1 ;; esac\n')
    shim = tmp_path / "shim"
    shim.write_text('#!/bin/sh\necho "shim: not installed" >&2\nexit 127\n')
    for script in (old, shim):
        script.chmod(0o755)

    done = subprocess.run(
        ["sh", str(ROOT / ".ci" / "venv"), str(tmp_path / "venv"), str(old), str(shim), "no-such-python"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert f"{old} is 3.9.18: too old" in done.stderr
    assert f"{shim} does not start" in done.stderr
    assert "no-such-python is not there" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_the_hooks_run_for_every_file_that_a_check_reads() -> None:
    hooks = plain(_yaml.load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"), "hooks"))
    read = ["voicekit.yaml", "lexicons/names.pls"]
    for part in ("profiles", "prompts", "templates"):
        read += [path.relative_to(ROOT).as_posix() for path in (ROOT / part).rglob("*") if path.is_file()]

    assert [hook["id"] for hook in hooks] == ["voicekit-check", "voicekit-fix"]
    assert [(hook["id"], name) for hook in hooks for name in read if not re.search(hook["files"], name)] == []


@pytest.mark.parametrize(
    ("npm", "says", "judged"),
    [
        (None, "without node and npm", False),
        ("exit 1", "npm could not install the judges", False),
        ("exit 0", "", True),
    ],
)
def test_judges_that_cannot_be_had_are_told_and_stop_nothing(
    tmp_path: Path, npm: str | None, says: str, *, judged: bool
) -> None:
    for tool in ("bash", "dirname", "mktemp", "rm", "sh"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    if npm is not None:
        for tool in ("node", "npm"):
            (tmp_path / tool).write_text(f"#!/bin/sh\n{npm}\n")
            (tmp_path / tool).chmod(0o755)
    asks = 'echo "${VOICEKIT_SSML_CHECK:+judged}"; exit 7'

    done = subprocess.run(
        ["bash", str(ROOT / ".ci" / "judges"), "sh", "-c", asks],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 7
    assert done.stdout.split() == ["judged"] * judged
    assert says in done.stderr


def test_what_the_demo_says_at_its_end_fits_a_terminal(tmp_path: Path) -> None:
    shutil.copy(ROOT / "voicekit.yaml", tmp_path)
    for folder in ("templates", "profiles", "prompts"):
        (tmp_path / folder).symlink_to(ROOT / folder)

    done = subprocess.run(
        [sys.executable, ROOT / ".ci/heard.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert "Hear one" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_licence_is_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert project()["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
