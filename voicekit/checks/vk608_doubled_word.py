"""VK608: a word that stands there twice.

What: One of the small words that are never said twice on purpose follows itself: "the the", "to to", "de de", "und und".
Why: Eyes skip it, most of all across a line end or where a template ends with the word that its value starts with; a voice says it. None of the 2,589
    prompts of Asterisk's and FreeSWITCH's lists has one, since people read those aloud; nobody reads what a template makes. Words that a language does
    double ("had had", "vous vous", "die die") are not among them.
Fix: Remove one.

Bad:
    prompts:
        - {id: wait, text: "Please hold the the line."}  ←
        - id: long
          text: >  ←
            We will be with you in
            in a minute.
Bad:
    prompts:
        - {id: day, text: "We will call you on {{ day }}.", values: {day: "on Monday"}}  ←
Good:
    prompts:
        - {id: had, text: "What he had had was that that was said. It is at Two Two Street, five five, no no."}
Good:
    profile:
        language: fr-FR
        voice: fr-FR-Neural2-A
    prompts:
        - {id: where, text: "Vous vous trouvez dans la file. Nous nous excusons."}
"""

import re
from collections.abc import Iterator
from operator import eq

from voicekit.checks import Check, Row, Run
from voicekit.checks._traits import words
from voicekit.checks._words import language_of, texts, told
from voicekit.model import Finding

_WORDS = {
    "en": "the a an to of and for your our my please will are be with or this we at by from as on if is can has in",
    "es": "el la los las de del para por con y su sus un una en se que al es",
    "fr": "le les de du des à et pour votre vos notre un une dans sur par avec ou au aux",
    "de": "und oder für zum zur ein eine einen bitte wir ihre ihrem ihren nicht ist mit von im am",
}
_DOUBLED = {
    language: re.compile(rf"\b({'|'.join(small.split())})\s+\1\b(?!['’-])", re.IGNORECASE)
    for language, small in _WORDS.items()
}


def _look(row: Row) -> Iterator[Finding]:
    said = words(row.text)
    if any(map(eq, said, said[1:])):
        for run in texts(row):
            yield from _twice(run)


def _twice(run: Run) -> Iterator[Finding]:
    pattern = _DOUBLED.get(language_of(run))
    for found in told(pattern, run.text) if pattern is not None else ():
        message = f'"{found[1]}" stands there twice'
        yield Finding("VK608", "warning", run.place_at(found.start()), message, "remove one")


CHECK = Check("VK608", "doubled word", spoken=_look)
