"""Azure Speech, ``POST /cognitiveservices/v1``, with a resource's key.

Every region has an address of its own, such as ``https://westeurope.tts.speech.microsoft.com``, and a key is good for its own region only:
an endpoint states its `url`. Prices are list prices as users quote them (S).
"""

from voicekit.providers import Authentication
from voicekit.providers._azure_wire import AzureWire, capabilities

PROVIDER = AzureWire(
    name="azure",
    path="/cognitiveservices/v1",
    voices_route=("GET", "/cognitiveservices/voices/list"),
    authentication=Authentication("header", "Ocp-Apim-Subscription-Key", bearer=True),
    capabilities=capabilities(
        "https://tts.speech.microsoft.com", regional="https://REGION.tts.speech.microsoft.com"
    ),
)
