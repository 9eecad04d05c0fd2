"""VK409: a text in another language than the voice speaks.

What: Most of the small words of a text (six words or more) belong to English, Spanish, French or German, and the profile speaks
    another of these four. What stands inside `<lang>` or `<voice>` is not counted.
Why: A voice reads any text by its own language's rules, and nothing fails: callers hear words that nobody understands. It happens
    when a text without a `locale` goes into a pack with several languages.
Fix: Give the prompt a `locale`, write it as a script with a template for each language, or put the foreign words into `<lang>`.

Bad:
    profile en:
        title: English
    profile es:
        language: es-US
        voice: es-US-Neural2-A
    prompts:
        - {id: wait, text: "Please stay on the line and we will be with you as soon as we can."}  ←
Good:
    profile en:
        title: English
    profile es:
        language: es-US
        voice: es-US-Neural2-A
    prompts:
        - {id: wait, text: "Please stay on the line and we will be with you as soon as we can.", locale: en-US}
        - {id: name, text: "Hotel Mar y Sol, Restaurante Casa del Rio, Lima"}
        - id: choose
          ssml: "<speak>Para continuar en español no oprima nada. <lang xml:lang='en-US'>For the English menu press one of these.</lang></speak>"
          locale: es-US
"""

from collections.abc import Iterator
from functools import cache

from voicekit import _language
from voicekit.checks import Check, Row
from voicekit.checks._traits import words
from voicekit.model import Element, Finding

_NAMES = {"en": "English", "es": "Spanish", "fr": "French", "de": "German"}
_LEAST = 6  # words
_CLEAR = 3  # small words of the other language, and as many times those of the voice's own


def _look(row: Row) -> Iterator[Finding]:
    own = row.language.partition("-")[0].lower()
    if own not in _NAMES or _foreign(own).isdisjoint(words(row.text)):
        return
    content = row.speech.content
    tokens = _language.tokens(content if isinstance(content, str) else " ".join(_said(content)))
    if len(tokens) < _LEAST:
        return
    counts = _language.small_words(tokens)
    other = max(counts, key=lambda tag: counts[tag])
    if other != own and counts[other] >= max(_CLEAR, _CLEAR * counts[own], len(tokens) / 5):
        message = f"prompt {row.prompt.id} looks like {_NAMES[other]}, and the profile {row.profile.name} speaks {row.language}"
        remedy = "give the prompt a locale, or write it in the profile's language"
        yield Finding("VK409", "warning", row.speech.place, message, remedy)


@cache
def _foreign(own: str) -> frozenset[str]:
    """Return the small words of the other languages."""
    others = (words for language, words in _language.SMALL_WORDS.items() if language != own)
    return frozenset().union(*others)


def _said(node: Element) -> Iterator[str]:
    if node.name in {"lang", "voice"}:
        return
    if node.name == "sub":
        yield node.get("alias")
        return
    for child in node.children:
        if isinstance(child, str):
            yield child
        else:
            yield from _said(child)


CHECK = Check("VK409", "text in another language", spoken=_look)
