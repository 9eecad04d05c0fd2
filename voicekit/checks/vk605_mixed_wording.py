"""VK605: different words for the same thing in one pack.

What: Prompts of one pack and language name a key press, the # or * key or an extension by different words, or address the caller both formally and
    informally. Only words that mean the same are known. Told once for a pack, at the rarest wording.
Why: Callers take a new word for a new thing: who has learned "press pound" looks for another key at "press hash". Asterisk's English list
    says "press" in 60 prompts and "dial" in 3; FreeSWITCH's German list has two words for an extension, "Sie" in 153 prompts
    and "du" in 2.
Fix: Choose one wording. A prompt that names both on purpose ("the pound or hash key") is not counted.

Bad:
    prompts:
        - {id: pay, text: "To pay, press 1."}
        - {id: hear, text: "To hear your balance, press 2."}
        - {id: more, text: "For all else, dial 3."}  ←
Bad:
    prompts:
        - {id: enter, text: "Enter your number, followed by pound."}
        - {id: code, text: "Enter your code, then press the pound key."}
        - {id: zip, text: "Enter your zip code, followed by the hash key."}  ←
Bad:
    profile:
        language: de-DE
        voice: de-DE-Neural2-C
    prompts:
        - {id: wait, text: "Bitte haben Sie etwas Geduld."}
        - {id: soon, text: "Wir sind gleich für Sie da."}
        - {id: bye, text: "Danke, dass du angerufen hast."}  ←
Good:
    prompts:
        - {id: pay, text: "To pay, press 1. To push back the date, press 2."}
        - {id: help, text: "In an emergency, dial 911."}
        - {id: enter, text: "Enter your number, followed by the pound or hash key."}
        - {id: code, text: "Enter your code, then press pound. The fee is two pounds."}
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from voicekit.checks import Check, PackUse, Row
from voicekit.checks._keys import presses
from voicekit.checks._words import Sentence, primary, sentences
from voicekit.model import Finding

# Names of keys are often other things, too: they count behind a verb, or in front of "key".
_NAMED = {
    "en": r"\b(?:press|by|hit|push)(?: the)? {0}\b(?! sterling)|\b{0} (?:key|sign)\b",
    "es": r"\b(?:tecla|signo|oprima|presione|pulse|marque)(?: el| la)? {0}\b",
    "fr": r"\b(?:touche|sur|tapez|faites)(?: l[ae]?)?[ '’]?{0}\b",
    "de": r"\b{0}(?:-?taste)?\b",
}
_KEYS = {
    "en": {"the # key": "pound hash", "the * key": "star asterisk"},
    "es": {"the # key": "almohadilla numeral gato", "the * key": "asterisco estrella"},
    "fr": {"the # key": "dièse carré", "the * key": "étoile astérisque"},
    "de": {"the # key": "raute doppelkreuz", "the * key": "stern sternchen"},
}
_OTHERS = {
    "es": {"the caller": {"usted": r"\b(?:usted|oprima|presione)\b", "tú": r"\b(?:tú|tu|tus|ti)\b"}},
    "fr": {"the caller": {"vous": r"\b(?:vous|votre|vos)\b", "tu": r"\b(?:tu|toi|tes)\b"}},
    "de": {
        "the caller": {"Sie": r"(?<=[\w,] )(?-i:Sie|Ihnen)\b", "du": r"\b(?:du|dich|dir|deine?[mnrs]?)\b"},
        "an extension": {"Durchwahl": r"\bDurchwahl", "Nebenstelle": r"\bNebenstelle"},
    },
}


@cache
def _wordings(language: str) -> dict[str, dict[str, re.Pattern[str]]]:
    """Return groups of wordings that mean the same in a language; presses are counted beside these."""
    keys = {
        group: {word: _NAMED[language].format(word) for word in words.split()}
        for group, words in _KEYS.get(language, {}).items()
    }
    groups = {**keys, **_OTHERS.get(language, {})}
    return {
        group: {word: re.compile(form, re.IGNORECASE) for word, form in words.items()}
        for group, words in groups.items()
    }


def _look(use: PackUse) -> Iterator[Finding]:
    heard: set[tuple[str, str, str]] = set()
    said: dict[tuple[str, str], dict[str, list[Sentence]]] = defaultdict(lambda: defaultdict(list))
    for row in use.rows:
        words = (row.language, row.prompt.id, row.text)
        if primary(row.language) in _KEYS and words not in heard:
            heard.add(words)
            for group, found in _said(row).items():
                for word, sentence in found.items():
                    said[row.language, group][word].append(sentence)
    for (language, group), by_word in said.items():
        if len(by_word) > 1:
            yield _finding(use.pack.name, language, group, by_word)


def _said(row: Row) -> dict[str, dict[str, Sentence]]:
    """Return the wordings of a row by group, each with the first sentence that has it; none where one sentence has two."""
    language = primary(row.language)
    found: dict[str, dict[str, Sentence]] = defaultdict(dict)
    for sentence in sentences(row):
        here = {group: {word for word, form in words.items() if form.search(sentence.text)} for group, words in _wordings(language).items()}  # fmt: skip
        here["a key press"] = {press.verb for press in presses(sentence.text, language)}
        for group, words in here.items():
            if len(words) == 1:
                found[group].setdefault(next(iter(words)), sentence)
    return found


def _finding(pack: str, language: str, group: str, by_word: dict[str, list[Sentence]]) -> Finding:
    ranked = sorted(by_word.items(), key=lambda item: -len(item[1]))
    counts = ", ".join(f'"{word}" in {len(places)}' for word, places in ranked)
    message = f"pack {pack} ({language}) has different words for {group}: {counts} prompts"
    return Finding("VK605", "info", ranked[-1][1][0].place, message, "choose one wording, and keep to it")


CHECK = Check("VK605", "mixed wording", pack=_look)
