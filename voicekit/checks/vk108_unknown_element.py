"""VK108: an element that nobody has.

What: The SSML holds an element that is neither in SSML 1.1 nor in any known vendor's extension of it. Elements with a prefix of another
    vendor are left alone.
Why: It is a typing mistake, or HTML. Polly answers "InvalidSsml" for any element that it does not know (P); others drop the
    element, and with it the pause or the stress that was meant.
Fix: Write the element that the message names. Names count case: `<Break/>` is not `<break/>`.

Bad:
    template hold:
        <speak>
        One moment.
        <brake time="400ms"/>  ←
        <strong>Thank you.</strong>  ←
        </speak>
Good:
    template hold:
        <speak>
        One moment.
        <break time="400ms"/>
        <emphasis>Thank you.</emphasis>
        <acme:smile xmlns:acme="https://acme.example/">Have a nice day.</acme:smile>
        </speak>
"""

import difflib
from collections.abc import Iterator

from voicekit.checks import Check, Node
from voicekit.checks._ssml import VENDORS, names, shown
from voicekit.model import Finding

# HTML, and words that come to mind.
_MEANT = {
    **dict.fromkeys(("br", "hr", "pause", "silence", "wait"), "break"),
    **dict.fromkeys(("b", "i", "em", "strong"), "emphasis"),
    **dict.fromkeys(("spell", "digits", "say"), "say-as"),
    **dict.fromkeys(("span", "div", "ssml"), "p"),
    **dict.fromkeys(("slow", "fast", "pitch", "rate", "volume"), "prosody"),
    **dict.fromkeys(("ipa", "pronounce"), "phoneme"),
    "paragraph": "p",
    "sentence": "s",
    "alias": "sub",
    "play": "audio",
}


def _look(node: Node) -> Iterator[Finding]:
    name = node.element.name
    prefix, colon, _ = name.partition(":")
    if name in names() or (colon and prefix not in VENDORS):
        return
    meant = _MEANT.get(name.lower()) or next(
        iter(difflib.get_close_matches(name.lower(), sorted(names()), 1)), None
    )
    remedy = f"did you mean <{meant}>?" if meant else "remove it, and keep its words"
    message = f"<{shown(name)}> is no element of SSML 1.1, and no known vendor has it"
    yield Finding("VK108", "warning", node.place, message, remedy)


CHECK = Check("VK108", "unknown element", tags={"*": _look})
