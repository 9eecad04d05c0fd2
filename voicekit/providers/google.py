"""Google Cloud Text-to-Speech, ``POST /v1/text:synthesize``, with an API key."""

from voicekit.providers import _google as google
from voicekit.providers._google_wire import GoogleWire

PROVIDER = GoogleWire(
    name="google",
    path="/v1/text:synthesize",
    voices_route=("GET", "/v1/voices"),
    authentication=google.AUTHENTICATION,
    capabilities=google.capabilities(google.ENCODINGS),
)
