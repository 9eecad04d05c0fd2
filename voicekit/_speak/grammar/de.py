"""German."""

from voicekit._speak.grammar import Grammar
from voicekit._speak.numbers import whole


def _date(day: int | None, month: str, year: int | None, _language: str) -> str:
    spoken = "" if day is None else whole(day, "de", "spellout-ordinal-r")
    named = "" if year is None else whole(year, "de", "spellout-numbering-year")
    return " ".join(part for part in (spoken, month, named) if part)


def _time(hour: int, minute: int, second: int | None, half: str) -> str:
    text = f"{whole(hour, 'de', 'spellout-cardinal-masculine')} Uhr"
    if minute:
        text += f" {whole(minute, 'de')}"
    if second:
        text += f" und {whole(second, 'de', 'spellout-cardinal-feminine')} {'Sekunde' if second == 1 else 'Sekunden'}"
    part = {
        "am": " morgens" if hour < 10 else " vormittags",
        "pm": " nachmittags" if hour in {12, *range(1, 6)} else " abends",
    }
    return text + part.get(half, "")


def _clock(hour: int, minute: int, second: int | None) -> str:
    return _time(hour, minute, second, "")


def _fraction(numerator: int, denominator: int) -> str:
    if denominator == 2:
        return "ein halb" if numerator == 1 else f"{whole(numerator, 'de')} halbe"
    part = whole(denominator, "de", "spellout-ordinal").capitalize() + "l"
    return f"{whole(numerator, 'de', 'spellout-cardinal-neuter')} {part}"


_CENT = ("Cent", "Cent")
GRAMMAR = Grammar(
    minus="minus",
    point={".": "Punkt", ",": "Komma"},
    ordinal=("spellout-ordinal", "spellout-ordinal"),
    feminine=(),
    symbols={
        ".": "Punkt", ",": "Komma", "-": "Bindestrich", "_": "Unterstrich", "@": "ät", "/": "Schrägstrich", "#": "Raute",
        "*": "Stern", "+": "plus", "&": "und", "%": "Prozent", "$": "Dollar", ":": "Doppelpunkt", "=": "gleich",
        "€": "Euro", "£": "Pfund",
    },
    date=_date,
    time=_time,
    clock=_clock,
    fraction=_fraction,
    joint="und",
    cents=dict.fromkeys(("EUR", "USD", "CAD", "AUD"), _CENT) | {"CHF": ("Rappen", "Rappen"), "GBP": ("Penny", "Pence")},
    money={"USD": ("Dollar", "Dollar"), "GBP": ("Pfund", "Pfund"), "CHF": ("Franken", "Franken")},
    feminine_units=frozenset(
        {"duration-hour", "duration-minute", "duration-second", "duration-millisecond", "length-mile", "mass-tonne", "mass-ounce"}
    ),
    counted="spellout-cardinal-masculine",
)  # fmt: skip
