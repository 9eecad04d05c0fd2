"""VK106: an element that does nothing.

What: An element holds no text, no pause and no sound; or it lacks the attribute that it is there for: `sub` its `alias`,
    `say-as` its `interpret-as`, `phoneme` its `ph`, `mark` its `name`; or a `prosody` states nothing to change.
Why: SSML 1.1 requires these attributes, and calls a `prosody` without any an error (3.2.4); Google's page marks the first
    four as required. An element without words is mostly a value that came out empty, and the caller hears a sentence with a hole.
Fix: Fill it, or remove it. Where a value may be empty, put the element inside `{% if value %}…{% endif %}`.

Bad:
    project:
        values: {notice: ""}
    template hello:
        <speak>
        <s>Good morning.</s>
        <s>{{ notice }}</s>  ←
        </speak>
Bad:
    prompts:
        - {id: brand, ssml: "<speak>Welcome to <sub>NGC</sub>.</speak>"}  ←
        - {id: slow, ssml: "<speak><prosody>Please listen.</prosody></speak>"}  ←
Good:
    project:
        values: {notice: ""}
    template hello:
        <speak>
        <s>Good morning.</s>
        {% if notice %}<s>{{ notice }}</s>{% endif %}
        <prosody rate="slow"><break time="1s"/></prosody>
        <p><mark name="end"/></p>
        </speak>
"""

from collections.abc import Iterator

from voicekit.checks import Check, Node
from voicekit.checks._ssml import facts, stated
from voicekit.model import Element, Finding

_CARRIES = {"sub": "alias", "say-as": "interpret-as", "phoneme": "ph", "mark": "name"}
_HOLDERS = ("p", "s", "prosody", "emphasis", "say-as", "lang", "voice", "w", "token")


def _look(node: Node) -> Iterator[Finding]:
    wrong = _wrong(node)
    if wrong:
        message, remedy = wrong
        yield Finding("VK106", "warning", node.place, message, remedy)


def _wrong(node: Node) -> tuple[str, str] | None:
    element, name = node.element, node.element.name
    carries = _CARRIES.get(name)
    if carries and not element.get(carries).strip() and not _misnamed(element):
        return f"<{name}> has no `{carries}`, and does nothing without it", f"write `{carries}`, or remove it"
    if name in _HOLDERS and node.holds == "nothing":
        return f"<{name}> is empty and says nothing", "fill it, or remove it"
    if name == "prosody" and not element.attributes:
        return "<prosody> states no rate, pitch or volume", "state one, or remove it"
    return None


def _misnamed(element: Element) -> bool:
    """Whether an attribute has a name that nobody has: VK107 says what it is called."""
    return any(not facts(element.name, name) for name, _ in stated(element))


CHECK = Check("VK106", "element that does nothing", tags=dict.fromkeys((*_HOLDERS, *_CARRIES), _look))
