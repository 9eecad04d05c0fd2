"""The pytest plugin: in a voicekit project, each case in `tests/**/*.yaml` is a test. pytest lives here.

pytest loads this module wherever voicekit is installed, so it imports nothing of ours until it stands in front of a file of
cases: YAML with `cases:` at its top, below the `tests` folder of the nearest `voicekit.yaml`. Every other file is left alone.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from voicekit._pipeline.trial import Case, Trials

INI = "voicekit_cases"
_PROJECT, _FOLDER = "voicekit.yaml", "tests"


_Open = dict[Path, "Trials"]
_OPEN = pytest.StashKey[_Open]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the way out."""
    parser.addini(
        INI, "Collect the cases of voicekit projects, in tests/**/*.yaml.", type="bool", default=True
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make room for the projects that this run opens."""
    config.stash[_OPEN] = {}


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "CaseFile | None":
    """Take a file of cases."""
    if file_path.suffix != ".yaml" or not parent.config.getini(INI):
        return None
    root = next((folder for folder in file_path.parents if (folder / _PROJECT).is_file()), None)
    if root is None or file_path.relative_to(root).parts[0] != _FOLDER:
        return None
    from voicekit._load.cases import has_cases
    from voicekit.errors import HostError

    try:
        ours = has_cases(file_path)
    except HostError as error:  # it may be anybody's, and an error here would take the whole folder along
        message = f"{file_path}: {error.problems[0].message}; whether it has cases is not known"
        parent.warn(pytest.PytestCollectionWarning(message))
        return None
    return CaseFile.from_parent(parent, path=file_path, root=root) if ours else None


class CaseFile(pytest.File):
    """A file of cases."""

    def __init__(self, *, root: Path, **rest: Any) -> None:
        """Take the project's folder, and what pytest gives to any file."""
        super().__init__(**rest)
        self._root = root

    def collect(self) -> Iterator["CaseItem"]:
        """Yield a test for each case.

        Raises:
            pytest.Collector.CollectError: Something in the project or in the file is wrong; every problem is told.
        """
        from voicekit._load.cases import load
        from voicekit.errors import VoicekitError

        try:
            trials = _trials(self.config, self._root)
            cases = load(trials.project, [self.path.relative_to(self._root).as_posix()])
        except VoicekitError as error:
            raise self.CollectError(str(error)) from None
        for case in cases:
            yield CaseItem.from_parent(self, name=case.name, case=case, trials=trials)


def _trials(config: pytest.Config, root: Path) -> "Trials":
    """Open a project, once in a run."""
    from voicekit import _pipeline
    from voicekit._pipeline.trial import Trials

    opened = config.stash[_OPEN]
    if root not in opened:
        opened[root] = Trials(_pipeline.load(root))
        config.add_cleanup(opened[root].close)
    return opened[root]


class CaseFailed(Exception):
    """A case does not hold."""


class CaseItem(pytest.Item):
    """A case."""

    def __init__(self, *, case: "Case", trials: "Trials", **rest: Any) -> None:
        """Take a case, what runs it, and what pytest gives to any test."""
        super().__init__(**rest)
        self._case, self._trials = case, trials

    def runtest(self) -> None:
        """Run the case.

        Raises:
            CaseFailed: It does not hold.
        """
        outcome = self._trials.run(self._case)
        if not outcome.passed:
            raise CaseFailed(f"{self._case.place}: {outcome.message}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what differs; a traceback would lead through our code, which is not what failed."""
        from voicekit.errors import VoicekitError

        if isinstance(excinfo.value, CaseFailed | VoicekitError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Say where the case stands; pytest counts lines from 0."""
        line = self._case.place.line
        return self.path, None if line is None else line - 1, self.name
