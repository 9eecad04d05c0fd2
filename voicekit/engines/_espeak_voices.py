"""The voices of espeak-ng, read from its data folder. Imports the engines' protocol only.

Each file below ``lang/`` is a voice: lines such as ``name English (America)`` and ``language en-us 2``, where the number
is the priority among voices of that language (5 when it is not given, the lowest wins).
"""

from collections.abc import Iterator
from pathlib import Path

from voicekit.engines import EngineVoice

_BETA_PRIORITY = 5


def read(data: Path) -> tuple[EngineVoice, ...]:
    """Return the voices below a data folder, sorted by language and priority."""
    folder = data / "lang"
    found = (voice for file in sorted(folder.rglob("*")) if file.is_file() for voice in _voices(file, folder))
    return tuple(sorted(found, key=lambda voice: (voice.language, voice.priority, voice.name)))


def _voices(file: Path, folder: Path) -> Iterator[EngineVoice]:
    title, languages = file.name, []
    for line in file.read_text("utf-8", "replace").splitlines():
        word, _, rest = line.partition(" ")
        if word == "name":
            title = rest.partition("//")[0].strip()  # what follows is a comment
        elif word == "language":
            languages.append(rest.split())
    for tag, *priority in languages:
        yield EngineVoice(
            language=canonical(tag),
            name=file.relative_to(folder).as_posix(),
            title=title,
            priority=int(priority[0]) if priority else _BETA_PRIORITY,
        )


def canonical(tag: str) -> str:
    """Return a tag in the case that RFC 5646 recommends: ``en-us`` is ``en-US``, ``fa-latn`` is ``fa-Latn``."""
    subtags = tag.lower().split("-")
    private = subtags.index("x") if "x" in subtags else len(subtags)
    for index, subtag in enumerate(subtags[1:private], 1):
        if len(subtag) == 2:
            subtags[index] = subtag.upper()
        elif len(subtag) == 4 and subtag.isalpha():
            subtags[index] = subtag.title()
    return "-".join(subtags)
