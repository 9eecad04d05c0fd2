"""The frame that Azure wants: namespaces, a language, and a voice around everything. Imports ssml, _capabilities and model."""

from attrs import evolve

from voicekit import _capabilities as capabilities
from voicekit import ssml
from voicekit._capabilities._common import NAMESPACE
from voicekit._capabilities.azure import MSTTS
from voicekit.model import AttributeFact, Element, Family

FRAME = ("version", "xmlns", "xml:lang")
_MSTTS = AttributeFact(frozenset({MSTTS}))
_BACKGROUND = "mstts:backgroundaudio"


def framed(tree: Element, family: Family, *, voice: str, language: str) -> tuple[Element, tuple[str, ...]]:
    """Return a document that Azure takes, and the words for what was added to it.

    Args:
        tree: A ``speak`` element.
        family: What its voice takes.
        voice: The name of the voice around what has none.
        language: The BCP-47 tag for a root without one.
    """
    attributes = dict(tree.attributes)
    wanted = {"version": "1.0", "xmlns": NAMESPACE, "xml:lang": language}
    if any(node.name.startswith("mstts:") for node in ssml.walk(tree)):
        wanted["xmlns:mstts"] = MSTTS
    known = {**family.elements["speak"].attributes, "xmlns:mstts": _MSTTS}
    added = []
    for name, value in wanted.items():
        present = attributes.get(name)
        if present is None or (name in known and not capabilities.taken(known[name], present)):
            attributes[name] = value
            added.append(name)
    children = _voiced(tree, voice)
    if children != tree.children:
        added.append(f'<voice name="{voice}">')
    return evolve(tree, attributes=tuple(sorted(attributes.items())), children=children), tuple(added)


def _voiced(tree: Element, voice: str) -> tuple[Element | str, ...]:
    """Put a voice around every run of children that has none. The sound behind all of it, of which there is one, is the first."""
    background = [
        child for child in tree.children if isinstance(child, Element) and child.name == _BACKGROUND
    ]
    found: list[Element | str] = [*background[:1]]
    run: list[Element | str] = []
    for child in tree.children:
        if isinstance(child, Element) and child.name == "voice":
            _close(run, found, tree, voice)
            found.append(child)
        elif isinstance(child, str) and run and isinstance(run[-1], str):
            run[-1] += child
        elif isinstance(child, str) or child.name != _BACKGROUND:
            run.append(child)
    _close(run, found, tree, voice)
    if not any(isinstance(child, Element) and child.name == "voice" for child in found):
        found.append(_speaker(tree, voice, ()))
    return tuple(found)


def _close(run: list[Element | str], found: list[Element | str], tree: Element, voice: str) -> None:
    blank = all(isinstance(one, str) and not one.strip() for one in run)
    if blank:
        found.extend(run)
    else:
        found.append(_speaker(tree, voice, tuple(run)))
    run.clear()


def _speaker(tree: Element, voice: str, children: tuple[Element | str, ...]) -> Element:
    return Element("voice", (("name", voice),), children, tree.line, tree.column)
