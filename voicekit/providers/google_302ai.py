"""302.AI's ``POST /google/v1/text-synthesize``: the contract that voicekit is built on.

The page (2025-06-18) documents ``input.text``, ``voice``, ``audioConfig`` with encoding, effects, pitch and rate, and
``response_format`` in the query. Its answer is Google's v1beta1 shape, so that wire's other fields probably pass
through; they are sent when asked for, with a warning.
"""

from voicekit import _limits as limits
from voicekit.model import Capabilities, words
from voicekit.providers import _gateway as gateway
from voicekit.providers import _google as google
from voicekit.providers._google_wire import GoogleWire

PROVIDER = GoogleWire(
    name="google-302ai",
    path="/google/v1/text-synthesize",
    proxy=True,
    authentication=gateway.AUTHENTICATION,
    capabilities=Capabilities(
        url=gateway.URL,
        file_hosts=gateway.FILE_HOSTS,
        limit=5_000,
        unit="bytes",
        ranges={"pitch": limits.PITCH, "rate": limits.RATE, "gain": limits.GAIN},
        encodings=google.BETA_ENCODINGS | google.RECOGNITION_ENCODINGS,
        # "40 PTC/million characters", whatever the family; 1 PTC = 1 USD (S).
        families=google.at_price(40.0),
        undocumented=frozenset({"ssml", "gain", "sample_rate", "marks"}),
        options={"response_format": words("url", "base64")},
        examples=google.EXAMPLES,
        marks=True,
        effects=frozenset(limits.EFFECTS),
        natural_rate=limits.NATURAL_RATE,
        priced="2025-06-18",
    ),
)
