"""The adapt stage: Speech → the Asks that say it in one voice. Imports ssml, _capabilities and model; no other stage.

In this order: lexicons are applied, the document is brought into the words that the voice takes, and what is longer than
one request may be is split.
"""

from collections.abc import Sequence

from attrs import evolve, frozen

from voicekit import ssml
from voicekit._adapt import lexicon
from voicekit._adapt.adapt import CODES, Adapted, Change, adapt
from voicekit._adapt.atoms import Size
from voicekit._adapt.lexicon import Applied, Entries, scoped, unused
from voicekit._adapt.split import split
from voicekit.model import Ask, Element, Fact, Family, Lexicon, Settings, Speech

__all__ = ["CODES", "Change", "Entries", "Said", "asks", "scoped", "unused"]

_ALPHABETS = frozenset({"ipa", "x-sampa"})


@frozen
class Said:
    """The requests that say a speech, one for each piece, and what was done to it on the way.

    Attributes:
        changes: What adapting changed; each has the position of its element in the rendered text.
        used: The lexicons' entries that were applied.
        refused: Those that were found in the text and that the voice cannot take.
    """

    asks: tuple[Ask, ...]
    changes: tuple[Change, ...] = ()
    used: Entries = frozenset()
    refused: Entries = frozenset()


def asks(
    speech: Speech,
    settings: Settings,
    *,
    family: Family | None = None,
    lexicons: Sequence[Lexicon] = (),
    limit: int | None = None,
    size: Size | None = None,
) -> Said:
    """Bring a speech into the requests that say it.

    Args:
        speech: What is said.
        settings: How; `language`, `voice` and `encoding` are stated.
        family: What the voice takes; None where its name fits no family, and nothing is known.
        lexicons: Those in scope, nearest first.
        limit: The most that one request takes; None for no limit.
        size: Measures what is sent against `limit`.

    Raises:
        MarkupError: Something that cannot be divided is over the limit.
    """
    applied = _pronounced(speech.content, lexicons, family)
    adapted = _fitted(applied.content, settings, family)
    pieces: tuple[Element | str, ...] = (adapted.content,)
    if limit is not None and size is not None:
        pieces = split(adapted.content, limit, size)
    ask = _ask(settings)
    return Said(
        tuple(
            evolve(ask, text=piece) if isinstance(piece, str) else evolve(ask, ssml=ssml.serialise(piece))
            for piece in pieces
        ),
        adapted.changes,
        applied.used,
        applied.refused,
    )


def _pronounced(content: Element | str, lexicons: Sequence[Lexicon], family: Family | None) -> Applied:
    if not lexicons:
        return Applied(content)
    phoneme = family is None or family.element("phoneme").support in {"yes", "unknown"}
    sub = family is None or family.element("sub").support in {"yes", "unknown"}
    known = family.elements.get("phoneme") if family else None
    listed = known.attributes.get("alphabet") if known else None
    alphabets = listed.words if listed and listed.words else _ALPHABETS
    return lexicon.apply(content, lexicons, alphabets=alphabets, phoneme=phoneme, sub=sub)


def _fitted(content: Element | str, settings: Settings, family: Family | None) -> Adapted:
    if isinstance(content, str):
        return Adapted(content, "text")
    if family is None:
        return Adapted(content, "ssml")
    # No wire carries `input.markup` yet, so pause tags cannot stand for breaks.
    carried = evolve(family, markup=Fact("no", family.markup.grade))
    dialect = (settings.provider or "").split("-")[0]
    return adapt(
        content, carried, dialect=dialect, voice=settings.voice or "", language=settings.language or ""
    )


def _ask(settings: Settings) -> Ask:
    assert settings.language is not None
    assert settings.voice is not None
    assert settings.encoding is not None
    return Ask(
        text=None,
        ssml=None,
        language=settings.language,
        voice=settings.voice,
        encoding=settings.encoding,
        pitch=settings.pitch,
        rate=settings.rate,
        gain=settings.gain,
        effects=settings.effects,
        sample_rate=settings.sample_rate,
        options=settings.options,
    )
