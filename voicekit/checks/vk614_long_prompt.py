"""VK614: a prompt longer than a minute on the phone.

What: A prompt for a phone line would take more than sixty seconds. The time is estimated: the characters that the embedded voice speaks in a second of
    prose (measured: English 19, Spanish 16, French 21, German 18), the rate of the profile, and the pauses.
Why: A caller on the phone cannot skim or scroll back. The longest prompt of Asterisk's English list, a tour of its functions, takes 54 seconds so. Vendors'
    voices are mostly slower than ours, so that a prompt that is told of here is hardly shorter there.
Fix: Divide it, and let the caller ask for the rest. A text that must be read out, such as a legal notice, may ignore this rule.

Bad:
    profile:
        encoding: MULAW
    prompts:
        - {id: terms, text: "{% for n in [1,2,3,4,5,6,7,8,9,10,11,12] %}This is a part of our terms, which nobody has ever listened to up to its very end, as far as we know. {% endfor %}"}  ←
Good:
    profile:
        encoding: MULAW
    prompts:
        - {id: terms, text: "To hear our terms, press 1."}
Good:
    prompts:
        - {id: podcast, text: "{% for n in [1,2,3,4,5,6,7,8,9,10,11,12] %}This is a part of our podcast, which everybody has listened to up to its very end, as far as we know. {% endfor %}"}
"""

from collections.abc import Iterator

from voicekit.checks import Check, Document
from voicekit.checks._pace import PACE, seconds
from voicekit.checks._words import on_the_phone, primary
from voicekit.model import Finding

_MOST = 60  # seconds


def _look(document: Document) -> Iterator[Finding]:
    row = document.row
    if primary(row.language) not in PACE or not on_the_phone(row):
        return
    takes = seconds(document)
    if takes > _MOST:
        message = f"prompt {row.prompt.id} takes about {takes:.0f} seconds"
        yield Finding(
            "VK614", "info", row.speech.place, message, "divide it, and let the caller ask for the rest"
        )


CHECK = Check("VK614", "long prompt", document=_look)
