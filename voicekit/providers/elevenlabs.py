"""ElevenLabs at its own address, ``POST /v1/text-to-speech/{voice_id}`` and ``GET /v1/voices``. Its prices hang on the plan: none stands here."""

from voicekit.providers import _elevenlabs_wire as elevenlabs
from voicekit.providers._elevenlabs_errors import AUTHENTICATION

PROVIDER = elevenlabs.ElevenLabsWire(
    name="elevenlabs",
    path="/v1/text-to-speech/{voice_id}",
    voices_route=("GET", "/v1/voices"),
    authentication=AUTHENTICATION,
    capabilities=elevenlabs.capabilities("https://api.elevenlabs.io"),
)
