"""Requests that AWS's signature signs: whose key, which region, at what time, and nothing of it anywhere else."""

import asyncio
import base64
import io
import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.clock import Clock
from kit.local_server import anything
from voicekit import providers
from voicekit._server import make_app
from voicekit._transport import Transport, credentials, signing
from voicekit.errors import ConfigError, Refused, VoicekitError
from voicekit.model import Ask, Endpoint, Sound

pytest.importorskip("botocore", reason="botocore is not installed")

POLLY = providers.get("polly")
CALL = POLLY.encode(Ask("One.", None, "en-US", "Joanna", "MP3"))
# AWS's own example of a key, in its page "Create a signed AWS API request".
EXAMPLE = signing.Key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, "
    "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
)
ID, SECRET, TOKEN = "AKIACANARY7f3b9ZQ", "sk/canary+7f/3b9=Zqsecretsecret", "tk/canary+token/9=Zqtokentoken"
AMBIENT = {"AWS_ACCESS_KEY_ID": ID, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN}
NOON = datetime(2015, 8, 30, 12, 36, tzinfo=UTC).timestamp()
AWS = "https://polly.eu-west-1.amazonaws.com"


# --- the signature ----------------------------------------------------------------------------------------


def test_it_is_the_signature_of_awss_own_example() -> None:
    found = signing.signed(
        EXAMPLE,
        "iam",
        NOON,
        "GET",
        "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
        {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
        b"",
    )

    assert found == [
        ("X-Amz-Date", "20150830T123600Z"),
        ("Authorization", SIGNED),
    ]


PRINTABLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)


@given(PRINTABLE, PRINTABLE, st.just("") | PRINTABLE, st.binary(max_size=50), st.integers(0, 4_000_000_000))
def test_it_is_what_botocore_signs(who: str, secret: str, token: str, body: bytes, now: int) -> None:
    from botocore import auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    moment = datetime.fromtimestamp(now, UTC)
    headers = {"Content-Type": "application/json"}
    request = AWSRequest("POST", f"{AWS}/v1/speech", headers=headers, data=body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth, "get_current_datetime", lambda: moment)
        auth.SigV4Auth(Credentials(who, secret, token or None), "polly", "eu-west-1").add_auth(request)

    found = signing.signed(signing.Key(who, secret, token), "polly", now, "POST", f"{AWS}/v1/speech", headers, body)  # fmt: skip
    assert {**headers, **dict(found)} == dict(request.headers)


@pytest.mark.parametrize(
    ("url", "region", "is_aws"),
    [
        ("https://polly.us-east-1.amazonaws.com", "us-east-1", True), (AWS, "eu-west-1", True), ("https://polly-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1", True),
        ("https://polly.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1", True), ("https://polly.eu-west-1.api.aws", "eu-west-1", True),
        ("http://polly.eu-west-1.amazonaws.com", "eu-west-1", False), ("http://127.0.0.1:8302", "us-east-1", False), ("https://proxy.example/polly", "us-east-1", False),
        ("https://polly.eu-west-1.amazonaws.com.evil.example", "us-east-1", False), ("https://evil.example/polly.eu-west-1.amazonaws.com", "us-east-1", False),
        ("https://polly.eu-west-1.amazonaws.com@evil.example", "us-east-1", False), ("https://xpolly-eu-west-1.amazonaws.com", "us-east-1", False),
    ],
)  # fmt: skip
def test_the_region_is_in_awss_own_addresses(url: str, region: str, is_aws: bool) -> None:
    assert (signing.region(url), signing.is_aws(url)) == (region, is_aws)


# --- who signs, and for whom ------------------------------------------------------------------------------


def sent(
    url: str | None,
    environ: Mapping[str, str],
    *,
    credential: str | None = None,
    answer: Callable[[httpx.Request], httpx.Response] | None = None,
    clock: Clock | None = None,
) -> tuple[Sound | VoicekitError, list[httpx.Request]]:
    """Send the call to an address that nobody looks up; return what came of it, and the requests."""
    requests: list[httpx.Request] = []
    clock = clock or Clock(NOON)

    def vendor(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return answer(request) if answer else httpx.Response(200, headers={"content-type": "audio/mpeg"}, stream=httpx.ByteStream(b"sound"))  # fmt: skip

    async def story() -> Sound | VoicekitError:
        endpoint = Endpoint("aws", "polly", url=url, credential=credential)
        wire = httpx.MockTransport(vendor)
        async with Transport(endpoint, POLLY, wire=wire, environ=environ, sleep=clock.sleep, now=clock.time, random=lambda: 0.5) as transport:  # fmt: skip
            try:
                return await transport.send(CALL)
            except VoicekitError as error:
                return error

    return asyncio.run(story()), requests


def authorization(request: httpx.Request) -> str:
    return str(request.headers.get("authorization", ""))


def test_awss_own_variables_sign_for_awss_own_addresses() -> None:
    for url, region in ((None, "us-east-1"), (AWS, "eu-west-1")):
        found, (request,) = sent(url, AMBIENT)

        assert found == Sound(b"sound")
        assert request.headers["host"] == f"polly.{region}.amazonaws.com"
        assert authorization(request).startswith(
            f"AWS4-HMAC-SHA256 Credential={ID}/20150830/{region}/polly/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature="
        )
        assert request.headers["x-amz-security-token"] == TOKEN
        assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize("url", ["http://127.0.0.1:8302", "https://proxy.example/polly", "http://polly.eu-west-1.amazonaws.com"])  # fmt: skip
def test_no_other_address_sees_them(url: str) -> None:
    found, (request,) = sent(url, AMBIENT)

    assert found == Sound(b"sound")
    assert not {"authorization", "x-amz-date", "x-amz-security-token"} & set(request.headers)


@pytest.mark.parametrize(("value", "token"), [(f"{ID}:{SECRET}", None), (f"{ID}:{SECRET}:{TOKEN}", TOKEN)])
def test_a_named_credential_signs_wherever_it_is_sent(value: str, token: str | None) -> None:
    for url in (AWS, "http://127.0.0.1:8302"):
        _, (request,) = sent(url, {"MY_AWS": value, **dict.fromkeys(AMBIENT, "another")}, credential="MY_AWS")

        assert f"Credential={ID}/20150830/{signing.region(url)}/polly/" in authorization(request)
        assert request.headers.get("x-amz-security-token") == token


def test_every_attempt_is_signed_anew() -> None:
    clock = Clock(NOON)
    _, requests = sent(AWS, AMBIENT, answer=lambda _: httpx.Response(503, headers={"retry-after": "10"}), clock=clock)  # fmt: skip

    dates = [request.headers["x-amz-date"] for request in requests]
    assert dates == ["20150830T123600Z", "20150830T123610Z", "20150830T123620Z"]
    assert len({authorization(request) for request in requests}) == 3


@pytest.mark.parametrize(
    ("environ", "credential", "message", "remedy"),
    [
        ({}, None, "the variable AWS_ACCESS_KEY_ID is not set", "export AWS_ACCESS_KEY_ID="), ({"AWS_ACCESS_KEY_ID": ID}, None, "AWS_SECRET_ACCESS_KEY is not set", "export AWS_SECRET"),
        ({**AMBIENT, "AWS_SESSION_TOKEN": "a\nb"}, None, "AWS_SESSION_TOKEN holds a space, a line end", "without quotes"), ({}, "MY_AWS", "MY_AWS is not set", "export MY_AWS="),
        ({**AMBIENT, "MY_AWS": SECRET}, "MY_AWS", "MY_AWS is no access key of AWS with its secret", "export MY_AWS=KEY_ID:SECRET, or KEY_ID:SECRET:TOKEN"),
        ({"MY_AWS": f"{ID}::"}, "MY_AWS", "is no access key of AWS", "KEY_ID:SECRET"), ({"MY_AWS": f"{ID}: {SECRET}"}, "MY_AWS", "holds a space", "without quotes"),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_before_anything_is_sent(
    environ: dict[str, str], credential: str | None, message: str, remedy: str
) -> None:
    found, requests = sent(AWS, environ, credential=credential)

    assert isinstance(found, ConfigError)
    (problem,) = found.problems
    assert (message in problem.message, remedy in problem.remedy) == (True, True), found
    assert not requests
    assert not any(value in str(found) for value in environ.values() if len(value) > 8)


def test_without_botocore_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore", None)
    found, requests = sent(AWS, AMBIENT)

    assert isinstance(found, ConfigError)
    assert found.problems[0].remedy == "pip install 'voicekit[polly]'"
    assert not requests
    # What is not signed does not need it.
    assert sent("http://127.0.0.1:8302", AMBIENT)[0] == Sound(b"sound")


# --- the secrets --------------------------------------------------------------------------------------------


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    text, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(text), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("botocore").setLevel(logging.DEBUG)
    yield text
    logging.getLogger("botocore").setLevel(logging.NOTSET)
    root.removeHandler(handler)
    root.setLevel(level)


def echo(request: httpx.Request) -> httpx.Response:
    """Say no, and quote the request and its secrets in every spelling, as a careless proxy would."""
    told = [*request.headers.values(), *AMBIENT.values(), f"{ID}:{SECRET}:{TOKEN}"]
    told += [spelt for secret in AMBIENT.values() for spelt in (base64.b64encode(secret.encode()).decode(), quote(secret, safe=""), secret.replace("/", "\\/"))]  # fmt: skip
    return httpx.Response(403, json={"message": " ".join(told)})


def gone(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("gone")


@pytest.mark.parametrize("answer", [None, echo, gone, lambda _: httpx.Response(503), lambda _: httpx.Response(302, headers={"location": AWS})])  # fmt: skip
@pytest.mark.parametrize("credential", [None, "MY_AWS"])
def test_no_secret_in_messages_logs_or_tracebacks(
    answer: Callable[[httpx.Request], httpx.Response] | None, credential: str | None, log: io.StringIO
) -> None:
    environ = AMBIENT if credential is None else {credential: f"{ID}:{SECRET}:{TOKEN}"}
    found, requests = sent(AWS, environ, credential=credential, answer=answer)
    seen = [log.getvalue(), repr(found), str(found)]
    if isinstance(found, VoicekitError):
        assert found.__traceback__ is not None
        found.__traceback__ = found.__traceback__.tb_next  # the test's own frame knows the secrets
        told = traceback.TracebackException.from_exception(found, capture_locals=True)
        seen += ["".join(told.format()), repr(found.__context__), repr(found.__cause__)]

    assert requests[0].headers["x-amz-security-token"] == TOKEN
    # Half of a secret is one, too.
    assert not [text for secret in (SECRET, TOKEN) for text in seen if secret[:12] in text or quote(secret, safe="")[:14] in text]  # fmt: skip
    if answer is echo:
        assert ID not in str(found)


def test_a_key_does_not_show_its_secrets() -> None:
    key = signing.Key(ID, SECRET, TOKEN)

    assert repr(key) == f"Key(id='{ID}')"


@given(st.text(st.characters(categories=["L", "N", "P"]), max_size=30))
def test_words_that_only_look_like_parts_are_kept(words: str) -> None:
    endpoint = Endpoint("aws", "polly", credential="MY_AWS")
    told = credentials.blots(endpoint, {"MY_AWS": "test:test", "AWS_ACCESS_KEY_ID": "test"}).out_of(
        words.encode()
    )

    assert told.decode() == words.replace("test:test", "[credential]")


# --- the local server ---------------------------------------------------------------------------------------


def test_the_local_server_takes_any_signature_or_none() -> None:
    async def story(required: str | None, value: str | None) -> Sound:
        app = make_app(anything, voices=(), require_key=required)
        endpoint = Endpoint("embedded", credential="KEY" if value else None)
        environ = {"KEY": value} if value else {}
        async with Transport(endpoint, POLLY, app=app, environ=environ) as transport:
            return await transport.send(CALL)

    for required, value in ((None, None), (None, f"{ID}:{SECRET}"), (ID, f"{ID}:another"), ("*", f"{ID}:x")):
        assert asyncio.run(story(required, value)).data
    for value, words in (
        (None, "Missing Authentication Token"),
        (f"AKIAOTHER:{SECRET}", "security token included"),
    ):
        with pytest.raises(Refused, match=f"403: .*{words}"):
            asyncio.run(story(ID, value))


def test_the_embedded_voice_needs_no_key_of_aws() -> None:
    async def story() -> list[tuple[bytes, bytes]]:
        seen: list[Any] = []
        app = make_app(anything, voices=())

        async def watched(scope: Any, receive: Any, send: Any) -> None:
            seen.extend(scope["headers"])
            await app(scope, receive, send)

        async with Transport(Endpoint("embedded"), POLLY, app=watched, environ=AMBIENT) as transport:
            assert (await transport.send(CALL)).data
        return seen

    headers = {name.decode().lower() for name, _ in asyncio.run(story())}
    assert not {name for name in headers if re.match("authorization|x-amz", name)}


def test_what_is_signed_is_what_is_sent() -> None:
    _, (request,) = sent(AWS, AMBIENT)
    stated = {"Content-Type": request.headers["content-type"]}
    key = signing.Key(ID, SECRET, TOKEN)
    again = dict(
        signing.signed(key, "polly", NOON, request.method, str(request.url), stated, request.content)
    )

    assert authorization(request) == again["Authorization"]
    assert json.loads(request.content)["VoiceId"] == "Joanna"
