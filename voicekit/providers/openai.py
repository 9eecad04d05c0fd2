"""OpenAI, ``POST /v1/audio/speech``, with an API key.

Prices are OpenAI's list prices for characters as quoted in May 2026 (S). gpt-4o-mini-tts is billed by tokens: no price stands for it.
"""

from voicekit.providers._openai_wire import AUTHENTICATION, OpenAIWire, capabilities

PROVIDER = OpenAIWire(
    name="openai",
    path="/v1/audio/speech",
    authentication=AUTHENTICATION,
    capabilities=capabilities("https://api.openai.com", priced="2026-05"),
)
