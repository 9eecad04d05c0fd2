import pytest
from hypothesis import given
from hypothesis import strategies as st
from unicode_rbnf import RbnfEngine

from voicekit._speak.say_as import expand

ENGLISH = [
    ("AB-12@", "characters", "", "A, B, dash, one, two, at"),
    ("abc", "spell-out", "", "A, B, C"),
    ("a.b", "verbatim", "", "A, dot, B"),
    ("1024", "digits", "", "one zero two four"),
    ("007", "number_digit", "", "zero zero seven"),
    ("12,345", "cardinal", "", "twelve thousand three hundred forty-five"),
    ("1000000", "number", "", "one million"),
    ("-3.50", "cardinal", "", "minus three point five zero"),
    ("0", "cardinal", "", "zero"),
    ("3rd", "ordinal", "", "third"),
    ("21", "ordinal", "", "twenty-first"),
    ("112th", "ordinal", "", "one hundred twelfth"),
    ("2025-06-18", "date", "ymd", "June eighteenth, twenty twenty-five"),
    ("20250618", "date", "yyyymmdd", "June eighteenth, twenty twenty-five"),
    ("6/18/2025", "date", "mdy", "June eighteenth, twenty twenty-five"),
    ("18/6/2025", "date", "dmy", "June eighteenth, twenty twenty-five"),
    ("6/18/2025", "date", "", "June eighteenth, twenty twenty-five"),
    ("2025-06", "date", "ym", "June twenty twenty-five"),
    ("6/2005", "date", "my", "June two thousand five"),
    ("6/18", "date", "md", "June eighteenth"),
    ("18/6", "date", "dm", "June eighteenth"),
    ("1999", "date", "y", "nineteen ninety-nine"),
    ("6", "date", "m", "June"),
    ("1", "date", "d", "the first"),
    ("6/18", "date", "mdy", "June eighteenth"),
    ("6/2025", "date", "mdy", "June twenty twenty-five"),
    ("6/1/99", "date", "mdy", "June first, nineteen ninety-nine"),
    ("Feb 3 2024", "date", "mdy", "February third, twenty twenty-four"),
    ("2:30pm", "time", "hms12", "two thirty P M"),
    ("2:05 a.m.", "time", "hms12", "two oh five A M"),
    ("11am", "time", "", "eleven A M"),
    ("2:00", "time", "hms12", "two o'clock"),
    ("14:30", "time", "hms24", "fourteen thirty"),
    ("9:00", "time", "hms24", "nine hundred"),
    ("14:05:09", "time", "hms24", "fourteen oh five and nine seconds"),
    ("+1 (555) 010-0199", "telephone", "", "plus one, five five five, zero one zero, zero one nine nine"),
    ("5550100199", "telephone", "", "five five five, zero one zero, zero one nine nine"),
    ("911", "telephone", "", "nine one one"),
    ("USD 42.01", "currency", "", "forty-two dollars and one cent"),
    ("$42.01", "currency", "", "forty-two dollars and one cent"),
    ("$1", "currency", "", "one dollar"),
    ("€ 3", "currency", "", "three euros"),
    ("3 EUR", "currency", "", "three euros"),
    ("£1.50", "currency", "", "one pound and fifty pence"),
    ("USD 0.99", "currency", "", "ninety-nine cents"),
    ("$1,250.00", "currency", "", "one thousand two hundred fifty dollars"),
    ("JPY 500", "currency", "", "five hundred Japanese yen"),
    ("$2", "currency", "es-MX", "two Mexican pesos"),
    ("1/2", "fraction", "", "one half"),
    ("2/3", "fraction", "", "two thirds"),
    ("3 1/4", "fraction", "", "three and one quarter"),
    ("10kg", "unit", "", "ten kilograms"),
    ("1 lb", "unit", "", "one pound"),
    ("5ft", "unit", "", "five feet"),
    ("2.5 km", "unit", "", "two point five kilometers"),
    ("1:30:00", "duration", "", "one hour thirty minutes"),
    ("damn", "expletive", "", ""),
]
SPANISH = [
    ("es-ES", "año", "characters", "", "A, Ñ, O"),
    ("es-ES", "1024", "digits", "", "uno cero dos cuatro"),
    ("es-ES", "12.345", "cardinal", "", "doce mil trescientos cuarenta y cinco"),
    ("es-ES", "-3,5", "cardinal", "", "menos tres coma cinco"),
    ("es-MX", "3.5", "cardinal", "", "tres punto cinco"),
    ("es-ES", "3", "ordinal", "", "tercero"),
    ("es-ES", "3.ª", "ordinal", "", "tercera"),
    ("es-ES", "21º", "ordinal", "", "vigésimo primero"),
    ("es-ES", "18/06/2025", "date", "dmy", "dieciocho de junio de dos mil veinticinco"),
    ("es-ES", "18-06-2025", "date", "", "dieciocho de junio de dos mil veinticinco"),
    ("es-MX", "1/3", "date", "dm", "primero de marzo"),
    ("es-ES", "1/3", "date", "dm", "uno de marzo"),
    ("es-ES", "14:30", "time", "hms24", "las catorce y treinta"),
    ("es-MX", "1:15pm", "time", "hms12", "la una y quince de la tarde"),
    ("es-MX", "9:05am", "time", "hms12", "las nueve y cinco de la mañana"),
    ("es-MX", "1:00", "time", "hms12", "la una en punto"),
    ("es-ES", "912345678", "telephone", "", "nueve uno dos, tres cuatro cinco, seis siete ocho"),
    ("es-ES", "42,01 €", "currency", "", "cuarenta y dos euros con un céntimo"),
    ("es-ES", "USD 2.000.000", "currency", "", "dos millones de dólares"),
    ("es-MX", "$21.50", "currency", "", "veintiún pesos con cincuenta centavos"),
    ("es-ES", "1/2", "fraction", "", "un medio"),
    ("es-ES", "2/3", "fraction", "", "dos tercios"),
    ("es-ES", "5/12", "fraction", "", "cinco doceavos"),
    ("es-ES", "1/32", "fraction", "", "un treintaidosavo"),
    ("es-ES", "1 km", "unit", "", "un kilómetro"),
    ("es-ES", "21 oz", "unit", "", "veintiuna onzas"),
    ("es-ES", "1:30:00", "duration", "hms", "una hora treinta minutos"),
]
OTHERS = [
    ("fr-FR", "14 juillet 2025", "date", "dmy", "quatorze juillet deux mille vingt-cinq"),
    ("fr-FR", "1/5", "date", "dm", "premier mai"),
    ("fr-FR", "21:30", "time", "hms24", "vingt-et-une heures trente"),
    ("fr-FR", "3,50 €", "currency", "", "trois euros et cinquante centimes"),
    ("fr-FR", "1re", "ordinal", "", "première"),
    ("fr-FR", "3/4", "fraction", "", "trois quarts"),
    ("de-DE", "18.06.2025", "date", "", "achtzehnter Juni zweitausendfünfundzwanzig"),
    ("de-DE", "14:30", "time", "hms24", "vierzehn Uhr dreißig"),
    ("de-DE", "3.", "ordinal", "", "dritte"),
    ("de-DE", "1,50 €", "currency", "", "ein Euro und fünfzig Cent"),
    ("de-DE", "3/5", "fraction", "", "drei Fünftel"),
    ("de-DE", "1,5", "cardinal", "", "eins Komma fünf"),
    ("en-GB", "18/6/2025", "date", "", "the eighteenth of June, twenty twenty-five"),
    ("it-IT", "21", "cardinal", "", "ventuno"),
    ("ru-RU", "3", "ordinal", "", "третий"),
    ("ja-JP", "21", "cardinal", "", "二十一"),
    ("cmn-CN", "21", "cardinal", "", "二十一"),
    ("pt-BR", "12", "digits", "", "um dois"),
    ("it-IT", "2025-06-18", "date", "ymd", "2025-06-18"),
]
KINDS = [
    "characters",
    "digits",
    "cardinal",
    "ordinal",
    "date",
    "time",
    "telephone",
    "currency",
    "fraction",
    "unit",
    "duration",
]
ALIASES = [
    "character",
    "spell-out",
    "spell",
    "verbatim",
    "letters",
    "number_digit",
    "number",
    "expletive",
    "bleep",
]


@pytest.mark.parametrize(("text", "kind", "form", "words"), ENGLISH)
def test_english(text: str, kind: str, form: str, words: str) -> None:
    assert expand(text, kind, form, "en-US") == words


@pytest.mark.parametrize(("language", "text", "kind", "form", "words"), SPANISH)
def test_spanish(language: str, text: str, kind: str, form: str, words: str) -> None:
    assert expand(text, kind, form, language) == words


@pytest.mark.parametrize(("language", "text", "kind", "form", "words"), OTHERS)
def test_other_languages(language: str, text: str, kind: str, form: str, words: str) -> None:
    assert expand(text, kind, form, language) == words


@pytest.mark.parametrize(
    ("text", "kind", "form"),
    [
        ("hello", "cardinal", ""),
        ("12,34", "cardinal", ""),
        ("9" * 16, "cardinal", ""),
        ("3.5th", "ordinal", ""),
        ("31/2/2025", "date", "dmy"),
        ("2025-13-01", "date", "ymd"),
        ("6/18/2025", "date", "nonsense"),
        ("1/2/3/4", "date", "mdy"),
        ("25:00", "time", ""),
        ("13pm", "time", ""),
        ("noon", "time", ""),
        ("call me", "telephone", ""),
        ("XXQ 5", "currency", ""),
        ("five dollars", "currency", ""),
        ("1/0", "fraction", ""),
        ("5 parsecs", "unit", ""),
        ("a:b", "duration", ""),
        ("42", "no-such-kind", ""),
        ("", "cardinal", ""),
    ],
)
def test_what_does_not_fit_is_spoken_as_it_stands(text: str, kind: str, form: str) -> None:
    assert expand(text, kind, form, "en-US") == text


@given(
    st.one_of(
        st.text(max_size=20), st.from_regex(r"[$€]?-?[\d.,:/ +%-]{1,14}(kg|pm|th|EUR)?", fullmatch=True)
    ),
    st.sampled_from(KINDS),
    st.sampled_from(["", "ymd", "mdy", "dm", "hms12", "hms24", "hm", "en-US", "\u0130"]),
    st.sampled_from(["en-US", "en-GB", "es-MX", "fr-FR", "de-DE", "ja-JP", "pt-BR", "xx", "zz-ZZ"]),
)
def test_nothing_makes_it_fail(text: str, kind: str, form: str, language: str) -> None:
    words = expand(text, kind, form, language)

    assert "\u00a0" not in words or "\u00a0" in text
    assert words or not text.strip() or kind == "characters"


LONG = st.builds(
    lambda before, piece, count, after: f"{before}{piece * count}{after}",
    st.sampled_from(["", "$", "USD ", "+", "-", "0.", "1/"]),
    st.sampled_from(["1", "9", "0", "1,", "1.", "1'", "1 ", "1/", "1:", "\u0663", "x"]),
    st.integers(0, 40) | st.integers(0, 5_000),
    st.sampled_from(["", "1", ".5", "kg", "th", " EUR", "pm"]),
)
TAGS = ["", "-", "en.UTF-8", "en_US", "en--US", "a" * 300, "zz-ZZ"]


@given(
    LONG,
    st.sampled_from([*KINDS, *ALIASES]),
    st.sampled_from(["", "ymd", "hms24", "en-US", "en.UTF-8"]) | st.text(),
    st.sampled_from(["en-US", "es-MX", "fr-FR", "de-DE"])
    | st.sampled_from([*sorted(RbnfEngine.get_supported_languages()), *TAGS])
    | st.text(),
)
def test_whatever_it_is_it_is_said_or_stands_as_it_is(text: str, kind: str, form: str, language: str) -> None:
    words = expand(text, kind, form, language)

    assert words or not text.strip() or kind in {"characters", "expletive", "bleep", *ALIASES}


@pytest.mark.parametrize(
    ("language", "kind", "text"),
    [
        ("en-US", "currency", "$" + "1" * 29),
        ("en-US", "unit", "9" * 26 + "kg"),
        ("en-US", "cardinal", "1," * 25 + "1"),
        ("ru-RU", "ordinal", "123456789"),
        ("ta-IN", "ordinal", "21"),
        ("km-KH", "cardinal", "9" * 15),
        ("en.UTF-8", "fraction", "1/2"),
    ],
)
def test_what_a_library_has_no_words_for_is_spoken_as_it_stands(language: str, kind: str, text: str) -> None:
    assert expand(text, kind, "", language) == text


@pytest.mark.parametrize(
    ("length", "groups"), [(5, [3, 2]), (12, [3, 3, 3, 3]), (14, [3, 3, 3, 3, 2]), (3_100, [3] * 1_032 + [4])]
)
def test_digits_that_nobody_grouped_are_grouped_by_three(length: int, groups: list[int]) -> None:
    spoken = expand("1" * length, "telephone", "", "en-US").split(", ")

    assert [len(group.split()) for group in spoken] == groups


@given(st.integers(0, 10**15 - 1), st.sampled_from(["en-US", "es-ES", "fr-FR", "de-DE"]))
def test_whole_numbers_become_words(number: int, language: str) -> None:
    assert not any(one.isdigit() for one in expand(str(number), "cardinal", "", language))
