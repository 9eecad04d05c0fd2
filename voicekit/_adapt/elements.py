"""What becomes of each element. Imports ssml, _capabilities, model and this room."""

from collections.abc import Callable, Mapping

from attrs import evolve, frozen

from voicekit import _capabilities as capabilities
from voicekit._adapt import attributes, azure, beside, breaks, pieces, places
from voicekit._adapt.changes import Changes
from voicekit._adapt.pieces import END, GAP, Pause, Piece
from voicekit.model import CustomPronunciation, Element, ElementFact, Fact, Family, Severity

_UNSPOKEN = {"desc", "metadata", "meta", "lexicon"}
_SILENT = places.EMPTY - {"break"}  # nothing is heard of them
_ELSEWHERE = {"voice", "audio"}  # without them something else is heard


@frozen
class Speaker:
    """Who is to say it.

    Attributes:
        family: What its family takes.
        dialect: The vendor's way of writing.
        voice: The vendor's name of it.
        language: Its BCP-47 tag.
        beside: Whether pronunciations of phrases can stand beside the text.
    """

    family: Family
    dialect: str
    voice: str
    language: str
    beside: bool = False


class Walker:
    """Walks a tree and says every element in the words that a family takes; notes what it changes."""

    def __init__(self, speaker: Speaker, changes: Changes, *, flat: bool) -> None:
        self._speaker = speaker
        self._family = speaker.family
        self._dialect = speaker.dialect
        self._voice = speaker.voice
        self._language = speaker.language
        self._changes = changes
        self._flat = flat  # the outcome is text
        self._within: list[str] = []  # the names of the elements around, as far as they are kept
        self._switched = 0  # open voice elements that are kept
        self.sounded: list[tuple[CustomPronunciation, Element]] = []  # what is to stand beside the text

    def root(self, tree: Element) -> Element:
        """Return the document with everything in it adapted."""
        kept = tree.attributes
        known = self._family.elements.get(tree.name)
        if known is not None:
            framed = azure.FRAME if self._dialect == "azure" else ()
            found = self._attributes(evolve(tree, attributes=_without(tree, framed)), known)
            kept = tuple(sorted([*(found or ()), *(pair for pair in tree.attributes if pair[0] in framed)]))
        return evolve(tree, attributes=kept, children=self._children(tree))

    def inside(self, node: Element) -> list[Piece]:
        """Return what the children of an element leave, where it is not kept itself."""
        found: list[Piece] = []
        for child in node.children:
            found.extend([child] if isinstance(child, str) else self._element(child))
        return found

    def _children(self, node: Element) -> tuple[Element | str, ...]:
        self._within.append(node.name)
        found = pieces.children(self.inside(node), self._language)
        self._within.pop()
        return found

    def _element(self, node: Element) -> list[Piece]:
        special = _SPECIAL.get(node.name, Walker.any)
        node = self._renamed(node)
        outer = places.wrong(node.name, self._within) if self._takes(node.name) else ""
        return self._misplaced(node, outer) if outer else special(self, node)

    # --- any element --------------------------------------------------------------------------------

    def _fact(self, name: str) -> Fact:
        return self._family.element(name, self._voice)

    def _takes(self, name: str) -> bool:
        return not self._flat and self._fact(name).support in {"yes", "unknown"}

    def any(self, node: Element) -> list[Piece]:
        """Say any element: as it is with the attributes that are taken, or only what is in it."""
        if not self._takes(node.name):
            return self._left_out(node)
        known = self._family.elements.get(node.name)
        if known is None:
            return [evolve(node, children=self._children(node))]
        kept = self._attributes(node, known)
        if kept is None:
            return self.inside(node) or [GAP]
        if node.name == "math":
            return [evolve(node, attributes=kept)]
        if node.name in places.EMPTY:
            return [evolve(node, attributes=kept, children=()), *self._behind(node)]
        self._switched += node.name == "voice"
        children = self._children(node)
        self._switched -= node.name == "voice"
        return self._contained(evolve(node, attributes=kept, children=children))

    def _behind(self, node: Element) -> list[Piece]:
        """Return what stands in an element that holds nothing."""
        if node.children:
            self._changes.warn(
                "VK502", node, f"what <{node.name}> holds is put behind it: it is an empty element"
            )
        return self.inside(node)

    def _contained(self, node: Element) -> list[Piece]:
        """Bring what a container holds into the elements that it may hold; an empty one is nothing."""
        if node.name not in places.CONTAINERS:
            return [node]
        children = places.contained(node, node.children)
        if not children:
            self._changes.warn("VK502", node, f"<{node.name}> is left out: it holds nothing")
            return []
        if children != node.children:
            self._changes.info("VK507", node, f"what <{node.name}> holds is wrapped as it is taken")
        return [evolve(node, children=children)]

    def _misplaced(self, node: Element, outer: str) -> list[Piece]:
        message = f"<{node.name}> is left out, its words are kept: it must not stand inside <{outer}>"
        self._changes.warn("VK502", node, message)
        if node.name == "sub":
            return [node.get("alias")]
        if node.name in _SILENT | _UNSPOKEN:
            return [] if node.name in _UNSPOKEN else self.inside(node)
        if node.name in places.BLOCKS and outer not in places.TEXT_ONLY:
            return [END, *self.inside(node), END]
        return self.inside(node) or [GAP]

    def _left_out(self, node: Element) -> list[Piece]:
        fact, name = self._fact(node.name), node.name
        if name in _UNSPOKEN:
            severity: Severity = "warning" if name == "lexicon" else "info"
            message = f"<{name}> is left out: {_reason(fact)}"
            self._changes.add("VK502", severity, node, message, fact=fact)
            return []
        severity = "error" if name in _ELSEWHERE and fact.refuses else "warning"
        kept = ", its words are kept" if node.children else ""
        message = f"<{name}> is left out{kept}: {_reason(fact)}"
        self._changes.add("VK502", severity, node, message, fact=fact)
        return self.inside(node) or [GAP]

    def _attributes(self, node: Element, known: ElementFact) -> tuple[tuple[str, str], ...] | None:
        return attributes.kept(
            node,
            known,
            self._changes,
            language=self._language,
            root=not self._within,
        )

    # --- elements with a way of their own -----------------------------------------------------------

    def _renamed(self, node: Element) -> Element:
        """Turn ``mark`` into Azure's ``bookmark`` and back, as it is taken."""
        other = {"mark": ("bookmark", "name", "mark"), "bookmark": ("mark", "mark", "name")}.get(node.name)
        if other is None or self._takes(node.name) or not self._takes(other[0]):
            return node
        name, old, new = other
        self._changes.info("VK501", node, f"<{node.name}> becomes <{name}>")
        renamed = [(new if key == old else key, value) for key, value in node.attributes]
        return evolve(node, name=name, attributes=tuple(sorted(renamed)))

    def block(self, node: Element) -> list[Piece]:
        """Say ``p`` or ``s``: where it is not taken, an end before and behind."""
        if self._takes(node.name):
            return self.any(node)
        self._changes.info("VK501", node, f"<{node.name}> becomes punctuation, where there is none")
        return [END, *self.inside(node), END]

    def nested(self, node: Element) -> list[Piece]:
        """Say a ``speak`` that is not the root."""
        if self._within and self._within[-1] == "media":
            return self.any(node)
        self._changes.info("VK501", node, "a <speak> inside the document is left out, its words are kept")
        return [GAP, *self.inside(node), GAP]

    def voiced(self, node: Element) -> list[Piece]:
        """Say ``voice``: one that names the voice that speaks anyway is no switch."""
        takes, same = self._takes("voice"), node.get("name") == self._voice
        if self._dialect == "azure" and takes:
            if len(self._within) == 1:
                return self.any(node)
            if not same or self._switched > 1:
                message = "<voice> is left out, its words are kept: Azure has it directly inside <speak> only"
                self._changes.warn("VK502", node, message)
                return self.inside(node) or [GAP]
        if (
            same
            and not (takes and self._switched and self._dialect != "azure")
            and self._dialect != "embedded"
        ):
            return self._spoken_anyway(node)
        return self.any(node)

    def _spoken_anyway(self, node: Element) -> list[Piece]:
        self._changes.info("VK501", node, f"<voice> is left out: {self._voice} speaks anyway")
        if node.get("effect"):
            message = f'<voice>: effect="{node.get("effect")[:40]}" is left out'
            self._changes.warn("VK503", node, message, "effect")
        return self.inside(node) or [GAP]

    def describe(self, node: Element) -> list[Piece]:
        """Say ``desc``: a recording's, and nothing elsewhere."""
        if self._within and self._within[-1] == "audio":
            return self.any(node)
        self._changes.info("VK502", node, "<desc> is left out: it describes no recording")
        return []

    def alias(self, node: Element) -> list[Piece]:
        """Say ``sub``."""
        if self._takes("sub") or not node.get("alias"):
            return self.any(node)
        self._changes.info("VK501", node, "<sub> becomes its alias")
        return [node.get("alias")]

    def sound(self, node: Element) -> list[Piece]:
        """Say ``phoneme``: where it is not taken, by a pronunciation beside the text."""
        words = "".join(child for child in node.children if isinstance(child, str))
        found = beside.pronunciation(words, node.get("alphabet"), node.get("ph"))
        if self._takes("phoneme") or found is None or not self._speaker.beside:
            return self.any(node)
        self.sounded.append((found, node))
        return self.inside(node)

    # --- pauses -------------------------------------------------------------------------------------

    def pause(self, node: Element) -> list[Piece]:
        """Say ``break``."""
        seconds, inner = breaks.length(node), self.inside(node)
        if self._flat:
            how = (
                "a pause tag of no fixed length"
                if self._family.pauses
                else "punctuation, where there is none"
            )
            severity: Severity = "info" if seconds <= 1.0 else "warning"
            self._changes.add("VK504", severity, node, f"the break of {breaks.spoken(seconds)} becomes {how}")
            return [Pause(seconds), *inner]
        if not self._takes("break"):
            fact = self._fact("break")
            message = f"the break of {breaks.spoken(seconds)} is left out: {_reason(fact)}"
            self._changes.add("VK504", "warning", node, message, fact=fact)
            return [GAP, *inner]
        known = self._family.elements.get("break")
        if known is None:
            return [evolve(node, children=()), *inner]
        found = breaks.written(node, known.attributes, self._changes, cut=self._dialect == "azure")
        kept = [(one, self._attributes(one, known) or ()) for one in found]
        return [*(evolve(one, attributes=attributes, children=()) for one, attributes in kept), *inner]

    # --- say-as -------------------------------------------------------------------------------------

    def said_as(self, node: Element) -> list[Piece]:
        """Say ``say-as``."""
        known = self._family.elements.get("say-as")
        kind = node.get("interpret-as").strip().lower()
        if not self._takes("say-as") or known is None:
            return self.any(node) if self._takes("say-as") else self._read(node, kind)
        content = "".join(child for child in node.children if isinstance(child, str))
        fact = known.attributes["interpret-as"]
        words = attributes.kinds(kind, content, digits_apart=self._dialect in {"azure", "polly"})
        best = next((word for word in words if capabilities.taken(fact, word, self._language)), None)
        if best is None:
            return self._read(node, kind)
        if best != node.get("interpret-as"):
            self._changes.info("VK501", node, f'<say-as>: "{kind}" becomes "{best}"', "interpret-as")
            others = _without(node, ("interpret-as",))
            node = evolve(node, attributes=tuple(sorted([*others, ("interpret-as", best)])))
        if best in fact.cautions:
            message = f'<say-as>: "{best}" gives {fact.cautions[best]}'
            self._changes.warn("VK505", node, message, "interpret-as")
        return self.any(node)

    def _read(self, node: Element, kind: str) -> list[Piece]:
        """Say what is inside without the element."""
        if kind in capabilities.BLEEPED:
            message = "what <say-as> bleeps is left out: it would be said"
            self._changes.warn("VK506", node, message)
            return [GAP]
        if kind in capabilities.ONE_BY_ONE and all(isinstance(child, str) for child in node.children):
            self._changes.info("VK501", node, f'<say-as>: "{kind}" becomes a text with spaces')
            return [" ".join("".join(str(child).split())) for child in node.children]
        what = f'"{kind[:40]}"' if kind else "without interpret-as"
        self._changes.warn("VK502", node, f"<say-as> {what} is left out, its words are kept: it is not taken")
        return self.inside(node)


def _reason(fact: Fact) -> str:
    if fact.support == "no":
        return "the vendor does not take it" if fact.refuses else "the vendor is not known to take it"
    return "the vendor ignores it" if fact.support == "ignored" else "it cannot stand here"


def _without(node: Element, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in node.attributes if pair[0] not in names)


_SPECIAL: Mapping[str, Callable[[Walker, Element], list[Piece]]] = {
    "break": Walker.pause,
    "desc": Walker.describe,
    "p": Walker.block,
    "phoneme": Walker.sound,
    "s": Walker.block,
    "say-as": Walker.said_as,
    "speak": Walker.nested,
    "sub": Walker.alias,
    "voice": Walker.voiced,
}
