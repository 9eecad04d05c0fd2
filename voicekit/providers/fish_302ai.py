"""Fish Audio through 302.AI, ``POST /fish-audio/v1/tts``: JSON in; an address, or the bare sound.

Sources: 302.AI's page of 2025-01 (P) for path and fields, `reference_id` required; callers (S) for ``{"url"}``, which is also the answer where
`response_format` is not in the query, and for ``data``, the bare sound. Fish Audio's reference (P) for `chunk_length` from 100 to 300 with 200 as the usual one,
a bit rate of 64, 128 or 192 kbit/s with 128 as the usual one, for Opus of 24, 32, 48 or 64 kbit/s or -1000 for an automatic one, and 44,100 Hz, for Opus
48,000. A voice's id is 32 hexadecimal digits, as all that are seen (U).

The request says neither a rate nor a language. Everything that it does say is always written out but the bit rate of Opus, whose usual one is told in two ways. No limit is known: the one here is ours, and nothing is refused on
it. The price is 302.AI's, by characters. The words of its refusals are not known.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from voicekit import _wire
from voicekit._capabilities import fish
from voicekit.model import (
    Ask,
    Call,
    Capabilities,
    Family,
    Link,
    Option,
    Options,
    Reply,
    Sound,
    Task,
    words,
)
from voicekit.providers import Authentication, Wire
from voicekit.providers import _answers as answers
from voicekit.providers import _gateway as gateway
from voicekit.providers._requests import Body, stated

_PATH: Final = "/fish-audio/v1/tts"
_CHUNK: Final = (100, 300)
_VOICE = re.compile(r"[0-9a-f]{32}")
# `format` and the media type of the answer, by encoding.
_FORMATS: Final = {
    "MP3": ("mp3", "audio/mpeg"),
    "OGG_OPUS": ("opus", "audio/ogg"),
    "LINEAR16": ("wav", "audio/wav"),
    "PCM": ("pcm", "audio/pcm"),
}
# The field of the bit rate, what it may be (kbit/s), and the usual one, by encoding.
_BIT_RATES: Final[Mapping[str, tuple[str, tuple[int, ...], int]]] = {
    "MP3": ("mp3_bitrate", (64, 128, 192), 128),
    "OGG_OPUS": ("opus_bitrate", (24, 32, 48, 64), -1000),
}
_OPTIONS: Final = {
    "chunk_length": Option("integer", bounds=_CHUNK, default=200),
    "latency": words("normal", "balanced"),
    "normalize": Option("switch", default=True),
    "response_format": words("url", "data"),
}


@frozen
class FishWire(Wire):
    """Fish Audio's call, behind 302.AI."""

    name: str = "fish-302ai"
    route: tuple[str, str] = ("POST", _PATH)
    authentication: Authentication = gateway.AUTHENTICATION
    capabilities: Capabilities = field(
        default=Capabilities(
            url=gateway.URL,
            file_hosts=gateway.FILE_HOSTS,
            limit=10_000,
            unit="characters",
            ranges={},
            encodings=frozenset(_FORMATS),
            families=fish.VENDOR.families,
            examples={
                "738d0cc1a3e9430a9de2b544a466a7fc": "zh-CN",
                "bf322df2096a46f18c579d0baa36f41d": "en-US",
            },
            inputs=frozenset({"text"}),
            language=False,
            sample_rates={},
            bit_rates={
                encoding: dict.fromkeys([1_000 * one for one in kilobits], ())
                for encoding, (_, kilobits, _) in _BIT_RATES.items()
            },
            natural_rate=44_100,
            options=_OPTIONS,
            priced="2025-01",
        )
    )

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return Fish Audio's one family; None where a voice is no id of Fish Audio's."""
        del options
        (family,) = self.capabilities.families.values()
        return family if _VOICE.fullmatch(voice) else None

    def size(self, ask: Ask) -> int:
        """Measure the text in characters."""
        return len(ask.content)

    def billed(self, ask: Ask) -> int:
        """Count the characters of the text, by which 302.AI bills."""
        return len(ask.content)

    def wants_link(self, ask: Ask) -> bool:
        """Whether ``response_format=url`` is asked for."""
        return bool(_option(ask, "response_format") == "url")

    # --- the request ---------------------------------------------------------------------------------

    def encode(self, ask: Ask) -> Call:
        """Write the request, with all that it can say."""
        word, _ = _FORMATS[ask.encoding]
        body: dict[str, Any] = {"text": ask.content, "reference_id": ask.voice, "format": word}
        body |= {name: _option(ask, name) for name in ("chunk_length", "latency", "normalize")}
        if ask.encoding in _BIT_RATES:
            name, _, usual = _BIT_RATES[ask.encoding]
            kilobits = usual if ask.bit_rate is None else ask.bit_rate // 1_000
            body |= {name: kilobits} if kilobits > 0 else {}
        query = (("response_format", str(_option(ask, "response_format"))),)
        return Call("POST", _PATH, query, _wire.canonical(body))

    def parse(self, call: Call) -> Ask:
        """Read a request.

        Raises:
            Refusal: A field is missing or is not what it should be.
        """
        body = Body.of(call, "The request's body is no JSON object.")
        voice = body.text("reference_id")
        if _VOICE.fullmatch(voice) is None:
            raise body.wrong("string_pattern_mismatch", "reference_id", "There is no such model")
        encoding, bit_rate = _encoding(body)
        chunk = body.number("chunk_length", *_CHUNK)
        found = {
            "chunk_length": None if chunk is None else round(chunk),
            "latency": body.word("latency", _OPTIONS["latency"].words, "normal"),
            "normalize": None if body.fields.get("normalize") is None else body.switch("normalize"),
            "response_format": _form(call),
        }
        return Ask(
            text=body.text("text"),
            ssml=None,
            language="",
            voice=voice,
            encoding=encoding,
            bit_rate=bit_rate,
            options=stated(found, _OPTIONS),
        )

    # --- the answer ----------------------------------------------------------------------------------

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with the sound's address, or with nothing but the sound."""
        assert not isinstance(made, Task)
        if isinstance(made, Link):
            return Reply(200, "application/json", _wire.compact({"url": made.url}))
        return Reply(200, _FORMATS[ask.encoding][1], made.data)

    def decode(self, reply: Reply) -> Sound | Link:
        """Read an answer: JSON with an address, or the sound."""
        if reply.status == 200 and reply.content_type == "application/json":
            return answers.linked(self.name, answers.json_object(self.name, reply).get("url"))
        return answers.bare_sound(self.name, reply)

    def refuse(self, status: int, message: str) -> Reply:
        """Write an error in 302.AI's shape."""
        return gateway.refuse(status, message)


def _option(ask: Ask, name: str) -> Any:
    return dict(ask.options).get(name, _OPTIONS[name].default)


def _form(call: Call) -> str:
    """Return the form of the answer: without a word it is an address."""
    return "data" if dict(call.query).get("response_format") == "data" else "url"


def _encoding(body: Body) -> tuple[str, int | None]:
    """Return the encoding and its bit rate; an automatic one is none."""
    mine = {word: name for name, (word, _) in _FORMATS.items()}
    encoding = mine[body.word("format", mine, "mp3")]
    stated = {
        name: body.choice(field, sorted({*kilobits, usual}), usual)
        for name, (field, kilobits, usual) in _BIT_RATES.items()
    }
    kilobits = stated.get(encoding, 0)
    return encoding, 1_000 * kilobits if kilobits > 0 else None


PROVIDER = FishWire()
