"""Where elements may stand and what they may hold, for every vendor. Imports model only.

Sources: SSML 1.1's schema and its sections 3.1 to 3.3; Google's page for ``par``, ``seq`` and ``media`` (M, 2026-04-02); Azure's
page on structure for its own elements (P, 2024-09-24). What stands elsewhere is left out with its words kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from attrs import evolve

from voicekit.model import Element

TEXT_ONLY = frozenset({"sub", "say-as", "phoneme", "desc"})
BLOCKS = frozenset({"p", "s"})
EMPTY = frozenset(
    {
        "amazon:breath",
        "bookmark",
        "break",
        "lexicon",
        "mark",
        "mstts:audioduration",
        "mstts:backgroundaudio",
        "mstts:silence",
        "mstts:viseme",
    }
)
CONTAINERS: Mapping[str, frozenset[str]] = {
    "par": frozenset({"par", "seq", "media"}),
    "seq": frozenset({"par", "seq", "media"}),
    "media": frozenset({"speak", "audio"}),
}
_NEVER_WITHIN = {
    "p": frozenset({"p", "s", "emphasis", "w", "token"}),
    "s": frozenset({"s", "emphasis", "w", "token"}),
}
_ONLY_DIRECTLY_IN = {
    "desc": frozenset({"audio"}),
    "lexicon": frozenset({"speak", "voice"}),
    "media": frozenset({"par", "seq"}),
    "mstts:audioduration": frozenset({"speak", "voice"}),
    "mstts:backgroundaudio": frozenset({"speak"}),
    "mstts:silence": frozenset({"speak", "voice"}),
    "mstts:viseme": frozenset({"speak", "voice"}),
}


def wrong(name: str, within: Sequence[str]) -> str:
    """Return the name of an element around this one in which it must not stand; empty where it stands well.

    Args:
        name: The element's.
        within: The elements around it that are kept, from the root.
    """
    nearest = within[-1] if within else ""
    if nearest in TEXT_ONLY:
        return nearest
    only = _ONLY_DIRECTLY_IN.get(name)
    if only is not None:
        return "" if nearest in only else nearest
    never = _NEVER_WITHIN.get(name, frozenset())
    return next((outer for outer in reversed(within) if outer in never), "")


def contained(node: Element, children: Sequence[Element | str]) -> tuple[Element | str, ...]:
    """Return children as their container takes them: what it must not hold goes into a ``<media>`` or a ``<speak>``."""
    fit = CONTAINERS.get(node.name)
    if fit is None:
        return tuple(children)
    spoken = [child for child in children if not isinstance(child, str) or child.strip()]
    if node.name == "media":
        alone = len(spoken) == 1 and _is(spoken[0], fit)
        return tuple(spoken) if alone or not spoken else (_speak(node, children),)
    found: list[Element | str] = []
    for fits, group in groupby(spoken, lambda child: _is(child, fit)):
        run = list(group)
        found.extend(run if fits else [_media(node, run)])
    return tuple(found)


def _is(child: Element | str, names: frozenset[str]) -> bool:
    return isinstance(child, Element) and child.name in names


def _media(node: Element, children: Iterable[Element | str]) -> Element:
    return evolve(node, name="media", attributes=(), children=(_speak(node, children),))


def _speak(node: Element, children: Iterable[Element | str]) -> Element:
    """Put children into one ``<speak>``, those of other ``<speak>`` elements too."""
    said: list[Element | str] = []
    for child in children:
        parts = child.children if isinstance(child, Element) and child.name == "speak" else (child,)
        for part in parts:
            if isinstance(part, str) and said and isinstance(said[-1], str):
                said[-1] += part
            else:
                said.append(part)
    return evolve(node, name="speak", attributes=(), children=tuple(said))
