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

from collections import defaultdict
from collections.abc import Iterator

from voicekit.checks import Check, PackUse, Row
from voicekit.checks._wordings import WORDS, Wordings, is_known, wordings
from voicekit.checks._words import sentences
from voicekit.model import Finding


def _look(use: PackUse) -> Iterator[Finding]:
    heard: set[tuple[str, str, str]] = set()
    said: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in use.rows:
        same = (row.language, row.prompt.id, row.text)
        if is_known(row.language) and same not in heard:
            heard.add(same)
            for group, word in _said(row):
                said[row.language, group][word].append(row)
    for (language, group), by_word in said.items():
        if len(by_word) > 1:
            yield _finding(use.pack.name, language, group, by_word)


def _said(row: Row) -> Wordings:
    """Return the wordings of a row, each with its group; a sentence that has two of one group has them on purpose."""
    found = wordings(" ".join(row.text.split()), row.language)
    if len({group for group, _ in found}) == len(found):
        return found
    by_sentence = (wordings(sentence.text, row.language) for sentence in sentences(row))
    return dict.fromkeys(pair for pairs in by_sentence for pair in pairs if _is_alone(pair, pairs))


def _is_alone(pair: tuple[str, str], pairs: Wordings) -> bool:
    return sum(group == pair[0] for group, _ in pairs) == 1


def _finding(pack: str, language: str, group: str, by_word: dict[str, list[Row]]) -> Finding:
    ranked = sorted(by_word.items(), key=lambda item: -len(item[1]))
    counts = ", ".join(f'"{word}" in {len(rows)}' for word, rows in ranked)
    message = f"prompts of pack {pack} ({language}) have different words for {group}: {counts}"
    word, rows = ranked[-1]
    pair = (group, word)
    places = (one.place for one in sentences(rows[0]) if pair in wordings(one.text, language))
    place = next(places, rows[0].speech.place)
    return Finding("VK605", "info", place, message, "choose one wording, and keep to it")


CHECK = Check("VK605", "mixed wording", pack=_look, words=WORDS)
