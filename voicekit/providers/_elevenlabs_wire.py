"""ElevenLabs' ``text-to-speech/{voice_id}``, both ways: JSON in, bare bytes out, at its own address and behind 302.AI's.

Imports _tags, _capabilities and _wire.

Sources: ElevenLabs' Python client 2.78 (P) for path, fields, formats, seed, the list of voices and the shape of 422; its help pages (P) for the header, for tags
in the text, for ``max_character_limit_exceeded`` and ``invalid_api_key``; its docs' repository (P, 2025-07) for ``voice_not_found``. A speed of 0.7 to 1.2: its
docs (P); how one outside of it is refused, and that the other settings go from 0 to 1: as users report it (S).

- A rate is ``voice_settings.speed``. There is no pitch and no gain.
- ``language_code`` is the profile's language where the model takes one: v3 and the models v2.5; "not supported for multilingual_v2" (P),
  and the others speak English.
- Tags stand in the text, see `_tags`. Characters are counted with them; whether ElevenLabs bills them is not known.
- The format is always said, and with it the rates. What a profile leaves out of the voice's settings is as the voice has it stored.
"""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import field, frozen

from voicekit import _wire, ssml
from voicekit._capabilities import elevenlabs
from voicekit.errors import MarkupError
from voicekit.model import (
    Ask,
    Call,
    Capabilities,
    Element,
    Family,
    Link,
    Option,
    Options,
    Reply,
    Sound,
    Task,
    words,
)
from voicekit.providers import Authentication, NotFound, Refusal, VoiceEntry, Wire, _paths
from voicekit.providers import _answers as answers
from voicekit.providers import _elevenlabs_errors as errors
from voicekit.providers import _elevenlabs_formats as formats
from voicekit.providers import _format_words as format_words
from voicekit.providers._requests import REMEDY, stated
from voicekit.providers._tags import Tags

SPEED: Final = (0.7, 1.2)
_SETTING: Final = Option("number", bounds=(0.0, 1.0))
_SETTINGS: Final = ("stability", "similarity_boost", "style")
_MODEL: Final = "eleven_multilingual_v2"
OPTIONS: Final[Mapping[str, Option]] = {
    "model": words(_MODEL, *(name for name in elevenlabs.VENDOR.families if name != _MODEL)),
    **dict.fromkeys(_SETTINGS, _SETTING),
    "use_speaker_boost": Option("switch"),
    "seed": Option("integer", bounds=(0, 4_294_967_295)),
    "apply_text_normalization": words("auto", "on", "off"),
}
EXAMPLES: Final = {"JBFqnCBsd6RMkjVDRZzb": "en-US", "21m00Tcm4TlvDq8ikWAM": "de-DE"}
_VOICE = re.compile(r"[A-Za-z0-9]{20}")  # as all that are seen (U)
_CODE = re.compile(r"[a-z]{2}")


def _tag(written: str) -> Element | None:
    """Read a tag, which is XML; None where it is not."""
    try:
        (found,) = ssml.parse(written).children
    except (MarkupError, ValueError):
        return None
    return found if isinstance(found, Element) else None


def _written(node: Element) -> str:
    """Write a tag as ElevenLabs shows them, with a blank before the slash."""
    tag = ssml.serialise(node)
    return f"{tag[:-2]} />" if tag.endswith("/>") else tag


TAGS: Final = Tags(re.compile(r"<break\b[^<>]*/>|<phoneme\b[^<>]*>[^<>]*</phoneme>"), _tag, _written)


def capabilities(url: str, **more: Any) -> Capabilities:
    """Return what ElevenLabs' models take, at one address; `more` is laid over it."""
    known: dict[str, Any] = {
        "url": url,
        "file_hosts": frozenset(),
        "limit": 10_000,  # of the usual model; each has its own
        "unit": "characters",
        "ranges": {"rate": SPEED},
        "encodings": frozenset(formats.SENT),
        "families": elevenlabs.VENDOR.families,
        "examples": EXAMPLES,
        **format_words.rates(formats.SENT),
        "natural_rate": next(iter(formats.SENT["PCM"])),
        "options": OPTIONS,
    }
    return Capabilities(**(known | more))


def code(language: str) -> str | None:
    """Return a language's ISO 639-1 code, or None where it has none; ``cmn`` is ``zh``."""
    primary = language.partition("-")[0].lower()
    found = {"cmn": "zh"}.get(primary, primary)
    return found if _CODE.fullmatch(found) else None


@frozen
class ElevenLabsWire(Wire):
    """ElevenLabs' call at one address."""

    name: str
    path: str
    capabilities: Capabilities
    authentication: Authentication
    voices_route: tuple[str, str] | None = None
    route: tuple[str, str] = field(init=False)

    @route.default
    def _route(self) -> tuple[str, str]:
        return "POST", self.path

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return the model; None where a voice is not named as ElevenLabs names them."""
        return self._model(options) if _VOICE.fullmatch(voice) else None

    def _model(self, options: Options) -> Family:
        return self.capabilities.families[str(dict(options).get("model", _MODEL))]

    def size(self, ask: Ask) -> int:
        """Measure the text in characters, tags included."""
        return len(self._text(ask))

    def billed(self, ask: Ask) -> int:
        """Count the characters of the text, tags included."""
        return self.size(ask)

    def bare_rate(self, ask: Ask) -> int | None:
        """Return the rate of G.711, which comes without a header."""
        return 8_000 if ask.encoding in formats.HEADERLESS else None

    # --- the request ---------------------------------------------------------------------------------

    def encode(self, ask: Ask) -> Call:
        """Write the request: model and format always, the rest where it is stated."""
        options = dict(ask.options)
        body: dict[str, Any] = {"text": self._text(ask), "model_id": self._model(ask.options).name}
        language = code(ask.language) if body["model_id"] in elevenlabs.TOLD_THE_LANGUAGE else None
        if language is not None:
            body["language_code"] = language
        settings: dict[str, Any] = {
            name: options[name] for name in (*_SETTINGS, "use_speaker_boost") if name in options
        }
        if ask.rate is not None:
            settings["speed"] = ask.rate
        if settings:
            body["voice_settings"] = settings
        body |= {name: options[name] for name in ("seed", "apply_text_normalization") if name in options}
        path = _paths.fill(self.path, voice_id=ask.voice)
        return Call("POST", path, self.query(ask), _wire.canonical(body))

    def query(self, ask: Ask) -> tuple[tuple[str, str], ...]:
        """Return what stands in the query."""
        return (("output_format", _word(ask)),)

    def _text(self, ask: Ask) -> str:
        return TAGS.text(ask) if self._model(ask.options).ssml.support == "yes" else ask.content

    def parse(self, call: Call) -> Ask:
        """Read a request and check it as ElevenLabs documents.

        Raises:
            Refusal: With ElevenLabs' words, as far as they are known.
        """
        voice = self._voice_in(call.path)
        if _VOICE.fullmatch(voice) is None:
            raise NotFound.of(f"A voice with the voice_id {voice[:80]} was not found.", remedy=REMEDY)
        body = errors.body(call)
        model = self._model_of(body)
        encoding, sample_rate, bit_rate = _format(call)
        settings = body.inner("voice_settings")
        found = {
            "model": model.name,
            **{name: settings.setting(name, 0.0, 1.0) for name in _SETTINGS},
            "use_speaker_boost": settings.optional_switch("use_speaker_boost"),
            "seed": body.integer("seed", *OPTIONS["seed"].bounds),
            "apply_text_normalization": body.word(
                "apply_text_normalization", OPTIONS["apply_text_normalization"].words, "auto"
            ),
            **self.read_query(call),
        }
        return Ask(
            **self._said(body, model),
            language=_language(body, model),
            voice=voice,
            encoding=encoding,
            sample_rate=sample_rate,
            bit_rate=bit_rate,
            rate=settings.setting("speed", *SPEED),
            options=stated(found, self.capabilities.options),
        )

    def _voice_in(self, path: str) -> str:
        known = (self.path, *(template for _, _, template in self.other_routes))
        found = (_paths.read(template, path) for template in known)
        return next((names["voice_id"] for names in found if names and "voice_id" in names), "")

    def _model_of(self, body: errors.Fields) -> Family:
        name = body.optional_text("model_id") or _MODEL
        if name not in self.capabilities.families:
            raise Refusal.of(f"A model with model ID {name[:80]} does not exist.", remedy=REMEDY)
        return self.capabilities.families[name]

    def _said(self, body: errors.Fields, model: Family) -> Mapping[str, Any]:
        text = body.text("text")
        most = model.limit.number if model.limit else math.inf
        if len(text) > most:
            raise Refusal.of(
                f"This request's text has {len(text)} characters and exceeds the character limit of {most:g} characters.",
                remedy=REMEDY,
            )
        return TAGS.said(text) if model.ssml.support == "yes" else {"text": text, "ssml": None}

    def read_query(self, call: Call) -> Mapping[str, str]:
        """Return the options that stand in the query."""
        del call
        return {}

    # --- the answer ----------------------------------------------------------------------------------

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with nothing but the sound."""
        assert isinstance(made, Sound)
        return Reply(200, formats.content_type(_word(ask)), made.data)

    def decode(self, reply: Reply) -> Sound | Link:
        """Read an answer that is nothing but the sound."""
        if reply.status != 200:
            body = answers.json_of(reply)
            raise answers.refused(self.name, reply.status, errors.words_of(body), like=answers.like(body))
        return answers.bare_sound(self.name, reply)

    def refuse(self, status: int, message: str) -> Reply:
        """Write an error in ElevenLabs' shape."""
        return errors.refusal(status, message)

    def list_voices(self, voices: Iterable[VoiceEntry], call: Call) -> Reply | None:
        """Write ElevenLabs' list, which is never narrowed: stand-ins, named so, for what the embedded voice speaks."""
        del call
        return Reply(200, "application/json", _wire.compact({"voices": self.rows(voices)}))

    def rows(self, voices: Iterable[VoiceEntry]) -> list[Mapping[str, Any]]:
        """Return the rows of a list."""
        return [_listed(voice) for voice in voices]


def _language(body: errors.Fields, model: Family) -> str:
    """Return the language that a model is told; one that is none is ignored, as ElevenLabs says it does."""
    found = body.optional_text("language_code") or ""
    return found if model.name in elevenlabs.TOLD_THE_LANGUAGE and _CODE.fullmatch(found) else ""


def _word(ask: Ask) -> str:
    return format_words.word_of(formats.SENT, ask.encoding, ask.sample_rate, ask.bit_rate)


def _format(call: Call) -> tuple[str, int, int | None]:
    word = dict(call.query).get("output_format") or formats.USUAL
    if word not in formats.READ:
        raise errors.unprocessable(f"output_format: Input should be {', '.join(sorted(formats.READ))}")
    return formats.READ[word]


def _listed(voice: VoiceEntry) -> Mapping[str, Any]:
    gender = "female" if voice.female else "male"
    written = f"voicekit{voice.language}{gender[0]}".replace("-", "")
    language = code(voice.language) or voice.language
    return {
        "voice_id": written.ljust(20, "0")[:20],
        "name": f"voicekit's embedded voice, {voice.language}",
        "category": "premade",
        "labels": {"gender": gender, "language": language},
        "description": "Spoken by the embedded voice of a local server, and not by ElevenLabs.",
        "verified_languages": [{"language": language, "model_id": _MODEL, "locale": voice.language}],
    }
