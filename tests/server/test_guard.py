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
        ("localhost:", 200), ("127.1", 403), ("2130706433", 403), ("localhost.", 403), ("evil.localhost", 403),
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
    "host",
    ["localhost:80@evil.example", "localhost@evil.example", "[::1", "[::1]evil.example", "[::1]:80@evil.example", "127.0.0.1:80x", "[",
     "localhost/evil.example", "localhost?evil", "localhost#evil", "localhost\\evil", "localhost evil.example", "localhost, evil.example"],
)  # fmt: skip
def test_what_is_no_host_at_all_is_refused_even_where_any_is_allowed(host: str) -> None:
    for allowed in (frozenset[str](), frozenset("*")):
        answer = one("POST", PATH, json=body(), headers={"Host": host}, server={"allowed_hosts": allowed})
        assert answer.status_code == 403
        assert "evil" not in answer.text


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


@pytest.mark.parametrize("name", ["Origin", "Sec-Fetch-Site"])
def test_a_second_header_does_not_hide_behind_the_first(name: str) -> None:
    good, bad = {"Origin": ("http://127.0.0.1", "http://evil.example")}.get(name, ("none", "cross-site"))
    for values, status in (((good, good), 200), ((good, bad), 403), ((bad, good), 403)):
        headers = [(name, value) for value in values]
        assert one("POST", PATH, json=body(), headers=headers).status_code == status


@given(st.text("localhst.:[]@/ 0123\n", max_size=40) | st.text(max_size=40))
def test_host_names_hold_neither_a_port_nor_anything_else(host: str) -> None:
    name = host_name(host)
    if name is not None:
        assert not set(name) & set("@/\\[] \n?#")
        assert ":" not in name or host.strip().startswith("[")
    assert host_name(f"{'a' if name is None else name.replace(':', '')}:80") is not None
