"""Mureka through 302.AI: Mureka's own ``POST /v1/tts/generate``, at a path that is assumed.

The fields and the answer ``{"url", "expires_at"}``: copies of Mureka's own reference (M). That 302.AI has Mureka below ``/mureka/v1`` is
seen in a list of its documents (S); that its speech has Mureka's own path there is a guess, and so nothing is sent on it unless the
endpoint states its `path`. `expires_at`, which says when the file goes, is not read, and not written by the local server.

A voice is one of the five names, which 302.AI's own clients list too (P), or else the id of one that was uploaded; these are two fields. No
price is known.
"""

import re
from typing import Final

from attrs import frozen

from voicekit import _wire
from voicekit._capabilities import mureka
from voicekit.model import Ask, Call, Capabilities, Family, Link, Options, Reply, Sound, Task
from voicekit.providers import _answers as answers
from voicekit.providers import _gateway as gateway
from voicekit.providers._linked_wire import LinkedWire, address, arrived
from voicekit.providers._requests import Body

_FAMILY = mureka.VENDOR.families["Mureka"]
_LONGEST: Final = 500  # characters
_UPLOADED = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


@frozen
class MurekaWire(LinkedWire):
    """A text and a voice in, an address out."""

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return Mureka's one family for a name or an id."""
        del options
        return _FAMILY if _UPLOADED.fullmatch(voice) else None

    def encode(self, ask: Ask) -> Call:
        """Write the request: a built-in voice as `voice`, any other as `voice_id`."""
        field = "voice" if ask.voice in mureka.VOICES else "voice_id"
        return Call("POST", self.path, (), _wire.canonical({"text": ask.content, field: ask.voice}))

    def parse(self, call: Call) -> Ask:
        """Read a request.

        Raises:
            Refusal: A field is missing or is not what it should be; how Mureka words that is not known.
        """
        body = Body.of(call, "The request's body is no JSON object.")
        return Ask(body.text("text", most=_LONGEST), None, "", _voice(body), "MP3")

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with the sound's address."""
        del ask
        assert not isinstance(made, Task)
        return Reply(200, "application/json", _wire.compact({"url": address(made)}))

    def decode(self, reply: Reply) -> Sound | Link:
        """Read an answer."""
        return arrived(self.name, answers.json_object(self.name, reply).get("url"))


def _voice(body: Body) -> str:
    """Read a built-in voice or the id of another; "do not combine them" (M)."""
    name, uploaded = body.optional_text("voice"), body.optional_text("voice_id")
    if name is not None and uploaded is not None:
        raise body.wrong("extra", "voice_id", "Only one of 'voice' and 'voice_id' may be given")
    if uploaded is None:
        return body.word("voice", mureka.VOICES, "")
    if _UPLOADED.fullmatch(uploaded) is None or uploaded in mureka.VOICES:
        raise body.wrong("value_error", "voice_id", "Input should be the id of an uploaded voice")
    return uploaded


PROVIDER = MurekaWire(
    name="mureka-302ai",
    path="/mureka/v1/tts/generate",
    capabilities=Capabilities(
        url=gateway.URL,
        file_hosts=gateway.FILE_HOSTS | {"cdn.mureka.ai"},
        limit=_LONGEST,
        unit="characters",
        ranges={},
        encodings=frozenset({"MP3"}),
        families=mureka.VENDOR.families,
        examples={**dict.fromkeys(mureka.VOICES, "en-US"), "8302517": "en-US"},
        inputs=frozenset({"text"}),
        language=False,
        sample_rates={},
        unproven="the path of Mureka's speech at 302.AI is not known, and the fields are Mureka's own",
    ),
)
