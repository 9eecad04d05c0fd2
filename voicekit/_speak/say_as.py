"""What ``<say-as>`` turns its content into: plain words. Imports numbers and grammar; babel when first used.

`expand` knows the values of ``interpret-as`` that Google, Azure and Polly share. Content that does not fit its kind, and
kinds that nobody knows, are spoken as they stand.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from voicekit._speak import grammar, moments, numbers, quantities
from voicekit._speak.grammar import Grammar

_TAG = 64  # characters of a language's tag that count, and are remembered: more than any registered one has


def expand(text: str, interpret_as: str, format: str, language: str) -> str:  # noqa: A002 - SSML's own name
    """Return the words that a say-as element stands for.

    Args:
        text: The element's content.
        interpret_as: ``characters``, ``digits``, ``cardinal``, ``ordinal``, ``date``, ``time``, ``telephone``,
            ``currency``, ``fraction``, ``unit``, ``duration``, ``expletive``, or a vendor's name for one of them.
        format: The element's ``format``, such as ``ymd`` or ``hms24``; for money its ``language``, whose currency ``$`` is.
        language: The BCP-47 tag of the voice.
    """
    content, language, form = " ".join(text.split()), language[:_TAG], format.strip().lower()[:_TAG]
    kind = _KINDS.get(interpret_as.strip().lower())
    if kind is None or not content:
        return text
    try:
        return kind(content, form, language)
    except (ValueError, ArithmeticError):  # the latter where a Decimal has too many digits
        return text


def _characters(text: str, _: str, language: str) -> str:
    known = grammar.of(language)
    symbols = known.symbols if known else {}
    return ", ".join(_character(one, symbols, language) for one in text if not one.isspace())


def _character(one: str, symbols: Mapping[str, str], language: str) -> str:
    if one.isdecimal():
        return numbers.whole(int(one), language)
    upper = one.upper()  # some letters have no single capital, such as ß
    return symbols.get(one, upper if len(upper) == 1 else one)


def _digits(text: str, _: str, language: str) -> str:
    if not any(one.isdecimal() for one in text):
        raise ValueError("no digits")
    return _characters(text, "", language).replace(",", "")


def _cardinal(text: str, _: str, language: str) -> str:
    return quantities.number(numbers.read(text, language), language)


def _ordinal(text: str, _: str, language: str) -> str:
    found = re.fullmatch(
        r"(\d[\d.,\s]*?)\s?\.?(st|nd|rd|th|[ºª°oa]|er|re|ère|e|è|ème|eme)?\.?", text, re.IGNORECASE
    )
    if found is None or not numbers.has_rules(language, "ordinal"):
        raise ValueError("not an ordinal")
    value = numbers.read(found.group(1), language)
    if value != int(value):
        raise ValueError("not a whole number")
    known = grammar.of(language)
    rules = known.ordinal if known else ("spellout-ordinal", "spellout-ordinal-feminine")
    feminine = known is not None and (found.group(2) or "").lower() in known.feminine
    return numbers.whole(int(value), language, rules[feminine])


def _fraction(text: str, _: str, language: str) -> str:
    known = _grammar(language)
    found = re.fullmatch(r"(-)?(?:(\d{1,9})(?:\s+|\s*\+\s*))?(\d{1,9})\s?[/\u2044\u2215]\s?(\d{1,9})", text)
    if found is None or not int(found.group(4)):
        raise ValueError("not a fraction")
    minus, units, numerator, denominator = found.groups()
    words = [known.minus] if minus else []
    if units:
        words += [numbers.whole(int(units), language), known.joint]
    if int(denominator) == 1:
        return " ".join([*words, numbers.whole(int(numerator), language)])
    return " ".join([*words, known.fraction(int(numerator), int(denominator))])


def _telephone(text: str, _: str, language: str) -> str:
    if not re.fullmatch(r"\+?[\d\s().\-/]*\d(?:\s*(?:x|ext\.?|,)\s*\d+)?", text, re.IGNORECASE):
        raise ValueError("not a telephone number")
    groups = re.findall(r"\d+", text)
    if len(groups) == 1:
        groups = _grouped(groups[0])
    spoken = ", ".join(" ".join(numbers.whole(int(one), language) for one in group) for group in groups)
    known = grammar.of(language)
    return f"{known.symbols['+']} {spoken}" if text.startswith("+") and known else spoken


def _grouped(digits: str) -> list[str]:
    """Group digits that nobody grouped: the North American way for 10 and 11, else by three, the rest last."""
    if len(digits) in {10, 11}:
        head = [digits[:-10]] if len(digits) > 10 else []
        return [*head, digits[-10:-7], digits[-7:-4], digits[-4:]]
    last = max(0, (len(digits) - 2) // 3) * 3
    return [*(digits[at : at + 3] for at in range(0, last, 3)), digits[last:]]


def _expletive(_: str, __: str, ___: str) -> str:
    return ""


def _grammar(language: str) -> Grammar:
    known = grammar.of(language)
    if known is None:
        raise ValueError("no grammar for this language")
    return known


def _currency(text: str, form: str, language: str) -> str:
    return quantities.money(text, form or language, _grammar(language), language)


def _unit(text: str, _: str, language: str) -> str:
    return quantities.measure(text, language)


def _duration(text: str, form: str, language: str) -> str:
    return " ".join(
        quantities.measured(Decimal(amount), unit, language) for amount, unit in moments.parts(text, form)
    )


def _date(text: str, form: str, language: str) -> str:
    return moments.date(text, form, _grammar(language), language)


def _time(text: str, form: str, language: str) -> str:
    return moments.time(text, form, _grammar(language))


_KINDS: dict[str, Callable[[str, str, str], str]] = {
    "characters": _characters,
    "character": _characters,
    "spell-out": _characters,
    "spell": _characters,
    "verbatim": _characters,
    "letters": _characters,
    "digits": _digits,
    "number_digit": _digits,
    "cardinal": _cardinal,
    "number": _cardinal,
    "ordinal": _ordinal,
    "fraction": _fraction,
    "telephone": _telephone,
    "currency": _currency,
    "unit": _unit,
    "duration": _duration,
    "date": _date,
    "time": _time,
    "expletive": _expletive,
    "bleep": _expletive,
}
