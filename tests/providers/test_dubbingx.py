"""Dubbingx behind 302.AI: a text in a <speak> of its own kind, and a task."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from kit.local_server import anything, ask_server, gateway
from kit.provider import conforms
from voicekit import providers, ssml
from voicekit.errors import Refused, TaskOver, WrongAnswer
from voicekit.model import Ask, Call, Link, Reply, Sound, Task
from voicekit.providers import Refusal, VoiceEntry
from voicekit.testing import texts

WIRE = providers.get("dubbingx-302ai")
PATH, INFO = "/dubbingx/v2/addTtsTask", "/dubbingx/v1/getTtsTaskInfo"
ASK = Ask(text="One moment.", ssml=None, language="en-US", voice="30149", encoding="LINEAR16")
SPOKEN = '<speak language="en" voiceId="30149">One moment.</speak>'
URL = "https://file.302.ai/gpt/tts/0123.wav"


def said(ask: Ask) -> str:
    body = json.loads(WIRE.encode(ask).body)
    assert set(body) == {"text"}
    return str(body["text"])


def parsed(text: Any) -> Ask:
    return WIRE.parse(Call("POST", PATH, (), json.dumps({"text": text}).encode()))


def answered(data: Any, **more: Any) -> Reply:
    body = {"code": 200, "success": True, "msg": "ok", "data": data, "traceId": "1"} | more
    return Reply(200, "application/json", json.dumps(body).encode())


def test_conforms() -> None:
    conforms(WIRE, extra=("voiceId", "emotion"))


def test_the_document_of_the_program_that_is_known_to_call_it() -> None:
    ask = evolve(ASK, language="cmn-CN", rate=1.25, options=(("emotion", "开心-正常-3"),))

    assert said(ASK) == SPOKEN
    document = ssml.parse(said(ask))
    assert dict(document.attributes) == {
        "voiceId": "30149",
        "language": "zh",
        "emotion": "开心-正常-3",
        "audioSpeed": "1.25",
    }
    assert document.children == ("One moment.",)
    assert WIRE.parse(WIRE.encode(ask)) == evolve(ask, language="zh")


@given(texts(min_size=1).filter(str.strip))
def test_no_text_becomes_markup(text: str) -> None:
    document = ssml.parse(said(evolve(ASK, text=text)))

    assert (document.name, document.children) == ("speak", (text,))
    assert parsed(said(evolve(ASK, text=text))).text == text


@pytest.mark.parametrize(("tag", "word", "back"), [("zh-CN", "zh", "zh"), ("cmn-TW", "zh", "zh"), ("ja-JP", "jp", "ja"), ("ko-KR", "ko", "ko"), ("yue-HK", "yue", "yue"), ("en", "en", "en"), ("de-DE", "de", "de")])  # fmt: skip
def test_languages_are_the_vendors_words(tag: str, word: str, back: str) -> None:
    text = said(evolve(ASK, language=tag))

    assert ssml.parse(text).get("language") == word
    assert parsed(text).language == back
    assert parsed(SPOKEN.replace('"en"', '"sc"')).language == "zh"


@pytest.mark.parametrize("voice", ["", "Kore", "30149a", "-1", "３０", "1" * 21, "30149\n"])
def test_a_voice_is_a_number(voice: str) -> None:
    assert WIRE.family(voice) is None


def test_the_family_has_no_price_and_the_wire_is_not_proven() -> None:
    family = WIRE.family("30149")

    assert family is not None
    assert (family.name, family.price, family.priced.support) == ("Dubbingx", 0.0, "unknown")
    assert "one program" in WIRE.capabilities.unproven
    assert WIRE.capabilities.ranges == {"rate": (0.5, 2.0)}
    assert (WIRE.size(evolve(ASK, text="né")), WIRE.billed(evolve(ASK, text="né"))) == (2, 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "text: Field required"), ("", "text: "), (3, "text: "), ("One moment.", "language: "), ("<speak>One", "text: "), ("<!DOCTYPE a><speak/>", "text: "),
        (SPOKEN.replace("30149", "Kore"), "voiceId: "), (SPOKEN.replace(' voiceId="30149"', ""), "voiceId: "), (SPOKEN.replace('"en"', '"EN us"'), "language: "), (SPOKEN.replace("One moment.", " "), "words in it"),
        (SPOKEN.replace("<speak", '<speak audioSpeed="fast"'), "audioSpeed: not a number"), (SPOKEN.replace("<speak", '<speak audioSpeed="2.5"'), "less than or equal to 2"), (SPOKEN.replace("<speak", '<speak audioSpeed="nan"'), "audioSpeed: "),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(text: Any, words: str) -> None:
    with pytest.raises(Refusal) as caught:
        parsed(text)

    assert caught.value.status == 400
    assert words in caught.value.problems[0].message


def test_pauses_and_phonemes_are_heard_as_their_words() -> None:
    text = SPOKEN.replace("One moment.", 'One <break time="0.5"/><phoneme ph="x">moment</phoneme>.')

    assert parsed(text).text == "One moment."


# --- answers ------------------------------------------------------------------------------------------


def test_a_request_is_answered_with_a_task() -> None:
    assert json.loads(WIRE.respond(ASK, Task("7")).body) == {
        "code": 200,
        "success": True,
        "data": {"taskId": "7"},
    }
    assert WIRE.decode(answered({"taskId": "1830446316581281793"})) == Task("1830446316581281793")
    assert WIRE.decode(answered({"taskId": 456})) == Task("456")
    assert WIRE.wants_task(ASK)


@pytest.mark.parametrize("status", ["Ready", "Generating", "generating"])
def test_a_task_under_way_is_a_task(status: str) -> None:
    assert WIRE.decode(answered({"id": "456", "status": status, "fileUrl": None})) == Task("456")


def test_a_task_that_is_done_is_an_address() -> None:
    assert WIRE.decode(answered({"id": "456", "status": "Completed", "fileUrl": URL})) == Link(URL)
    assert json.loads(WIRE.report(Task("456"), Link(URL)).body)["data"] == {
        "id": "456",
        "status": "Completed",
        "fileUrl": URL,
    }
    assert WIRE.decode(WIRE.report(Task("456"), Sound(b"x"))) == Sound(b"x")


@pytest.mark.parametrize("status", ["Failed", "Canceled"])
def test_a_task_that_failed_is_over(status: str) -> None:
    with pytest.raises(TaskOver, match="could not make the sound: no such emotion") as caught:
        WIRE.decode(answered({"id": "456", "status": status, "errorMessage": "no such emotion"}))
    assert caught.value.problems[0].remedy


def test_a_refusal_that_comes_as_a_success_is_one() -> None:
    with pytest.raises(Refused, match="dubbingx-302ai answered 403: no such key") as caught:
        WIRE.decode(answered(None, success=False, code=403, msg="no such key"))
    assert "credential" in caught.value.problems[0].remedy
    with pytest.raises(Refused, match=r"dubbingx-302ai answered 200\n"):
        WIRE.decode(answered(None, success=False, code=True, msg=["x"]))


@pytest.mark.parametrize(
    "data",
    [None, [], "456", {}, {"taskId": ""}, {"taskId": "../x"}, {"taskId": True}, {"traceId": "456"}, {"id": "456", "status": "Surprise"}, {"status": "Generating"}, {"id": "456", "status": "Completed"}, {"id": "456", "status": "Completed", "fileUrl": "file:///a"}, {"id": "4", "status": None}],
)  # fmt: skip
def test_another_shape_is_a_wrong_answer(data: Any) -> None:
    with pytest.raises(WrongAnswer, match="dubbingx-302ai answered 200 with"):
        WIRE.decode(answered(data))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.dictionaries(st.sampled_from(["id", "taskId", "status", "fileUrl"]), inner), max_leaves=4))  # fmt: skip
def test_whatever_stands_in_data_is_one_of_our_errors_or_a_task(data: Any) -> None:
    try:
        found = WIRE.decode(answered(data))
    except (WrongAnswer, TaskOver) as error:
        assert error.problems[0].remedy
    else:
        assert isinstance(found, Task | Link)


def test_the_list_of_voices_has_pages_and_says_that_they_are_stand_ins() -> None:
    path = "/dubbingx/v1/getTTSTimbreList"
    entries = [
        VoiceEntry("en-US", True, 24_000),
        VoiceEntry("de-DE", False, 24_000),
        VoiceEntry("zh-CN", True, 24_000),
    ]

    def page(**body: Any) -> dict[str, Any]:
        reply = WIRE.list_voices(entries, Call("POST", path, (), json.dumps(body).encode()))
        assert reply is not None
        told = json.loads(reply.body)
        assert (told["code"], told["success"]) == (200, True)
        return dict(told["data"])

    assert WIRE.voices_route == ("POST", path)
    rows = page(pageIndex=1, pageSize=100)["list"]
    assert [(row["id"], row["gender"], row["status"]) for row in rows] == [
        ("1", 0, True),
        ("2", 1, True),
        ("3", 0, True),
    ]
    assert all(WIRE.family(row["id"]) and "voicekit" in row["name"] for row in rows)
    assert page() == {"total": 3, "list": rows}
    assert page(pageIndex=2, pageSize=2) == {"total": 3, "list": rows[2:]}
    assert page(pageIndex=9, pageSize=2)["list"] == []
    for wrong in ({"pageIndex": 0}, {"pageSize": 1.5}, {"pageIndex": "1"}):
        with pytest.raises(Refusal, match=next(iter(wrong))):
            page(**wrong)


def test_the_local_server_lists_what_it_speaks() -> None:
    async def story(client: httpx.AsyncClient) -> None:
        path = "/dubbingx/v1/getTTSTimbreList"
        listed = (await client.post(path, json={"pageIndex": 1, "pageSize": 1})).json()["data"]
        assert (listed["total"], len(listed["list"])) == (2, 1)
        assert gateway(await client.post(path, json={"pageIndex": 0})) == (400, -10011)
        assert gateway(await client.post(path, content=b"[")) == (400, -10011)
        assert (await client.get(path)).status_code == 405
        voice = listed["list"][0]["id"]
        assert (await client.post(PATH, json={"text": SPOKEN.replace("30149", voice)})).status_code == 200

    ask_server(story, speak=anything)


def test_the_local_server_makes_it_in_its_own_time() -> None:
    async def finished(client: httpx.AsyncClient, name: str) -> str:
        for _ in range(200):
            data = (await client.post(f"{INFO}/{name}", json={})).json()["data"]
            if data["status"] == "Completed":
                return str(data["fileUrl"])
            assert data == {"id": name, "status": "Generating", "fileUrl": None}
            await asyncio.sleep(0.01)
        raise AssertionError("never done")

    async def story(client: httpx.AsyncClient) -> bytes:
        told = (await client.post(PATH, json={"text": SPOKEN})).json()["data"]["taskId"]
        assert gateway(await client.post(f"{INFO}/456", json={})) == (404, -10011)
        return (await client.get(await finished(client, told))).content

    assert ask_server(story, speak=anything) == b"LINEAR16 at None: One moment."
