"""Dates, times and durations as they are written in say-as elements. Imports numbers and grammar; babel when first used."""

import re
from calendar import monthrange

from voicekit._speak import numbers
from voicekit._speak.grammar import Grammar

_FORMS = {"": "", "yyyymmdd": "ymd", "dd.mm.yyyy": "dmy", "mm/dd/yyyy": "mdy", "yyyy-mm-dd": "ymd"}
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?(?:[:.m](?P<second>\d{2}))?\s?(?P<half>[ap]\.?\s?m\.?)?",
    re.IGNORECASE,
)
_PARTS = {"h": "duration-hour", "m": "duration-minute", "s": "duration-second"}
_MIDDAY, _DAY = 12, 24


def date(text: str, form: str, known: Grammar, language: str) -> str:
    """Say a date.

    Args:
        text: Numbers between separators, or eight digits; a month may be named.
        form: The order of ``y``, ``m`` and ``d``; when it is not given: ``ymd`` if a year comes first, else ``mdy`` in
            American English and ``dmy`` anywhere else.
        known: The language's grammar.
        language: A BCP-47 tag.

    Raises:
        ValueError: It is none.
    """
    fields = _fields(text, _FORMS.get(form, form), language)
    day, month, year = fields.get("d"), fields.get("m"), fields.get("y")
    if month is not None and not 1 <= month <= _MIDDAY:
        raise ValueError("no such month")
    if day is not None and not 1 <= day <= (monthrange(year or 2000, month)[1] if month else 31):
        raise ValueError("no such day")
    return known.date(day, _months(language)[month] if month else "", year, language)


def _fields(text: str, form: str, language: str) -> dict[str, int]:
    compact = re.fullmatch(r"\d{8}", text)
    order = form or _usual(text, language)
    if not re.fullmatch(r"[ymd]{1,3}", order) or len(set(order)) < len(order):
        raise ValueError("no such order")
    if compact and len(order) == 3:
        sizes = [4 if letter == "y" else 2 for letter in order]
        parts = [text[sum(sizes[:at]) : sum(sizes[: at + 1])] for at in range(3)]
    else:
        parts = [part for part in re.split(r"[\s/.,\-]+", text) if part]
    if len(parts) == 2 and len(order) == 3:  # 6/18 as mdy, 6/2025 as mdy
        order = order.replace("d" if any(len(part) == 4 and part.isdecimal() for part in parts) else "y", "")
    if len(parts) != len(order):
        raise ValueError("another number of parts")
    return {letter: _field(letter, part, language) for letter, part in zip(order, parts, strict=True)}


def _usual(text: str, language: str) -> str:
    if re.match(r"\d{4}", text):
        return "ymd"[: len(re.findall(r"\w+", text))] if not re.fullmatch(r"\d{8}", text) else "ymd"
    return "mdy" if language in {"en", "en-US"} else "dmy"


def _field(letter: str, part: str, language: str) -> int:
    if part.isdecimal():
        if letter == "y" and len(part) not in {2, 4}:
            raise ValueError("not a year")
        # Two digits of a year: the century that POSIX takes (strptime, %y).
        century = 0 if letter != "y" or len(part) == 4 else 2000 if int(part) < 69 else 1900
        return int(part) + century
    if letter != "m":
        raise ValueError("not a number")
    named = {name.lower(): month for month, name in _months(language).items()}
    short = {name[:3]: month for name, month in named.items()}
    found = named.get(part.lower(), short.get(part.lower()[:3]) if len(part) <= 4 else None)
    if found is None:
        raise ValueError("no such month")
    return found


def _months(language: str) -> dict[int, str]:
    from babel.dates import get_month_names

    return dict(get_month_names("wide", locale=numbers.locale(language)))


def time(text: str, form: str, known: Grammar) -> str:
    """Say a time of day, such as ``14:30``, ``2:30pm`` or ``2h05``.

    Args:
        text: The time.
        form: ``hms12`` or ``hms24``, or a beginning of them such as ``hm``; without a number, by the hour.
        known: The language's grammar.

    Raises:
        ValueError: It is none.
    """
    found = _TIME.fullmatch(text)
    if found is None or (found["minute"] is None and not found["half"]):
        raise ValueError("not a time")
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    second = int(found["second"]) if found["second"] else None
    half = {"a": "am", "p": "pm"}.get((found["half"] or " ")[0].lower(), "")
    if hour > _DAY or minute > 59 or (second or 0) > 59 or (half and not 1 <= hour <= _MIDDAY):
        raise ValueError("no such time")
    if half:
        return known.time(hour, minute, second, half)
    if form.endswith("24") or hour > _MIDDAY or hour == 0:
        return known.time(hour, minute, second, "")
    return known.clock(hour, minute, second)


def parts(text: str, form: str) -> list[tuple[int, str]]:
    """Split a duration such as ``1:30:00`` into amounts and CLDR units, zeros left out.

    Raises:
        ValueError: It is none.
    """
    fields = text.split(":")
    letters = (
        form
        if re.fullmatch(r"h?m?s?", form) and len(form) == len(fields)
        else {3: "hms", 2: "ms", 1: "s"}.get(len(fields), "")
    )
    if not letters or not all(re.fullmatch(r"\d{1,6}", one) for one in fields):
        raise ValueError("not a duration")
    found = [(int(one), _PARTS[letter]) for one, letter in zip(fields, letters, strict=True)]
    return [one for one in found if one[0]] or [found[-1]]
