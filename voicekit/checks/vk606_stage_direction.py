"""VK606: a stage direction that would be spoken.

What: Square brackets in plain words; or round or angle brackets around a few words that speak of a sound, a pause or a note. Square brackets are
    left alone for voices that take them as directions (eleven_v3, Gemini).
Why: Voices know no stage directions: the embedded one says "[pause] hello" as "pause hello" (measured, espeak-ng 1.52). 28 of the 569 prompts of
    Asterisk's English list hold one: there, a person reads them and knows what is meant.
Fix: Take it out. A pause is `<break/>`, a sound is `<audio src="…"/>` or a file of its own, and a remark is the prompt's `note:`.

Bad:
    prompts:
        - {id: tone, text: "[two short tones]"}  ←
        - {id: leave, text: "Leave a message. (tone plays)"}  ←
        - {id: join, text: "<beep> Someone has come in."}  ←
Good:
    prompts:
        - {id: leave, text: "Leave a message (or hang up)."}
        - {id: office, text: "Our office (second floor, behind the fountain) is open."}
        - {id: join, text: "Someone has come in.", note: "[after the beep]"}
"""

import re
from collections.abc import Iterator

from voicekit.checks import Check, Row, Run
from voicekit.checks._words import STAGE, language_of, shown, texts, told
from voicekit.model import Finding

_SQUARE = re.compile(r"\[[^\[\]\n]{1,200}\]")
_ROUND = re.compile(r"\(([^()\n]{1,200})\)|<([^<>\n]{1,60})>")
_DIRECTED = frozenset({"eleven_v3", "Gemini"})
_WORDS = 8  # a longer remark in round brackets is mostly a part of the sentence


def _look(row: Row) -> Iterator[Finding]:
    for run in texts(row):
        yield from _remarks(run)


def _remarks(run: Run) -> Iterator[Finding]:
    family = run.row.family
    if family is None or family.name not in _DIRECTED:
        yield from (_finding(run, found) for found in told(_SQUARE, run.text))
    stage = STAGE.get(language_of(run))
    if stage is not None:
        yield from (_finding(run, found) for found in told(_ROUND, run.text) if _is_stage(stage, found))


def _is_stage(stage: re.Pattern[str], found: re.Match[str]) -> bool:
    inside = found[1] or found[2] or ""
    return bool(stage.search(inside)) and len(inside.split()) <= _WORDS and not inside.startswith("/")


def _finding(run: Run, found: re.Match[str]) -> Finding:
    message = f"{shown(found.group())} stands in brackets, and a voice speaks what is in them, or swallows it"
    return Finding(
        "VK606",
        "warning",
        run.place_at(found.start()),
        message,
        "take it out; a remark is the prompt's `note:`",
    )


CHECK = Check("VK606", "stage direction", row=_look, signs=frozenset("[(<"))
