"""VK620: tags or entities in plain words.

What: The words of a prompt hold a tag of HTML or SSML, or a character entity: in a `text:` as written, or in SSML because a value brought them along.
Why: A `text:` is raw text to every vendor, and values are escaped in SSML, so that tags are words there: the embedded voice says "b hi slash b" for
    "<b>hi</b>" and "and amp" for "&amp;" (measured, espeak-ng 1.52).
Fix: Write SSML under `ssml:` or in a script; clean values that come from a website before they go into the list.

Bad:
    prompts:
        - {id: bold, text: "This is <b>very</b> important."}  ← both tags
        - {id: amp, text: "Smith &amp; Sons"}  ←
        - {id: pause, text: "One moment.<break time='1s'/>"}  ←
Bad:
    template hello:
        <speak>
        Welcome to {{ company }}.
        </speak>
    prompts:
        - {id: hello, script: hello, values: {company: "Smith&nbsp;Sons"}}
    templates/hello.ssml.j2:
        ---
        inputs:
          company: {type: string}
        ---
        <speak>Welcome to {{ company }}.</speak>  ←
Good:
    prompts:
        - {id: bold, ssml: "<speak>This is <emphasis>very</emphasis> important. Smith &amp; Sons</speak>"}
        - {id: less, text: "Is 3 < 4 & 5 > 4? Ask R&D; they know. I <3 it."}
"""

import re
from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.checks._words import MARKUP_NAMES, matches, shown
from voicekit.model import Finding

_TAG = re.compile(
    r"</?(?P<name>[A-Za-z][A-Za-z0-9-]{0,20})(?:\s[^<>]{0,400})?/?>|<!--|&(?:[a-z]{2,8}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});"
)


def _look(row: Row) -> Iterator[Finding]:
    for run, found in matches(row, _TAG):
        if not found["name"] or found["name"].lower() in MARKUP_NAMES:
            message = f"{shown(found.group())} stands in plain words, and would be spoken"
            remedy = "write markup under `ssml:`, and clean what comes from elsewhere"
            yield Finding("VK620", "warning", run.place_at(found.start()), message, remedy)


CHECK = Check("VK620", "markup in plain words", spoken=_look, signs=frozenset("<&"))
