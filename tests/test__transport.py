"""What the transport sends, repeats, refuses and hides, against a server that answers wrongly on purpose."""

import asyncio
import contextlib
import io
import json
import logging
import random
import shutil
import socket
import ssl
import subprocess
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from kit.clock import Clock
from kit.fault_server import ANSWERS, SOUND, FaultServer, answer, content
from voicekit import _limits as limits
from voicekit import providers
from voicekit._transport import Transport, attempts, exchange, links
from voicekit._transport.addresses import is_public
from voicekit._transport.retries import CAPACITY, RETRY_COST, Bucket, pause, retry_after
from voicekit.errors import (
    ConfigError,
    Denied,
    ForbiddenAddress,
    Refused,
    SendError,
    Unreachable,
    VoicekitError,
    WrongAnswer,
)
from voicekit.model import Ask, Call, Endpoint, Mark, Sound

PROVIDER = providers.get("google-302ai")
ASK = Ask(text="Hello.", ssml=None, language="en-US", voice="en-US-Neural2-F", encoding="LINEAR16")
CALL = PROVIDER.encode(ASK)
CANARY = "sk-canary+7f/3b9=Zq"
KEYED = {"TEST_KEY": CANARY}


@pytest.fixture(params=["httpx", "aiohttp"])
def wire(request: pytest.FixtureRequest) -> Callable[[], httpx.AsyncBaseTransport]:
    """Each of the two engines that may carry the requests."""
    if request.param == "aiohttp":
        pytest.importorskip("httpx_aiohttp")
        return exchange.open_wire
    return lambda: httpx.AsyncHTTPTransport(trust_env=False)


@contextlib.asynccontextmanager
async def sending(url: str, **how: Any) -> Any:
    endpoint = Endpoint("test", "google-302ai", url=url, credential=how.pop("credential", None))
    clock = how.pop("clock", Clock())
    settings = {"sleep": clock.sleep, "now": clock.time, "random": lambda: 0.5, "environ": {}} | how
    async with Transport(endpoint, PROVIDER, **settings) as transport:
        yield transport


async def outcome(url: str, **how: Any) -> Sound | VoicekitError:
    limit = how.pop("reply_limit", limits.REPLY_BYTES)
    on_spent = how.pop("on_spent", lambda: None)
    async with sending(url, **how) as transport:
        try:
            sound: Sound = await transport.send(CALL, reply_limit=limit, on_spent=on_spent)
        except VoicekitError as error:
            return error
        return sound


def run(
    fault: str,
    *,
    queue: Sequence[str] = (),
    wire: Callable[[], httpx.AsyncBaseTransport] | None = None,
    **how: Any,
) -> tuple[Sound | VoicekitError, FaultServer]:
    async def story() -> tuple[Sound | VoicekitError, FaultServer]:
        async with FaultServer(queue) as server:
            if wire is not None:
                how["wire"] = wire()
            return await outcome(server.at(fault), **how), server

    return asyncio.run(story())


# --- good answers -----------------------------------------------------------------------------------


def test_sound_comes_back_with_marks_and_rate(wire: Callable[[], httpx.AsyncBaseTransport]) -> None:
    found, server = run("good", wire=wire)
    assert found == Sound(SOUND, (Mark("here", 0.5),), 24_000)
    heard = server.heard[0]
    assert (heard.method, heard.body) == ("POST", CALL.body)
    assert heard.target == "/good/google/v1/text-synthesize?response_format=url"
    assert heard.headers["accept-encoding"] == "identity"
    assert "authorization" not in heard.headers


def test_link_to_the_written_origin_is_fetched_without_the_credential(
    wire: Callable[[], httpx.AsyncBaseTransport],
) -> None:
    found, server = run("link:file", wire=wire, credential="TEST_KEY", environ=KEYED)
    assert found == Sound(SOUND, (Mark("here", 0.5),), 24_000)
    assert server.heard[0].headers["authorization"] == f"Bearer {CANARY}"
    assert [heard.method for heard in server.heard] == ["POST", "GET"]
    assert CANARY not in repr(server.heard[1])


def test_header_authentication() -> None:
    async def story() -> str:
        google = providers.get("google")
        async with FaultServer() as server:
            endpoint = Endpoint("g", "google", url=server.at("good"), credential="TEST_KEY")
            async with Transport(endpoint, google, environ=KEYED) as transport:
                await transport.send(google.encode(ASK))
            return server.heard[0].headers["x-goog-api-key"]

    assert asyncio.run(story()) == CANARY


def test_cookies_are_not_kept(wire: Callable[[], httpx.AsyncBaseTransport]) -> None:
    async def story() -> list[str]:
        async with FaultServer() as server, sending(server.at("cookie"), wire=wire()) as transport:
            await transport.send(CALL)
            await transport.send(CALL)
            return [name for heard in server.heard for name in heard.headers]

    assert "cookie" not in asyncio.run(story())


# --- wrong answers ----------------------------------------------------------------------------------

WRONG = {
    "html": WrongAnswer, "empty": WrongAnswer, "no-audio": WrongAnswer, "empty-audio": WrongAnswer,
    "invalid-base64": WrongAnswer, "not-json": WrongAnswer, "list": WrongAnswer, "untyped": WrongAnswer,
    "wrong-type": WrongAnswer, "206": WrongAnswer, "204": WrongAnswer, "201": WrongAnswer,
    "unclosed-json": WrongAnswer, "huge-length": WrongAnswer, "gzip": WrongAnswer,
    "gzip-bomb": WrongAnswer, "endless": WrongAnswer, "302": WrongAnswer, "307": WrongAnswer,
    "400": Refused, "401": Denied, "403": Refused, "404": Refused, "gzip-refusal": Refused,
    "huge-refusal": Refused,
    "link:html": WrongAnswer, "link:json-file": WrongAnswer, "link:empty-file": WrongAnswer,
    "link:206": WrongAnswer, "link:deflate-file": WrongAnswer, "link:404": Refused,
    "link:inward": ForbiddenAddress, "link:loop": WrongAnswer,
    "link=http://169.254.169.254/latest": ForbiddenAddress, "link=https://evil.example/a.wav": ForbiddenAddress,
    "link=http://file.302.ai/a.wav": ForbiddenAddress, "link=https://file.302.ai:8443/a.wav": ForbiddenAddress,
    "link=https://a@file.302.ai/a.wav": ForbiddenAddress, "link=https://file.302.ai.evil.example/": ForbiddenAddress,
    "link=http://[::1/": ForbiddenAddress, "link=http://127.1/": ForbiddenAddress, "link=http://": ForbiddenAddress,
}  # fmt: skip


@pytest.mark.parametrize(("fault", "kind"), WRONG.items(), ids=list(WRONG))
def test_wrong_answer_is_an_error_and_asked_for_once(
    fault: str, kind: type[VoicekitError], wire: Callable[[], httpx.AsyncBaseTransport]
) -> None:
    # A fault whose name holds slashes cannot stand in a path.
    found, server = run("any", queue=[fault], wire=wire)
    assert type(found) is kind, found
    assert found.problems[0].remedy
    assert sum(heard.method == "POST" for heard in server.heard) == 1


def test_more_bytes_than_stated_are_never_a_sound(wire: Callable[[], httpx.AsyncBaseTransport]) -> None:
    found, server = run("lying-length", wire=wire)
    assert type(found) in {
        WrongAnswer,
        Unreachable,
    }  # aiohttp calls it broken, httpx stops at the stated length
    assert len(server.heard) <= 2


LOST = ["reset-after", "truncated", "no-http", "endless-headers"]


@pytest.mark.parametrize("fault", LOST)
def test_lost_answer_is_repeated_at_most_once_and_booked_twice(
    fault: str, wire: Callable[[], httpx.AsyncBaseTransport]
) -> None:
    spent: list[None] = []
    found, server = run(fault, wire=wire, on_spent=lambda: spent.append(None))
    assert type(found) is Unreachable
    assert len(server.heard) == len(spent) == 2


def test_lost_answer_can_be_made_good(wire: Callable[[], httpx.AsyncBaseTransport]) -> None:
    spent: list[None] = []
    found, server = run("good", queue=["reset-after"], wire=wire, on_spent=lambda: spent.append(None))
    assert isinstance(found, Sound)
    assert len(server.heard) == len(spent) == 2


def test_reset_before_reading_counts_as_lost(wire: Callable[[], httpx.AsyncBaseTransport]) -> None:
    found, server = run("good", queue=["reset-before", "reset-before"], wire=wire)
    assert type(found) is Unreachable
    assert server.connections == 2


def test_refused_connection_is_tried_three_times_and_costs_nothing(
    wire: Callable[[], httpx.AsyncBaseTransport],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    clock, spent = Clock(), list[None]()
    found = asyncio.run(_later(port, clock, spent, wire))
    assert type(found) is Unreachable
    assert "connection refused" in str(found)
    assert len(clock.waits) == 2
    assert not spent


async def _later(port: int, clock: Clock, spent: list[None], wire: Any) -> Sound | VoicekitError:
    return await outcome(
        f"http://127.0.0.1:{port}", clock=clock, wire=wire(), on_spent=lambda: spent.append(None)
    )


def test_sound_and_refusal_are_booked_as_the_vendor_would() -> None:
    for fault, expected in {"good": 1, "400": 0, "503": 0, "html": 1, "endless": 1}.items():
        spent: list[None] = []
        run(fault, on_spent=lambda spent=spent: spent.append(None))
        assert len(spent) == expected, fault


@given(
    status=st.sampled_from([200, 200, 200, 201, 204, 206, 301, 400, 404, 418]),
    kind=st.sampled_from(
        ["application/json", "audio/wav", "text/html", "application/json; charset=utf-8", ""]
    ),
    body=st.binary(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["audioContent", "timepoints", "audioConfig", "error"]), inner, max_size=3
            )
        ),
        max_leaves=8,
    ).map(lambda data: json.dumps(data).encode()),
)
def test_any_answer_is_a_sound_or_an_error_of_ours(status: int, kind: str, body: bytes) -> None:
    def vendor(_: httpx.Request) -> httpx.Response:
        headers = {"content-type": kind} if kind else {}
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))

    found = asyncio.run(outcome("http://vendor.example", wire=httpx.MockTransport(vendor)))
    if isinstance(found, Sound):
        assert found.data
        assert status == 200
        assert kind.startswith(("application/json", "audio/"))
    else:
        assert isinstance(found, SendError)
        assert found.problems[0].remedy


def test_proxies_and_netrc_of_the_environment_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wire: Callable[[], httpx.AsyncBaseTransport]
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    found, server = run("good", wire=wire)
    assert isinstance(found, Sound)
    assert "authorization" not in server.heard[0].headers


def test_httpx_carries_the_requests_where_aiohttp_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx_aiohttp", None)

    async def story() -> httpx.AsyncBaseTransport:
        carrier = exchange.open_wire()
        await carrier.aclose()
        return carrier

    assert type(asyncio.run(story())) is httpx.AsyncHTTPTransport
    assert isinstance(run("good")[0], Sound)


# --- limits -----------------------------------------------------------------------------------------


def test_reply_limit_is_counted_on_the_stream(wire: Callable[[], httpx.AsyncBaseTransport]) -> None:
    assert isinstance(run("good", wire=wire, reply_limit=len(SOUND) * 2)[0], Sound)
    assert type(run("good", wire=wire, reply_limit=100)[0]) is WrongAnswer
    assert type(run("link:file", wire=wire, reply_limit=len(SOUND) - 1)[0]) is WrongAnswer


@pytest.mark.parametrize("fault", ["silent", "drip-headers", "drip-body", "link:silent", "link:drip-body"])
def test_one_deadline_covers_every_phase(fault: str, wire: Callable[[], httpx.AsyncBaseTransport]) -> None:
    async def story() -> tuple[Any, float, int]:
        spent: list[None] = []
        async with FaultServer() as server:
            carrier, start = wire(), time.monotonic()
            found = await outcome(
                server.at(fault), wire=carrier, deadline=0.4, on_spent=lambda: spent.append(None)
            )
            return found, time.monotonic() - start, len(spent)

    found, took, spent = asyncio.run(story())
    assert type(found) is Unreachable
    assert "0.4 seconds" in str(found)
    assert took < 0.4 + 0.25
    assert spent == 1


# --- retries ----------------------------------------------------------------------------------------


def test_three_attempts_with_full_jitter_and_the_last_error() -> None:
    clock = Clock()
    found, server = run("any", queue=["503", "500", "502"], clock=clock)
    assert isinstance(found, Refused)
    assert "502: the vendor's own words" in str(found)
    assert clock.waits == [0.25, 0.5]
    assert len(server.heard) == 3


@pytest.mark.parametrize("status", ["429", "500", "502", "503", "504"])
def test_a_passing_fault_is_survived(status: str) -> None:
    found, server = run("good", queue=[status, status])
    assert isinstance(found, Sound)
    assert len(server.heard) == 3


def test_retry_after_is_obeyed_and_clamped() -> None:
    clock = Clock()
    run("good", queue=["429:7", "503:86400"], clock=clock, deadline=600.0)
    assert clock.waits == [7.0, limits.RETRY_AFTER]


def test_retry_after_may_be_a_date() -> None:
    clock = Clock()
    soon = format_datetime(clock.now() + timedelta(seconds=9), usegmt=True)
    past = format_datetime(clock.now() - timedelta(days=9), usegmt=True)
    run("good", queue=[f"429:{soon}", f"429:{past}"], clock=clock)
    assert clock.waits == [9.0, 0.5]


def test_a_wait_beyond_the_deadline_is_not_waited() -> None:
    clock = Clock()
    found, server = run("any", queue=["429:30", "429:45", "429"], clock=clock, deadline=60.0)
    assert isinstance(found, Refused)
    assert clock.waits == [30.0]
    assert len(server.heard) == 2


@given(st.integers(1, 8), st.none() | st.floats(0, 1e6), st.floats(0, 1, exclude_max=True))
def test_pause_is_bounded_and_never_below_the_servers_wish(
    attempt: int, wish: float | None, luck: float
) -> None:
    wait = pause(attempt, wish, lambda: luck)
    assert min(wish or 0.0, limits.RETRY_AFTER) <= wait <= max(limits.BACKOFF[1], limits.RETRY_AFTER)


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{1,30}|[A-Z][a-z]{2}, [0-9]{2} Nov 2023 [0-9:]{8} GMT"))
def test_no_retry_after_header_breaks_the_reader(value: str) -> None:
    found = retry_after(value, 0.0)
    assert found is None or found >= 0


@given(st.lists(st.tuples(st.booleans(), st.floats(0.5, 20)), max_size=300))
def test_bucket_never_lends_and_never_overflows(moves: list[tuple[bool, float]]) -> None:
    bucket = Bucket()
    for take, amount in moves:
        before = bucket.tokens
        if take:
            taken = bucket.take(amount)
            assert taken == (amount <= before)
            assert bucket.tokens == before - amount * taken
        else:
            bucket.give(amount)
        assert 0 <= bucket.tokens <= CAPACITY


@pytest.mark.parametrize(
    ("faults", "most_load", "least_good"), [(1.0, 1.1, 0), (0.3, 1.6, 960), (0.1, 1.2, 995)]
)
def test_load_in_an_outage(faults: float, most_load: float, least_good: int) -> None:
    luck, asked = random.Random(7), 0

    def vendor(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        if luck.random() < faults:
            return httpx.Response(503, stream=httpx.ByteStream(b"{}"))
        body = content("UklGRg==")
        return httpx.Response(
            200, headers={"content-type": "application/json"}, stream=httpx.ByteStream(body)
        )

    async def story() -> int:
        good = 0
        async with sending(
            "http://vendor.example", wire=httpx.MockTransport(vendor), random=luck.random
        ) as one:
            for _ in range(1_000):
                with contextlib.suppress(Refused):
                    await one.send(CALL)
                    good += 1
        return good

    good = asyncio.run(story())
    assert asked <= most_load * 1_000
    assert asked >= 1_000 + (faults == 1.0) * CAPACITY / RETRY_COST
    assert good >= least_good


# --- credentials ------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [None, "", "two words", "line\nend", "tab\t", "ümlaut", "nul\0"])
def test_a_credential_that_cannot_be_sent_is_named_and_not_shown(value: str | None) -> None:
    environ = {} if value is None else {"TEST_KEY": value}
    found, server = run("good", credential="TEST_KEY", environ=environ)
    assert isinstance(found, ConfigError)
    assert "TEST_KEY" in str(found)
    assert "export TEST_KEY=" in str(found)
    assert found.__traceback__ is not None
    found.__traceback__ = found.__traceback__.tb_next  # the test's own frame knows the value
    told = traceback.TracebackException.from_exception(found, capture_locals=True)
    assert not value or value not in str(found)
    assert not value or repr(value)[1:-1] not in "".join(told.format())
    assert not server.connections


SPELLINGS = [CANARY, "c2stY2FuYXJ5KzdmLzNiOT1acQ", "sk-canary%2B7f%2F3b9%3DZq", "sk-canary+7f\\/3b9=Zq"]
CANARY_FAULTS = ["good", "echo", "401", "503", "html", "reset-after", "silent", "no-http", "gzip", "link:404",
                 "link:inward", "link=https://evil.example/", "302"]  # fmt: skip


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    text, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(text), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize("fault", CANARY_FAULTS)
def test_no_secret_in_messages_logs_or_tracebacks(
    fault: str, wire: Callable[[], httpx.AsyncBaseTransport], log: io.StringIO
) -> None:
    found, server = run(
        "any", queue=[fault] * 3, wire=wire, credential="TEST_KEY", environ=KEYED, deadline=0.5
    )
    seen = [log.getvalue(), repr(found), str(found)]
    if isinstance(found, VoicekitError):
        assert found.__traceback__ is not None
        found.__traceback__ = found.__traceback__.tb_next  # the test's own frame knows the secret
        told = traceback.TracebackException.from_exception(found, capture_locals=True)
        seen += ["".join(told.format()), repr(found.__context__), repr(found.__cause__)]
    assert server.heard[0].headers["authorization"].endswith(CANARY)
    assert not [spelling for spelling in SPELLINGS for text in seen if spelling in text]
    # Half of a secret is one, too.
    assert not [text for text in seen if CANARY[:9] in text]


def test_what_the_libraries_write_of_our_requests_is_kept_out_of_logs_and_of_others_is_not(
    wire: Callable[[], httpx.AsyncBaseTransport], log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A header of an answer is what httpcore's log quotes, and a vendor may quote a key there."""
    monkeypatch.setitem(ANSWERS, "quoting", answer(b"{}", status=401, X_Key=CANARY))
    heard: list[str] = []

    async def story() -> None:
        async with FaultServer() as server:
            url = server.at("quoting")
            for _ in range(2):
                await outcome(url, wire=wire(), credential="TEST_KEY", environ=KEYED)
            heard.append(log.getvalue())
            async with httpx.AsyncClient(trust_env=False) as theirs:
                await theirs.get(url)
            heard.append(log.getvalue())

    asyncio.run(story())
    assert CANARY not in heard[0]
    assert CANARY in heard[1]


@pytest.mark.parametrize(
    "call",
    [
        Call("POST", "@evil.example/", body=b"{}"),
        Call("POST", ".evil.example/", body=b"{}"),
        Call("POST", ":80@evil.example/", body=b"{}"),
        Call("DELETE", "/x"),
        Call("POST", "/x", headers=(("Host", "evil.example"),)),
        Call("POST", "/x", headers=(("authorization", "Bearer other"),)),
        Call("POST", "/x", headers=(("X-A", "b\r\nHost: evil.example"),)),
        Call("POST", "/x", content_type="a\r\nb"),
    ],
)
def test_a_hostile_plan_sends_nothing(call: Call) -> None:
    async def story() -> int:
        async with FaultServer() as server, sending(server.origin) as transport:
            with pytest.raises(ConfigError):
                await transport.send(call)
            return server.connections

    assert asyncio.run(story()) == 0


@given(st.text(max_size=30).map(lambda text: "/" + text))
def test_no_path_leads_away_from_the_endpoint(path: str) -> None:
    seen: list[str] = []

    def vendor(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.url.scheme}://{request.url.netloc.decode()} {request.headers['host']}")
        return httpx.Response(400, stream=httpx.ByteStream(b"{}"))

    async def story() -> None:
        async with sending("https://vendor.example", wire=httpx.MockTransport(vendor)) as transport:
            with contextlib.suppress(ConfigError, Refused):
                await transport.send(Call("POST", path, body=b"{}"))

    asyncio.run(story())
    assert set(seen) <= {"https://vendor.example vendor.example"}


@pytest.mark.parametrize(
    "url", ["ftp://a", "vendor.example", "https://", "https://a:b@c", "https://a?b=c", "http://[", ""]
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Transport(Endpoint("x", "google", url=url or " "), PROVIDER, environ={})
    assert caught.value.problems[0].remedy


# --- links ------------------------------------------------------------------------------------------

NOT_PUBLIC = [
    "0.0.0.0",
    "10.1.2.3",
    "127.0.0.1",
    "127.8.8.8",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "192.0.0.8",
    "192.0.0.10",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "2606:4700::1111%1",
    "127.1",
    "0x7f000001",
    "2130706433",
    "0177.0.0.1",
    "localhost",
]


def test_addresses_that_are_not_public() -> None:
    assert [address for address in NOT_PUBLIC if is_public(address)] == []
    assert all(map(is_public, ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001::1"]))


def _file_host(answers: dict[str, httpx.Response], seen: list[httpx.Request]) -> httpx.MockTransport:
    def vendor(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.method == "POST":
            body = content("https://file.302.ai/a.mp3")
            return httpx.Response(
                200, headers={"content-type": "application/json"}, stream=httpx.ByteStream(body)
            )
        return answers[request.url.path]

    return httpx.MockTransport(vendor)


def _sound() -> httpx.Response:
    return httpx.Response(200, headers={"content-type": "audio/mpeg"}, stream=httpx.ByteStream(SOUND))


def _moved(to: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": to}, stream=httpx.ByteStream(b""))


def _resolver(*turns: Sequence[str]) -> Callable[[str], Awaitable[Sequence[str]]]:
    left = list(turns)

    async def resolve(host: str) -> Sequence[str]:
        assert host in {"file.302.ai", "file.302ai.cn"}
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


def _follow(
    answers: dict[str, httpx.Response], resolve: Callable[[str], Awaitable[Sequence[str]]]
) -> tuple[Sound | VoicekitError, list[httpx.Request]]:
    seen: list[httpx.Request] = []
    how = {"credential": "TEST_KEY", "environ": KEYED, "resolve": resolve, "wire": _file_host(answers, seen)}
    return asyncio.run(outcome("https://vendor.example", **how)), seen


def test_file_host_is_reached_at_the_vetted_address_under_its_name() -> None:
    found, seen = _follow({"/a.mp3": _sound()}, _resolver(["93.184.216.34"]))
    assert isinstance(found, Sound)
    assert found.data == SOUND
    fetch = seen[1]
    assert (fetch.method, str(fetch.url)) == ("GET", "https://93.184.216.34/a.mp3")
    assert fetch.headers["host"] == "file.302.ai"
    assert fetch.extensions["sni_hostname"] == "file.302.ai"
    assert CANARY not in repr(fetch.headers.raw)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for ``file.302.ai`` that nobody vouches for, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate")
    folder = tmp_path_factory.mktemp("certificate")
    options = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=file.302.ai -addext subjectAltName=DNS:file.302.ai"
    command = [openssl, *options.split(), "-keyout", str(folder / "key"), "-out", str(folder / "cert")]
    subprocess.run(command, check=True, capture_output=True)
    return folder


async def _fetched(certificate: Path, name: str, wire: httpx.AsyncBaseTransport) -> tuple[Any, list[str]]:
    """Fetch from a server with that certificate under a name; returns the outcome, and the names that the server heard."""
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate / "cert", certificate / "key")
    names: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        names.extend(line for line in head.decode().lower().splitlines() if line.startswith("host:"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: 2\r\n\r\nok")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=server_side)
    async with server, wire:
        port = server.sockets[0].getsockname()[1]
        get = links.fetch_request(httpx.URL(f"https://{name}:{port}/a"), "127.0.0.1", [])
        return await exchange.exchange(wire, get, 100), names


@pytest.mark.parametrize(
    ("name", "trusted"), [("file.302.ai", True), ("other.example", True), ("file.302.ai", False)]
)
def test_tls_is_checked_for_the_name_and_not_for_the_address(
    certificate: Path, name: str, trusted: bool
) -> None:
    ours = ssl.create_default_context(cafile=certificate / "cert" if trusted else None)
    for engine in ("httpx", "aiohttp"):
        found, names = asyncio.run(_with_trust(engine, ours, lambda wire: _fetched(certificate, name, wire)))
        if name == "file.302.ai" and trusted:
            assert found.body == b"ok"
            assert names == ["host: file.302.ai"]
        else:
            assert found.kind == "unsent"
            assert "the certificate does not hold" in found.reason
            assert names == []


@pytest.mark.parametrize("engine", ["httpx", "aiohttp"])
def test_what_carries_requests_looks_at_certificates_and_lets_no_environment_vouch_for_one(
    certificate: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "httpx":
        monkeypatch.setitem(sys.modules, "httpx_aiohttp", None)
    else:
        pytest.importorskip("httpx_aiohttp")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert"))
    exchange._trust.cache_clear()  # which others have asked for, in another environment

    async def story() -> tuple[Any, list[str]]:
        return await _fetched(certificate, "file.302.ai", exchange.open_wire())

    found, names = asyncio.run(story())
    assert (found.kind, names) == ("unsent", [])
    assert "the certificate does not hold" in found.reason


async def _with_trust(engine: str, context: ssl.SSLContext, story: Callable[[Any], Awaitable[Any]]) -> Any:
    if engine == "httpx":
        return await story(httpx.AsyncHTTPTransport(verify=context, trust_env=False))
    aiohttp, carriers = pytest.importorskip("aiohttp"), pytest.importorskip("httpx_aiohttp")
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context))
    return await story(carriers.AiohttpTransport(client=session))


def test_each_host_has_its_own_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    carriers: list[dict[str, int]] = []

    def carrier() -> httpx.AsyncBaseTransport:
        hosts: dict[str, int] = {}
        carriers.append(hosts)

        def vendor(request: httpx.Request) -> httpx.Response:
            host = request.headers["host"]
            hosts[host] = hosts.get(host, 0) + 1
            if request.method == "POST":
                body = content("https://file.302.ai/a.mp3")
                return httpx.Response(
                    200, headers={"content-type": "application/json"}, stream=httpx.ByteStream(body)
                )
            return _moved("https://file.302ai.cn/b.mp3") if request.url.path == "/a.mp3" else _sound()

        return httpx.MockTransport(vendor)

    monkeypatch.setattr(attempts, "open_wire", carrier)
    found = asyncio.run(outcome("https://vendor.example", resolve=_resolver(["93.184.216.34"])))
    assert isinstance(found, Sound)
    assert carriers == [{"vendor.example": 1}, {"file.302.ai": 1}, {"file.302ai.cn": 1}]


def test_version_6_address_of_a_file_host() -> None:
    _, seen = _follow({"/a.mp3": _sound()}, _resolver(["2606:4700::1"]))
    assert str(seen[1].url) == "https://[2606:4700::1]/a.mp3"


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_file_host_with_an_inward_address_is_not_contacted(address: str) -> None:
    found, seen = _follow({"/a.mp3": _sound()}, _resolver(["93.184.216.34", address]))
    assert type(found) is ForbiddenAddress
    assert len(seen) == 1


def test_each_redirect_is_looked_at_again() -> None:
    chain = {
        "/a.mp3": _moved("/b.mp3"),
        "/b.mp3": _moved("https://file.302ai.cn/c.mp3"),
        "/c.mp3": _moved("/d.mp3"),
        "/d.mp3": _sound(),
    }
    found, seen = _follow(chain, _resolver(["93.184.216.34"]))
    assert isinstance(found, Sound)
    assert [request.headers["host"] for request in seen[1:]] == ["file.302.ai"] * 2 + ["file.302ai.cn"] * 2

    longer = {**chain, "/d.mp3": _moved("/e.mp3"), "/e.mp3": _sound()}
    endless, seen = _follow(longer, _resolver(["93.184.216.34"]))
    assert type(endless) is WrongAnswer
    assert "more than 3 times" in str(endless)
    assert len(seen) == 5

    rebound, seen = _follow(chain, _resolver(["93.184.216.34"], ["127.0.0.1"]))
    assert type(rebound) is ForbiddenAddress
    assert len(seen) == 2

    inward, seen = _follow({"/a.mp3": _moved("http://127.0.0.1/")}, _resolver(["93.184.216.34"]))
    assert type(inward) is ForbiddenAddress
    assert len(seen) == 2


def test_the_systems_resolver_is_looked_at_too() -> None:
    hosts = evolve(PROVIDER.capabilities, file_hosts=frozenset({"localhost"}))

    async def story() -> None:
        async with FaultServer(["link=https://localhost/a.wav"]) as server:
            endpoint = Endpoint("test", url=server.origin)
            async with Transport(endpoint, evolve(PROVIDER, capabilities=hosts), environ={}) as transport:  # type: ignore[misc]
                await transport.send(CALL)

    with pytest.raises(ForbiddenAddress, match="not on the public internet"):
        asyncio.run(story())


def test_unknown_file_host() -> None:
    found, seen = _follow({}, _resolver([]))
    assert type(found) is Unreachable
    assert len(seen) == 1


def test_the_vendors_own_address_is_not_a_written_one() -> None:
    async def story() -> Sound | VoicekitError:
        def vendor(request: httpx.Request) -> httpx.Response:
            body = content("https://api.302.ai/private")
            return httpx.Response(
                200, headers={"content-type": "application/json"}, stream=httpx.ByteStream(body)
            )

        async with Transport(
            Endpoint("x", "google-302ai"), PROVIDER, environ={}, wire=httpx.MockTransport(vendor)
        ) as transport:
            try:
                return await transport.send(CALL)
            except VoicekitError as error:
                return error

    assert type(asyncio.run(story())) is ForbiddenAddress


def test_a_link_to_another_local_server_makes_no_connection(
    wire: Callable[[], httpx.AsyncBaseTransport],
) -> None:
    async def story() -> tuple[list[type], int]:
        found = []
        async with FaultServer() as inner, FaultServer() as vendor:
            for host in (
                "127.0.0.1",
                "localhost",
                "127.1",
                "0x7f000001",
                "2130706433",
                "[::1]",
                "[::ffff:127.0.0.1]",
            ):
                for scheme in ("http", "https"):
                    vendor.queue = [f"link={scheme}://{host}:{inner.port}/file"]
                    found.append(type(await outcome(vendor.origin, wire=wire())))
            return found, inner.connections

    found, hits = asyncio.run(story())
    assert set(found) == {ForbiddenAddress}
    assert hits == 0


# --- in this process --------------------------------------------------------------------------------


def test_what_an_app_in_this_process_raises_comes_through() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise ZeroDivisionError

    async def story() -> None:
        async with Transport(Endpoint("embedded"), PROVIDER, app=app, environ={}) as transport:
            await transport.send(CALL)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(story())
