"""VK610: a web or mail address as it is written.

What: A web address with "http://", "https://" or "www.", or a mail address, stands in plain words, and no lexicon says it. A bare name such as "acme.com"
    is left alone: voices read it well.
Why: It is read sign by sign: the embedded voice says "h t t p s colon slash slash w w w dot" (measured, espeak-ng 1.52). Nobody can write down a mail
    address at the pace of speech. One prompt of Asterisk's English list has one, and one of FreeSWITCH's, which spell all their others
    out as they are said.
Fix: Say the name alone: "on our website, acme dot com". Read a mail address slowly and in parts, or offer to send a text message.

Bad:
    prompts:
        - {id: web, text: "Visit https://www.acme.com/pay to pay."}  ←
        - {id: mail, text: "Write to help@acme.com."}  ←
Good:
    prompts:
        - {id: web, text: "Visit acme.com, or acme dot com slash pay, to pay."}
        - {id: mail, ssml: "<speak>Write to <sub alias='help, at acme dot com'>help@acme.com</sub>.</speak>"}
"""

from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.checks._words import ADDRESS, matches, reaches_voice, shown
from voicekit.model import Finding


def _look(row: Row) -> Iterator[Finding]:
    for run, found in matches(row, ADDRESS):
        if reaches_voice(row, found.group()):
            message = f"the address {shown(found.group())} would be read sign by sign"
            yield Finding(
                "VK610",
                "warning",
                run.place_at(found.start()),
                message,
                "write it as it is said, in <sub> or in words",
            )


CHECK = Check(
    "VK610", "address as written", row=_look, signs=frozenset("@"), words=frozenset({"http", "https", "www"})
)
