"""Azure's SSML documents: a text or a document and how it sounds, in and out. Imports ssml, _capabilities' words and _prosody.

Everything but the audio's format stands in the document. Pitch and rate are a ``<prosody>`` in each voice, around what may stand in
one by Microsoft's published schema of SSML (P), of which the structure page of 2024-09-24 gives "some examples". The pitch is in semitones,
the rate a multiplier, within the half to one and a half times and the half to twice that "changes should be within" (the voice page of
2025-07-09, P). A telephone's effect is the attribute of each voice that optimises "narrowband speech in telecom or telephone
scenarios" (the same, P), best asked for at 8 kHz.

Volume has no mapping: Azure's is a number from 0 to 100 whose steps no source gives in dB.
"""

import re
from html import unescape
from typing import Final

from attrs import evolve, frozen

from voicekit import ssml
from voicekit._capabilities._common import NAMESPACE
from voicekit.model import Ask, Element
from voicekit.providers._prosody import Settings, Wrapper, plain

PITCH: Final = (-12.0, 7.0)  # semitones: 0.5 to 1.5 times the voice's own, inwards
RATE: Final = (0.5, 2.0)  # factor
TELEPHONE: Final = "telephony-class-application"
_EFFECT: Final = ("effect", "eq_telecomhp8k")
_ROOT: Final = {"version": "1.0", "xmlns": NAMESPACE}
_PROSODY: Final = Wrapper(
    units={"pitch": plain("pitch", PITCH, "st"), "rate": plain("rate", RATE, sign=False)},
    inside=frozenset(
        [
            *("audio", "bookmark", "break", "emphasis", "lang", "math", "mstts:express-as"),
            *("p", "phoneme", "prosody", "s", "say-as", "sub"),
        ]
    ),
    through=frozenset({"voice", "mstts:ttsembedding"}),
    neutral=("rate", 1.0),
)
_UNBILLED = re.compile(r"</?(?:speak|voice)(?:\s[^>]*)?>")
# "Each Chinese character is counted as two", kanji and hanja with them: the blocks of Unified Ideographs.
_IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


@frozen
class Document:
    """What a document says.

    Attributes:
        tree: Its root, without what `settings` says.
        settings: Pitch and rate that are around everything.
        telephone: Whether the telephone's effect is on every voice that has none of its own.
    """

    tree: Element
    settings: Settings
    telephone: bool

    @property
    def voices(self) -> tuple[Element, ...]:
        """The voices in it."""
        return tuple(
            child for child in self.tree.children if isinstance(child, Element) and child.name == "voice"
        )

    @property
    def language(self) -> str:
        """The language of the whole."""
        return self.tree.get("xml:lang")

    @property
    def text(self) -> str | None:
        """The text, where it is what `written` makes of a plain one; None for any other document."""
        (voice, *others) = self.voices or (Element("voice"),)
        if others or self.tree != _frame(self.language, voice) or len(voice.children) != 1:
            return None
        said = voice.children[0]
        return said if isinstance(said, str) and len(voice.attributes) == 1 else None


def written(ask: Ask) -> str:
    """Write the document of an ask; a complete one stays as it is where nothing of how it sounds is left to say."""
    stated = {"pitch": ask.pitch, "rate": ask.rate}
    settings = {name: value for name, value in stated.items() if value is not None}
    said = Element("speak", (), (ask.content,)) if ask.ssml is None else ssml.parse(ask.ssml)
    tree = _framed(said, ask)
    tree = evolve(tree, children=_PROSODY.on(tree.children, settings))
    tree = _with_effect(tree) if TELEPHONE in ask.effects else tree
    return ask.ssml if ask.ssml is not None and tree == said else ssml.serialise(tree)


def read(text: str) -> Document:
    """Read a document.

    Raises:
        MarkupError: It is none.
    """
    tree = ssml.parse(text)
    children, settings = _PROSODY.off(tree.children)
    tree = evolve(tree, children=children)
    effects = [voice.get("effect") for voice in Document(tree, {}, telephone=False).voices]
    return Document(tree, settings, telephone=all(effects) and _EFFECT[1] in effects)


def billed(document: str) -> int:
    """Count what Azure bills of a document: all of it but ``speak`` and ``voice``, an ideograph twice."""
    counted = unescape(_UNBILLED.sub("", document))
    return len(counted) + len(_IDEOGRAPH.findall(counted))


def _framed(tree: Element, ask: Ask) -> Element:
    """Put a voice around a document that has none: adapting knows only the voices of known families."""
    if any(isinstance(child, Element) and child.name == "voice" for child in tree.children):
        return tree
    frame = _frame(ask.language, Element("voice", (("name", ask.voice),), tree.children))
    return evolve(
        frame, attributes=tuple(sorted({**dict(frame.attributes), **dict(tree.attributes)}.items()))
    )


def _frame(language: str, voice: Element) -> Element:
    return Element("speak", tuple(sorted({**_ROOT, "xml:lang": language}.items())), (voice,))


def _with_effect(tree: Element) -> Element:
    """Put the telephone's effect on every voice that has none of its own."""

    def optimised(child: Element | str) -> Element | str:
        if isinstance(child, str) or child.name != "voice" or child.get("effect"):
            return child
        return evolve(child, attributes=tuple(sorted([*child.attributes, _EFFECT])))

    return evolve(tree, children=tuple(map(optimised, tree.children)))
