"""F5-TTS through 302.AI, ``POST /302/submit/f5-tts``, which speaks as a recording does.

A profile's `voice` is the address of that recording: https, and without a query, or a plan warns of it (VK306). An address
that is signed would make another request at each signing, and would stand in every plan. The local server takes any https
address, fetches nothing, and its own voice stands in.

Path, the three fields and the answer ``{"audio_url": {"url"}}``: S, code that calls it. It stores what comes as WAV. No limit is
documented; the one here is ours, and nothing is refused on it. No price is known. Its task (``F5-TTS asynchronous``) is not
provided: its path is not known.
"""

import re
from typing import Final

from attrs import frozen

from voicekit import _wire
from voicekit._capabilities import f5
from voicekit.model import Ask, Call, Capabilities, Family, Link, Options, Reply, Sound, Task
from voicekit.providers import _answers as answers
from voicekit.providers import _gateway as gateway
from voicekit.providers._linked_wire import LinkedWire, address, arrived
from voicekit.providers._requests import Body

_MODEL: Final = "F5-TTS"
_HOST: Final = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
_RECORDING = re.compile(rf"https://{_HOST}(?::[1-9]\d{{0,4}})?(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)+", re.ASCII)
_ANY_RECORDING = re.compile(r"https://[^\s/?#@]+/\S+")


@frozen
class F5Wire(LinkedWire):
    """A text and a recording in, an address out."""

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return the model, where the voice is the address of a recording."""
        del options
        return self.capabilities.families[_MODEL] if _RECORDING.fullmatch(voice) else None

    def encode(self, ask: Ask) -> Call:
        """Write the request."""
        body = {"gen_text": ask.content, "model_type": _MODEL, "ref_audio_url": ask.voice}
        return Call("POST", self.path, (), _wire.canonical(body))

    def parse(self, call: Call) -> Ask:
        """Read a request.

        Raises:
            Refusal: A field is missing or is not what it should be; how 302.AI words that is not known.
        """
        body = Body.of(call, "The request's body is no JSON object.")
        body.word("model_type", (_MODEL,), _MODEL)
        voice = body.text("ref_audio_url")
        if _ANY_RECORDING.fullmatch(voice) is None:
            raise body.wrong("url", "ref_audio_url", "Input should be the https address of a recording")
        return Ask(body.text("gen_text"), None, "", voice, "LINEAR16")

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with the sound's address."""
        del ask
        assert not isinstance(made, Task)
        return Reply(200, "application/json", _wire.compact({"audio_url": {"url": address(made)}}))

    def decode(self, reply: Reply) -> Sound | Link:
        """Read an answer."""
        found = answers.json_object(self.name, reply).get("audio_url")
        return arrived(self.name, found.get("url") if isinstance(found, dict) else None)


PROVIDER = F5Wire(
    name="f5-tts-302ai",
    path="/302/submit/f5-tts",
    capabilities=Capabilities(
        url=gateway.URL,
        file_hosts=gateway.FILE_HOSTS,
        limit=1_000,
        unit="characters",
        ranges={},
        encodings=frozenset({"LINEAR16"}),
        families=f5.VENDOR.families,
        examples={
            "https://recordings.example.com/anna.wav": "en-US",
            "https://recordings.example.com/voices/ben-2.mp3": "en-US",
        },
        inputs=frozenset({"text"}),
        language=False,
        sample_rates={},
    ),
)
