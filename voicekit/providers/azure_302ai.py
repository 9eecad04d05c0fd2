"""Azure's speech through 302.AI, ``POST /cognitiveservices/v1``.

The path is what several callers use (S); that of a list of voices is not known. Prices are Azure's list prices; what 302.AI asks is not
known.
"""

from voicekit.providers import _gateway as gateway
from voicekit.providers._azure_wire import AzureWire, capabilities

PROVIDER = AzureWire(
    name="azure-302ai",
    path="/cognitiveservices/v1",
    proxy=True,
    authentication=gateway.AUTHENTICATION,
    capabilities=capabilities(gateway.URL, file_hosts=gateway.FILE_HOSTS),
)
