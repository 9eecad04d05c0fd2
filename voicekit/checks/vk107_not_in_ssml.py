"""VK107: an attribute or a value that SSML does not have.

What: An element has an attribute, or an attribute a value, that neither SSML 1.1 nor any known vendor has: a time without a unit, a
    strength or level of no known name, an unknown kind of `say-as`.
Why: Vendors answer INVALID_ARGUMENT or InvalidSsml, or drop it without a word. Google: SSML "must be valid" (proto), and
    newer voices are said to insist (S). Names and values count case and space.
Fix: Write one of the values that the message names.

Bad:
    template hold:
        <speak>
        One moment.
        <break time="500"/>  ←
        <break strength="long"/>  ←
        <emphasis level="Strong">Thank you.</emphasis>  ←
        <prosody speed="slow">Please wait.</prosody>  ←
        </speak>
Bad:
    prompts:
        - {id: number, ssml: "<speak><say-as interpret-as='phone'>555 0142</say-as></speak>"}  ←
Good:
    template hold:
        <speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis">
        One moment.
        <break time="500ms"/>
        <break strength="x-strong"/>
        <emphasis level="strong">Thank you.</emphasis>
        <prosody rate="slow">Please wait.</prosody>
        <say-as interpret-as="telephone">555 0142</say-as>
        </speak>
"""

import difflib
from collections.abc import Iterator

from voicekit.checks import Check, Node
from voicekit.checks._ssml import ELEMENTS, FOREIGN, facts, has, names, shown, stated, vendors_facts
from voicekit.model import Finding

# What people write, and what it is called.
_MEANT = {"speed": "rate", "duration": "time", "type": "interpret-as", "value": "alias", "as": "alias"}
_KINDS = {"phone": "telephone", "digit": "digits", "spell": "spell-out", "letters": "characters", "money": "currency"}  # fmt: skip


def _look(node: Node) -> Iterator[Finding]:
    element = node.element
    if element.name not in names() or element.name in FOREIGN:
        return  # VK108, or no SSML
    for name, value in stated(element):
        if not facts(element.name, name):
            message = f"<{element.name}> has no attribute `{shown(name)}`"
            yield Finding(
                "VK107", "warning", node.place, message, _attributes(element.name, name), attribute=name
            )
        elif value.strip() and not has(element.name, name, value):
            message = f'<{element.name}>: {name}="{shown(value)}" is no value that SSML or a vendor has'
            yield Finding(
                "VK107", "warning", node.place, message, _values(element.name, name, value), attribute=name
            )


def _attributes(element: str, attribute: str) -> str:
    known = sorted({name for one in (ELEMENTS.get(element, {}), *vendors_facts(element)) for name in one})
    if not known:
        return "remove it"
    meant = _MEANT.get(attribute) if _MEANT.get(attribute) in known else None
    near = difflib.get_close_matches(attribute.lower(), known, 1)
    found = meant or next(iter(near), None)
    return f"did you mean `{found}`?" if found else f"it has {', '.join(f'`{name}`' for name in known)}"


def _values(element: str, attribute: str, value: str) -> str:
    taken = facts(element, attribute)
    words = sorted({word for fact in taken for word in fact.words if word})
    plain = value.strip().lower()
    near = [plain] if plain in words else difflib.get_close_matches(_KINDS.get(plain, plain), words, 1)
    if near:
        return f'did you mean "{near[0]}"?'
    forms = [fact.form for fact in taken[:1] if fact.form]
    return f"write {' or '.join([*forms, *words])}"


CHECK = Check("VK107", "not a part of SSML", tags={"*": _look})
