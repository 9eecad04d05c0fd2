"""What the rules of telephony and of the craft of prompts share: sentences, and what reaches the voice. Imports the subjects.

Words are known in English, Spanish, French and German. In any other language a rule about words says nothing.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from xml.sax.saxutils import escape

from attrs import field, frozen

from voicekit.checks._subjects import Row, Run
from voicekit.errors import Place, printable
from voicekit.model import Element

# What stands in these is said in a way that its author has chosen, or is not said at all.
_UNSAID = frozenset({"desc", "metadata", "meta", "lexicon", "math"})
_SETTLED = _UNSAID | {"say-as", "sub", "phoneme"}
_SAID_OTHERWISE = re.compile(r"<(sub|phoneme)\b[^>]*>[^<]*</\1>")
_END = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s)|\n\s*\n")
_TOLD = 50  # findings of one rule in one text
DIGITS = frozenset("0123456789")
_ENDS = frozenset({"speak", "p", "s", "break"})
_G711 = frozenset({"MULAW", "ALAW"})
LINE = 8_000  # Hz, of a phone line


def primary(language: str) -> str:
    """Return the language of a BCP-47 tag without region or script, such as ``en``."""
    return language.partition("-")[0].lower()


def language_of(run: Run) -> str:
    """Return the primary language of a text: that of the nearest element that states one, or the voice's."""
    stated = (parent.get("xml:lang") for parent in reversed(run.parents))
    return primary(next(filter(None, stated), run.row.language))


def as_written(run: Run) -> bool:
    """Whether a text is left to the voice's own reading: no element around it settles how it is said."""
    return not any(parent.name in _SETTLED for parent in run.parents)


def texts(row: Row) -> Iterator[Run]:
    """Yield the texts of a row that are left to the voice's own reading."""
    return (run for run in _runs(row) if run is not None and as_written(run))


def matches(row: Row, pattern: re.Pattern[str]) -> Iterator[tuple[Run, re.Match[str]]]:
    """Yield where a pattern stands in what is left to the voice's own reading."""
    if pattern.search(row.text):
        for run in texts(row):
            yield from ((run, found) for found in told(pattern, run.text))


def told(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield where a pattern stands in one text, up to what anybody reads: a text may hold a million of it."""
    return islice(pattern.finditer(text), _TOLD)


def reaches_voice(row: Row, said: str) -> bool:
    """Whether words of a row are sent as they stand: no lexicon says them otherwise."""
    for ask in row.asks:
        sent = ask.text or "" if ask.ssml is None else _SAID_OTHERWISE.sub("", ask.ssml)
        if (said if ask.ssml is None else escape(said)) in sent:
            return True
    return False


def on_the_phone(row: Row) -> bool:
    """Whether a row is for a phone line: by its target, or because it asks for G.711 or 8000 Hz."""
    return row.ask.sample_rate == LINE or carried(row) == LINE


def carried(row: Row) -> int | None:
    """Return the most samples a second, in Hz, that a row's file carries: its target's, or G.711's; None is the vendor's."""
    rate = row.shape.sample_rate
    if row.ask.encoding not in _G711:
        return rate
    return LINE if rate is None else min(rate, LINE)


def shown(text: str) -> str:
    """Return a text as a message may quote it: short, in one line, with nothing that steers a terminal."""
    folded = " ".join(text.split())
    return printable(folded if len(folded) <= 40 else f"{folded[:39]}…")


# --- sentences --------------------------------------------------------------------------------------


@frozen
class Sentence:
    """One sentence of a row, with its blanks folded, and the text in which it starts."""

    text: str
    run: Run = field(repr=False)
    offset: int = 0

    @property
    def place(self) -> Place:
        """The line that wrote its start."""
        return self.run.place_at(self.offset)


def sentences(row: Row) -> Iterator[Sentence]:
    """Yield the sentences of a row: each ends at a full stop, a blank line, or where a ``p``, ``s`` or ``break`` does."""
    parts: list[str] = []
    start: tuple[Run, int] | None = None
    for run in _runs(row):
        if run is None:
            yield from _sentence(parts, start)
            parts, start = [], None
            continue
        end = 0
        for stop in _END.finditer(run.text):
            start = start or _start(run, end)
            yield from _sentence([*parts, run.text[end : stop.end()]], start)
            parts, start, end = [], None, stop.end()
        parts.append(run.text[end:])
        start = start or _start(run, end)
    yield from _sentence(parts, start)


def _start(run: Run, offset: int) -> tuple[Run, int] | None:
    rest = run.text[offset:]
    return (run, offset + len(rest) - len(rest.lstrip())) if rest.strip() else None


def _sentence(parts: list[str], start: tuple[Run, int] | None) -> Iterator[Sentence]:
    text = " ".join("".join(parts).split())
    if text and start is not None:
        yield Sentence(text, *start)


def _runs(row: Row) -> Iterator[Run | None]:
    """Yield what is said, in order, and None where an element ends a sentence."""
    content = row.speech.content
    if isinstance(content, str):
        yield Run(row, content)
    else:
        yield from _inside(row, content, ())


def _inside(row: Row, node: Element, parents: tuple[Element, ...]) -> Iterator[Run | None]:
    below = (*parents, node)
    if node.name in _UNSAID:
        return
    if node.name in _ENDS:
        yield None
    if node.name == "sub":
        yield Run(row, node.get("alias"), below)
        return
    before = 0
    for child in node.children:
        if isinstance(child, str):
            yield Run(row, child, below, before)
        else:
            before += 1
            yield from _inside(row, child, below)
    if node.name in _ENDS:
        yield None


# --- directions -------------------------------------------------------------------------------------

# Words of remarks that are meant for whoever records a prompt, or plays it.
STAGE: Mapping[str, re.Pattern[str]] = {
    language: re.compile(rf"\b(?:{known})(?!\w)", re.IGNORECASE)
    for language, known in {
        "en": "beeps?|tones?|silence|pauses?|sounds?|chime|jingle|sfx|music plays|laughs|sighs|whispers|note:",
        "es": "pitido|tono|silencio|pausa|sonido|suena|música|risa|nota:",
        "fr": "bip|tonalité|silence|pause|musique|sonnerie|rires|bruit|note :|note:",
        "de": "piepton|signalton|stille|pause|geräusch|musik|lacht|flüstert|hinweis:|anmerkung:",
    }.items()
}
# A web address that says what it is, or a mail address.
ADDRESS = re.compile(
    r"\bhttps?://[^\s<>\"]+|\bwww\.[\w-]+\.[^\s<>\"]*\w|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
)
# Tags that people write into plain text: those of HTML and of SSML.
_TAGS = (
    "a abbr b big blockquote body br center code div em font h1 h2 h3 head html i img li link meta ol p pre s script small span "
    "strong style sub sup table td th tr u ul audio break emphasis lang mark phoneme prosody say-as speak voice w"
)
MARKUP_NAMES = frozenset(_TAGS.split())
