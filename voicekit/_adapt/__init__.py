"""The adapt stage: Speech → the Asks that say it in one voice. Imports ssml, _capabilities and model; no other stage.

In this order: lexicons are applied, the document is brought into the words that the voice takes, and what is longer than
one request may be is split.
"""

from collections.abc import Sequence

from attrs import evolve, frozen

from voicekit import ssml
from voicekit._adapt import beside, lexicon
from voicekit._adapt.adapt import CODES, Adapted, Change, adapt
from voicekit._adapt.atoms import Size
from voicekit._adapt.lexicon import Applied, Entries, scoped, unused
from voicekit._adapt.split import split
from voicekit._capabilities import taken
from voicekit.model import Ask, Element, Fact, Family, Lexicon, Settings, Speech

__all__ = ["CODES", "Change", "Entries", "Said", "asks", "scoped", "unused"]


_NONE: Entries = frozenset()


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
    inputs: frozenset[str] = frozenset({"text", "ssml"}),
    pronunciations: bool = False,
) -> Said:
    """Bring a speech into the requests that say it.

    Args:
        speech: What is said.
        settings: How; `language`, `voice` and `encoding` are stated.
        family: What the voice takes; None where its name fits no family, and nothing is known.
        lexicons: Those in scope, nearest first.
        limit: The most that one request takes; None for no limit.
        size: Measures what is sent against `limit`.
        inputs: The kinds of input that the wire carries: ``text``, ``ssml``, ``markup``.
        pronunciations: Whether the wire carries pronunciations of phrases beside the text.

    Raises:
        MarkupError: Something that cannot be divided is over the limit.
    """
    voice = _Voice(settings, _carried(family, inputs), pronunciations)
    applied = _pronounced(speech.content, lexicons, voice)
    adapted = _fitted(applied, voice)
    parts: tuple[Element | str, ...] = (adapted.content,)
    if limit is not None and size is not None:
        pauses = voice.family.pauses if voice.family and adapted.kind == "markup" else ()
        phrases = [said.phrase for said in adapted.pronunciations]
        parts = split(adapted.content, limit, size, pauses=pauses, phrases=phrases)
    lost = _lost(applied, adapted, voice)
    return Said(
        tuple(_ask(part, adapted, voice) for part in parts),
        adapted.changes,
        # Most prompts say nothing of a lexicon, and share one empty set.
        applied.used - lost or _NONE,
        applied.refused | lost or _NONE,
    )


@frozen
class _Voice:
    """Who is to say it, and over which wire."""

    settings: Settings
    family: Family | None
    wired: bool

    @property
    def language(self) -> str:
        return self.settings.language or ""

    @property
    def beside(self) -> bool:
        """Whether pronunciations can stand beside the text."""
        family = self.family
        taken = family is not None and family.pronunciations.support in {"yes", "unknown"}
        return (
            self.wired and taken and family is not None and self.language.lower() not in family.unpronounced
        )

    @property
    def alphabets(self) -> frozenset[str]:
        """The phonetic alphabets of its ``phoneme``; empty where it takes none."""
        if self.family is None:
            return beside.ALPHABETS
        if self.family.element("phoneme").support not in {"yes", "unknown"}:
            return frozenset()
        known = self.family.elements.get("phoneme")
        listed = known.attributes.get("alphabet") if known else None
        if listed is None or not listed.words:
            return beside.ALPHABETS
        return frozenset(word for word in listed.words if taken(listed, word, self.language))


def _carried(family: Family | None, inputs: frozenset[str]) -> Family | None:
    """Return what a family takes over a wire that carries these kinds of input."""
    if family is None and "ssml" not in inputs:
        family = Family("such", ssml=Fact("no", "P"), pitch=Fact("unknown", "U"), rate=Fact("unknown", "U"))
    if family is None:
        return None
    no = Fact("no", "P")
    return evolve(
        family,
        ssml=family.ssml if "ssml" in inputs else no,
        markup=family.markup if "markup" in inputs else no,
    )


def _pronounced(content: Element | str, lexicons: Sequence[Lexicon], voice: _Voice) -> Applied:
    if not lexicons:
        return Applied(content)
    in_tree = voice.family is None or voice.family.ssml.support != "no"
    alphabets = voice.alphabets if in_tree and not isinstance(content, str) else frozenset()
    if voice.beside:
        alphabets |= beside.ALPHABETS
    # Where a voice takes no <sub>, adapting says its alias instead.
    return lexicon.apply(content, lexicons, alphabets=alphabets, phoneme=bool(alphabets), sub=True)


def _fitted(applied: Applied, voice: _Voice) -> Adapted:
    content = applied.content
    if isinstance(content, str):
        return Adapted(
            content, "text", pronunciations=beside.settled(content, applied.phonemes, voice.language)
        )
    if voice.family is None:
        return Adapted(content, "ssml")
    return adapt(
        content,
        voice.family,
        dialect=(voice.settings.provider or "").split("-")[0],
        voice=voice.settings.voice or "",
        language=voice.language,
        beside=voice.beside,
    )


def _lost(applied: Applied, adapted: Adapted, voice: _Voice) -> Entries:
    """Return the entries whose sounds could not stand beside the text, nor in it."""
    if adapted.kind == "ssml" and voice.alphabets:
        return frozenset()
    carried = {evolve(said, phrase=beside.plain(said.phrase)) for said in adapted.pronunciations}
    kept = frozenset[tuple[str, int]]().union(
        *(applied.sources[said] for said in carried & applied.sources.keys())
    )
    wanted = frozenset[tuple[str, int]]().union(*applied.sources.values())
    return wanted - kept


def _ask(part: Element | str, adapted: Adapted, voice: _Voice) -> Ask:
    settings = voice.settings
    assert settings.language is not None
    assert settings.voice is not None
    assert settings.encoding is not None
    said = part if isinstance(part, str) else ssml.serialise(part)
    return Ask(
        text=said if adapted.kind == "text" else None,
        ssml=said if adapted.kind == "ssml" else None,
        markup=said if adapted.kind == "markup" else None,
        language=settings.language,
        voice=settings.voice,
        encoding=settings.encoding,
        pitch=settings.pitch,
        rate=settings.rate,
        gain=settings.gain,
        effects=settings.effects,
        sample_rate=settings.sample_rate,
        bit_rate=settings.bit_rate,
        channels=settings.channels,
        options=settings.options,
        pronunciations=beside.within(part, adapted.pronunciations, voice.language),
    )
