"""Amazon Polly's wire, held against botocore's own model and client."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import voicekit
from kit import projects
from kit.provider import conforms, listing, says_the_same
from kit.serving import Server, serving
from kit.story import voicekit_command
from voicekit import _say, providers, ssml
from voicekit._sound import bare, probe
from voicekit.errors import Denied, Refused, WrongAnswer
from voicekit.model import Ask, Call, Reply, Sound
from voicekit.providers import NotFound, Refusal, VoiceEntry, _polly_voices
from voicekit.testing import asks

POLLY = providers.get("polly")
PATH = "/v1/speech"
KEY = "AKIAVOICEKITTEST"
ENGINES = ("standard", "neural", "long-form", "generative")
WORDS = {"MP3": "mp3", "OGG_OPUS": "ogg_opus", "PCM": "pcm", "MULAW": "mulaw", "ALAW": "alaw"}
KINDS = {"mp3": "audio/mpeg", "ogg_opus": "audio/ogg", "pcm": "audio/pcm", "mulaw": "audio/mulaw", "alaw": "audio/alaw"}  # fmt: skip
ASK = Ask(text="One moment.", ssml=None, language="en-US", voice="Joanna", encoding="MULAW")
BODY = {"OutputFormat": "mp3", "Text": "One moment.", "VoiceId": "Joanna"}


def test_conforms() -> None:
    extra = ("LanguageCode", "LexiconNames", "SampleRate", "SpeechMarkTypes", "TextType", "Engine")
    conforms(POLLY, extra=extra)


def sent(ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(POLLY.encode(ask).body)
    return found


def parsed(**changes: Any) -> Ask:
    return POLLY.parse(Call("POST", PATH, (), json.dumps(BODY | changes).encode()))


def engine(name: str) -> tuple[tuple[str, str], ...]:
    return () if name == "standard" else (("engine", name),)


# --- the request --------------------------------------------------------------------------------------


def test_the_fields_of_the_model() -> None:
    assert sent(ASK) == {
        "Engine": "standard",
        "LanguageCode": "en-US",
        "OutputFormat": "mulaw",
        "SampleRate": "8000",
        "Text": "One moment.",
        "TextType": "text",
        "VoiceId": "Joanna",
    }
    said = evolve(ASK, text=None, ssml="<speak>One <break/></speak>", options=engine("neural"))
    assert sent(said) == sent(ASK) | {
        "Engine": "neural",
        "Text": "<speak>One <break/></speak>",
        "TextType": "ssml",
    }


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"rate": 0.96}, '<prosody rate="96.00%">A &amp; B</prosody>'), ({"rate": 1.0}, '<prosody rate="100.00%">A &amp; B</prosody>'),
        ({"pitch": 12.0}, '<prosody pitch="+100.00%">A &amp; B</prosody>'), ({"pitch": -1.5}, '<prosody pitch="-8.30%">A &amp; B</prosody>'),
        ({"gain": -6.0, "rate": 2.0}, '<prosody rate="200.00%" volume="-6.000dB">A &amp; B</prosody>'),
    ],
)  # fmt: skip
def test_a_profiles_settings_are_ssmls(changes: Mapping[str, Any], text: str) -> None:
    ask = evolve(ASK, text="A & B", sample_rate=8_000, **changes)
    body = sent(ask)

    assert (body["Text"], body["TextType"]) == (f"<speak>{text}</speak>", "ssml")
    read = POLLY.parse(POLLY.encode(ask))
    assert evolve(read, pitch=None) == evolve(ask, pitch=None)
    assert read.pitch == pytest.approx(ask.pitch, abs=0.001)


# What documents have around everything, as ours and otherwise.
RATES = st.sampled_from(["", 'rate="90.00%"', 'rate="90%"', 'rate="100.00%"', 'rate="300.00%"', 'rate="90.00%" volume="+3.000dB"', 'volume="loud"'])  # fmt: skip
INNER = st.sampled_from(["One.", " ", "One <break/>two", '<mark name="a"/>', "<p>One.</p> two", ""])


@given(
    st.lists(st.tuples(RATES, INNER), max_size=3),
    *[
        st.none() | st.sampled_from([0.9, 1.0]) | st.floats(low, high).map(lambda value: value + 0.0)
        for low, high in (POLLY.capabilities.ranges[name] for name in ("pitch", "rate", "gain"))
    ],
)
def test_a_documents_own_settings_are_never_taken_for_the_profiles(
    pieces: list[tuple[str, str]], pitch: float | None, rate: float | None, gain: float | None
) -> None:
    said = "".join(f"<prosody {own}>{inner}</prosody>" if own else inner for own, inner in pieces)
    written = ssml.serialise(ssml.parse(f"<speak>{said}</speak>"))
    ask = evolve(ASK, text=None, ssml=written, pitch=pitch, rate=rate, gain=gain)

    says_the_same(POLLY, ask, POLLY.parse(POLLY.encode(ask)))


@pytest.mark.parametrize(
    ("language", "code"),
    [("en-US", "en-US"), ("EN-us", "en-US"), ("zh-CN", "cmn-CN"), ("ar", "arb"), ("arb", "arb"), ("en", None), ("xx-YY", None)],
)  # fmt: skip
def test_a_language_has_pollys_own_code(language: str, code: str | None) -> None:
    assert sent(evolve(ASK, language=language)).get("LanguageCode") == code


@pytest.mark.parametrize(("name", "rate"), [("standard", 22_050), ("neural", 24_000), ("long-form", 24_000), ("generative", 24_000)])  # fmt: skip
def test_a_rate_is_always_said(name: str, rate: int) -> None:
    ask = evolve(ASK, encoding="MP3", options=engine(name))

    assert sent(ask)["SampleRate"] == str(rate)
    assert parsed(Engine=name).sample_rate == rate
    assert sent(evolve(ask, encoding="PCM"))["SampleRate"] == "16000"
    assert sent(evolve(ask, encoding="OGG_OPUS"))["SampleRate"] == "48000"


def test_a_family_is_an_engine() -> None:
    for name in ENGINES:
        family = POLLY.family("Joanna", engine(name))
        assert family is not None
        assert family.name == name
    assert POLLY.family("Joana") is None
    assert POLLY.family("Joanna", (("engine", "other"),)) is None
    families = POLLY.capabilities.families.values()
    assert {family.name: family.price for family in families} == dict(zip(ENGINES, (4, 16, 100, 30), strict=True))  # fmt: skip


# --- what is billed, and how much fits ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "billed", "size"),
    [
        ({"text": "A & B"}, 5, 5), ({"text": "né\U0001f600"}, 3, 3), ({"text": "A & B", "rate": 0.9}, 5, 29),
        ({"text": None, "ssml": '<speak>A <break time="1s"/>&amp; B</speak>'}, 5, 21), ({"text": None, "ssml": "<speak/>"}, 0, 4),
    ],
)  # fmt: skip
def test_markup_is_not_billed_and_counts_half(changes: Mapping[str, Any], billed: int, size: int) -> None:
    ask = evolve(ASK, **changes)

    assert POLLY.billed(ask) == billed
    assert POLLY.size(ask) == size


@pytest.mark.parametrize(
    ("text", "kind", "fits"),
    [
        ("x" * 3_000, "text", True), ("x" * 3_001, "text", False),
        (f"<speak>{'<break/>' * 375}{'x' * 2_900}</speak>", "ssml", True),
        (f"<speak>{'<break/>' * 400}{'x' * 2_900}</speak>", "ssml", False),
        (f"<speak>{'x' * 3_001}</speak>", "ssml", False),
    ],
)  # fmt: skip
def test_the_most_that_is_taken(text: str, kind: str, fits: bool) -> None:
    said = {"text": None, "ssml": text} if kind == "ssml" else {"text": text}
    assert (POLLY.size(evolve(ASK, **said)) <= POLLY.capabilities.limit) == fits
    if fits:
        assert parsed(Text=text, TextType=kind).content == text
        return
    with pytest.raises(Refusal, match="Maximum text length has been exceeded"):
        parsed(Text=text, TextType=kind)


# --- what is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({"VoiceId": "Joana"}, "ValidationException", "Value 'Joana' at 'voiceId' failed to satisfy constraint: Member must satisfy enum value set: ["),
        ({"VoiceId": None}, "ValidationException", "Value null at 'voiceId' failed to satisfy constraint: Member must not be null"),
        ({"Text": None}, "ValidationException", "Value null at 'text'"), ({"Text": ""}, "ValidationException", "Value '' at 'text'"),
        ({"Text": 3}, "ValidationException", "Value at 'text' is not a string"), ({"OutputFormat": "wav"}, "ValidationException", "Value 'wav' at 'outputFormat'"),
        ({"Engine": "fast"}, "ValidationException", "Value 'fast' at 'engine'"), ({"LanguageCode": "en"}, "ValidationException", "Value 'en' at 'languageCode'"),
        ({"TextType": "html"}, "ValidationException", "enum value set: [ssml, text]"), ({"OutputFormat": "json"}, "ValidationException", "Speech marks are not made here"),
        ({"OutputFormat": "ogg_vorbis"}, "ValidationException", "Ogg Vorbis is not made here"),
        ({"LanguageCode": "de-DE"}, "LanguageNotSupportedException", "The language specified is not currently supported"),
        ({"SampleRate": "11025"}, "InvalidSampleRateException", "The specified sample rate is not valid"), ({"SampleRate": "24000", "OutputFormat": "pcm"}, "InvalidSampleRateException", "sample rate"),
        ({"SpeechMarkTypes": ["word"]}, "MarksNotSupportedForFormatException", "only available for content in json format"),
        ({"Text": "One.", "TextType": "ssml"}, "InvalidSsmlException", "Invalid SSML request"), ({"Text": "<speak>One.", "TextType": "ssml"}, "InvalidSsmlException", "Invalid SSML"),
        ({"Text": "<speak><voice name='Amy'>One.</voice></speak>", "TextType": "ssml"}, "InvalidSsmlException", "Invalid SSML"),
        ({"Text": "<speak><emphasis>One.</emphasis></speak>", "TextType": "ssml", "Engine": "neural"}, "InvalidSsmlException", "Invalid SSML"),
        ({"Text": "<speak><prosody pitch='high'>One.</prosody></speak>", "TextType": "ssml", "Engine": "neural"}, "InvalidSsmlException", "Invalid SSML"),
        ({"VoiceId": "Tina"}, "ValidationException", "Which language Tina speaks is not known here: state LanguageCode"),
    ],
)  # fmt: skip
def test_what_polly_would_refuse(changes: dict[str, Any], kind: str, words: str) -> None:
    with pytest.raises(Refusal) as caught:
        parsed(**changes)

    message = caught.value.problems[0].message
    assert (caught.value.status, words in message) == (400, True), message
    assert dict(POLLY.refuse(400, message).headers) == {"x-amzn-ErrorType": kind}


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"'])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal, match="no JSON object") as caught:
        POLLY.parse(Call("POST", PATH, (), body))

    headers = POLLY.refuse(400, caught.value.problems[0].message).headers
    assert headers == (("x-amzn-ErrorType", "SerializationException"),)


def test_there_are_no_lexicons() -> None:
    with pytest.raises(NotFound, match="can't find the specified lexicon") as caught:
        parsed(LexiconNames=["mine"])

    assert caught.value.status == 404
    assert parsed(LexiconNames=[]).voice == "Joanna"


@pytest.mark.parametrize(
    ("changes", "language"),
    [({}, "en-US"), ({"VoiceId": "Vicki"}, "de-DE"), ({"VoiceId": "Aditi"}, "en-IN"), ({"VoiceId": "Aditi", "LanguageCode": "hi-IN"}, "hi-IN"),
     ({"VoiceId": "Hala", "LanguageCode": "en-GB"}, "en-GB"), ({"VoiceId": "Zeina"}, "ar"), ({"VoiceId": "Tina", "LanguageCode": "es-ES"}, "es-ES"), ({"LanguageCode": None}, "en-US")],
)  # fmt: skip
def test_a_voice_speaks_its_own_language_unless_told(changes: dict[str, Any], language: str) -> None:
    assert parsed(**changes).language == language


# --- the answer -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "word"), list(WORDS.items()))
def test_an_answer_is_the_sound_and_what_it_costs(encoding: str, word: str) -> None:
    reply = POLLY.respond(evolve(ASK, encoding=encoding), Sound(b"sound"))

    assert reply == Reply(200, KINDS[word], b"sound", (("x-amzn-RequestCharacters", "11"),))
    assert POLLY.decode(reply) == Sound(b"sound")
    assert POLLY.bare_rate(evolve(ASK, encoding=encoding)) == (8_000 if word.endswith("law") else None)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "ValidationException"), (401, "MissingAuthenticationTokenException"), (403, "UnrecognizedClientException"), (404, "UnknownOperationException"),
     (429, "ThrottlingException"), (500, "ServiceFailureException"), (503, "ServiceUnavailableException"), (504, "ServiceFailureException")],
)  # fmt: skip
def test_an_error_says_its_type(status: int, kind: str) -> None:
    reply = POLLY.refuse(status, "No.")

    assert (reply.status, json.loads(reply.body), dict(reply.headers)["x-amzn-ErrorType"]) == (status, {"message": "No."}, kind)  # fmt: skip
    with pytest.raises(Refused, match=rf"polly answered {status}: No\."):
        POLLY.decode(reply)


def test_a_page_is_no_sound() -> None:
    with pytest.raises(WrongAnswer, match="200 without a sound"):
        POLLY.decode(Reply(200, "application/x-json-stream", b"{}"))


def test_the_list_is_of_the_voices_of_spoken_languages() -> None:
    entries = (VoiceEntry("de-DE", True, 24_000), VoiceEntry("ar-XA", False, 24_000))

    def names(language: str = "", **query: str) -> set[str]:
        stated = {"LanguageCode": language} if language else {}
        reply = POLLY.list_voices(entries, listing(**stated, **query))
        assert reply is not None
        return {row["Id"] for row in json.loads(reply.body)["Voices"]}

    assert names("de-DE") == {"Marlene", "Vicki", "Daniel", "Hans"}
    assert names("") == names("de-DE") | {"Hannah", "Zeina", "Hala", "Zayd"}
    assert names("en-US") == set()
    assert names("en-US", Engine="neural", IncludeAdditionalLanguageCodes="true") == set()
    assert names("arb", IncludeAdditionalLanguageCodes="false") == {"Zeina"}
    for wrong in ({"LanguageCode": "xx-XX"}, {"Engine": "loud"}):
        with pytest.raises(Refusal, match="failed to satisfy constraint: Member must satisfy enum value set"):
            POLLY.list_voices(entries, listing(**wrong))


def test_a_voice_of_two_languages_is_listed_under_its_second_where_that_is_asked_for() -> None:
    entries = (VoiceEntry("hi-IN", True, 24_000), VoiceEntry("en-IN", True, 24_000))
    for wanted, count in (("false", 0), ("true", 1)):
        reply = POLLY.list_voices(
            entries, listing(LanguageCode="hi-IN", IncludeAdditionalLanguageCodes=wanted)
        )
        assert reply is not None
        assert [row["Id"] for row in json.loads(reply.body)["Voices"]].count("Aditi") == count


# --- botocore's model -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def botocore() -> Any:
    return pytest.importorskip("botocore.session", reason="botocore is not installed")


@pytest.fixture(scope="module")
def model(botocore: Any) -> Any:
    return botocore.get_session().get_service_model("polly")


def enumeration(model: Any, shape: str) -> set[str]:
    return set(model.shape_for(shape).enum)


def test_voices_languages_and_formats_are_the_models(model: Any) -> None:
    assert set(_polly_voices.VOICES) == enumeration(model, "VoiceId")
    assert set(_polly_voices.LANGUAGES) == enumeration(model, "LanguageCode")
    assert set(WORDS.values()) == enumeration(model, "OutputFormat") - {"json", "ogg_vorbis"}
    assert set(ENGINES) == enumeration(model, "Engine")
    assert {code for one in _polly_voices.VOICES.values() for code in one.languages} <= set(_polly_voices.LANGUAGES)  # fmt: skip
    operation = model.operation_model("SynthesizeSpeech")
    assert (operation.http["method"], operation.http["requestUri"]) == POLLY.route
    listed = model.operation_model("DescribeVoices").http
    assert (listed["method"], listed["requestUri"]) == POLLY.voices_route


def test_every_refusals_type_is_one_of_the_models(model: Any) -> None:
    from voicekit.providers import _polly_errors as errors

    for message, status in ((errors.INVALID_SSML, 400), (errors.TOO_LONG, 400), (errors.SAMPLE_RATE, 400), (errors.LANGUAGE, 400),
                            (errors.NO_MARKS, 400), (errors.NO_LEXICON, 404), ("other", 500)):  # fmt: skip
        shape = model.shape_for(errors.kind(status, message))
        assert shape.metadata["error"]["httpStatusCode"] == status


@given(asks("polly"))
def test_every_request_is_valid_by_the_model(model: Any, ask: Ask) -> None:
    from botocore.validate import ParamValidator

    shape = model.operation_model("SynthesizeSpeech").input_shape
    body = sent(ask)

    assert not ParamValidator().validate(body, shape).has_errors()
    for name, value in body.items():
        enum = getattr(shape.members[name], "enum", None)
        assert not enum or value in enum


# --- botocore's client ----------------------------------------------------------------------------------


class Recorder:
    """Stands in for the network of a client, and keeps its last request."""

    def __init__(self, client: Any) -> None:
        self.last: Any = None
        client.meta.events.register("before-send.polly", self)

    def __call__(self, request: Any, **_: Any) -> Any:
        from botocore.awsrequest import AWSResponse

        class Raw:
            """A body that is there at once."""

            def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
                yield b"sound"

            def read(self, *_: Any) -> bytes:
                return b""

        self.last = request
        return AWSResponse(request.url, 200, {"content-type": "audio/mpeg"}, Raw())


def client(botocore: Any, address: str, key: str = KEY, attempts: int = 1) -> Any:
    from botocore.config import Config

    session = botocore.get_session()
    config = Config(retries={"total_max_attempts": attempts, "mode": "standard"}, proxies={})
    return session.create_client("polly", region_name="eu-central-1", endpoint_url=address, aws_access_key_id=key,
                                 aws_secret_access_key="a secret of the tests", config=config)  # fmt: skip


DEFAULTS = {"Engine": "standard", "TextType": "text"}


def arguments(ask: Ask, *, omitted: bool) -> dict[str, Any]:
    """Say an ask in the client's own words; `omitted` leaves what the vendor would take anyway to it."""
    name = dict(ask.options).get("engine", "standard")
    found: dict[str, Any] = {
        "Text": ask.content,
        "TextType": "text" if ask.ssml is None else "ssml",
        "OutputFormat": WORDS[ask.encoding],
        "VoiceId": ask.voice,
        "LanguageCode": ask.language,
        "Engine": name,
        "SampleRate": str(ask.sample_rate or usual(ask.encoding, str(name))),
    }
    return {key: value for key, value in found.items() if not omitted or DEFAULTS.get(key) != value}


def usual(encoding: str, name: str) -> int:
    """Return the rate that the model's own words give as the default."""
    mpeg = 22_050 if name == "standard" else 24_000
    return {"MP3": mpeg, "OGG_OPUS": 48_000, "PCM": 16_000}.get(encoding, 8_000)


def test_botocores_client_sends_the_plans_request(botocore: Any) -> None:
    speaking = client(botocore, "https://polly.eu-central-1.amazonaws.com")
    recorder = Recorder(speaking)

    @settings(max_examples=60)
    @given(asks("polly"), st.booleans())
    def check(ask: Ask, omitted: bool) -> None:
        ask = evolve(ask, pitch=None, rate=None, gain=None)
        speaking.synthesize_speech(**arguments(ask, omitted=omitted))

        call, request = POLLY.encode(ask), recorder.last
        assert (request.method, request.url) == (call.method, f"{POLLY.capabilities.url.replace('us-east-1', 'eu-central-1')}{call.path}")  # fmt: skip
        assert DEFAULTS | json.loads(request.body) == json.loads(call.body)
        assert request.headers["Content-Type"] == call.content_type.encode()

    check()


def test_a_profiles_settings_are_what_a_user_of_the_client_writes(botocore: Any) -> None:
    speaking = client(botocore, "https://polly.eu-central-1.amazonaws.com")
    recorder = Recorder(speaking)
    said = '<speak><prosody pitch="-8.30%" rate="96.00%" volume="+3.000dB">One moment.</prosody></speak>'
    speaking.synthesize_speech(Text=said, TextType="ssml", OutputFormat="mulaw", VoiceId="Joanna", SampleRate="8000")  # fmt: skip

    ask = evolve(ASK, pitch=-1.5, rate=0.96, gain=3.0)
    assert {"Engine": "standard", "LanguageCode": "en-US"} | json.loads(recorder.last.body) == sent(ask)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving("--require-key", KEY) as running:
        yield running


@pytest.mark.parametrize("encoding", sorted(WORDS))
def test_the_client_hears_what_it_asked_for(botocore: Any, server: Server, encoding: str) -> None:
    speaking = client(botocore, server.address)
    for rate in POLLY.capabilities.sample_rates[encoding]:  # type: ignore[index]
        answer = speaking.synthesize_speech(
            Text="Please hold the line.", OutputFormat=WORDS[encoding], VoiceId="Joanna", SampleRate=str(rate)
        )
        data = answer["AudioStream"].read()

        assert answer["ContentType"].split(";")[0] == KINDS[WORDS[encoding]]
        assert answer["RequestCharacters"] == 21
        assert not data.startswith(b"RIFF")
        whole = bare.headed(data, encoding, rate) if encoding in {"MULAW", "ALAW"} else data
        assert 0.5 < probe.verify(whole, encoding, rate, text_length=21).duration < 4


def test_the_client_hears_a_rate(botocore: Any, server: Server) -> None:
    speaking = client(botocore, server.address)

    def lasts(rate: str) -> int:
        said = f'<speak><prosody rate="{rate}">Please hold the line.</prosody></speak>'
        answer = speaking.synthesize_speech(Text=said, TextType="ssml", OutputFormat="pcm", VoiceId="Joanna")
        return len(answer["AudioStream"].read())

    assert lasts("50%") == pytest.approx(4 * lasts("200%"), rel=0.1)
    assert lasts("50%") == lasts("50.00%")


def test_the_client_tells_every_refusal(botocore: Any, server: Server) -> None:
    from botocore.exceptions import ClientError

    speaking, stranger = client(botocore, server.address), client(botocore, server.address, "AKIASTRANGER")
    usual_words = {"Text": "One.", "OutputFormat": "mp3", "VoiceId": "Joanna"}
    for who, changes, kind, status in (
        (speaking, {"VoiceId": "Joana"}, "ValidationException", 400),
        (speaking, {"Text": "x" * 3_001}, "TextLengthExceededException", 400),
        (speaking, {"SampleRate": "11025"}, "InvalidSampleRateException", 400),
        (speaking, {"Text": "<speak>", "TextType": "ssml"}, "InvalidSsmlException", 400),
        (speaking, {"LanguageCode": "de-DE"}, "LanguageNotSupportedException", 400),
        (speaking, {"LexiconNames": ["mine"]}, "LexiconNotFoundException", 404),
        (stranger, {}, "UnrecognizedClientException", 403),
    ):
        with pytest.raises(ClientError) as caught:
            who.synthesize_speech(**(usual_words | changes))
        response = caught.value.response
        assert response["Error"]["Code"] == kind
        assert response["Error"]["Message"]
        assert response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_the_client_asks_again_where_the_server_is_busy_as_ours_does(botocore: Any) -> None:
    words = {"Text": "One.", "OutputFormat": "mp3", "VoiceId": "Joanna"}
    with serving("--fault", "status=400,message=Rate exceeded,times=1") as busy:
        assert client(botocore, busy.address, attempts=2).synthesize_speech(**words)["AudioStream"].read()
        assert [row["status"] for row in busy.asked()["requests"]] == [400, 200]
    throttled = POLLY.refuse(400, "Rate exceeded")
    assert dict(throttled.headers)["x-amzn-ErrorType"] == "ThrottlingException"
    assert POLLY.is_busy(throttled)
    assert not POLLY.is_busy(POLLY.refuse(400, "No."))
    assert not POLLY.is_busy(POLLY.refuse(403, "Rate exceeded"))
    with pytest.raises(Refused, match="polly answered 400: Rate exceeded") as caught:
        POLLY.decode(throttled)
    assert "requests_per_minute" in caught.value.problems[0].remedy
    with pytest.raises(Denied, match="polly answered 403: The security token"):
        POLLY.decode(POLLY.refuse(403, POLLY.authentication.wrong.message))


def test_the_client_lists_voices_that_speak(botocore: Any, server: Server) -> None:
    speaking = client(botocore, server.address)
    german = speaking.describe_voices(LanguageCode="de-DE")["Voices"]

    assert {voice["Id"] for voice in german} == {"Marlene", "Vicki", "Daniel", "Hans"}
    assert {voice["LanguageCode"] for voice in german} == {"de-DE"}
    assert {"Joanna", "Vicki", "Lupe"} <= {voice["Id"] for voice in speaking.describe_voices()["Voices"]}
    for voice in german:
        answer = speaking.synthesize_speech(Text="Bitte warten.", OutputFormat="mp3", VoiceId=voice["Id"])
        assert answer["AudioStream"].read()


def test_a_womans_voice_is_a_womans() -> None:
    from voicekit._speak import voices

    for name, one in _polly_voices.VOICES.items():
        for language in one.languages[:1]:
            chosen = voices.choose(_polly_voices.tag(language), name)
            assert chosen.variant in voices.engine().variants["female" if one.female else "male"]


# --- a build ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["MULAW", "ALAW", "PCM"])
def test_a_build_has_the_header_that_the_wire_leaves_out(tmp_path: Path, encoding: str) -> None:
    profile = (
        f"provider: polly\nlanguage: en-US\nvoice: Joanna\nencoding: {encoding}\npolly: {{engine: neural}}\n"
    )
    root = projects.project(tmp_path, {"profiles/en.yaml": profile})
    project = voicekit.load(root)
    (row,) = voicekit.plan(project).requests
    result = voicekit.build(project)

    assert not result.failures
    rate = 16_000 if encoding == "PCM" else 8_000
    media = probe.verify((root / row.file).read_bytes(), encoding, rate, text_length=6)
    assert result.written[0].duration == pytest.approx(media.duration, abs=0.001)
    assert row.family == "neural"


@pytest.mark.parametrize("encoding", ["MULAW", "PCM"])
def test_a_sentence_and_a_case_have_it_too(tmp_path: Path, encoding: str) -> None:
    sets = {"provider": "polly", "encoding": encoding}
    said = _say.say("One moment.", _say.settings_for("en-US", "Joanna", sets))
    rate = 16_000 if encoding == "PCM" else 8_000

    assert said.sample_rate == rate
    assert said.duration == pytest.approx(probe.verify(said.data, encoding, rate, text_length=11).duration)
    case = "cases:\n  - {name: short, prompt: hello, max_duration: 5}\n"
    profile = f"provider: polly\nlanguage: en-US\nvoice: Joanna\nencoding: {encoding}\n"
    root = projects.project(tmp_path, {"profiles/en.yaml": profile, "tests/all.yaml": case})
    done = subprocess.run(
        [*voicekit_command(), "test", "--project", str(root)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
