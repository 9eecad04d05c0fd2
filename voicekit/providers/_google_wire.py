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
from voicekit.model import Ask, Call, Capabilities, Element, Family, Link, Options, Reply, Sound, Task
from voicekit.providers import Authentication, VoiceEntry, Wire
from voicekit.providers import _answers as answers
from voicekit.providers import _google as google
from voicekit.providers import _google_fields as fields

_MARK = re.compile(r'<mark name="[^"]*"/>')
_REQUEST = frozenset({"input", "voice", "audioConfig", "enableTimePointing"})
_VOICE = frozenset({"languageCode", "name", "ssmlGender"})
# The protos' other fields: several speakers, cloned and custom voices, Gemini's instructions.
_UNREAD = frozenset(
    {
        *("advancedVoiceOptions", "prompt", "multiSpeakerMarkup"),
        *("customVoice", "voiceClone", "modelName", "multiSpeakerVoiceConfig"),
    }
)
_CONFIG = frozenset(
    {"audioEncoding", "pitch", "speakingRate", "volumeGainDb", "sampleRateHertz", "effectsProfileId"}
)


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
    voices_route: tuple[str, str] | None = None
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
        return len(ask.content.encode())

    def billed(self, ask: Ask) -> int:
        """Count characters, markup included except ``<mark>`` (Google's pricing page)."""
        return len(ask.content if ask.ssml is None else _MARK.sub("", ask.ssml))

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
            "input": self._said(ask),
            "voice": {"languageCode": ask.language, "name": ask.voice},
        }
        if ask.marks:
            body["enableTimePointing"] = ["SSML_MARK"]
        return Call("POST", self.path, self._query(ask), _wire.canonical(body))

    def _said(self, ask: Ask) -> dict[str, Any]:
        said = {"text": ask.text, "ssml": ask.ssml, "markup": ask.markup}
        found: dict[str, Any] = {kind: content for kind, content in said.items() if content is not None}
        if ask.pronunciations:
            found["customPronunciations"] = fields.written_pronunciations(ask.pronunciations)
        return found

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
            raise fields.refuse("Invalid JSON payload received. Expected a value.") from None
        body = fields.object_of(body, "", _REQUEST, unread=_UNREAD)
        config = fields.object_of(body.get("audioConfig"), "audioConfig", _CONFIG)
        language, voice = self._voice(fields.object_of(body.get("voice"), "voice", _VOICE, unread=_UNREAD))
        ask = Ask(
            **self._input(body.get("input")),
            language=language,
            voice=voice,
            encoding=self._encoding(config),
            pitch=fields.number(config, "pitch", limits.PITCH),
            rate=fields.rate(config),
            gain=fields.number(config, "volumeGainDb", limits.GAIN),
            sample_rate=fields.sample_rate(config),
            effects=fields.effects(config),
            marks=self._marks(body),
            options=self._options(call),
        )
        self._check(ask)
        return ask

    def _input(self, value: Any) -> dict[str, Any]:
        """Return what is said, and how, by the names of an ask's fields."""
        takes = self.capabilities
        known = takes.inputs | ({"customPronunciations"} if takes.pronunciations else set())
        said = fields.object_of(value, "input", known, unread=_UNREAD)
        contents = {kind: fields.text(said, kind, "input") for kind in ("text", "ssml", "markup")}
        stated = [content for content in contents.values() if content is not None]
        if len(stated) != 1 or not stated[0]:
            raise fields.refuse("Either `input.text` or `input.ssml` must be set, and only one of them.")
        return {**contents, "pronunciations": fields.pronunciations(said.get("customPronunciations"))}

    def _options(self, call: Call) -> Options:
        query = dict(call.query)
        if not self.proxy or query.get("response_format") == "url":
            return ()
        # Without the parameter the proxy answers as Google does, in base64.
        return (("response_format", query.get("response_format", "base64")),)

    def _voice(self, voice: dict[str, Any]) -> tuple[str, str]:
        """Return the language and the voice's name. Google chooses a voice where none is named; the proxy wants a name."""
        language, name = (fields.text(voice, key, "voice") or "" for key in ("languageCode", "name"))
        gender = fields.word(voice.get("ssmlGender"), fields.GENDERS, "voice.ssml_gender", "SsmlVoiceGender")
        if name:
            return language, name
        if self.proxy:
            raise fields.unsupported("voice.name is required")
        if not language:
            raise fields.unsupported("voice.language_code must be set")
        try:
            return language, google.standard_voice(language, gender)
        except ValueError as error:
            raise fields.unsupported(f"voice.language_code {language[:40]!r} {error}") from None

    def _encoding(self, config: dict[str, Any]) -> str:
        encodings = self.capabilities.encodings
        # 302.AI's page has names only, and of another enumeration.
        numbers = {} if self.proxy else fields.ENCODINGS
        names = {number: name for number, name in numbers.items() if name in encodings}
        names |= {fields.UNSPECIFIED: fields.ENCODINGS[fields.UNSPECIFIED]}
        where = "audio_config.audio_encoding"
        encoding = fields.word(config.get("audioEncoding"), names, where, "AudioEncoding", also=encodings)
        if encoding not in encodings:
            raise fields.unsupported(f"{where} must be set")
        return encoding

    def _marks(self, body: dict[str, Any]) -> bool:
        wanted = body.get("enableTimePointing")
        if wanted is None:
            return False
        if not (self.beta or self.proxy):
            raise fields.unknown("enableTimePointing")
        return fields.marks(wanted)

    def _check(self, ask: Ask) -> None:
        kind = self.family(ask.voice)
        if kind is None:
            raise fields.refuse(f"Voice '{ask.voice[:80]}' does not exist. Is it misspelled?")
        language = google.voice_language(ask.voice) or ""
        if not (language + "-").lower().startswith(ask.language.lower() + "-") or not ask.language:
            raise fields.refuse(
                f"Requested language code {ask.language[:40]} doesn't match the voice {ask.voice} language code "
                f"{language}. Either pick a different voice, or change the requested language code to {language}."
            )
        if self.size(ask) > self.capabilities.limit:
            raise fields.refuse(
                "Either `input.text` or `input.ssml` is longer than the limit of 5000 bytes. This limit is different "
                "from quotas. To fix, reduce the byte length of the characters in this request."
            )
        # What is only reported to be refused (S, U) is a warning of `plan` and passes here. A neutral value passes too:
        # the vendor page's own example sends a pitch of 0 to a Chirp3-HD voice and is answered with 200.
        if kind.rate.refuses and ask.rate not in {None, 1.0}:
            raise fields.refuse("This voice does not support speaking rate or pitch parameters at this time.")
        if kind.pitch.refuses and ask.pitch:
            raise fields.refuse("This voice does not support pitch parameters at this time.")
        if ask.markup is not None and kind.markup.refuses:
            raise fields.unsupported("input.markup is for Chirp 3: HD voices only")
        if ask.ssml is not None:
            try:
                root: Element | None = ssml.parse(ask.ssml)
            except MarkupError:
                root = None
            if root is None or root.name != "speak" or "<speak" not in ask.ssml:
                raise fields.refuse(f"Invalid SSML. Newer voices like {kind.name} require valid SSML.")

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
        marks = fields.timepoints(body.get("timepoints"))
        echoed = body.get("audioConfig")
        rate = fields.positive(echoed.get("sampleRateHertz")) if isinstance(echoed, dict) else None
        if isinstance(content, str) and ":" in content:
            return answers.linked(self.name, content, marks, rate)
        return answers.base64_sound(self.name, content, marks, rate)

    def refuse(self, status: int, message: str) -> Reply:
        """Write google.rpc.Status as JSON, or an error as the proxy passes it on."""
        return (google.gateway_refusal if self.proxy else google.refusal)(status, message)

    def list_voices(self, voices: Iterable[VoiceEntry], call: Call) -> Reply | None:
        """Write Google's ListVoicesResponse, narrowed to ``languageCode``, or None where there is no such call."""
        if self.voices_route is None:
            return None
        query = dict(call.query)
        language = query.get("languageCode", query.get("language_code", ""))
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
