"""Spanish."""

from voicekit._speak.grammar import Grammar
from voicekit._speak.numbers import whole

_JOINED = str.maketrans("éó", "eo")  # dieciséis, dieciseisavo
_PARTS = {2: ("medio", "medios"), 3: ("tercio", "tercios")}


def _date(day: int | None, month: str, year: int | None, language: str) -> str:
    # The first of a month is "uno" in Spain and "primero" in the Americas.
    first = "uno" if language in {"es", "es-ES"} else "primero"
    spoken = "" if day is None else first if day == 1 else whole(day, "es")
    return " de ".join(part for part in (spoken, month, "" if year is None else whole(year, "es")) if part)


def _hour(hour: int) -> str:
    return "la una" if hour == 1 else f"las {whole(hour, 'es', 'spellout-cardinal-feminine')}"


def _rest(minute: int, second: int | None) -> str:
    minutes = f" y {whole(minute, 'es')}" if minute else ""
    unit = "segundo" if second == 1 else "segundos"
    return minutes + (f" con {whole(second, 'es', 'spellout-cardinal-masculine')} {unit}" if second else "")


def _time(hour: int, minute: int, second: int | None, half: str) -> str:
    part = (
        ""
        if not half
        else " de la mañana"
        if half == "am"
        else " de la tarde"
        if hour in {12, *range(1, 8)}
        else " de la noche"
    )
    return f"{_hour(hour)}{_rest(minute, second)}{part}"


def _clock(hour: int, minute: int, second: int | None) -> str:
    return f"{_hour(hour)}{_rest(minute, second)}" if minute or second else f"{_hour(hour)} en punto"


def _fraction(numerator: int, denominator: int) -> str:
    count = whole(numerator, "es", "spellout-cardinal-masculine")
    if denominator <= 10:
        ordinal = whole(denominator, "es", "spellout-ordinal-masculine")
        one, many = _PARTS.get(denominator, (ordinal, f"{ordinal}s"))
    else:
        stem = whole(denominator, "es").translate(_JOINED).replace(" y ", "i").replace(" ", "").rstrip("ao")
        one, many = ("centésimo", "centésimos") if denominator == 100 else (f"{stem}avo", f"{stem}avos")
    return f"{count} {one if numerator == 1 else many}"


_CENTAVO = ("centavo", "centavos")
GRAMMAR = Grammar(
    minus="menos",
    point={".": "punto", ",": "coma"},
    ordinal=("spellout-ordinal-masculine", "spellout-ordinal-feminine"),
    feminine=("ª", "a"),
    symbols={
        ".": "punto", ",": "coma", "-": "guion", "_": "guion bajo", "@": "arroba", "/": "barra", "\\": "barra invertida",
        "#": "almohadilla", "*": "asterisco", "+": "más", "&": "y", "%": "por ciento", "$": "dólar", "!": "exclamación",
        "?": "interrogación", ":": "dos puntos", ";": "punto y coma", "(": "abre paréntesis", ")": "cierra paréntesis",
        "=": "igual", "'": "apóstrofo", '"': "comillas", "€": "euro", "£": "libra",
    },
    date=_date,
    time=_time,
    clock=_clock,
    fraction=_fraction,
    joint="con",
    cents=dict.fromkeys(("USD", "MXN", "ARS", "CLP", "COP", "BRL", "CAD"), _CENTAVO)
    | {"EUR": ("céntimo", "céntimos"), "GBP": ("penique", "peniques"), "PEN": ("céntimo", "céntimos")},
    money={"USD": ("dólar", "dólares"), "MXN": ("peso", "pesos"), "GBP": ("libra", "libras")},
    counted="spellout-cardinal-masculine",
    feminine_units=frozenset(
        {"duration-hour", "length-inch", "length-yard", "length-mile", "mass-tonne", "mass-ounce", "mass-pound"}
    ),
    of="de",
)  # fmt: skip
