import shutil
import subprocess
import sys
from pathlib import Path

import voicekit
from voicekit import engines

MEMBER = """
from voicekit.engines.espeak import Espeak

ENGINE = Espeak(name="another-voice")
"""


def test_members_are_found_by_listing_the_folder() -> None:
    assert engines.find()["espeak-ng"].name == "espeak-ng"


def test_a_dropped_in_file_is_a_member_and_nothing_else_changes(tmp_path: Path) -> None:
    package = tmp_path / "voicekit"
    shutil.copytree(Path(voicekit.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "engines" / "another.py").write_text(MEMBER)
    (package / "engines" / "_helper.py").write_text(MEMBER)
    (package / "engines" / "nothing.py").write_text("")
    done = subprocess.run(
        [sys.executable, "-c", "from voicekit import engines; print(sorted(engines.find()))"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "['another-voice', 'espeak-ng']"


def test_finding_engines_loads_no_number_library() -> None:
    script = "import sys; from voicekit import engines; engines.find(); print([m for m in ('numpy', 'av', 'babel', 'ctypes') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(voicekit.__file__).parents[1],
    )

    assert done.stdout.strip() == "[]"
