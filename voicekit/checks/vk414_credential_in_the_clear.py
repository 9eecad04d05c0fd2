"""VK414: a credential that is sent in the clear.

What: An endpoint has a credential, and its `url` begins with http:// and leads to another machine. Loopback is left alone.
Why: Whoever stands between the two machines can read the key, and buy with it. AWS's signature does not show the secret, but shows the texts.
Fix: Write https://. Where the other machine speaks only http, let a proxy on this one encrypt what goes there, or leave out `credential`
    and let the gateway add it.

Bad:
    project:
        endpoints:
            gateway:  ←
                provider: google
                url: http://speech.example
                credential: SPEECH_KEY
Good:
    project:
        endpoints:
            gateway: {provider: google, url: https://speech.example, credential: SPEECH_KEY}
            mine: {provider: google, url: http://127.0.0.1:8302, credential: SPEECH_KEY}
            open: {provider: google, url: http://speech.example}
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from voicekit.checks import Check, Whole
from voicekit.model import Endpoint, Finding


def _look(whole: Whole) -> Iterator[Finding]:
    for endpoint in whole.project.endpoints.values():
        if endpoint.place is not None and endpoint.credential and _is_open(endpoint):
            message = f"the endpoint {endpoint.name} sends its credential unencrypted to another machine"
            yield Finding("VK414", "warning", endpoint.place, message, "write https:// in its `url`")


def _is_open(endpoint: Endpoint) -> bool:
    return urlsplit(endpoint.url or "").scheme == "http" and not endpoint.is_here


CHECK = Check("VK414", "credential in the clear", project=_look)
