"""What the vendors refuse is refused in their own shape, and so are bugs, wrong methods and bodies."""

import asyncio
import gzip
import json
from typing import Any

import pytest

from kit.local_server import PATH, anything, body, gateway, one, rpc
from voicekit import _limits as limits
from voicekit import providers
from voicekit._server import make_app
from voicekit._transport import Transport
from voicekit.errors import ConfigError, HostError, SoundError
from voicekit.model import Ask, Endpoint, Sound


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


def test_an_unknown_path_below_a_vendors_name_is_that_vendors_404() -> None:
    assert rpc(one("GET", "/google/v1/nothing")) == (404, "NOT_FOUND")
    assert gateway(one("POST", "/google-302ai/nothing", json={})) == (404, -10011)
    assert one("POST", "/polly/v1/nothing").headers["x-amzn-errortype"] == "UnknownOperationException"
    assert one("GET", "/elevenlabs/v1/nothing").json() == {"detail": "Not Found"}
    assert one("GET", "/azure").text == "Not Found"
    assert one("GET", "/nobody/v1/voices").json() == {"error": {"code": 404, "message": "Not Found"}}


def test_an_unknown_path_with_a_vendors_own_key_is_that_vendors_404() -> None:
    assert one("GET", "/v1/nothing", headers={"xi-api-key": "a"}).json() == {"detail": "Not Found"}
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/polly/aws4_request"}
    assert (
        one("GET", "/v1/lexicons", headers=signed).headers["x-amzn-errortype"] == "UnknownOperationException"
    )
    anybody = {"Authorization": "Bearer a"}
    assert one("GET", "/v1/nothing", headers=anybody).json()["error"] == {"code": 404, "message": "Not Found"}


@pytest.mark.parametrize("encoding", ["gzip", "br", "x"])
def test_a_compressed_body_is_refused_as_that(encoding: str) -> None:
    headers = {"Content-Encoding": encoding, "Content-Type": "application/json"}
    answer = one("POST", "/v1/text:synthesize", content=gzip.compress(b"{}"), headers=headers)
    assert rpc(answer)[0] == 415
    assert "compressed" in answer.json()["error"]["message"]
    plain = {"Content-Encoding": "Identity"}
    assert one(
        "POST", "/v1/text:synthesize", json=body(), headers=plain, server={"speak": anything}
    ).is_success


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
