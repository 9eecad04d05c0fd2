"""MiniMax's T2A behind 302.AI, both ways: what the call that is answered at once and the one that makes a task share.

Imports _minimax_pauses, _capabilities and _wire.

Sources: copies of MiniMax's T2A reference (M, 2025-11): fields, ranges and defaults, formats and rates, of which 32,000 Hz is the usual one, the answer, and
``base_resp``, whose number is 0 where all is well and comes with HTTP 200 in any case. MiniMax's error page (P) for the other numbers. Callers of
302.AI (S) for its path and that it passes all of this on.

- A rate is `speed`, 0.5 to 2; a pitch is `pitch`, rounded to whole semitones, -12 to 12; a gain is `vol`, above 0 and up to 10, which is taken
  for a factor of the amplitude (U).
- The profile's language is `language_boost`, for those that MiniMax names.
- The bit rate of MP3 and the number of channels are always said.
- Pauses stand in the text, see `_minimax_pauses`.
"""

from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from voicekit import _wire
from voicekit._capabilities import minimax
from voicekit.model import (
    Ask,
    Call,
    Capabilities,
    Family,
    Link,
    Option,
    Options,
    Reply,
    Sound,
    Task,
    words,
)
from voicekit.providers import Authentication, Refusal, Wire
from voicekit.providers import _answers as answers
from voicekit.providers import _gateway as gateway
from voicekit.providers import _minimax_pauses as pauses
from voicekit.providers import _unified_wire as unified
from voicekit.providers._requests import Body, stated

SPEED: Final = (0.5, 2.0)
PITCH: Final = (-12.0, 12.0)  # semitones
GAIN: Final = (-40.0, 16.0)  # dB: what of our range is a volume of 0.01 to 10
RATES: Final = (32_000, 8_000, 16_000, 22_050, 24_000, 44_100)  # Hz, the usual one first
# `format`, by encoding.
FORMATS: Final[Mapping[str, str]] = {"MP3": "mp3", "PCM": "pcm", "FLAC": "flac", "LINEAR16": "wav"}
_BIT_RATES: Final = (32_000, 64_000, 128_000, 256_000)  # bit/s, of MP3 only
_CHANNELS: Final = (1, 2)
_EMOTIONS: Final = (
    *("happy", "sad", "angry", "fearful", "disgusted", "surprised", "neutral", "calm", "fluent"),
)
OPTIONS: Final[Mapping[str, Option]] = {
    "model": words(*minimax.VENDOR.families),
    "emotion": Option("word", _EMOTIONS),
}
EXAMPLES: Final = {
    "English_expressive_narrator": "en-US",
    "male-qn-qingse": "zh-CN",
    "Chinese (Mandarin)_Warm_Bestie": "cmn-CN",
}
OK: Final = {"status_code": 0, "status_msg": "success"}
_INVALID: Final = 2013
# The HTTP status that says the same as a number of MiniMax's, for what to do about it.
_LIKE: Final[Mapping[int, int]] = {
    1000: 500, 1001: 504, 1002: 429, 1004: 401, 1008: 402, 1024: 500, 1033: 500, 1039: 429, 1041: 429,
}  # fmt: skip
_TAGS_OF: Final = {language: tag for tag, language in reversed(list(minimax.LANGUAGES.items()))}


class Invalid(Refusal):
    """A request that MiniMax refuses, which it tells with a 200."""

    status = 200


@frozen
class Fields(Body):
    """The JSON object of a request, or one inside it."""

    def wrong(self, kind: str, field: str, fault: str) -> Refusal:
        """Return the refusal of a field."""
        (problem,) = super().wrong(kind, field, fault).problems
        return Invalid.of(f"invalid params, {problem.message}", remedy=problem.remedy)


def capabilities(families: Mapping[str, Family], **more: Any) -> Capabilities:
    """Return what MiniMax's models take, for one of its calls; `more` is laid over it."""
    limits = {one.limit for one in families.values() if one.limit}
    names = next(iter(families.values())).encodings
    encodings = frozenset(FORMATS) if names is None else names[0]
    known: dict[str, Any] = {
        "url": gateway.URL,
        "file_hosts": gateway.FILE_HOSTS,
        "limit": min(limit.number for limit in limits),
        "unit": "characters",
        "ranges": {"pitch": PITCH, "rate": SPEED, "gain": GAIN},
        "encodings": encodings,
        "families": families,
        "examples": EXAMPLES,
        "sample_rates": dict.fromkeys(sorted(encodings), tuple(sorted(RATES))),
        "bit_rates": {"MP3": dict.fromkeys(_BIT_RATES, ())},
        "channels": _CHANNELS,
        "natural_rate": RATES[0],
        "undocumented": frozenset({"gain"}),
        "options": OPTIONS,
        "priced": "2026-09",
    }
    return Capabilities(**(known | more))


@frozen
class MiniMaxWire(Wire):
    """MiniMax's body at one address.

    Attributes:
        rate_field: What the sample rate is called there.
    """

    name: str
    path: str
    capabilities: Capabilities
    rate_field: str = "sample_rate"
    authentication: Authentication = gateway.AUTHENTICATION
    route: tuple[str, str] = field(init=False)

    @route.default
    def _route(self) -> tuple[str, str]:
        return "POST", self.path

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return the model. Voices have names of any kind, a cloned one its owner's."""
        return self.capabilities.families.get(str(self._option(options, "model"))) if voice.strip() else None

    def _option(self, options: Options, name: str) -> Any:
        return dict(options).get(name, self.capabilities.options[name].default)

    def size(self, ask: Ask) -> int:
        """Measure the text in characters, pauses included."""
        return len(pauses.TAGS.text(ask))

    def billed(self, ask: Ask) -> int:
        """Count the characters of the text, an ideograph twice."""
        return pauses.billed(pauses.TAGS.text(ask))

    # --- the request ---------------------------------------------------------------------------------

    def encode(self, ask: Ask) -> Call:
        """Write the request: model, voice and format with its rate always, the rest where it is stated."""
        rate = ask.sample_rate or RATES[0]
        audio: dict[str, Any] = {
            "format": FORMATS[ask.encoding],
            self.rate_field: rate,
            "channel": ask.channels or _CHANNELS[0],
        }
        if ask.encoding == "MP3":
            audio["bitrate"] = ask.bit_rate or _usual_bit_rate(rate)
        body: dict[str, Any] = {
            "model": self._option(ask.options, "model"),
            "text": pauses.TAGS.text(ask),
            "voice_setting": self._voice_setting(ask),
            "audio_setting": audio,
            **self.more(ask),
        }
        language = minimax.LANGUAGES.get(ask.language.partition("-")[0].lower())
        if language is not None:
            body["language_boost"] = language
        return Call("POST", self.path, (), _wire.canonical(body))

    def _voice_setting(self, ask: Ask) -> dict[str, Any]:
        known = {
            "voice_id": ask.voice,
            "speed": ask.rate,
            "pitch": None if ask.pitch is None else round(ask.pitch),
            "vol": None if ask.gain is None else unified.volume(ask.gain),
            "emotion": self._option(ask.options, "emotion"),
        }
        return {name: value for name, value in known.items() if value is not None}

    def more(self, ask: Ask) -> dict[str, Any]:
        """Return the fields that only one of the calls has."""
        del ask
        return {}

    def parse(self, call: Call) -> Ask:
        """Read a request and check it as MiniMax documents.

        Raises:
            Refusal: A field is missing or is not what it should be; how MiniMax words that is not known.
        """
        body = self._body(call)
        voice, audio = body.inner("voice_setting"), body.inner("audio_setting")
        choices = self.capabilities.options
        emotion = voice.fields.get("emotion")
        found = {
            "model": body.word("model", choices["model"].words, ""),
            "emotion": None if emotion is None else voice.word("emotion", _EMOTIONS, ""),
            **self.read_more(body),
        }
        encoding, rate = self._encoding(audio), audio.choice(self.rate_field, RATES, RATES[0])
        bit_rate = audio.choice("bitrate", _BIT_RATES, _usual_bit_rate(rate))
        return Ask(
            **pauses.TAGS.said(body.text("text", most=self.capabilities.limit)),
            language=_language(body),
            voice=voice.text("voice_id"),
            encoding=encoding,
            sample_rate=rate,
            bit_rate=bit_rate if encoding == "MP3" else None,
            channels=audio.choice("channel", _CHANNELS, _CHANNELS[0]),
            rate=voice.number("speed", *SPEED),
            pitch=_semitones(voice),
            gain=_gain(voice),
            options=stated(found, choices),
        )

    def _body(self, call: Call) -> Fields:
        try:
            return Fields.of(call, "invalid params, the body is no JSON object")
        except Refusal as error:
            raise Invalid(error.problems) from None

    def read_more(self, body: Fields) -> Mapping[str, Any]:
        """Return the options of the fields that only one of the calls has."""
        del body
        return {}

    def _encoding(self, audio: Fields) -> str:
        mine = {FORMATS[name]: name for name in sorted(self.capabilities.encodings)}
        return mine[audio.word("format", mine, "mp3")]

    # --- the answer ----------------------------------------------------------------------------------

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with the sound in hexadecimal digits, or with its address."""
        assert not isinstance(made, Task)
        body = {
            "data": {"audio": made.url if isinstance(made, Link) else made.data.hex(), "status": 2},
            "extra_info": {
                "audio_format": FORMATS[ask.encoding],
                "audio_sample_rate": made.sample_rate or ask.sample_rate or RATES[0],
                "audio_channel": ask.channels or _CHANNELS[0],
                **({"bitrate": ask.bit_rate} if ask.bit_rate else {}),
                "usage_characters": self.billed(ask),
            },
            "base_resp": OK,
        }
        return Reply(200, "application/json", _wire.compact(body))

    def decode(self, reply: Reply) -> Sound | Link | Task:
        """Read an answer: the sound in hexadecimal digits, its address, or a number that is not success."""
        return self.sound(self.accepted(reply))

    def accepted(self, reply: Reply) -> Mapping[str, Any]:
        """Return the object of an answer that says that all is well.

        Raises:
            Refused: It says something else.
        """
        body = answers.json_object(self.name, reply)
        told = body.get("base_resp", OK)
        code = told.get("status_code") if isinstance(told, dict) else None
        if isinstance(code, bool) or not isinstance(code, int):
            raise answers.wrong(self.name, "200 without a number that says how it went")
        if code != 0:
            raise answers.refused(self.name, code, answers.words_of(body), like=_LIKE.get(code, 400))
        return body

    def sound(self, body: Mapping[str, Any]) -> Sound | Link:
        """Return what an answer carries. Where 302.AI has an address of its own, it stands beside MiniMax's."""
        data, about = body.get("data"), body.get("extra_info")
        data = data if isinstance(data, dict) else {}
        rate = about.get("audio_sample_rate") if isinstance(about, dict) else None
        rate = rate if isinstance(rate, int) and not isinstance(rate, bool) and rate > 0 else None
        audio = data.get("audio_url") or data.get("audio")
        if isinstance(audio, str) and ":" in audio:
            return answers.linked(self.name, audio, (), rate)
        try:
            found = bytes.fromhex(audio) if isinstance(audio, str) else b""
        except ValueError:
            found = b""
        if not found:
            raise answers.wrong(self.name, "200 without a sound in hexadecimal digits")
        return Sound(found, (), rate)

    def refuse(self, status: int, message: str) -> Reply:
        """Write what MiniMax refuses as it does, in a 200; what is wrong before that, all but 400, is 302.AI's own."""
        if status not in {200, 400}:
            return gateway.refuse(status, message)
        told = {"status_code": _INVALID, "status_msg": message}
        return Reply(status, "application/json", _wire.compact({"base_resp": told}))


def _usual_bit_rate(rate: int) -> int:
    """Return the bit rate (bit/s) of MP3 where none is stated: the reference's default, or at 8,000 Hz the most that encoders make."""
    return 64_000 if rate == 8_000 else 128_000


def _language(body: Fields) -> str:
    """Return the language that is named; ``auto`` names none."""
    return str(_TAGS_OF.get(body.word("language_boost", (*_TAGS_OF, "auto"), "auto"), ""))


def _semitones(voice: Fields) -> float | None:
    found = voice.number("pitch", *PITCH)
    if found is not None and not found.is_integer():
        raise voice.wrong("int_type", "pitch", "Input should be a valid integer")
    return found


def _gain(voice: Fields) -> float | None:
    found = voice.number("vol", 0.0, 10.0)
    if found == 0:
        raise voice.wrong("greater_than", "vol", "Input should be greater than 0")
    return unified.gain(found)
