"""Amazon Polly, ``POST /v1/speech`` (SynthesizeSpeech), signed with AWS's signature version 4: the extra ``voicekit[polly]``.

Sources: botocore's service model 1.44.5 (P) for fields, words, sample rates, media types, statuses and what each error says of itself; the
developer guide (P) for 3,000 billed characters in a request of at most 6,000, markup not billed, and for ``<prosody>``: a rate from
20 to 200 percent, a volume in dB, a pitch in percent, which standard voices alone have. A pitch in semitones is SSML's relative change:
12 of them double. The sentences of a few refusals are as users quote them (S).

The region is that of the endpoint's `url`, such as ``https://polly.eu-central-1.amazonaws.com``. Times of ``<mark>`` come with a request of their own
(`json`), which is not sent here. A request always says engine, rate and kind of text, and the language where Polly has a code for it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import frozen

from voicekit import _limits as limits
from voicekit import _wire, ssml
from voicekit._capabilities import polly
from voicekit.errors import MarkupError
from voicekit.model import Ask, Call, Capabilities, Element, Family, Link, Options, Reply, Sound, Task, words
from voicekit.providers import Authentication, VoiceEntry, Wire
from voicekit.providers import _answers as answers
from voicekit.providers import _polly_errors as errors
from voicekit.providers._polly_voices import LANGUAGES, OPEN, VOICES, Speaker, code, tag
from voicekit.providers._prosody import Wrapper, percent, percent_of_pitch, plain
from voicekit.providers._requests import Body, stated

_MPEG: Final = (8_000, 16_000, 22_050, 24_000, 44_100, 48_000)
# OutputFormat, media type, sample rates by encoding. Polly's G.711 is bare samples.
_FORMATS: Final[Mapping[str, tuple[str, str, tuple[int, ...]]]] = {
    "MP3": ("mp3", "audio/mpeg", _MPEG),
    "OGG_OPUS": ("ogg_opus", "audio/ogg", (48_000,)),
    "PCM": ("pcm", "audio/pcm", (16_000, 8_000)),
    "MULAW": ("mulaw", "audio/mulaw", (8_000,)),
    "ALAW": ("alaw", "audio/alaw", (8_000,)),
}
_ENCODINGS: Final = {word: encoding for encoding, (word, _, _) in _FORMATS.items()}
_MARKS, _UNSPOKEN = "json", "ogg_vorbis"
_BILLED, _TOTAL = 3_000, 6_000  # characters
_PROSODY: Final = Wrapper(
    units={
        "pitch": percent_of_pitch("pitch", limits.PITCH),
        "rate": percent("rate", limits.RATE),
        "gain": plain("volume", limits.GAIN, "dB"),
    },
    inside=None,
    through=frozenset(),
    neutral=("rate", 1.0),
)
_ENGINES: Final = words("standard", "neural", "long-form", "generative")
_CAPABILITIES: Final = Capabilities(
    url="https://polly.us-east-1.amazonaws.com",
    file_hosts=frozenset(),
    limit=_BILLED,
    unit="characters",
    ranges={"pitch": limits.PITCH, "rate": limits.RATE, "gain": limits.GAIN},
    encodings=frozenset(_FORMATS),
    families=polly.VENDOR.families,
    examples={
        "Joanna": "en-US",
        "Matthew": "en-US",
        "Aditi": "hi-IN",
        "Vicki": "de-DE",
        "Lupe": "es-US",
        "Zhiyu": "cmn-CN",
    },
    sample_rates={encoding: tuple(sorted(rates)) for encoding, (_, _, rates) in _FORMATS.items()},
    natural_rate=16_000,
    options={"engine": _ENGINES},
    priced="2026-10-07",
)


@frozen
class PollyWire(Wire):
    """Polly's one call that speaks, and its list of voices."""

    name: str = "polly"
    capabilities: Capabilities = _CAPABILITIES
    authentication: Authentication = errors.AUTHENTICATION
    route: tuple[str, str] = ("POST", "/v1/speech")
    voices_route: tuple[str, str] | None = ("GET", "/v1/voices")

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return the engine, or None where Polly has no such voice."""
        return self.capabilities.families.get(_engine(options)) if voice in VOICES else None

    def billed(self, ask: Ask) -> int:
        """Count characters, without markup."""
        return _billed(ask.content if ask.ssml is None else ssml.parse(ask.ssml))

    def size(self, ask: Ask) -> int:
        """Measure a request against 3,000: the billed characters, or half of all if that is more, for of these 6,000 are taken."""
        return max(self.billed(ask), -(-len(_said(ask)[1]) // 2))

    def is_busy(self, reply: Reply) -> bool:
        """Whether a request was throttled, which AWS tells with 400."""
        kinds = (value for name, value in reply.headers if name.lower() == errors.KIND.lower())
        return reply.status == 400 and any(kind.partition(":")[0] == errors.THROTTLED for kind in kinds)

    def bare_rate(self, ask: Ask) -> int | None:
        """Return the rate of G.711, which comes without a header."""
        return 8_000 if ask.encoding in {"MULAW", "ALAW"} else None

    # --- the request ---------------------------------------------------------------------------------

    def encode(self, ask: Ask) -> Call:
        """Write the request."""
        kind, text = _said(ask)
        engine, language = _engine(ask.options), code(ask.language)
        body = {
            "Engine": engine,
            "OutputFormat": _FORMATS[ask.encoding][0],
            "SampleRate": str(ask.sample_rate or _usual_rate(ask.encoding, engine)),
            "Text": text,
            "TextType": kind,
            "VoiceId": ask.voice,
        }
        if language is not None:
            body["LanguageCode"] = language
        return Call("POST", self.route[1], (), _wire.canonical(body))

    def parse(self, call: Call) -> Ask:
        """Read a request and check it as Polly documents.

        Raises:
            Refusal: With Polly's words, as far as they are known.
        """
        body = Body.of(call, errors.SERIALIZATION, errors.words)
        engine = errors.one_of(body, "Engine", self.capabilities.options["engine"].words, "standard")
        encoding = _encoding(body)
        speaker = VOICES[errors.one_of(body, "VoiceId", VOICES)]
        said = _content(body, self.capabilities.families[engine])
        return Ask(
            language=_language(body, speaker),
            voice=speaker.name,
            encoding=encoding,
            sample_rate=_rate(body, encoding, engine),
            options=stated({"engine": engine}, self.capabilities.options),
            **said,
        )

    # --- the answer ----------------------------------------------------------------------------------

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with nothing but the sound, and how many characters are billed in a header."""
        assert isinstance(made, Sound)
        billed = (("x-amzn-RequestCharacters", str(self.billed(ask))),)
        return Reply(200, _FORMATS[ask.encoding][1], made.data, billed)

    def decode(self, reply: Reply) -> Sound | Link:
        """Read an answer that is nothing but the sound."""
        busy = self.is_busy(reply)
        if busy or reply.status == 403:  # AWS says 403 of credentials only
            words = answers.words_of(answers.json_of(reply))
            raise answers.refused(self.name, reply.status, words, like=429 if busy else 401)
        return answers.bare_sound(self.name, reply)

    def refuse(self, status: int, message: str) -> Reply:
        """Write an error as AWS does: its type in a header, its message in the body."""
        body = _wire.compact({"message": message})
        return Reply(status, "application/json", body, ((errors.KIND, errors.kind(status, message)),))

    def list_voices(self, voices: Iterable[VoiceEntry], call: Call) -> Reply | None:
        """Write Polly's list: its own voices, of the languages that the embedded voice speaks, with every engine."""
        asked = Body(dict(call.query), errors.words)
        language = errors.one_of(asked, "LanguageCode", LANGUAGES, "")
        errors.one_of(asked, "Engine", _ENGINES.words, "")  # every voice is listed with all of them
        others = asked.fields.get("IncludeAdditionalLanguageCodes", "").lower() == "true"
        spoken = {_primary(voice.language) for voice in voices}
        rows = [
            _listed(speaker)
            for speaker in VOICES.values()
            if speaker.languages
            and _primary(speaker.languages[0]) in spoken
            and language in {"", *(speaker.languages if others else speaker.languages[:1])}
        ]
        return Reply(200, "application/json", _wire.compact({"Voices": rows}))


def _engine(options: Options) -> str:
    return str(dict(options).get("engine", "standard"))


def _usual_rate(encoding: str, engine: str) -> int:
    """Return the rate that Polly takes where none is stated."""
    if encoding == "MP3":
        return 22_050 if engine == "standard" else 24_000
    return _FORMATS[encoding][2][0]


def _said(ask: Ask) -> tuple[str, str]:
    """Return the kind of text and the text: a plain one becomes SSML where a setting has no other place."""
    found = {"pitch": ask.pitch, "rate": ask.rate, "gain": ask.gain}
    settings = {name: value for name, value in found.items() if value is not None}
    if ask.ssml is None:
        if not settings:
            return "text", ask.content
        tree = Element("speak", (), (ask.content,))
        return "ssml", ssml.serialise(Element("speak", (), _PROSODY.on(tree.children, settings)))
    tree = ssml.parse(ask.ssml)
    children = _PROSODY.on(tree.children, settings)
    if children == tree.children:
        return "ssml", ask.ssml
    return "ssml", ssml.serialise(Element(tree.name, tree.attributes, children))


def _billed(said: Element | str) -> int:
    """Count the characters of a text, or of all texts in a tree."""
    return len(said) if isinstance(said, str) else sum(map(_billed, said.children))


# --- reading a request ----------------------------------------------------------------------------------


def _encoding(body: Body) -> str:
    word = errors.one_of(body, "OutputFormat", (_MARKS, _UNSPOKEN, *_ENCODINGS))
    if body.fields.get("SpeechMarkTypes") and word != _MARKS:
        raise errors.refuse(errors.NO_MARKS)
    if word not in _ENCODINGS:
        what = "Speech marks are" if word == _MARKS else "Ogg Vorbis is"
        raise errors.refuse(f"{what} not made here.")
    if body.fields.get("LexiconNames"):
        raise errors.not_found(errors.NO_LEXICON)
    return _ENCODINGS[word]


def _rate(body: Body, encoding: str, engine: str) -> int:
    asked = body.optional_text("SampleRate")
    if asked is None:
        return _usual_rate(encoding, engine)
    rates = {str(rate): rate for rate in _FORMATS[encoding][2]}
    if asked not in rates:
        raise errors.refuse(errors.SAMPLE_RATE)
    return rates[asked]


def _language(body: Body, speaker: Speaker) -> str:
    """Return the language that is asked for, or the voice's own."""
    asked = errors.one_of(body, "LanguageCode", LANGUAGES, speaker.languages[0] if speaker.languages else "")
    if not asked:
        raise errors.refuse(f"Which language {speaker.name} speaks is not known here: state LanguageCode.")
    if speaker.languages and asked not in speaker.languages and speaker.name not in OPEN:
        raise errors.refuse(errors.LANGUAGE)
    return tag(asked)


def _content(body: Body, family: Family) -> dict[str, Any]:
    """Return what is said, and how, by the names of an ask's fields."""
    kind = errors.one_of(body, "TextType", ("ssml", "text"), "text")
    text = body.text("Text")
    tree = _tree(text, family) if kind == "ssml" else None
    if _billed(text if tree is None else tree) > _BILLED or len(text) > _TOTAL:
        raise errors.refuse(errors.TOO_LONG)
    if tree is None:
        return {"text": text, "ssml": None}
    children, settings = _PROSODY.off(tree.children)
    return {**_unwrapped(tree, children), **settings} if settings else {"text": None, "ssml": text}


def _tree(text: str, family: Family) -> Element:
    """Read a document, and refuse one that Polly would not: every element must be one that the engine takes."""
    try:
        tree = ssml.parse(text)
    except MarkupError:
        raise errors.refuse(errors.INVALID_SSML) from None
    nodes = list(ssml.walk(tree))
    pitched = any(node.name == "prosody" and node.get("pitch") for node in nodes)
    strange = any(family.element(node.name).refuses for node in nodes)
    if tree.name != "speak" or "<speak" not in text or strange or (pitched and family.pitch.refuses):
        raise errors.refuse(errors.INVALID_SSML)
    return tree


def _unwrapped(tree: Element, children: tuple[Element | str, ...]) -> dict[str, Any]:
    """Return what was in the one ``<prosody>`` around everything: a text, where that is all."""
    if not tree.attributes and len(children) == 1 and isinstance(children[0], str):
        return {"text": children[0], "ssml": None}
    return {"text": None, "ssml": ssml.serialise(Element(tree.name, tree.attributes, children))}


# --- the list -------------------------------------------------------------------------------------------


def _primary(language: str) -> str:
    return tag(code(language) or language).partition("-")[0].lower()


def _listed(speaker: Speaker) -> Mapping[str, Any]:
    own, *others = speaker.languages
    return {
        "Gender": "Female" if speaker.female else "Male",
        "Id": speaker.name,
        "LanguageCode": own,
        "LanguageName": LANGUAGES[own],
        "Name": speaker.name,
        "AdditionalLanguageCodes": others,
        "SupportedEngines": list(_CAPABILITIES.options["engine"].words),
    }


PROVIDER = PollyWire()
