"""VK613: a sentence of more than thirty words.

What: A sentence has more than thirty words, counted to its full stop, to the end of its `<s>` or `<p>`, or to a pause.
Why: Callers cannot read it again, and a voice has one breath for it. 10 of the 569 prompts of Asterisk's English list have one: mostly menus
    whose options hang together by commas. Google advises full stops, too, and refuses what it finds too long (see VK202).
Fix: Make two of it. In a menu, give each option its own sentence.

Bad:
    prompts:
        - id: menu
          text: "To hear the next message press six, to hear it again press five, to hear the one before press four, to delete this message or get it back press zero, and to leave press pound or hang up."  ←
Good:
    prompts:
        - id: menu
          text: "To hear the next message, press six. To hear it again, press five. To hear the one before, press four. To delete this message or get it back, press zero. To leave, press pound or hang up."
"""

from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.checks._traits import words
from voicekit.checks._words import primary, sentences
from voicekit.model import Finding

_MOST = 30  # words
_LANGUAGES = frozenset({"en", "es", "fr", "de"})


def _look(row: Row) -> Iterator[Finding]:
    if primary(row.language) not in _LANGUAGES or not _may_be_long(row.text):
        return
    for sentence in sentences(row):
        count = len(sentence.text.split())
        if count > _MOST:
            message = f"prompt {row.prompt.id} has a sentence of {count} words"
            yield Finding("VK613", "info", sentence.place, message, "make two of it, each with its full stop")


def _may_be_long(text: str) -> bool:
    """Whether a text has that many words between two full stops, whatever else divides it."""
    return len(words(text)) > _MOST and any(
        len(part) > 2 * _MOST and len(part.split()) > _MOST for part in text.split(". ")
    )


CHECK = Check("VK613", "long sentence", spoken=_look)
