"""Google Cloud Text-to-Speech, ``POST /v1beta1/text:synthesize``: v1 with time points and 64 kbit/s MP3."""

from attrs import evolve

from voicekit.providers import _google as google
from voicekit.providers._google_wire import GoogleWire

PROVIDER = GoogleWire(
    name="google-v1beta1",
    path="/v1beta1/text:synthesize",
    voices_route=("GET", "/v1beta1/voices"),
    beta=True,
    authentication=google.AUTHENTICATION,
    capabilities=evolve(google.capabilities(google.BETA_ENCODINGS), marks=True),
)
