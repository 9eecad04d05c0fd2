r"""VK615: a symbol that voices misread or drop.

What: One of # * @ ~ | ^ _ \ stands in plain words, or a stroke between two words ("and/or"), and no lexicon says it. What belongs to an address, a unit
    ("km/h") or a number ("24/7") is left alone, and so is "&".
Why: Each voice has its own word for it, or none: the embedded one says "hash" for # in American English, "number" in German and nothing in French; it drops * in
    German, and | everywhere (measured, espeak-ng 1.52). Callers who are to press a key must hear which. 3 of the 569 prompts of Asterisk's English list name a key so.
Fix: Write the word: "pound", "star", "or".

Bad:
    prompts:
        - {id: end, text: "When you have finished, press #."}  ←
        - {id: both, text: "Bring your card and/or a letter."}  ←
        - {id: loud, text: "This is *very* important."}  ← two of them
Good:
    prompts:
        - {id: end, text: "When you have finished, press pound."}
        - {id: rest, text: "Smith & Sons is open 24/7, at 50 km/h or 1/2 of that. Write to a_b@acme.com."}
        - {id: sub, ssml: "<speak>Press <sub alias='pound'>#</sub>.</speak>"}
"""

import re
from collections.abc import Iterator

from voicekit.checks import Check, Row, Run
from voicekit.checks._words import ADDRESS, reaches_voice, texts, told
from voicekit.model import Finding

_SYMBOL = re.compile(
    r"[#*@~|^_\\]|(?<![\w/.:])[^\W\d_]{2,}/[^\W\d_]{3,}(?![\w/])|(?<![\w/.:])[^\W\d_]{3,}/[^\W\d_]{2,}(?![\w/])"
)
_SIGNS = frozenset("#*@~|^_\\/")
# What other rules speak of: addresses, remarks in brackets, and placeholders.
_TOLD = re.compile(rf"{ADDRESS.pattern}|\[[^\[\]\n]{{0,200}}\]|\{{[^{{}}\n]{{0,60}}\}}|<[^<>\n]{{0,60}}>")


def _look(row: Row) -> Iterator[Finding]:
    for run in texts(row):
        yield from _symbols(run)


def _symbols(run: Run) -> Iterator[Finding]:
    text = _TOLD.sub(lambda found: " " * len(found.group()), run.text)
    for found in told(_SYMBOL, text):
        if reaches_voice(run.row, found.group()):
            message = f'"{found.group()[:40]}" is read in other words by each voice, or dropped'
            yield Finding(
                "VK615", "warning", run.place_at(found.start()), message, "write what is to be said"
            )


CHECK = Check("VK615", "symbol", row=_look, signs=_SIGNS)
