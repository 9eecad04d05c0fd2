"""302.AI's second unified endpoint as a task: ``POST /302/v2/audio/tts?run_async=true``, then GET. See `_unified_v2_wire`.

302.AI states no price: it "depends on the provider" (S), and none stands here.
"""

from voicekit.providers._unified_v2_wire import PATH, SecondUnifiedWire, capabilities

PROVIDER = SecondUnifiedWire(
    name="unified-v2-async-302ai", path=PATH, capabilities=capabilities(), run_async=True
)
