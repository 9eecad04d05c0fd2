"""What the words of a request are made from, for the reasons of a later plan."""

from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from zlib import crc32

from voicekit._pipeline.reading import Rendered
from voicekit._render import uses
from voicekit._render.render import Renderer
from voicekit.errors import Place
from voicekit.model import NO_VALUES, Origin, Project

# What writes numbers, dates and money into the words.
_WRITERS = {"Babel": "babel", "unicode-rbnf": "unicode-rbnf"}


class Origins:
    """Tells the origin of one row after the other; what they share is worked out once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._renderer = Renderer(project)
        self._scripts = {script.place.path: script for script in project.scripts}

    def of(self, row: Rendered) -> Origin:
        """Return what a row's words are made from."""
        language = row.profile.settings.language or ""
        values = self._renderer.values(row.pack, row.prompt, language)
        script = self._scripts.get(row.speech.place.path) if row.prompt.script else None
        if script is not None:
            names = frozenset(spec.name for spec in script.inputs)
            place, body = Place(script.place.path, script.body_line), script.body
        else:
            source = row.prompt.text if row.prompt.text is not None else row.prompt.ssml or ""
            names = uses.names(source)
            place, body = row.prompt.place_of("text" if row.prompt.text is not None else "ssml"), source
        return Origin(
            path=place.path,
            first_line=place.line or 1,
            lines=tuple(f"{crc32(line.encode()):08x}" for line in body.splitlines()),
            values={name: value for name, value in values.items() if name in names} or NO_VALUES,
            entries=tuple(sorted(self._entries(row))),
            versions=versions(),
        )

    def _entries(self, row: Rendered) -> Iterator[str]:
        named = {lexicon.path: lexicon for lexicon in self._project.shelf.values()} if row.said.used else {}
        for path, line in row.said.used:
            lexeme = next(lexeme for lexeme in named[path].lexemes if lexeme.line == line)
            said = repr((lexeme.graphemes, lexeme.pronunciations, lexeme.roles))
            yield f"{path.rpartition('/')[2]}: {lexeme.graphemes[0]} @{crc32(said.encode()):08x}"


@cache
def versions() -> dict[str, str]:
    """Return the versions of the libraries that write numbers, dates and money."""
    return {name: version(package) for name, package in _WRITERS.items()}
