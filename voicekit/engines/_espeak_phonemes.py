"""IPA → espeak-ng's own phoneme notation. Imports the standard library only.

espeak-ng names phonemes in ASCII, and each language has its own table of them: the same name may be another sound, or
none. So there is a table for what all languages share and one for each family that we have checked, symbol by symbol,
against the phoneme events of espeak-ng 1.52. An IPA symbol that the tables do not know gives None.
"""

import unicodedata
from itertools import pairwise

_DROPPED = str.maketrans("", "", "\u0361\u035c\u203f.|‖/[]() ")
_SAME = str.maketrans({"g": "ɡ", "'": "ˈ", ":": "ː", "ɝ": "ɚ", "\u02bc": "ʔ"})
_SYLLABIC, _NOT_SYLLABIC = "\u0329", "\u032f"
_STRESS = {"ˈ": "'", "ˌ": ","}

_SHARED = {
    "p": "p", "t": "t", "k": "k", "b": "b", "d": "d", "ɡ": "g", "f": "f", "v": "v", "s": "s", "z": "z", "m": "m",
    "n": "n", "l": "l", "j": "j", "w": "w", "h": "h", "ŋ": "N", "θ": "T", "ð": "D", "ʃ": "S", "ʒ": "Z", "tʃ": "tS",
    "dʒ": "dZ", "ç": "C", "x": "x", "χ": "X", "ɣ": "Q", "β": "B", "ɲ": "n^", "ʎ": "l^", "ʔ": "?", "ɾ": "*", "ʝ": "J^",
    "q": "q", "c": "c", "ɟ": "J", "ʀ": 'r"', "ʁ": 'Q"', "ʋ": "v#", "ɬ": "l#", "ɫ": "l", "r": "R", "ɹ": "*",
    "n̩": "n-", "m̩": "m-", "l̩": "l-", "i̯": "j", "u̯": "w",
    "a": "a", "e": "e", "i": "i", "o": "o", "u": "u", "ə": "@",
    "aː": "a:", "eː": "e:", "iː": "i:", "oː": "o:", "uː": "u:",
}  # fmt: skip
_LENGTHENED = {"aː": "a", "eː": "e", "iː": "i", "oː": "o", "uː": "u"}
_ROMANCE = _LENGTHENED | {
    "ɛ": "E", "ɔ": "O", "ʊ": "U", "y": "y", "ts": "ts", "ai": "aI", "aɪ": "aI", "au": "aU", "aʊ": "aU", "ei": "eI",
    "eɪ": "eI", "eu": "eU", "oi": "oI",
}  # fmt: skip
_FAMILIES = {
    "en": {
        "r": "r", "ɹ": "r", "ɻ": "r", "ʍ": "w#", "l̩": "@L", "ɑ": "A:", "ɑː": "A:", "ɒ": "0", "æ": "a", "ɛ": "E", "e": "E",
        "ɛː": "e:", "ɪ": "I", "i": "i:", "iː": "i:", "ɔ": "O:", "ɔː": "O:", "ʊ": "U", "u": "u:", "uː": "u:", "ʌ": "V",
        "ɐ": "a#", "ɜ": "3:", "ɜː": "3:", "ɜɹ": "3:", "ɚ": "3", "əɹ": "3", "o": "oU", "oː": "oU", "eː": "e:",
        "aɪ": "aI", "ai": "aI", "aʊ": "aU", "au": "aU", "eɪ": "eI", "ei": "eI", "oʊ": "oU", "ou": "oU", "əʊ": "oU",
        "ɔɪ": "OI", "ɔi": "OI", "oɪ": "OI", "ɪə": "i@", "iə": "i@", "eə": "e@", "ɛə": "e@", "ʊə": "U@",
        "ɪɹ": "i@3", "ɪɚ": "i@3", "ɛɹ": "e@", "ɛɚ": "e@", "ʊɹ": "U@", "ʊɚ": "U@", "ɑɹ": "A@", "ɑːɹ": "A@", "ɔɹ": "O@",
        "ɔːɹ": "O@", "aː": "A:", "ɑ̃": "A~", "ɔ̃": "O~",
    },
    "es": _ROMANCE | {"r": "R", "ɹ": "*"},
    "it": _ROMANCE | {"r": "R", "dz": "dz"},
    "pt": _LENGTHENED | {"ɛ": "E", "ɔ": "O"},
    "fr": _LENGTHENED | {
        "r": "r", "ʁ": "r", "ɛ": "E", "ɔ": "O", "œ": "W", "ø": "Y", "y": "y", "ɑ": "a", "ɑ̃": "A~", "ɛ̃": "E~", "œ̃": "W~",
        "ɔ̃": "O~", "ɥ": "j.",
    },
    "de": {
        "r": "r", "ʁ": "r", "ɛ": "E", "ɛː": "E:", "ɪ": "I", "ɔ": "O", "ʊ": "U", "ʏ": "y", "y": "y", "yː": "y:", "ø": "Y:",
        "øː": "Y:", "œ": "W", "aː": "A:", "ɑː": "A:", "ɐ": "3", "aɪ": "aI", "aʊ": "aU", "ɔʏ": "OY", "ɔø": "OY", "ɔɪ": "OY",
        "ts": "ts", "pf": "pF",
    },
}  # fmt: skip


def translate(ipa: str, language: str) -> str | None:
    """Write IPA as espeak-ng writes it inside ``[[…]]``, or None when a symbol is not known for the language.

    Args:
        ipa: IPA, with stress marks at the start of a syllable; syllable dots, tie bars and slashes are ignored.
        language: A BCP-47 tag.
    """
    table = _SHARED | _FAMILIES.get(language.partition("-")[0], _LENGTHENED)
    rest = unicodedata.normalize("NFC", ipa).translate(_DROPPED).translate(_SAME)
    names: list[str] = []
    stress = ""
    while rest:
        if rest[0] in _STRESS:
            stress, rest = _STRESS[rest[0]], rest[1:]
            continue
        symbol = next((rest[:size] for size in (3, 2, 1) if rest[:size] in table), None)
        if symbol is None:
            return None
        # espeak-ng wants the stress in front of the syllable's vowel, IPA writes it in front of the syllable.
        if stress and _is_vowel(symbol):
            names.append(stress)
            stress = ""
        names.append(table[symbol])
        rest = rest[len(symbol) :]
    return _join(names) if names and not stress else None


def _is_vowel(symbol: str) -> bool:
    if symbol.endswith(_NOT_SYLLABIC):
        return False
    return symbol[0] in "aeiouyæøœɐɑɒɔəɚɛɜɪʊʌʏ" or symbol.endswith(_SYLLABIC)


def _join(names: list[str]) -> str:
    # The bar keeps two names from being read as one longer name; after a stress mark it would undo the stress.
    text = names[0]
    for before, name in pairwise(names):
        text += name if before in _STRESS.values() else f"|{name}"
    return text
