"""One call to its sound: httpx's one home. Imports providers' protocol, model, errors and _limits.

`client` owns the order: sign, send, wait for a task, decode, fetch the link. `attempts` repeats a request, and `exchange`
does one and keeps every secret and every foreign exception in its own frames. `loop` is where all of it runs. `links`, `addresses`, `tasks` and `retries`
hold the rules, and are pure.
"""

from voicekit._transport.client import Transport
from voicekit._transport.credentials import problem as credential_problem
from voicekit._transport.loop import run

__all__ = ["Transport", "credential_problem", "run"]
