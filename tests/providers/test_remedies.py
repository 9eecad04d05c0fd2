"""What a refusal's body says beside its status decides the way out that is shown."""

import json
from typing import Any

import pytest

from voicekit import providers
from voicekit.errors import Refused
from voicekit.model import Reply

CREDENTIAL, CREDIT, LATER, BUSY = "credential", "top up", "try again later", "requests_per_minute"
PROMPT = "correct the text"


def google(reason: str) -> Any:
    return {"error": {"code": 400, "status": "INVALID_ARGUMENT", "details": [{"reason": reason}]}}


def gateway(code: int) -> Any:
    return {"error": {"err_code": code, "message": "No.", "type": "api_error"}}


@pytest.mark.parametrize(
    ("name", "status", "body", "remedy"),
    [
        ("google", 400, google("API_KEY_INVALID"), CREDENTIAL),
        ("google", 400, google("BAD_SSML"), PROMPT),
        ("google", 400, {"error": {"details": ["API_KEY_INVALID", {"reason": ["x"]}, {}]}}, PROMPT),
        ("google", 429, {"error": {"code": 429}}, BUSY),
        ("google-302ai", 400, gateway(-10001), CREDENTIAL),
        ("unified-302ai", 400, gateway(-10005), CREDENTIAL),
        ("fish-302ai", 403, gateway(-10004), CREDIT),
        ("unified-v2-302ai", 429, gateway(-10007), CREDIT),
        ("siliconflow-302ai", 400, gateway(-10018), CREDIT),
        ("doubao-302ai", 400, gateway(-10003), LATER),
        ("gemini-302ai", 400, gateway(-10008), LATER),
        ("gemini-302ai", 400, gateway(-10011), PROMPT),
        ("openai", 429, {"error": {"message": "No.", "code": "insufficient_quota"}}, CREDIT),
        ("openai", 429, {"error": {"message": "No.", "code": "rate_limit_exceeded"}}, BUSY),
        ("openai", 401, {"error": {"message": "No.", "code": "invalid_api_key"}}, CREDENTIAL),
        ("elevenlabs", 401, {"detail": {"status": "quota_exceeded", "message": "No."}}, CREDIT),
        ("elevenlabs", 401, {"detail": {"status": "invalid_api_key", "message": "No."}}, CREDENTIAL),
        ("elevenlabs", 400, {"detail": ["quota_exceeded"]}, PROMPT),
        ("polly", 403, {"message": "No."}, CREDENTIAL),
        ("azure", 401, {}, CREDENTIAL),
    ],
)
def test_the_way_out_is_what_the_vendor_says(name: str, status: int, body: Any, remedy: str) -> None:
    with pytest.raises(Refused) as caught:
        providers.get(name).decode(Reply(status, "application/json", json.dumps(body).encode()))

    (problem,) = caught.value.problems
    assert f"{name} answered {status}" in problem.message
    assert remedy in problem.remedy
