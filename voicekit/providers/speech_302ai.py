"""302.AI's unified endpoint in OpenAI's format, ``POST /302/audio/speech``: the model is a vendor's name.

Path, fields and the answer ``{"audio_url", "format"}`` where `stream_format` is ``url``: S, several callers. The vendors' names, speed and volume are
those of the unified endpoint (P); see `_unified_wire` for how a volume is a gain. The price "depends on the provider" (S): none stands here.
"""

from typing import Any

from attrs import frozen

from voicekit import _limits as limits
from voicekit import _wire
from voicekit.model import Ask, Family, Link, Options, Reply, Sound, Task, words
from voicekit.providers import _answers as answers
from voicekit.providers import _gateway as gateway
from voicekit.providers import _unified_wire as unified
from voicekit.providers._openai_wire import FORMATS, SpeechWire
from voicekit.providers._requests import Body, stated


@frozen
class UnifiedSpeechWire(SpeechWire):
    """OpenAI's call with any vendor behind."""

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return the vendor behind."""
        vendor = str(dict(options).get("model", unified.VENDORS.default))
        return self.capabilities.families.get(vendor) if voice.strip() else None

    def wants_link(self, ask: Ask) -> bool:
        """Whether ``stream_format`` asks for an address."""
        return bool(self.option(ask, "stream_format") == "url")

    def settings(self, ask: Ask) -> dict[str, Any]:
        """Return the vendor, the voice, and a volume and the answer's form where they are stated."""
        found: dict[str, Any] = {"model": self.option(ask, "model"), "voice": ask.voice}
        if ask.gain is not None:
            found["volume"] = unified.volume(ask.gain)
        return found | ({"stream_format": "url"} if self.wants_link(ask) else {})

    def read_settings(self, body: Body) -> dict[str, Any]:
        """Read them."""
        choices = self.capabilities.options
        found = {
            "model": body.word("model", choices["model"].words, ""),
            "stream_format": body.word("stream_format", choices["stream_format"].words, "audio"),
        }
        return {
            "voice": body.text("voice"),
            "gain": unified.gain(body.number("volume", *unified.VOLUME)),
            "options": stated(found, choices),
        }

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with the sound, or with its address."""
        if not isinstance(made, Link):
            return super().respond(ask, made)
        body = {"audio_url": made.url, "format": FORMATS[ask.encoding][0]}
        return Reply(200, "application/json", _wire.compact(body))

    def decode(self, reply: Reply) -> Sound | Link:
        """Read an answer: JSON with an address, or the sound."""
        if reply.status == 200 and reply.content_type == "application/json":
            return answers.linked(self.name, answers.json_object(self.name, reply).get("audio_url"))
        return super().decode(reply)


PROVIDER = UnifiedSpeechWire(
    name="speech-302ai",
    path="/302/audio/speech",
    authentication=gateway.AUTHENTICATION,
    capabilities=unified.capabilities(
        ranges={"rate": limits.RATE, "gain": unified.GAIN},
        encodings=frozenset(FORMATS),
        undocumented=frozenset({"gain"}),
        options={"model": unified.VENDORS, "stream_format": words("audio", "url")},
    ),
)
