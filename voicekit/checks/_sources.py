"""The project's files as text, read once a run, for ignore comments and for fixes. Imports _files, _wire and model."""

import os
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from attrs import field, frozen

from voicekit import _files, _wire
from voicekit import _limits as limits
from voicekit.errors import VoicekitError
from voicekit.model import Fix, Project, Prompt


@frozen
class Source:
    """A file's text, with one line feed at the end of every line and without a byte order mark."""

    path: str
    text: str
    prompts: Sequence[Prompt] = field(default=(), eq=False, repr=False)

    @cached_property
    def lines(self) -> Sequence[str]:
        """The lines without their ends."""
        return self.text.split("\n")

    @cached_property
    def starts(self) -> Sequence[int]:
        """The offset at which each line starts."""
        return (0, *accumulate(len(line) + 1 for line in self.lines[:-1]))

    @cached_property
    def seen(self) -> str:
        """What tells this state of the file from another."""
        return _wire.digest(self.text.encode())

    def line(self, number: int) -> str:
        """Return a 1-based line without its end; empty where the file is shorter."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def position(self, offset: int) -> tuple[int, int]:
        """Return the 1-based line and column of an offset."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    @cached_property
    def _written(self) -> Mapping[int, Sequence[Prompt]]:
        found: dict[int, list[Prompt]] = defaultdict(list)
        for prompt in self.prompts:
            for line in prompt.lines_of("text" if prompt.ssml is None else "ssml"):
                found[line].append(prompt)
        return found

    def prompts_on(self, line: int | None) -> Sequence[Prompt]:
        """Return the prompts of which the text or SSML stands on a line of this file."""
        return self._written.get(line or 0, ())

    def fix(self, line: int, column: int, length: int, replacement: str) -> Fix:
        """Replace some characters of a line; `length` may run over its end, which is one character."""
        return Fix(self.path, line, column, length, replacement, self.seen)


def read(path: str, prompts: Sequence[Prompt] = ()) -> Source | None:
    """Read a file as it is now, of which these are the prompts; None where it is no file that can be read."""
    try:
        return Source(path, _files.read_text(Path(path), limits.PROMPT_LIST_BYTES, name=path), prompts)
    except (VoicekitError, ValueError):
        return None


class Sources:
    """The files of one project, each read when it is first asked for."""

    def __init__(self, project: Project) -> None:
        self.root = os.path.abspath(project.root)  # noqa: PTH100 - a link in the root stays as the user wrote it
        self._project = project
        self._read: dict[str, Source | None] = {}

    def get(self, path: str) -> Source | None:
        """Return a file by the name that places give it; None where it is no file that can be read."""
        if path not in self._read:
            self._read[path] = read(path, self._prompts.get(path, ()))
        return self._read[path]

    @cached_property
    def _prompts(self) -> Mapping[str, Sequence[Prompt]]:
        """The literal prompts by file; those that `each` made of one row, or two packs share, are one."""
        found: dict[str, dict[tuple[int | None, str], Prompt]] = defaultdict(dict)
        for pack in self._project.packs:
            for prompt in pack.prompts:
                if prompt.script is None:
                    found[prompt.place.path][prompt.place.line, prompt.text or prompt.ssml or ""] = prompt
        return {path: tuple(prompts.values()) for path, prompts in found.items()}

    def relative(self, path: str) -> str:
        """Return a file's path below the project's root, with ``/``."""
        return Path(os.path.relpath(path, self.root)).as_posix()

    def paths(self) -> Iterator[str]:
        """Name every file that may hold a comment for us: settings, profiles, prompt lists, templates and partials."""
        below = ["voicekit.yaml"]
        for folder, pattern in (("profiles", "*.yaml"), ("templates", "**/*.j2")):
            files = sorted(Path(self.root, folder).glob(pattern))
            below += [path.relative_to(self.root).as_posix() for path in files]
        named = dict.fromkeys(prompt.place.path for pack in self._project.packs for prompt in pack.prompts)
        yield from dict.fromkeys([*map(self._shown, below), *named])

    def _shown(self, relative: str) -> str:
        """Name a file as places do: from here, or whole where it lies elsewhere."""
        path, here = Path(self.root, relative), Path.cwd()
        return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)
