"""VK309: an attribute or a value that the voice family does not take.

What: The element is fine for this voice, but one of its attributes, or the value of one, is another vendor's and cannot be said in other
    words: a kind of `say-as`, an alphabet, a pitch in hertz, a sound that is not fetched over https. What means the same under
    another name (`digits`, `characters`, `number_digit`; `90%` and `0.9`) is rewritten, and is not found fault with.
Why: Vendors agree on SSML's names and not on its values: `address` is a kind for Polly and Azure, and none for Google, whose voices take a
    pitch of `+2st` and no hertz (SSML page, M, 2026-04-02).
Fix: Write one of the values that the message names, or choose a voice of another family.

Bad:
    template hello:
        <speak>
        <say-as interpret-as="address">24 Harbor Ave</say-as>  ←
        <prosody pitch="+20Hz">One moment.</prosody>  ←
        <phoneme alphabet="sapi" ph="h eh 1 l ow">Hello</phoneme>  ←
        <audio src="http://sounds.example/tone.mp3"/>  ←
        </speak>
Bad:
    profile:
        voice: en-US-Studio-O
    template hello:
        <speak>
        <prosody pitch="+2st">One moment.</prosody>  ←
        </speak>
Good:
    template hello:
        <speak version="1.1" xml:lang="en-US">
        <say-as interpret-as="digits">4021</say-as>
        <prosody pitch="+2st" rate="0.9" volume="default">One moment.</prosody>
        <phoneme alphabet="ipa" ph="həˈloʊ">Hello</phoneme>
        <audio src="https://sounds.example/tone.mp3"/>
        </speak>
"""

from collections.abc import Iterator
from itertools import groupby

from voicekit import _capabilities as capabilities
from voicekit.checks import Check, Node
from voicekit.checks._ssml import facts, has, shown, stated
from voicekit.checks._vendors import unlisted_switch
from voicekit.checks._words import primary
from voicekit.model import AttributeFact, ElementFact, Finding

# Digits that are spelled have no name of their own everywhere.
_SAME = ((*capabilities.SPELLED, *capabilities.DIGITS), *capabilities.SAME)


def _look(node: Node) -> Iterator[Finding]:
    family, element = node.row.family, node.element
    if family is None or family.ssml.support == "no" or not element.attributes:
        return  # VK306, VK303
    known = family.elements.get(element.name)
    fact = family.element(element.name, node.row.ask.voice)
    if known is None or fact.support not in {"yes", "unknown"}:
        return  # VK304
    for name, value in stated(element):
        if element.name == "voice" and name == "name" and unlisted_switch(node):
            continue  # VK310
        wrong = _wrong(known, element.name, name, value, node.row.language)
        if wrong:
            what, remedy = wrong
            message = f"<{element.name}>: {what} is not taken by {family.voices} (evidence {fact.grade})"
            yield Finding("VK309", "warning", node.place, message, remedy, attribute=name)


def _wrong(known: ElementFact, element: str, name: str, value: str, language: str) -> tuple[str, str] | None:
    """Say what is not taken and what is; None also where nobody has it, which is VK107's, or it is blank."""
    if not facts(element, name) or not has(element, name, value) or not value.strip():
        return None
    if element == "break" or (name == "interpret-as" and value in capabilities.BLEEPED):
        return None  # a pause may be said by its other attribute, or by several; VK506
    if element == "speak" and (name in {"version", "xmlns"} or primary(value) == primary(language)):
        return None  # it says what the document is, and nothing sounds otherwise without it
    if name == "role":
        return None  # an entry of a lexicon may have used it up; VK502
    taken = known.attributes.get(name)
    if taken is None:
        others = ", ".join(f"`{other}`" for other in known.attributes)
        return f"the attribute `{name}`", f"leave it out; taken are {others}" if others else "leave it out"
    if capabilities.taken(taken, value, language) or _in_other_words(taken, element, name, value, language):
        return None
    return f'{name}="{shown(value)}"', _instead(taken, value)


def _in_other_words(taken: AttributeFact, element: str, name: str, value: str, language: str) -> bool:
    """Whether adapting says the same in a way that is taken."""
    if name == "interpret-as":
        same = next((words for words in _SAME if value in words), ())
        return any(capabilities.taken(taken, word, language) for word in same)
    if name == "format":
        return capabilities.taken(taken, "".join(letter for letter, _ in groupby(value)), language)
    if element == "prosody":
        readable = capabilities.factor(value) is not None and (name != "pitch" or value[0] in "+-")
        return value == "default" or (readable and _beyond(taken, value) is None)
    return False


def _beyond(taken: AttributeFact, value: str) -> str | None:
    """Say which end of its range a measured value is over."""
    (low, high), factor = taken.bounds, capabilities.factor(value)
    if taken.unit != "factor" or factor is None:
        return None
    if high is not None and factor > high:
        return f"at most {high:g} times the voice's own"
    return f"at least {low:g} times the voice's own" if low is not None and factor < low else None


def _instead(taken: AttributeFact, value: str) -> str:
    beyond = _beyond(taken, value)
    if beyond:
        return beyond
    if value in taken.words:
        return f"taken in {', '.join(sorted(taken.languages[value]))} only"
    words = f"one of {', '.join(sorted(taken.words))}" if taken.words else ""
    return f"write {' or '.join(part for part in (taken.form, words) if part)}"


CHECK = Check("VK309", "value not taken by the voice family", tags={"*": _look})
