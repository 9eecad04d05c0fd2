"""VK609: a word in capitals.

What: A word of five letters or more is written in capitals, and no lexicon says it. Known acronyms and roman numerals are left alone.
Why: Capitals are no emphasis to a voice: it reads the word like any other, or takes it for an abbreviation and spells it letter by letter. FreeSWITCH's
    English and German lists shout in 8 prompts and have an acronym in 4; Asterisk's English list has one name that is said as a word.
Fix: Write it in small letters; for stress use `<emphasis>`. What is to be spelled goes through the filter `say_as("characters")`; the name of a product
    goes into a lexicon.

Bad:
    prompts:
        - {id: wait, text: "PLEASE do NOT HANG UP."}  ←
Good:
    prompts:
        - {id: wait, text: "Please do not hang up. NASA and UNESCO call, from IOWA9, in 2026 and under Louis XVIII."}
        - {id: code, ssml: "<speak>It is <say-as interpret-as='characters'>KXMPQ</say-as>.</speak>"}
"""

import re
from collections.abc import Iterator

from voicekit.checks import Check, Row, Run
from voicekit.checks._words import language_of, reaches_voice, shown, texts, told
from voicekit.model import Finding

_CAPITALS = re.compile(r"(?<![\w@./-])[^\W\d_a-z]{5,40}(?:[ ,]{1,2}[^\W\d_a-z]{1,40}){0,20}(?![\w@/-]|\.\w)")
# Whatever stands in capitals in one of these languages has five of these in a row, and they are found quickly.
_ANY = re.compile("[A-ZÀ-ÞŒŠŸŽẞ][A-ZÀ-ÞŒŠŸŽẞ]{4}")
_ACRONYMS = (
    "ASCII COVID EBITDA HIPAA INTERPOL LASER NAFTA NASDAQ SCUBA UNESCO UNICEF USAID HTTPS SWIFT ELSTER SCHUFA BAFÖG INSEE SIRET "
    "INFONAVIT ISSSTE"
)
_KNOWN = frozenset(_ACRONYMS.split())
_WORD = re.compile(r"\w{5,}")
_ROMAN = re.compile(r"[IVXLCDM]+")
_LANGUAGES = frozenset({"en", "es", "fr", "de"})


def _look(row: Row) -> Iterator[Finding]:
    if _ANY.search(row.text):
        for run in texts(row):
            if language_of(run) in _LANGUAGES:
                yield from _shouted(run)


def _shouted(run: Run) -> Iterator[Finding]:
    for found in told(_CAPITALS, run.text):
        words = found.group()
        long = [word for word in _WORD.findall(words) if word not in _KNOWN and not _ROMAN.fullmatch(word)]
        if not words.isupper() or not long or not reaches_voice(run.row, words):
            continue
        message = f"{shown(words)} is in capitals, which a voice reads as plain words or spells"
        yield Finding(
            "VK609",
            "info",
            run.place_at(found.start()),
            message,
            "write it in small letters, or put it into a lexicon",
        )


CHECK = Check("VK609", "word in capitals", row=_look)
