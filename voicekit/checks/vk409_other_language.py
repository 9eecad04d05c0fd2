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

import re
from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.model import Element, Finding

# The small words that are nearly always there, without those that two of the four languages share.
_WORDS = {
    "English": "the and you your to of is are for with this that not we our have has will can at it be please by from "
    "press if or they been my what who",
    "Spanish": "el los las por para su sus que y con una del al se lo usted está están es más favor oprima pulse gracias "
    "nuestro nuestra le si sí cuando esta este número",
    "French": "le les vous votre vos et pour nous est une des du au aux dans avec sur ce cette cet sont par qui plus "
    "veuillez appuyez tapez merci notre ou pas être numéro",
    "German": "der das und ist sie nicht bitte für mit den dem ein eine einen auf zu zum zur wir ihre ihr ihren oder "
    "von im sich werden wird wurde haben es ihnen",
}  # fmt: skip
_NAMES = {"en": "English", "es": "Spanish", "fr": "French", "de": "German"}
_TOKEN = re.compile(r"[^\W\d_]+")
_LEAST = 6  # words
_CLEAR = 3  # small words of the other language, and as many times those of the voice's own


def _table() -> dict[str, str]:
    """Return the language of each small word; one that two languages have says nothing."""
    found: dict[str, set[str]] = {}
    for language, words in _WORDS.items():
        for word in words.split():
            found.setdefault(word, set()).add(language)
    return {word: next(iter(languages)) for word, languages in found.items() if len(languages) == 1}


_OF = _table()


def _look(row: Row) -> Iterator[Finding]:
    own = _NAMES.get(row.language.partition("-")[0].lower())
    content = row.speech.content
    text = content if isinstance(content, str) else " ".join(_said(content))
    words = _TOKEN.findall(text.casefold())
    if own is None or len(words) < _LEAST:
        return
    counts = dict.fromkeys(_WORDS, 0)
    for word in words:
        if word in _OF:
            counts[_OF[word]] += 1
    other = max(counts, key=lambda name: counts[name])
    if other != own and counts[other] >= max(_CLEAR, _CLEAR * counts[own], len(words) / 5):
        message = f"prompt {row.prompt.id} looks like {other}, and the profile {row.profile.name} speaks {row.language}"
        remedy = "give the prompt a locale, or write it in the profile's language"
        yield Finding("VK409", "warning", row.speech.place, message, remedy)


def _said(node: Element) -> Iterator[str]:
    if node.name in {"lang", "voice"}:
        return
    for child in node.children:
        if isinstance(child, str):
            yield child
        else:
            yield from _said(child)


CHECK = Check("VK409", "text in another language", spoken=_look)
