"""The speech library: SSML's elements as macros and filters, and numbers, dates and money as a language writes them.

Each function is both a global (`{{ break("400ms") }}`, `{% call prosody(rate="slow") %}…{% endcall %}`) and, where it
takes text, a filter (`{{ code | say_as("characters") }}`). In plain-text templates the same names give plain text.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from markupsafe import Markup, escape

from voicekit._render import locales
from voicekit._render.sayable import sayable

Function = Callable[..., Any]
_TEXT = ("say_as", "prosody", "emphasis", "sub", "phoneme", "lang", "voice", "p", "s")


def filters(kind: str, language: str) -> dict[str, Function]:
    """Return the library's filters for templates of a kind (``ssml`` or ``txt``) in a language."""
    spoken = {name: function for name, function in functions(kind).items() if name in _TEXT}
    written = {
        name: partial(_in_language, getattr(locales, name), language)
        for name in ("number", "ordinal", "spell", "date", "time", "money")
    }
    return {**spoken, **written, "digits": _digits if kind == "ssml" else _spaced}


def functions(kind: str) -> dict[str, Function]:
    """Return the library's global functions for templates of a kind."""
    return dict(_MARKUP if kind == "ssml" else _PLAIN)


def _in_language(function: Function, language: str, value: Any, *args: Any, **named: Any) -> str:
    if "format" in named:
        named["form"] = named.pop("format")
    return str(function(value, language, *args, **named))


def _element(tag: str, content: Any = "", /, **attributes: Any) -> Markup:
    written = "".join(
        f' {key}="{_in_quotes(value)}"' for key, value in sorted(attributes.items()) if value is not None
    )
    inner = escape(sayable(content))
    return Markup(f"<{tag}{written}>{inner}</{tag}>") if inner else Markup(f"<{tag}{written}/>")  # noqa: S704


def _in_quotes(value: Any) -> Markup:
    """Escape an attribute's value. Text that a template put together is escaped already: once is enough."""
    return escape(value.unescape() if isinstance(value, Markup) else str(sayable(value)))


def _body(text: Any, caller: Function | None) -> Any:
    return caller() if caller is not None else text


def _break(time: str | None = None, *, strength: str | None = None) -> Markup:
    return _element("break", time=time, strength=strength)


def _say_as(
    text: Any = "",
    interpret_as: str = "characters",
    format: str | None = None,  # noqa: A002 - the attribute's own name
    *,
    detail: str | None = None,
    caller: Function | None = None,
) -> Markup:
    return _element(
        "say-as", _body(text, caller), **{"interpret-as": interpret_as, "format": format, "detail": detail}
    )


def _prosody(
    text: Any = "",
    rate: str | None = None,
    pitch: str | None = None,
    volume: str | None = None,
    *,
    caller: Function | None = None,
) -> Markup:
    return _element("prosody", _body(text, caller), rate=rate, pitch=pitch, volume=volume)


def _emphasis(text: Any = "", level: str = "moderate", *, caller: Function | None = None) -> Markup:
    return _element("emphasis", _body(text, caller), level=level)


def _sub(text: Any = "", alias: str = "", *, caller: Function | None = None) -> Markup:
    return _element("sub", _body(text, caller), alias=alias)


def _phoneme(
    text: Any = "", ph: str = "", alphabet: str = "ipa", *, caller: Function | None = None
) -> Markup:
    return _element("phoneme", _body(text, caller), ph=ph, alphabet=alphabet)


def _lang(text: Any = "", tag: str = "", *, caller: Function | None = None) -> Markup:
    return _element("lang", _body(text, caller), **{"xml:lang": tag})


def _voice(text: Any = "", name: str = "", *, caller: Function | None = None) -> Markup:
    return _element("voice", _body(text, caller), name=name)


def _mark(name: str) -> Markup:
    return _element("mark", name=name)


def _audio(src: str, text: Any = "", *, caller: Function | None = None) -> Markup:
    return _element("audio", _body(text, caller), src=src)


def _p(text: Any = "", *, caller: Function | None = None) -> Markup:
    return _element("p", _body(text, caller))


def _s(text: Any = "", *, caller: Function | None = None) -> Markup:
    return _element("s", _body(text, caller))


def _digits(value: Any) -> Markup:
    return _say_as(value, "characters")


def _spaced(value: Any) -> str:
    return " ".join(str(sayable(value)))


def _silent(*_: Any, **__: Any) -> str:
    return ""


def _only_text(text: Any = "", *_: Any, caller: Function | None = None, **__: Any) -> Any:
    return _body(text, caller)


def _only_alias(text: Any = "", alias: str = "", *, caller: Function | None = None) -> Any:
    return alias or _body(text, caller)


def _only_fallback(src: str, text: Any = "", *, caller: Function | None = None) -> Any:  # noqa: ARG001
    return _body(text, caller)


_MARKUP: dict[str, Function] = {
    "break": _break,
    "say_as": _say_as,
    "prosody": _prosody,
    "emphasis": _emphasis,
    "sub": _sub,
    "phoneme": _phoneme,
    "lang": _lang,
    "voice": _voice,
    "mark": _mark,
    "audio": _audio,
    "p": _p,
    "s": _s,
}
_PLAIN: dict[str, Function] = {
    **dict.fromkeys(_MARKUP, _only_text),
    "break": _silent,
    "mark": _silent,
    "sub": _only_alias,
    "audio": _only_fallback,
}
