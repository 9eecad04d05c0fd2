"""302.AI's second unified endpoint, ``POST /302/v2/audio/tts``, answered at once. See `_unified_v2_wire`.

302.AI answers within its own 180 seconds (P), and a request is given up here after a minute: what may take longer is for
`unified-v2-async-302ai`. 302.AI states no price: it "depends on the provider" (S), and none stands here.
"""

from voicekit.providers._unified_v2_wire import PATH, SecondUnifiedWire, capabilities

PROVIDER = SecondUnifiedWire(name="unified-v2-302ai", path=PATH, capabilities=capabilities())
