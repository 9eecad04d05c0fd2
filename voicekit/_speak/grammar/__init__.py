"""What CLDR does not say: how a language joins numbers into dates, times and fractions. Imports numbers only.

One module a language, each defining `GRAMMAR`. A language without one has cardinals, ordinals, digits, characters,
telephone numbers and units; everything else is then spoken as it is written.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from attrs import frozen


@frozen
class Grammar:
    """How one language says what is more than a number.

    Attributes:
        minus: In front of a negative number.
        point: Between a number and its decimals, by the decimal sign that the region writes.
        ordinal: CLDR's rule sets for masculine (or only) and feminine ordinals.
        feminine: What ends an ordinal that is feminine, such as ``ª``.
        symbols: Names of characters that are spelled.
        date: Day of the month or None, month's name or "", year or None, language tag → words.
        time: Hour, minute, second or None, "am", "pm" or "" → words. The hour is 0-23, or 1-12 with am or pm.
        clock: The same for times on a 12-hour clock that do not say am or pm.
        fraction: Numerator, denominator → words.
        joint: Between a whole number and a fraction, or money and its cents.
        cents: Currency → the name of one hundredth, singular and plural.
        money: Currency → short everyday name, singular and plural, where CLDR's is longer.
        counted: CLDR's rule set for a number in front of a noun.
        feminine_units: CLDR units whose name is feminine.
        of: What follows a number of millions before a noun.
    """

    minus: str
    point: Mapping[str, str]
    ordinal: tuple[str, str]
    feminine: tuple[str, ...]
    symbols: Mapping[str, str]
    date: Callable[[int | None, str, int | None, str], str]
    time: Callable[[int, int, int | None, str], str]
    clock: Callable[[int, int, int | None], str]
    fraction: Callable[[int, int], str]
    joint: str
    cents: Mapping[str, tuple[str, str]]
    money: Mapping[str, tuple[str, str]]
    counted: str = "spellout-numbering"
    feminine_units: frozenset[str] = frozenset()
    of: str = ""


@lru_cache(maxsize=64)
def of(language: str) -> Grammar | None:
    """Return the grammar of a tag's language, if there is a module for it."""
    primary = language.partition("-")[0].lower()
    name = f"{__name__}.{primary}"
    if not primary.isalpha() or find_spec(name) is None:
        return None
    grammar: Grammar = import_module(name).GRAMMAR
    return grammar
