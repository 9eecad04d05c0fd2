"""X-SAMPA → IPA (J. C. Wells, 1995). Imports nothing."""

_SYMBOLS = {
    "tS": "tʃ", "dZ": "dʒ", "r\\": "ɹ", "r\\`": "ɻ", "R\\": "ʀ", "j\\": "ʝ", "B\\": "ʙ", "J\\": "ɟ", "G\\": "ɢ", "N\\": "ɴ",
    "h\\": "ɦ", "H\\": "ʜ", "L\\": "ʟ", "M\\": "ɰ", "p\\": "ɸ", "s\\": "ɕ", "z\\": "ʑ", "v\\": "ʋ", "x\\": "ɧ", "X\\": "ħ",
    "O\\": "ʘ", "K\\": "ɮ", "@\\": "ɘ", "@`": "ɚ", "3\\": "ɞ", "3`": "ɝ", "I\\": "ᵻ", "U\\": "ᵿ", "t`": "ʈ", "d`": "ɖ",
    "n`": "ɳ", "l`": "ɭ", "s`": "ʂ", "z`": "ʐ", "r`": "ɽ", "b_<": "ɓ", "d_<": "ɗ", "g_<": "ɠ", "_~": "\u0303", "_=": "\u0329",
    "_^": "\u032f", "_h": "ʰ", "_w": "ʷ", "_j": "ʲ", "_d": "\u032a", "_0": "\u0325",
    "A": "ɑ", "B": "β", "C": "ç", "D": "ð", "E": "ɛ", "F": "ɱ", "G": "ɣ", "H": "ɥ", "I": "ɪ", "J": "ɲ", "K": "ɬ", "L": "ʎ",
    "M": "ɯ", "N": "ŋ", "O": "ɔ", "P": "ʋ", "Q": "ɒ", "R": "ʁ", "S": "ʃ", "T": "θ", "U": "ʊ", "V": "ʌ", "W": "ʍ", "X": "χ",
    "Y": "ʏ", "Z": "ʒ", "g": "ɡ", "@": "ə", "{": "æ", "}": "ʉ", "1": "ɨ", "2": "ø", "3": "ɜ", "4": "ɾ", "5": "ɫ", "6": "ɐ",
    "7": "ɤ", "8": "ɵ", "9": "œ", "&": "ɶ", "?": "ʔ", '"': "ˈ", "%": "ˌ", "'": "ʲ", ":": "ː", ":\\": "ˑ", "~": "\u0303",
    "=": "\u0329", ".": ".", "-": "", "|": "|",
}  # fmt: skip
_LONGEST = max(map(len, _SYMBOLS))


def to_ipa(text: str) -> str:
    """Return the IPA of an X-SAMPA string; what it does not know stays as it is, and no engine will take it."""
    parts: list[str] = []
    rest = text.strip()
    while rest:
        symbol = next((rest[:size] for size in range(_LONGEST, 0, -1) if rest[:size] in _SYMBOLS), rest[0])
        parts.append(_SYMBOLS.get(symbol, symbol))
        rest = rest[len(symbol) :]
    return "".join(parts)
