"""SSML or text → segments. Imports ssml, model, engines' values and this room's readers of attributes.

Follows SSML 1.1 as far as the vendors do. What it does not know speaks its text; nothing is ever fetched, so ``audio``
speaks its fallback. Values that the W3C leaves open are in `prosody`.
"""

import re
from collections.abc import Callable
from typing import cast

from attrs import Factory, evolve, frozen

from voicekit import _limits as limits
from voicekit import ssml
from voicekit._speak import say_as, x_sampa
from voicekit._speak.prosody import Prosody, read_break
from voicekit._speak.segments import Run, Segment, Silence
from voicekit._speak.voices import Chosen, choose, language_of
from voicekit.engines import PARAGRAPH_END, SENTENCE_END, Gender, Phonemes
from voicekit.errors import SoundError
from voicekit.model import Ask, Element

_BLANKS = re.compile(r"[ \t\r\n]+")
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
    prosody = Prosody(rate=ask.rate or 1.0, pitch=ask.pitch or 0.0)
    writer = _Writer(Manner(ask.language, ask.voice, prosody=prosody))
    if ask.ssml is not None:
        writer.element(ssml.parse(ask.ssml), writer.manner)
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


class _Writer:
    """Walks the tree and writes segments; the current run stays open until the manner changes or a break comes."""

    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        self._voice = manner.voice
        self._segments: list[Segment] = []
        self._text = ""
        self._marks: list[tuple[str, int]] = []
        self._phonemes: list[Phonemes] = []

    def plain(self, text: str) -> None:
        """Write text as it is: line breaks are the reader's own."""
        self._text += text

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
                self._say(child, manner)

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
        self._close()
        self._segments.append(Silence(read_break(node.get("time"), node.get("strength"))))

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
        alphabet = node.get("alphabet", "ipa").lower()
        ipa = {"ipa": node.get("ph"), "x-sampa": x_sampa.to_ipa(node.get("ph"))}.get(alphabet, "").strip()
        text = _BLANKS.sub(" ", _text_of(node)).strip(" ")
        if not ipa:
            self._say(text, manner)
            return
        self._enter(manner)
        start = len(self._text)
        self._text += text or " "
        self._phonemes.append(Phonemes(start, len(self._text), ipa))

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
