"""VK702: two texts that are nearly the same, and bought twice.

What: Two prompts of one pack, of three words or more, differ only in case, in spacing, or in a full stop or comma at the end.
Why: To a vendor they are two requests, and they may sound different: without its full stop a sentence ends as if it went on. 8 of the
    569 prompts of Asterisk's English list are such twins.
Fix: Write them alike; then the sound is bought once. A question mark counts as a difference, since it is heard.

Bad:
    prompts:
        - {id: wait, text: "One moment, please."}
        - {id: hold, text: "One moment,  please"}  ←
Good:
    prompts:
        - {id: ready, text: "Are you ready?"}
        - {id: set, text: "You are ready."}
        - {id: set-now, text: "You are ready now."}
"""

from collections.abc import Iterator

from attrs import evolve

from voicekit.checks import Check, PackUse, Row
from voicekit.model import Element, Finding

_LEAST = 3  # words; a shorter one is a part of a sentence, and may mean to end as it does
_END = " .!…,;:"


def _look(use: PackUse) -> Iterator[Finding]:
    first: dict[tuple[object, ...], Row] = {}
    told: set[tuple[str, str]] = set()
    for row in (row for twins in use.twins for row in twins):
        if len(row.text.split()) < _LEAST:
            continue
        settings = tuple(evolve(ask, text=None, ssml=None) for ask in row.asks)
        twin = first.setdefault((row.profile.name, settings, _normal(row)), row)
        pair = (twin.prompt.id, row.prompt.id)
        if twin.asks != row.asks and pair not in told:
            told.add(pair)
            message = f"prompt {pair[1]} differs from prompt {pair[0]} only in case, spacing or its end, and is bought again"
            yield Finding("VK702", "info", row.speech.place, message, "write the two alike")


def _normal(row: Row) -> tuple[object, ...]:
    """Return what is said without case, spacing and end; text and an element's tags stay in their order."""
    content = row.speech.content
    parts = list(_parts(content)) if isinstance(content, Element) else [content]
    parts = [" ".join(part.split()).casefold() if isinstance(part, str) else part for part in parts]
    texts = [index for index, part in enumerate(parts) if isinstance(part, str) and part]
    if texts:
        last = texts[-1]
        parts[last] = str(parts[last]).rstrip(_END)
    return tuple(part for part in parts if part)


def _parts(node: Element) -> Iterator[str | tuple[object, ...]]:
    for child in node.children:
        if isinstance(child, str):
            yield child
        else:
            yield (child.name, child.attributes)
            yield from _parts(child)
            yield (child.name,)


CHECK = Check("VK702", "bought twice", pack=_look)
