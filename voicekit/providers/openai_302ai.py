"""OpenAI's speech through 302.AI, ``POST /v1/audio/speech``.

Prices are OpenAI's list prices; 302.AI is quoted with the same numbers in PTC, and 1 PTC = 1 USD (both S). The page lists tts-1.
Reports conflict on gpt-4o-mini-tts, which one caller uses and another is refused (-10003), and one says that wav and pcm are not
offered for tts-1 (S); nothing is refused on that.
"""

from voicekit.providers import _gateway as gateway
from voicekit.providers._openai_wire import OpenAIWire, capabilities

PROVIDER = OpenAIWire(
    name="openai-302ai",
    path="/v1/audio/speech",
    proxy=True,
    authentication=gateway.AUTHENTICATION,
    capabilities=capabilities(gateway.URL, file_hosts=gateway.FILE_HOSTS, priced="2026-05"),
)
