"""OpenAI's ``audio/speech``, both ways: JSON in, bare bytes out, for every address that takes it. Imports _wire and model.

`SpeechWire` is what all of its dialects share; `OpenAIWire` is OpenAI's own, at its address and behind 302.AI's.

Source: OpenAI's OpenAPI document and its Python client 3.54 (P): the fields, 4,096 characters of `input` and of `instructions`, `speed`
from 0.25 to 4.0, six formats of which `mp3` is the default. That `pcm` is headerless 24 kHz, and how a refusal is worded, is as users
report it (S).
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from voicekit import _limits as limits
from voicekit import _wire
from voicekit._capabilities import openai
from voicekit.model import Ask, Call, Capabilities, Family, Link, Option, Options, Reply, Sound, Task, words
from voicekit.providers import Authentication, Denial, NotFound, Wire
from voicekit.providers import _answers as answers
from voicekit.providers import _gateway as gateway
from voicekit.providers._requests import REMEDY, Body, stated

SPEED: Final = (0.25, 4.0)

# `response_format` and the media type of the answer, by encoding.
FORMATS: Final[Mapping[str, tuple[str, str]]] = {
    "MP3": ("mp3", "audio/mpeg"),
    "OGG_OPUS": ("opus", "audio/opus"),
    "AAC": ("aac", "audio/aac"),
    "FLAC": ("flac", "audio/flac"),
    "LINEAR16": ("wav", "audio/wav"),
    "PCM": ("pcm", "audio/pcm"),
}


@frozen
class SpeechWire(Wire):
    """What every dialect of ``audio/speech`` takes: `model`, `input`, `voice`, `response_format`, `speed`.

    A dialect says what more there is in `settings` and `read_settings`.
    """

    name: str
    path: str
    capabilities: Capabilities
    authentication: Authentication
    route: tuple[str, str] = field(init=False)

    @route.default
    def _route(self) -> tuple[str, str]:
        return "POST", self.path

    def size(self, ask: Ask) -> int:
        """Measure the text in the unit of the limit."""
        return len(ask.content if self.capabilities.unit == "characters" else ask.content.encode())

    def billed(self, ask: Ask) -> int:
        """Count the characters of the text."""
        return len(ask.content)

    def option(self, ask: Ask, name: str) -> Any:
        """Return one of the provider's own settings, or what an unstated one means."""
        return dict(ask.options).get(name, self.capabilities.options[name].default)

    # --- the request ---------------------------------------------------------------------------------

    def encode(self, ask: Ask) -> Call:
        """Write the request. The format is always said, and so is the model; a rate only where it is stated."""
        body: dict[str, Any] = {"input": ask.content, "response_format": FORMATS[ask.encoding][0]}
        if ask.rate is not None:
            body["speed"] = ask.rate
        return Call("POST", self.path, (), _wire.canonical(body | self.settings(ask)))

    def settings(self, ask: Ask) -> dict[str, Any]:
        """Return the dialect's fields: model, voice, and what else it has."""
        raise NotImplementedError

    def parse(self, call: Call) -> Ask:
        """Read a request and check it as its vendor documents.

        Raises:
            Refusal: With the vendor's words, as far as they are known.
        """
        body = self.body(call)
        return Ask(
            text=body.text("input", most=self.longest),
            ssml=None,
            language="",
            encoding=self._encoding(body),
            rate=body.number("speed", *SPEED),
            **self.read_settings(body),
        )

    @property
    def longest(self) -> int | None:
        """The most characters that the vendor is known to take; None where no limit is known."""
        return None

    def body(self, call: Call) -> Body:
        """Read the body of a request."""
        return Body.of(call, "The request's body is no JSON object.")

    def read_settings(self, body: Body) -> dict[str, Any]:
        """Return the fields of the Ask that the dialect's own settings say, the voice among them."""
        raise NotImplementedError

    def _encoding(self, body: Body) -> str:
        mine = {FORMATS[name][0]: name for name in FORMATS if name in self.capabilities.encodings}
        return mine[body.word("response_format", mine, "mp3")]

    # --- the answer ----------------------------------------------------------------------------------

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with nothing but the sound."""
        assert isinstance(made, Sound)
        return Reply(200, FORMATS[ask.encoding][1], made.data)

    def decode(self, reply: Reply) -> Sound | Link:
        """Read an answer that is nothing but the sound."""
        return answers.bare_sound(self.name, reply)

    def refuse(self, status: int, message: str) -> Reply:
        """Write an error in 302.AI's shape."""
        return gateway.refuse(status, message)


# --- OpenAI's own ---------------------------------------------------------------------------------------

INSTRUCTIONS: Final = 4_096  # characters
_CUSTOM_VOICE = re.compile(r"voice_[A-Za-z0-9_-]{1,64}")
_NO_JSON = "We could not parse the JSON body of your request."
_SERVER_FAULT = "server_error"
_KEYS: Final = "https://platform.openai.com/account/api-keys"
AUTHENTICATION: Final = Authentication(
    "bearer",
    missing=Denial(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
        f"(i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from {_KEYS}.",
    ),
    wrong=Denial(401, f"Incorrect API key provided. You can find your API key at {_KEYS}."),
)
_TYPES = {429: "requests"}
_CODES = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}


def _words(kind: str, name: str, fault: str) -> str:
    """Write a complaint as OpenAI's validation prints it (S)."""
    return str([{"type": kind, "loc": ("body", name), "msg": fault}])


def capabilities(url: str, *, priced: str, file_hosts: frozenset[str] = frozenset()) -> Capabilities:
    """Return what OpenAI's models take, at one address."""
    models = tuple(openai.VENDOR.families)
    return Capabilities(
        url=url,
        file_hosts=file_hosts,
        limit=4_096,
        unit="characters",
        ranges={"rate": limits.RATE},  # a part of OpenAI's own, 0.25 to 4.0
        encodings=frozenset(FORMATS),
        families=openai.VENDOR.families,
        examples=dict.fromkeys(("alloy", "coral", "onyx", "shimmer"), "en-US"),
        inputs=frozenset({"text"}),
        language=False,
        sample_rates={},
        natural_rate=24_000,
        options={"model": words(*models), "instructions": Option("text")},
        priced=priced,
    )


@frozen
class OpenAIWire(SpeechWire):
    """OpenAI's own models.

    A voice is one of the built-in names, or the id of a custom one such as ``voice_1234``, which is sent as an object.
    `instructions` are left out for ``tts-1`` and ``tts-1-hd``, with which they do "not work": they would buy the same sound anew.

    Attributes:
        proxy: 302.AI's address, whose own refusals, all but 400, are in its own shape.
    """

    proxy: bool = False

    @property
    def longest(self) -> int | None:
        """The most characters of `input`."""
        return self.capabilities.limit

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return the model, or None where it is not known to have the voice."""
        model = str(dict(options).get("model", self.capabilities.options["model"].default))
        known = self.capabilities.families.get(model)
        named = voice in openai.VOICES.get(model, frozenset()) or _CUSTOM_VOICE.fullmatch(voice)
        return known if named else None

    def settings(self, ask: Ask) -> dict[str, Any]:
        """Return the model, the voice, and instructions where the model follows them."""
        model, voice = self.option(ask, "model"), ask.voice
        found = {"model": model, "voice": {"id": voice} if _CUSTOM_VOICE.fullmatch(voice) else voice}
        instructions = self.option(ask, "instructions")
        if instructions is not None and model in openai.INSTRUCTED:
            found["instructions"] = instructions
        return found

    def body(self, call: Call) -> Body:
        """Read the body of a request."""
        return Body.of(call, _NO_JSON, _words)

    def read_settings(self, body: Body) -> dict[str, Any]:
        """Read the model, the voice, and instructions where the model follows them."""
        model = body.text("model")
        if model not in self.capabilities.families:
            raise NotFound.of(
                f"The model `{model[:80]}` does not exist or you do not have access to it.", remedy=REMEDY
            )
        instructions = body.optional_text("instructions", most=INSTRUCTIONS) or None
        if model not in openai.INSTRUCTED:
            instructions = None
        if body.word("stream_format", ("sse", "audio"), "audio") == "sse":
            raise body.wrong("enum", "stream_format", "Only 'audio' is answered here, not a stream of events")
        found = {"model": model, "instructions": instructions}
        return {"voice": _voice(body), "options": stated(found, self.capabilities.options)}

    def refuse(self, status: int, message: str) -> Reply:
        """Write OpenAI's error object; behind 302.AI what the gateway refuses itself, all but 400, is in its own shape."""
        if self.proxy and status != 400:
            return gateway.refuse(status, message)
        kind = _TYPES.get(status, _SERVER_FAULT if status >= 500 else "invalid_request_error")
        code = None if message == AUTHENTICATION.missing.message else _CODES.get(status)
        error = {"message": message, "type": kind, "param": None, "code": code}
        return Reply(status, "application/json", _wire.compact({"error": error}))


def _voice(body: Body) -> str:
    """Read a built-in voice's name, or the id of a custom one.

    Which model has which of them is only reported (S), and so any model may have any.
    """
    found = body.fields.get("voice")
    if isinstance(found, dict):
        found = found.get("id")
        if isinstance(found, str) and _CUSTOM_VOICE.fullmatch(found):
            return found
        raise body.wrong("string_type", "voice", "Input should be the id of a voice, such as 'voice_1234'")
    return body.word("voice", sorted(openai.VOICES["gpt-4o-mini-tts"]), "")
