"""What becomes of each element. Imports ssml, _capabilities, model and this room."""

from collections.abc import Callable, Mapping

from attrs import evolve

from voicekit import _capabilities as capabilities
from voicekit._adapt import attributes, azure, breaks, pieces
from voicekit._adapt.changes import Changes
from voicekit._adapt.pieces import END, GAP, Pause, Piece
from voicekit.model import AttributeFact, Element, ElementFact, Fact, Family, Severity

_UNSPOKEN = {"desc", "metadata", "meta", "lexicon"}
_ELSEWHERE = {"voice", "audio"}  # without them something else is heard
# Nothing without at least one of their attributes.
_CARRIERS = {
    "prosody",
    "lang",
    "voice",
    "w",
    "google:style",
    "amazon:effect",
    "amazon:domain",
    "mstts:express-as",
}
_DECLARATIONS = ("xmlns:", "xsi:")


class Walker:
    """Walks a tree and says every element in the words that a family takes; notes what it changes."""

    def __init__(
        self, family: Family, dialect: str, voice: str, language: str, changes: Changes, *, flat: bool
    ) -> None:
        self._family = family
        self._dialect = dialect
        self._voice = voice
        self._language = language
        self._changes = changes
        self._flat = flat  # the outcome is text
        self._within: list[str] = []
        self._switched = 0  # open voice elements that are kept

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
        """Return what the children of an element leave."""
        self._within.append(node.name)
        found: list[Piece] = []
        for child in node.children:
            found.extend([child] if isinstance(child, str) else self._element(child))
        self._within.pop()
        return found

    def _children(self, node: Element) -> tuple[Element | str, ...]:
        return pieces.children(self.inside(node), self._language)

    def _element(self, node: Element) -> list[Piece]:
        return _SPECIAL.get(node.name, Walker.any)(self, self._renamed(node))

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
            return self._bare(node)
        self._switched += node.name == "voice"
        children = self._children(node)
        self._switched -= node.name == "voice"
        return [evolve(node, attributes=kept, children=children)]

    def _bare(self, node: Element) -> list[Piece]:
        """Return what is in an element that is left out, though its voice takes others of its name."""
        if self._within[-1] == "media" and self._takes("media"):
            return [Element("speak", (), self._children(_undescribed(node)), node.line, node.column)]
        return self.inside(_undescribed(node)) or [GAP]

    def _left_out(self, node: Element) -> list[Piece]:
        fact, name = self._fact(node.name), node.name
        if name in _UNSPOKEN:
            severity: Severity = "warning" if name == "lexicon" else "info"
            self._changes.add("VK502", severity, node, f"<{name}> is left out: {self._reason(fact)}")
            return []
        severity = "error" if name in _ELSEWHERE and fact.refuses else "warning"
        self._changes.add(
            "VK502", severity, node, f"<{name}> is left out, its words are kept: {self._reason(fact)}"
        )
        return self.inside(node) or [GAP]

    def _reason(self, fact: Fact) -> str:
        does = {"ignored": "ignore it", "no": "do not take it"}.get(fact.support, "cannot have it here")
        return f"{self._family.name} voices {does} (evidence {fact.grade})"

    def _attributes(self, node: Element, known: ElementFact) -> tuple[tuple[str, str], ...] | None:
        """Return the attributes as they are taken; None, with the reason noted, where nothing of the element is left."""
        kept: dict[str, str] = {}
        noted = Changes()
        for name, value in node.attributes:
            fact = known.attributes.get(name)
            fact = fact if fact and _fits(node, fact) else None
            if name.startswith(_DECLARATIONS) or (fact and capabilities.taken(fact, value, self._language)):
                kept[name] = value
                continue
            text = self._instead(node, name, value, fact, noted)
            if text is not None:
                kept[name] = text
            elif (fact and fact.required and not fact.default) or (node.name, name) == (
                "phoneme",
                "alphabet",
            ):
                self._nothing(node, f'{name}="{value[:40]}" is not taken')
                return None
        missing = [name for name, fact in known.attributes.items() if fact.required and name not in kept]
        for name in missing:
            default = known.attributes[name].default
            if not default:
                self._nothing(node, f"without {name} it is not taken")
                return None
            noted.info("VK501", node, f'<{node.name}>: {name}="{default}" is written out')
            kept[name] = default
        self._changes.made.extend(noted.made)
        if not node.attributes and node.name in _CARRIERS:
            self._changes.info("VK501", node, f"<{node.name}> without attributes is left out")
        return tuple(sorted(kept.items())) if kept or node.name not in _CARRIERS else None

    def _nothing(self, node: Element, why: str) -> None:
        message = f"<{node.name}> is left out, its words are kept: {why} by {self._family.name} voices"
        self._changes.warn("VK502", node, message)

    def _instead(
        self, node: Element, name: str, value: str, known: AttributeFact | None, noted: Changes
    ) -> str | None:
        found = (
            attributes.instead(node.name, name, value, known)
            if known
            else attributes.Value(None, exact=False)
        )
        became = "is left out" if found.text is None else f'becomes "{found.text}"'
        message = f'<{node.name}>: {name}="{value[:40]}" {became} for {self._family.name} voices'
        noted.add("VK501" if found.exact else "VK503", "info" if found.exact else "warning", node, message)
        return found.text

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
        if self._within[-1] == "media" and self._takes("media"):
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
            self._changes.warn("VK503", node, f'<voice>: effect="{node.get("effect")[:40]}" is left out')
        return self.inside(node) or [GAP]

    def describe(self, node: Element) -> list[Piece]:
        """Say ``desc``: a recording's, and nothing elsewhere."""
        if self._within[-1] == "audio":
            return self.any(node)
        self._changes.info("VK502", node, "<desc> is left out: it describes no recording")
        return []

    def alias(self, node: Element) -> list[Piece]:
        """Say ``sub``."""
        if self._takes("sub") or not node.get("alias"):
            return self.any(node)
        self._changes.info("VK501", node, "<sub> becomes its alias")
        return [node.get("alias")]

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
            self._changes.add("VK504", severity, node, f"the break of {seconds:g} s becomes {how}")
            return [Pause(seconds), *inner]
        if not self._takes("break"):
            message = f"the break of {seconds:g} s is left out: {self._reason(self._fact('break'))}"
            self._changes.warn("VK504", node, message)
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
            self._changes.info("VK501", node, f'<say-as>: "{kind}" becomes "{best}"')
            others = _without(node, ("interpret-as",))
            node = evolve(node, attributes=tuple(sorted([*others, ("interpret-as", best)])))
        if best in fact.cautions:
            self._changes.warn("VK505", node, f'<say-as>: "{best}" is {fact.cautions[best]} here')
        return self.any(node)

    def _read(self, node: Element, kind: str) -> list[Piece]:
        """Say what is inside without the element."""
        if kind in attributes.BLEEPED:
            message = f"what <say-as> bleeps is left out: {self._family.name} voices would say it"
            self._changes.warn("VK506", node, message)
            return [GAP]
        if kind in attributes.ONE_BY_ONE and all(isinstance(child, str) for child in node.children):
            self._changes.info("VK501", node, f'<say-as>: "{kind}" becomes a text with spaces')
            return [" ".join("".join(str(child).split())) for child in node.children]
        what = f'"{kind[:40]}"' if kind else "without interpret-as"
        self._changes.warn(
            "VK502",
            node,
            f"<say-as> {what} is left out, its words are kept: {self._family.name} voices do not take it",
        )
        return self.inside(node)


def _fits(node: Element, known: AttributeFact) -> bool:
    return all(node.get(name) in words for name, words in known.beside.items())


def _undescribed(node: Element) -> Element:
    """Leave out what describes a recording that will not be heard."""
    said = (child for child in node.children if isinstance(child, str) or child.name != "desc")
    return evolve(node, children=tuple(said)) if node.name == "audio" else node


def _without(node: Element, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in node.attributes if pair[0] not in names)


_SPECIAL: Mapping[str, Callable[[Walker, Element], list[Piece]]] = {
    "break": Walker.pause,
    "desc": Walker.describe,
    "p": Walker.block,
    "s": Walker.block,
    "say-as": Walker.said_as,
    "speak": Walker.nested,
    "sub": Walker.alias,
    "voice": Walker.voiced,
}
