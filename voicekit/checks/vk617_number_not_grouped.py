"""VK617: a long number read in one breath.

What: Seven digits or more are read one by one without a pause: in one `<say-as>` that spells, or as single digits with blanks between them.
Why: Callers write a phone number down in groups of two to four. Polly's documentation has `telephone` for numbers of seven or ten digits beside
    `digits`, which spells each alone (P); spelled, nothing tells the groups apart.
Fix: Spell each group alone and pause for 300 ms between two, or use `<say-as interpret-as="telephone">`. In plain text put a comma between groups.

Bad:
    prompts:
        - {id: desk, ssml: "<speak>Call <say-as interpret-as='characters'>3125550142</say-as>.</speak>"}  ←
        - {id: plain, text: "Call 3 1 2 5 5 5 0 1 4 2."}  ←
Good:
    prompts:
        - id: desk
          ssml: "<speak>Call <say-as interpret-as='characters'>312</say-as><break time='300ms'/><say-as interpret-as='characters'>5550</say-as>.</speak>"
        - {id: phone, ssml: "<speak>Call <say-as interpret-as='telephone'>3125550142</say-as>.</speak>"}
        - {id: plain, text: "Call 3 1 2, 5 5 5, 0 1 4 2."}
"""

import re
from collections.abc import Iterator

from voicekit.checks import Check, Node, Row
from voicekit.checks._words import DIGITS, matches, shown
from voicekit.model import Finding

_SPELLED = frozenset({"characters", "spell-out", "verbatim", "digits", "number_digit"})
_TOGETHER = re.compile(r"\d{7,}")
_TWO = re.compile("[0-9] [0-9]")
_SPACED = re.compile(r"(?<![\w,.])\d(?: \d){6,}(?![\w])")
_REMEDY = "put a pause between its groups, or read it as a telephone number"


def _spelled(node: Node) -> Iterator[Finding]:
    if node.element.get("interpret-as") not in _SPELLED:
        return
    inside = "".join(child for child in node.element.children if isinstance(child, str))
    found = _TOGETHER.search(inside)
    if found:
        message = f"the {len(found.group())} digits {shown(found.group())} are read in one breath"
        yield Finding("VK617", "info", node.place, message, _REMEDY)


def _spaced(row: Row) -> Iterator[Finding]:
    for run, found in matches(row, _SPACED) if _TWO.search(row.text) else ():
        count = (len(found.group()) + 1) // 2
        message = f"the {count} digits {shown(found.group())} are read in one breath"
        yield Finding("VK617", "info", run.place_at(found.start()), message, _REMEDY)


CHECK = Check("VK617", "number not grouped", elements={"say-as": _spelled}, spoken=_spaced, signs=DIGITS)
