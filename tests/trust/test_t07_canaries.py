"""T7: a secret shows. Marked keys are given to every verb and every fault, and looked for in all that is left behind.

The vendor is one that repeats the keys, in every form and place that it can think of. What is searched: both streams, every logger
at DEBUG, every error of ours with the locals of all frames that it came through, every file of the project, its name included,
the recordings of the local server and its page of requests; each in raw, base64, URL and JSON form, in small letters and large.
"""

import asyncio
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from attrs import frozen

from kit import mill, projects
from kit.canaries import CANARIES, Sweep, Witness, every_form, find, secrets, witnessed
from kit.local_server import plain
from kit.parrot import WAITING, Parrot, every_fault
from kit.sending import ENGINES
from voicekit import _limits as limits
from voicekit import providers
from voicekit._server.faults import VOCABULARY
from voicekit._transport import Transport
from voicekit._transport.blots import Blots
from voicekit.cli import find as find_verbs
from voicekit.cli import run
from voicekit.errors import VoicekitError
from voicekit.model import Endpoint

# Every way in which a credential is put on a request, by the wire that it is tried on.
WIRES: Mapping[str, str] = {
    "google-302ai": "CANARY_BEARER",
    "google": "CANARY_HEADER",
    "polly": "CANARY_AWS",
    "openai": "CANARY_BEARER",
    "elevenlabs": "CANARY_HEADER",
    "azure": "CANARY_HEADER",
    "unified-v2-async-302ai": "CANARY_BEARER",
    mill.NAME: "CANARY_HEADER",
}
PATIENT = ("google-302ai", "google", "polly")  # the wires that meet the faults that take their time


@pytest.fixture(autouse=True)
def _marked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, secret in CANARIES.items():
        monkeypatch.setenv(name, secret)
    for limit, value in {
        "BACKOFF": (0.0, 0.0),
        "RETRY_AFTER": 0.0,
        "TASK_PAUSES": (0.001, 1.0, 0.001),
    }.items():
        monkeypatch.setattr(limits, limit, value)
    monkeypatch.setattr(os, "fsync", lambda _: None)  # thousands of files, and no power fails here
    mill.add(monkeypatch)


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up soon on a vendor that takes its time."""
    monkeypatch.setattr(limits, "DEADLINE", 0.3)
    monkeypatch.setattr(limits, "TASK_DEADLINE", 0.15)


@pytest.mark.parametrize("form", range(len(every_form("x"))))
def test_the_sweep_finds_what_it_looks_for(form: int) -> None:
    for secret in secrets():
        whole = every_form(secret)[form]
        for shown in (f"so {whole} it is", whole[: len(whole) * 3 // 5], whole[len(whole) * 2 // 5 :]):
            assert list(find(shown.encode())), shown
    assert not list(find(b"nothing of the kind, and no key either"))


# --- at the transport's own door ------------------------------------------------------------------------


async def try_all(sweep: Sweep, seen: Witness, engine: str, faults: Mapping[str, list[str]]) -> None:
    """Meet every fault with every wire."""
    async with Parrot() as server:
        for name, credential in WIRES.items():
            provider = providers.get(name)
            call, server.usual = provider.encode(plain(provider)), credential
            endpoint = Endpoint("test", name, url=server.at("right"), credential=credential)
            async with Transport(endpoint, provider, wire=ENGINES[engine]()) as transport:
                for fault in faults.get(name, []):
                    server.queue = [fault] * 3
                    scenario = f"{name} {fault}"
                    try:
                        sound = await transport.send(call)
                        sweep.look(scenario, "sound", f"{sound!r} {sound.data!r}")
                    except VoicekitError as error:
                        sweep.look(scenario, "message", f"{error} {error!r}")
                    sweep.look(scenario, "log", seen.logged())
                    sweep.look(scenario, "tracebacks", seen.raised())


@pytest.mark.parametrize("engine", ENGINES)
def test_no_fault_shows_a_key_in_what_is_sent(
    engine: str, monkeypatch: pytest.MonkeyPatch, figure: Callable[..., None]
) -> None:
    faults = {name: [*every_fault(), *(WAITING if name in PATIENT else ())] for name in WIRES}
    sweep = Sweep()
    hurry(monkeypatch)
    with witnessed(monkeypatch) as seen:
        asyncio.run(try_all(sweep, seen, engine, faults))
    note(sweep, f"{len(WIRES)} wires under {len(faults['google'])} faults, {engine}", 13_000, figure)


def test_the_sweep_sees_what_a_careless_transport_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Blots, "are_in", lambda *_: False)
    monkeypatch.setattr(Blots, "out_of", lambda _, data: data)
    sweep = Sweep()
    faults = ["words-401", "cut-270-0", "type-raw", "marks", "marks-cut", "tag", "tag-64", "failed-task"]
    with witnessed(monkeypatch) as seen:
        asyncio.run(try_all(sweep, seen, "httpx", {"google-302ai": faults}))
    found = {(scenario.split()[1], sink) for scenario, sink, _ in sweep.found}
    assert {("words-401", "message"), ("cut-270-0", "message"), ("type-raw", "message"), ("marks", "sound"), ("tag", "sound"),
            ("words-401", "tracebacks")} <= found  # fmt: skip


def note(sweep: Sweep, what: str, least: int, figure: Callable[..., None]) -> None:
    """Note how much was searched, and what was found."""
    for found in sweep.found[:100]:
        print(*found, sep=" | ")
    print(f"{sweep.searched / 1e6:.0f} MB searched")
    figure(f"places x forms searched: {what}", sweep.places, goal=least, least=True)
    figure(f"canaries found: {what}", len(sweep.found), goal=0)


# --- every verb -----------------------------------------------------------------------------------------

PROFILES = {
    "google-302ai": "language: en-US\nvoice: en-US-Neural2-F\nencoding: LINEAR16\n",
    "google": "language: en-US\nvoice: en-US-Neural2-F\nencoding: LINEAR16\n",
    "polly": "language: en-US\nvoice: Joanna\nencoding: PCM\nsample_rate: 16000\n",
    "elevenlabs": "language: en-US\nvoice: JBFqnCBsd6RMkjVDRZzb\nencoding: LINEAR16\n",
    "unified-v2-async-302ai": "language: en-US\nvoice: alloy\nencoding: LINEAR16\n",
}

# What each verb is run with: under every fault, after every eighth, and once.
BUYING = {"build": ["build", "--format", "json"]}
ASKING = {
    "say": ["say", "Hello.", "--via", "to-google-302ai", "--profile", "google-302ai", "--out", "said.wav"],
    "drift": ["drift", "--format", "json"],
}
AFTERWARDS = {
    "plan": ["plan", "--format", "json", "--all", "--out", "saved.json"],
    "build a saved plan": ["build", "--plan", "saved.json"],
    "plan again": ["plan", "--explain", "--select", "result:error"],
    "spend": ["spend", "--format", "json"],
    "prune": ["prune", "--sounds", "--format", "json"],
    "check": ["check", "--format", "json"],
    "render": ["render", "--format", "json"],
    "test": ["test", "--format", "json"],
}
ONCE = {
    "doctor": ["doctor", "--format", "json"],
    "voices": ["voices", "--format", "json"],
    "rule": ["rule", "VK101"],
    "schema": ["schema", "project"],
    "init": ["init", "fresh"],
    "an embedded build": ["build", "--via", "embedded"],
    "no such endpoint": ["build", "--via", "nowhere"],
    "no budget": ["build", "--max-cost", "0"],
    "a wrong selection": ["plan", "--select", "((("],
    "a wrong setting": ["plan", "--set", "pitch=high"],
    "drift without budget": ["drift", "--max-cost", "0"],
    "drift to nowhere": ["drift", "--via", "nowhere"],
    "say to nowhere": ["say", "Hello.", "--via", "nowhere"],
    "say nothing": ["say", " "],
    "a wrong plan": ["build", "--plan", "voicekit.yaml"],
}


def settings(origin: str, fault: str) -> str:
    """Write `voicekit.yaml` for a vendor with a fault."""
    packs = [
        f"  {name}: {{prompts: prompts.yaml, profiles: [{name}], endpoint: to-{name}}}\n" for name in PROFILES
    ]
    places = [
        f"  to-{name}: {{provider: {name}, url: '{origin}/{fault}~{WIRES[name]}/{name}', credential: {WIRES[name]}}}\n"
        for name in PROFILES
    ]
    return f"name: mill\npacks:\n{''.join(packs)}endpoints:\n{''.join(places)}"


@frozen
class Stage:
    """A project in a folder, with everything that is watched while verbs run in it."""

    root: Path
    sweep: Sweep
    seen: Witness
    capsys: pytest.CaptureFixture[str]

    def run(self, scenario: str, *arguments: str) -> int:
        code = run(arguments)
        out, err = self.capsys.readouterr()
        print(scenario, err)
        assert code != 1, f"{scenario}: {err}"
        for sink, text in {
            "stdout": out,
            "stderr": err,
            "log": self.seen.logged(),
            "tracebacks": self.seen.raised(),
        }.items():
            self.sweep.look(scenario, sink, text)
        return code

    def look_at_files(self, scenario: str) -> None:
        self.sweep.look_below(scenario, self.root)


@contextmanager
def stage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], origin: str
) -> Iterator[Stage]:
    """Write the project, and buy everything once from a vendor that answers as it should."""
    files = {f"profiles/{name}.yaml": f"provider: {name}\n{rest}" for name, rest in PROFILES.items()}
    prompts = {
        "prompts.yaml": "prompts:\n  - {id: hello, text: Hello.}\n",
        "tests/prompts.yaml": "cases:\n  - {prompt: hello}\n",
    }
    root = projects.write(
        tmp_path / "project", {**files, **prompts, "voicekit.yaml": settings(origin, "right")}
    )
    monkeypatch.chdir(root)
    capsys.readouterr()
    with witnessed(monkeypatch) as seen:
        yield Stage(root, Sweep(), seen, capsys)


def test_every_verb_is_run() -> None:
    verbs = {arguments[0] for group in (BUYING, ASKING, AFTERWARDS, ONCE) for arguments in group.values()}
    assert verbs | {"serve"} == set(find_verbs())  # which has a test of its own, below


@pytest.mark.parametrize("what", ["buying", "asking"])
def test_no_verb_shows_a_key_under_any_fault(
    what: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    figure: Callable[..., None],
) -> None:
    """Under each fault a build that begins with nothing; or what asks a vendor again for what was bought."""
    faults = [fault for fault in every_fault() if not fault.startswith("cut-") or fault.startswith("cut-270")]
    verbs = BUYING if what == "buying" else ASKING
    with Parrot.in_thread() as server, stage(tmp_path, monkeypatch, capsys, server.origin) as here:
        assert here.run("bought", "build") == 0
        kept = shutil.copytree(here.root, tmp_path / "kept")
        for name, arguments in ONCE.items() if what == "asking" else ():
            here.run(name, *arguments)
        here.look_at_files("once")
        hurry(monkeypatch)
        for number, fault in enumerate([*faults, *WAITING]):
            for folder in ("build", ".voicekit"):
                shutil.rmtree(here.root / folder, ignore_errors=True)
                if what == "asking":
                    shutil.copytree(kept / folder, here.root / folder)
            projects.write(here.root, {"voicekit.yaml": settings(server.origin, fault)})
            for name, arguments in verbs.items():
                here.run(f"{name} under {fault}", *arguments)
            if number % 8 == 0:
                for name, arguments in AFTERWARDS.items():
                    here.run(f"{name} after {fault}", *arguments)
            here.look_at_files(fault)
    note(here.sweep, f"verbs {what}", 3_000, figure)


# --- the local server -----------------------------------------------------------------------------------

# Serves with every logger at DEBUG, on its stderr.
SERVE = """
import logging, sys
logging.basicConfig(level=logging.DEBUG)
from voicekit.cli import run
sys.exit(run(["serve", "--port", "0", *sys.argv[1:]]))
"""
VALUES = {"status": 503, "redirect": "/elsewhere", "wrong-type": "text/html", "link": "http://127.0.0.1:9/a.wav", "truncate": 20,
          "drip": 20, "drip-head": 20, "lie-length": 7}  # fmt: skip
BROUGHT = ("openai", "google", "polly", "azure", "elevenlabs", "google-302ai", "unified-v2-async-302ai")

Way = tuple[str, dict[str, str]]


def ways(key: str) -> Iterator[Way]:
    """Give every way to bring a key: what stands in the query, and the headers. The first four are those of vendors."""
    signed = f"AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/polly/aws4_request, SignedHeaders=host, Signature={key}"
    quoted = quote(key, safe="")
    yield "", {"Authorization": f"Bearer {key}"}
    yield "", {"x-goog-api-key": key}
    yield f"key={quoted}", {}
    yield "", {"Authorization": signed, "X-Amz-Security-Token": key}
    for header in ("xi-api-key", "api-key", "Ocp-Apim-Subscription-Key", "Cookie", "Proxy-Authorization"):
        yield "", {header: key}
    for name in ("api_key", "access_token", "subscription-key", "X-Amz-Security-Token"):
        yield f"{name}={quoted}", {}
    yield f"X-Amz-Credential={quoted}%2F2026&X-Amz-Signature={quoted}", {}


def ask(address: str, target: str, body: bytes, headers: Mapping[str, str], seconds: float) -> bytes:
    """Send one request, and return what comes back within some seconds, the head with it."""
    host, _, port = address.removeprefix("http://").partition(":")
    stated = {"Host": f"{host}:{port}", "Connection": "close", "Content-Length": str(len(body)), **headers}
    lines = [
        f"{'POST' if body else 'GET'} {target} HTTP/1.1",
        *(f"{name}: {value}" for name, value in stated.items()),
    ]
    end, told = time.monotonic() + seconds, b""
    with socket.create_connection((host, int(port))) as client, suppress(OSError):
        client.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        while (left := end - time.monotonic()) > 0 and len(told) < 100_000:
            client.settimeout(left)
            if not (more := client.recv(65_536)):
                break
            told += more
    return told


@contextmanager
def server(folder: Path, *flags: str) -> Iterator[str]:
    """Serve until the block ends; what is said to either stream lies in the folder then."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        process = subprocess.Popen([sys.executable, "-c", SERVE, *flags], stdout=out, stderr=err, cwd=folder)
        try:
            while not (said := (folder / "stdout").read_text()).endswith("\n"):
                assert process.poll() is None
                time.sleep(0.05)
            yield said.split()[-1]
        finally:
            process.terminate()
            assert process.wait(30) == 0


def bring(sweep: Sweep, address: str, scenario: str, name: str, way: Way, seconds: float) -> None:
    """Send one wire's request with a key, and search the answer."""
    call, (query, headers) = providers.get(name).encode(plain(providers.get(name))), way
    headers = {"Content-Type": call.content_type, **dict(call.headers), **headers}
    sweep.look(scenario, "answer", ask(address, f"/{name}{call.path}?{query}", call.body, headers, seconds))


def test_the_local_server_keeps_no_key_that_is_brought(tmp_path: Path, figure: Callable[..., None]) -> None:
    key = CANARIES["CANARY_BEARER"]
    keys = {f"{key}{number:02}": fault for number, fault in enumerate(VOCABULARY)}
    rules = [{fault: VALUES.get(fault, True), "key": own} for own, fault in keys.items()]
    (tmp_path / "faults.yaml").write_text(json.dumps(rules))
    sweep = Sweep()
    manners = {
        "recording": ["--record", "recording.jsonl"],
        "replaying": ["--replay", str(tmp_path / "recording" / "recording.jsonl")],
        "asking for a key": ["--require-key", f"another {key}"],
        "doing wrong": ["--faults", str(tmp_path / "faults.yaml"), "--record", "recording.jsonl"],
    }
    for scenario, flags in manners.items():
        with server(tmp_path / scenario, *flags) as address:
            if scenario == "doing wrong":
                for own, fault in keys.items():
                    for name, way in zip(("openai", "google", "google", "polly"), ways(own), strict=False):
                        bring(sweep, address, f"{scenario}: {name} {fault}", name, way, 0.3)
            else:
                for name, way in itertools.product(BROUGHT, ways(key)):
                    bring(sweep, address, f"{scenario}: {name} {way[0][:6]} {[*way[1]]}", name, way, 5.0)
            for page in ("/", "/health", "/_voicekit/requests", "/files/nothing", "/nowhere"):
                sweep.look(scenario, page, ask(address, page, b"", {"x-goog-api-key": f"another {key}"}, 5.0))
        sweep.look_below(scenario, tmp_path / scenario)
    assert (tmp_path / "recording" / "recording.jsonl").stat().st_size > 10_000
    note(sweep, "what is brought to `serve`", 1_000, figure)


# --- the shared store -----------------------------------------------------------------------------------

SHARED = ("right", "words-403", "words-503", "page", "page-401", "xml-403", "list-400", "tag", "moved-own", "link:loop", "503",
          "echo", "reset-after", "no-http", "gzip-bomb", "huge-refusal")  # fmt: skip


def test_the_shared_store_shows_no_key(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    figure: Callable[..., None],
) -> None:
    with Parrot.in_thread() as vendor, stage(tmp_path, monkeypatch, capsys, vendor.origin) as here:
        for fault in SHARED:
            for folder in ("build", ".voicekit"):
                shutil.rmtree(here.root / folder, ignore_errors=True)
            store = f"store: {{url: 's3://bucket/prefix', options: {{endpoint: '{vendor.origin}/{fault}', region: us-east-1}}}}\n"
            projects.write(here.root, {"voicekit.yaml": settings(vendor.origin, "right") + store})
            before = len(vendor.heard)
            assert here.run(f"build, the store under {fault}", "build") == 0
            here.run(f"plan, the store under {fault}", "plan", "--refresh")
            assert any(
                "authorization" in heard.headers
                for heard in vendor.heard[before:]
                if "/bucket/" in heard.target
            )
            here.look_at_files(f"the store under {fault}")
    note(here.sweep, "the shared store", 1_000, figure)
