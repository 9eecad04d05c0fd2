"""VK618: a date in digits.

What: A day, a month and a year stand in plain words as digits: "03/04/2026", "3.4.26" or "03-04-2026".
Why: It is the 3rd of April in London and the 4th of March in New York, and the caller cannot see which was meant. The embedded voice reads the strokes,
    too: "zero three slash zero four slash two thousand twenty six" (measured, espeak-ng 1.52); Polly asks for a `format` (P).
Fix: `{{ day | date(format="long") }}`, or write the month as a word, or `<say-as interpret-as="date" format="mdy">`.

Bad:
    prompts:
        - {id: visit, text: "Your visit is on 03/04/2026."}  ←
Good:
    prompts:
        - {id: visit, text: "Your visit is on March 4th, 2026. Rooms 3/4/5 and 10.0.0.1 are closed; call 1-800-26."}
        - {id: tagged, ssml: "<speak>On <say-as interpret-as='date' format='mdy'>03/04/2026</say-as>.</speak>"}
"""

import re
from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.checks._words import DIGITS, matches
from voicekit.model import Finding

_DATE = re.compile(r"(?<![\w./-])(\d{1,2})([/.-])(\d{1,2})\2(?:(?:19|20)\d\d|\d\d)(?![\w/-]|\.\d)")
_TWO = re.compile("[0-9][/.-][0-9]")
_MONTHS, _DAYS = 12, 31


def _look(row: Row) -> Iterator[Finding]:
    for run, found in matches(row, _DATE) if _TWO.search(row.text) else ():
        one, other = sorted((int(found[1]), int(found[3])))
        if 1 <= one <= _MONTHS and other <= _DAYS:
            unclear = ", and may be two different days" if other <= _MONTHS and one != other else ""
            message = f"the date {found.group()} is left to each voice{unclear}"
            remedy = "write the month as a word, or use the filter `date`"
            yield Finding("VK618", "warning", run.place_at(found.start()), message, remedy)


CHECK = Check("VK618", "date in digits", spoken=_look, signs=DIGITS)
