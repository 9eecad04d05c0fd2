"""Who may talk to the local server: no web page, and nobody who came by another name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.local_server import PATH, body, one
from voicekit._server.guard import host_name


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
