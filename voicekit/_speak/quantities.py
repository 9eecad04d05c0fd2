"""Numbers with something behind them: decimals, money, measures. Imports numbers and grammar; babel when first used."""

import re
from decimal import Decimal
from typing import Any

from voicekit._speak import grammar, numbers
from voicekit._speak.grammar import Grammar

_CODES = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "US$": "USD",
    "MX$": "MXN",
    "C$": "CAD",
    "A$": "AUD",
}
_MONEY = re.compile(
    r"(?P<before>[^\d\s.,+-]{1,3})?\s?(?P<amount>[+-]?\d[\d.,'\s]*?)\s?(?P<after>[^\d\s.,+-]{1,3})?"
)
_MEASURE = re.compile(r"(?P<amount>[+-]?\d[\d.,]*)\s?(?P<unit>[^\d\s]\S*)")
_UNITS = {
    "mm": "length-millimeter", "cm": "length-centimeter", "m": "length-meter", "km": "length-kilometer",
    "in": "length-inch", "ft": "length-foot", "foot": "length-foot", "feet": "length-foot", "yd": "length-yard",
    "mi": "length-mile", "mile": "length-mile", "miles": "length-mile", "mg": "mass-milligram", "g": "mass-gram",
    "kg": "mass-kilogram", "t": "mass-tonne", "oz": "mass-ounce", "lb": "mass-pound", "lbs": "mass-pound",
    "ml": "volume-milliliter", "l": "volume-liter", "gal": "volume-gallon", "s": "duration-second",
    "sec": "duration-second", "min": "duration-minute", "h": "duration-hour", "hr": "duration-hour",
    "ms": "duration-millisecond", "°c": "temperature-celsius", "°f": "temperature-fahrenheit",
    "km/h": "speed-kilometer-per-hour", "mph": "speed-mile-per-hour", "%": "concentr-percent",
    "kb": "digital-kilobyte", "mb": "digital-megabyte", "gb": "digital-gigabyte", "hz": "frequency-hertz",
    "khz": "frequency-kilohertz", "v": "electric-volt", "w": "power-watt", "kw": "power-kilowatt",
}  # fmt: skip


def number(value: Decimal, language: str, rules: str = "spellout-numbering") -> str:
    """Spell a number, decimals digit by digit.

    Raises:
        ValueError: It is longer than fifteen digits, or has decimals or a sign in a language without grammar.
    """
    known = grammar.of(language)
    if known is None and (value < 0 or value != int(value)):
        raise ValueError("no words for it")
    words = [numbers.whole(int(abs(value)), language, rules)]
    if known is not None:
        decimals = f"{value:f}".partition(".")[2]
        if decimals:
            words += [_point(known, language), *(numbers.whole(int(one), language) for one in decimals)]
        if value < 0:
            words = [known.minus, *words]
    return " ".join(words)


def _point(known: Grammar, language: str) -> str:
    from babel.numbers import get_decimal_symbol

    return known.point.get(get_decimal_symbol(numbers.locale(language)), known.point["."])


def money(text: str, written: str, known: Grammar, language: str) -> str:
    """Say an amount of money, such as ``USD 42.01``, ``$42.01`` or ``3 €``.

    Args:
        text: The amount with a code or sign.
        written: The tag whose region decides what ``$`` and the separators are.
        known: The grammar of `language`.
        language: The tag of the words.

    Raises:
        ValueError: It is none.
    """
    found = _MONEY.fullmatch(text)
    sign = (found["before"] or found["after"] or "") if found else ""
    code = _code(sign, written)
    if found is None or (found["before"] and found["after"]) or not re.fullmatch("[A-Z]{3}", code):
        raise ValueError("not money")
    amount = numbers.read(found["amount"], written)
    units, hundredths = int(abs(amount)), abs(amount) % 1 * 100
    one, many = _currency(code, known, language)
    if hundredths != int(hundredths) or (hundredths and code not in known.cents):
        return f"{number(amount, language)} {many}"
    words = [known.minus] if amount < 0 else []
    if units or not hundredths:
        joint = [known.of] if known.of and units and units % 1_000_000 == 0 else []
        words += [numbers.whole(units, language, known.counted), *joint, one if units == 1 else many]
    if hundredths:
        cent, cents = known.cents[code]
        words += [known.joint] if units else []
        words += [numbers.whole(int(hundredths), language, known.counted), cent if hundredths == 1 else cents]
    return " ".join(words)


def _code(sign: str, language: str) -> str:
    from babel.numbers import get_currency_symbol, get_territory_currencies

    locale = numbers.locale(language)
    own = get_territory_currencies(locale.territory) if locale.territory else []
    if own and sign and get_currency_symbol(own[0], locale) == sign:
        return str(own[0])
    return _CODES.get(sign, sign.upper())


def _currency(code: str, known: Grammar, language: str) -> tuple[str, str]:
    from babel.numbers import get_currency_name, list_currencies

    if code not in list_currencies():
        raise ValueError("no such currency")
    if code in known.money:
        return known.money[code]
    locale = numbers.locale(language)
    return get_currency_name(code, count=1, locale=locale), get_currency_name(code, count=2, locale=locale)


def measure(text: str, language: str) -> str:
    """Say a number with a unit, such as ``10 kg`` or ``5ft``.

    Raises:
        ValueError: It is none, or the unit is not known.
    """
    found = _MEASURE.fullmatch(text)
    unit = _UNITS.get(found["unit"].lower().rstrip(".")) if found else None
    if found is None or unit is None:
        raise ValueError("not a measure")
    return measured(numbers.read(found["amount"], language), unit, language)


def measured(value: Decimal, unit: str, language: str) -> str:
    """Say a value in a CLDR unit, such as ``mass-kilogram``."""
    from babel.numbers import format_decimal
    from babel.units import format_unit

    locale: Any = numbers.locale(language)
    figure = format_decimal(value, locale=locale)
    known = grammar.of(language)
    rules = "spellout-numbering"
    if known is not None and value == int(value):
        rules = "spellout-cardinal-feminine" if unit in known.feminine_units else known.counted
    words = number(value, language, rules)
    said = format_unit(value, unit, length="long", locale=locale)
    return " ".join(said.replace(figure, words).split())
