"""English."""

from voicekit._speak.grammar import Grammar
from voicekit._speak.numbers import whole

_AMERICAN = frozenset({"en", "en-US", "en-CA", "en-PH"})


def _ordinal(number: int) -> str:
    return whole(number, "en", "spellout-ordinal")


def _year(year: int) -> str:
    return whole(year, "en", "spellout-numbering-year")


def _date(day: int | None, month: str, year: int | None, language: str) -> str:
    parts = [month]
    if day is not None and month:
        parts = [month, _ordinal(day)] if language in _AMERICAN else ["the", _ordinal(day), "of", month]
    elif day is not None:
        parts = ["the", _ordinal(day)]
    text = " ".join(part for part in parts if part)
    if year is None:
        return text
    return f"{text}, {_year(year)}" if day is not None else f"{text} {_year(year)}".strip()


def _minute(minute: int) -> str:
    return f"oh {whole(minute, 'en')}" if minute < 10 else whole(minute, "en")


def _seconds(second: int | None) -> str:
    return "" if not second else f" and {whole(second, 'en')} second{'' if second == 1 else 's'}"


def _time(hour: int, minute: int, second: int | None, half: str) -> str:
    spoken = f"{whole(hour, 'en')} {_minute(minute)}" if minute else whole(hour, "en")
    if half:
        return f"{spoken}{_seconds(second)} {'A M' if half == 'am' else 'P M'}"
    return f"{spoken}{_seconds(second)}" if minute else f"{spoken} hundred{_seconds(second)}"


def _clock(hour: int, minute: int, second: int | None) -> str:
    return (
        f"{_time(hour, minute, second, '')}" if minute else f"{whole(hour, 'en')} o'clock{_seconds(second)}"
    )


def _fraction(numerator: int, denominator: int) -> str:
    special = {2: ("half", "halves"), 4: ("quarter", "quarters")}
    ordinal = _ordinal(denominator)
    one, many = special.get(denominator, (ordinal, f"{ordinal}s"))
    return f"{whole(numerator, 'en')} {one if numerator == 1 else many}"


_CENT = ("cent", "cents")
GRAMMAR = Grammar(
    minus="minus",
    point={".": "point", ",": "point"},
    ordinal=("spellout-ordinal", "spellout-ordinal"),
    feminine=(),
    symbols={
        ".": "dot", ",": "comma", "-": "dash", "_": "underscore", "@": "at", "/": "slash", "\\": "backslash", "#": "hash",
        "*": "star", "+": "plus", "&": "and", "%": "percent", "$": "dollar", "!": "exclamation mark", "?": "question mark",
        ":": "colon", ";": "semicolon", "(": "open parenthesis", ")": "close parenthesis", "=": "equals", "'": "apostrophe",
        '"': "quote", "€": "euro", "£": "pound",
    },
    date=_date,
    time=_time,
    clock=_clock,
    fraction=_fraction,
    joint="and",
    cents=dict.fromkeys(("USD", "EUR", "CAD", "AUD", "NZD", "SGD", "HKD", "ZAR"), _CENT)
    | {"GBP": ("penny", "pence"), "MXN": ("centavo", "centavos"), "BRL": ("centavo", "centavos"), "INR": ("paisa", "paise")},
    money={"USD": ("dollar", "dollars"), "GBP": ("pound", "pounds")},
)  # fmt: skip
