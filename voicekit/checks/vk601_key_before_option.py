"""VK601: a key before the option that it stands for.

What: A sentence names the key first and what it does after that: "Press 1 for sales". Told once for a prompt.
Why: Callers listen for what they want. Who hears the key first has to keep it in mind until the option is understood, and at the next key it is
    gone. Phone makers' guides show the option first (Avaya Interactive Response, Nortel Meridian). 49 of the 569 prompts of Asterisk's
    English list name the key first.
Fix: Turn the sentence around: "For sales, press 1."

Bad:
    prompts:
        - {id: menu, text: "Press 1 for sales. Press 2 for billing."}  ←
        - {id: more, text: "Thank you. Please press star to hear this again."}  ←
Bad:
    profile:
        language: de-DE
        voice: de-DE-Neural2-C
    prompts:
        - {id: menu, text: "Drücken Sie bitte die 1, um zu bezahlen."}  ←
Good:
    prompts:
        - {id: menu, text: "For sales, press 1. For billing, press 2."}
        - {id: more, text: "To hear this again, press star. To talk to us press 0 for as long as you like."}
        - {id: enter, text: "Please enter your number, then press pound."}
        - {id: any, text: "Press one of the keys to go on."}
Good:
    profile:
        language: es-US
        voice: es-US-Neural2-A
    prompts:
        - {id: menu, text: "Para ventas, oprima 1. Para pagos, oprima 2."}
"""

import re
from collections.abc import Iterator
from functools import cache

from voicekit.checks import Check, Row
from voicekit.checks._keys import AIMS, VERBS, Press, another, presses, tells_keys
from voicekit.checks._words import primary, sentences
from voicekit.model import Finding

# What may stand before the verb and is no option.
_LEADS = {
    "en": "please or and otherwise now simply just then you can may also",
    "es": "por favor o y también puede ahora luego",
    "fr": "veuillez ou et puis maintenant vous pouvez aussi",
    "de": "bitte oder und dann jetzt",
}
_NOW = {"en": "now", "es": "ahora", "fr": "maintenant", "de": "jetzt"}
_WORD = re.compile(r"\w+")


@cache
def _option(language: str) -> re.Pattern[str]:
    """What leads from a key that comes first to its option."""
    return re.compile(rf"(?: {_NOW[language]})?,? (?:{AIMS[language]})\b", re.IGNORECASE)


def _look(row: Row) -> Iterator[Finding]:
    language = primary(row.language)
    for sentence in sentences(row) if tells_keys(row) else ():
        press = next(presses(sentence.text, language), None)
        if press is not None and _comes_first(press, sentence.text, language):
            message = f"prompt {row.prompt.id} names the key before the option"
            remedy = 'say what it is for first: "For …, press …"'
            yield Finding("VK601", "warning", sentence.place, message, remedy)
            return


def _comes_first(press: Press, text: str, language: str) -> bool:
    before = re.split("[:;]", text[: press.start])[-1]
    joined = another(language).match(text, press.end)
    behind = joined.end() if joined else press.end
    leads = set(_LEADS[language].split())
    return bool(_option(language).match(text, behind)) and leads.issuperset(_WORD.findall(before.lower()))


CHECK = Check("VK601", "key before option", spoken=_look, words=VERBS)
