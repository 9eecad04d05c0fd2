"""T9: an endless or packed answer. Bytes are counted as they come, nothing is unpacked, and the most that may come is planned.

Every kind of answer that could fill the memory is sent to a child process, over both engines, in each place where an answer
can stand; the child says how far its memory rose above where it stood after one good answer.
"""

import gzip
import json
import subprocess
import sys
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kit import projects
from kit.fault_server import ANSWERS, GOOD, FaultServer, answer, packed
from voicekit._sound import codecs
from voicekit._sound.pcm import silence
from voicekit.cli import run
from voicekit.errors import SendError

TESTS = Path(__file__).parent.parent
GOAL = 40.0  # MB
BOMB = packed(750)
PROJECT = """\
name: mill
packs:
  phone: {{prompts: prompts.yaml, profiles: [en]}}
endpoints:
  here: {{provider: google-302ai, url: "{url}"}}
"""
PACKING = ("FLAC", "OGG_OPUS", "MP3")
NOTHING = gzip.compress(b"", mtime=0)

# Its last line says, for each answer: what came of it, and how far the memory rose.
CHILD = """
import asyncio, json, sys
if sys.argv[1] == "httpx":
    sys.modules["httpx_aiohttp"] = None
from kit.memory import forget_peak, peak
from kit.sending import outcome

async def story(url, names):
    found = {}
    for name in ["good", *names]:
        start = forget_peak()
        came = await outcome(url + name, send={"reply_limit": 4_000_000}, random=lambda: 0.0, deadline=20.0)
        found[name] = type(came).__name__, (peak() - start) / 1e6
    return found

print(json.dumps(asyncio.run(story(sys.argv[2], sys.argv[3:]))))
"""

# For each file and length of a text: what came of it, and how far the memory rose. `decode` keeps what it hears.
LISTENING = """
import json, sys
from pathlib import Path
from kit.memory import forget_peak, peak
from voicekit._sound import codecs, probe
from voicekit.errors import SoundError, WrongAnswer

codecs.decode(codecs.encode(codecs.decode(Path(sys.argv[2]).read_bytes()), "LINEAR16"))
found = []
for name in sys.argv[3:]:
    encoding, data = Path(name).stem, Path(name).read_bytes()
    for length in (6, 1_000):
        start = forget_peak()
        try:
            if sys.argv[1] == "decode":
                codecs.decode(data)
            else:
                probe.verify(data, encoding, None, text_length=length, may_be_silent=True)
            came = "Sound"
        except (SoundError, WrongAnswer) as error:
            came = type(error).__name__
        found.append((name, length, came, (peak() - start) / 1e6))
print(json.dumps(found))
"""

NAIVE = """
import sys
import httpx
from kit.memory import forget_peak, peak
start = forget_peak()
httpx.get(sys.argv[1], trust_env=False)
print((peak() - start) / 1e6)
"""


def coded(body: bytes, coding: str) -> bytes:
    return answer(body, Content_Encoding=coding)


# What is answered, by a name that can stand in a path.
BOMBS: Mapping[str, bytes] = {
    "bomb": coded(BOMB, "gzip, gzip"),
    "bomb-as-sound": answer(BOMB, kind="audio/wav", Content_Encoding="gzip, gzip"),
    "bomb-refused": answer(BOMB, status=400, Content_Encoding="gzip, gzip"),
    "bomb-unavailable": answer(BOMB, status=503, Content_Encoding="gzip, gzip"),
    "bomb-moved": answer(BOMB, status=302, Content_Encoding="gzip, gzip", Location="http://127.0.0.1:9/"),
    "bomb-partly": answer(BOMB, status=206, Content_Encoding="gzip, gzip"),
    "bomb-in-transfer": answer(BOMB, Transfer_Encoding="gzip, gzip", Content_Length=""),
    "bomb-unsaid": answer(BOMB),
    "gzip": coded(gzip.compress(GOOD), "gzip"),
    "x-gzip": coded(gzip.compress(GOOD), "x-gzip"),
    "gzip-once-more": coded(gzip.compress(packed(100, 1)), "GZIP ,gzip"),
    "deflate": coded(zlib.compress(bytes(100_000_000)), "deflate"),
    "identity-and-gzip": coded(packed(100, 1), "identity, gzip"),
    "many-codings": coded(NOTHING, ", ".join(["gzip"] * 2_000)),
    "br": coded(BOMB, "br"),
    "zstd": coded(BOMB, "zstd"),
    "no-length": answer(b" " * 6_000_000, Content_Length=""),
    "length-too-short": answer(b" " * 6_000_000, Content_Length="7"),
    "length-too-long": answer(GOOD, Content_Length="4000000000"),
    "length-beyond-all": answer(GOOD, Content_Length="9" * 400),
    "length-below-zero": answer(GOOD, Content_Length="-1"),
    "length-said-twice": answer(GOOD).replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n", 1),
    "deep-json": answer(b"[" * 3_900_000),
    "many-marks": answer(b'{"timepoints":[' + b"{}," * 1_200_000 + b"{}]}"),
    "large-chunks": answer(b"FFFFFFFFFFFFFFF\r\n" + bytes(5_000_000), Transfer_Encoding="chunked", Content_Length=""),
    "endless-refusal": answer(b"x" * 20_000_000, status=400, kind="text/plain"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _bombs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, data in BOMBS.items():
        monkeypatch.setitem(ANSWERS, name, data)


def child(program: str, *arguments: str) -> str:
    paths = {"PYTHONPATH": f"{TESTS.parent}:{TESTS}"}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, env=paths, check=True
    )
    return done.stdout


@pytest.mark.parametrize("engine", ["httpx", "aiohttp"])
def test_no_answer_fills_the_memory(engine: str, figure: Callable[..., None]) -> None:
    bombs = [*BOMBS, "endless", "endless-headers"]
    places = [*bombs, *(f"link:{name}" for name in bombs)]
    with FaultServer.in_thread() as server:
        found = json.loads(child(CHILD, engine, f"{server.origin}/", *places))

    print({name: f"{kind} {megabytes:.1f} MB" for name, (kind, megabytes) in found.items()})
    assert found.pop("good")[0] == "Sound"
    assert "Sound" not in {kind for kind, _ in found.values()}
    bomb = max(megabytes for name, (_, megabytes) in found.items() if "bomb" in name)
    most = max(megabytes for _, megabytes in found.values())
    figure(f"peak of a bomb of {len(BOMB) / 1e3:.1f} kB, {engine}", bomb, goal=GOAL, unit=" MB")
    figure(f"peak of {len(found)} endless, packed and lying answers, {engine}", most, goal=GOAL, unit=" MB")


def test_the_bomb_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that unpacks what it gets fills its memory with a smaller one than ours meets."""
    monkeypatch.setitem(ANSWERS, "small-bomb", coded(packed(60), "gzip, gzip"))
    with FaultServer.in_thread() as server:
        assert float(child(NAIVE, server.at("small-bomb"))) > GOAL


def test_a_build_reads_no_more_than_its_words_can_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Callable[..., None]
) -> None:
    """Six characters are 34 seconds at the very most. What the system holds in its own buffers is counted, too."""
    with FaultServer.in_thread() as server:
        root = projects.project(tmp_path, {"voicekit.yaml": PROJECT.format(url=server.at("endless"))})
        monkeypatch.chdir(root)
        assert run(["build", "--via", "here", "--quiet"]) == SendError.exit_code
        taken = server.poured / 1e6
    figure("read of an endless answer to `Hello.`", taken, goal=16.0, unit=" MB")


@pytest.fixture(scope="module")
def hours(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A second of sound, and a quarter of an hour of silence in each encoding that packs it."""
    folder = tmp_path_factory.mktemp("hours")
    (folder / "LINEAR16.wav").write_bytes(codecs.encode(silence(1, 24_000), "LINEAR16"))
    for encoding in PACKING:
        (folder / f"{encoding}.bin").write_bytes(codecs.encode(silence(900, 24_000), encoding))
    return [str(folder / "LINEAR16.wav"), *(str(folder / f"{encoding}.bin") for encoding in PACKING)]


def test_a_sound_that_packs_a_quarter_of_an_hour_fills_no_memory(
    hours: list[str], figure: Callable[..., None]
) -> None:
    heard = json.loads(child(LISTENING, "verify", *hours))
    print(heard)
    assert {(length, came) for _, length, came, _ in heard} == {(6, "WrongAnswer"), (1_000, "Sound")}
    most = max(megabytes for *_, megabytes in heard)
    figure("peak of listening to a quarter of an hour in a small file", most, goal=GOAL, unit=" MB")


def test_the_packed_sound_is_a_bomb(hours: list[str]) -> None:
    heard = json.loads(child(LISTENING, "decode", *hours))
    assert max(megabytes for *_, megabytes in heard) > GOAL
