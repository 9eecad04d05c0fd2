"""One call to its sound: httpx's one home. Imports providers' protocol, model, errors and _limits.

`client` owns the order: sign, send, retry, decode, fetch the link. `exchange` does one request and keeps every secret
and every foreign exception in its own frames. `links`, `addresses` and `retries` hold the rules, and are pure.
"""

from voicekit._transport.client import Transport

__all__ = ["Transport"]
