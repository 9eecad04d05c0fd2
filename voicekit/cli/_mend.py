"""`voicekit check --fix`: edits what the rules know how to mend, looks again, and takes back what makes a project worse."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from voicekit import _files, checks
from voicekit import _limits as limits
from voicekit.checks import Edit
from voicekit.cli import _output
from voicekit.errors import ConfigError, HostError, VoicekitError
from voicekit.model import Finding, Project

ROUNDS = 8  # fixes that overlap wait for the next round
_BOM = b"\xef\xbb\xbf"

Looked = tuple[Project, tuple[Finding, ...]]


def wanted(project: Project, findings: Sequence[Finding]) -> tuple[Edit, ...]:
    """Return what would change: files of the project, and nothing outside of it."""
    found = checks.edits(checks.with_fixes(findings, project))
    return tuple(edit for edit in found if _relative(project, edit.path) is not None)


def mend(project: Project, findings: tuple[Finding, ...], look: Callable[[], Looked]) -> Looked:
    """Write the fixes of findings, look again, and go on until nothing is left to mend.

    Args:
        project: As it was loaded.
        findings: What was found in it.
        look: Loads and checks it once more.

    Returns:
        The project and its findings as they are now.

    Raises:
        VoicekitError: A file could not be written, or the project no longer be read; every file of that round is as it was.
    """
    mended = 0
    for _ in range(ROUNDS):
        edits: list[Edit] = []
        try:
            for edit in wanted(project, findings):
                if _write(project, edit.path, edit.before, edit.after):
                    edits.append(edit)  # noqa: PERF401 - those before one that fails count
            if not edits:
                break
            project, findings = look()
        except VoicekitError:
            for edit in edits:
                _write(project, edit.path, edit.after, edit.before)
            raise
        mended += sum(edit.fixes for edit in edits)
    _output.note(f"{_output.amount(mended, 'place')} mended" if mended else "nothing to mend")
    return project, findings


def _relative(project: Project, path: str) -> str | None:
    relative = os.path.relpath(path, project.root)
    return None if relative.startswith(os.pardir) else Path(relative).as_posix()


def _write(project: Project, path: str, before: str, after: str) -> bool:
    """Write a file that still says `before`, with its own line ends, byte order mark and mode. Returns whether it did."""
    relative = _relative(project, path)
    assert relative is not None
    root = Path(project.root).absolute()
    try:
        data = _files.read_below(root, relative, limits.PROMPT_LIST_BYTES)
    except (ConfigError, HostError):  # it is a link, lies behind one, or is gone
        data = b""
    mark = _BOM if data.startswith(_BOM) else b""
    ends = b"\r\n" if b"\r\n" in data else b"\n"
    if mark + before.encode().replace(b"\n", ends) != data:
        _output.note(
            f"{path}: left alone, because it changed meanwhile, is a link or mixes its line ends", fg="yellow"
        )
        return False
    mode = (root / relative).stat().st_mode & 0o777
    _files.write(root, relative, mark + after.encode().replace(b"\n", ends), mode=mode, exact=True)
    return True
