"""Languages: BCP-47 tags (`tags`), and the language of a text that does not say (`guessing`). Imports nothing of ours."""

from voicekit._language.guessing import SMALL_WORDS, guess, small_words, tokens
from voicekit._language.tags import canonical, common, lookup, matches, same_language, with_region

__all__ = [
    "SMALL_WORDS",
    "canonical",
    "common",
    "guess",
    "lookup",
    "matches",
    "same_language",
    "small_words",
    "tokens",
    "with_region",
]
