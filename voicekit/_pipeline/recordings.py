"""People's recordings: where they lie, what they are known by, and whether they still say what is written."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from voicekit import _files, _lock, _plan, _wire
from voicekit import _limits as limits
from voicekit._pipeline.reading import Rendered
from voicekit.errors import ConfigError, HostError, Problems
from voicekit.model import Finding, Project

_SHOWN = 60


class Recordings:
    """Finds recordings and reads each once."""

    def __init__(self, project: Project) -> None:
        self._root = Path(project.root)
        self._digests: dict[str, str] = {}
        self._locked = _lock.read(self._root)

    def of(self, row: Rendered) -> _plan.Recording | None:
        """Return the recording of a row, if a person says it, and the words that it was adopted with.

        Raises:
            ConfigError: It is not there.
            HostError: The disk refuses.
        """
        if row.prompt.recorded is None:
            return None
        settings = row.profile.settings
        named = {"locale": settings.language or "und", "profile": row.profile.name, "id": row.prompt.id}
        path = row.prompt.recorded.format(**named)
        if path not in self._digests:
            data = _files.read_below(self._root, path, limits.REPLY_BYTES)
            self._digests[path] = _wire.digest(data)
        digest = self._digests[path]
        locked = self._locked.get((row.pack.name, row.prompt.id, row.profile.name, _plan.RECORDED))
        same = locked is not None and locked.key == _plan.bytes_key(digest, _plan.RECORDED)
        return _plan.Recording(path, digest, locked.text if locked is not None and same else row.text)

    def found(self, row: Rendered, problems: Problems) -> _plan.Recording | None:
        """Do as `of`, and note what is wrong."""
        try:
            return self.of(row)
        except (ConfigError, HostError) as error:
            message = f"the recording {row.prompt.recorded}: {error.problems[0].message}"
            remedy = "put it there, or remove `recorded`"
            problems.add(message, place=row.prompt.place_of("recorded"), where="recorded", remedy=remedy)
            return None


def refuse_missing(project: Project, rows: Iterable[Rendered]) -> None:
    """Stop where a recording is not there, as a plan would.

    Raises:
        ConfigError: With every prompt whose recording cannot be read.
    """
    problems = Problems()
    named = [row for row in rows if row.prompt.recorded is not None]
    if named:
        recordings = Recordings(project)
        for row in named:
            recordings.found(row, problems)
    problems.settle()


def outdated(project: Project, rows: Iterable[Rendered]) -> Iterator[Finding]:
    """Find the recordings that were made of other words than are written now."""
    rows = [row for row in rows if row.prompt.recorded is not None]
    recordings = Recordings(project) if rows else None
    for row in rows:
        recording = recordings.found(row, Problems()) if recordings else None
        if recording is not None and recording.text != row.text:
            message = (
                f"{recording.path} says “{_shown(recording.text)}”, and the text is now “{_shown(row.text)}”"
            )
            remedy = "record it anew; if it says that already, remove its line from voicekit.lock"
            yield Finding("VK412", "warning", row.prompt.place_of("recorded"), message, remedy)


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
