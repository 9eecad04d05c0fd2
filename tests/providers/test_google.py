import base64
import json
from contextlib import nullcontext
from typing import Any

import pytest
from attrs import evolve

from kit.provider import EXTRA, conforms, listing
from voicekit import providers
from voicekit.errors import ConfigError, Refused, WrongAnswer
from voicekit.model import Ask, CustomPronunciation, Fact, Grade, Link, Mark, Reply, Sound
from voicekit.providers import Refusal, VoiceEntry, google

NAMES = ("google", "google-302ai", "google-v1beta1")
ASK = Ask(text="One.", ssml=None, language="en-US", voice="en-US-Neural2-F", encoding="LINEAR16")


@pytest.mark.parametrize("name", NAMES)
def test_conforms(name: str) -> None:
    conforms(
        providers.get(name), extra=(*EXTRA, "markup", "customPronunciations", "pronunciations", "phrase")
    )


def test_the_finder_lists_the_folder() -> None:
    assert set(NAMES) <= set(providers.find())
    assert all(providers.get(name).name == name for name in providers.find())


@pytest.mark.parametrize(("asked", "remedy"), [("google-302", "google-302ai"), ("zzz", "one of")])
def test_an_unknown_name_gets_the_nearest(asked: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        providers.get(asked)

    assert remedy in caught.value.problems[0].remedy


@pytest.mark.parametrize(
    ("voice", "family"),
    [
        ("en-US-Neural2-F", "Neural2"), ("en-US-Standard-C", "Standard"), ("cmn-CN-Wavenet-A", "Wavenet"), ("en-US-Studio-O", "Studio"),
        ("en-US-Studio-MultiSpeaker", "Studio"), ("cmn-CN-Chirp3-HD-Schedar", "Chirp3-HD"), ("en-US-Chirp-HD-F", "Chirp-HD"),
        ("en-US-Journey-D", "Journey"), ("en-US-News-K", "News"), ("en-US-Polyglot-1", "Polyglot"), ("en-US-Casual-K", "Casual"),
        ("sr-Latn-RS-Standard-A", "Standard"), ("es-419-Standard-A", "Standard"),
        ("alloy", None), ("en-US-Neural3-F", None), ("en-US-Neural2-FF", None), ("en-us-Neural2-F", None), ("", None), ("en-US-Neural2-F\n", None),
    ],
)  # fmt: skip
def test_a_voices_family_is_read_from_its_name(voice: str, family: str | None) -> None:
    found = providers.get("google").family(voice)

    assert (found.name if found else None) == family


def test_the_vendor_pages_answer_is_a_link() -> None:
    """302.AI, POST /google/v1/text-synthesize, "Responses", as the page stood on 2025-06-18; the path is our own."""
    body = {
        "audioConfig": {
            "audioEncoding": "LINEAR16",
            "effectsProfileId": [],
            "pitch": 0,
            "sampleRateHertz": 24000,
            "speakingRate": 0.96,
            "volumeGainDb": 0,
        },
        "audioContent": "https://file.302.ai/gpt/imgs/20250617/0123456789abcdef.mp3",
        "timepoints": [],
    }
    found = providers.get("google-302ai").decode(Reply(200, "application/json", json.dumps(body).encode()))

    assert found == Link("https://file.302.ai/gpt/imgs/20250617/0123456789abcdef.mp3", (), 24_000)


@pytest.mark.parametrize(
    ("more", "sound"),
    [
        ({}, Sound(b"sound")),
        ({"timepoints": ["0.5"]}, Sound(b"sound")),
        ({"timepoints": "x"}, Sound(b"sound")),
        ({"timepoints": [{"markName": "m", "timeSeconds": 1}]}, Sound(b"sound", (Mark("m", 1.0),))),
        ({"timepoints": [{"markName": 1, "timeSeconds": 1}]}, Sound(b"sound")),
        ({"audioConfig": {"sampleRateHertz": 8000}}, Sound(b"sound", (), 8_000)),
        ({"audioConfig": {"sampleRateHertz": True}}, Sound(b"sound")),
        ({"audioConfig": {"sampleRateHertz": -1}}, Sound(b"sound")),
        ({"audioConfig": []}, Sound(b"sound")),
        ({"later": {"x": 1}}, Sound(b"sound")),
    ],
)
def test_an_answer_is_read_with_what_it_says(more: dict[str, Any], sound: Sound) -> None:
    body = {"audioContent": base64.b64encode(b"sound").decode(), **more}

    assert (
        providers.get("google-302ai").decode(Reply(200, "application/json", json.dumps(body).encode()))
        == sound
    )


@pytest.mark.parametrize("status", [201, 202, 204, 206, 301])
def test_only_200_is_an_answer(status: int) -> None:
    body = json.dumps({"audioContent": "c291bmQ="}).encode()
    with pytest.raises(Refused, match=str(status)):
        providers.get("google").decode(Reply(status, "application/json", body))


def test_the_vendors_words_are_one_printable_line() -> None:
    words = "bad\n\x1b[31mred" + "x" * 500
    with pytest.raises(Refused) as caught:
        providers.get("google").decode(Reply(400, "", json.dumps({"error": {"message": words}}).encode()))

    (problem,) = caught.value.problems
    assert problem.message.isprintable()
    assert len(problem.message) < 400


def test_302ais_own_error_shape_is_read() -> None:
    body = {"error": {"err_code": -10004, "message": "balance", "message_cn": "余额", "type": "api_error"}}
    with pytest.raises(Refused, match="302ai answered 402: balance"):
        providers.get("google-302ai").decode(Reply(402, "application/json", json.dumps(body).encode()))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": None}, "must be set"), ({"text": ""}, "must be set"), ({"voice": "alloy"}, "does not exist"), ({"language": "es-US"}, "doesn't match"),
        ({"language": ""}, "doesn't match"), ({"text": "é" * 2_501}, "5000 bytes"), ({"pitch": 20.5}, "pitch"), ({"rate": 0.2}, "speakingRate"),
        ({"gain": 17.0}, "volumeGainDb"), ({"effects": ("nope",)}, "effects profile"), ({"sample_rate": 3_999}, "sample rate"),
        ({"text": None, "ssml": "<speak>"}, "Invalid SSML"), ({"text": None, "ssml": "plain"}, "Invalid SSML"), ({"encoding": "WAV"}, "audio_encoding"),
        ({"voice": "en-US-Chirp3-HD-Kore", "pitch": 1.0}, "does not support pitch"),
    ],
)  # fmt: skip
def test_what_the_vendor_rejects_is_refused_in_its_words(
    name: str, changes: dict[str, Any], words: str
) -> None:
    provider = providers.get(name)
    with pytest.raises(Refusal, match=words):
        provider.parse(provider.encode(evolve(ASK, **changes)))


@pytest.mark.parametrize("changes", [{"voice": "en-US-Chirp3-HD-Kore", "pitch": 0.0}, {"text": "é" * 2_500}, {"language": "en"}, {"rate": 0.0}])  # fmt: skip
def test_what_the_vendor_takes_is_taken(changes: dict[str, Any]) -> None:
    provider = providers.get("google-302ai")

    assert provider.parse(provider.encode(evolve(ASK, **changes))).voice.startswith("en-US")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("voice", ["en-US-Studio-O", "en-US-Chirp-HD-F", "en-US-Journey-D", "en-US-News-K"])
def test_what_is_only_reported_to_be_refused_is_taken(name: str, voice: str) -> None:
    provider = providers.get(name)
    ask = evolve(ASK, voice=voice, pitch=2.0, rate=1.2)

    assert provider.parse(provider.encode(ask)) == ask


@pytest.mark.parametrize(("grade", "rate", "refused"), [("P", 1.2, True), ("M", 0.9, True), ("M", 1.0, False), ("M", None, False), ("S", 1.2, False), ("U", 1.2, False)])  # fmt: skip
def test_a_rate_is_refused_on_proof_only(grade: Grade, rate: float | None, refused: bool) -> None:
    known = google.PROVIDER
    family = evolve(known.capabilities.families["Neural2"], rate=Fact("no", grade))
    provider = evolve(known, capabilities=evolve(known.capabilities, families={**known.capabilities.families, "Neural2": family}))  # fmt: skip
    call = provider.encode(evolve(ASK, rate=rate))

    with pytest.raises(Refusal, match="speaking rate") if refused else nullcontext():
        assert provider.parse(call).rate == rate


# --- pause tags and pronunciations ----------------------------------------------------------------------

OWN = ("google", "google-v1beta1")
CHIRP = evolve(ASK, voice="en-US-Chirp3-HD-Kore")
XYLOQ = CustomPronunciation("Xyloq", "ipa", "ˈzaɪlɒk")


def sent(name: str, ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(providers.get(name).encode(ask).body)["input"]
    return found


@pytest.mark.parametrize("name", OWN)
def test_pause_tags_are_sent_as_markup(name: str) -> None:
    ask = evolve(CHIRP, text=None, markup="One [pause] two")
    provider = providers.get(name)

    assert sent(name, ask) == {"markup": "One [pause] two"}
    assert provider.parse(provider.encode(ask)) == ask
    assert provider.billed(ask) == provider.size(ask) == len("One [pause] two")


@pytest.mark.parametrize("name", OWN)
def test_markup_is_for_one_family_only(name: str) -> None:
    """ "Chirp 3: HD only, may not be used with other voices": the proto."""
    with pytest.raises(Refusal, match="Chirp 3: HD"):
        providers.get(name).parse(
            providers.get(name).encode(evolve(ASK, text=None, markup="One [pause] two"))
        )


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize(
    ("alphabet", "encoding"), [("ipa", "PHONETIC_ENCODING_IPA"), ("x-sampa", "PHONETIC_ENCODING_X_SAMPA")]
)
@pytest.mark.parametrize(
    "said", [{"text": "Xyloq."}, {"ssml": "<speak>Xyloq.</speak>"}, {"markup": "[pause] Xyloq."}]
)
def test_pronunciations_stand_beside_what_is_said(
    name: str, alphabet: Any, encoding: str, said: dict[str, Any]
) -> None:
    content: dict[str, Any] = {"text": None, **said}
    ask = evolve(CHIRP, pronunciations=(evolve(XYLOQ, alphabet=alphabet),), **content)
    provider = providers.get(name)
    row = {"phrase": "Xyloq", "phoneticEncoding": encoding, "pronunciation": "ˈzaɪlɒk"}

    assert sent(name, ask) == {**said, "customPronunciations": {"pronunciations": [row]}}
    assert provider.parse(provider.encode(ask)) == ask


@pytest.mark.parametrize(
    "ask", [evolve(CHIRP, text=None, markup="One"), evolve(ASK, pronunciations=(XYLOQ,))]
)
def test_the_proxy_documents_neither(ask: Ask) -> None:
    provider = providers.get("google-302ai")
    with pytest.raises(Refusal, match="Unknown name"):
        provider.parse(provider.encode(ask))

    assert provider.capabilities.inputs == {"text", "ssml"}
    assert not provider.capabilities.pronunciations


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ([], "expected an object"), ({"rows": []}, 'Unknown name "rows"'), ({"pronunciations": {}}, "expected a list"),
        ({"pronunciations": ["a"]}, "expected an object"), ({"pronunciations": [{"phrase": "a"}]}, "needs a phrase"),
        ({"pronunciations": [{"phrase": " ", "pronunciation": "a", "phoneticEncoding": 1}]}, "needs a phrase"),
        ({"pronunciations": [{"phrase": 1, "pronunciation": "a"}]}, "TYPE_STRING"),
        ({"pronunciations": [{"phrase": "a", "pronunciation": "a"}]}, "PHONETIC_ENCODING_UNSPECIFIED is not read"),
        ({"pronunciations": [{"phrase": "a", "pronunciation": "a", "phoneticEncoding": 3}]}, "YOMIGANA is not read"),
        ({"pronunciations": [{"phrase": "a", "pronunciation": "a", "phoneticEncoding": "IPA"}]}, "PhoneticEncoding"),
        ({"pronunciations": [{"phrase": "a", "pronunciation": "a", "phoneticEncoding": 9}]}, "PhoneticEncoding"),
    ],
)  # fmt: skip
def test_a_pronunciation_that_is_none_is_refused(wanted: Any, words: str) -> None:
    said = {"text": "One.", "customPronunciations": wanted}
    with pytest.raises(Refusal, match=words):
        parsed("google", {"languageCode": "en-US", "name": "en-US-Neural2-F"}, input=said)


def test_no_pronunciations_are_none() -> None:
    nothing: tuple[Any, ...] = (None, {}, {"pronunciations": None}, {"pronunciations": []})
    for wanted in nothing:
        said = {"text": "One.", "customPronunciations": wanted}
        voice = {"languageCode": "en-US", "name": "en-US-Neural2-F"}
        assert parsed("google", voice, input=said) == ASK


@pytest.mark.parametrize(
    "said", [{}, {"text": "a", "markup": "a"}, {"ssml": "<speak/>", "markup": "a"}, {"markup": ""}, None]
)
def test_one_thing_is_said(said: Any) -> None:
    with pytest.raises(Refusal, match="only one of them"):
        parsed("google", {"languageCode": "en-US", "name": "en-US-Chirp3-HD-Kore"}, input=said)


# --- enumerations by number -----------------------------------------------------------------------------

NUMBERS = {
    1: "LINEAR16",
    2: "MP3",
    3: "OGG_OPUS",
    5: "MULAW",
    6: "ALAW",
    7: "PCM",
    8: "M4A",
}  # cloud_tts.proto, v1
VOICE = {"languageCode": "en-US", "name": "en-US-Neural2-F"}


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("number", [*NUMBERS, 4, 0, 9, -1, 10**30, True, 1.5])
def test_an_encoding_is_taken_by_its_number(name: str, number: Any) -> None:
    known = NUMBERS | ({4: "MP3_64_KBPS"} if name == "google-v1beta1" else {})
    wanted = known.get(number) if type(number) is int else None
    config = {"audioConfig": {"audioEncoding": number}}
    if wanted is None:
        with pytest.raises(Refusal, match="audio_encoding"):
            parsed(name, VOICE, **config)
    else:
        assert parsed(name, VOICE, **config).encoding == wanted


def test_the_proxys_page_has_names_only() -> None:
    with pytest.raises(Refusal, match="audio_encoding"):
        parsed("google-302ai", VOICE, audioConfig={"audioEncoding": 1})


@pytest.mark.parametrize(
    ("number", "voice"), [(1, "de-DE-Standard-B"), (2, "de-DE-Standard-A"), (3, "de-DE-Standard-A")]
)
def test_a_gender_is_taken_by_its_number(number: int, voice: str) -> None:
    assert parsed("google", {"languageCode": "de-DE", "ssmlGender": number}).voice == voice


@pytest.mark.parametrize(
    ("kinds", "marks"), [([1], True), ([0], False), (["SSML_MARK", 0], True), ([], False)]
)
def test_time_points_are_asked_for_by_name_or_number(kinds: Any, marks: bool) -> None:
    assert parsed("google-v1beta1", VOICE, enableTimePointing=kinds).marks is marks


@pytest.mark.parametrize("kinds", [[2], ["MARK"], "SSML_MARK", [True], [None, []]])
def test_time_points_that_are_none_are_refused(kinds: Any) -> None:
    with pytest.raises(Refusal, match="enable_time_pointing"):
        parsed("google-v1beta1", VOICE, enableTimePointing=kinds)


# --- voices that are not named ------------------------------------------------------------------------


def parsed(provider: str, voice: Any, **changes: Any) -> Ask:
    known = providers.get(provider)
    body = {
        "input": {"text": "One."},
        "voice": voice,
        "audioConfig": {"audioEncoding": "LINEAR16"},
        **changes,
    }
    return known.parse(evolve(known.encode(ASK), body=json.dumps(body).encode()))


@pytest.mark.parametrize("provider", ["google", "google-v1beta1"])
@pytest.mark.parametrize(
    ("language", "gender", "name"),
    [
        ("de-DE", None, "de-DE-Standard-A"), ("de-DE", "FEMALE", "de-DE-Standard-A"), ("de-DE", "MALE", "de-DE-Standard-B"),
        ("de-DE", "NEUTRAL", "de-DE-Standard-A"), ("de-DE", "SSML_VOICE_GENDER_UNSPECIFIED", "de-DE-Standard-A"),
        ("en-US", "FEMALE", "en-US-Standard-C"), ("en-US", "MALE", "en-US-Standard-B"), ("en-us", None, "en-US-Standard-A"),
        ("es", None, "es-ES-Standard-A"), ("pt", "MALE", "pt-BR-Standard-B"), ("cmn-cn", None, "cmn-CN-Standard-A"),
        ("ar-XA", None, "ar-XA-Standard-A"), ("es-419", None, "es-419-Standard-A"),
    ],
)  # fmt: skip
def test_google_chooses_a_voice_where_none_is_named(
    provider: str, language: str, gender: str | None, name: str
) -> None:
    ask = parsed(provider, {"languageCode": language, "ssmlGender": gender, "name": None})

    assert (ask.language, ask.voice) == (language, name)
    assert providers.get(provider).parse(providers.get(provider).encode(ask)) == ask


@pytest.mark.parametrize("name", NAMES)
def test_a_gender_beside_a_name_is_taken(name: str) -> None:
    voice = {"languageCode": "en-US", "name": "en-US-Neural2-F", "ssmlGender": "FEMALE"}

    assert parsed(name, voice).voice == "en-US-Neural2-F"


@pytest.mark.parametrize("gender", ["", "female", "WOMAN", 2.5, True, ["MALE"]])
def test_a_gender_that_is_none_is_refused(gender: Any) -> None:
    with pytest.raises(Refusal, match=r"Invalid value at 'voice\.ssml_?[gG]ender'"):
        parsed("google", {"languageCode": "en-US", "ssmlGender": gender})


@pytest.mark.parametrize("voice", [{}, None, {"languageCode": "en-US"}, {"languageCode": "en-US", "name": ""}, {"name": None}])  # fmt: skip
def test_the_proxy_wants_a_voice_by_name(voice: Any) -> None:
    with pytest.raises(Refusal, match=r"voice\.name is required"):
        parsed("google-302ai", voice)


@pytest.mark.parametrize(
    ("voice", "words"),
    [
        ({}, "language_code must be set"), (None, "language_code must be set"), ({"ssmlGender": "MALE"}, "language_code must be set"),
        ({"languageCode": "english"}, "'english' is not a BCP-47 tag|not registered"), ({"languageCode": "cmn-Hant-CN"}, "script subtag"),
        ({"languageCode": "tlh\n"}, "BCP-47"), ({"languageCode": "e" * 5_000}, "BCP-47"),
    ],
)  # fmt: skip
def test_a_voice_that_cannot_be_chosen_is_refused(voice: Any, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        parsed("google", voice)


@pytest.mark.parametrize("name", NAMES)
def test_null_is_a_field_that_is_not_set(name: str) -> None:
    config = dict.fromkeys(("pitch", "speakingRate", "volumeGainDb", "sampleRateHertz", "effectsProfileId"))
    voice = {"languageCode": "en-US", "name": "en-US-Neural2-F", "ssmlGender": None}
    said = {"text": "One.", "ssml": None}
    more = {"input": said, "audioConfig": {"audioEncoding": "LINEAR16", **config}, "enableTimePointing": None}

    assert evolve(parsed(name, voice, **more), options=()) == ASK


@pytest.mark.parametrize(("options", "query", "link"), [((), (("response_format", "url"),), True), ((("response_format", "base64"),), (), False)])  # fmt: skip
def test_the_answers_form_is_asked_for_in_the_query(
    options: tuple[tuple[str, str], ...], query: object, link: bool
) -> None:
    provider = providers.get("google-302ai")
    ask = evolve(ASK, options=options)

    assert (provider.encode(ask).query, provider.wants_link(ask)) == (query, link)
    assert not providers.get("google").wants_link(ask)


def test_marks_are_not_billed_and_markup_is() -> None:
    provider = providers.get("google")
    ask = evolve(ASK, text=None, ssml='<speak>ab<mark name="x"/></speak>')

    assert provider.billed(ask) == len("<speak>ab</speak>")
    assert provider.size(evolve(ASK, text="é")) == 2
    assert provider.billed(evolve(ASK, text="é")) == 1


@pytest.mark.parametrize(
    ("language", "count"), [("", 3), ("en", 2), ("EN-us", 1), ("e", 0), ("de", 0), ("en-", 0), ("*", 0)]
)
def test_voices_are_listed_by_language(language: str, count: int) -> None:
    voices = [
        VoiceEntry("en-US", True, 22_050),
        VoiceEntry("en-GB", False, 22_050),
        VoiceEntry("es-MX", True, 22_050),
    ]
    reply = providers.get("google").list_voices(voices, listing(languageCode=language))

    assert reply is not None
    listed = json.loads(reply.body)["voices"]
    assert len(listed) == count
    assert all(providers.get("google").family(voice["name"]) for voice in listed)
    assert providers.get("google-302ai").list_voices(voices, listing()) is None


def test_a_voice_is_listed_under_a_name_of_its_gender() -> None:
    """The first letter is a woman's in most languages, and a man's in American English."""
    voices = [VoiceEntry(tag, female, 24_000) for tag in ("en-US", "cmn-CN") for female in (True, False)]
    reply = providers.get("google").list_voices(voices, listing())

    assert reply is not None
    assert [(row["name"], row["ssmlGender"]) for row in json.loads(reply.body)["voices"]] == [
        ("en-US-Standard-C", "FEMALE"),
        ("en-US-Standard-B", "MALE"),
        ("cmn-CN-Standard-A", "FEMALE"),
        ("cmn-CN-Standard-B", "MALE"),
    ]


def test_a_macrolanguage_lists_its_main_member() -> None:
    reply = providers.get("google").list_voices(
        [VoiceEntry("cmn-CN", True, 24_000)], listing(languageCode="zh")
    )

    assert reply is not None
    assert len(json.loads(reply.body)["voices"]) == 1


def test_a_wrong_answer_keeps_nothing_of_the_body() -> None:
    body = json.dumps({"audioContent": "SECRET*"}).encode()
    with pytest.raises(WrongAnswer) as caught:
        providers.get("google").decode(Reply(200, "", body))

    assert "SECRET" not in str(caught.value)
