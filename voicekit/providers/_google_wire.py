"""Google's ``SynthesizeSpeechRequest`` as JSON, both ways, for every address that takes it. Imports ssml and _wire.

One class serves 302.AI's proxy and Google's own v1 and v1beta1; a member of the open set is one value of it.
"""

import base64
import re
from collections.abc import Iterable
from typing import Any

from attrs import field, frozen

from voicekit import _limits as limits
from voicekit import _wire, ssml
from voicekit.errors import MarkupError
from voicekit.model import Ask, Call, Capabilities, Element, Family, Link, Mark, Options, Reply, Sound, Task
from voicekit.providers import Authentication, Refusal, VoiceEntry, Wire
from voicekit.providers import _answers as answers
from voicekit.providers import _google as google

_MARK = re.compile(r'<mark name="[^"]*"/>')
_STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
           413: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED"}  # fmt: skip
_FIELDS = {
    "": {"input", "voice", "audioConfig", "enableTimePointing"},
    "input": {"text", "ssml"},
    "voice": {"languageCode", "name", "ssmlGender"},
    "audioConfig": {
        "audioEncoding",
        "pitch",
        "speakingRate",
        "volumeGainDb",
        "sampleRateHertz",
        "effectsProfileId",
    },
}


def _refuse(message: str, *, remedy: str = "correct the request") -> Refusal:
    return Refusal.of(message, remedy=remedy)


@frozen
class GoogleWire(Wire):
    """Google's synthesis JSON at one address.

    Attributes:
        beta: The v1beta1 shape: time points may be asked for, and the answer echoes ``audioConfig``.
        proxy: 302.AI's proxy, which can answer with an address and documents its own error bodies.
    """

    name: str
    path: str
    capabilities: Capabilities
    authentication: Authentication
    beta: bool = False
    proxy: bool = False
    voices_path: str | None = None
    route: tuple[str, str] = field(init=False)

    @route.default
    def _route(self) -> tuple[str, str]:
        return "POST", self.path

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return the family of a voice by Google's grammar of names."""
        del options
        known = google.family(voice)
        return self.capabilities.families[known.name] if known else None

    def size(self, ask: Ask) -> int:
        """Measure the input in UTF-8 bytes, markup included (Google's quotas page)."""
        return len((ask.text or ask.ssml or "").encode())

    def billed(self, ask: Ask) -> int:
        """Count characters, markup included except ``<mark>`` (Google's pricing page)."""
        return len(ask.text) if ask.text is not None else len(_MARK.sub("", ask.ssml or ""))

    def wants_link(self, ask: Ask) -> bool:
        """Whether ``response_format=url`` is asked for."""
        return self.proxy and dict(ask.options).get("response_format", "url") == "url"

    # --- the request ---------------------------------------------------------------------------------

    def encode(self, ask: Ask) -> Call:
        """Write the request. Settings that are None are left out, since some families refuse the field itself."""
        config: dict[str, Any] = {"audioEncoding": ask.encoding}
        if ask.effects:
            config["effectsProfileId"] = list(ask.effects)
        stated = {
            "pitch": ask.pitch,
            "speakingRate": ask.rate,
            "volumeGainDb": ask.gain,
            "sampleRateHertz": ask.sample_rate,
        }
        config |= {key: value for key, value in stated.items() if value is not None}
        body: dict[str, Any] = {
            "audioConfig": config,
            "input": {"text": ask.text} if ask.text is not None else {"ssml": ask.ssml},
            "voice": {"languageCode": ask.language, "name": ask.voice},
        }
        if ask.marks:
            body["enableTimePointing"] = ["SSML_MARK"]
        return Call("POST", self.path, self._query(ask), _wire.canonical(body))

    def _query(self, ask: Ask) -> tuple[tuple[str, str], ...]:
        if not self.proxy:
            return ()
        wanted = str(dict(ask.options).get("response_format", "url"))
        return (("response_format", wanted),) if wanted != "base64" else ()

    def parse(self, call: Call) -> Ask:
        """Read a request and check it as Google documents.

        Raises:
            Refusal: With the message that Google gives, where it is known.
        """
        try:
            body = _wire.parse(call.body)
        except ValueError:
            raise _refuse("Invalid JSON payload received. Expected a value.") from None
        body = _object(body, "")
        said, voice, config = (_object(body.get(key), key) for key in ("input", "voice", "audioConfig"))
        text, markup = _text(said, "text", "input"), _text(said, "ssml", "input")
        if (text is None) == (markup is None) or not (text or markup):
            raise _refuse("Either `input.text` or `input.ssml` must be set, and only one of them.")
        options = self._options(call)
        language, name = self._voice(voice)
        ask = Ask(
            text=text,
            ssml=markup,
            language=language,
            voice=name,
            encoding=self._encoding(config),
            pitch=_number(config, "pitch", limits.PITCH),
            rate=_rate(config),
            gain=_number(config, "volumeGainDb", limits.GAIN),
            sample_rate=_sample_rate(config),
            effects=_effects(config),
            marks=self._marks(body),
            options=options,
        )
        self._check(ask)
        return ask

    def _options(self, call: Call) -> Options:
        query = dict(call.query)
        if not self.proxy or query.get("response_format") == "url":
            return ()
        # Without the parameter the proxy answers as Google does, in base64.
        return (("response_format", query.get("response_format", "base64")),)

    def _voice(self, voice: dict[str, Any]) -> tuple[str, str]:
        """Return the language and the voice's name. Google chooses a voice where none is named; the proxy wants a name."""
        language, name = (_text(voice, key, "voice") or "" for key in ("languageCode", "name"))
        gender = _text(voice, "ssmlGender", "voice")
        if gender is not None and gender not in google.GENDERS:
            where = "Invalid value at 'voice.ssml_gender'"
            raise _refuse(f"{where} (type.googleapis.com/google.cloud.texttospeech.SsmlVoiceGender)")
        if name:
            return language, name
        if self.proxy:
            raise _refuse("Request contains an invalid argument: voice.name is required.")
        if not language:
            raise _refuse("Request contains an invalid argument: voice.language_code must be set.")
        try:
            return language, google.standard_voice(language, gender)
        except ValueError as error:
            where = "Request contains an invalid argument: voice.language_code"
            raise _refuse(f"{where} {language[:40]!r} {error}.") from None

    def _encoding(self, config: dict[str, Any]) -> str:
        encoding = _text(config, "audioEncoding", "audio_config")
        if encoding is None or encoding == "AUDIO_ENCODING_UNSPECIFIED":
            raise _refuse("Request contains an invalid argument: audio_config.audio_encoding must be set.")
        if encoding not in self.capabilities.encodings:
            where = "Invalid value at 'audio_config.audio_encoding'"
            raise _refuse(f"{where} (type.googleapis.com/google.cloud.texttospeech.AudioEncoding)")
        return encoding

    def _marks(self, body: dict[str, Any]) -> bool:
        wanted = body.get("enableTimePointing")
        if wanted is None:
            return False
        if not (self.beta or self.proxy):
            raise _refuse(
                'Invalid JSON payload received. Unknown name "enableTimePointing": Cannot find field.'
            )
        known = ("SSML_MARK", "TIMEPOINT_TYPE_UNSPECIFIED")
        if not isinstance(wanted, list) or any(kind not in known for kind in wanted):
            raise _refuse("Invalid value at 'enable_time_pointing'")
        return "SSML_MARK" in wanted

    def _check(self, ask: Ask) -> None:
        kind = self.family(ask.voice)
        if kind is None:
            raise _refuse(f"Voice '{ask.voice[:80]}' does not exist. Is it misspelled?")
        language = google.voice_language(ask.voice) or ""
        if not (language + "-").lower().startswith(ask.language.lower() + "-") or not ask.language:
            raise _refuse(
                f"Requested language code {ask.language[:40]} doesn't match the voice {ask.voice} language code "
                f"{language}. Either pick a different voice, or change the requested language code to {language}."
            )
        if self.size(ask) > self.capabilities.limit:
            raise _refuse(
                "Either `input.text` or `input.ssml` is longer than the limit of 5000 bytes. This limit is different "
                "from quotas. To fix, reduce the byte length of the characters in this request."
            )
        # What is only reported to be refused (S, U) is a warning of `plan` and passes here. A neutral value passes too:
        # the vendor page's own example sends a pitch of 0 to a Chirp3-HD voice and is answered with 200.
        if kind.rate.refuses and ask.rate not in {None, 1.0}:
            raise _refuse("This voice does not support speaking rate or pitch parameters at this time.")
        if kind.pitch.refuses and ask.pitch:
            raise _refuse("This voice does not support pitch parameters at this time.")
        if ask.ssml is not None:
            try:
                root: Element | None = ssml.parse(ask.ssml)
            except MarkupError:
                root = None
            if root is None or root.name != "speak" or "<speak" not in ask.ssml:
                raise _refuse(f"Invalid SSML. Newer voices like {kind.name} require valid SSML.")

    # --- the answer ----------------------------------------------------------------------------------

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with the sound in base64, or with its address."""
        assert not isinstance(made, Task)
        content = made.url if isinstance(made, Link) else base64.b64encode(made.data).decode()
        body: dict[str, Any] = {"audioContent": content}
        if self.beta or self.proxy:
            body["timepoints"] = [{"markName": mark.name, "timeSeconds": mark.seconds} for mark in made.marks]
            body["audioConfig"] = {
                "audioEncoding": ask.encoding,
                "effectsProfileId": list(ask.effects),
                "pitch": ask.pitch or 0,
                "sampleRateHertz": made.sample_rate or ask.sample_rate or limits.NATURAL_RATE,
                "speakingRate": ask.rate or 1,
                "volumeGainDb": ask.gain or 0,
            }
        return Reply(200, "application/json", _wire.compact(body))

    def decode(self, reply: Reply) -> Sound | Link:
        """Read an answer: base64, or an address (``:`` is not in base64's alphabet)."""
        body = answers.json_object(self.name, reply)
        content = body.get("audioContent")
        marks = _timepoints(body.get("timepoints"))
        echoed = body.get("audioConfig")
        rate = echoed.get("sampleRateHertz") if isinstance(echoed, dict) else None
        rate = rate if isinstance(rate, int) and not isinstance(rate, bool) and rate > 0 else None
        if isinstance(content, str) and ":" in content:
            return answers.linked(self.name, content, marks, rate)
        return answers.base64_sound(self.name, content, marks, rate)

    def refuse(self, status: int, message: str) -> Reply:
        """Write google.rpc.Status as JSON. What the proxy refuses itself, all but 400, is in 302.AI's own shape."""
        if self.proxy and status != 400:
            error = {"err_code": _gateway_code(status), "message": message, "type": "api_error"}
            return Reply(status, "application/json", _wire.compact({"error": error}))
        body = {"error": {"code": status, "message": message, "status": _STATUS.get(status, "UNKNOWN")}}
        return Reply(status, "application/json", _wire.compact(body))

    def list_voices(self, voices: Iterable[VoiceEntry], language: str) -> Reply | None:
        """Write Google's ListVoicesResponse, or None where there is no such call."""
        if self.voices_path is None:
            return None
        rows = [
            {
                "languageCodes": [voice.language],
                "name": google.standard_voice(voice.language, gender),
                "ssmlGender": gender,
                "naturalSampleRateHertz": voice.sample_rate,
            }
            for voice in voices
            for gender in ("FEMALE" if voice.female else "MALE",)
            if google.listed_for(language, voice.language)
        ]
        return Reply(200, "application/json", _wire.compact({"voices": rows}))


def _gateway_code(status: int) -> int:
    """Return 302.AI's ``err_code``: missing key, network error, or invalid request (302_ai_voice_arena, messages)."""
    if status in {401, 403}:
        return -10001
    return -10003 if status >= 500 else -10011


def _timepoints(found: Any) -> tuple[Mark, ...]:
    """Read v1beta1's time points. 302.AI's page types them as strings, which say nothing and are dropped."""
    points = found if isinstance(found, list) else []
    return tuple(
        Mark(point["markName"], float(point["timeSeconds"]))
        for point in points
        if isinstance(point, dict)
        and isinstance(point.get("markName"), str)
        and isinstance(point.get("timeSeconds"), int | float)
    )


def _object(value: Any, where: str) -> dict[str, Any]:
    if value is None and where:
        value = {}
    if not isinstance(value, dict):
        raise _refuse(f"Invalid value at '{where or 'request'}': expected an object.")
    for name in value:
        if name not in _FIELDS[where]:
            at = f" at '{where}'" if where else ""
            raise _refuse(
                f'Invalid JSON payload received. Unknown name "{name[:80]}"{at}: Cannot find field.'
            )
    return value


def _text(holder: dict[str, Any], key: str, where: str) -> str | None:
    value = holder.get(key)
    if value is not None and not isinstance(value, str):
        raise _refuse(f"Invalid value at '{where}.{key}' (TYPE_STRING)")
    return value


def _number(config: dict[str, Any], key: str, bounds: tuple[float, float]) -> float | None:
    value = config.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refuse(f"Invalid value at 'audio_config.{key}' (TYPE_DOUBLE)")
    if not bounds[0] <= value <= bounds[1]:
        raise _refuse(
            f"Request contains an invalid argument: {key} must be in [{bounds[0]:g}, {bounds[1]:g}]."
        )
    return float(value)


def _rate(config: dict[str, Any]) -> float | None:
    if config.get("speakingRate") == 0 and not isinstance(config["speakingRate"], bool):
        return None  # "If not set (0.0), it defaults to the native speed"
    return _number(config, "speakingRate", limits.RATE)


def _sample_rate(config: dict[str, Any]) -> int | None:
    value = config.get("sampleRateHertz")
    if value is None or value == 0:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise _refuse("Invalid value at 'audio_config.sampleRateHertz' (TYPE_INT32)")
    low, high = limits.SAMPLE_RATE
    if not low <= value <= high:
        raise _refuse("Request contains an invalid argument: unsupported sample rate for the encoding.")
    return value


def _effects(config: dict[str, Any]) -> tuple[str, ...]:
    value = config.get("effectsProfileId")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _refuse("Invalid value at 'audio_config.effects_profile_id' (TYPE_STRING)")
    for item in value:
        if item not in limits.EFFECTS:
            raise _refuse(f"Request contains an invalid argument: unknown effects profile id {item[:80]!r}.")
    return tuple(value)
