"""Numbers as words, by CLDR's own rules. Imports babel and unicode-rbnf, both when first used."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

_DIGITS_SPOKEN = 15  # of a whole number; longer ones are spoken digit by digit
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")


def whole(number: int, language: str, rules: str = "spellout-numbering") -> str:
    """Spell a whole number.

    Args:
        number: From 0 to fifteen digits.
        language: A BCP-47 tag. Where CLDR has no rules for it, the digits come back.
        rules: The name of a CLDR rule set. One that the language does not have is replaced by its usual one.

    Raises:
        ValueError: The number is out of range, or CLDR's rules for it are written with some that the library lacks.
    """
    if number < 0 or number >= 10**_DIGITS_SPOKEN:
        raise ValueError("out of range")
    engine = _engine(language)
    if engine is None:
        return str(number)
    if rules not in engine.rulesets:
        rules = _replacement(engine, rules)
    from unicode_rbnf.engine import RbnfError

    try:
        words: str = "".join(engine.iter_format_number(number, ruleset_name=rules))
    except RbnfError as error:  # such as Tamil's 21st, which CLDR writes as a figure with an ending
        raise ValueError(str(error)) from None
    return words.replace("\xad", "")


def has_rules(language: str, kind: str) -> bool:
    """Whether CLDR has rules of a kind (``ordinal``, ``cardinal``) for a language."""
    engine = _engine(language)
    return engine is not None and any(name.startswith(f"spellout-{kind}") for name in engine.rulesets)


def _replacement(engine: Any, rules: str) -> str:
    stem = "-".join(rules.split("-")[:2])
    candidates = [name for name in engine.rulesets if name.startswith(stem)]
    fallback = [name for name in ("spellout-numbering", "spellout-cardinal") if name in engine.rulesets]
    public = [name for name in engine.rulesets if name.startswith("spellout-cardinal")]
    found: list[str] = [*candidates, *fallback, *public]
    return found[0]


@lru_cache(maxsize=64)
def _engine(language: str) -> Any:
    from unicode_rbnf import RbnfEngine

    primary = language.partition("-")[0].lower()
    known = set(RbnfEngine.get_supported_languages())
    name = next(
        (one for one in (language.replace("-", "_"), _ALIASES.get(primary, primary)) if one in known), None
    )
    return RbnfEngine.for_language(name) if name else None


_ALIASES = {"cmn": "zh", "nb": "no"}


def read(text: str, language: str) -> Decimal:
    """Read a number as people of a language write it, with or without its grouping.

    Raises:
        ValueError: It is no number.
        ArithmeticError: It has more digits than a Decimal is written with.
    """
    cleaned = re.sub(r"[\s\u2212']", lambda found: "-" if found.group() == "\u2212" else "", text)
    strict = _strict(cleaned, language)
    if strict is not None:
        return strict
    if not _PLAIN.fullmatch(cleaned):
        raise ValueError("not a number")
    return Decimal(cleaned)


def _strict(text: str, language: str) -> Decimal | None:
    from babel.numbers import NumberFormatError, parse_decimal

    if not re.fullmatch(r"[+-]?[\d.,]+", text):
        return None
    try:
        return parse_decimal(text.removeprefix("+"), locale=locale(language), strict=True)
    except NumberFormatError:
        return None


@lru_cache(maxsize=256)
def locale(language: str) -> Any:
    """Return babel's locale for a tag: the nearest that it has, or English."""
    from babel import Locale, UnknownLocaleError

    parts = [_ALIASES.get(part, part) for part in language.split("-")]
    for count in range(len(parts), 0, -1):
        try:
            return Locale.parse("_".join(parts[:count]))
        except (ValueError, UnknownLocaleError):
            continue
    return Locale.parse("en")
