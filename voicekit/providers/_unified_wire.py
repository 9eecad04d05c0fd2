"""302.AI's unified body, both ways: a text, the vendor behind, its voice. Imports model and _limits.

Its first version answers in one go and its second as a task; both read and write this body. Sources: 302.AI's voice arena for
the first version's path and answer (P, 2025-08), its SDK for the second's fields, the vendors, speed (0.25 to 4.0) and volume (0 to 2), and
for the words ``mp3`` and ``wav`` (P, 2026). What `volume` is a factor of is nowhere said: it is taken for the amplitude (U).
"""

import math
from typing import Any, Final

from attrs import field, frozen

from voicekit import _limits as limits
from voicekit import _wire
from voicekit._capabilities import unified
from voicekit.model import Ask, Call, Capabilities, Family, Option, Options, Reply, words
from voicekit.providers import Authentication, Wire
from voicekit.providers import _gateway as gateway
from voicekit.providers._requests import Body, stated

SPEED: Final = (0.25, 4.0)
VOLUME: Final = (0.0, 2.0)  # a factor; 1.0 changes nothing
GAIN: Final = (-40.0, 6.0)  # dB: what of our range is a volume of 0.01 to 2.0
FORMATS: Final = {"MP3": "mp3", "LINEAR16": "wav"}
VENDORS: Final = words(*unified.VENDOR.families)
OPTIONS: Final = {"provider": VENDORS, "model": Option("text"), "emotion": Option("text")}
# A vendor's own names, as 302.AI's SDK shows them: OpenAI's, Google's, Azure's.
EXAMPLES: Final = {"alloy": "en-US", "en-US-Wavenet-A": "en-US", "en-US-JennyNeural": "en-US"}


def volume(gain: float) -> float:
    """Return the volume that is a gain of so many dB, to six digits."""
    return float(f"{10 ** (gain / 20):.6g}")


def gain(factor: float | None) -> float | None:
    """Return the gain in dB that is a volume; what is below our range is its end."""
    return None if factor is None else max(limits.GAIN[0], 20 * math.log10(max(factor, 1e-9)))


def capabilities(**more: Any) -> Capabilities:
    """Return what the unified endpoints take; `more` is laid over it."""
    known: dict[str, Any] = {
        "url": gateway.URL,
        "file_hosts": gateway.FILE_HOSTS,
        "limit": unified.LIMIT.number,
        "unit": unified.LIMIT.unit,
        "ranges": {"rate": limits.RATE},
        "encodings": frozenset(FORMATS),
        "families": unified.VENDOR.families,
        "examples": EXAMPLES,
        "inputs": frozenset({"text"}),
        "language": False,
        "sample_rates": {},
        "options": OPTIONS,
    }
    return Capabilities(**(known | more))


@frozen
class UnifiedWire(Wire):
    """The unified body at one address. It has a volume where `capabilities.ranges` has a gain."""

    name: str
    path: str
    capabilities: Capabilities = field(factory=capabilities)
    authentication: Authentication = gateway.AUTHENTICATION
    voices_route: tuple[str, str] | None = None
    route: tuple[str, str] = field(init=False)

    @route.default
    def _route(self) -> tuple[str, str]:
        return "POST", self.path

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return the vendor behind. Its grammar of names is not asked: 302.AI has lists of its own."""
        vendor = str(dict(options).get("provider", VENDORS.default))
        return self.capabilities.families.get(vendor) if voice.strip() else None

    def size(self, ask: Ask) -> int:
        """Measure the text in UTF-8 bytes."""
        return len(ask.content.encode())

    def billed(self, ask: Ask) -> int:
        """Count the characters of the text, though what is billed hangs on the vendor behind."""
        return len(ask.content)

    def wants_link(self, ask: Ask) -> bool:
        """Say that every answer is an address."""
        del ask
        return True

    def encode(self, ask: Ask) -> Call:
        """Write the request: the vendor and the format always, the rest where it is stated."""
        body: dict[str, Any] = {"provider": VENDORS.default, "text": ask.content, "voice": ask.voice}
        body |= {name: value for name, value in ask.options if name in self.capabilities.options}
        body["output_format"] = FORMATS[ask.encoding]
        if ask.rate is not None:
            body["speed"] = ask.rate
        if ask.gain is not None:
            body["volume"] = volume(ask.gain)
        return Call("POST", self.path, (), _wire.canonical(body))

    def parse(self, call: Call) -> Ask:
        """Read a request.

        Raises:
            Refusal: A field is missing or is not what it should be; how 302.AI words that is not known.
        """
        body = Body.of(call, "The request's body is no JSON object.")
        options = {
            "provider": body.word("provider", VENDORS.words, ""),
            "model": body.optional_text("model") or None,
            "emotion": body.optional_text("emotion") or None,
        }
        encodings = {word: name for name, word in FORMATS.items()}
        return Ask(
            text=body.text("text"),
            ssml=None,
            language="",
            voice=body.text("voice"),
            encoding=encodings[body.word("output_format", encodings, "mp3")],
            rate=body.number("speed", *SPEED),
            gain=gain(body.number("volume", *VOLUME)) if "gain" in self.capabilities.ranges else None,
            options=stated(options, self.capabilities.options),
        )

    def refuse(self, status: int, message: str) -> Reply:
        """Write an error in 302.AI's shape."""
        return gateway.refuse(status, message)
