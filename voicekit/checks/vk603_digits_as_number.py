"""VK603: digits that are read as a number.

What: Five digits or more in a row, or a phone number written with hyphens, stand in plain words. Round thousands, amounts of money and numbers with
    a unit are left alone, and so is what stands in `<say-as>` or `<sub>`.
Why: A voice reads a run of digits as a quantity: the embedded voice says "48213" as "forty-eight thousand two hundred thirteen", and a ten-digit phone
    number as three billion (measured, espeak-ng 1.52). Other voices guess by length and neighbours.
Fix: `{{ "48213" | digits }}`, or `<say-as interpret-as="telephone">`. In plain text write the digits one by one, with a comma between groups.

Bad:
    prompts:
        - {id: code, text: "Your code is 48213."}  ←
        - {id: desk, ssml: "<speak>Call us at <emphasis>3125550142</emphasis>.</speak>"}  ←
        - {id: line, text: "Call us at 312-555-0142."}  ←
Good:
    prompts:
        - {id: code, ssml: "<speak>Your code is <say-as interpret-as='characters'>48213</say-as>.</speak>"}
        - {id: desk, text: "Call us at 3 1 2, 5 5 5, 0 1 4 2."}
        - {id: prize, text: "You can win 15000 points, 12500 dollars or $12345.50 in 2026."}
"""

import re
from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.checks._words import DIGITS, language_of, matches, shown
from voicekit.model import Finding

_UNITS = (
    "dollars? cents? euros? pounds sterling pesos francs? yen points? puntos punkte miles? meilen millas kilometers? kilometres? "
    "kilómetros kilomètres kilometer km meters? metres? meter mètres metros feet people personas personnes menschen usd eur gbp chf"
)
_RUN = re.compile(
    r"(?<![\w.,$€£¥@/#:-])(?:[A-Z]{0,3}\d{5,}|\(?\d{3}\)?[- .]{1,2}\d{3}[-.]\d{4}|\d{3}-\d{4})(?![\w@/%€$£]|[.,:-]\d| ?(?:%|€|£))"
    rf"(?! (?:{'|'.join(_UNITS.split())})\b)",
    re.IGNORECASE,
)
_LONG = re.compile(r"[0-9]{3}(?:[0-9]{2}|[-.][0-9]{4})")  # in every run, and found quickly
_LANGUAGES = frozenset({"en", "es", "fr", "de"})
_ROUND = 1_000


def _look(row: Row) -> Iterator[Finding]:
    if not _LONG.search(row.text):
        return
    for run, found in matches(row, _RUN):
        digits = found.group()
        if language_of(run) in _LANGUAGES and not (digits.isdecimal() and int(digits[-3:]) % _ROUND == 0):
            message = f"the digits {shown(digits)} are read as a number"
            yield Finding(
                "VK603",
                "warning",
                run.place_at(found.start()),
                message,
                "read them with the filter `digits`, or as a telephone number",
            )


CHECK = Check("VK603", "digits read as a number", spoken=_look, signs=DIGITS)
