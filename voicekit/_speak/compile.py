"""SSML, text or text with pause tags → segments. Imports ssml, _language, model, engines' values and this room's readers.

Follows SSML 1.1 as far as the vendors do. What it does not know speaks its text; nothing is ever fetched, so ``audio``
speaks its fallback. Values that the W3C leaves open are in `prosody`.
"""

import re
from collections.abc import Callable
from typing import cast

from attrs import Factory, evolve, frozen

from voicekit import _language, ssml
from voicekit import _limits as limits
from voicekit._speak import pauses, say_as
from voicekit._speak.phrases import Phrases, to_ipa
from voicekit._speak.prosody import Prosody, read_break
from voicekit._speak.segments import Run, Segment, Silence
from voicekit._speak.voices import Chosen, choose, language_of, spoken
from voicekit.engines import PARAGRAPH_END, SENTENCE_END, Gender, Phonemes
from voicekit.errors import SoundError
from voicekit.model import Ask, Element

_BLANKS = re.compile(r"[ \t\r\n]+")
_USUAL_LANGUAGE = "en-US"  # where a wire has no language, and nothing else says one
_DROPPED = frozenset({"desc", "metadata", "meta", "lexicon", "title", "mstts:backgroundaudio"})


@frozen
class Manner:
    """Who speaks a stretch, in which language, and how."""

    language: str
    voice_name: str
    gender: Gender | None = None
    prosody: Prosody = Factory(Prosody)

    @property
    def voice(self) -> Chosen:
        """The embedded voice for it."""
        return choose(self.language, self.voice_name, self.gender)


def compile_ask(ask: Ask) -> tuple[Segment, ...]:
    """Turn what is asked into segments.

    Raises:
        SoundError: No voice speaks a language, a break is too long, or there is too much to say.
        MarkupError: `ask.ssml` is not well-formed.
    """
    tree = None if ask.ssml is None else ssml.parse(ask.ssml)
    prosody = Prosody(rate=ask.rate or 1.0, pitch=ask.pitch or 0.0)
    manner = Manner(ask.language or _language_of(ask, tree), ask.voice, prosody=prosody)
    writer = _Writer(manner, Phrases(ask.pronunciations, manner.language))
    if tree is not None:
        writer.element(tree, manner)
    elif ask.markup is not None:
        writer.markup(ask.markup)
    else:
        writer.plain(ask.text or "")
    segments = writer.finish()
    length = sum(len(segment.text) for segment in segments if isinstance(segment, Run))
    if length > limits.SPEECH_CHARACTERS:
        raise SoundError.of(
            f"{length:,} characters to say; at most {limits.SPEECH_CHARACTERS:,} are spoken at once",
            remedy="split the text",
        )
    return segments


def _language_of(ask: Ask, tree: Element | None) -> str:
    """Return the language of an ask whose wire has no field for it.

    The document states it, or the voice's name does; else the text is guessed at, where somebody speaks what is guessed.
    """
    stated = (tree.get("xml:lang") if tree else "") or language_of(ask.voice)
    if stated:
        return stated
    guessed = _language.guess(ssml.plain_text(tree) if tree else ask.content)
    return guessed if guessed and spoken(guessed) else _USUAL_LANGUAGE


class _Writer:
    """Walks the tree and writes segments; the current run stays open until the manner changes or a break comes."""

    def __init__(self, manner: Manner, phrases: Phrases) -> None:
        self.manner = manner
        self._phrases = phrases
        self._voice = manner.voice
        self._segments: list[Segment] = []
        self._text = ""
        self._marks: list[tuple[str, int]] = []
        self._phonemes: list[Phonemes] = []

    def plain(self, text: str) -> None:
        """Write text as it is: line breaks are the reader's own."""
        for part, ipa in self._phrases.split(text):
            if ipa:
                self._pronounce(part, ipa)
            else:
                self._text += part

    def markup(self, text: str) -> None:
        """Write text with pause tags."""
        for part in pauses.read(text, self.manner.language):
            if isinstance(part, str):
                self.plain(part)
            else:
                self._rest(part)

    def finish(self) -> tuple[Segment, ...]:
        """Close the open run and return everything."""
        self._close()
        return tuple(self._segments)

    def element(self, node: Element, manner: Manner) -> None:
        """Write one element and what is in it."""
        special = _ELEMENTS.get(node.name)
        if node.name in _DROPPED:
            return
        manner = _in_language(node, manner)
        if special is not None:
            special(self, node, manner)
        else:
            self._children(node, manner)

    def _children(self, node: Element, manner: Manner) -> None:
        for child in node.children:
            if isinstance(child, Element):
                self.element(child, manner)
            else:
                self._read(child, manner)

    def _read(self, text: str, manner: Manner) -> None:
        """Say text as it is written, but for the phrases whose pronunciation is known."""
        for part, ipa in self._phrases.split(text):
            if ipa:
                self._enter(manner)
                self._pronounce(_BLANKS.sub(" ", part), ipa)
            else:
                self._say(part, manner)

    def _pronounce(self, text: str, ipa: str) -> None:
        start = len(self._text)
        self._text += text or " "
        self._phonemes.append(Phonemes(start, len(self._text), ipa))

    def _rest(self, seconds: float) -> None:
        self._close()
        self._segments.append(Silence(seconds))

    def _say(self, text: str, manner: Manner) -> None:
        folded = _BLANKS.sub(" ", text)
        if folded.strip(" "):
            self._enter(manner)
        if not self._text or self._text[-1].isspace():
            folded = folded.lstrip(" ")
        self._text += folded

    def _enter(self, manner: Manner) -> None:
        if manner == self.manner:
            return
        voice = manner.voice
        if (voice, manner.prosody) != (self._voice, self.manner.prosody):
            self._close()
        self.manner, self._voice = manner, voice

    def _close(self) -> None:
        if self._text.strip() or self._marks:
            run = Run(self._text, self._voice, self.manner.prosody, tuple(self._marks), tuple(self._phonemes))
            self._segments.append(run)
        self._text, self._marks, self._phonemes = "", [], []

    # --- elements -----------------------------------------------------------------------------------

    def block(self, node: Element, manner: Manner) -> None:
        """Write ``p`` or ``s``: an end before and behind, wherever there is speech to end."""
        end = PARAGRAPH_END if node.name == "p" else SENTENCE_END
        self._end(end)
        self._children(node, manner)
        self._end(end)

    def _end(self, end: str) -> None:
        if self._text.strip():
            self._text = _ended(self._text, end)
        elif self._segments and isinstance(last := self._segments[-1], Run) and not last.silent:
            self._segments[-1] = evolve(last, text=_ended(last.text, end))

    def pause(self, node: Element, _: Manner) -> None:
        """Write ``break``."""
        self._rest(read_break(node.get("time"), node.get("strength")))

    def prosody(self, node: Element, manner: Manner) -> None:
        """Write ``prosody``."""
        inner = manner.prosody.within(node.get("rate"), node.get("pitch"), node.get("volume"))
        self._children(node, evolve(manner, prosody=inner))

    def emphasis(self, node: Element, manner: Manner) -> None:
        """Write ``emphasis``."""
        self._children(node, evolve(manner, prosody=manner.prosody.emphasised(node.get("level"))))

    def voice(self, node: Element, manner: Manner) -> None:
        """Write ``voice``: a name decides, else gender and language."""
        name = node.get("name")
        if name:
            manner = evolve(
                manner, voice_name=name, gender=None, language=language_of(name) or manner.language
            )
        elif node.get("gender") in {"female", "male"}:
            manner = evolve(manner, voice_name=node.get("variant"), gender=cast("Gender", node.get("gender")))
        languages = node.get("language") or node.get("languages")
        if languages and not name:
            manner = evolve(manner, language=languages.split()[0])
        self._children(node, manner)

    def sub(self, node: Element, manner: Manner) -> None:
        """Write ``sub``: the alias in place of the text."""
        self._say(node.get("alias"), manner)

    def say_as(self, node: Element, manner: Manner) -> None:
        """Write ``say-as``."""
        form = node.get("format") or node.get("language")
        self._say(say_as.expand(_text_of(node), node.get("interpret-as"), form, manner.language), manner)

    def phoneme(self, node: Element, manner: Manner) -> None:
        """Write ``phoneme``; in an alphabet that nobody here reads, its text."""
        ipa = to_ipa(node.get("alphabet", "ipa").lower(), node.get("ph"))
        text = _BLANKS.sub(" ", _text_of(node)).strip(" ")
        if not ipa:
            self._say(text, manner)
            return
        self._enter(manner)
        self._pronounce(text, ipa)

    def mark(self, node: Element, manner: Manner) -> None:
        """Write ``mark``, or Azure's ``bookmark``."""
        if not self._text.strip():
            self._enter(manner)
        self._marks.append((node.get("name") or node.get("mark"), len(self._text)))


def _ended(text: str, end: str) -> str:
    bare = text.rstrip(" \t\r\n")
    return text if bare.endswith((PARAGRAPH_END, end)) else text + end


def _text_of(node: Element) -> str:
    return "".join(child if isinstance(child, str) else _text_of(child) for child in node.children)


def _in_language(node: Element, manner: Manner) -> Manner:
    tag = node.get("xml:lang")
    if not tag or f"{manner.language.lower()}-".startswith(f"{tag.lower()}-"):
        return manner
    return evolve(manner, language=tag)


_ELEMENTS: dict[str, Callable[[_Writer, Element, Manner], None]] = {
    "p": _Writer.block,
    "s": _Writer.block,
    "break": _Writer.pause,
    "prosody": _Writer.prosody,
    "emphasis": _Writer.emphasis,
    "voice": _Writer.voice,
    "sub": _Writer.sub,
    "say-as": _Writer.say_as,
    "phoneme": _Writer.phoneme,
    "mark": _Writer.mark,
    "bookmark": _Writer.mark,
}
