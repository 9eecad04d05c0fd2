"""Keys: optional, or required, in each way that a vendor takes them."""

import asyncio
from typing import Any

import httpx
import pytest

from kit.local_server import PATH, anything, body, gateway, one, plain, rpc
from voicekit import providers
from voicekit._server import make_app
from voicekit._transport import Transport
from voicekit.errors import Denied
from voicekit.model import Endpoint, Sound

MEMBERS = list(providers.find())


def test_any_key_passes_unless_one_is_required() -> None:
    for headers in ({}, {"Authorization": "Bearer anything"}, {"x-goog-api-key": "anything"}):
        assert one("POST", PATH, json=body(), headers=headers).status_code == 200


def test_a_signature_names_its_key() -> None:
    signed = "AWS4-HMAC-SHA256 Credential=AKID/20261007/us-east-1/polly/aws4_request, SignedHeaders=host, Signature=0"
    for header, status in ((signed, 200), (signed.replace("AKID", "a=b"), 403), ("Credential=" * 5_000, 403)):
        answer = one(
            "POST", "/v1/speech", json={}, headers={"Authorization": header}, server={"require_key": "AKID"}
        )
        assert (answer.status_code == 403) is (status == 403)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Basic right"}, 401),
        ({"Authorization": "right"}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer rightx"}, 401),
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
    assert rpc(one("POST", path, json=body(), server=server)) == (403, "PERMISSION_DENIED")
    assert rpc(one("GET", "/v1/voices", server=server)) == (403, "PERMISSION_DENIED")
    wrong = one("POST", path, json=body(), headers={"x-goog-api-key": "wrong"}, server=server)
    assert rpc(wrong) == (400, "INVALID_ARGUMENT")
    (detail,) = wrong.json()["error"]["details"]
    assert (detail["reason"], detail["domain"]) == ("API_KEY_INVALID", "googleapis.com")
    headers = {"x-goog-api-key": "right"}
    assert one("POST", path, json=body(), headers=headers, server=server).status_code == 200
    assert one("GET", "/v1/voices", headers=headers, server=server).status_code == 200


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({}, "?key=right", 200),
        ({}, "?key=wrong", 400),
        ({}, "?key=", 403),
        ({"Authorization": "Bearer right"}, "", 200),
        ({"Authorization": "Bearer wrong"}, "", 401),
        ({"Authorization": "Basic right"}, "", 403),
        ({"x-goog-api-key": "wrong", "Authorization": "Bearer wrong"}, "?key=wrong", 400),
        ({"Authorization": "Bearer right"}, "?key=wrong", 200),
        ({"x-goog-api-key": "Bearer right"}, "", 400),
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
    with pytest.raises(Denied, match=str(member.authentication.wrong.status)) as caught:
        asyncio.run(story("wrong-key"))
    assert caught.value.problems[0].remedy == "check the endpoint's credential"


# What each vendor says to a request without a key and with a wrong one: status, and what tells the kind of error in its body.
# Of a vendor that is not here, its `Authentication` has the status, and its own test the rest.
DENIALS: dict[str, tuple[tuple[int, Any], tuple[int, Any]]] = {
    "azure": ((401, None), (401, None)),
    "elevenlabs": ((401, "needs_authorization"), (401, "invalid_api_key")),
    "google": ((403, "PERMISSION_DENIED"), (400, "INVALID_ARGUMENT")),
    "google-v1beta1": ((403, "PERMISSION_DENIED"), (400, "INVALID_ARGUMENT")),
    "openai": ((401, None), (401, "invalid_api_key")),
    "polly": ((403, "MissingAuthenticationTokenException"), (403, "UnrecognizedClientException")),
    **{name: ((401, -10001), (401, -10001)) for name in MEMBERS if name.endswith("-302ai")},
}


def kind_of(answer: httpx.Response) -> Any:
    if "x-amzn-errortype" in answer.headers:
        return answer.headers["x-amzn-errortype"]
    if answer.headers["content-type"] != "application/json":
        return None
    page = answer.json()
    error = page.get("error", page.get("detail"))
    return error.get("err_code", error["code"] if error.get("param", "") is None else error.get("status"))


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("wanted", ["the-right-key", "*"])
def test_a_missing_and_a_wrong_key_get_each_vendors_own_answer(name: str, wanted: str) -> None:
    member = providers.get(name)
    how, call = member.authentication, member.encode(plain(member))
    brought = {
        "bearer": "Bearer wrong-key",
        "header": "wrong-key",
        "sigv4": "AWS4-HMAC-SHA256 Credential=WRONG/20260101/us-east-1/polly/aws4_request, SignedHeaders=host, Signature=0",
    }[how.kind]
    stated = ((how.missing.status, ...), (how.wrong.status, ...))
    missing, wrong = DENIALS.get(name, stated)
    for headers, due in (({}, missing), ({how.header: brought}, wrong)):
        answer = one(
            call.method,
            f"/{name}{call.path}",
            params=dict(call.query),
            content=call.body,
            headers={"Content-Type": call.content_type, **dict(call.headers), **headers},
            server={"require_key": wanted, "speak": anything},
        )
        if headers and wanted == "*":
            assert answer.status_code == 200
            continue
        status, kind = due
        assert answer.status_code == status
        assert kind is ... or kind_of(answer) == kind
        assert "wrong-key" not in answer.text
        assert "right" not in answer.text
