"""VK604: a menu that ends without a pause.

What: A prompt that offers two keys or more ends with its last word. Voices that make no pauses are left out.
Why: Callers decide after the last option, not before it; what the platform plays next then talks over them. A plain text cannot end in a pause:
    all 25 prompts of Asterisk's English list that offer several keys end without one, and leave it to the dial plan.
Fix: Write the menu as SSML and end it with `<break time="800ms"/>`. Ignore this rule where the platform waits by itself.

Bad:
    prompts:
        - {id: menu, text: "For sales, press 1. For billing, press 2."}  ←
Bad:
    template hello:
        <speak>
        <s>For sales, press 1.</s><break time="250ms"/>
        <s>For billing, press 2.</s>  ←
        </speak>
Good:
    template hello:
        <speak>
        <s>For sales, press 1.</s><break time="250ms"/>
        <s>For billing, press 2.<break time="800ms"/></s>
        <mark name="end"/>
        </speak>
    prompts:
        - {id: hello, script: hello}
        - {id: one, text: "For English, press 1."}
"""

from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.checks._keys import VERBS, options
from voicekit.checks._words import sentences
from voicekit.model import Element, Finding

_MENU = 2  # keys


def _look(row: Row) -> Iterator[Finding]:
    offered = options(row)
    if len(offered) >= _MENU and _can_pause(row) and not _pauses(row.speech.content):
        message = f"prompt {row.prompt.id} offers {len(offered)} options and ends without a pause"
        remedy = 'end it with <break time="800ms"/>, in ssml'
        *_, last = sentences(row)
        yield Finding("VK604", "info", last.place, message, remedy)


def _can_pause(row: Row) -> bool:
    family = row.family
    if family is None:
        return True
    fact = family.element("break", row.ask.voice)
    return family.ssml.support != "no" and fact.support not in {"no", "ignored"}


def _pauses(content: Element | str) -> bool:
    """Whether the last thing of a content is a pause."""
    last = next(_backwards(content), None)
    return isinstance(last, Element)


def _backwards(content: Element | str) -> Iterator[Element | str]:
    """Yield words and pauses, the last first."""
    if isinstance(content, str):
        yield from [content] if content.strip() else []
    elif content.name in {"break", "audio"}:
        yield content
    else:
        for child in reversed(content.children):
            yield from _backwards(child)


CHECK = Check("VK604", "no pause after a menu", spoken=_look, words=VERBS)
