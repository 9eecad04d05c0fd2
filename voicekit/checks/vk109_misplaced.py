"""VK109: an element where it must not stand.

What: A paragraph inside a paragraph or sentence, a sentence inside a sentence, either of them inside `emphasis` or `w`; an element inside
    `sub`, `say-as`, `phoneme` or `desc`, which hold text only; anything inside `break` or `mark`.
Why: SSML 1.1 (its schema, and 3.1 to 3.3) does not allow it, and Google's SSML "must be valid" (proto). A template that is included in
    two places is how it happens: one of them is inside `<s>` already.
Fix: Move the element out, or close the outer one before it.

Bad:
    template hello:
        <speak>
        <s>Good morning.
        <s>One moment, please.</s>  ←
        </s>
        <say-as interpret-as="characters">
        A<break time="200ms"/>7  ←
        </say-as>
        <break time="1s">Thank you.</break>  ←
        </speak>
Good:
    template hello:
        <speak>
        <p><s>Good morning.</s> <s>One moment, please.</s></p>
        <prosody rate="slow"><s><emphasis>Please</emphasis> wait.</s></prosody>
        <say-as interpret-as="characters">A</say-as><break time="200ms"/><say-as interpret-as="characters">7</say-as>
        <break time="1s"/>Thank you.
        </speak>
"""

from collections.abc import Iterator

from voicekit.checks import Check, Node
from voicekit.checks._ssml import shown
from voicekit.model import Finding

_TEXT_ONLY = frozenset({"sub", "say-as", "phoneme", "desc"})
_EMPTY = frozenset({"break", "mark", "bookmark"})
_NOT_INSIDE = {
    "p": frozenset({"p", "s", "emphasis", "w", "token"}),
    "s": frozenset({"s", "emphasis", "w", "token"}),
}


def _look(node: Node) -> Iterator[Finding]:
    name, outer = node.element.name, _outer(node)
    if outer is not None:
        message = f"<{shown(name)}> stands inside <{outer}>, which {_holds(outer)}"
        yield Finding("VK109", "warning", node.place, message, "move it out, or close the outer one first")
    if name in _EMPTY and node.holds == "words":
        message = f"<{name}> holds text, which belongs behind it"
        yield Finding("VK109", "warning", node.place, message, f"write <{name}/> and the text behind it")


def _outer(node: Node) -> str | None:
    """Return the name of an element around this one in which it must not stand."""
    nearest = node.parents[-1].name if node.parents else ""
    if nearest in _TEXT_ONLY or nearest in _EMPTY:
        return nearest
    wrong = _NOT_INSIDE.get(node.element.name)
    return next((one.name for one in reversed(node.parents) if wrong and one.name in wrong), None)


def _holds(outer: str) -> str:
    if outer in _EMPTY:
        return "holds nothing"
    return (
        "holds text only"
        if outer in _TEXT_ONLY
        else "is smaller than it"
        if outer != "p"
        else "cannot hold one"
    )


CHECK = Check("VK109", "misplaced element", tags={"*": _look})
