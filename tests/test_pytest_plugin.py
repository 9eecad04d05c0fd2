"""The pytest plugin: cases are tests, failures are differences, and other people's files are left alone."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kit.projects import PROFILE, write

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent
MILL = {
    "voicekit.yaml": "name: mill\npacks:\n  phone: {prompts: prompts.yaml, profiles: [en]}\n",
    "profiles/en.yaml": PROFILE,
    "prompts.yaml": "prompts:\n  - {id: hello, text: Hello.}\n",
    "tests/hello.yaml": """cases:
  - {name: it greets, prompt: hello, text: Hello., max_duration: 3}
  - {name: it asks, prompt: hello, text: Hello?}
""",
    "tests/test_own.py": "def test_own():\n    assert True\n",
}


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start pytest with no plugins but those that are named: quicker, and the same wherever the tests run."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("-p", "voicekit._pytest", *arguments)


@pytest.fixture
def mill(pytester: pytest.Pytester) -> pytest.Pytester:
    write(pytester.path, dict(MILL))
    return pytester


def test_each_case_is_a_test_beside_others(mill: pytest.Pytester) -> None:
    result = run(mill, "-v")

    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines_random(
        ["tests/hello.yaml::it greets PASSED*", "tests/hello.yaml::it asks FAILED*", "tests/test_own.py::*"]
    )


def test_a_failure_is_a_difference_and_no_traceback(mill: pytest.Pytester) -> None:
    result = run(mill, "tests/hello.yaml")

    told = result.stdout.str()
    assert "tests/hello.yaml:3: the text differs (- expected, + rendered):" in told
    assert "    - Hello?" in told
    assert "    + Hello." in told
    assert "_pytest.py" not in told
    assert "Traceback" not in told


def test_one_case_is_chosen_by_its_name(mill: pytest.Pytester) -> None:
    run(mill, "tests/hello.yaml::it greets").assert_outcomes(passed=1)
    run(mill, "-k", "asks").assert_outcomes(failed=1, deselected=2)


def test_every_mistake_in_a_file_is_told_without_a_traceback(mill: pytest.Pytester) -> None:
    write(mill.path, {"tests/hello.yaml": "cases:\n  - {name: a, prompt: helo, text: a}\n  - {name: b}\n"})

    result = run(mill)

    told = result.stdout.str()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "tests/hello.yaml:2: cases[0].prompt: no pack has a prompt `helo`" in told
    assert "did you mean `hello`?" in told
    assert "tests/hello.yaml:3: cases[1]: " in told
    assert "_pytest.py" not in told


def test_a_project_that_does_not_load_is_told(mill: pytest.Pytester) -> None:
    write(mill.path, {"profiles/en.yaml": "pitch: high\n"})

    told = run(mill).stdout.str()

    assert "profiles/en.yaml:1: pitch: expected a number, found text" in told


def test_a_case_belongs_to_the_nearest_project(mill: pytest.Pytester) -> None:
    inner = {f"tests/inner/{name}": text for name, text in MILL.items() if not name.endswith(".py")}
    inner["tests/inner/prompts.yaml"] = "prompts:\n  - {id: hello, text: Hello?}\n"
    write(mill.path, inner)

    result = run(mill, "-v")

    result.assert_outcomes(passed=3, failed=2)
    result.stdout.fnmatch_lines_random(
        ["tests/hello.yaml::it asks FAILED*", "tests/inner/tests/hello.yaml::it asks PASSED*"]
    )


def test_other_files_of_a_project_are_left_alone(mill: pytest.Pytester) -> None:
    ours = "cases:\n  - {name: no}\n"
    places = ("cases.yaml", "prompts/cases.yaml", "tests/cases.yml", "tests/cases.yaml.txt")
    others = {"tests/other.yaml": "services: {cases: 1}\n", "tests/aliases.yaml": "a: &b 1\nc: *b\n"}
    write(mill.path, {**dict.fromkeys(places, ours), **others})

    run(mill).assert_outcomes(passed=2, failed=1)


@pytest.mark.skipif(not Path("/proc/self/mem").is_file(), reason="needs a file that not even root can read")
def test_a_file_that_cannot_be_read_is_told_and_in_no_one_s_way(mill: pytest.Pytester) -> None:
    (mill.path / "tests/other.yaml").symlink_to("/proc/self/mem")

    result = run(mill)

    result.assert_outcomes(passed=2, failed=1, warnings=1)
    result.stdout.fnmatch_lines(["*other.yaml: cannot read it: *whether it has cases is not known"])


def test_elsewhere_no_yaml_is_even_opened(pytester: pytest.Pytester) -> None:
    write(
        pytester.path,
        {
            "tests/cases.yaml": "cases:\n  - {name: not ours}\n",
            "tests/test_own.py": "import sys\n\ndef test_own():\n    assert 'voicekit.errors' not in sys.modules\n",
        },
    )

    run(pytester).assert_outcomes(passed=1)


@pytest.mark.parametrize("how", [("-o", "voicekit_cases=false"), ("--ignore-glob=*.yaml",)])
def test_there_is_a_way_out(mill: pytest.Pytester, how: tuple[str, ...]) -> None:
    run(mill, *how).assert_outcomes(passed=1)


def test_the_way_out_is_a_setting_that_strict_configurations_know(mill: pytest.Pytester) -> None:
    write(mill.path, {"pytest.ini": "[pytest]\nvoicekit_cases = no\naddopts = --strict-config\n"})

    run(mill).assert_outcomes(passed=1)


def test_warnings_as_errors_find_nothing_left_open(mill: pytest.Pytester) -> None:
    result = run(mill, "-W", "error", "-k", "greets")

    result.assert_outcomes(passed=1, deselected=2)
    assert "Exception ignored" not in result.stderr.str()


def test_in_parallel_it_is_the_same(mill: pytest.Pytester) -> None:
    pytest.importorskip("xdist")

    run(mill, "-p", "xdist", "-n", "2").assert_outcomes(passed=2, failed=1)


def test_what_pytest_loads_at_its_start_is_cheap() -> None:
    heavy = ["hypothesis", "attr", "cattrs", "yaml", "jinja2", "numpy", "av", "httpx", "click", "orjson"]
    code = f"""
import json, sys, pytest
before = set(sys.modules)
import voicekit._pytest
new = set(sys.modules) - before
print(json.dumps([sorted(name for name in new if name.startswith("voicekit")), sorted(new & set({heavy}))]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == [["voicekit", "voicekit._pytest"], []]


def test_the_package_names_its_plugin() -> None:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert stated["entry-points"]["pytest11"] == {"voicekit": "voicekit._pytest"}


@pytest.mark.skipif(
    os.environ.get("VOICEKIT_TEST_WHEEL") != "1", reason="only `make test` installs the wheel"
)
def test_an_installed_voicekit_is_found_by_pytest_itself(
    mill: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")

    mill.runpytest_subprocess().assert_outcomes(passed=2, failed=1)
