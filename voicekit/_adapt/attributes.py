"""Attributes, and their values in the words of another vendor. Imports _capabilities, model and this room's values."""

import math
import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from attrs import frozen

from voicekit import _capabilities as capabilities
from voicekit._adapt.changes import Changes
from voicekit.model import AttributeFact, Element, ElementFact

# "default" in the words of vendors without it: 100% of the rate (SSML 1.1), the middle of the pitch (Google's page, Azure's)
# and the most of the volume (Azure's).
_DEFAULTS = {
    ("prosody", "rate", "default"): "100%",
    ("prosody", "pitch", "default"): "medium",
    ("prosody", "volume", "default"): "x-loud",
}
_BARE_POINT = re.compile(r"^(?P<sign>[+-]?)(?=\.\d)")  # SSML's numbers may begin with it
_COUNTED = re.compile("yyyy|mm|dd")  # as many digits as the single letter stands for, on Google's page
# Elements that are nothing without at least one of their attributes.
_CARRIERS = frozenset(
    {
        "prosody",
        "lang",
        "voice",
        "w",
        "google:style",
        "amazon:effect",
        "amazon:domain",
        "mstts:express-as",
    }
)
# A voice is chosen by at least one of these.
_CHOOSING = frozenset({"name", "gender", "variant", "language", "languages"})


def kept(
    node: Element, known: ElementFact, changes: Changes, *, language: str, root: bool
) -> tuple[tuple[str, str], ...] | None:
    """Return the attributes of an element as they are taken; None, with the reason noted, where nothing of it is left.

    Args:
        node: The element.
        known: What is known of it.
        changes: Where to note what is done.
        language: The voice's BCP-47 tag.
        root: Whether it is the document's own, where namespaces are declared.
    """
    noted = Changes(changes.voices)
    found: dict[str, str] = {}
    lost = ""
    for name, value in node.attributes:
        fact = capabilities.fitting(known.attributes.get(name), node)
        if (root and name.startswith("xmlns:")) or (fact and capabilities.taken(fact, value, language)):
            found[name] = value
            continue
        text = _in_other_words(node, name, fact, noted, language)
        if text is not None:
            found[name] = text
        elif (fact and fact.required and not fact.default) or (node.name, name) == ("phoneme", "alphabet"):
            lost = lost or f'{name}="{value[:40]}" is not taken'
    lost = lost or _missing(node, known, found, noted)
    if lost:
        message = f"<{node.name}> is left out, its words are kept: {lost}"
        changes.warn("VK502", node, message)
        return None
    changes.made.extend(noted.made)
    if not node.attributes and node.name in _CARRIERS:
        changes.info("VK501", node, f"<{node.name}> without attributes is left out")
    return tuple(sorted(found.items())) if found or node.name not in _CARRIERS else None


def _missing(node: Element, known: ElementFact, found: dict[str, str], noted: Changes) -> str:
    """Write defaults out where they are required, and say what is missing otherwise."""
    if node.name == "voice" and node.attributes and not found.keys() & _CHOOSING:
        return "without a name or a choice it is not taken"
    for name, fact in known.attributes.items():
        if fact.required and name not in found:
            if not fact.default:
                return f"without {name} it is not taken"
            noted.info("VK501", node, f'<{node.name}>: {name}="{fact.default}" is written out', name)
            found[name] = fact.default
    return ""


def _in_other_words(
    node: Element, name: str, known: AttributeFact | None, noted: Changes, language: str
) -> str | None:
    value = node.get(name)
    found = (
        instead(node.name, name, value, known, language)
        if known
        else Value(None, exact=_declares(node, name, language))
    )
    became = "is left out" if found.text is None else f'becomes "{found.text}"'
    message = f'<{node.name}>: {name}="{value[:40]}" {became}'
    if found.exact:
        noted.info("VK501", node, message, name)
    else:
        noted.warn("VK503", node, message, name)
    return found.text


def _declares(node: Element, name: str, language: str) -> bool:
    """Whether an attribute only says what the document is, so that nothing sounds otherwise without it."""
    if name == "xmlns" or name.startswith(("xmlns:", "xsi:")):
        return True
    spoken = node.get("xml:lang").partition("-")[0].lower() == language.partition("-")[0].lower()
    return node.name == "speak" and (name == "version" or (name == "xml:lang" and spoken))


@frozen
class Value:
    """A value that is taken instead of another: None is none at all. `exact` says that it means the same."""

    text: str | None
    exact: bool


def instead(element: str, attribute: str, value: str, known: AttributeFact, language: str = "") -> Value:
    """Find what an attribute takes instead of a value that it does not take.

    Args:
        element: The element's name.
        attribute: The attribute's name.
        value: Its value as written.
        known: What it takes.
        language: The voice's BCP-47 tag.
    """
    value = _BARE_POINT.sub(r"\g<sign>0", _DEFAULTS.get((element, attribute, value), value))
    if capabilities.taken(known, value, language):
        return Value(value, exact=True)
    finder = {
        ("prosody", "rate"): _rate,
        ("prosody", "pitch"): _pitch,
        ("prosody", "volume"): _volume,
        ("say-as", "format"): _format,
        ("media", "begin"): _offset,
        ("media", "end"): _offset,
    }.get((element, attribute))
    for found in finder(value, known) if finder else ():
        if found.text is not None and capabilities.taken(known, found.text, language):
            return found
    return Value(None, exact=False)


def _rate(value: str, known: AttributeFact) -> Iterator[Value]:
    factor = capabilities.factor(value)
    if factor is None or factor <= 0:
        return
    low, high = known.bounds
    kept = min(max(factor, low or 0.0), high or factor)
    for text in (f"{100 * kept:.6g}%", f"{kept:.6g}", f"{100 * kept - 100:+.6g}%"):
        yield Value(text, exact=kept == factor)


def _pitch(value: str, _: AttributeFact) -> Iterator[Value]:
    factor = capabilities.factor(value)
    if factor is None or factor <= 0 or not (value.endswith("st") or value[:1] in "+-"):
        return
    yield Value(f"{100 * factor - 100:+.2f}%", exact=True)
    yield Value(f"{12 * math.log2(factor):+.2f}st", exact=True)


def _volume(value: str, _: AttributeFact) -> Iterator[Value]:
    """Yield a volume in dB, and as a change in percent; an unsigned percentage is a change too, as Azure has it."""
    if value.endswith("%"):
        factor = capabilities.factor(value if value[:1] in "+-" else f"+{value}")
    elif value.lower().endswith("db"):
        factor = capabilities.factor(value)
    else:
        factor = capabilities.factor(f"{value}%")  # 0 to 100, or a signed part of it
    if factor is None or factor < 0:
        return
    if factor == 0:
        yield Value("silent", exact=True)
        return
    decibels = 20 * math.log10(factor)
    yield Value(f"{decibels:+.2f}dB", exact=True)
    # The voice's own volume is the most that Azure's scale has.
    yield Value(f"{100 * factor - 100:+.2f}%", exact=decibels <= 0)


def _format(value: str, _: AttributeFact) -> Iterator[Value]:
    """Yield a date's format with one letter a field: ``yyyymmdd`` is ``ymd``, and ``yymmdd`` nearly so."""
    once = _COUNTED.sub(lambda found: found[0][0], value)
    yield Value(once, exact=True)
    yield Value("".join(letter for letter, _ in groupby(once)), exact=False)


def _offset(value: str, _: AttributeFact) -> Iterator[Value]:
    """Yield a time with its unit, which is the second, and without blanks."""
    bare = "".join(value.split())
    yield Value(bare, exact=True)
    yield Value(f"{bare}s", exact=True)


def kinds(kind: str, content: str, *, digits_apart: bool) -> Iterable[str]:
    """List the words for a kind of say-as, the best first: the first that is taken stands for the others.

    Args:
        kind: ``interpret-as`` as written.
        content: The text inside.
        digits_apart: Whether digits that are spelled have a word of their own here, as with Azure and Polly.
    """
    only_digits = content.strip().isdecimal()
    if kind in capabilities.DIGITS:
        return (kind, *capabilities.DIGITS, *capabilities.SPELLED)
    same = next((words for words in capabilities.SAME if kind in words), ())
    if same is capabilities.SPELLED and digits_apart and only_digits:
        return (*capabilities.DIGITS, kind, *same)
    return (kind, *same)
