"""VK304: an element that the voice does not speak.

What: The SSML holds an element that the provider does not document for this voice family, and nothing else says the same to it.
Why: Chirp3-HD silently ignores `<break>`, `<prosody>`, `<mark>` and others; the caller hears no pause. Where a wire carries pause
     tags, adapting writes a break as one, and this rule is silent.
Fix: Remove the element, say it in the way that the message names, or choose a voice of another family.

Bad:
    profile:
        voice: en-US-Chirp3-HD-Kore
    prompts:
        - {id: hold, ssml: "<speak>One <emphasis>moment</emphasis>.</speak>"}  ←
Bad:
    profile:
        voice: en-US-Chirp3-HD-Kore
    template hello:
        <speak>
        Welcome to
        <emphasis>our</emphasis>  ←
        clinic.
        </speak>
Good:
    profile:
        voice: en-US-Chirp3-HD-Kore
    prompts:
        - {id: hold, ssml: "<speak><s>One moment.</s> <s>Thank you.</s></speak>"}
"""

from collections.abc import Iterator, Sequence

from voicekit.checks import Check, Node
from voicekit.checks._ssml import names
from voicekit.model import Family, Finding

# Adapting says these in another way that sounds the same, and tells so (VK501).
_REWRITTEN = frozenset({"p", "s", "sub"})
_TWINS = {"mark": "bookmark", "bookmark": "mark"}
# What comes near to an element: others, one of which the voice may take.
_NEAR = {"break": ("p", "s"), "emphasis": ("prosody",), "lang": ("voice",), "media": ("audio",)}


def _look(node: Node) -> Iterator[Finding]:
    family, name, voice = node.row.family, node.element.name, node.row.ask.voice
    if family is None or family.ssml.support == "no" or name not in names():
        return  # VK306, VK303, or VK108
    fact = family.element(name, voice)
    if fact.support not in {"no", "ignored"} or name in _REWRITTEN:
        return
    if name == "break" and node.row.ask.markup is not None:
        return  # adapting says it as a pause tag (VK504)
    if name in _TWINS and family.element(_TWINS[name], voice).support == "yes":
        return
    how = "ignored" if fact.support == "ignored" else "refused"
    message = f"<{name}> is {how} by {family.name} voices (evidence {fact.grade})"
    yield Finding("VK304", "warning", node.place, message, _instead(node, family))


def _instead(node: Node, family: Family) -> str:
    """Say what the same voice takes in its place, and which voices of the same provider take it."""
    name, voice = node.element.name, node.row.ask.voice
    ways = [f"<{near}>" for near in _NEAR.get(name, ()) if family.element(near, voice).support == "yes"]
    if name == "prosody" and node.element.get("rate") and family.rate.support == "yes":
        ways.append("the profile's `rate`")
    use = f", use {_either(ways)}" if ways else ""
    return f"remove it{use}, or choose {_takers(node) or f'another voice than {voice}'}"


def _takers(node: Node) -> str:
    """Name the families that are known to take an element, or the only voices that do."""
    families: list[str] = []
    voices: set[str] = set()
    for family in node.row.capabilities.families.values():
        known = family.elements.get(node.element.name)
        if known is not None and known.fact.support == "yes" and family.ssml.support == "yes":
            families += [] if known.voices else [family.name]
            voices |= known.voices
    return f"a voice of {_either(families)}" if families else _either(sorted(voices))


def _either(words: Sequence[str]) -> str:
    *others, last = words or [""]
    return f"{', '.join(others)} or {last}" if others else last


CHECK = Check("VK304", "element not spoken by the voice family", tags={"*": _look})
