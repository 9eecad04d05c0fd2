"""T23: offline stays offline. Every verb that should need no network is run under a watch on sockets.

The watch is Python's own audit hook, in a process of its own that runs the verbs one after the other. What it cannot see, a library
that opens its own sockets, is seen by a server that stands where the project's paid endpoint and its shared store are.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from kit import projects
from kit.fault_server import FaultServer
from kit.story import ACME
from voicekit.cli import find

REPOSITORY = Path(__file__).parent.parent.parent

WATCH = """
import json, sys
seen = []
EVENTS = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "socket.sendto", "socket.sendmsg"}
sys.addaudithook(lambda event, _: seen.append(event) if event in EVENTS else None)
from voicekit.cli import run
found = {}
for name, arguments in json.loads(sys.argv[1]).items():
    seen.clear()
    code = run(arguments)
    found[name] = code, list(seen)
print(json.dumps(found), file=open(sys.argv[2], "w"))
"""

# In this order, in one project: a build is there when `prune` looks, a saved plan when it is built.
OFFLINE: Mapping[str, Sequence[str]] = {
    "init": ["init", "fresh"],
    "check": ["check"],
    "check, and mend": ["check", "--fix"],
    "render": ["render", "--format", "json"],
    "plan": ["plan"],
    "plan for a paid endpoint": ["plan", "--via", "302ai", "--explain"],
    "plan, saved": ["plan", "--out", "saved.json", "--format", "json"],
    "build a saved plan": ["build", "--plan", "saved.json"],
    "build": ["build"],
    "build, verified": ["build", "--verify"],
    "plan with nothing to do": ["plan", "--all"],
    "test": ["test"],
    "spend": ["spend"],
    "prune": ["prune", "--sounds"],
    "drift of the embedded voice": ["drift"],
    "say": ["say", "Hello.", "--out", "said.wav"],
    "voices": ["voices"],
    "rule": ["rule", "VK101"],
    "rules": ["rule"],
    "schema": ["schema", "project"],
    "doctor": ["doctor"],
}
ONLINE = {"plan with the store": ["plan", "--via", "302ai", "--refresh"]}
BESIDE_A_STORE = (
    "check",
    "render",
    "plan",
    "plan for a paid endpoint",
    "test",
    "spend",
    "prune",
    "rule",
    "schema",
)
SERVES = {"serve"}


def watched(root: Path, names: Sequence[str]) -> dict[str, tuple[int, list[str]]]:
    """Run verbs in a project, and return each one's exit code and what it did with sockets."""
    answer = root.parent / "answer.json"
    verbs = json.dumps({name: {**OFFLINE, **ONLINE}[name] for name in names})
    command = [sys.executable, "-c", WATCH, verbs, str(answer)]
    keys = {"AWS_ACCESS_KEY_ID": "AKIA0000000000000001", "AWS_SECRET_ACCESS_KEY": "secret"}
    subprocess.run(command, cwd=root, check=True, capture_output=True, env={**os.environ, **keys})
    found: dict[str, tuple[int, list[str]]] = json.loads(answer.read_text())
    return found


def project(tmp_path: Path, origin: str, more: str = "") -> Path:
    settings = ACME["voicekit.yaml"].replace("credential:", f"url: '{origin}', credential:") + more
    return projects.write(tmp_path / "project", {**ACME, "voicekit.yaml": settings})


def test_every_verb_is_looked_at() -> None:
    assert {arguments[0] for arguments in OFFLINE.values()} | SERVES == set(find())


def test_what_should_need_no_network_opens_no_connection(tmp_path: Path, figure: Callable[..., None]) -> None:
    with FaultServer.in_thread() as server:
        found = watched(project(tmp_path, server.origin), list(OFFLINE))
        asked = server.connections
    assert {name: code for name, (code, _) in found.items() if code} == {}
    connects = [f"{name}: {events}" for name, (_, events) in found.items() if events]
    print(*connects, sep="\n")
    figure("verbs under the watch", len(found), goal=len(OFFLINE), least=True)
    figure("connections of verbs that need none", len(connects) + asked, goal=0)


def test_a_shared_store_is_asked_by_nobody_else(tmp_path: Path, figure: Callable[..., None]) -> None:
    pytest.importorskip("obstore")
    with FaultServer.in_thread() as server:
        store = (
            f"store: {{url: 's3://bucket', options: {{endpoint: '{server.at('404')}', region: us-east-1}}}}\n"
        )
        root = project(tmp_path, server.origin, store)
        found = watched(root, BESIDE_A_STORE)
        asked = server.connections
        watched(root, ["plan with the store"])
        assert server.connections > asked  # it would have seen the others
    assert {name: code for name, (code, _) in found.items() if code} == {}
    figure("connections to a shared store that nobody asked for", asked, goal=0)


def test_the_watch_sees_a_connection(tmp_path: Path) -> None:
    with FaultServer.in_thread() as server:
        root = project(tmp_path, server.at("400"))
        verbs = {"build": ["build", "--via", "302ai", "--select", "goodbye"]}
        command = [sys.executable, "-c", WATCH, json.dumps(verbs), str(tmp_path / "answer.json")]
        environ = {"VOICEKIT_302AI_KEY": "x" * 20, "PATH": "", "PYTHONPATH": str(REPOSITORY)}
        subprocess.run(command, cwd=root, check=True, capture_output=True, env=environ)
        code, events = json.loads((tmp_path / "answer.json").read_text())["build"]
        assert server.connections == 1
    assert code == 5
    assert "socket.connect" in events


@pytest.mark.skipif(shutil.which("unshare") is None, reason="only Linux can take the network away")
def test_it_works_where_there_is_no_network(tmp_path: Path, figure: Callable[..., None]) -> None:
    """In a namespace without so much as a loopback, whatever library would want one fails."""
    root = project(tmp_path, "http://127.0.0.1:9")
    answer = tmp_path / "answer.json"
    command = [
        "unshare",
        "--user",
        "--map-root-user",
        "--net",
        sys.executable,
        "-c",
        WATCH,
        json.dumps(OFFLINE),
        str(answer),
    ]
    done = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)
    if "unshare failed" in done.stderr:
        pytest.skip("this system gives no namespaces to users")
    found = json.loads(answer.read_text())
    assert set(found) == set(OFFLINE)
    figure(
        "verbs that fail where there is no network at all",
        sum(bool(code) for code, _ in found.values()),
        goal=0,
    )
