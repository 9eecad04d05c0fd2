"""302.AI's first unified endpoint, ``POST /302/tts/generate``, and its provider information, ``GET /302/tts/provider``.

Sources: 302.AI's voice arena (P, 2025-08) for both paths, the fields, and the answer ``{"audio_url", "data"}``, of whose `data` only is known that it
is a string or nothing. The vendors' names, the range of speed and the formats are those of the second version (P). 302.AI states no
price: it "depends on the provider" (S), and none stands here.
"""

import base64
from collections.abc import Iterable
from typing import Final

from attrs import frozen

from voicekit import _wire
from voicekit.model import Ask, Call, Link, Reply, Sound, Task
from voicekit.providers import VoiceEntry
from voicekit.providers import _answers as answers
from voicekit.providers import _google as google
from voicekit.providers._unified_wire import FORMATS, UnifiedWire

_LISTED: Final = "google"  # the vendor behind, as 302.AI calls it


@frozen
class FirstUnifiedWire(UnifiedWire):
    """The unified body, answered at once with an address."""

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with the sound's address; a sound itself stands in `data`, as base64."""
        del ask
        assert not isinstance(made, Task)
        body = {"audio_url": made.url, "data": {}} if isinstance(made, Link) else {"data": _base64(made)}
        return Reply(200, "application/json", _wire.compact(body))

    def decode(self, reply: Reply) -> Sound | Link:
        """Read an answer."""
        body = answers.json_object(self.name, reply)
        if "audio_url" in body:
            return answers.linked(self.name, body["audio_url"])
        return answers.base64_sound(self.name, body.get("data"))

    def list_voices(self, voices: Iterable[VoiceEntry], call: Call) -> Reply | None:
        """Write the provider information, narrowed to each ``provider`` of the query.

        What the local server speaks is listed under the names that Google has for it, and so as that one vendor's.
        """
        asked = {value for name, value in call.query if name == "provider"}
        if asked and _LISTED not in asked:
            return Reply(200, "application/json", _wire.compact({"provider_list": []}))
        rows = [
            {"voice": name, "name": name, "gender": gender.title(), "emotion": [], "sample": {}}
            for voice in voices
            for gender in ("FEMALE" if voice.female else "MALE",)
            for name in (google.standard_voice(voice.language, gender),)
        ]
        about = {"model_list": [], "output_format_list": sorted(FORMATS.values()), "voice_list": rows}
        one = {"provider": _LISTED, "req_params_info": about}
        return Reply(200, "application/json", _wire.compact({"provider_list": [one]}))


def _base64(sound: Sound) -> str:
    return base64.b64encode(sound.data).decode()


PROVIDER = FirstUnifiedWire(
    name="unified-302ai", path="/302/tts/generate", voices_route=("GET", "/302/tts/provider")
)
