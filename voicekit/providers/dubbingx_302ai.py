"""Dubbingx through 302.AI: ``POST /dubbingx/v2/addTtsTask``, then ``POST /dubbingx/v1/getTtsTaskInfo/{task_id}``.

The request is one text, a ``<speak>`` of Dubbingx's own kind: ``voiceId``, ``emotion`` (P, the vendor's page: "do not pass" it for voices of one
emotion, and where it is empty the vendor hears it from the text), ``language`` and ``audioSpeed`` (S). It is written here as text only;
``audioPitch``, of which no range is known, is not sent. Languages are ``zh``, ``en``, ``jp``, ``ko``, ``yue`` and ``sc`` (S): the first part of a
language tag, but for Japanese. A rate is ``audioSpeed``, which the one known client takes from 0.5 to 2.0.

Paths, answers and the words of `status` are those of one program that calls 302.AI, and of three that call the vendor itself, of which
one tells the name of a task in an answer to a question (S). On that alone nothing is sent unless the endpoint states its `path`.
No limit and no price is known.

The list of voices is ``POST /dubbingx/v1/getTTSTimbreList`` with `pageIndex` and `pageSize`, answered with `total` and `list` (S); the fields of a
row are those that one program reads (S). What the local server lists are stand-ins, named so, under numbers of its own: any number is spoken.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import field, frozen

from voicekit import _wire, ssml
from voicekit._capabilities import dubbingx
from voicekit.errors import MarkupError
from voicekit.model import Ask, Call, Capabilities, Element, Family, Link, Option, Options, Reply, Sound, Task
from voicekit.providers import Refusal, VoiceEntry
from voicekit.providers import _answers as answers
from voicekit.providers import _gateway as gateway
from voicekit.providers import _tasks as tasks
from voicekit.providers._linked_wire import LinkedWire, address, arrived
from voicekit.providers._requests import REMEDY, Body

_FAMILY = dubbingx.VENDOR.families["Dubbingx"]
_INFO: Final = "/dubbingx/v1/getTtsTaskInfo/{task_id}"
_LIST: Final = "/dubbingx/v1/getTTSTimbreList"
_PAGE: Final = 100  # rows, as both known programs ask for
_SPEED: Final = (0.5, 2.0)
_VOICE = re.compile(r"\d{1,20}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_TASK = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
_THEIRS: Final = {"ja": "jp", "cmn": "zh"}
_OURS: Final = {"jp": "ja", "sc": "zh"}  # `sc` is Chinese as it is spoken in Sichuan
_UNDER_WAY: Final = frozenset({"ready", "generating"})
_OVER: Final = frozenset({"failed", "canceled"})


@frozen
class DubbingxWire(LinkedWire):
    """A text in a ``<speak>`` in, a task out, and in the end an address."""

    poll_routes: tuple[tuple[str, str], ...] = field(default=(("POST", _INFO),), init=False)
    voices_route: tuple[str, str] | None = field(default=("POST", _LIST), init=False)

    def family(self, voice: str, options: Options = ()) -> Family | None:
        """Return Dubbingx's one family for a number, which is how its voices are named."""
        del options
        return _FAMILY if _VOICE.fullmatch(voice) else None

    def wants_task(self, ask: Ask) -> bool:
        """Say that every answer is a task."""
        del ask
        return True

    # --- the request ---------------------------------------------------------------------------------

    def encode(self, ask: Ask) -> Call:
        """Write the request: voice and language always, speed and emotion where they are stated."""
        stated = {"language": _language(ask.language), "voiceId": ask.voice}
        if ask.rate is not None:
            stated["audioSpeed"] = f"{ask.rate:.6g}"
        emotion = dict(ask.options).get("emotion")
        if emotion is not None:
            stated["emotion"] = str(emotion)
        document = Element("speak", tuple(sorted(stated.items())), (ask.content,))
        return Call("POST", self.path, (), _wire.canonical({"text": ssml.serialise(document)}))

    def parse(self, call: Call) -> Ask:
        """Read a request. What stands in elements below the root is heard as its words.

        Raises:
            Refusal: It is not a document of this kind; how the vendor words that is not known.
        """
        text = Body.of(call, "The request's body is no JSON object.").text("text")
        try:
            document = ssml.parse(text)
        except MarkupError as error:
            raise Refusal.of(f"text: {error.problems[0].message}", remedy=REMEDY) from None
        emotion = document.get("emotion")
        return Ask(
            text=_words(document),
            ssml=None,
            language=_tag(_stated(document, "language", _LANGUAGE)),
            voice=_stated(document, "voiceId", _VOICE),
            encoding="LINEAR16",
            rate=_speed(document.get("audioSpeed")),
            options=(("emotion", emotion),) if emotion.strip() else (),
        )

    # --- the answer ----------------------------------------------------------------------------------

    def respond(self, ask: Ask, made: Sound | Link | Task) -> Reply:
        """Write a 200 with the task's name; a sound itself as a task that is done."""
        del ask
        return _told({"taskId": made.id} if isinstance(made, Task) else _done(made))

    def report(self, task: Task, made: Sound | Link | None) -> Reply:
        """Write how far a task is."""
        state = {"status": "Generating", "fileUrl": None} if made is None else _done(made)
        return _told({"id": task.id, **state})

    def report_failure(self, task: Task, why: str) -> Reply:
        """Write that a task failed."""
        return _told({"id": task.id, "status": "Failed", "fileUrl": None, "errorMessage": why})

    def decode(self, reply: Reply) -> Sound | Link | Task:
        """Read an answer, to the request or to a question about its task.

        Raises:
            Refused: Its status is no 200, or its body says that it is no success.
            TaskOver: The task failed.
        """
        body = answers.json_object(self.name, reply)
        if body.get("success") is False:
            raise _refused(self.name, body)
        data = body.get("data")
        if body.get("success") is not True or not isinstance(data, dict):
            raise answers.wrong(self.name, "200 without a task")
        status = str(data.get("status", "ready")).lower()
        if status == "completed":
            return arrived(self.name, data.get("fileUrl"))
        if status in _OVER:
            raise tasks.over(self.name, data.get("errorMessage") or body.get("msg"))
        if status not in _UNDER_WAY:
            raise answers.wrong(self.name, "200 with a task in a state that is not known")
        return Task(_name(self.name, data))

    # --- the task ------------------------------------------------------------------------------------

    def poll(self, task: Task) -> Call:
        """Ask how far a task is, with an empty object."""
        return Call("POST", tasks.fill(self.name, _INFO, task), (), b"{}")

    def task_of(self, call: Call) -> Task:
        """Read the task that is asked about."""
        return tasks.read(_INFO, call)

    # --- the list ------------------------------------------------------------------------------------

    def list_voices(self, voices: Iterable[VoiceEntry], call: Call) -> Reply | None:
        """Write one page of the list.

        Raises:
            Refusal: `pageIndex` or `pageSize` is no whole number from 1.
        """
        body = Body.of(call, "The request's body is no JSON object.")
        page, size = (_whole(body, name, usual) for name, usual in (("pageIndex", 1), ("pageSize", _PAGE)))
        rows = [_listed(number, voice) for number, voice in enumerate(voices, 1)]
        return _told({"total": len(rows), "list": rows[(page - 1) * size : page * size]})


def _whole(body: Body, name: str, usual: int) -> int:
    found = body.number(name, 1, 1_000_000)
    if found is not None and not found.is_integer():
        raise body.wrong("int_type", name, "Input should be a valid integer")
    return usual if found is None else int(found)


def _listed(number: int, voice: VoiceEntry) -> Mapping[str, Any]:
    return {
        "id": str(number),
        "name": f"voicekit's embedded voice, {voice.language}",
        "description": "Spoken by the embedded voice of a local server, and not by Dubbingx.",
        "gender": 0 if voice.female else 1,
        "status": True,
    }


def _language(tag: str) -> str:
    """Return the vendor's word for a language: the first part of its tag, as far as nothing else is known."""
    first = tag.partition("-")[0].lower()
    return _THEIRS.get(first, first)


def _tag(word: str) -> str:
    return _OURS.get(word, word)


def _stated(document: Element, name: str, form: re.Pattern[str]) -> str:
    found = document.get(name)
    if form.fullmatch(found) is None:
        raise Refusal.of(f"{name}: missing in <speak>, or not of its form", remedy=REMEDY)
    return found


def _speed(word: str) -> float | None:
    if not word:
        return None
    try:
        return Body({"audioSpeed": float(word)}).number("audioSpeed", *_SPEED)
    except ValueError:
        raise Refusal.of("audioSpeed: not a number", remedy=REMEDY) from None


def _words(document: Element) -> str:
    words = "".join(_said(document))
    if document.name != "speak" or not words.strip():
        raise Refusal.of("text: a <speak> with words in it is required", remedy=REMEDY)
    return words


def _said(element: Element) -> list[str]:
    return [
        part for child in element.children for part in ([child] if isinstance(child, str) else _said(child))
    ]


def _done(made: Sound | Link) -> dict[str, Any]:
    return {"status": "Completed", "fileUrl": address(made)}


def _told(data: Mapping[str, Any]) -> Reply:
    return Reply(200, "application/json", _wire.compact({"code": 200, "success": True, "data": data}))


def _refused(name: str, body: Mapping[str, Any]) -> Exception:
    code, words = body.get("code"), body.get("msg")
    status = code if isinstance(code, int) and not isinstance(code, bool) else 200
    return answers.refused(name, status, words if isinstance(words, str) else "")


def _name(name: str, data: Mapping[str, Any]) -> str:
    """Return a task's name, which is `taskId` where it is new and `id` where it is asked about; both are digits."""
    found = data.get("taskId", data.get("id"))
    found = str(found) if isinstance(found, int) and not isinstance(found, bool) else found
    if not isinstance(found, str) or _TASK.fullmatch(found) is None:
        raise answers.wrong(name, "200 without the name of a task")
    return found


PROVIDER = DubbingxWire(
    name="dubbingx-302ai",
    path="/dubbingx/v2/addTtsTask",
    capabilities=Capabilities(
        url=gateway.URL,
        file_hosts=gateway.FILE_HOSTS | {"public.dubbingx.com"},
        limit=1_000,
        unit="characters",
        ranges={"rate": _SPEED},
        encodings=frozenset({"LINEAR16"}),
        families=dubbingx.VENDOR.families,
        examples={"30149": "zh-CN", "30135": "en-US", "100458": "ja-JP"},
        inputs=frozenset({"text"}),
        sample_rates={},
        options={"emotion": Option("text")},
        unproven=(
            "its paths at 302.AI are known from one program that calls them, "
            "and neither the range of its speed nor the host of its files is known"
        ),
    ),
)
