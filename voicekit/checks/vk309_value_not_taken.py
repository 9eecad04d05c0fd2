"""VK309: an attribute or a value that the voice family does not take.

What: The element is fine for this voice, but one of its attributes, or the value of one, is another vendor's: a kind of `say-as`,
    an alphabet, a form of pitch, a pause over the maximum, a sound that is not fetched over https.
Why: Vendors agree on SSML's names and not on its values. Digits one by one are `characters` with Google, `digits` with Polly and
    `number_digit` with Azure; Google takes a pitch of `+2st` and no hertz; pauses end at 10 s (Polly) or 20 s (Azure). The tables of
    `voicekit voices` say with which evidence each is known.
Fix: Write one of the values that the message names, or choose a voice of another family.

Bad:
    template hello:
        <speak>
        <say-as interpret-as="digits">4021</say-as>  ←
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
        <say-as interpret-as="characters">4021</say-as>
        <prosody pitch="+2st" rate="90%">One moment.</prosody>
        <phoneme alphabet="ipa" ph="həˈloʊ">Hello</phoneme>
        <audio src="https://sounds.example/tone.mp3"/>
        </speak>
"""

from collections.abc import Iterator

from voicekit import _capabilities as capabilities
from voicekit.checks import Check, Node
from voicekit.checks._ssml import facts, has, shown, stated
from voicekit.model import AttributeFact, ElementFact, Finding


def _look(node: Node) -> Iterator[Finding]:
    family, element = node.row.family, node.element
    if family is None or family.ssml.support == "no" or not element.attributes:
        return  # VK306, VK303
    known = family.elements.get(element.name)
    fact = family.element(element.name, node.row.ask.voice)
    if known is None or fact.support not in {"yes", "unknown"}:
        return  # VK304
    for name, value in stated(element):
        wrong = _wrong(known, element.name, name, value, node.row.language)
        if wrong:
            what, remedy = wrong
            message = f"<{element.name}>: {what} is not taken by {family.name} voices (evidence {fact.grade})"
            yield Finding("VK309", "warning", node.place, message, remedy)


def _wrong(known: ElementFact, element: str, name: str, value: str, language: str) -> tuple[str, str] | None:
    """Say what is not taken and what is; None also where nobody has it, which is VK107's, or it is blank."""
    if not facts(element, name) or not has(element, name, value) or not value.strip():
        return None
    taken = known.attributes.get(name)
    if taken is None:
        others = ", ".join(f"`{other}`" for other in known.attributes)
        return f"the attribute `{name}`", f"leave it out; taken are {others}" if others else "leave it out"
    if capabilities.taken(taken, value, language):
        return None
    return f'{name}="{shown(value)}"', _instead(taken, value)


def _instead(taken: AttributeFact, value: str) -> str:
    low, high = taken.bounds
    measure = {"seconds": capabilities.seconds, "factor": capabilities.factor}.get(taken.unit)
    found = measure(value) if measure else None
    if found is not None and high is not None and found > high:
        return f"at most {high:g} s" if taken.unit == "seconds" else f"at most {high:g} times its own"
    if found is not None and low is not None and found < low:
        return f"at least {low:g} s" if taken.unit == "seconds" else f"at least {low:g} times its own"
    if value in taken.words:
        return f"taken in {', '.join(sorted(taken.languages[value]))} only"
    return f"write {' or '.join(part for part in (taken.form, ', '.join(sorted(taken.words))) if part)}"


CHECK = Check("VK309", "value not taken by the voice family", elements={"*": _look})
