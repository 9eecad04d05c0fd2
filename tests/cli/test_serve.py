"""`voicekit serve`: its flags, what it refuses to start with, and a run from ready to stop."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from kit.local_server import plain
from kit.story import voicekit_command
from voicekit import providers
from voicekit.cli import run

GOOGLE = "/v1/text:synthesize"
BODY = {
    "input": {"text": "Thank you."},
    "voice": {"languageCode": "en-US", "name": "en-US-Standard-A"},
    "audioConfig": {"audioEncoding": "MULAW", "sampleRateHertz": 8000},
}


@contextmanager
def serving(*flags: str) -> Iterator[httpx.Client]:
    """Start the server as a user does; it is to end with 0 on SIGTERM, and silently."""
    command = [*voicekit_command(), "serve", "--port", "0", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            assert ready.startswith("voicekit serve: ready on http://127.0.0.1:")
            with httpx.Client(base_url=ready.split()[-1], trust_env=False, timeout=30) as client:
                yield client
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=20)
            assert (process.returncode, errors) == (0, "")
        finally:
            process.kill()


def test_a_run_with_a_fault_that_is_recorded_and_replayed(tmp_path: Path) -> None:
    file = str(tmp_path / "exchanges.jsonl")
    with serving(
        "--fault", "status=429,times=1,retry-after=2", "--record", file, "--latency", "0.01..0.02"
    ) as client:
        refused = client.post(GOOGLE, json=BODY)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
        assert refused.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
        spoken = client.post(GOOGLE, json=BODY).json()
        page = client.get("/_voicekit/requests").json()
        assert (page["count"], page["accepted"]) == (2, 1)
        assert [row["fault"] for row in page["requests"]] == ["status=429", None]

    with serving("--replay", file) as client:
        assert client.post(f"/google{GOOGLE}", json=BODY).json() == spoken
        other = client.post(GOOGLE, json=BODY | {"input": {"text": "Goodbye."}})
        assert other.status_code == 404
        assert "not in the recording" in other.json()["error"]["message"]


def test_names_that_are_allowed_by_hand() -> None:
    with serving("--allow-host", "box.example") as client:
        for host, status in (("box.example:80", 200), ("localhost", 200), ("evil.example", 403)):
            assert client.get("/health", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    ("flags", "where", "message"),
    [
        (("--fault", "status=99"), "--fault", "99 is outside [200, 599]"),
        (("--fault", "statsu=500"), "--fault", "unknown key"),
        (("--latency", "soon"), "--latency", "is not a time"),
        (("--faults", "faults.yaml"), "faults.yaml:2", "unknown key"),
        (("--faults", "none.yaml"), "none.yaml", "no such file"),
        (("--replay", "faults.yaml"), "faults.yaml:1", "not an exchange"),
        (("--record", "faults.yaml"), "faults.yaml:1", "not an exchange"),
        (("--record", "a", "--replay", "b"), "error", "cannot go together"),
    ],
)
def test_what_it_does_not_start_with(
    flags: tuple[str, ...],
    where: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("faults.yaml").write_text("- {reset: true}\n- {rest: true, html: true}\n")
    assert run(["serve", "--port", "0", *flags]) == 4
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{where}: " in said.err
    assert message in said.err
    assert "→" in said.err


def test_help_names_every_flag(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--help"]) == 0
    said = capsys.readouterr().out
    for flag in ("--host", "--port", "--allow-host", "--require-key", "--fault", "--faults", "--latency", "--seed",
                 "--record", "--replay"):  # fmt: skip
        assert f"  {flag} " in said


def test_it_stops_with_tasks_under_way() -> None:
    member = next((one for one in providers.find().values() if one.poll_routes), None)
    if member is None:
        pytest.skip("no vendor makes sounds in its own time")
    call = member.encode(plain(member, text="One. " * 100))
    with serving("--latency", "30") as client:
        for _ in range(5):
            answer = client.post(
                f"/{member.name}{call.path}",
                content=call.body,
                params=list(call.query),
                headers={"Content-Type": call.content_type, **dict(call.headers)},
            )
            assert answer.status_code == 200
        page = client.get("/_voicekit/requests").json()
        assert page["providers"][member.name] == {"count": 5, "accepted": 5}
        assert max(row["seconds"] for row in page["requests"]) < 10
