"""One script, many voices: a tree in the words that one voice family takes. Imports ssml, _capabilities, model and this room.

What can be said in another way is rewritten, what cannot is left out with its words kept, and each of these is a `Change`: info
where it sounds the same, a warning where something is lost, an error where another voice or a recording was wanted and the vendor
is known (P, M) to reject it. What a source does not list is not sent; what nobody knows is. A tree that fits comes back equal.

- No SSML at all: plain text; breaks and ends of paragraphs become punctuation where there is none.
- Pause tags (Chirp3-HD): they stand for breaks where everything else is plain; `kind` is ``markup``.
- Sounds go beside a text where the wire carries them, each phrase with its own.
- Otherwise ``ssml``: a tree. ElevenLabs takes what is inside its root.
"""

from typing import Literal

from attrs import frozen

from voicekit import ssml
from voicekit._adapt import azure, pieces
from voicekit._adapt.beside import plain, pronunciation, settled
from voicekit._adapt.changes import CODES, Change, Changes, Code
from voicekit._adapt.elements import Speaker, Walker
from voicekit.model import CustomPronunciation, Element, Family

__all__ = ["CODES", "Adapted", "Change", "Code", "adapt"]


@frozen
class Adapted:
    """A document as one voice takes it: a tree where `kind` is ``ssml``, else a text; and what was done to it.

    `pronunciations` stand beside it.
    """

    content: Element | str
    kind: Literal["ssml", "text", "markup"]
    changes: tuple[Change, ...] = ()
    pronunciations: tuple[CustomPronunciation, ...] = ()


def adapt(
    tree: Element, family: Family, *, dialect: str, voice: str, language: str, beside: bool = False
) -> Adapted:
    """Say a document in the words that a voice takes.

    Args:
        tree: A ``speak`` element.
        family: What the voice's family takes.
        dialect: The vendor's way of writing: ``google``, ``azure``, ``polly``, or another vendor's name.
        voice: The vendor's name of the voice.
        language: The voice's BCP-47 tag.
        beside: Whether pronunciations of phrases can stand beside the text.
    """
    speaker = Speaker(family, dialect, voice, language, beside)
    if family.ssml.support == "no":
        return _flat(tree, speaker, "text")[0]
    if _paused(tree, speaker):
        said, whole = _flat(tree, speaker, "markup")
        if whole:
            return said
    return _document(tree, speaker)


def _flat(tree: Element, speaker: Speaker, kind: Literal["text", "markup"]) -> tuple[Adapted, bool]:
    """Return a document as text, and whether no sound that was wanted is lost by that."""
    changes = Changes(speaker.family.voices)
    walker = Walker(speaker, changes, flat=True)
    tags = speaker.family.pauses if kind == "markup" else ()
    said = pieces.text(walker.inside(tree), speaker.language, tags)
    found = _beside(said, walker, speaker, changes)
    whole = {one.phrase for one, _ in walker.sounded} == set(map(_phrase, found))
    return Adapted(said, kind, tuple(changes.made), found), whole


def _document(tree: Element, speaker: Speaker) -> Adapted:
    changes = Changes(speaker.family.voices)
    walker = Walker(speaker, changes, flat=False)
    document = walker.root(tree)
    if speaker.dialect == "azure":
        document, added = azure.framed(
            document, speaker.family, voice=speaker.voice, language=speaker.language
        )
        if added:
            changes.info("VK507", tree, f"added for Azure: {', '.join(added)}")
    found = _beside(document, walker, speaker, changes)
    return Adapted(document, "ssml", tuple(changes.made), found)


def _beside(
    content: Element | str, walker: Walker, speaker: Speaker, changes: Changes
) -> tuple[CustomPronunciation, ...]:
    """Keep the sounds that say what is meant and nothing else; tell what became of each."""
    found = settled(content, [one for one, _ in walker.sounded], speaker.language)
    carried = set(map(_phrase, found))
    for one, node in walker.sounded:
        if one.phrase in carried:
            changes.info("VK501", node, "<phoneme> becomes a pronunciation beside the text")
        else:
            why = "the same words stand elsewhere and are said otherwise"
            changes.warn("VK502", node, f"<phoneme> is left out, its words are kept: {why}")
    return found


def _phrase(said: CustomPronunciation) -> str:
    return plain(said.phrase)


def _paused(tree: Element, speaker: Speaker) -> bool:
    """Whether pause tags can stand for the breaks: nothing else in the document would be lost by them."""
    family = speaker.family
    if family.markup.support != "yes" or speaker.language.lower() in family.pauseless:
        return False
    nodes = list(ssml.walk(tree))
    names = {node.name for node in nodes}
    if "break" not in names or family.element("break").support == "yes":
        return False
    if "[pause" in ssml.plain_text(tree):
        return False  # it would be heard as a pause
    kept = {"speak", "break", "p", "s", "sub"}
    if speaker.beside and all(map(_sounds, nodes)):
        kept.add("phoneme")
    return all(family.element(name).support in {"no", "ignored"} for name in names - kept)


def _sounds(node: Element) -> bool:
    """Whether a phoneme can stand beside the text."""
    return (
        node.name != "phoneme"
        or pronunciation(ssml.plain_text(node), node.get("alphabet"), node.get("ph")) is not None
    )
