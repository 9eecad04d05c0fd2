"""The local server: every provider's wire, its refusals, its limits, and who may talk to it."""

import asyncio
import base64
import contextlib
import io
import json
import signal
import socket
import subprocess
import sys
import time
import wave
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.speaker import ToneSpeaker, tone
from voicekit import _limits as limits
from voicekit import providers
from voicekit._server import make_app, serve
from voicekit._server.guard import host_name
from voicekit._server.kept import KeptSounds
from voicekit._transport import Transport
from voicekit.errors import ConfigError, HostError, Refused, SoundError
from voicekit.model import Ask, Endpoint, Sound
from voicekit.providers import VoiceEntry

VOICES = (VoiceEntry("en-US", True, 24_000), VoiceEntry("de-DE", False, 24_000))
MEMBERS = list(providers.find())
PATH = "/google/v1/text-synthesize"
REPOSITORY = Path(__file__).parent.parent


def body(**changes: Any) -> dict[str, Any]:
    return {
        "audioConfig": {"audioEncoding": "LINEAR16", "pitch": 0, "speakingRate": 0.96},
        "input": {"text": "Thank you for calling."},
        "voice": {"languageCode": "en-US", "name": "en-US-Neural2-F"},
    } | changes


def ask_server(
    story: Callable[[httpx.AsyncClient], Awaitable[Any]],
    *,
    speak: Any = None,
    base: str = "http://127.0.0.1:80",
    **how: Any,
) -> Any:
    async def run() -> Any:
        app = make_app(speak or ToneSpeaker().speak, voices=VOICES, **how)
        wire = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=wire, base_url=base, trust_env=False) as client:
            return await story(client)

    return asyncio.run(run())


def one(method: str, path: str, *, server: dict[str, Any] | None = None, **request: Any) -> httpx.Response:
    async def story(client: httpx.AsyncClient) -> httpx.Response:
        return await client.request(method, path, **request)

    found = ask_server(story, **(server or {}))
    assert isinstance(found, httpx.Response)
    return found


# --- every provider's wire --------------------------------------------------------------------------


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("sample_rate", [None, 8_000, 16_000])
def test_every_wire_is_spoken_there_and_back(name: str, sample_rate: int | None) -> None:
    member = providers.get(name)
    ask = Ask(
        text="Hello.",
        ssml=None,
        language="en-US",
        voice="en-US-Neural2-F",
        encoding="LINEAR16",
        sample_rate=sample_rate,
    )

    async def story() -> Sound:
        app = make_app(ToneSpeaker().speak, voices=VOICES)
        async with Transport(Endpoint("embedded"), member, app=app, environ={}) as transport:
            return await transport.send(member.encode(ask))

    sound = asyncio.run(story())
    assert sound.data == tone(0.06, sample_rate or 8_000)
    with wave.open(io.BytesIO(sound.data)) as file:
        assert file.getframerate() == (sample_rate or 8_000)


def test_link_is_served_under_its_digest_with_the_right_type() -> None:
    async def story(client: httpx.AsyncClient) -> None:
        answer = await client.post(f"{PATH}?response_format=url", json=body())
        url = answer.json()["audioContent"]
        assert url.startswith("http://127.0.0.1/files/")
        got, head = await client.get(url), await client.head(url)
        assert got.headers["content-type"] == head.headers["content-type"] == "audio/wav"
        assert int(head.headers["content-length"]) == len(got.content)
        assert head.content == b""
        assert got.content == tone(0.22, 8_000)
        for wrong in (url.replace(".wav", ".mp3"), url[:-5], url.replace("/files/", "/files/../"), url + "/"):
            assert (await client.get(wrong)).status_code == 404

    ask_server(story)


def test_base64_where_the_format_is_not_asked_for() -> None:
    answer = one("POST", PATH, json=body())
    assert base64.b64decode(answer.json()["audioContent"]) == tone(0.22, 8_000)
    assert answer.json()["audioConfig"]["audioEncoding"] == "LINEAR16"


def test_voices() -> None:
    rows = one("GET", "/v1/voices?languageCode=de").json()["voices"]
    assert [row["languageCodes"] for row in rows] == [["de-DE"]]
    assert len(one("GET", "/v1beta1/voices").json()["voices"]) == 2


def test_front_page_and_health() -> None:
    assert one("GET", "/health").json() == {"status": "ok"}
    rows = one("GET", "/").json()["routes"]
    assert {row["provider"] for row in rows} == set(MEMBERS)
    assert {"method": "POST", "path": PATH, "provider": "google-302ai"} in rows


# --- refusals ---------------------------------------------------------------------------------------


def rpc(answer: httpx.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    return answer.status_code, error["status"]


def gateway(answer: httpx.Response) -> tuple[int, int]:
    error = answer.json()["error"]
    assert set(error) == {"err_code", "message", "type"}
    return answer.status_code, error["err_code"]


def test_what_google_would_refuse_is_googles_own_status_on_both_paths() -> None:
    wrong = body(voice={"languageCode": "en-US", "name": "en-US-Nobody-Z"})
    for path in (PATH, "/v1/text:synthesize"):
        answer = one("POST", path, json=wrong)
        assert rpc(answer) == (400, "INVALID_ARGUMENT")
        assert "does not exist" in answer.json()["error"]["message"]


@pytest.mark.parametrize("error", [SoundError, ConfigError])
def test_what_the_voice_cannot_do_is_400(error: type[SoundError]) -> None:
    async def speak(ask: Ask) -> Sound:
        raise error.of("this voice has no AMR_WB", remedy="use MULAW")

    answer = one("POST", PATH, json=body(), server={"speak": speak})
    assert rpc(answer) == (400, "INVALID_ARGUMENT")
    assert answer.json()["error"]["message"] == "this voice has no AMR_WB: use MULAW"


def test_a_language_without_a_voice_is_400() -> None:
    voice = {"languageCode": "ja-JP", "name": "ja-JP-Neural2-B"}
    assert one("POST", "/v1/text:synthesize", json=body(voice=voice)).status_code == 400


@pytest.mark.parametrize(
    "raised", [ZeroDivisionError("secret detail"), HostError.of("no voice library", remedy="-")]
)
def test_a_bug_is_answered_without_its_details_and_then_raised(raised: Exception) -> None:
    async def speak(ask: Ask) -> Sound:
        raise raised

    bug = isinstance(raised, ZeroDivisionError)
    for path, shape in ((PATH, gateway), ("/v1/text:synthesize", rpc)):
        answer = one("POST", path, json=body(), server={"speak": speak})
        assert shape(answer)[0] == (500 if bug else 503)
        assert "Traceback" not in answer.text
        assert "secret detail" not in answer.text

    async def in_process() -> None:
        member = providers.get("google")
        app = make_app(speak, voices=())
        async with Transport(Endpoint("embedded"), member, app=app, environ={}) as transport:
            await transport.send(member.encode(Ask("Hi.", None, "en-US", "en-US-Neural2-F", "LINEAR16")))

    with pytest.raises(type(raised)) as caught:
        asyncio.run(in_process())
    assert caught.value is raised


def test_unknown_path_and_wrong_method() -> None:
    assert one("GET", "/nothing").json() == {"error": {"code": 404, "message": "Not Found"}}
    assert one("POST", "/health").status_code == 405
    wrong = one("GET", PATH)
    assert gateway(wrong) == (405, -10011)
    assert wrong.headers["allow"] == "POST"
    assert rpc(one("DELETE", "/v1/text:synthesize"))[0] == 405
    assert one("GET", f"{PATH}/deeper").json()["error"]["code"] == 404


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_only_json_is_read(kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = one("POST", "/v1/text:synthesize", content=json.dumps(body()).encode(), headers=headers)
    assert rpc(answer)[0] == 415


@pytest.mark.parametrize("path", [PATH, "/v1/text:synthesize"])
def test_body_is_bounded_whether_or_not_it_says_so(path: str) -> None:
    sent = 0

    async def stream() -> Any:
        nonlocal sent
        for _ in range(1_000):
            sent += 65_536
            yield b" " * 65_536

    headers = {"Content-Type": "application/json"}
    assert one("POST", path, content=stream(), headers=headers).status_code == 413
    assert sent <= 17 * limits.REQUEST_BYTES
    assert one("POST", path, content=b" " * (limits.REQUEST_BYTES + 1), headers=headers).status_code == 413
    assert one("POST", path, content=b" " * limits.REQUEST_BYTES, headers=headers).status_code == 400


# --- keys -------------------------------------------------------------------------------------------


def test_any_key_passes_unless_one_is_required() -> None:
    for headers in ({}, {"Authorization": "Bearer anything"}, {"x-goog-api-key": "anything"}):
        assert one("POST", PATH, json=body(), headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Basic right"}, 401),
        ({"Authorization": "right"}, 401),
        ({"Authorization": "Bearer wrong"}, 403),
        ({"Authorization": "Bearer rightx"}, 403),
        ({"Authorization": "Bearer right"}, 200),
        ({"Authorization": "bearer right"}, 200),
    ],
)
def test_the_required_key_on_the_proxys_path(headers: dict[str, str], status: int) -> None:
    answer = one("POST", PATH, json=body(), headers=headers, server={"require_key": "right"})
    assert answer.status_code == status
    if status != 200:
        assert gateway(answer) == (status, -10001)


def test_the_required_key_on_googles_paths() -> None:
    server = {"require_key": "right"}
    path = "/v1/text:synthesize"
    assert rpc(one("POST", path, json=body(), server=server)) == (401, "UNAUTHENTICATED")
    assert rpc(one("GET", "/v1/voices", server=server)) == (401, "UNAUTHENTICATED")
    wrong = one("POST", path, json=body(), headers={"x-goog-api-key": "wrong"}, server=server)
    assert rpc(wrong) == (403, "PERMISSION_DENIED")
    headers = {"x-goog-api-key": "right"}
    assert one("POST", path, json=body(), headers=headers, server=server).status_code == 200
    assert one("GET", "/v1/voices", headers=headers, server=server).status_code == 200


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({}, "?key=right", 200),
        ({}, "?key=wrong", 403),
        ({}, "?key=", 401),
        ({"Authorization": "Bearer right"}, "", 200),
        ({"Authorization": "Bearer wrong"}, "", 403),
        ({"Authorization": "Basic right"}, "", 401),
        ({"x-goog-api-key": "wrong", "Authorization": "Bearer wrong"}, "?key=wrong", 403),
        ({"Authorization": "Bearer right"}, "?key=wrong", 200),
        ({"x-goog-api-key": "Bearer right"}, "", 403),
    ],
)
def test_googles_other_ways_to_bring_a_key(headers: dict[str, str], query: str, status: int) -> None:
    server = {"require_key": "right"}
    for prefix in ("/v1", "/v1beta1"):
        path = f"{prefix}/text:synthesize{query}"
        assert one("POST", path, json=body(), headers=headers, server=server).status_code == status
        listed = one("GET", f"{prefix}/voices{query}", headers=headers, server=server)
        assert listed.status_code == status
        assert "right" not in listed.text


@pytest.mark.parametrize("headers", [{}, {"x-goog-api-key": "right"}])
def test_the_proxy_takes_a_bearer_only(headers: dict[str, str]) -> None:
    answer = one("POST", f"{PATH}?key=right", json=body(), headers=headers, server={"require_key": "right"})
    assert gateway(answer) == (401, -10001)


@pytest.mark.parametrize("name", MEMBERS)
def test_transport_and_server_agree_on_the_key(name: str) -> None:
    member = providers.get(name)
    call = member.encode(Ask("Hi.", None, "en-US", "en-US-Neural2-F", "LINEAR16"))

    async def story(key: str) -> Sound:
        app = make_app(ToneSpeaker().speak, voices=(), require_key="right-key")
        endpoint = Endpoint("embedded", credential="KEY")
        async with Transport(endpoint, member, app=app, environ={"KEY": key}) as transport:
            return await transport.send(call)

    assert asyncio.run(story("right-key")).data
    with pytest.raises(Refused, match="403"):
        asyncio.run(story("wrong-key"))


# --- who may talk to it -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200), ("LOCALHOST:8080", 200), ("127.0.0.1:1", 200), ("127.5.5.5", 200), ("[::1]:80", 200),
        ("embedded.voicekit", 200), ("evil.example", 403), ("localhost.evil.example", 403), ("10.0.0.1", 403),
        ("127.0.0.1.evil.example", 403), ("0.0.0.0", 403), ("", 403), ("[::2]", 403), ("box.example:80", 200),
    ],
)  # fmt: skip
def test_host_header(host: str, status: int) -> None:
    server = {"allowed_hosts": frozenset({"Box.example"})}
    assert one("GET", "/health", headers={"Host": host}, server=server).status_code == status
    assert (
        one("GET", "/health", headers={"Host": host}, server={"allowed_hosts": frozenset("*")}).status_code
        == 200
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:9"}, 403),
        ({"Origin": "https://127.0.0.1"}, 403),
        ({"Origin": "http://127.0.0.1"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1"}, 200),
    ],
)
def test_web_pages_are_refused(headers: dict[str, str], status: int) -> None:
    answer = one("POST", PATH, json=body(), headers=headers)
    assert answer.status_code == status
    assert not [name for name in answer.headers if name.startswith("access-control")]


@given(st.text(max_size=40))
def test_host_names_never_hold_a_port(host: str) -> None:
    assert "[" not in host_name(f"[{host.replace('[', '')}]:80")
    assert ":" not in host_name(host.replace("[", ""))


# --- bounds -----------------------------------------------------------------------------------------


def test_jobs_are_bounded() -> None:
    speaker = ToneSpeaker(pause=0.01)

    async def story(client: httpx.AsyncClient) -> list[int]:
        answers = await asyncio.gather(*(client.post(PATH, json=body()) for _ in range(40)))
        return [answer.status_code for answer in answers]

    assert ask_server(story, speak=speaker.speak) == [200] * 40
    assert speaker.most_at_once == limits.CONCURRENCY


def test_a_failed_job_gives_its_place_back() -> None:
    calls = 0

    async def speak(ask: Ask) -> Sound:
        nonlocal calls
        calls += 1
        if calls <= 3 * limits.CONCURRENCY:
            raise SoundError.of("no", remedy="-")
        return await ToneSpeaker().speak(ask)

    async def story(client: httpx.AsyncClient) -> int:
        for _ in range(3 * limits.CONCURRENCY):
            await client.post(PATH, json=body())
        return (await client.post(PATH, json=body())).status_code

    assert ask_server(story, speak=speak) == 200


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=40), st.booleans()), max_size=60))
def test_kept_sounds_are_bounded_and_right(sounds: list[tuple[bytes, bool]]) -> None:
    kept, names = KeptSounds(most=5, most_bytes=100), dict[str, bytes]()
    for data, ask_again in sounds:
        name = kept.keep(data, ".wav", "audio/wav")
        names[name] = data
        found = [kept.get(known) if ask_again else kept.get(name) for known in names]
        assert all(one is None or one.data in names.values() for one in found)
        last = kept.get(name)
        assert last is not None
        assert last.data == data
        alive = [data for name, data in names.items() if kept.get(name) is not None]
        assert len(kept) == len(alive) <= 5
        assert sum(map(len, alive)) <= 100


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = ["input", "voice", "audioConfig", "text", "ssml", "languageCode", "name", "audioEncoding", "pitch",
        "speakingRate", "volumeGainDb", "sampleRateHertz", "effectsProfileId", "enableTimePointing", "ssmlGender"]  # fmt: skip


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """A good request with a few of its values replaced by any JSON, or no JSON at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=60))
    made = body()
    for _ in range(draw(st.integers(1, 3))):
        holder = draw(st.sampled_from([made, *(part for part in made.values() if isinstance(part, dict))]))
        holder[draw(st.sampled_from(KEYS))] = draw(PLAIN)
    return json.dumps(made).encode()


@given(bodies(), st.sampled_from([PATH, "/v1/text:synthesize", "/v1beta1/text:synthesize"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_body_makes_a_bug(content: bytes, path: str) -> None:
    answer = one("POST", path, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in {200, 400}
    assert answer.headers["content-type"] == "application/json"


# --- on a socket ------------------------------------------------------------------------------------

PROGRAM = """
import asyncio, sys
from kit.speaker import ToneSpeaker
from voicekit._server import listen, make_app, serve
listen.HEAD_SECONDS = 0.5
app = make_app(ToneSpeaker(pause=float(sys.argv[1])).speak, voices=())
asyncio.run(serve(app, "127.0.0.1", 0, on_ready=lambda port: print(port, flush=True)))
"""


@contextlib.contextmanager
def running(pause: float = 0.0) -> Any:
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(pause)]
    paths = {"PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'tests'}"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=paths
    ) as process:
        try:
            assert process.stdout is not None
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_finishes_what_is_being_answered_and_ends_with_0(number: signal.Signals) -> None:
    async def story(process: Any, port: int) -> int:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            asked = asyncio.create_task(client.post(PATH, json=body()))
            await asyncio.sleep(0.2)
            process.send_signal(number)
            return (await asked).status_code

    with running(pause=0.5) as (process, port):
        assert asyncio.run(story(process, port)) == 200
        _, errors = process.communicate(timeout=10)
        assert process.returncode == 0
        assert errors == ""


def test_slow_heads_are_hung_up_on_and_others_are_served() -> None:
    def finish(slow: socket.socket) -> float:
        start = time.monotonic()
        slow.settimeout(5)
        with contextlib.suppress(ConnectionError):
            while slow.recv(4_096):
                pass
        return time.monotonic() - start

    with running() as (_, port):
        with contextlib.ExitStack() as stack:
            silent, partial = (
                stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(2)
            )
            partial.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            second = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            second.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"200 OK" in second.recv(4_096)
            second.sendall(b"GET /hea")
            assert httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False).status_code == 200
            assert max(finish(silent), finish(partial), finish(second)) < 2.0
        with socket.create_connection(("127.0.0.1", port)) as large:
            large.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: b\r\n" * 20_000 + b"\r\n")
            assert b" 400 " in large.recv(4_096)


def test_a_body_over_the_limit_over_a_socket() -> None:
    with running() as (_, port):
        url = f"http://127.0.0.1:{port}{PATH}"
        headers = {"Content-Type": "application/json"}
        answer = httpx.post(url, content=b" " * 5_000_000, headers=headers, trust_env=False)
        assert gateway(answer) == (413, -10011)
        assert httpx.post(url, json=body(), trust_env=False).status_code == 200


def test_a_link_over_a_socket_leads_back_to_it() -> None:
    async def story(port: int) -> Sound:
        member = providers.get("google-302ai")
        ask = Ask("Hello.", None, "en-US", "en-US-Neural2-F", "LINEAR16")
        assert member.wants_link(ask)
        endpoint = Endpoint("local", "google-302ai", url=f"http://127.0.0.1:{port}")
        async with Transport(endpoint, member, environ={}) as transport:
            return await transport.send(member.encode(ask))

    with running() as (_, port):
        assert asyncio.run(story(port)).data == tone(0.06, 8_000)


@pytest.mark.parametrize("host", ["127.0.0.1", "no such host", "192.0.2.1"])
def test_a_port_that_cannot_be_had(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HostError) as caught:
            asyncio.run(serve(make_app(ToneSpeaker().speak, voices=()), host, port, on_ready=print))
    assert caught.value.exit_code == 7
    assert str(port) in str(caught.value)
    assert caught.value.problems[0].remedy
    if host == "127.0.0.1":
        assert "already in use" in str(caught.value)
