"""Pronunciations that stand beside what is said, by phrase, for wires that carry them. Imports words, ssml and model.

The vendor says every occurrence of a phrase in this way, so a phrase goes there only if it is meant so wherever it stands: not in
another language, another role or a recording's name, not inside what is said otherwise, and not in two ways.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, cast

from attrs import evolve

from voicekit import ssml
from voicekit._adapt.words import Words
from voicekit.model import CustomPronunciation, Element

ALPHABETS = frozenset({"ipa", "x-sampa"})


def plain(phrase: str) -> str:
    """Return a phrase with single blanks."""
    return " ".join(phrase.split())


def pronunciation(phrase: str, alphabet: str | None, phoneme: str) -> CustomPronunciation | None:
    """Return how a phrase is said; None where it cannot stand beside a text."""
    words = plain(phrase)
    if alphabet not in ALPHABETS or not words or not phoneme.strip():
        return None
    return CustomPronunciation(words, cast(Literal["ipa", "x-sampa"], alphabet), phoneme)


def settled(
    content: Element | str, meant: Sequence[CustomPronunciation], language: str
) -> tuple[CustomPronunciation, ...]:
    """Return the pronunciations that say what is meant and nothing else, the longest phrase first.

    Args:
        content: What is sent.
        meant: One for each place of it, with single blanks in its phrase.
        language: The BCP-47 tag of the voice.

    Returns:
        One for each phrase as it stands in the content.
    """
    places = Counter(one.phrase for one in meant)
    kept = {one.phrase: one for one in meant}
    for one in meant:
        if kept.get(one.phrase, one) != one:
            del kept[one.phrase]
    while kept:
        found = list(_occurrences(content, kept, language))
        counted = Counter(map(plain, found))
        wrong = [phrase for phrase in kept if counted[phrase] != places[phrase]]
        if not wrong:
            written = sorted(dict.fromkeys(found), key=lambda phrase: (-len(phrase), phrase))
            return tuple(evolve(kept[plain(phrase)], phrase=phrase) for phrase in written)
        for phrase in wrong:
            del kept[phrase]
    return ()


def within(
    piece: Element | str, pronunciations: Sequence[CustomPronunciation], language: str
) -> tuple[CustomPronunciation, ...]:
    """Return the pronunciations whose phrases stand in a piece."""
    if not pronunciations:
        return ()
    found = set(_occurrences(piece, {plain(one.phrase) for one in pronunciations}, language))
    return tuple(one for one in pronunciations if one.phrase in found)


def _occurrences(content: Element | str, phrases: Iterable[str], language: str) -> Iterator[str]:
    """Yield the phrases of a speech as they stand there, the longest at each place."""
    finder = Words(phrases, [language])
    for text in (content,) if isinstance(content, str) else _texts(content):
        done = 0
        for start, words in finder.find(text):
            if start >= done:
                done = words[0][1]
                yield text[start:done]


def _texts(tree: Element) -> Iterator[str]:
    return (child for node in ssml.walk(tree) for child in node.children if isinstance(child, str))
