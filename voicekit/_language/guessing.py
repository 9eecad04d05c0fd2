"""The language of a text, guessed: from its script, or from its small words. Imports nothing of ours.

The small words are known in English, Spanish, French and German; another language in Latin letters is not recognised.
A script that several languages write stands for the one with most speakers.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

# The small words that are nearly always there, without those that two of the four languages share.
_SMALL_WORDS = {
    "en": "the and you your to of is are for with this that not we our have has will can at it be please by from "
    "press if or they been my what who",
    "es": "el los las por para su sus que y con una del al se lo usted está están es más favor oprima pulse gracias "
    "nuestro nuestra le si sí cuando esta este número",
    "fr": "le les vous votre vos et pour nous est une des du au aux dans avec sur ce cette cet sont par qui plus "
    "veuillez appuyez tapez merci notre ou pas être numéro",
    "de": "der das und ist sie nicht bitte für mit den dem ein eine einen auf zu zum zur wir ihre ihr ihren oder "
    "von im sich werden wird wurde haben es ihnen",
}  # fmt: skip
# The first word of a letter's name in Unicode.
_SCRIPTS = {
    "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "cmn", "HANGUL": "ko", "CYRILLIC": "ru", "GREEK": "el", "ARABIC": "ar",
    "HEBREW": "he", "THAI": "th", "DEVANAGARI": "hi", "BENGALI": "bn", "GURMUKHI": "pa", "GUJARATI": "gu", "TAMIL": "ta",
    "TELUGU": "te", "KANNADA": "kn", "MALAYALAM": "ml", "SINHALA": "si", "MYANMAR": "my", "ETHIOPIC": "am",
    "GEORGIAN": "ka", "ARMENIAN": "hy",
}  # fmt: skip
_TOKEN = re.compile(r"[^\W\d_]+")
_SAMPLE = 5_000  # characters: enough for anybody, and quick for a text of any length


def _table() -> dict[str, str]:
    """Return the language of each small word; one that two languages have says nothing."""
    found: dict[str, set[str]] = {}
    for language, words in _SMALL_WORDS.items():
        for word in words.split():
            found.setdefault(word, set()).add(language)
    return {word: languages.pop() for word, languages in found.items() if len(languages) == 1}


_LANGUAGE_OF = _table()
# Those that speak for one language only, by its tag.
SMALL_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(word for word, of in _LANGUAGE_OF.items() if of == language)
    for language in _SMALL_WORDS
}


def tokens(text: str) -> Sequence[str]:
    """Return the words of a text, their case folded; numbers are none."""
    return _TOKEN.findall(text.casefold())


def small_words(words: Iterable[str]) -> Mapping[str, int]:
    """Count the small words of each language that is known, by its tag.

    Args:
        words: As `tokens` gives them.
    """
    counts = dict.fromkeys(_SMALL_WORDS, 0)
    for word in words:
        if word in _LANGUAGE_OF:
            counts[_LANGUAGE_OF[word]] += 1
    return counts


def guess(text: str) -> str | None:
    """Guess the language that a text is in.

    Returns:
        A tag without a region, such as ``es``; None where nothing speaks for one language more than for others.
    """
    sample = text[:_SAMPLE]
    return _by_script(sample) or _by_words(sample)


def _by_script(text: str) -> str | None:
    """Return what most letters stand for, where they are not Latin."""
    letters = [letter for letter in text if letter.isalpha()]
    scripts = Counter(_script(letter) for letter in letters if not letter.isascii())
    known = Counter[str]()
    for script, count in scripts.items():
        if script in _SCRIPTS:
            known[_SCRIPTS[script]] += count
    if 2 * known.total() <= len(letters):
        return None
    # Japanese writes more Chinese characters than its own, and Chinese writes no kana.
    return "ja" if "ja" in known and set(known) <= {"ja", "cmn"} else known.most_common(1)[0][0]


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _by_words(text: str) -> str | None:
    counts = small_words(tokens(text))
    most = max(counts.values())
    found = [language for language, count in counts.items() if count == most]
    return found[0] if most and len(found) == 1 else None
