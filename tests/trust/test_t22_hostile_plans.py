"""T22: the plan file is hostile. Whatever somebody writes into a saved plan, nothing is sent but what the project plans.

A saved plan is edited, as data and as bytes, and built. Python's audit hook sees every connection that is tried; the endpoints of
the project note every request. A leak is a connection to anything else, a request that the project does not plan, a key that goes
to an endpoint that it is not for, or a file outside of the project.
"""

import asyncio
import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import field, frozen, mutable
from hypothesis import given, settings
from hypothesis import strategies as st

from kit import projects
from kit.connects import connects
from kit.fault_server import FaultServer, Heard
from kit.sending import CREDENTIAL, sending
from voicekit.cli import run
from voicekit.errors import VoicekitError
from voicekit.model import Call

PROJECT = """\
name: mill
packs:
  phone: {{prompts: prompts.yaml, profiles: [en], endpoint: here}}
endpoints:
  here: {{provider: google-302ai, url: "{here}/400", credential: HERE_KEY}}
  there: {{provider: google-302ai, url: "{there}/400", credential: THERE_KEY}}
"""
PROMPTS = "prompts:\n  - {id: hello, text: Hello.}\n  - {id: menu/bye, text: Bye.}\n"
KEYS = {"HERE_KEY": "here-7Kz8qLmN2xR8vWT3yU6bJ9", "THERE_KEY": "there-4Vb9nMkQ9wE2rTY7uI5oP1"}
EXAMPLES = 400

AWAY = "http://127.0.0.1:9"  # where nothing may go
HOSTILE: tuple[Any, ...] = (
    AWAY, f"{AWAY}/a", "//127.0.0.1:9/", "@127.0.0.1:9/", "http://user:pass@127.0.0.1:9", "there", "embedded", "nowhere", "302ai",
    "../../etc/passwd", "/etc/passwd", "..", ".", "", "~", "a\0b", "a\r\nHost: evil.example", "HERE_KEY", "THERE_KEY", "${HERE_KEY}",
    "{{ HERE_KEY }}", "GET", "DELETE", "CONNECT", "create", "cached", "prune", "reshape", "change", "provider=openai",
    "url=http://127.0.0.1:9", "credential=THERE_KEY", "pitch=5", None, True, False, 0, -1, 1, 1e308, 10**30, [], {}, [[]], ["there"],
    {"url": AWAY}, {"Authorization": "x", "Host": "evil.example"}, "x" * 10_000, "\ud7ff\u202e", "Hello.",
)  # fmt: skip
NAMES = (
    "url",
    "host",
    "endpoint",
    "credential",
    "headers",
    "request",
    "path",
    "query",
    "via",
    "sets",
    "provider",
    "__proto__",
    "x",
)


def places(data: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to every value inside some data, and to the data itself."""
    yield way
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from places(value, (*way, key))


def copied(data: Any) -> Any:
    return json.loads(json.dumps(data))


def edited(data: Any, draw: st.DrawFn) -> Any:
    """Change one thing in some data: a value, a name, or what there is at all."""
    *way, last = draw(st.sampled_from([place for place in places(data) if place]))
    holder = data
    for key in way:
        holder = holder[key]
    deed = draw(st.sampled_from(["set", "set", "set", "remove", "add", "rename", "twice", "take another's"]))
    value = copied(draw(st.sampled_from(HOSTILE)))
    if deed == "remove":
        del holder[last]
    elif deed == "twice" and isinstance(holder, list):
        holder.append(holder[last])
    elif deed in {"add", "rename"} and isinstance(holder, dict):
        holder[draw(st.sampled_from(NAMES))] = holder.pop(last) if deed == "rename" else value
    elif deed == "take another's" and isinstance(holder[last], dict | list | str):
        other: Any = data
        for key in draw(st.sampled_from(list(places(data)))):
            other = other[key]
        holder[last] = copied(other)
    else:
        holder[last] = value
    return data


@st.composite
def hostile_files(draw: st.DrawFn, saved: bytes) -> bytes:
    """A saved plan that somebody had in his hands: as data, or as bytes."""
    if draw(st.integers(0, 4)):
        data = json.loads(saved)
        for _ in range(draw(st.integers(1, 4))):
            if isinstance(data, dict) and any(place for place in places(data)):
                data = edited(data, draw)
        return json.dumps(data, ensure_ascii=draw(st.booleans())).encode(errors="surrogatepass")
    broken = bytearray(saved)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(broken)))
        cut = draw(st.integers(0, 30))
        put = draw(
            st.sampled_from(
                [
                    b"",
                    b'"',
                    b"\\",
                    b",",
                    b"{",
                    b"[" * 3_000,
                    b"9" * 400,
                    b"\xff",
                    b"\0",
                    AWAY.encode(),
                    saved[:200],
                ]
            )
        )
        broken[at : at + cut] = put
    return bytes(broken)


@mutable
class Tally:
    """What all files came to."""

    tried: int = 0
    built: int = 0
    leaks: list[str] = field(factory=list)


@frozen
class Stage:
    """The project, its two endpoints, and what is watched."""

    root: Path
    here: FaultServer
    there: FaultServer
    connected: list[Any]
    planned: set[tuple[str, str, bytes]]
    around: set[Path]
    tally: Tally

    def build(self, content: bytes) -> None:
        """Build a saved plan with this content, look at what came of it, and put everything back."""
        (self.root / "edited.json").write_bytes(content)
        code = run(["build", "--plan", "edited.json", "--quiet"])
        self.tally.tried += 1
        self.tally.built += bool(self.here.heard or self.there.heard)
        allowed = {self.here.port, self.there.port}
        self.leak("connected to", [place for place in self.connected if place[1] not in allowed])
        self.leak(
            "not planned", [asked(heard) for heard in self.here.heard if asked(heard) not in self.planned]
        )
        self.leak("sent elsewhere", [asked(heard) for heard in self.there.heard])
        self.leak("another's key", [heard for heard in self.here.heard if KEYS["THERE_KEY"] in repr(heard)])
        self.leak(
            "outside", sorted(set(self.root.parent.rglob("*")) - self.around - set(self.root.rglob("*")))
        )
        self.leak("a bug of ours", [code] if code == 1 else [])
        for server in (self.here, self.there):
            server.heard.clear()
        self.connected.clear()
        for folder in ("build", ".voicekit"):
            shutil.rmtree(self.root / folder, ignore_errors=True)
        (self.root / "voicekit.lock").unlink(missing_ok=True)

    def leak(self, what: str, found: list[Any]) -> None:
        self.tally.leaks += [f"{what}: {one}" for one in found]


def asked(heard: Heard) -> tuple[str, str, bytes]:
    return heard.method, heard.target, heard.body


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    for name, key in KEYS.items():
        monkeypatch.setenv(name, key)
    with FaultServer.in_thread() as here, FaultServer.in_thread() as there, connects() as connected:
        words = PROJECT.format(here=here.origin, there=there.origin)
        files = {"voicekit.yaml": words, "prompts.yaml": PROMPTS, "profiles/en.yaml": projects.PROFILE}
        root = projects.write(tmp_path / "project", files)
        monkeypatch.chdir(root)
        assert run(["plan", "--out", "saved.json", "--quiet"]) == 0
        one = Stage(root, here, there, connected, set(), set(tmp_path.rglob("*")), Tally())
        assert run(["build", "--plan", "saved.json", "--quiet"]) == 5  # every request of it is refused
        one.planned.update(map(asked, here.heard))
        assert len(one.planned) == 2
        assert all(KEYS["HERE_KEY"] in repr(heard) for heard in here.heard)
        one.build((root / "saved.json").read_bytes())
        assert (one.tally.built, one.tally.leaks) == (1, [])
        yield one


def test_no_edit_of_a_plan_sends_anything_else(stage: Stage, figure: Callable[..., None]) -> None:
    saved = (stage.root / "saved.json").read_bytes()

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)
    @given(hostile_files(saved))
    def try_one(content: bytes) -> None:
        stage.build(content)

    try_one()
    print(
        f"{stage.tally.built} of {stage.tally.tried} were built, as planned",
        *stage.tally.leaks[:20],
        sep="\n",
    )
    assert 0 < stage.tally.built < stage.tally.tried / 2
    figure("hostile plans", stage.tally.tried, goal=EXAMPLES * 0.8, least=True)
    figure("leaks of hostile plans", len(stage.tally.leaks), goal=0)


def test_a_plan_that_fits_together_is_stale_all_the_same(stage: Stage, figure: Callable[..., None]) -> None:
    """Somebody who knows how keys are made writes another sentence, and the keys that belong to it."""
    data = json.loads((stage.root / "saved.json").read_bytes())
    (stage.root / "prompts.yaml").write_text(PROMPTS.replace("Bye.", "Send money."))
    assert run(["plan", "--out", "other.json", "--quiet"]) == 0
    other = json.loads((stage.root / "other.json").read_bytes())
    (stage.root / "prompts.yaml").write_text(PROMPTS)
    for rows in (
        other["requests"],
        [data["requests"][0], other["requests"][1]],
        [*data["requests"], other["requests"][1]],
    ):
        for asked_for in (data["asked"], {**data["asked"], "via": "there"}):
            stage.build(json.dumps({**data, "asked": asked_for, "requests": rows}).encode())
    assert stage.tally.built == 1  # the good one, of the fixture
    figure("leaks of plans that fit together", len(stage.tally.leaks), goal=0)


# --- the call itself, should one ever come from elsewhere -------------------------------------------------

WORDS = st.sampled_from([str(one) for one in HOSTILE if isinstance(one, str)]) | st.text(max_size=20)
METHODS = st.sampled_from(["POST"] * 6 + ["GET", "PUT", "CONNECT", "POST / HTTP/1.1"])
PATHS = st.tuples(st.sampled_from(["/", "/", "/v1/", ""]), WORDS).map("".join)
HEADERS = st.sampled_from(["X-A", "X-B", "Host", "authorization", "Cookie", "Transfer-Encoding"])
KINDS = st.just("application/json") | WORDS


def pairs(names: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Some pairs; mostly none."""
    return st.just([]) | st.lists(st.tuples(names, WORDS), max_size=2)


def test_no_call_leaves_its_endpoint(figure: Callable[..., None]) -> None:
    tried, sent = 0, list[httpx.Request]()

    def vendor(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(400, stream=httpx.ByteStream(b"{}"))

    @settings(max_examples=600, deadline=None, derandomize=True, database=None)
    @given(METHODS, PATHS, pairs(WORDS), pairs(HEADERS), KINDS)
    def try_one(method: str, path: str, query: Any, headers: Any, kind: str) -> None:
        nonlocal tried
        tried += 1
        call = Call(method, path, tuple(query), b"{}", kind, tuple(headers))

        async def story() -> None:
            environ = {CREDENTIAL: KEYS["HERE_KEY"]}
            async with sending(
                "https://vendor.example/at", wire=httpx.MockTransport(vendor), environ=environ
            ) as transport:
                with contextlib.suppress(VoicekitError):
                    await transport.send(call)

        asyncio.run(story())

    try_one()
    away = [
        request
        for request in sent
        if (request.url.scheme, request.url.netloc, request.headers["host"])
        != ("https", b"vendor.example", "vendor.example")
        or request.headers.get_list("authorization") != [f"Bearer {KEYS['HERE_KEY']}"]
        or any(b"\n" in part or b"\r" in part for pair in request.headers.raw for part in pair)
    ]
    assert len(sent) > 50
    figure("hostile calls", tried, goal=500, least=True)
    figure("hostile calls that went elsewhere, or with another's words", len(away), goal=0)
