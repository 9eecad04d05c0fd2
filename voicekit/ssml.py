"""SSML text ⇄ tree. Imports _xml, model and errors.

`parse` takes a whole document or a fragment, `serialise` writes the canonical form that is sent to vendors:
attributes sorted, no comments, no declaration. ``parse(serialise(tree)) == tree``.
"""

import re
from collections.abc import Iterator

from attrs import evolve

from voicekit import _xml
from voicekit.errors import MarkupError, Place
from voicekit.model import Element

_DECLARATION = re.compile(r"\s*<\?xml\s.*?\?>", re.DOTALL)
_ENCODING = re.compile(r"""\sencoding\s*=\s*["'](?P<name>[^"'?>]*)["']""")
_DECODED = frozenset({"utf-8", "utf8", "ascii", "us-ascii"})
# Atomic groups: what was read as a comment is not read again, so that hostile text costs no more than its length.
_DOCUMENT = re.compile(r"\s*(?:<!DOCTYPE|(?:(?>(?:<\?.*?\?>|<!--.*?-->)\s*))*+<speak(?=[\s/>]))", re.DOTALL)
_BLANK_WITH_NEWLINE = re.compile(r"[ \t]*[\r\n][ \t\r\n]*")
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


def parse(text: str) -> Element:
    """Parse an SSML 1.1 document, or a fragment that is then wrapped in ``<speak>``.

    Returns:
        The ``speak`` element, with 1-based positions in `text`.

    Raises:
        MarkupError: The text is not well-formed, declares another encoding than UTF-8 or ASCII, has a DOCTYPE, or is over
            a limit of size, depth or count.
    """
    text = text.removeprefix("\ufeff")
    declared = _DECLARATION.match(text)
    if declared:
        _check_encoding(declared)
        # Decoded text needs no declaration; blanks keep every position behind it.
        text = re.sub(r"[^\n]", " ", declared.group()) + text[declared.end() :]
    if _DOCUMENT.match(text):
        return _xml.parse(text)
    head = "<speak>"
    return _xml.parse(f"{head}{text}</speak>", column_offset=len(head))


def _check_encoding(declared: re.Match[str]) -> None:
    """Refuse a document that calls itself something else than what its reader has decoded."""
    found = _ENCODING.search(declared.group())
    if found is None or found["name"].lower() in _DECODED:
        return
    before = declared.group()[: found.start("name")]
    place = Place("", before.count("\n") + 1, len(before) - before.rfind("\n"))
    message = f"the document declares the encoding {found['name'][:40]}; documents are read as UTF-8"
    raise MarkupError.of(message, place=place, remedy="save it as UTF-8 and declare that, or nothing")


def serialise(tree: Element) -> str:
    """Write a tree as text. Every character is escaped where XML asks for it; what is empty closes itself."""
    parts: list[str] = []
    _write(tree, parts)
    return "".join(parts)


def _write(node: Element, parts: list[str]) -> None:
    attributes = "".join(f' {name}="{value.translate(_ATTRIBUTE)}"' for name, value in node.attributes)
    if not node.children:
        parts.append(f"<{node.name}{attributes}/>")
        return
    parts.append(f"<{node.name}{attributes}>")
    for child in node.children:
        if isinstance(child, str):
            parts.append(child.translate(_TEXT))
        else:
            _write(child, parts)
    parts.append(f"</{node.name}>")


def walk(tree: Element) -> Iterator[Element]:
    """Yield every element of the tree, parents first, in document order."""
    yield tree
    for child in tree.children:
        if isinstance(child, Element):
            yield from walk(child)


def tidy(tree: Element) -> Element:
    """Fold blank space that holds a line break into one space, and trim the ends.

    Templates are indented for people, and vendors bill every character of it.
    """
    folded = _fold(tree)
    children = list(folded.children)
    if children and isinstance(children[0], str):
        children[0] = children[0].lstrip(" \t\r\n")
    if children and isinstance(children[-1], str):
        children[-1] = children[-1].rstrip(" \t\r\n")
    return evolve(folded, children=tuple(child for child in children if child != ""))


def _fold(node: Element) -> Element:
    children = (
        _BLANK_WITH_NEWLINE.sub(" ", child) if isinstance(child, str) else _fold(child)
        for child in node.children
    )
    return evolve(node, children=tuple(children))


def plain_text(tree: Element) -> str:
    """Return what is said as plain text: ``sub`` gives its alias, breaks and block ends a space, ``desc`` nothing."""
    return " ".join("".join(_said(tree)).split())


def _said(node: Element) -> Iterator[str]:
    if node.name == "sub":
        yield node.get("alias")
        return
    if node.name in {"metadata", "meta", "desc", "lexicon"}:
        return
    if node.name in {"break", "p", "s"}:
        yield " "
    for child in node.children:
        if isinstance(child, str):
            yield child
        else:
            yield from _said(child)
    if node.name in {"p", "s"}:
        yield " "
