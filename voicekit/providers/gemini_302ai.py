"""302.AI's ``POST /google/v1/models/{model}``: Gemini's ``generateContent`` where it speaks. Imports _wire and providers.

302.AI's page (S) has the path, the body and the answer. The request says neither a language, which the model hears from the
text, nor a rate, a pitch or an encoding: those are asked for in words, or not at all. The answer is 16-bit PCM whose rate
stands in its media type (``audio/L16;codec=pcm;rate=24000``); with ``response_format=url`` an address stands in place of
base64. Such an address was seen to end in ``.wav``; whether the file behind it has a header is not known.

No price for characters is known: the vendor bills tokens. A request takes 8,192 of them (S). None is shorter than a byte, so
as many bytes always fit; whether more do only the vendor's tokeniser knows, so `parse` refuses nothing for its length.
"""

import base64
import re
from typing import Any, Final

from attrs import evolve, field, frozen

from voicekit import _wire
from voicekit._capabilities import google as known
from voicekit.model import Ask, Call, Capabilities, Family, Link, Options, Reply, Sound, Task, words
from voicekit.providers import Authentication, NotFound, Wire, _paths
from voicekit.providers import _answers as answers
from voicekit.providers import _gateway as gateway
from voicekit.providers import _google as google
from voicekit.providers import _google_fields as fields

_PATH: Final = "/google/v1/models/{model}"
_MODELS = words("gemini-2.5-flash-preview-tts", "gemini-2.5-pro-preview-tts")
_VOICES = frozenset({*known.WOMEN, *known.MEN})
# Every encoding but this one is Cloud Text-to-Speech's, which has Gemini's voices too.
_FAMILY = evolve(known.VENDOR.families["Gemini"], encodings=None, limit=None)
_RATE: Final = 24_000  # Hz: what Gemini speaks at (google-genai, P)
_STATED_RATE = re.compile(r";\s*rate=([1-9]\d{3,5})\s*(?:;|$)")


@frozen
class GeminiWire(Wire):
    """Gemini's ``generateContent`` for speech, behind 302.AI."""

    name: str = "gemini-302ai"
    route: tuple[str, str] = ("POST", _PATH)
    authentication: Authentication = gateway.AUTHENTICATION
    capabilities: Capabilities = field(
        default=Capabilities(
            url=gateway.URL,
            file_hosts=gateway.FILE_HOSTS,
            limit=8_192,
            unit="bytes",
            ranges={},
            encodings=frozenset({"PCM"}),
            families={_FAMILY.name: _FAMILY},
            examples={"Kore": "en-US", "Puck": "en-US", "Charon": "es-US", "Leda": "de-DE"},
            inputs=frozenset({"text"}),
            language=False,
            sample_rates={},
            natural_rate=_RATE,
            options={"model": _MODELS, "response_format": words("url", "base64")},
        )
    )

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return Gemini, whichever its model, for one of its thirty voices."""
        del options
        return _FAMILY if voice in _VOICES else None

    def size(self, ask: Ask) -> int:
        """Measure the text in UTF-8 bytes."""
        return len(ask.content.encode())

    def billed(self, ask: Ask) -> int:
        """Count characters, to have a measure: what is billed are tokens."""
        return len(ask.content)

    def wants_link(self, ask: Ask) -> bool:
        """Whether ``response_format=url`` is asked for."""
        return dict(ask.options).get("response_format", "url") == "url"

    # --- the request ---------------------------------------------------------------------------------

    def encode(self, ask: Ask) -> Call:
        """Write the request."""
        model = str(dict(ask.options).get("model", _MODELS.default))
        voice = {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": ask.voice}}}
        body = {
            "contents": [{"parts": [{"text": ask.text}]}],
            "generationConfig": {"responseModalities": ["AUDIO"], "speechConfig": voice},
            "model": model,
        }
        query = (("response_format", "url"),) if self.wants_link(ask) else ()
        return Call("POST", _paths.fill(_PATH, model=model), query, _wire.canonical(body))

    def parse(self, call: Call) -> Ask:
        """Read a request. How the vendor words its refusals is not known, but for the shape that all of Google's share.

        Raises:
            Refusal: The request is not what the page says.
        """
        model = _model(call.path)
        try:
            body = _wire.parse(call.body)
        except ValueError:
            raise fields.refuse("Invalid JSON payload received. Expected a value.") from None
        body = fields.object_of(body, "", {"contents", "generationConfig", "model"})
        if body.get("model") not in (None, model):
            raise fields.unsupported(f"model is not the one of the path, {model}")
        text, voice = _text(body.get("contents")), _voice(body.get("generationConfig"))
        return Ask(text, None, "", voice, "PCM", options=_options(model, call))

    # --- the answer ----------------------------------------------------------------------------------

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with the sound in base64, or with its address."""
        del ask
        assert not isinstance(made, Task)
        data = made.url if isinstance(made, Link) else base64.b64encode(made.data).decode()
        kind = f"audio/L16;codec=pcm;rate={made.sample_rate or _RATE}"
        part = {"inlineData": {"mimeType": kind, "data": data}}
        body = {"candidates": [{"content": {"parts": [part], "role": "model"}}]}
        return Reply(200, "application/json", _wire.compact(body))

    def decode(self, reply: Reply) -> Sound | Link:
        """Read an answer: base64, or an address (``:`` is not in base64's alphabet)."""
        data = _inline_data(answers.json_object(self.name, reply))
        kind, content = data.get("mimeType"), data.get("data")
        if not isinstance(kind, str) or not kind.startswith("audio/"):
            raise answers.wrong(self.name, "200 without the media type of a sound")
        stated = _STATED_RATE.search(kind)
        rate = int(stated[1]) if stated else None
        if isinstance(content, str) and ":" in content:
            return answers.linked(self.name, content, (), rate)
        return answers.base64_sound(self.name, content, (), rate)

    def refuse(self, status: int, message: str) -> Reply:
        """Write an error as 302.AI passes it on."""
        return google.gateway_refusal(status, message)


def _model(path: str) -> str:
    found = _paths.read(_PATH, path)
    model = found["model"] if found else ""
    if model not in _MODELS.words:
        message = f"models/{model[:80]} is not found. There are {' and '.join(_MODELS.words)}."
        raise NotFound.of(message, remedy="name one of these models")
    return model


def _text(value: Any) -> str:
    contents = value if isinstance(value, list) else []
    if len(contents) != 1:
        raise fields.unsupported("contents must be one turn, which is what is spoken")
    turn = fields.object_of(contents[0], "contents", {"parts", "role"})
    if turn.get("role") not in (None, "user"):
        raise fields.unsupported("contents.role must be user")
    parts = turn.get("parts")
    rows = [fields.object_of(part, "contents.parts", {"text"}) for part in _listed(parts)]
    text = "".join(fields.text(row, "text", "contents.parts") or "" for row in rows)
    if not text:
        raise fields.unsupported("contents.parts must have a text")
    return text


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _voice(value: Any) -> str:
    config = fields.object_of(value, "generationConfig", {"responseModalities", "speechConfig"})
    if config.get("responseModalities") != ["AUDIO"]:
        raise fields.unsupported('generationConfig.responseModalities must be ["AUDIO"]')
    node, where = config, "generationConfig"
    for name, below in (
        ("speechConfig", "voiceConfig"),
        ("voiceConfig", "prebuiltVoiceConfig"),
        ("prebuiltVoiceConfig", "voiceName"),
    ):
        where = f"{where}.{name}"
        node = fields.object_of(node.get(name), where, {below})
    voice = fields.text(node, "voiceName", where) or ""
    if voice not in _VOICES:
        raise fields.unsupported(f"voice {voice[:80]!r} is none of {', '.join(sorted(_VOICES))}")
    return voice


def _options(model: str, call: Call) -> Options:
    stated = {"model": model, "response_format": dict(call.query).get("response_format", "base64")}
    default = {"model": _MODELS.default, "response_format": "url"}
    return tuple((name, value) for name, value in stated.items() if value != default[name])


def _inline_data(body: Any) -> dict[str, Any]:
    """Return what stands at ``candidates[0].content.parts[0].inlineData``, or nothing."""
    for step in ("candidates", 0, "content", "parts", 0, "inlineData"):
        if isinstance(step, int):
            body = body[step] if isinstance(body, list) and len(body) > step else None
        else:
            body = body.get(step) if isinstance(body, dict) else None
    return body if isinstance(body, dict) else {}


PROVIDER = GeminiWire()
