"""T8: a link in a reply points inward. Nothing but the provider's file hosts and the origin that the user wrote is connected to.

Each spelling of an inward address is handed over in every way that one can come: as the link in an answer, as the goal of a
redirect, at once or after another, and as what a file host's name resolves to, at once or the next time that it is asked. Python's
audit hook sees every connection that this process tries, whatever makes it.
"""

import asyncio
import contextlib
import json
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx
import pytest
from attrs import evolve, field, frozen

from kit import mill
from kit.connects import connects
from kit.fault_server import SOUND, FaultServer, content
from kit.mill import MILL
from kit.sending import CALL, ENGINES, GOOGLE, sending
from voicekit._transport import Transport
from voicekit.errors import ForbiddenAddress, SendError, VoicekitError
from voicekit.model import Endpoint

PUBLIC = "93.184.216.34"

# What stands where a host stands; the port of a server that must not be reached is put behind it.
HOSTS = (
    "127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "127.255.255.254", "0x7f000001", "0x7F.1", "0x7f.0x0.0x0.0x1",
    "2130706433", "017700000001", "0177.0.0.1", "0177.1", "00000177.0.0.0001", "0", "0.0.0.0", "localhost", "localhost.",
    "LOCALHOST", "lOcalHost", "ip6-localhost", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]", "[fe80::1]", "[fe80::1%25lo]", "[::1%25lo]", "[fec0::1]", "[ff02::1]", "127\u30020\u30020\u30021",
    "\uff11\uff12\uff17.0.0.1", "\u2460\u2461\u2466.0.0.1", "127.0.0.1%00.example", "127.0.0.1%2f.example", "127%2e0%2e0%2e1",
    "a@127.0.0.1", "file.302.ai@127.0.0.1", "file.302.ai:443@127.0.0.1", "file.302.ai%40127.0.0.1", "169.254.169.254",
    "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "192.0.0.8", "198.18.0.1", "[fd00::1]", "[::ffff:169.254.169.254]",
)  # fmt: skip

# Whole addresses, for redirects: some of these are no link's, and some look like one of the file hosts.
PLACES = (
    "//127.0.0.1:{port}/", "///127.0.0.1:{port}/", "\\\\127.0.0.1:{port}/", "/\\127.0.0.1:{port}/", "http:127.0.0.1:{port}/",
    "http:/127.0.0.1:{port}/", "http:///127.0.0.1:{port}/", "HTTP://127.0.0.1:{port}/", "http://127.0.0.1:{port}#@file.302.ai/",
    "http://127.0.0.1:{port}?@file.302.ai/", "http://127.0.0.1:{port}\\@file.302.ai/", "https://file.302.ai:{port}@127.0.0.1/",
    "https://file.302.ai\\@127.0.0.1:{port}/", "https://127.0.0.1:{port}\t@file.302.ai/", "https://[::1]:{port}]@file.302.ai/",
    "http://file.302.ai:{port}/", "https://file.302.ai:{port}/", "ws://127.0.0.1:{port}/", "ftp://127.0.0.1:{port}/a.wav",
    "gopher://127.0.0.1:{port}/_x", "file:///etc/passwd", "unix:/run/server", "data:audio/wav;base64,UklGRg==", "http://:{port}/",
    "http://[", "javascript:0", "https://file.302.ai.:{port}/",
)  # fmt: skip

# What a resolver may say of a file host. None of them is a host on the public internet.
ADDRESSES = (
    "0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.8", "192.0.0.10", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:20::1", "2001:db8::1",
    "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd00::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
    "2606:4700::1111%1", "127.1", "0x7f000001", "2130706433", "localhost", "",
)  # fmt: skip


@frozen
class Witness:
    """What was tried, and which connections came of it that should not have.

    Attributes:
        allowed: The ports of the server that the user wrote.
        followed: Addresses that were handed over and came back as a sound.
    """

    connected: list[Any]
    allowed: set[int] = field(factory=set)
    tried: list[str] = field(factory=list)
    followed: list[str] = field(factory=list)

    @property
    def inward(self) -> list[Any]:
        """The connections to anything else than the server that the user wrote."""
        return [place for place in self.connected if place[1] not in self.allowed]

    async def send(self, transport: Transport, what: str) -> VoicekitError | None:
        """Send one call, whose answer leads to `what`."""
        self.tried.append(what)
        try:
            await transport.send(CALL)
        except SendError as error:
            return error
        self.followed.append(what)
        return None


@contextlib.contextmanager
def witness() -> Iterator[tuple[Witness, int]]:
    """Watch, beside a server on every loopback address whose port must not be reached."""
    with contextlib.ExitStack() as stack:
        inner = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = inner.getsockname()[1]
        with contextlib.suppress(OSError):
            stack.enter_context(socket.create_server(("::1", port), family=socket.AF_INET6))
        yield Witness(stack.enter_context(connects())), port


@pytest.mark.parametrize("engine", ENGINES)
def test_no_link_and_no_redirect_leads_inward(engine: str, figure: Callable[..., None]) -> None:
    async def story(seen: Witness, port: int) -> None:
        links = [f"{scheme}://{host}:{port}/a.wav" for host in HOSTS for scheme in ("http", "https")]
        hosted = evolve(GOOGLE.capabilities, file_hosts=frozenset(host.strip("[]") for host in HOSTS))
        everywhere: Any = evolve(GOOGLE, capabilities=hosted)  # type: ignore[misc]
        async with (
            FaultServer() as server,
            sending(server.origin, wire=ENGINES[engine]()) as transport,
            sending(server.origin, provider=everywhere, wire=ENGINES[engine]()) as reckless,
        ):
            seen.allowed.add(server.port)
            for link in (*links, *(place.format(port=port) for place in PLACES)):
                moved = f"302:{link}"
                server.queue = [f"link={link}"]
                assert isinstance(await seen.send(transport, link), SendError)
                for hops in ([moved], [f"302:{server.origin}/x", moved], ["302", "302", moved]):
                    server.queue = ["link:good", *hops]
                    assert isinstance(await seen.send(transport, f"{len(hops)} hops to {link}"), SendError)
                server.queue = [moved.replace("302", "307")]
                assert isinstance(await seen.send(transport, f"the call, moved to {link}"), SendError)
            # A file host that is listed, and is an inward address in the system's own eyes.
            for host in HOSTS:
                server.queue = [f"link=https://{host}/a.wav"]
                assert isinstance(await seen.send(reckless, f"file host {host}"), SendError)

    with witness() as (seen, port):
        asyncio.run(story(seen, port))
    assert len(seen.connected) >= len(seen.tried)
    assert seen.followed == []
    figure(f"addresses handed over, {engine}", len(seen.tried), goal=500, least=True)
    figure(f"inward connections, {engine}", len(seen.inward), goal=0)


class Internet(httpx.AsyncBaseTransport):
    """Stands for the network: notes the address of every connection, and answers for the public ones."""

    def __init__(self, files: dict[str, httpx.Response]) -> None:
        self.files, self.asked = files, list[str]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            body = content("https://file.302.ai/a.wav")
            return httpx.Response(200, headers={"content-type": "application/json"}, content=body)
        self.asked.append(request.url.host)
        return self.files[request.url.path]


def resolver(turns: Sequence[Sequence[str]]) -> Callable[[str], Any]:
    left = list(turns)

    async def resolve(_: str) -> Sequence[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


def test_no_resolver_leads_inward(figure: Callable[..., None]) -> None:
    """Rebinding has no second look-up to win: the address that was looked at is the one that is connected to."""

    def sound() -> httpx.Response:
        return httpx.Response(200, headers={"content-type": "audio/wav"}, content=SOUND)

    def moved() -> httpx.Response:
        return httpx.Response(302, headers={"location": "https://file.302ai.cn/b.wav"})

    async def send(files: dict[str, httpx.Response], turns: Sequence[Sequence[str]]) -> tuple[Any, list[str]]:
        internet = Internet(files)
        endpoint = Endpoint("x", GOOGLE.name, url="https://vendor.example")
        how: dict[str, Any] = {
            "wire": internet,
            "resolve": resolver(turns),
            "random": lambda: 0.0,
            "environ": {},
        }
        async with Transport(endpoint, GOOGLE, **how) as transport:
            try:
                return await transport.send(CALL), internet.asked
            except SendError as error:
                return error, internet.asked

    async def story() -> tuple[int, list[str]]:
        tried, asked = 0, list[str]()
        for address in ADDRESSES:
            at_once, beside = [[address]], [[PUBLIC, address], [address, PUBLIC]]
            for turns in (at_once, *([turn] for turn in beside)):
                found, places = await send({"/a.wav": sound()}, turns)
                assert type(found) is ForbiddenAddress, (turns, found)
                asked, tried = asked + places, tried + 1
            found, places = await send({"/a.wav": moved(), "/b.wav": sound()}, [[PUBLIC], [address]])
            assert type(found) is ForbiddenAddress
            asked, tried = asked + places, tried + 1
            # One look-up is made; what the name would say the next time is never heard.
            found, places = await send({"/a.wav": sound()}, [[PUBLIC], [address]])
            assert found.data == SOUND
            asked, tried = asked + places, tried + 1
        return tried, asked

    tried, asked = asyncio.run(story())
    assert PUBLIC in asked
    figure("answers of a resolver", tried, goal=200, least=True)
    figure("inward connections by a resolver", sum(place != PUBLIC for place in asked), goal=0)


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_in_the_environment_is_a_way_in(
    engine: str, monkeypatch: pytest.MonkeyPatch, figure: Callable[..., None]
) -> None:
    async def story(seen: Witness) -> None:
        async with FaultServer() as server:
            seen.allowed.add(server.port)
            for fault in ("good", "link:file"):
                async with sending(server.at(fault), wire=ENGINES[engine]()) as transport:
                    assert await seen.send(transport, fault) is None

    with witness() as (seen, port):
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        monkeypatch.setenv("NO_PROXY", "")
        asyncio.run(story(seen))
    assert len(seen.connected) >= 3
    figure(f"connections to a proxy, {engine}", len(seen.inward), goal=0)


TASKS = ("@127.0.0.1", "../../..//127.0.0.1/", "//127.0.0.1/", "\\\\127.0.0.1\\", "?x=http://127.0.0.1", "#@127.0.0.1",
         "%40127.0.0.1", "http://127.0.0.1/", ":9@127.0.0.1/", ".127.0.0.1", "..", "%2e%2e/%2f", "a\r\nHost: 127.0.0.1", "\0")  # fmt: skip


def test_no_name_of_a_task_leads_away(figure: Callable[..., None]) -> None:
    asked: list[httpx.Request] = []

    def vendor(name: str) -> httpx.MockTransport:
        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            said = {"state": "milling", "task": name} if request.method == "POST" else {"state": "failed"}
            body = httpx.ByteStream(json.dumps(said).encode())
            return httpx.Response(200, headers={"content-type": "application/json"}, stream=body)

        return httpx.MockTransport(answer)

    async def nap(_: float) -> None:
        await asyncio.sleep(0)

    async def story() -> None:
        for name in TASKS:
            how: dict[str, Any] = {"wire": vendor(name), "sleep": nap, "provider": MILL}
            async with sending("https://vendor.example/at", **how) as transport:
                with pytest.raises(SendError):
                    await transport.send(MILL.encode(mill.ask()))

    asyncio.run(story())
    assert len(asked) > len(TASKS)
    assert {request.headers["host"] for request in asked} == {"vendor.example"}
    away = [
        str(request.url)
        for request in asked
        if not str(request.url).startswith("https://vendor.example/at/mill/sounds")
    ]
    figure(f"questions led away by {len(TASKS)} names of tasks", len(away), goal=0)
