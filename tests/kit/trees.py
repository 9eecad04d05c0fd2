"""Hypothesis strategies for SSML as people write it, for several vendors at once, with mistakes.

`documents` draws parsed trees: attributes sorted, no empty and no adjacent texts. Imports ssml and model.
"""

from collections.abc import Mapping

from hypothesis import strategies as st

from voicekit.model import Element

_WORDS = st.sampled_from(
    ["Welcome", "to", "Acme.", "Press 1", "for sales,", "or 2?", "AT&T", "<now>", "é", "您好。", "\n  ", " ", "[pause]", "a\"b'c"]
)  # fmt: skip
TIMES = (
    "1s",
    "250ms",
    "0.5s",
    "3s",
    "12s",
    "25s",
    "90s",
    "+2s",
    ".5s",
    "-1s",
    "soon",
    "",
    "0ms",
    "999999999s",
)
_VALUES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "break": {"time": TIMES, "strength": ("none", "weak", "x-strong", "loud")},
    "p": {"xml:lang": ("es-US",)},
    "s": {},
    "sub": {"alias": ("World Wide Web", "")},
    "say-as": {
        "interpret-as": (
            "characters", "digits", "number_digit", "spell-out", "verbatim", "cardinal", "number", "ordinal", "date",
            "time", "telephone", "currency", "expletive", "bleep", "duration", "name", "nonsense",
        ),
        "format": ("yyyymmdd", "yymmdd", "mdy", "dm", "hms12", "hhmmss24", "h:m", "ms", "?", ""),
        "detail": ("1", "9"),
        "google:style": ("zero-as-zero",),
        "language": ("en-US", "?"),
    },
    "prosody": {
        "rate": ("slow", "80%", ".5", ".8%", "+20%", "-90%", "0.5", "9", "default", "rapid", "500%"),
        "pitch": ("low", "+2st", "-10%", "200Hz", "10%", "default", "squeaky"),
        "volume": ("loud", "+6dB", "-6dB", "6dB", "+.5dB", "50", "+10", "-20%", "0", "default", "deafening"),
        "contour": ("(0%,+20Hz)", "(0%,+20Hz) (50%,-2st)", "up"),
        "range": ("high", "+2st", "wide"),
        "amazon:max-duration": ("2s",),
    },
    "emphasis": {"level": ("strong", "none", "huge")},
    "mark": {"name": ("here",)},
    "bookmark": {"mark": ("there",)},
    "phoneme": {"alphabet": ("ipa", "x-sampa", "sapi", "pinyin", "klingon"), "ph": ("həˈloʊ",)},
    "lang": {"xml:lang": ("fr-FR", "?", "")},
    "voice": {
        "name": ("en-US-Neural2-F", "en-US-AvaNeural", "Joanna"),
        "gender": ("female", "any"),
        "language": ("es-ES", "Spanish"),
        "variant": ("2", "-1"),
        "required": ("gender language", "all"),
        "ordering": ("gender", ""),
        "effect": ("eq_car", "eq_bus"),
    },
    "audio": {
        "src": ("https://example.com/a.mp3", "http://example.com/a.mp3", "beep.wav"),
        **dict.fromkeys(("clipBegin", "clipEnd", "repeatDur"), ("2s", "half")),
        "speed": ("80%", "300%"),
        "repeatCount": ("2", "-1"),
        "soundLevel": ("+6dB", "+60dB", "6"),
    },
    "desc": {"xml:lang": ("en",)},
    "par": {},
    "seq": {},
    "media": {
        "xml:id": ("m", "m 1"),
        **dict.fromkeys(("begin", "end"), ("0.5s", "2", "m.end+2.0s", "-1min", "later")),
        **dict.fromkeys(("repeatDur", "fadeInDur", "fadeOutDur"), ("2s", ".5s", "long")),
        "repeatCount": ("3", "many"),
        "soundLevel": ("+6dB", "+41dB", "loud"),
    },
    "speak": {},
    "token": {},
    "metadata": {},
    "lexicon": {"uri": ("https://example.com/a.pls",)},
    "w": {"role": ("amazon:VB", "amazon:SENSE_1", "verb")},
    "google:style": {"name": ("lively", "grim")},
    "mstts:express-as": {"style": ("cheerful", ""), "styledegree": ("2", "3", "much"), "role": ("Girl", "Robot")},
    "mstts:silence": {"type": ("Leading", "comma-exact", "Never"), "value": ("1s", "1.5s", "")},
    "mstts:viseme": {"type": ("redlips_front",)},
    "mstts:audioduration": {"value": ("20s", "long")},
    "mstts:backgroundaudio": {
        "src": ("https://example.com/b.wav",),
        **dict.fromkeys(("volume", "fadein"), ("0.7", "3000", "20000", "x")),
    },
    "amazon:effect": {
        "name": ("drc", "whispered", "loud"),
        "phonation": ("soft", "hard"),
        "vocal-tract-length": ("+15%", "-90%", "120%", "tall"),
    },
    "amazon:domain": {"name": ("news", "music")},
    "amazon:breath": {"duration": ("long", "1s"), "volume": ("x-loud",)},
    "amazon:auto-breaths": {"frequency": ("low", "9"), "volume": ("soft", "0")},
    "blink": {"colour": ("red",)},
}  # fmt: skip
_EMPTY = {"break", "mark", "bookmark", "mstts:silence", "lexicon"}  # mostly; people put things into them too
_TEXT_ONLY = {"sub", "say-as", "phoneme"}
_ROOTS: Mapping[str, tuple[str, ...]] = {
    "version": ("1.0", "1.1"),
    "xml:lang": ("en-US", "?"),
    "xmlns": ("http://www.w3.org/2001/10/synthesis", "urn:x"),
    "xmlns:mstts": ("https://www.w3.org/2001/mstts", "http://www.w3.org/2001/mstts"),
    "xmlns:xsi": ("http://www.w3.org/2001/XMLSchema-instance",),
    "xsi:schemaLocation": ("http://www.w3.org/2001/10/synthesis synthesis.xsd",),
    "onload": ("1",),
}


def documents(*, max_leaves: int = 12) -> st.SearchStrategy[Element]:
    """Draw a document: a ``speak`` element with anything that people put into one.

    Args:
        max_leaves: About how many innermost elements and texts it may have.
    """
    inner = st.recursive(
        _texts() | _named(sorted(_EMPTY), st.just([])) | _named(sorted(_TEXT_ONLY), _contents()),
        lambda deeper: _named(sorted(_VALUES), st.lists(deeper, max_size=3)),
        max_leaves=max_leaves,
    )
    return st.builds(_element, st.just("speak"), _attributes(_ROOTS), st.lists(inner, max_size=4))


def plain(*, max_size: int = 4) -> st.SearchStrategy[Element]:
    """Draw a document of text, paragraphs and breaks only.

    Args:
        max_size: The most children.
    """
    kinds = (
        _texts()
        | _named(["break"], st.just([]))
        | _named(["p", "s"], st.lists(_texts(), max_size=2), bare=True)
    )
    return st.builds(_element, st.just("speak"), st.just({}), st.lists(kinds, max_size=max_size))


def _texts() -> st.SearchStrategy[str]:
    return st.lists(_WORDS, min_size=1, max_size=3).map(" ".join)


def _contents() -> st.SearchStrategy[list[Element | str]]:
    numbers = st.sampled_from(["123", "12/24/2025", "A1B2", "08:15", "$42", "1'21\""])
    return st.lists(numbers | _texts(), max_size=1)


def _attributes(values: Mapping[str, tuple[str, ...]]) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(known) for name, known in values.items()}
    )


def _named(
    names: list[str], children: st.SearchStrategy[list[Element | str]], *, bare: bool = False
) -> st.SearchStrategy[Element]:
    return st.sampled_from(names).flatmap(
        lambda name: st.builds(
            _element, st.just(name), st.just({}) if bare else _attributes(_VALUES[name]), children
        )
    )


def _element(name: str, attributes: Mapping[str, str], children: list[Element | str]) -> Element:
    joined: list[Element | str] = []
    for child in children:
        if isinstance(child, str) and joined and isinstance(joined[-1], str):
            joined[-1] += child
        else:
            joined.append(child)
    return Element(name, tuple(sorted(attributes.items())), tuple(joined))
