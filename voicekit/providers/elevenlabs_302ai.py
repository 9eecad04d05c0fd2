"""ElevenLabs' own call through 302.AI, ``POST /elevenlabs/text-to-speech/{voice_id}``, and ``GET /elevenlabs/voices``.

Sources: callers (S) for both paths, `text`, `model_id`, `output_format`, and ``response_format=url``, with which the answer is ``{"url"}``. Without it
the answer is taken for ElevenLabs' own, the bare sound (U). A speed and tags in the text are ElevenLabs' own, and nobody says whether
302.AI passes them on. Nor is its price known, or how it passes on a refusal: what stands here is ElevenLabs' shape for 400, and 302.AI's own for the rest.
"""

from collections.abc import Mapping

from attrs import frozen

from voicekit import _wire
from voicekit.model import Ask, Call, Link, Reply, Sound, Task, words
from voicekit.providers import _answers as answers
from voicekit.providers import _elevenlabs_wire as elevenlabs
from voicekit.providers import _gateway as gateway

_FORM = words("url", "audio")


@frozen
class ProxiedElevenLabsWire(elevenlabs.ElevenLabsWire):
    """ElevenLabs' call, answered with an address."""

    def wants_link(self, ask: Ask) -> bool:
        """Whether ``response_format=url`` is asked for."""
        return dict(ask.options).get("response_format", _FORM.default) == "url"

    def query(self, ask: Ask) -> tuple[tuple[str, str], ...]:
        """Return what stands in the query: beside the format, that an address is wanted."""
        wanted = (("response_format", "url"),) if self.wants_link(ask) else ()
        return (*super().query(ask), *wanted)

    def read_query(self, call: Call) -> Mapping[str, str]:
        """Return the form of the answer."""
        return {"response_format": "url" if dict(call.query).get("response_format") == "url" else "audio"}

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with the sound's address, or with nothing but the sound."""
        if isinstance(made, Link):
            return Reply(200, "application/json", _wire.compact({"url": made.url}))
        return super().respond(ask, made)

    def decode(self, reply: Reply) -> Sound | Link:
        """Read an answer: JSON with an address, or the sound."""
        if reply.status == 200 and reply.content_type == "application/json":
            return answers.linked(self.name, answers.json_object(self.name, reply).get("url"))
        return super().decode(reply)

    def refuse(self, status: int, message: str) -> Reply:
        """Write an error; all but 400 is 302.AI's own."""
        return super().refuse(status, message) if status == 400 else gateway.refuse(status, message)


PROVIDER = ProxiedElevenLabsWire(
    name="elevenlabs-302ai",
    path="/elevenlabs/text-to-speech/{voice_id}",
    voices_route=("GET", "/elevenlabs/voices"),
    authentication=gateway.AUTHENTICATION,
    capabilities=elevenlabs.capabilities(
        gateway.URL,
        file_hosts=gateway.FILE_HOSTS,
        undocumented=frozenset({"rate", "ssml"}),
        options={**elevenlabs.OPTIONS, "response_format": _FORM},
    ),
)
