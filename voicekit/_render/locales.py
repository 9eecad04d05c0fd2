"""Numbers, ordinals, dates, times and money as a language writes them. Babel and CLDR's spelled numbers live here.

Everything returned is plain text: the no-break spaces that CLDR puts into times and amounts become plain spaces.
"""

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from voicekit import _language
from voicekit._inputs import parse_money

_DIGITS = 25  # before the decimal sign; Python's decimals hold 28, and amounts have up to 3 behind it
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text)


@lru_cache(maxsize=256)
def _babel(language: str) -> Any:
    """Return Babel's locale that is nearest to a tag; languages that it does not know speak English numbers."""
    from babel import Locale, UnknownLocaleError

    parts = _language.common(language).split("-")
    for count in range(len(parts), 0, -1):
        try:
            return Locale.parse("_".join(parts[:count]))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


@lru_cache(maxsize=64)
def _spelling(language: str) -> Any:
    from unicode_rbnf import RbnfEngine

    try:
        return RbnfEngine.for_language(_babel(language).language)
    except ValueError:
        return None


def number(value: Any, language: str) -> str:
    """Write a number with the language's separators: 1234.5 is ``1,234.5`` in English, ``1.234,5`` in German."""
    from babel.numbers import format_decimal

    return _plain(format_decimal(_decimal(value), locale=_babel(language)))


def spell(value: Any, language: str, gender: str | None = None) -> str:
    """Write a number in words: 21 is ``twenty-one``. Where the language has no rule it keeps its digits.

    Args:
        value: A number.
        language: BCP-47 tag.
        gender: ``masculine``, ``feminine`` or ``neuter`` before a noun, where the language has it.
    """
    return _spelled(value, language, "cardinal", gender) or number(value, language)


def ordinal(value: Any, language: str, gender: str | None = None) -> str:
    """Write an ordinal in words: 3 is ``third``, ``tercero``, ``troisième``.

    Args:
        value: A whole number.
        language: BCP-47 tag.
        gender: ``masculine``, ``feminine`` or ``neuter`` where the language has it.
    """
    found = _decimal(value)
    if found != found.to_integral_value():
        raise ValueError("an ordinal needs a whole number")
    return _spelled(found, language, "ordinal", gender) or number(value, language)


def _spelled(value: Any, language: str, kind: str, gender: str | None) -> str | None:
    from unicode_rbnf.engine import NoRuleForNumberError

    engine = _spelling(language)
    found = _decimal(value)
    if engine is None or (found < 0 and found != found.to_integral_value()):
        return None  # the rules leave out the fraction of a negative number
    rules = set(engine.rulesets)
    wanted = [f"spellout-{kind}-{gender}"] if gender else []
    # Without a gender a number stands alone: Spanish says "veintiuno" then, and "veintiún" before a masculine noun.
    wanted += ["spellout-numbering"] if kind == "cardinal" else []
    wanted += [f"spellout-{kind}{end}" for end in ("", "-masculine", "-neuter", "-feminine")]
    for name in wanted:
        if name in rules:
            plain = int(found) if found == found.to_integral_value() else float(found)
            try:
                words = engine.format_number(plain, ruleset_names=[name]).text
            except NoRuleForNumberError:  # English has none for fractions, and no language for any size
                return None
            return _plain(words).replace("\u00ad", "")
    return None


def date(value: Any, language: str, form: str = "long") -> str:
    """Write an ISO date: ``long`` is ``December 24, 2026``; ``form`` may be a CLDR pattern such as ``EEEE d MMMM``."""
    from babel.dates import format_date

    try:
        day = dt.date.fromisoformat(str(value))
    except ValueError:
        raise ValueError("expected a date such as 2026-12-24") from None
    return _plain(format_date(day, form, locale=_babel(language)))


def time(value: Any, language: str, form: str = "short") -> str:
    """Write an ISO time: 14:30 is ``2:30 PM`` in English, ``14:30`` in Spanish."""
    from babel.dates import format_time

    try:
        moment = dt.time.fromisoformat(str(value))
    except ValueError:
        raise ValueError("expected a time such as 14:30") from None
    return _plain(format_time(moment, form, locale=_babel(language)))


def money(value: Any, language: str, currency: str | None = None) -> str:
    """Write an amount such as ``42.50 USD``: ``$42.50`` in English, ``42,50 $`` in German."""
    from babel.numbers import format_currency

    amount, code = parse_money(str(value), currency)
    return _plain(format_currency(_writable(amount), code, locale=_babel(language)))


def _decimal(value: Any) -> Decimal:
    try:
        return _writable(Decimal(str(value)))
    except ArithmeticError:
        raise ValueError("expected a number") from None


def _writable(found: Decimal) -> Decimal:
    if not found.is_finite():
        raise ValueError("expected a finite number")
    if found.adjusted() >= _DIGITS:
        raise ValueError(f"a number of more than {_DIGITS} digits cannot be written")
    return found
