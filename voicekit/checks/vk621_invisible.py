r"""VK621: characters that nobody sees.

What: A text holds a soft hyphen, a zero-width character, a mark of writing direction in Latin text, or several no-break spaces in a row.
Why: Nobody sees them, but the voice gets them: with a zero-width space the embedded voice reads "voicemail" as two words (measured, espeak-ng 1.52).
    They are billed, and a text that differs in one of them only is another request, which is bought again.
Fix: Remove them; they come along when text is copied from a web page. `voicekit check --fix` does it where they stand in the file as
    they are, and where nothing else changes by it.

Bad:
    prompts:
        - {id: mail, text: "Your voice\u200Bmail is full."}  ←
        - {id: soft, text: "Ap\u00ADpoint\u00ADment"}  ←
        - {id: wide, text: "One\u00A0\u00A0\u00A0moment."}  ←
Good:
    prompts:
        - {id: mail, text: "Your voicemail is full."}
        - {id: french, text: "Attention\u00A0: voici le menu\u202F!"}
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from voicekit.checks import Check, Row, Run, Source
from voicekit.checks._rewrite import rewritten
from voicekit.checks._words import texts, told
from voicekit.model import Finding, Fix, Project

# Joiners and direction marks mean something in other scripts; between pictures, U+200D makes one of two.
_ALWAYS = r"[\u00AD\u2060\uFEFF]"
_LATIN = r"[\u200B\u200C\u200E\u200F\u202A-\u202E\u2066-\u2069]|(?<=[\x20-\u024F])\u200D"
_SPACES = r"[\u00A0\u202F]{2,}"
_ANY = re.compile(rf"{_ALWAYS}|{_LATIN}|{_SPACES}")
_ELSEWHERE = re.compile(rf"{_ALWAYS}|{_SPACES}")
_UNSEEN = re.compile(rf"{_ALWAYS}|[\u200B-\u200F\u202A-\u202E\u2066-\u2069]")
_BLANKS = re.compile(r"[ \u00A0\u202F]+")
_JINJA = re.compile(r"(?=\{[{%#]|[%#}]\})")  # braces that nothing keeps apart
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1DFF\u2C00-\uD7FF\uF900-\uFDFF\uFE70-\uFEFC]")


def _pattern(text: str) -> re.Pattern[str]:
    return _ELSEWHERE if _OTHER_SCRIPT.search(text) else _ANY


def _look(row: Row) -> Iterator[Finding]:
    if not all((ask.ssml or ask.text or "").isascii() for ask in row.asks):
        for run in texts(row):
            yield from _unseen(run)


def _unseen(run: Run) -> Iterator[Finding]:
    for found in told(_pattern(run.text), run.text):
        character = found.group()[0]
        count = "several of " if len(found.group()) > 1 else ""
        name = unicodedata.name(character, "").lower()
        message = f"{count}U+{ord(character):04X}, {name}, which nobody sees"
        yield Finding("VK621", "warning", run.place_at(found.start()), message, "remove it")


def _mend(finding: Finding, source: Source, _: Project) -> Fix | None:
    number = finding.place.line or 0
    clean = _cleaned(source).get(number)
    return None if clean is None else source.fix(number, 1, len(source.line(number)), clean)


@lru_cache(maxsize=2)  # findings come file by file
def _cleaned(source: Source) -> Mapping[int, str]:
    """Clean the lines of a file, as far as only what nobody sees changes by it."""
    lines: dict[int, str] = {}
    for number, line in enumerate(source.lines, 1):
        clean = line if line.isascii() else _clean(line)
        if clean != line and len(_JINJA.findall(clean)) == len(_JINJA.findall(line)):
            lines[number] = clean
    return rewritten(source, lines, _seen)


def _clean(line: str) -> str:
    return _pattern(line).sub(lambda found: " " if len(found.group()) > 1 else "", line)


def _seen(text: str) -> str:
    """Return of a text what one sees; blanks at its ends are cut before anything is sent."""
    return _BLANKS.sub(" ", _UNSEEN.sub("", text)).strip(" ")


CHECK = Check("VK621", "invisible character", row=_look, mend=_mend)
