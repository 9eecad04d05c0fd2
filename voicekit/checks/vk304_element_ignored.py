"""VK304: an element that the voice does not speak.

What: The SSML holds an element that the provider does not document for this voice family, and nothing else says the same to it.
Why: Chirp3-HD silently ignores `<break>`, `<prosody>`, `<mark>` and others; the caller hears no pause. Where a wire carries pause
     tags, adapting writes a break as one, and this rule is silent. Without `<voice>` or `<audio>` something else is heard: it is an
     error where the vendor is known to reject them, as Polly is (P).
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

from voicekit import _capabilities as capabilities
from voicekit.checks import Check, Node
from voicekit.checks._ssml import names, shown
from voicekit.model import Family, Finding, Severity

# Without them something else is heard, so that refusing them is an error.
_ELSEWHERE = frozenset({"voice", "audio"})
# Adapting says these in another way that sounds the same, and tells so (VK501).
_REWRITTEN = frozenset({"p", "s", "sub"})
# VK502 tells: an entry of a lexicon may have used up a token, and nothing of the others is ever heard.
_TOLD = frozenset({"w", "token", "desc", "meta", "metadata"})
_TWINS = {"mark": "bookmark", "bookmark": "mark"}
# What comes near to an element: others, one of which the voice may take.
_NEAR = {"break": ("p", "s"), "emphasis": ("prosody",), "lang": ("voice",), "media": ("audio",)}


def _look(node: Node) -> Iterator[Finding]:
    family, name, voice = node.row.family, node.element.name, node.row.ask.voice
    if family is None or family.ssml.support == "no" or name not in names():
        return  # VK306, VK303, or VK108
    fact = family.element(name, voice)
    if fact.support not in {"no", "ignored"} or _said_otherwise(node, family):
        return
    how = "ignored" if fact.support == "ignored" else "refused" if fact.refuses else "not known to be taken"
    known = family.elements.get(name)
    by = f"{family.vendor}'s {voice}" if known and known.voices else family.voices
    severity: Severity = "error" if name in _ELSEWHERE and fact.refuses else "warning"
    message = f"<{shown(name)}> is {how} by {by} (evidence {fact.grade})"
    yield Finding("VK304", severity, node.place, message, _instead(node, family))


def _said_otherwise(node: Node, family: Family) -> bool:
    """Whether adapting says what the element is for, or tells what the voice cannot have of it."""
    name, element, voice = node.element.name, node.element, node.row.ask.voice
    if name == "break":
        return node.row.ask.markup is not None  # a pause tag (VK504)
    if name == "say-as":  # a text with spaces (VK501), or nothing (VK506)
        kind = element.get("interpret-as").strip().lower()
        return kind in capabilities.BLEEPED or (kind in capabilities.ONE_BY_ONE and node.holds == "words")
    if name == "voice":
        return element.get("name") == voice  # it speaks anyway (VK501)
    twin = _TWINS.get(name)
    return name in _REWRITTEN | _TOLD or (twin is not None and family.element(twin, voice).support == "yes")


def _instead(node: Node, family: Family) -> str:
    """Say what the same voice takes in its place, and which voices of the same provider take it."""
    name, voice = node.element.name, node.row.ask.voice
    ways = [f"<{near}>" for near in _NEAR.get(name, ()) if family.element(near, voice).support == "yes"]
    if name == "prosody" and node.element.get("rate") and family.rate.support == "yes":
        ways.append("the profile's `rate`")
    use = f", use {_either(ways)}" if ways else ""
    takers = _takers(node)
    return (
        f"remove it{use}, or choose {takers}"
        if takers
        else f"remove it{use}: no voice of {family.vendor} is known to take it"
    )


def _takers(node: Node) -> str:
    """Name the families that are known to take an element, or the only voices that do."""
    families: list[str] = []
    voices: set[str] = set()
    for family in node.row.capabilities.families.values():
        known = family.elements.get(node.element.name)
        if known is not None and known.fact.support == "yes" and family.ssml.support == "yes":
            families += [] if known.voices else [family.name]
            voices |= known.voices
    return f"a voice of the family {_either(families)}" if families else _either(sorted(voices))


def _either(words: Sequence[str]) -> str:
    *others, last = words or [""]
    return f"{', '.join(others)} or {last}" if others else last


CHECK = Check("VK304", "element not spoken by the voice family", tags={"*": _look})
