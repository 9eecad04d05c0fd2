"""Phrases whose pronunciation a request brings along. Imports _adapt's finder of words, model and this room's X-SAMPA.

Whole words only, in the very letters, the longest phrase first: "there must be an exact match of the phrase" (Google's proto).
"""

from collections.abc import Iterator, Sequence

from voicekit._adapt.words import Words
from voicekit._speak import x_sampa
from voicekit.model import CustomPronunciation

_LONGEST = 500  # characters of a phrase, and of a pronunciation; what is longer is neither, and costs no time


class Phrases:
    """Finds the phrases in texts. Of two for one phrase the first counts."""

    def __init__(self, pronunciations: Sequence[CustomPronunciation] = (), language: str = "") -> None:
        """Take the pronunciations, and the BCP-47 tag of the language that they are said in."""
        self._ipa: dict[str, str] = {}
        for one in pronunciations:
            phrase, ipa = " ".join(one.phrase.split()), to_ipa(one.alphabet, one.phoneme)
            if ipa and 0 < len(phrase) <= _LONGEST:
                self._ipa.setdefault(phrase, ipa)
        self._words = Words(self._ipa, [language]) if self._ipa else None

    def split(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the parts of a text in order, each with its IPA; "" is as it is written."""
        done = 0
        for start, found in self._words.find(text) if self._words else ():
            if start < done:
                continue
            phrase, end = found[0]
            yield text[done:start], ""
            yield text[start:end], self._ipa[phrase]
            done = end
        yield text[done:], ""


def to_ipa(alphabet: str, phoneme: str) -> str:
    """Return a pronunciation as IPA, or "" where nobody here can read it."""
    if len(phoneme) > _LONGEST or alphabet not in {"ipa", "x-sampa"}:
        return ""
    return (x_sampa.to_ipa(phoneme) if alphabet == "x-sampa" else phoneme).strip()
