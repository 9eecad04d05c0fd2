"""Google's own client (google-cloud-texttospeech, REST) as the judge of both of Google's wires, in both directions.

It is compared "after defaults": protocol buffers do not send a field that has its default, so a pitch of 0 is left out there and
is sent by us, and enumerations may be numbers. The client adds ``$alt`` to the query, which says the form of the answer's
enumerations; it is no part of a wish, and the local server reads past it.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voicekit import providers
from voicekit._sound import codecs, probe
from voicekit._sound.encodings import ENCODINGS
from voicekit.model import Ask, Call, CustomPronunciation, Mark, Sound
from voicekit.providers import Refusal
from voicekit.providers import _google_fields as fields
from voicekit.testing import asks, sounds

VERSIONS = {"google": "v1", "google-v1beta1": "v1beta1"}
REASON = "Google's client is not installed"
ADDED = "$alt"
PHONETICS = {"ipa": "PHONETIC_ENCODING_IPA", "x-sampa": "PHONETIC_ENCODING_X_SAMPA"}
ASK = Ask("Please hold the line.", None, "en-US", "en-US-Neural2-F", "LINEAR16")
SPOKEN = evolve(ASK, text=None, ssml="<speak>Please hold.</speak>", pitch=-1.5, rate=0.96, gain=2.0)
PAUSED = evolve(
    ASK,
    text=None,
    markup="Please [pause] hold.",
    voice="en-US-Chirp3-HD-Kore",
    pronunciations=(
        CustomPronunciation("hold", "ipa", "ˈhoʊld"),
        CustomPronunciation("Please", "x-sampa", "pli:z"),
    ),
)

both = pytest.mark.parametrize("name", VERSIONS)


def library(name: str) -> Any:
    """Return Google's module for a wire."""
    pytest.importorskip("google.cloud.texttospeech", reason=REASON)
    return import_module(f"google.cloud.texttospeech_{VERSIONS[name]}")


def client(name: str, host: str, *, token: str = "", who: Any = None, adapter: Any = None) -> Any:
    """Return Google's client for a host on this machine; `adapter` stands in for the network."""
    from google.auth.credentials import AnonymousCredentials
    from google.oauth2.credentials import Credentials

    module = library(name)
    make: Any = import_module(
        f"{module.__name__}.services.text_to_speech.transports"
    ).TextToSpeechRestTransport
    who = who or (Credentials(token) if token else AnonymousCredentials())  # type: ignore[no-untyped-call]
    transport = make(credentials=who, host=host, url_scheme="http")
    if adapter is not None:
        transport._session.mount("http://", adapter)
    return module.TextToSpeechClient(transport=transport)


def wish(name: str, ask: Ask) -> Any:
    """Say an ask in the client's own words."""
    module = library(name)
    kind = next(kind for kind in ("text", "ssml", "markup") if getattr(ask, kind) is not None)
    rows = [
        module.CustomPronunciationParams(
            phrase=one.phrase,
            phonetic_encoding=module.CustomPronunciationParams.PhoneticEncoding[PHONETICS[one.alphabet]],
            pronunciation=one.phoneme,
        )
        for one in ask.pronunciations
    ]
    said = {
        kind: ask.content,
        **({"custom_pronunciations": module.CustomPronunciations(pronunciations=rows)} if rows else {}),
    }
    marks = (
        {"enable_time_pointing": [module.SynthesizeSpeechRequest.TimepointType.SSML_MARK]}
        if ask.marks
        else {}
    )
    return module.SynthesizeSpeechRequest(
        input=module.SynthesisInput(**said),
        voice=module.VoiceSelectionParams(language_code=ask.language, name=ask.voice),
        audio_config=module.AudioConfig(
            audio_encoding=module.AudioEncoding[ask.encoding],
            speaking_rate=ask.rate,
            pitch=ask.pitch,
            volume_gain_db=ask.gain,
            sample_rate_hertz=ask.sample_rate,
            effects_profile_id=list(ask.effects),
        ),
        **marks,
    )


class Recorder:
    """Stands in for the network below Google's client: keeps the last request, and gives one answer."""

    def __init__(self) -> None:
        self.answer = b"{}"
        self.sent: Any = None

    def send(self, request: Any, **_: Any) -> Any:
        from requests import Response

        self.sent = request
        response = Response()
        response.status_code, response._content, response.request = 200, self.answer, request
        return response

    def close(self) -> None:
        """There is nothing open."""

    @property
    def call(self) -> Call:
        """What the client sent, as a call."""
        where = urlsplit(self.sent.url)
        query = tuple(pair for pair in parse_qsl(where.query, keep_blank_values=True) if pair[0] != ADDED)
        return Call(self.sent.method, where.path, query, self.sent.body)


def settled(body: bytes) -> Any:
    """Return a request as plain data without the fields that have their defaults, enumerations by their names."""
    return _settled(json.loads(body))


_ENUMERATIONS = {"audioEncoding": fields.ENCODINGS, "phoneticEncoding": fields.PHONETICS}


def _settled(node: Any, key: str = "") -> Any:
    if isinstance(node, dict):
        below = {name: _settled(value, name) for name, value in node.items()}
        return {name: value for name, value in below.items() if value not in (0, "", [], {}, None)}
    if isinstance(node, list):
        return [_settled(one, key) for one in node]
    if key == "enableTimePointing":
        return fields.TIMEPOINTS.get(node, node)
    return _ENUMERATIONS.get(key, {}).get(node, node)


def with_marks(name: str) -> st.SearchStrategy[Ask]:
    flags = st.booleans() if name == "google-v1beta1" else st.just(False)
    return st.builds(lambda ask, marks: evolve(ask, marks=marks), asks(name), flags)


# --- what the client sends is what a plan sends ---------------------------------------------------------


@both
def test_the_plans_request_is_the_clients(name: str) -> None:
    recorder, provider = Recorder(), providers.get(name)
    speaking = client(name, "127.0.0.1", adapter=recorder)
    seen = dict.fromkeys(("text", "ssml", "markup", "pronunciations"), 0)

    @settings(max_examples=80)
    @example(ASK)
    @example(SPOKEN)
    @example(PAUSED)
    @given(with_marks(name))
    def check(ask: Ask) -> None:
        speaking.synthesize_speech(wish(name, ask), retry=None)
        call = provider.encode(ask)

        assert (recorder.call.method, recorder.call.path, recorder.call.query) == (
            call.method,
            call.path,
            call.query,
        )
        assert settled(recorder.call.body) == settled(call.body)
        for kind in seen:
            seen[kind] += bool(getattr(ask, kind))

    check()
    print(f"\n    {name}: {seen}", end="")


@both
@pytest.mark.parametrize("numbers", [True, False])
def test_the_clients_request_is_read_as_the_wish_behind_it(name: str, numbers: bool) -> None:
    provider, kind = providers.get(name), library(name).SynthesizeSpeechRequest
    path = provider.route[1]

    @settings(max_examples=40)
    @example(SPOKEN)
    @example(PAUSED)
    @given(with_marks(name))
    def check(ask: Ask) -> None:
        body = kind.to_json(
            wish(name, ask),
            use_integers_for_enums=numbers,
            preserving_proto_field_name=numbers,
            always_print_fields_with_no_presence=False,
        )
        read = provider.parse(Call("POST", path, (), body.encode()))

        # A field of 0 is one that is not set.
        assert read == evolve(ask, pitch=ask.pitch or None, gain=ask.gain or None)

    check()


@both
def test_defaults_that_are_written_out_say_nothing(name: str) -> None:
    provider, kind = providers.get(name), library(name).SynthesizeSpeechRequest
    body = kind.to_json(wish(name, ASK), always_print_fields_with_no_presence=True)

    assert {"ssmlGender", "modelName"} < json.loads(body)["voice"].keys()
    assert provider.parse(Call("POST", provider.route[1], (), body.encode())) == evolve(
        ASK, pitch=0.0, gain=0.0
    )


# The client's name of each number, and the ask's.
NUMBERS = {
    "pitch": ("pitch", "pitch"),
    "speakingRate": ("speaking_rate", "rate"),
    "volumeGainDb": ("volume_gain_db", "gain"),
    "sampleRateHertz": ("sample_rate_hertz", "sample_rate"),
}


@both
@pytest.mark.parametrize("field", NUMBERS)
@pytest.mark.parametrize(
    "value",
    [0, "0", 1, 1.0, "1", "1.5", "1e0", 1.5, "-0", 8_000, 8_000.0, "8000", "8e3", "8000.5", "", "x", "0x1", "²", [], {}],
)  # fmt: skip
def test_a_number_may_be_written_as_the_client_reads_it(name: str, field: str, value: Any) -> None:
    provider, kind = providers.get(name), library(name).SynthesizeSpeechRequest
    ParseError = import_module("google.protobuf.json_format").ParseError  # noqa: N806 - it is a class
    good = json.loads(provider.encode(ASK).body)
    body = json.dumps({**good, "audioConfig": {"audioEncoding": "LINEAR16", field: value}})
    call = Call("POST", provider.route[1], (), body.encode())
    try:
        config = kind.from_json(body).audio_config
    except ParseError:
        with pytest.raises(Refusal):
            provider.parse(call)
        return

    read, mine = getattr(config, NUMBERS[field][0]), NUMBERS[field][1]
    try:
        assert (getattr(provider.parse(call), mine) or 0) == read
    except Refusal as error:  # what is a number, and out of bounds
        assert "TYPE_" not in str(error)


@both
def test_a_field_under_both_of_its_names_is_refused(name: str) -> None:
    provider = providers.get(name)
    good = json.loads(provider.encode(ASK).body)
    body = json.dumps({**good, "audio_config": good["audioConfig"]}).encode()

    with pytest.raises(Refusal, match="set twice"):
        provider.parse(Call("POST", provider.route[1], (), body))


@both
def test_every_field_of_the_client_is_known(name: str) -> None:
    """What is not read is refused as that, and nothing is called unknown that Google knows."""
    module, provider = library(name), providers.get(name)
    holders = {"": module.SynthesizeSpeechRequest, "input": module.SynthesisInput, "voice": module.VoiceSelectionParams, "audioConfig": module.AudioConfig}  # fmt: skip
    good = json.loads(provider.encode(ASK).body)
    for where, message in holders.items():
        for field in message.meta.fields:
            first, *rest = field.split("_")
            camel = first + "".join(part.title() for part in rest)
            body = json.loads(json.dumps(good))
            (body[where] if where else body)[camel] = {"a": 1}
            with pytest.raises(Refusal) as caught:
                provider.parse(Call("POST", provider.route[1], (), json.dumps(body).encode()))
            assert f'Unknown name "{camel}"' not in str(caught.value)


@both
def test_the_enumerations_are_the_clients(name: str) -> None:
    module = library(name)
    known = {one.value: one.name for one in module.AudioEncoding}
    phonetic = module.CustomPronunciationParams.PhoneticEncoding

    assert known == {
        n: word for n, word in fields.ENCODINGS.items() if word != "MP3_64_KBPS" or name != "google"
    }
    assert providers.get(name).capabilities.encodings == set(known.values()) - {"AUDIO_ENCODING_UNSPECIFIED"}
    assert {one.value: one.name for one in module.SsmlVoiceGender} == fields.GENDERS
    assert {one.value: one.name for one in phonetic} == fields.PHONETICS


def test_the_time_points_are_the_clients() -> None:
    kinds = library("google-v1beta1").SynthesizeSpeechRequest.TimepointType

    assert {one.value: one.name for one in kinds} == fields.TIMEPOINTS


# --- what the server answers is what the client hears ---------------------------------------------------


@both
def test_the_client_reads_what_the_wire_writes(name: str) -> None:
    recorder, provider = Recorder(), providers.get(name)
    speaking = client(name, "127.0.0.1", adapter=recorder)
    beta = name == "google-v1beta1"

    @settings(max_examples=60)
    @given(asks(name), sounds(marks=beta, sample_rate=beta))
    def check(ask: Ask, sound: Sound) -> None:
        recorder.answer = provider.respond(ask, sound).body
        heard = speaking.synthesize_speech(wish(name, ask), retry=None)

        assert heard.audio_content == sound.data
        if beta:
            assert [Mark(one.mark_name, one.time_seconds) for one in heard.timepoints] == list(sound.marks)
            assert heard.audio_config.sample_rate_hertz == sound.sample_rate
            assert heard.audio_config.audio_encoding.name == ask.encoding
            assert heard.audio_config.speaking_rate == (ask.rate or 1)

    check()


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The host and port of a running ``voicekit serve`` that wants a key."""
    command = [sys.executable, "-m", "voicekit", "serve", "--port", "0", "--require-key", "the key"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield urlsplit(process.stdout.readline().rpartition(" ")[2].strip()).netloc
        finally:
            process.terminate()


Hear = Callable[[str, Ask], Any]


@pytest.fixture(scope="module")
def hear(served: str) -> Hear:
    """Have the running server speak an ask, by Google's client."""
    speaking = {name: client(name, served, token="the key") for name in VERSIONS}
    return lambda name, ask: speaking[name].synthesize_speech(wish(name, ask), retry=None)


@both
@pytest.mark.parametrize(
    ("encoding", "sample_rate"),
    [
        ("LINEAR16", None), ("LINEAR16", 8_000), ("LINEAR16", 16_000), ("MULAW", 8_000), ("ALAW", 8_000), ("PCM", 16_000), ("MP3", 24_000),
        ("OGG_OPUS", 48_000), ("M4A", 24_000),
    ],
)  # fmt: skip
def test_the_client_hears_what_it_asked_for(
    name: str, encoding: str, sample_rate: int | None, hear: Hear
) -> None:
    ask = evolve(ASK, encoding=encoding, sample_rate=sample_rate)
    media = probe.verify(hear(name, ask).audio_content, encoding, sample_rate, text_length=len(ASK.content))

    assert (media.container, media.codec) == (ENCODINGS[encoding].container, ENCODINGS[encoding].codec)
    assert media.sample_rate == (sample_rate or 24_000)
    assert media.channels == 1
    assert 0.5 < media.duration < 4


def seconds(answer: Any) -> float:
    return codecs.decode(answer.audio_content).seconds


@both
def test_the_client_hears_a_rate(name: str, hear: Hear) -> None:
    slow, fast = (seconds(hear(name, evolve(ASK, rate=rate))) for rate in (0.5, 2.0))

    assert slow == pytest.approx(4 * fast, rel=0.1)


@both
def test_the_client_hears_pauses_and_pronunciations(name: str, hear: Hear) -> None:
    ask = evolve(ASK, text=None, voice="en-US-Chirp3-HD-Kore", markup="Press one now.")
    paused = evolve(ask, markup="Press one [pause long] now.")
    said = evolve(ask, pronunciations=(CustomPronunciation("now", "x-sampa", "nu:"),))
    other = evolve(said, pronunciations=(CustomPronunciation("now", "ipa", "nuː"),))

    assert seconds(hear(name, paused)) - seconds(hear(name, ask)) == pytest.approx(1.25, abs=0.2)
    assert hear(name, said).audio_content != hear(name, ask).audio_content
    assert hear(name, said).audio_content == hear(name, other).audio_content


def test_the_client_is_told_the_times_of_marks(hear: Hear) -> None:
    ssml = "<speak>One <break time='1s'/><mark name='here'/>two</speak>"
    answer = hear("google-v1beta1", evolve(ASK, text=None, ssml=ssml, marks=True, sample_rate=8_000))
    (mark,) = answer.timepoints

    assert mark.mark_name == "here"
    assert 1.0 < mark.time_seconds < seconds(answer)
    assert answer.audio_config.sample_rate_hertz == 8_000


@both
def test_the_client_lists_voices_that_can_be_asked_for(name: str, served: str, hear: Hear) -> None:
    voices = client(name, served, token="the key").list_voices(language_code="es", retry=None).voices

    assert len(voices) > 2
    assert all(code.startswith("es-") for voice in voices for code in voice.language_codes)
    first = voices[0]
    assert hear(name, evolve(ASK, voice=first.name, language=first.language_codes[0])).audio_content


@both
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"voice": "en-US-Nobody"}, "does not exist. Is it misspelled?"), ({"language": "es-US"}, "doesn't match the voice"),
        ({"text": "é" * 2_501}, "5000 bytes"), ({"pitch": 21.0}, "pitch must be in"), ({"text": None, "markup": "[pause]"}, "Chirp 3: HD"),
        ({"encoding": "AUDIO_ENCODING_UNSPECIFIED"}, "audio_encoding must be set"), ({"text": None, "ssml": "<speak>"}, "Invalid SSML"),
    ],
)  # fmt: skip
def test_the_client_tells_every_refusal(name: str, changes: dict[str, Any], words: str, hear: Hear) -> None:
    from google.api_core.exceptions import BadRequest

    with pytest.raises(BadRequest) as caught:
        hear(name, evolve(ASK, **changes))

    assert words in caught.value.message


@both
def test_the_client_tells_a_key_that_is_wrong(name: str, served: str) -> None:
    from google.api_core import exceptions
    from google.auth import api_key
    from google.auth.exceptions import RefreshError

    wrong: Any = api_key.Credentials("another key")  # type: ignore[no-untyped-call]
    with pytest.raises(exceptions.BadRequest) as caught:
        client(name, served, who=wrong).synthesize_speech(wish(name, ASK), retry=None)
    assert caught.value.reason == "API_KEY_INVALID"
    with pytest.raises(exceptions.Forbidden, match="unregistered callers"):
        client(name, served).synthesize_speech(wish(name, ASK), retry=None)
    with pytest.raises(RefreshError):  # a 401 says to Google's library that the token has to be made anew
        client(name, served, token="another token").synthesize_speech(wish(name, ASK), retry=None)
