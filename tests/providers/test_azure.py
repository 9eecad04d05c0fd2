"""Azure's wire, at the address of a region and behind 302.AI."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import voicekit
from kit import projects
from kit.local_server import one
from kit.provider import conforms, listing, says_the_same
from kit.serving import Server, serving
from voicekit import providers, ssml
from voicekit._sound import bare, probe
from voicekit.errors import ConfigError, Refused, WrongAnswer
from voicekit.model import Ask, Call, Project, Reply, Sound
from voicekit.providers import Refusal, VoiceEntry
from voicekit.providers import _azure_formats as formats
from voicekit.providers import _format_words as format_words
from voicekit.testing import texts

BOTH = ("azure", "azure-302ai")
AZURE = providers.get("azure")
PATH = "/cognitiveservices/v1"
KIND = {"Content-Type": "application/ssml+xml"}
JENNY, HD = "en-US-JennyNeural", "en-US-Ava:DragonHDLatestNeural"
ASK = Ask(text="One moment.", ssml=None, language="en-US", voice=JENNY, encoding="MULAW")
ROOT = '<speak version="1.0" xml:lang="en-US" xmlns="http://www.w3.org/2001/10/synthesis">'
PLAIN = f'{ROOT}<voice name="{JENNY}">One moment.</voice></speak>'
TELEPHONE = ("telephony-class-application",)

# The list of the REST page of 2024-09-23, streaming and not.
LISTED = """
amr-wb-16000hz audio-16khz-16bit-32kbps-mono-opus audio-16khz-32kbitrate-mono-mp3 audio-16khz-64kbitrate-mono-mp3
audio-16khz-128kbitrate-mono-mp3 audio-24khz-16bit-24kbps-mono-opus audio-24khz-16bit-48kbps-mono-opus
audio-24khz-48kbitrate-mono-mp3 audio-24khz-96kbitrate-mono-mp3 audio-24khz-160kbitrate-mono-mp3 audio-48khz-96kbitrate-mono-mp3
audio-48khz-192kbitrate-mono-mp3 ogg-16khz-16bit-mono-opus ogg-24khz-16bit-mono-opus ogg-48khz-16bit-mono-opus
raw-8khz-8bit-mono-alaw raw-8khz-8bit-mono-mulaw raw-8khz-16bit-mono-pcm raw-16khz-16bit-mono-pcm raw-16khz-16bit-mono-truesilk
raw-22050hz-16bit-mono-pcm raw-24khz-16bit-mono-pcm raw-24khz-16bit-mono-truesilk raw-44100hz-16bit-mono-pcm
raw-48khz-16bit-mono-pcm webm-16khz-16bit-mono-opus webm-24khz-16bit-24kbps-mono-opus webm-24khz-16bit-mono-opus
riff-8khz-8bit-mono-alaw riff-8khz-8bit-mono-mulaw riff-8khz-16bit-mono-pcm riff-22050hz-16bit-mono-pcm riff-24khz-16bit-mono-pcm
riff-44100hz-16bit-mono-pcm riff-48khz-16bit-mono-pcm
"""
PAGE = LISTED.split()


@pytest.mark.parametrize("name", BOTH)
def test_conforms(name: str) -> None:
    conforms(providers.get(name))


def document(ask: Ask) -> str:
    return AZURE.encode(ask).body.decode()


def parsed(body: str, output: str | None = "riff-8khz-8bit-mono-mulaw") -> Ask:
    headers = () if output is None else (("X-Microsoft-OutputFormat", output),)
    return AZURE.parse(Call("POST", PATH, (), body.encode(), KIND["Content-Type"], headers))


# --- the document ---------------------------------------------------------------------------------------


def test_the_request_of_the_vendors_page() -> None:
    call = AZURE.encode(ASK)

    assert call.body.decode() == PLAIN
    assert (call.method, call.path, call.query) == ("POST", PATH, ())
    assert call.content_type == "application/ssml+xml"
    assert call.headers == (("X-Microsoft-OutputFormat", "riff-8khz-8bit-mono-mulaw"),)
    assert AZURE.parse(call) == evolve(ASK, sample_rate=8_000)


def test_a_profiles_settings_are_in_each_voice() -> None:
    ask = evolve(ASK, pitch=-1.5, rate=0.96, effects=TELEPHONE)

    assert document(ask) == (
        f'{ROOT}<voice effect="eq_telecomhp8k" name="{JENNY}">'
        '<prosody pitch="-1.500st" rate="0.960">One moment.</prosody></voice></speak>'
    )
    assert document(evolve(ASK, rate=1.0)) == PLAIN.replace(
        "One moment.", '<prosody rate="1.000">One moment.</prosody>'
    )
    both = f'{ROOT}<voice name="{JENNY}">One.</voice><voice effect="eq_car" name="de-DE-KatjaNeural">Zwei.</voice></speak>'
    assert document(evolve(ask, text=None, ssml=both)) == (
        f'{ROOT}<voice effect="eq_telecomhp8k" name="{JENNY}"><prosody pitch="-1.500st" rate="0.960">One.</prosody></voice>'
        '<voice effect="eq_car" name="de-DE-KatjaNeural"><prosody pitch="-1.500st" rate="0.960">Zwei.</prosody></voice></speak>'
    )


def test_prosody_goes_around_nothing_that_may_not_stand_in_it() -> None:
    root = ROOT.replace("xmlns=", 'xmlns:mstts="http://www.w3.org/2001/mstts" xmlns=')
    silence, tuned = '<mstts:silence type="Leading" value="1s"/>', '<mstts:ttsembedding speakerProfileId="1">'
    said = (
        f'{root}<voice name="{JENNY}">{silence}<bookmark mark="a"/>One <lang xml:lang="de-DE">zwei</lang>'
        f"{tuned}three</mstts:ttsembedding></voice></speak>"
    )
    written = document(evolve(ASK, text=None, ssml=ssml.serialise(ssml.parse(said)), rate=0.9))

    assert written.partition(JENNY)[2] == (
        f'">{silence}<prosody rate="0.900"><bookmark mark="a"/>One <lang xml:lang="de-DE">zwei</lang></prosody>'
        f'{tuned}<prosody rate="0.900">three</prosody></mstts:ttsembedding></voice></speak>'
    )


def test_a_custom_voice_gets_its_frame_too() -> None:
    ask = evolve(ASK, voice="my-own-voice", text=None, ssml="<speak>One <break/></speak>")

    assert document(ask) == f'{ROOT}<voice name="my-own-voice">One <break/></voice></speak>'
    assert AZURE.family("my-own-voice") is None


def test_a_complete_document_stays_as_it_is() -> None:
    said = f"<speak version='1.0'\n xml:lang='en-US'><!-- kept --><voice name='{JENNY}'>One.</voice></speak>"

    assert document(evolve(ASK, text=None, ssml=said)) == said
    assert parsed(said).ssml == said


@given(texts(min_size=1, max_size=40))
def test_every_text_comes_back(text: str) -> None:
    assert AZURE.parse(AZURE.encode(evolve(ASK, text=text))).text == text


# What documents have around everything, as ours and otherwise.
RATES = st.sampled_from(["", 'rate="0.900"', 'rate="0.9"', 'rate="1.000"', 'rate="3.000"', 'pitch="+2.000st" rate="0.900"', 'pitch="high"'])  # fmt: skip
INNER = st.sampled_from(["One.", " ", "One <break/>two", '<bookmark mark="a"/>', '<lang xml:lang="de-DE">Eins.</lang>', "<p>One.</p> two"])  # fmt: skip
EFFECTS = st.sampled_from(["", ' effect="eq_car"', ' effect="eq_telecomhp8k"'])


@given(
    st.lists(st.tuples(EFFECTS, RATES, INNER), min_size=1, max_size=3),
    st.none() | st.floats(-12, 7).map(lambda value: value + 0.0),
    st.none() | st.sampled_from([0.9, 1.0]) | st.floats(0.5, 2.0),
    st.booleans(),
)
def test_a_documents_own_settings_are_never_taken_for_the_profiles(
    voices: list[tuple[str, str, str]], pitch: float | None, rate: float | None, telephone: bool
) -> None:
    said = "".join(
        f'<voice{effect} name="{JENNY}">{f"<prosody {own}>{inner}</prosody>" if own else inner}</voice>'
        for effect, own, inner in voices
    )
    written = ssml.serialise(ssml.parse(f"{ROOT}{said}</speak>"))
    ask = evolve(ASK, text=None, ssml=written, pitch=pitch, rate=rate, effects=TELEPHONE if telephone else ())

    says_the_same(AZURE, ask, AZURE.parse(AZURE.encode(ask)))


@pytest.mark.parametrize(
    ("language", "voice", "is_text"),
    [("en-US", JENNY, True), ("en", JENNY, True), ("en-US", "de-DE-KatjaNeural", False), ("de-DE", JENNY, False)],
)  # fmt: skip
def test_a_voice_speaks_its_own_language_whatever_the_document_says(
    language: str, voice: str, is_text: bool
) -> None:
    read = parsed(PLAIN.replace("en-US", language, 1).replace(JENNY, voice))

    assert (read.text is not None, read.language, read.voice) == (is_text, language, voice)


@pytest.mark.parametrize(
    ("voice", "family"),
    [
        (JENNY, "neural"), ("zh-CN-liaoning-XiaobeiNeural", "neural"), ("sr-Latn-RS-NicholasNeural", "neural"), ("fil-PH-BlessicaNeural", "neural"),
        ("en-US-JennyMultilingualV2Neural", "neural"), ("Microsoft Server Speech Text to Speech Voice (en-US, JennyNeural)", "neural"),
        (HD, "HD"), ("de-DE-Florian:DragonHDLatestNeural", "HD"), ("en-US-MultiTalker-Ava-Andrew:DragonHDLatestNeural", "HD"),
        ("en-US-Jenny", None), ("JennyNeural", None), ("en-us-JennyNeural", None), ("en-US-jennyNeural", None), ("Joanna", None), ("", None),
        ("en-US-Neural2-F", None), ("en-US-Ava:DragonNeural", None), (f"{JENNY} ", None), ("én-US-JennyNeural", None),
    ],
)  # fmt: skip
def test_a_family_is_known_by_the_voices_name(voice: str, family: str | None) -> None:
    found = AZURE.family(voice)

    assert (found.name if found else None) == family


# --- the format -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", PAGE)
def test_every_format_of_the_page_is_read_or_known_to_be_none_of_ours(word: str) -> None:
    if word in formats.UNSPOKEN:
        with pytest.raises(Refusal, match="is not made here"):
            parsed(PLAIN, word)
        return
    read = parsed(PLAIN, word)
    prefix, rate, *_ = word.removeprefix("amr-").split("-")

    assert read.sample_rate == float(rate.rstrip("khz")) * (1000 if rate.endswith("khz") else 1)
    assert (AZURE.bare_rate(read) is not None) == (prefix == "raw" and word.endswith("law"))


def test_what_is_sent_is_on_the_page() -> None:
    sent = {
        word for words in formats.SENT.values() for by_bits in words.values() for word in by_bits.values()
    }

    # The edition of 2019 and the SDK have it.
    assert sent - set(PAGE) == {"riff-16khz-16bit-mono-pcm"}
    assert formats.READ.keys() | formats.UNSPOKEN == {*PAGE, "riff-16khz-16bit-mono-pcm"}


@pytest.mark.parametrize("encoding", sorted(formats.SENT))
def test_every_format_is_there_and_back(encoding: str) -> None:
    for rate, words in formats.SENT[encoding].items():
        for bits, word in words.items():
            ask = evolve(ASK, encoding=encoding, sample_rate=rate, bit_rate=bits)

            assert dict(AZURE.encode(ask).headers)["X-Microsoft-OutputFormat"] == word
            assert AZURE.parse(AZURE.encode(ask)) == ask


def test_a_bit_rate_alone_is_asked_for_at_a_rate_that_has_it() -> None:
    for bits, word in ((96_000, "audio-24khz-96kbitrate-mono-mp3"), (192_000, "audio-48khz-192kbitrate-mono-mp3")):  # fmt: skip
        ask = evolve(ASK, encoding="MP3", bit_rate=bits)

        assert dict(AZURE.encode(ask).headers)["X-Microsoft-OutputFormat"] == word


@pytest.mark.parametrize(
    ("encoding", "word"),
    [("LINEAR16", "riff-24khz-16bit-mono-pcm"), ("PCM", "raw-24khz-16bit-mono-pcm"), ("ALAW", "riff-8khz-8bit-mono-alaw"),
     ("MP3", "audio-24khz-48kbitrate-mono-mp3"), ("OGG_OPUS", "ogg-24khz-16bit-mono-opus"), ("AMR_WB", "amr-wb-16000hz")],
)  # fmt: skip
def test_without_a_rate_the_voices_own_is_asked_for(encoding: str, word: str) -> None:
    assert dict(AZURE.encode(evolve(ASK, encoding=encoding)).headers)["X-Microsoft-OutputFormat"] == word


# --- what is refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "Invalid SSML"), ("One moment.", "Invalid SSML: the speak element must have version and xml:lang"), ("<speak>One.</speak>", "must have version"),
        (f"{ROOT}One.</speak>", "must stand in a voice element"), (f"{ROOT}<voice name='{JENNY}'>One.</voice>two</speak>", "must stand in a voice"),
        (f"{ROOT}</speak>", "must stand in a voice"), (f"{ROOT}<voice name='{JENNY}'>One.</speak>", "Invalid SSML: "),
        (PLAIN.replace(JENNY, "en-US-Nobody"), "Unsupported voice en-US-Nobody"), (PLAIN.replace(f' name="{JENNY}"', ""), "Unsupported voice"),
        (PLAIN.replace("One", "x" * 65_536), "65,"), (PLAIN.replace(JENNY, HD).replace("One moment.", '<prosody rate="0.900">One.</prosody>'), "HD voices"),
        (f"{ROOT}" + "".join(f'<voice effect="{n}" name="{JENNY}">One.</voice>' for n in range(51)) + "</speak>", "at most 50 distinct"),
        ("<!DOCTYPE x []>" + PLAIN, "Invalid SSML"),
    ],
)  # fmt: skip
def test_what_azure_would_refuse(body: str, words: str) -> None:
    with pytest.raises(Refusal, match=words) as caught:
        parsed(body)

    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("word", "words"),
    [(None, "X-Microsoft-OutputFormat is missing"), ("", "is missing"), ("mp3", "Unsupported output format: mp3 is unknown")],
)  # fmt: skip
def test_a_format_must_be_said(word: str | None, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        parsed(PLAIN, word)


def test_a_body_that_is_no_text_is_refused() -> None:
    call = AZURE.encode(ASK)
    with pytest.raises(Refusal, match="not UTF-8"):
        AZURE.parse(evolve(call, body=b"\xff" + call.body))


def test_the_header_may_be_written_in_any_case() -> None:
    call = AZURE.encode(ASK)
    headers = (("x-microsoft-outputformat", "RAW-8KHZ-16BIT-MONO-PCM"),)

    assert AZURE.parse(evolve(call, headers=headers)).encoding == "PCM"


# --- what it costs --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 11), ({"text": "A & B < C"}, 9), ({"text": "你好 A"}, 6), ({"text": "漢字かな"}, 6), ({"effects": TELEPHONE}, 11),
        ({"rate": 0.9}, 11 + len('<prosody rate="0.900"></prosody>')),
        ({"text": None, "ssml": f'{ROOT}<voice name="{JENNY}">One <break time="1s"/></voice></speak>'}, 4 + len('<break time="1s"/>')),
    ],
)  # fmt: skip
def test_all_but_speak_and_voice_is_billed_and_ideographs_twice(
    changes: Mapping[str, Any], count: int
) -> None:
    assert AZURE.billed(evolve(ASK, **changes)) == count


def test_size_is_the_whole_document_in_bytes() -> None:
    assert AZURE.size(evolve(ASK, text="é")) == len(PLAIN.replace("One moment.", "é").encode())


# --- the answer -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "kind"),
    [("LINEAR16", "audio/x-wav"), ("MULAW", "audio/x-wav"), ("PCM", "audio/basic"), ("MP3", "audio/mpeg"), ("OGG_OPUS", "audio/ogg"),
     ("WEBM_OPUS", "audio/webm"), ("AMR_WB", "audio/amr-wb")],
)  # fmt: skip
def test_an_answer_is_the_sound_and_nothing_else(encoding: str, kind: str) -> None:
    reply = AZURE.respond(evolve(ASK, encoding=encoding), Sound(b"sound"))

    assert reply == Reply(200, kind, b"sound")
    assert AZURE.decode(reply) == Sound(b"sound")


@pytest.mark.parametrize("body", [b"", b"Unsupported voice x."])
@pytest.mark.parametrize("status", [400, 401, 415, 429, 502, 503])
def test_refusals_are_plain_text_or_nothing(status: int, body: bytes) -> None:
    with pytest.raises(Refused, match=f"azure answered {status}") as caught:
        AZURE.decode(Reply(status, "text/plain", body))

    assert body.decode() in caught.value.problems[0].message
    assert caught.value.problems[0].remedy


def test_a_page_is_no_sound() -> None:
    with pytest.raises(WrongAnswer, match="200 without a sound"):
        AZURE.decode(Reply(200, "text/plain", b"Service under maintenance."))


@pytest.mark.parametrize(("status", "code"), [(401, -10001), (429, -10011), (503, -10008)])
def test_what_302ai_refuses_itself_is_in_its_own_shape(status: int, code: int) -> None:
    proxy = providers.get("azure-302ai")

    assert json.loads(proxy.refuse(status, "No.").body)["error"]["err_code"] == code
    assert proxy.refuse(400, "No.") == AZURE.refuse(400, "No.") == Reply(400, "text/plain", b"No.")


def test_the_list_of_voices_says_that_they_are_stand_ins() -> None:
    entries = (
        VoiceEntry("en-US", True, 24_000),
        VoiceEntry("de-DE", False, 24_000),
        VoiceEntry("es-419", True, 24_000),
    )
    reply = AZURE.list_voices(entries, listing())
    assert reply is not None
    woman, man = json.loads(reply.body)

    assert woman == {
        "Name": "Microsoft Server Speech Text to Speech Voice (en-US, EmbeddedFemaleNeural)",
        "DisplayName": "Embedded Female",
        "LocalName": "Embedded Female",
        "ShortName": "en-US-EmbeddedFemaleNeural",
        "Gender": "Female",
        "Locale": "en-US",
        "LocaleName": "en-US",
        "SampleRateHertz": "24000",
        "VoiceType": "Neural",
        "Status": "GA",
    }
    assert all(AZURE.family(man[name]) for name in ("Name", "ShortName"))
    assert providers.get("azure-302ai").list_voices(entries, listing()) is None


def test_a_stand_in_is_what_its_name_says() -> None:
    from voicekit._speak import voices

    pools = voices.engine().variants

    assert voices.choose("de-DE", "de-DE-EmbeddedFemaleNeural").variant in pools["female"]
    assert voices.choose("de-DE", "de-DE-EmbeddedMaleNeural").variant in pools["male"]


# --- a region ---------------------------------------------------------------------------------------------


def project(root: Path, endpoint: str) -> Project:
    profile = f"provider: azure\nlanguage: en-US\nvoice: {JENNY}\nencoding: MULAW\nrate: 0.9\n"
    settings = f"{projects.FILES['voicekit.yaml']}endpoints:\n  west: {{provider: azure{endpoint}}}\n"
    files = projects.project(root, {"profiles/en.yaml": profile, "voicekit.yaml": settings})
    loaded: Project = voicekit.load(files)
    return loaded


def test_nothing_is_sent_without_a_region(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="an address for each region and none for all") as caught:
        voicekit.plan(project(tmp_path, ""), via="west")

    remedy = caught.value.problems[0].remedy
    assert remedy == "write your region's as endpoints.west.url: https://REGION.tts.speech.microsoft.com"


def test_a_region_is_an_address(tmp_path: Path) -> None:
    address = ", url: https://westeurope.tts.speech.microsoft.com"
    (row,) = voicekit.plan(project(tmp_path, address), via="west").requests

    assert row.call.headers == (("X-Microsoft-OutputFormat", "riff-8khz-8bit-mono-mulaw"),)
    assert row.price == pytest.approx(row.characters_billed * 16 / 1e6)
    assert voicekit.plan(project(tmp_path, address)).requests[0].request_key == row.request_key


def test_a_volume_has_no_honest_mapping(tmp_path: Path) -> None:
    loud = {"profiles/en.yaml": f"provider: azure\nlanguage: en-US\nvoice: {JENNY}\nencoding: MP3\ngain: 3\npitch: 8\n"}  # fmt: skip
    said = [message for _, _, message in projects.wrong(projects.project(tmp_path, loud))]

    assert said == ["gain: azure has no gain", "pitch: 8 is outside what azure takes, [-12, 7]"]


# --- the local server -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving("--require-key", "the key") as running:
        yield running


def spoken(server: Server, word: str, body: str = PLAIN, **headers: str) -> httpx.Response:
    sent = {**KIND, "X-Microsoft-OutputFormat": word, "Ocp-Apim-Subscription-Key": "the key", **headers}
    return httpx.post(server.address + PATH, content=body.encode(), headers=sent, timeout=60)


@pytest.mark.parametrize("encoding", sorted(formats.SENT.keys() - {"AMR_WB"}))
def test_the_answers_header_says_what_was_asked_for(server: Server, encoding: str) -> None:
    words = ((*at, word) for word, at in format_words.read({encoding: formats.SENT[encoding]}).items())
    for _, rate, bits, word in words:
        answer = spoken(server, word)

        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].split(";")[0] == formats.content_type(word)
        media = probe.verify(answer.content, encoding, rate, text_length=11, bit_rate=bits, channels=1)
        assert 0.3 < media.duration < 3


@pytest.mark.parametrize(("word", "encoding"), [("raw-8khz-8bit-mono-mulaw", "MULAW"), ("raw-8khz-8bit-mono-alaw", "ALAW")])  # fmt: skip
def test_g711_without_a_header_is_the_samples_of_the_one_with(
    server: Server, word: str, encoding: str
) -> None:
    streamed = spoken(server, word).content

    assert not streamed.startswith(b"RIFF")
    assert bare.headed(streamed, encoding, 8_000) == spoken(server, word.replace("raw", "riff")).content


def test_pitch_and_rate_are_heard(server: Server) -> None:
    def lasts(rate: float) -> float:
        body = document(evolve(ASK, rate=rate))
        return probe.probe(spoken(server, "riff-8khz-16bit-mono-pcm", body).content).duration

    assert lasts(0.5) == pytest.approx(4 * lasts(2.0), rel=0.1)


def test_the_key_says_who_is_asked() -> None:
    def asked(**headers: str) -> httpx.Response:
        return one("POST", PATH, content=b"<speak/>", headers={**KIND, **headers})

    def shape(answer: httpx.Response) -> str:
        return answer.headers["content-type"].split(";")[0]

    for headers in ({"Ocp-Apim-Subscription-Key": "x"}, {"Authorization": "Bearer x"}, {}):
        assert (asked(**headers).status_code, shape(asked(**headers))) == (400, "text/plain")
    wrong = {"Content-Type": "application/json"}
    assert (asked(**wrong, **{"Ocp-Apim-Subscription-Key": "x"}).status_code, shape(asked(**wrong, **{"Ocp-Apim-Subscription-Key": "x"}))) == (415, "text/plain")  # fmt: skip
    assert (asked(**wrong, Authorization="Bearer x").status_code, shape(asked(**wrong, Authorization="Bearer x"))) == (415, "application/json")  # fmt: skip


def test_refusals_come_over_the_wire(server: Server) -> None:
    word = "riff-8khz-16bit-mono-pcm"
    nobody = spoken(server, word, PLAIN.replace(JENNY, "en-US-Nobody"))
    keyless = spoken(server, word, **{"Ocp-Apim-Subscription-Key": ""})

    assert (nobody.status_code, nobody.text) == (400, "Unsupported voice en-US-Nobody.")
    assert (keyless.status_code, keyless.headers["content-type"].split(";")[0]) == (401, "text/plain")
    listed = httpx.get(f"{server.address}/cognitiveservices/voices/list", headers={"Ocp-Apim-Subscription-Key": "the key"})  # fmt: skip
    assert {"en-US", "de-DE", "ja-JP"} & {row["Locale"] for row in listed.json()} >= {"en-US", "de-DE"}
    for row in listed.json()[:4]:
        body = PLAIN.replace(JENNY, row["ShortName"]).replace("en-US", row["Locale"], 1)
        assert spoken(server, word, body).status_code == 200
