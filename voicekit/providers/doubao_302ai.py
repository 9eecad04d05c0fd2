"""Doubao's ``tts_hd`` through 302.AI, ``POST /doubao/tts_hd``: JSON in, base64 out, with a number of its own that says how it went.

Sources: 302.AI's pages of 2025-02 and 2026-01 (P) for path, fields, an encoding that is ``pcm`` where none is stated, a speed from 0.8 to 2, at most
1,024 bytes, the price, and the answer with 3000 for success. Volcano Engine's page (P, 2025-03): 24,000 Hz where no other rate is asked for, and 302.AI's page has no field for
one; `reqid` is "any non-empty string". What the other numbers mean: a client's list (S). Whether one of them comes with a 200 is not known: both are read.

`reqid` is made of the request, so that the same request is the same bytes. A voice is named as ``zh_male_M392_conversation_wvae_bigtts`` (U).
"""

import base64
import re
from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from voicekit import _wire
from voicekit._capabilities import doubao
from voicekit.model import Ask, Call, Capabilities, Family, Link, Options, Reply, Sound, Task
from voicekit.providers import Authentication, Refusal, Wire
from voicekit.providers import _answers as answers
from voicekit.providers import _gateway as gateway
from voicekit.providers._requests import REMEDY, Body

_PATH: Final = "/doubao/tts_hd"
_SPEED: Final = (0.8, 2.0)
_MOST_BYTES: Final = 1_024
_VOICE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+", re.ASCII)
_FORMATS: Final = {"PCM": "pcm", "LINEAR16": "wav", "MP3": "mp3", "OGG_OPUS": "ogg_opus"}
_SUCCESS, _INVALID, _TOO_LONG, _NO_VOICE = 3000, 3001, 3010, 3050
# The HTTP status that says the same, for what to do about it: 3003 too many at once, 3005 busy, 3030 to 3040 trouble of its own.
_LIKE: Final[Mapping[int, int]] = {3003: 429, 3005: 503, 3030: 504, 3031: 500, 3032: 504, 3040: 502}
_BY_SENTENCE: Final = (("The text is ", _TOO_LONG), ("There is no voice ", _NO_VOICE))


@frozen
class DoubaoWire(Wire):
    """Doubao's call, behind 302.AI."""

    name: str = "doubao-302ai"
    route: tuple[str, str] = ("POST", _PATH)
    authentication: Authentication = gateway.AUTHENTICATION
    capabilities: Capabilities = field(
        default=Capabilities(
            url=gateway.URL,
            file_hosts=gateway.FILE_HOSTS,
            limit=_MOST_BYTES,
            unit="bytes",
            ranges={"rate": _SPEED},
            encodings=frozenset(_FORMATS),
            families=doubao.VENDOR.families,
            examples={
                "zh_male_M392_conversation_wvae_bigtts": "zh-CN",
                "zh_female_wanwanxiaohe_moon_bigtts": "zh-CN",
            },
            inputs=frozenset({"text"}),
            language=False,
            sample_rates={},
            natural_rate=24_000,
            priced="2025-02",
        )
    )

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return the one model; None where a voice is not named as Doubao's are."""
        del options
        (family,) = self.capabilities.families.values()
        return family if _VOICE.fullmatch(voice) else None

    def size(self, ask: Ask) -> int:
        """Measure the text in UTF-8 bytes."""
        return len(ask.content.encode())

    def billed(self, ask: Ask) -> int:
        """Count the characters of the text, by which 302.AI bills."""
        return len(ask.content)

    # --- the request ---------------------------------------------------------------------------------

    def encode(self, ask: Ask) -> Call:
        """Write the request: voice and format always, a speed where one is stated."""
        audio: dict[str, Any] = {"voice_type": ask.voice, "encoding": _FORMATS[ask.encoding]}
        if ask.rate is not None:
            audio["speed_ratio"] = ask.rate
        said = {"text": ask.content, "operation": "query"}
        reqid = _wire.digest(_wire.canonical({"audio": audio, "request": said}))[:32]
        return Call("POST", _PATH, (), _wire.canonical({"audio": audio, "request": {**said, "reqid": reqid}}))

    def parse(self, call: Call) -> Ask:
        """Read a request and check it as 302.AI's page says.

        Raises:
            Refusal: A field is missing or is not what it should be.
        """
        body = Body.of(call, "The request's body is no JSON object.")
        audio, request = body.inner("audio"), body.inner("request")
        voice, text = audio.text("voice_type"), request.text("text")
        if _VOICE.fullmatch(voice) is None:
            raise Refusal.of(f"There is no voice {voice[:80]}.", remedy=REMEDY)
        if len(text.encode("utf-8", "replace")) > _MOST_BYTES:
            raise Refusal.of(f"The text is longer than {_MOST_BYTES:,} bytes.", remedy=REMEDY)
        request.text("reqid")
        request.word("operation", ("query",), "")
        encodings = {word: name for name, word in _FORMATS.items()}
        return Ask(
            text=text,
            ssml=None,
            language="",
            voice=voice,
            encoding=encodings[audio.word("encoding", encodings, "pcm")],
            rate=audio.number("speed_ratio", *_SPEED),
        )

    # --- the answer ----------------------------------------------------------------------------------

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with the sound in base64."""
        assert isinstance(made, Sound)
        body = {
            "reqid": _wire.parse(self.encode(ask).body)["request"]["reqid"],
            "code": _SUCCESS,
            "operation": "query",
            "message": "Success",
            "sequence": -1,
            "data": base64.b64encode(made.data).decode(),
        }
        return Reply(200, "application/json", _wire.compact(body))

    def decode(self, reply: Reply) -> Sound | Link:
        """Read an answer: the sound in base64, or a number that is not success."""
        body = answers.json_object(self.name, reply)
        code = body.get("code")
        if isinstance(code, bool) or not isinstance(code, int):
            raise answers.wrong(self.name, "200 without a number that says how it went")
        if code != _SUCCESS:
            raise answers.refused(self.name, code, answers.words_of(body), like=_LIKE.get(code, 400))
        return answers.base64_sound(self.name, body.get("data"))

    def refuse(self, status: int, message: str) -> Reply:
        """Write an error; all but 400 is 302.AI's own."""
        if status != 400:
            return gateway.refuse(status, message)
        code = next((code for start, code in _BY_SENTENCE if message.startswith(start)), _INVALID)
        return Reply(400, "application/json", _wire.compact({"reqid": "", "code": code, "message": message}))


PROVIDER = DoubaoWire()
