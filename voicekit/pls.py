"""Pronunciation lexicons, W3C PLS 1.0: text ⇄ Lexicon. Imports _xml, _language, model and errors.

`parse` reads a document and tells everything that is wrong with it at once; `serialise` writes the canonical form:
a lexeme a line, no comments, no metadata. ``parse(serialise(lexicon)) == lexicon``.
"""

import re
from collections.abc import Iterator, Mapping

from voicekit import _language, _xml
from voicekit.errors import MarkupError, Place, Problems
from voicekit.model import NO_VALUES, Element, Lexeme, Lexicon, Pronunciation

NAMESPACE = "http://www.w3.org/2005/01/pronunciation-lexicon"
LENGTH = 1_000  # characters of one grapheme, phoneme, alias or example

# What stands in what, and which attributes it has; those with a prefix, such as xml:id, are anybody's.
_CONTENT = {
    "lexicon": {"meta", "metadata", "lexeme"},
    "lexeme": {"grapheme", "phoneme", "alias", "example"},
}
_ATTRIBUTES = {
    "lexicon": {"version", "alphabet"},
    "lexeme": {"role"},
    "grapheme": set[str](),
    "phoneme": {"alphabet", "prefer"},
    "alias": {"prefer"},
    "example": set[str](),
}
_ALPHABET = re.compile(r"[A-Za-z0-9._-]+")
_ROLE = re.compile(r"(?:[\w.-]+:)?[\w.-]+")
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)

Names = Mapping[str, str]


def parse(text: str) -> Lexicon:
    """Parse a PLS 1.0 document. White space in its texts is folded, and elements of other namespaces are passed over.

    Returns:
        The lexicon, with the 1-based lines of its lexemes and without a path.

    Raises:
        MarkupError: With the line and column of everything that is wrong: not well-formed, not PLS, a DOCTYPE, over a
            limit of size, depth or count, or against the specification.
    """
    root = _xml.parse(text.removeprefix("\ufeff"))
    names = names_within(root, NO_VALUES)
    prefix, _, local = root.name.rpartition(":")
    if local != "lexicon" or names.get(prefix) != NAMESPACE:
        raise _not_pls(root, local, names.get(prefix))
    return _Reader().lexicon(root, names)


def serialise(lexicon: Lexicon) -> str:
    """Write a lexicon as a PLS 1.0 document. Lines and the path are not kept."""
    spaces = sorted(
        {role[1:].rpartition("}")[0] for lexeme in lexicon.lexemes for role in lexeme.roles} - {""}
    )
    prefixes = {space: f"r{number}" for number, space in enumerate(spaces, start=1)}
    declared = "".join(f' xmlns:{prefix}="{_escaped(space)}"' for space, prefix in prefixes.items())
    head = f'<lexicon version="1.0" xmlns="{NAMESPACE}"{declared} alphabet="{_escaped(lexicon.alphabet)}"'
    lexemes = (f"  {_lexeme(lexeme, lexicon.alphabet, prefixes)}\n" for lexeme in lexicon.lexemes)
    lines = f'{head} xml:lang="{_escaped(lexicon.language)}">\n{"".join(lexemes)}</lexicon>\n'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{lines}'


def names_within(element: Element, names: Names) -> Names:
    """Return the namespaces that hold inside an element, by prefix, where `names` hold around it."""
    own = {name[6:]: uri for name, uri in element.attributes if name == "xmlns" or name.startswith("xmlns:")}
    return {**names, **own} if own else names


def expanded(role: str, names: Names) -> str:
    """Return a qualified name as ``{namespace}name``; without a declared prefix it stays as it is."""
    prefix, colon, local = role.rpartition(":")
    return f"{{{names[prefix]}}}{local}" if colon and names.get(prefix) else role


def _not_pls(root: Element, local: str, found: str | None) -> MarkupError:
    place = Place("", root.line, root.column)
    if local == "lexicon":
        message = (
            f"is not PLS: <lexicon> is in {'the namespace ' + _shown(found) if found else 'no namespace'}"
        )
        return MarkupError.of(message, place=place, remedy=f'write <lexicon xmlns="{NAMESPACE}" …>')
    message = f"is not PLS: it starts with <{root.name[:40]}>"
    return MarkupError.of(
        message, place=place, remedy="name a W3C pronunciation lexicon, which starts with <lexicon>"
    )


class _Reader:
    """Reads a tree into a lexicon and collects what is wrong with it."""

    def __init__(self) -> None:
        self._problems = Problems()

    def lexicon(self, root: Element, names: Names) -> Lexicon:
        self._attributes(root, "lexicon")
        if root.get("version") != "1.0":
            self._problem(root, 'is not version="1.0"', 'write version="1.0"; there is no other')
        alphabet = self._alphabet(root)
        if alphabet is None:
            self._problem(
                root, "states no alphabet", 'write alphabet="ipa", or another that your voices take'
            )
        language = self._language(root)
        found = tuple(
            self._lexeme(child, inner, alphabet or "ipa")
            for local, child, inner in self._children(root, "lexicon", names)
            if local == "lexeme"
        )
        self._problems.settle(MarkupError)
        return Lexicon(language, alphabet or "", found)

    def _language(self, root: Element) -> str:
        tag = root.get("xml:lang")
        if not tag:
            self._problem(root, "states no language", 'write xml:lang="en-US", or whichever it is for')
            return ""
        try:
            return _language.canonical(tag)
        except ValueError as error:
            self._problem(root, f"xml:lang: `{_shown(tag)}` {error}", "see BCP-47: language-REGION")
            return ""

    def _lexeme(self, node: Element, names: Names, alphabet: str) -> Lexeme:
        self._attributes(node, "lexeme")
        graphemes: dict[str, None] = {}
        said: list[Pronunciation] = []
        examples: list[str] = []
        before = len(self._problems)
        for local, child, _ in self._children(node, "lexeme", names):
            self._attributes(child, local)
            text = self._text(child, local)
            if local == "grapheme":
                graphemes[text] = None
            elif local == "example":
                examples.append(text)
            else:
                stated = self._alphabet(child) or alphabet if local == "phoneme" else None
                said.append(Pronunciation(text, stated, self._prefer(child)))
        if len(self._problems) == before:
            if not graphemes:
                self._problem(node, "<lexeme> has no <grapheme>", "write the spelling that it is about")
            if not said:
                self._problem(node, "<lexeme> has no <phoneme> and no <alias>", "write how it is said")
        return Lexeme(tuple(graphemes), tuple(said), self._roles(node, names), tuple(examples), node.line)

    def _roles(self, node: Element, names: Names) -> tuple[str, ...]:
        roles: dict[str, None] = {}
        for role in node.get("role").split():
            name = expanded(role, names)
            if not _ROLE.fullmatch(role):
                self._problem(
                    node, f"the role `{_shown(role)}` is not a name", "write names parted by spaces"
                )
            elif ":" in role and name == role:
                prefix = role.partition(":")[0]
                remedy = f'write xmlns:{prefix}="…" on <lexicon>'
                self._problem(node, f"the prefix of the role `{_shown(role)}` is not declared", remedy)
            roles[name] = None
        return tuple(roles)

    def _children(self, node: Element, name: str, names: Names) -> Iterator[tuple[str, Element, Names]]:
        """Yield the elements of PLS inside another, by local name."""
        for child in node.children:
            if isinstance(child, str):
                if child.strip():
                    self._problem(node, f"<{name}> holds text", "put it into an element, or a comment")
                continue
            inner = names_within(child, names)
            prefix, _, local = child.name.rpartition(":")
            if inner.get(prefix) != NAMESPACE:
                continue
            if local in _CONTENT[name]:
                yield local, child, inner
            else:
                known = ", ".join(sorted(_CONTENT[name]))
                self._problem(child, f"<{local[:40]}> does not belong into <{name}>", f"known: {known}")

    def _attributes(self, node: Element, name: str) -> None:
        for attribute, _ in node.attributes:
            if ":" not in attribute and attribute != "xmlns" and attribute not in _ATTRIBUTES[name]:
                known = ", ".join(sorted(_ATTRIBUTES[name])) or "none"
                self._problem(node, f"<{name}> has no attribute `{attribute[:40]}`", f"known: {known}")

    def _text(self, node: Element, name: str) -> str:
        if any(isinstance(child, Element) for child in node.children):
            self._problem(node, f"<{name}> holds an element", "write text only")
        text = " ".join("".join(child for child in node.children if isinstance(child, str)).split())
        if not text:
            self._problem(node, f"<{name}> is empty", "write something, or remove it")
        if len(text) > LENGTH:
            self._problem(node, f"<{name}> has more than {LENGTH:,} characters", "shorten it")
        return text

    def _alphabet(self, node: Element) -> str | None:
        alphabet = node.get("alphabet")
        if alphabet and not _ALPHABET.fullmatch(alphabet):
            self._problem(node, "alphabet: is not a name", 'write alphabet="ipa" or alphabet="x-sampa"')
        # Vendors compare names of alphabets by case, and all of theirs are small.
        return alphabet.lower() or None

    def _prefer(self, node: Element) -> bool:
        prefer = node.get("prefer", "false")
        if prefer not in {"true", "false"}:
            self._problem(node, "prefer: is neither true nor false", 'write prefer="true", or leave it out')
        return prefer == "true"

    def _problem(self, node: Element, message: str, remedy: str) -> None:
        self._problems.add(message, place=Place("", node.line, node.column), remedy=remedy)


def _lexeme(lexeme: Lexeme, alphabet: str, prefixes: Mapping[str, str]) -> str:
    roles = " ".join(_qualified(role, prefixes) for role in lexeme.roles)
    parts = [f'<lexeme role="{_escaped(roles)}">' if roles else "<lexeme>"]
    parts += [f"<grapheme>{_escaped(grapheme)}</grapheme>" for grapheme in lexeme.graphemes]
    for said in lexeme.pronunciations:
        name = "alias" if said.alphabet is None else "phoneme"
        own = f' alphabet="{_escaped(said.alphabet)}"' if said.alphabet not in {None, alphabet} else ""
        preferred = ' prefer="true"' if said.preferred else ""
        parts.append(f"<{name}{own}{preferred}>{_escaped(said.text)}</{name}>")
    parts += [f"<example>{_escaped(example)}</example>" for example in lexeme.examples]
    return "".join((*parts, "</lexeme>"))


def _qualified(role: str, prefixes: Mapping[str, str]) -> str:
    space, brace, local = role[1:].rpartition("}")
    return f"{prefixes[space]}:{local}" if brace else role


def _shown(text: str) -> str:
    """Return the start of a text from a file as a message may hold it."""
    return text[:60] if text.isprintable() else "…"


def _escaped(text: str | None) -> str:
    return (text or "").translate(_ESCAPES)
