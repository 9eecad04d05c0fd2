"""MiniMax's wires behind 302.AI: the one that answers at once, and the one that makes a task."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import voicekit
from kit import projects
from kit.local_server import VOICES, anything, ask_server
from kit.provider import conforms, says_the_same
from voicekit import providers, ssml
from voicekit._server import make_app
from voicekit._transport import Transport
from voicekit.errors import ConfigError, Refused, TaskOver, WrongAnswer
from voicekit.model import Ask, Call, Element, Endpoint, Link, Reply, Sound, Task
from voicekit.providers import Refusal
from voicekit.testing import asks

NOW, LATER = providers.get("minimax-302ai"), providers.get("minimax-async-302ai")
NAMES = ("minimax-302ai", "minimax-async-302ai")
PATHS = {"minimax-302ai": "/minimaxi/v1/t2a_v2", "minimax-async-302ai": "/minimaxi/v1/t2a_async_v2"}
QUERY = "/minimaxi/v1/query/t2a_async_query_v2"
MODELS = tuple(f"speech-{version}-{kind}" for version in ("2.8", "2.6", "02") for kind in ("hd", "turbo"))
VOICE = "English_expressive_narrator"
ASK = Ask(text="One moment.", ssml=None, language="en-US", voice=VOICE, encoding="MP3")
BODY: dict[str, Any] = {
    "model": "speech-2.8-hd",
    "text": "One moment.",
    "voice_setting": {"voice_id": VOICE},
    "audio_setting": {"format": "mp3"},
}
OK = {"status_code": 0, "status_msg": "success"}


@pytest.mark.parametrize("name", NAMES)
def test_conforms(name: str) -> None:
    extra = ("language_boost", "speed", "vol", "pitch", "emotion", "stream", "sample_rate", "audio_sample_rate", "bitrate", "output_format")  # fmt: skip
    conforms(providers.get(name), extra=extra)


def sent(ask: Ask, name: str = "minimax-302ai") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(providers.get(name).encode(ask).body)
    return found


def parsed(name: str = "minimax-302ai", /, voice: Any = None, audio: Any = None, **changes: Any) -> Ask:
    body = {
        **BODY,
        "voice_setting": {**BODY["voice_setting"], **(voice or {})},
        "audio_setting": {**BODY["audio_setting"], **(audio or {})},
        **changes,
    }
    return providers.get(name).parse(Call("POST", PATHS[name], (), json.dumps(body).encode()))


def answer(**fields: Any) -> Reply:
    return Reply(200, "application/json", json.dumps(fields).encode())


# --- the request --------------------------------------------------------------------------------------


def test_the_fields_of_the_vendors_page() -> None:
    own = (("emotion", "calm"), ("model", "speech-2.6-turbo"))
    ask = evolve(ASK, rate=1.2, pitch=-2.0, gain=6.0, sample_rate=8_000, options=own)

    assert sent(ask) == {
        "model": "speech-2.6-turbo",
        "text": "One moment.",
        "stream": False,
        "voice_setting": {"voice_id": VOICE, "speed": 1.2, "pitch": -2, "vol": 1.99526, "emotion": "calm"},
        "audio_setting": {"format": "mp3", "sample_rate": 8_000, "bitrate": 64_000, "channel": 1},
        "language_boost": "English",
        "output_format": "hex",
    }
    slow = sent(ask, "minimax-async-302ai")
    assert slow["audio_setting"] == {"format": "mp3", "audio_sample_rate": 8_000, "bitrate": 64_000, "channel": 1}  # fmt: skip
    assert set(slow) == {"model", "text", "voice_setting", "audio_setting", "language_boost"}


@pytest.mark.parametrize("name", NAMES)
def test_a_rate_is_always_said(name: str) -> None:
    field = "sample_rate" if name == "minimax-302ai" else "audio_sample_rate"

    assert sent(ASK, name)["audio_setting"][field] == 32_000
    assert parsed(name).sample_rate == 32_000
    for rate in (8_000, 16_000, 22_050, 24_000, 32_000, 44_100):
        assert parsed(name, audio={field: rate}).sample_rate == rate


@pytest.mark.parametrize(
    ("encoding", "word", "bit_rate"),
    [("MP3", "mp3", 128_000), ("PCM", "pcm", None), ("FLAC", "flac", None), ("LINEAR16", "wav", None)],
)  # fmt: skip
def test_a_format_is_an_encoding_of_which_mp3_has_a_bit_rate(
    encoding: str, word: str, bit_rate: int | None
) -> None:
    audio = sent(evolve(ASK, encoding=encoding))["audio_setting"]

    assert (audio["format"], audio.get("bitrate")) == (word, bit_rate)
    read = parsed(audio={"format": word, "bitrate": 128_000})
    assert (read.encoding, read.bit_rate) == (encoding, bit_rate)


@pytest.mark.parametrize("name", NAMES)
def test_bit_rates_and_channels_are_those_of_the_reference(name: str) -> None:
    for bits in (32_000, 64_000, 128_000, 256_000):
        assert sent(evolve(ASK, bit_rate=bits), name)["audio_setting"]["bitrate"] == bits
        assert parsed(name, audio={"bitrate": bits}).bit_rate == bits
    for channels in (1, 2):
        assert sent(evolve(ASK, channels=channels), name)["audio_setting"]["channel"] == channels
        assert parsed(name, audio={"channel": channels}).channels == channels


@pytest.mark.parametrize(("rate", "bit_rate"), [(8_000, 64_000), (16_000, 128_000), (44_100, 128_000)])
def test_an_unsaid_bit_rate_is_one_that_there_is_at_the_sample_rate(rate: int, bit_rate: int) -> None:
    assert sent(evolve(ASK, sample_rate=rate))["audio_setting"]["bitrate"] == bit_rate
    assert parsed(audio={"sample_rate": rate}).bit_rate == bit_rate


def test_wav_comes_at_once_only() -> None:
    assert "LINEAR16" not in LATER.capabilities.encodings
    with pytest.raises(Refusal, match=r"audio_setting\.format: "):
        parsed("minimax-async-302ai", audio={"format": "wav"})


@pytest.mark.parametrize(("pitch", "semitones"), [(-12.0, -12), (-1.6, -2), (0.4, 0), (1.6, 2), (12.0, 12), (0.0, 0)])  # fmt: skip
def test_a_pitch_is_whole_semitones(pitch: float, semitones: int) -> None:
    written = sent(evolve(ASK, pitch=pitch))["voice_setting"]["pitch"]

    assert (written, type(written)) == (semitones, int)
    assert parsed(voice={"pitch": semitones}).pitch == semitones


@pytest.mark.parametrize(("gain", "volume"), [(0.0, 1), (16.0, 6.30957), (-40.0, 0.01), (6.0, 1.99526)])
def test_a_gain_is_a_volume(gain: float, volume: float) -> None:
    assert sent(evolve(ASK, gain=gain))["voice_setting"]["vol"] == volume
    assert parsed(voice={"vol": volume}).gain == pytest.approx(gain, abs=1e-4)
    assert "gain" in NOW.capabilities.undocumented


@pytest.mark.parametrize(
    ("language", "name", "read"),
    [("en-US", "English", "en"), ("zh-CN", "Chinese", "zh"), ("cmn-CN", "Chinese", "zh"), ("yue-HK", "Chinese,Yue", "yue"), ("nb-NO", "Norwegian", "no"),
     ("nn-NO", "Nynorsk", "nn"), ("ga-IE", None, ""), ("", None, "")],
)  # fmt: skip
def test_the_profiles_language_is_boosted_where_it_has_a_name(language: str, name: str | None, read: str) -> None:  # fmt: skip
    assert sent(evolve(ASK, language=language)).get("language_boost") == name
    assert parsed(language_boost=name).language == read
    assert parsed(language_boost="auto").language == ""


@pytest.mark.parametrize("model", MODELS)
def test_a_models_family_is_the_model_at_its_list_price(model: str) -> None:
    for wire, most in ((NOW, 9_999), (LATER, 50_000)):
        family = wire.family(VOICE, (("model", model),))
        assert family is not None
        assert family.limit is not None
        assert (family.name, family.limit.number) == (model, most)
        assert family.price == (100.0 if model.endswith("hd") else 60.0)
    assert NOW.family("a voice of one's own") is not None
    assert NOW.family(" ") is None


def test_a_text_may_be_as_long_as_the_call_takes() -> None:
    for name, most in (("minimax-302ai", 9_999), ("minimax-async-302ai", 50_000)):
        assert parsed(name, text="é" * most).text == "é" * most
        with pytest.raises(Refusal, match=f"text: String should have at most {most} characters"):
            parsed(name, text="é" * (most + 1))


def test_the_references_own_examples_are_billed_as_it_says() -> None:
    assert NOW.billed(evolve(ASK, text="今天是不是很开心呀，当然了！")) == 26
    assert NOW.billed(evolve(ASK, text="今天是不是很开心呀(laughs)，当然了！")) == 34


# --- pauses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ("Hold <break time='1.5s'/> please.", "Hold <#1.5#> please."),
        ("A<break time='0.004s'/>B<break time='1s'/><break time='0.25s'/>C", "A<#0.01#>B<#1.25#>C"),
        ("A<break time='1s'/> <break time='1s'/>B", "A<#2#>B"), ("A<break time='99.99s'/><break time='9s'/>B", "A<#99.99#>B"),
        ("<break time='1s'/>A<break time='1s'/>", "A"), (" A &amp; B &lt; C ", " A & B < C "), ("A<break time='0s'/>B", "AB"),
    ],
)  # fmt: skip
def test_pauses_stand_between_the_words(document: str, text: str) -> None:
    ask = evolve(ASK, text=None, ssml=ssml.serialise(ssml.parse(f"<speak>{document}</speak>")))

    assert sent(ask)["text"] == text
    assert NOW.size(ask) == len(text)


def test_a_pause_is_read_as_a_break() -> None:
    assert parsed(text="A<#0.5#>B").ssml == '<speak>A<break time="0.5s"/>B</speak>'
    for text in ("A<#0#>B", "A<#0.001#>B", "A<#100#>B", "A<#1,5#>B", "A<##>B", "A<#-1#>B", "A<1>B"):
        assert parsed(text=text).text == text


PIECES = ("<#1#>", "<#0.5#>", "<#99.99#>", "<#", "#>", "1", " ", "a", "<#0#>", "\n", "é")


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join))
def test_what_holds_pieces_of_pauses_is_read_as_it_was_written(text: str) -> None:
    ask = evolve(ASK, text=f"a{text}b")
    for wire in (NOW, LATER):
        says_the_same(wire, ask, wire.parse(wire.encode(ask)))


@given(st.lists(st.sampled_from(["a", " ", "b.", 0.2, 1.0, 60.0]), max_size=8))
def test_no_two_pauses_stand_in_a_row_and_none_at_an_end(pieces: list[Any]) -> None:
    children = tuple(
        one if isinstance(one, str) else Element("break", (("time", f"{one}s"),)) for one in pieces
    )
    text = sent(evolve(ASK, text=None, ssml=ssml.serialise(Element("speak", (), children))))["text"]

    assert not text.strip().startswith("<#")
    assert not text.strip().endswith("#>")
    assert "#><#" not in "".join(text.split())
    kept = [one for one in pieces if isinstance(one, str) and one.strip()]
    assert [part for part in text if part.isalpha()] == [one[0] for one in kept]


def test_adapting_leaves_a_minimax_voice_its_pauses_and_the_words_of_the_rest(tmp_path: Path) -> None:
    said = "<speak><p>Hold <emphasis>please</emphasis>.</p><break time='400ms'/>One <sub alias='two'>2</sub></speak>"
    files = {
        "voicekit.yaml": "name: a\npacks: {phone: {prompts: prompts.yaml, profiles: [en]}}\n",
        "profiles/en.yaml": f"provider: minimax-302ai\nlanguage: en-US\nvoice: {VOICE}\nencoding: MP3\npitch: 2\n",
        "prompts.yaml": f'prompts: [{{id: a, ssml: "{said}"}}]\n',
    }
    (row,) = voicekit.plan(voicekit.load(projects.project(tmp_path, files))).requests

    assert json.loads(row.call.body)["text"] == "Hold please. <#0.4#>One two"


# --- what is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model": "speech-9"}, "model: Input should be 'speech-2.8-hd'"), ({"model": None}, "model: "), ({"text": None}, "text: Field required"), ({"text": ""}, "text: "),
        ({"voice_setting": []}, "voice_setting: "), ({"voice_setting": {}}, "voice_setting.voice_id: Field required"), ({"audio_setting": "mp3"}, "audio_setting: "),
        ({"voice": {"speed": 0.49}}, "voice_setting.speed: "), ({"voice": {"speed": 2.1}}, "equal to 2"), ({"voice": {"pitch": 13}}, "voice_setting.pitch: "),
        ({"voice": {"pitch": 1.5}}, "valid integer"), ({"voice": {"vol": 0}}, "greater than 0"), ({"voice": {"vol": 10.1}}, "equal to 10"), ({"voice": {"vol": -1}}, "vol: "),
        ({"voice": {"emotion": "bored"}}, "voice_setting.emotion: "), ({"audio": {"format": "aac"}}, "audio_setting.format: "), ({"audio": {"bitrate": 1}}, "bitrate: "),
        ({"audio": {"channel": 3}}, "channel: "), ({"language_boost": "Klingon"}, "language_boost: "),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_200(name: str, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal) as caught:
        parsed(name, **changes)

    assert caught.value.status == 200
    message = caught.value.problems[0].message
    assert message.startswith("invalid params, ")
    assert words in message


def test_only_the_direct_call_streams_or_has_a_form() -> None:
    for changes, words in (({"stream": True}, "whole answers"), ({"output_format": "ogg"}, "'hex' or 'url'"), ({"audio": {"sample_rate": 11_025}}, "sample_rate")):  # fmt: skip
        with pytest.raises(Refusal, match=words):
            parsed("minimax-302ai", **changes)
    assert parsed("minimax-async-302ai", stream=True, output_format="ogg").options == ()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff"])
def test_a_body_that_is_no_object_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal, match="invalid params, the body is no JSON object") as caught:
        NOW.parse(Call("POST", PATHS["minimax-302ai"], (), content))

    assert caught.value.status == 200


def test_what_says_nothing_is_taken() -> None:
    nothing = dict.fromkeys(("speed", "vol", "pitch", "emotion"))

    assert parsed(voice=nothing, audio={"bitrate": None, "channel": None}, language_boost=None) == parsed()


# --- the answer ---------------------------------------------------------------------------------------


def test_an_answer_is_hexadecimal_digits_or_an_address() -> None:
    sound = NOW.respond(evolve(ASK, sample_rate=8_000), Sound(b"\x00\xffsound"))
    body = json.loads(sound.body)

    assert body["data"] == {"audio": "00ff736f756e64", "status": 2}
    assert body["base_resp"] == OK
    assert body["extra_info"] == {"audio_format": "mp3", "audio_sample_rate": 8_000, "audio_channel": 1, "usage_characters": 11}  # fmt: skip
    told = json.loads(NOW.respond(parsed(audio={"bitrate": 64_000, "channel": 2}), Sound(b"x")).body)[
        "extra_info"
    ]
    assert (told["bitrate"], told["audio_channel"]) == (64_000, 2)
    assert NOW.decode(sound) == Sound(b"\x00\xffsound", (), 8_000)
    asked = evolve(ASK, options=(("output_format", "url"),))
    assert (NOW.wants_link(ASK), NOW.wants_link(asked)) == (False, True)
    link = Link("https://file.302.ai/gpt/tts/1.mp3", (), 32_000)
    assert NOW.decode(NOW.respond(asked, link)) == link


def test_302ais_own_address_goes_before_minimaxs() -> None:
    both = {"audio": "https://elsewhere.example/1.mp3", "audio_url": "https://file.302.ai/1.mp3"}

    assert NOW.decode(answer(data=both, base_resp=OK)) == Link("https://file.302.ai/1.mp3")
    assert NOW.decode(answer(data={"audio": both["audio"]}, base_resp=OK)) == Link(both["audio"])


@pytest.mark.parametrize("audio", [None, "", 3, [], "0", "xyz", "ftp://a/b", {"a": 1}, "0x00"])
def test_success_without_a_sound_is_a_wrong_answer(audio: Any) -> None:
    for data in ({"audio": audio}, audio, None):
        with pytest.raises(WrongAnswer):
            NOW.decode(answer(data=data, base_resp=OK))


@pytest.mark.parametrize("rate", [None, "8000", True, -1, 0, 8e3])
def test_a_rate_that_is_none_is_not_believed(rate: Any) -> None:
    found = NOW.decode(answer(data={"audio": "00"}, extra_info={"audio_sample_rate": rate}, base_resp=OK))

    assert found == Sound(b"\x00")
    assert NOW.decode(answer(data={"audio": "00"}, extra_info=[])) == found


@pytest.mark.parametrize(
    ("code", "remedy"),
    [(1002, "requests_per_minute"), (1039, "requests_per_minute"), (1004, "credential"), (1008, "top up"), (1000, "later"), (1001, "later"), (1024, "later"), (2013, "correct"),
     (1042, "correct"), (-7, "correct"), (99_999, "correct")],
)  # fmt: skip
@pytest.mark.parametrize("name", NAMES)
def test_a_number_in_a_200_is_a_refusal(name: str, code: int, remedy: str) -> None:
    with pytest.raises(Refused) as caught:
        providers.get(name).decode(answer(base_resp={"status_code": code, "status_msg": "slow\ndown"}))

    (problem,) = caught.value.problems
    assert problem.message == f"{name} answered {code}: slow down"
    assert remedy in problem.remedy


@given(st.none() | st.booleans() | st.text() | st.floats(allow_nan=False) | st.lists(st.integers()))
def test_a_number_that_is_none_is_a_wrong_answer(code: Any) -> None:
    for told in ({"status_code": code}, code):
        with pytest.raises(WrongAnswer):
            NOW.decode(answer(data={"audio": "00"}, base_resp=told))


@pytest.mark.parametrize("name", NAMES)
def test_a_refusal_is_minimaxs_and_what_comes_before_it_302ais(name: str) -> None:
    wire = providers.get(name)

    for status in (200, 400):
        reply = wire.refuse(status, "invalid params, text")
        told = {"base_resp": {"status_code": 2013, "status_msg": "invalid params, text"}}
        assert (reply.status, json.loads(reply.body)) == (status, told)
        with pytest.raises(Refused, match="invalid params, text"):
            wire.decode(reply)
    for status in (401, 404, 429, 500):
        assert set(json.loads(wire.refuse(status, "No.").body)["error"]) == {
            "err_code",
            "message",
            "message_cn",
            "message_jp",
            "type",
        }


# --- tasks ----------------------------------------------------------------------------------------------


def test_a_task_is_asked_about_by_its_name() -> None:
    call = LATER.poll(Task("95157322514444"))

    assert call == Call("GET", QUERY, (("task_id", "95157322514444"),))
    assert LATER.task_of(call) == Task("95157322514444")
    assert LATER.poll_routes == (("GET", QUERY),)


def test_the_references_answers_are_read() -> None:
    told = {"task_id": 95157322514444, "task_token": "eyJhbGciOiJSUz", "file_id": 95157322514496, "usage_characters": 101}  # fmt: skip
    assert LATER.decode(answer(**told, base_resp=OK)) == Task("95157322514444")
    state = {"task_id": 95157322514444, "file_id": 95157322514496, "base_resp": OK}
    for word in ("Processing", "processing"):
        assert LATER.decode(answer(**state, status=word)) == Task("95157322514444")
    for word in ("Failed", "failed", "Expired", "expired"):
        with pytest.raises(TaskOver, match=word.lower()):
            LATER.decode(answer(**state, status=word))


def test_a_finished_task_whose_file_has_no_address_is_told_as_such() -> None:
    done = {"task_id": 1, "status": "Success", "file_id": 2, "base_resp": OK}
    with pytest.raises(WrongAnswer, match="does not say where its file is") as caught:
        LATER.decode(answer(**done))

    assert "use minimax-302ai" in caught.value.problems[0].remedy
    url = "https://file.302.ai/1.mp3"
    assert LATER.decode(answer(**done, file={"download_url": url})) == Link(url)


@pytest.mark.parametrize("name", ["95157322514444", "0", "007", "a-b_c", "9" * 19, "0" * 32])
def test_a_name_that_is_a_number_is_written_as_one(name: str) -> None:
    for reply in (LATER.respond(ASK, Task(name)), LATER.report(Task(name), None)):
        written = json.loads(reply.body)["task_id"]
        assert str(written) == name
        assert isinstance(written, int) == (name == "95157322514444")
        assert LATER.decode(reply) == Task(name)


@pytest.mark.parametrize("name", [None, "", True, 1.5, [], {}, "a b", "../x", "a" * 129, "é"])
def test_a_task_with_no_name_is_a_wrong_answer(name: Any) -> None:
    with pytest.raises(WrongAnswer):
        LATER.decode(answer(task_id=name, base_resp=OK))
    with pytest.raises(WrongAnswer):
        LATER.decode(answer(task_id=name, status="Processing", base_resp=OK))
    if isinstance(name, str):
        with pytest.raises(WrongAnswer):
            LATER.poll(Task(name))


def test_a_question_without_a_name_is_refused() -> None:
    for query in ((), (("task_id", ""),), (("task_id", "a b"),)):
        with pytest.raises(Refusal, match="task_id"):
            LATER.task_of(Call("GET", QUERY, query))


def test_the_local_server_makes_a_task_and_then_the_sound() -> None:
    async def story(client: httpx.AsyncClient) -> bytes:
        body = {**BODY, "audio_setting": {"format": "flac", "audio_sample_rate": 16_000}}
        task = (await client.post(PATHS["minimax-async-302ai"], json=body)).json()
        assert task["base_resp"] == OK
        assert all(isinstance(task[name], int) for name in ("task_id", "file_id"))
        told: dict[str, Any] = {"status": "Processing"}
        while told["status"] == "Processing":
            await asyncio.sleep(0.01)
            told = (await client.get(QUERY, params={"task_id": task["task_id"]})).json()
        assert (told["status"], told["task_id"]) == ("Success", task["task_id"])
        return (await client.get(told["file"]["download_url"])).content

    assert ask_server(story, speak=anything) == b"FLAC at 16000: One moment."


def test_the_local_server_refuses_as_minimax_does() -> None:
    async def story(client: httpx.AsyncClient) -> list[tuple[int, Any]]:
        wrong = await client.post(PATHS["minimax-302ai"], json={**BODY, "text": ""})
        unknown = await client.get(QUERY, params={"task_id": "1"})
        nothing = await client.get(QUERY)
        return [(one.status_code, one.json()) for one in (wrong, unknown, nothing)]

    wrong, unknown, nothing = ask_server(story, speak=anything)
    assert (wrong[0], wrong[1]["base_resp"]["status_code"]) == (200, 2013)
    assert (unknown[0], unknown[1]["error"]["err_code"]) == (404, -10011)
    assert (nothing[0], nothing[1]["base_resp"]["status_code"]) == (200, 2013)


@pytest.mark.parametrize("name", NAMES)
def test_a_refusal_in_a_200_is_told_by_the_transport(name: str) -> None:
    member = providers.get(name)

    async def send() -> Sound:
        app = make_app(anything, voices=VOICES)
        async with Transport(Endpoint("embedded"), member, app=app, environ={}) as transport:
            call = member.encode(ASK)
            return await transport.send(evolve(call, body=call.body.replace(b"One moment.", b"")))

    with pytest.raises(Refused, match=f"{name} answered 2013: invalid params, text"):
        asyncio.run(send())


def test_nothing_is_sent_to_the_vendor_on_a_guess(tmp_path: Path) -> None:
    files = {
        "voicekit.yaml": "name: a\npacks: {phone: {prompts: prompts.yaml, profiles: [en]}}\n"
        'endpoints: {"302ai": {provider: minimax-async-302ai, credential: VOICEKIT_302AI_KEY}}\n',
        "profiles/en.yaml": f"provider: minimax-async-302ai\nlanguage: en-US\nvoice: {VOICE}\nencoding: MP3\n",
        "prompts.yaml": "prompts: [{id: a, text: One moment.}]\n",
    }
    project = voicekit.load(projects.project(tmp_path, files))

    assert len(voicekit.plan(project).requests) == 1
    with pytest.raises(
        ConfigError, match=r"nothing is sent to minimax-async-302ai on a guess: 302\.AI's path"
    ):
        voicekit.plan(project, via="302ai")


@given(asks("minimax-302ai"))
def test_both_calls_say_the_same_of_what_is_said_and_how(ask: Ask) -> None:
    ask = evolve(ask, encoding="MP3", options=tuple(one for one in ask.options if one[0] != "output_format"))
    now, later = sent(ask), sent(ask, "minimax-async-302ai")

    for field in ("model", "text", "voice_setting", "language_boost"):
        assert now.get(field) == later.get(field)
