"""Keys: optional, or required, in each way that a vendor takes them."""

import asyncio

import pytest

from kit.local_server import PATH, anything, body, gateway, one, plain, rpc
from voicekit import providers
from voicekit._server import make_app
from voicekit._transport import Transport
from voicekit.errors import Refused
from voicekit.model import Endpoint, Sound

MEMBERS = list(providers.find())


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
    if member.authentication.kind == "sigv4":
        pytest.skip("a signature covers a request with two secrets; the tests of that vendor show it")
    call = member.encode(plain(member))

    async def story(key: str) -> Sound:
        app = make_app(anything, voices=(), require_key="right-key")
        endpoint = Endpoint("embedded", credential="KEY")
        async with Transport(endpoint, member, app=app, environ={"KEY": key}) as transport:
            return await transport.send(call)

    assert asyncio.run(story("right-key")).data
    with pytest.raises(Refused, match="403"):
        asyncio.run(story("wrong-key"))
