"""One script, many voices: a tree in the words that one voice family takes. Imports ssml, _capabilities, model and this room.

What can be said in another way is rewritten, what cannot is left out with its words kept, and each of these is a `Change`: info
where it sounds the same, a warning where something is lost, an error where another voice or a recording was wanted and the vendor
is known (P, M) to reject it. What a source does not list is not sent; what nobody knows is. A tree that fits comes back equal.

- No SSML at all: plain text; breaks and ends of paragraphs become punctuation where there is none.
- Pause tags (Chirp3-HD): they stand for breaks where everything else is plain; `kind` is ``markup``.
- Otherwise ``ssml``: a tree. ElevenLabs takes what is inside its root.
"""

from typing import Literal

from attrs import frozen

from voicekit import ssml
from voicekit._adapt import azure, pieces
from voicekit._adapt.changes import CODES, Change, Changes, Code
from voicekit._adapt.elements import Walker
from voicekit.model import Element, Family

__all__ = ["CODES", "Adapted", "Change", "Code", "adapt"]


@frozen
class Adapted:
    """A document as one voice takes it: a tree where `kind` is ``ssml``, else a text; and what was done to it."""

    content: Element | str
    kind: Literal["ssml", "text", "markup"]
    changes: tuple[Change, ...] = ()


def adapt(tree: Element, family: Family, *, dialect: str, voice: str, language: str) -> Adapted:
    """Say a document in the words that a voice takes.

    Args:
        tree: A ``speak`` element.
        family: What the voice's family takes.
        dialect: The vendor's way of writing: ``google``, ``azure``, ``polly``, or another vendor's name.
        voice: The vendor's name of the voice.
        language: The voice's BCP-47 tag.
    """
    plain = family.ssml.support == "no"
    paused = not plain and _paused(tree, family, language)
    changes = Changes()
    walker = Walker(family, dialect, voice, language, changes, flat=plain or paused)
    if plain or paused:
        said = pieces.text(walker.inside(tree), language, family.pauses if paused else ())
        return Adapted(said, "markup" if paused else "text", tuple(changes.made))
    document = walker.root(tree)
    if dialect == "azure":
        document, added = azure.framed(document, family, voice=voice, language=language)
        if added:
            changes.info("VK507", tree, f"added for Azure: {', '.join(added)}")
    return Adapted(document, "ssml", tuple(changes.made))


def _paused(tree: Element, family: Family, language: str) -> bool:
    """Whether pause tags can stand for the breaks: nothing else in the document would be lost by them."""
    if family.markup.support != "yes" or language.lower() in family.pauseless:
        return False
    names = [node.name for node in ssml.walk(tree)]
    if "break" not in names or family.element("break").support == "yes":
        return False
    if "[pause" in ssml.plain_text(tree):
        return False  # it would be heard as a pause
    others = set(names) - {"speak", "break", "p", "s", "sub"}
    return all(family.element(name).support in {"no", "ignored"} for name in others)
