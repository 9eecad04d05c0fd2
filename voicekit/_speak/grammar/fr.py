"""French."""

from voicekit._speak.grammar import Grammar
from voicekit._speak.numbers import whole

_PARTS = {2: ("demi", "demis"), 3: ("tiers", "tiers"), 4: ("quart", "quarts")}


def _date(day: int | None, month: str, year: int | None, _language: str) -> str:
    spoken = "" if day is None else "premier" if day == 1 else whole(day, "fr")
    return " ".join(part for part in (spoken, month, "" if year is None else whole(year, "fr")) if part)


def _time(hour: int, minute: int, second: int | None, half: str) -> str:
    unit = "heure" if hour == 1 else "heures"
    text = f"{whole(hour, 'fr', 'spellout-cardinal-feminine')} {unit}"
    if minute:
        text += f" {whole(minute, 'fr', 'spellout-cardinal-feminine')}"
    if second:
        text += f" et {whole(second, 'fr', 'spellout-cardinal-feminine')} {'seconde' if second == 1 else 'secondes'}"
    part = {"am": " du matin", "pm": " de l'après-midi" if hour in {12, *range(1, 6)} else " du soir"}
    return text + part.get(half, "")


def _clock(hour: int, minute: int, second: int | None) -> str:
    return _time(hour, minute, second, "")


def _fraction(numerator: int, denominator: int) -> str:
    ordinal = whole(denominator, "fr", "spellout-ordinal")
    one, many = _PARTS.get(denominator, (ordinal, f"{ordinal}s"))
    return f"{whole(numerator, 'fr')} {one if numerator == 1 else many}"


GRAMMAR = Grammar(
    minus="moins",
    point={".": "point", ",": "virgule"},
    ordinal=("spellout-ordinal-masculine", "spellout-ordinal-feminine"),
    feminine=("re", "ère"),
    symbols={
        ".": "point", ",": "virgule", "-": "tiret", "_": "tiret bas", "@": "arobase", "/": "barre oblique", "#": "dièse",
        "*": "étoile", "+": "plus", "&": "et", "%": "pour cent", "$": "dollar", ":": "deux points", "=": "égal",
        "'": "apostrophe", "€": "euro", "£": "livre",
    },
    date=_date,
    time=_time,
    clock=_clock,
    fraction=_fraction,
    joint="et",
    cents=dict.fromkeys(("EUR", "CHF"), ("centime", "centimes"))
    | dict.fromkeys(("USD", "CAD"), ("cent", "cents"))
    | {"GBP": ("penny", "pence")},
    money={"USD": ("dollar", "dollars"), "CAD": ("dollar", "dollars"), "GBP": ("livre", "livres")},
    counted="spellout-cardinal-masculine",
    feminine_units=frozenset(
        {"duration-hour", "duration-minute", "duration-second", "duration-millisecond", "mass-tonne", "mass-ounce", "mass-pound"}
    ),
    of="de",
)  # fmt: skip
