"""Compare: what a case expects beside what was rendered, told so that a reader sees the difference. Pure."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve

from voicekit import ssml
from voicekit._adapt.words import Words
from voicekit._load.cases import Expected
from voicekit.errors import Problem, printable
from voicekit.model import Element

# Elements that part words by themselves: blank space beside them says nothing.
_PARTING = frozenset({"speak", "p", "s", "break"})
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？]) ")
_CLOSE = 4_000  # characters of both sides up to which the letters that differ are pointed at
_SHOWN = 40  # lines of a difference
_QUOTED = 300  # characters of what was said


def differences(expected: Expected, content: Element | str, language: str) -> Iterator[str]:
    """Yield what is not as a case expects it, durations aside.

    Args:
        expected: What the case says.
        content: What was rendered: an SSML tree, or plain text.
        language: In which it is, which decides where a word ends.
    """
    said = folded(content if isinstance(content, str) else ssml.plain_text(content))
    if expected.text is not None and folded(expected.text) != said:
        yield _told("the text", _sentences(folded(expected.text)), _sentences(said))
    if expected.ssml is not None:
        yield from _markup_differs(expected.ssml, content)
    for phrase in expected.must_say:
        if not says(said, phrase, language):
            yield f'does not say "{printable(phrase)}"; it says: {quoted(said)}'
    for phrase in expected.must_not_say:
        if says(said, phrase, language):
            yield f'says "{printable(phrase)}"; it says: {quoted(said)}'
    if expected.error is not None:
        yield f'is not refused with "{printable(expected.error)}"; it says: {quoted(said)}'
    if expected.max_characters is not None and len(said) > expected.max_characters:
        yield f"has {len(said):,} characters; at most {expected.max_characters:,} are allowed"


def _markup_differs(expected: Element, content: Element | str) -> Iterator[str]:
    if isinstance(content, str):
        yield "is plain text, and SSML is expected"
    elif settled(expected) != settled(content):
        yield _told("the SSML", lines(settled(expected)), lines(settled(content)))


def out_of_time(expected: Expected, seconds: float) -> Iterator[str]:
    """Yield what is wrong with how long something lasts."""
    lasts = f"lasts {seconds:.3f} s in the embedded voice"
    if expected.max_duration is not None and seconds > expected.max_duration:
        yield f"{lasts}; at most {expected.max_duration:g} s are allowed"
    if expected.min_duration is not None and seconds < expected.min_duration:
        yield f"{lasts}; at least {expected.min_duration:g} s are asked for"


def refusals(expected: Expected, problems: Sequence[Problem]) -> Iterator[str]:
    """Yield what is wrong with a refusal: nothing where it is the expected one."""
    shown = _indented(line for problem in problems for line in str(problem).splitlines())
    if expected.error is None:
        yield f"cannot be rendered:\n{shown}"
        return
    told = folded(" ".join(f"{problem.where}: {problem.message}" for problem in problems)).casefold()
    if folded(expected.error).casefold() not in told:
        yield f'is refused, but not with "{printable(expected.error)}":\n{shown}'


def folded(text: str) -> str:
    """Return a text as it is compared: each run of blank space is one space, and letters are composed."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def says(said: str, phrase: str, language: str) -> bool:
    """Whether whole words of a text are this phrase; case does not count."""
    words = Words([folded(phrase).casefold()], [language])
    return any(True for _ in words.find(said.casefold()))


def quoted(said: str) -> str:
    """Return the start of what is said, for a message."""
    return printable(said[:_QUOTED] + ("…" if len(said) > _QUOTED else "")) or "nothing"


def settled(node: Element) -> Element:
    """Return a tree without the blank space that says nothing: beside what parts words, and alone between elements."""
    children = [
        settled(child) if isinstance(child, Element) else _folded_inside(child) for child in node.children
    ]
    around = (node, *children, node)
    kept = (
        _trimmed(child, before, after)
        for before, child, after in zip(around, children, around[2:], strict=False)
    )
    return evolve(
        node, children=tuple(child for child in kept if isinstance(child, Element) or child.strip())
    )


def _folded_inside(text: str) -> str:
    """Fold blank space as `folded` does, but keep a space at an end where there was any."""
    return " " * text[:1].isspace() + folded(text) + " " * text[-1:].isspace()


def _trimmed(child: Element | str, before: Element | str, after: Element | str) -> Element | str:
    if isinstance(child, Element):
        return child
    child = child.lstrip() if _parts(before) else child
    return child.rstrip() if _parts(after) else child


def _parts(node: Element | str) -> bool:
    return isinstance(node, Element) and node.name in _PARTING


def lines(node: Element) -> list[str]:
    """Write a tree for comparing: an element that holds others on lines of its own, any other on one."""
    if not any(isinstance(child, Element) for child in node.children):
        return [ssml.serialise(node)]
    tag = ssml.serialise(evolve(node, children=())).removesuffix("/>")
    inner = (
        line
        for child in node.children
        for line in (lines(child) if isinstance(child, Element) else [_escaped(child)])
    )
    return [f"{tag}>", *(f"  {line}" for line in inner), f"</{node.name}>"]


def _escaped(text: str) -> str:
    return ssml.serialise(Element("x", (), (text,)))[3:-4]


def _sentences(text: str) -> list[str]:
    return _SENTENCE_END.split(text)


def _told(what: str, expected: list[str], rendered: list[str]) -> str:
    return f"{what} differs (- expected, + rendered):\n{_indented(_difference(expected, rendered))}"


def _difference(expected: list[str], rendered: list[str]) -> Iterator[str]:
    """Yield the lines of a difference. Pointing at letters costs the square of their number, so long texts go without."""
    if sum(map(len, (*expected, *rendered))) > _CLOSE:
        for line in list(difflib.unified_diff(expected, rendered, lineterm="", n=1))[2:]:
            yield f"{line[:1]} {line[1:]}".rstrip()
        return
    for line in difflib.ndiff(expected, rendered):
        yield line.rstrip()


def _indented(found: Iterable[str]) -> str:
    shown = [f"    {printable(line)}".rstrip() for line in found]
    more = [f"    … and {len(shown) - _SHOWN} more lines"] if len(shown) > _SHOWN else []
    return "\n".join(shown[:_SHOWN] + more)
