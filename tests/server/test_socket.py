"""The local server on a socket: ports, slow heads, large bodies, and its graceful end."""

import asyncio
import contextlib
import signal
import socket
import sys
import time
from typing import Any

import httpx
import pytest

from kit import mill
from kit.local_server import PATH, body, gateway
from kit.mill import MILL
from kit.running import PROGRAM, request, running
from kit.speaker import ToneSpeaker, tone
from voicekit import providers
from voicekit._server import make_app, serve
from voicekit._transport import Transport
from voicekit.errors import HostError
from voicekit.model import Ask, Endpoint, Sound


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


def test_a_stop_gives_up_the_tasks_that_are_under_way() -> None:
    call = MILL.encode(mill.ask())
    headers = {"Content-Type": call.content_type}
    with running(60.0) as (process, port):
        origin = f"http://127.0.0.1:{port}"
        told: dict[str, str] = {}
        for _ in range(20):
            told = httpx.post(origin + call.path, content=call.body, headers=headers, trust_env=False).json()
        asked = httpx.get(f"{origin}{call.path}/{told['task']}", trust_env=False).json()
        assert asked["state"] == "milling"
        start = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)
        assert (process.returncode, errors) == (0, "")
        assert time.monotonic() - start < 3


@pytest.mark.parametrize(
    "fault", ["silence", "drip=3", "drip-head=3", "latency=60", "endless", "endless-head", "latency=60,reset"]
)
def test_a_stop_is_heard_by_whoever_waits_on_purpose(fault: str) -> None:
    """A client that waits, and does not read what comes, does not hold the server up."""
    with running(0.0, fault) as (process, port), socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(request())
        time.sleep(0.5)
        start = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)
        assert (process.returncode, errors) == (0, "")
        assert time.monotonic() - start < 3


def test_a_reset_is_one_and_no_plain_end() -> None:
    with running(0.0, "reset") as (_, port), socket.create_connection(("127.0.0.1", port)) as client:
        client.settimeout(5)
        client.sendall(request())
        with pytest.raises(ConnectionResetError):
            client.recv(1)


@pytest.mark.parametrize("fault", ["silence", "drip=1", "endless", "endless-head", "latency=60"])
def test_a_client_that_hangs_up_leaves_nothing_behind(fault: str) -> None:
    with running(0.0, f"{fault},times=20") as (process, port):
        origin = f"http://127.0.0.1:{port}"
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(request())
                time.sleep(0.02)
        assert httpx.post(origin + PATH, json=body(), trust_env=False).status_code == 200
        start = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)
        assert (process.returncode, errors) == (0, "")
        assert time.monotonic() - start < 3


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


def test_who_does_not_read_an_answer_is_hung_up_on() -> None:
    """Many answers at once are more than what two sockets hold; a reader who does keep up gets them all."""
    asked = b"GET /_voicekit/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with running() as (_, port):

        def read(pause: float) -> int:
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.settimeout(10)
                client.sendall(asked * 100)
                time.sleep(pause)
                count = 0
                with contextlib.suppress(ConnectionError):
                    while count < size and (data := client.recv(65_536)):
                        count += len(data)
                return count

        size = 100 * len(
            httpx.get(f"http://127.0.0.1:{port}/_voicekit/openapi.json", trust_env=False).content
        )
        assert read(0.0) >= size
        assert read(2.0) < size


@pytest.mark.parametrize("sent", ["", "GET / HT", "GET / HTTP/1.1\r\nHost: loc", "half a body", "a task"])
def test_a_stop_does_not_wait_for_what_is_not_all_there(sent: str) -> None:
    half = request()[:-5]
    told = {"half a body": half, "a task": half[:-20]}.get(sent, sent.encode())
    with running() as (process, port), socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(told)
        assert httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False).status_code == 200
        start = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)
        assert (process.returncode, errors) == (0, "")
        assert time.monotonic() - start < 3


def test_a_stop_gives_up_what_takes_too_long_without_a_word() -> None:
    with running(60.0) as (process, port), socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(request())
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "Traceback" not in errors
        client.settimeout(5)
        with contextlib.suppress(ConnectionError):
            assert client.recv(100) == b""


def test_the_log_is_not_for_strangers_to_write() -> None:
    with running() as (process, port):
        for said in (
            b"no HTTP\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        ):
            with socket.create_connection(("127.0.0.1", port)) as client:
                client.sendall(said)
                assert client.recv(100).startswith(b"HTTP/1.1 ")
        process.terminate()
        _, errors = process.communicate(timeout=10)
        assert (process.returncode, errors) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_there_is_a_file_for_each_connection_whatever_the_usual_limit() -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 1_000:
        pytest.skip("this system allows no more")
    lower = f"import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (256, {hard}))\n"
    with running(program=lower + PROGRAM) as (_, port), contextlib.ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(400)]
        for client in clients:
            client.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for client in clients:
            client.settimeout(10)
            assert client.recv(100).startswith(b"HTTP/1.1 200 ")


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
