"""T11: a wrong answer that looks right. Every fault that can be thought of, in the answer of every provider.

Each fault is met by a whole build of one prompt with each provider, against a server that answers all of their wires: what the
build then has written is what was silently accepted, unless it is the very sound that a good answer gives.
"""

import asyncio
import base64
import contextlib
import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from attrs import mutable

import voicekit
from kit import projects
from kit.fault_server import ANSWERS, FaultServer, answer, content
from kit.local_server import on_socket
from kit.sending import CALL, ENGINES, sending
from kit.sounds import MAKEABLE, sine
from voicekit import _limits as limits
from voicekit import providers
from voicekit._server import App, make_app, read_manners
from voicekit._server.fault_replies import WEB_PAGE
from voicekit._server.faults import VOCABULARY
from voicekit._sound import codecs, pcm, probe
from voicekit._sound.encodings import ENCODINGS
from voicekit.errors import VoicekitError
from voicekit.model import Ask, Sound
from voicekit.providers import Provider

PREFERRED = ("LINEAR16", "MP3", "PCM")
TEXT = "Hello."  # a sound of it may last 34 s

# --- what can go wrong with an answer on its way -------------------------------------------------------

ON_THE_WAY = (
    "status=201", "status=204", "status=206", "status=304", "status=400", "status=404", "status=429", "status=503",
    "redirect=/elsewhere", "html", "json", "garbage", "gzip-bomb", "empty", "half-json", "wrong-type", "wrong-type=text/html",
    "untyped", "gzip", "no-sound", "link=http://127.0.0.1:9/a.wav", "pending", "failed", "reset", "silence", "truncate=0", "truncate=0.5",
    "truncate=0.99", "drip=3", "drip-head=3", "lie-length", "lie-length=1000000000", "endless", "endless-head", "no-http",
)  # fmt: skip

# --- what can be wrong with the sound itself ------------------------------------------------------------

Spoil = Callable[[bytes, Ask, int], bytes]


def tone(seconds: float, rate: int, hertz: float = 440.0) -> pcm.Pcm:
    return sine(hertz, rate, seconds)


@cache
def a_minute(encoding: str, rate: int) -> bytes:
    return codecs.encode(tone(60.0, rate), encoding, rate)


def other_encoding(good: bytes, ask: Ask, rate: int) -> bytes:
    other = "MP3" if ENCODINGS[ask.encoding].codec != "mp3" else "OGG_OPUS"
    return codecs.encode(tone(0.5, rate), other)


def other_rate(good: bytes, ask: Ask, rate: int) -> bytes:
    return codecs.encode(tone(0.5, rate), ask.encoding, 8_000 if rate != 8_000 else 16_000)


def flipped(good: bytes, ask: Ask, rate: int) -> bytes:
    at = len(good) * 2 // 3
    return good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]


SPOILT: Mapping[str, Spoil] = {
    "half of it": lambda good, *_: good[: len(good) // 4 * 2],
    "its last byte lost": lambda good, *_: good[:-1],
    "its first bytes lost": lambda good, *_: good[16:],
    "its head alone": lambda good, *_: good[:44],
    "a hole in it": lambda good, *_: good[: len(good) // 3] + good[len(good) // 3 + 200 :],
    "zeros": lambda good, *_: bytes(len(good)),
    "chance": lambda good, *_: random.Random(1).randbytes(len(good)),
    "a web page": lambda *_: WEB_PAGE,
    "an error in JSON": lambda *_: b'{"error": {"code": 500, "message": "busy"}}',
    "more behind it": lambda good, *_: good + bytes(100),
    "twice over": lambda good, *_: good + good,
    "no samples": lambda good, ask, rate: codecs.encode(tone(0.0, rate), ask.encoding, rate),
    "nothing to hear": lambda good, ask, rate: codecs.encode(pcm.silence(0.5, rate), ask.encoding, rate),
    "a minute of it": lambda good, ask, rate: a_minute(ask.encoding, rate),
    "another encoding": other_encoding,
    "another rate": other_rate,
    "a flipped bit": flipped,
    "other words": lambda good, ask, rate: codecs.encode(tone(0.6, rate, 300.0), ask.encoding, rate),
}
FAULTS = (*ON_THE_WAY, *SPOILT)


@mutable
class Vendor:
    """Every vendor at once, as an app whose fault can be changed while it serves."""

    fault: str = ""
    app: Any = None

    def turn(self, fault: str) -> None:
        self.fault = fault
        rules = [fault] if fault in ON_THE_WAY else []
        self.app = make_app(self.speak, voices=(), manners=read_manners(faults=rules))

    async def speak(self, ask: Ask) -> Sound:
        rate = ask.sample_rate or ENCODINGS[ask.encoding].default_rate
        good = codecs.encode(tone(0.5, rate), ask.encoding, rate)
        spoil = SPOILT.get(self.fault)
        return Sound(spoil(good, ask, rate) if spoil else good, (), rate)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)

    def stop(self) -> None:
        self.app.stop()

    async def aclose(self) -> None:
        await self.app.aclose()

    def struck(self) -> set[str]:
        """Return the providers one of whose requests met the fault."""
        rows = self.app._witness.page()["requests"]
        return {row["provider"] for row in rows if row["fault"] or self.fault in SPOILT}


def asked_of(provider: Provider) -> tuple[str, int | None]:
    """Return the encoding that a provider is asked for, and the rate (Hz) where its wire can say one."""
    takes = provider.capabilities
    encoding = next((one for one in PREFERRED if one in takes.encodings), min(takes.encodings))
    rates = (24_000,) if takes.sample_rates is None else takes.sample_rates.get(encoding, ())
    return encoding, max(rates, default=None)


def has_head(name: str) -> bool:
    """Whether what a provider is asked for is a file, and not samples that could be anything."""
    return ENCODINGS[asked_of(providers.get(name))[0]].container != "raw"


def promises_a_rate(name: str) -> bool:
    """Whether a rate was asked for that the vendor's page documents; elsewhere any is right, and noted as it is."""
    provider = providers.get(name)
    return asked_of(provider)[1] is not None and "sample_rate" not in provider.capabilities.undocumented


def project(root: Path, origin: str) -> Path:
    """Write a project that says one thing with every provider."""
    files, packs, endpoints = {}, list[str](), list[str]()
    for name, provider in providers.find().items():
        voice, language = next(iter(provider.capabilities.examples.items()))
        encoding, rate = asked_of(provider)
        stated = f"sample_rate: {rate}\n" if rate else ""
        files[f"profiles/{name}.yaml"] = (
            f"provider: {name}\nlanguage: {language}\nvoice: {voice!r}\nencoding: {encoding}\n{stated}"
        )
        packs.append(f"  {name}: {{prompts: prompts.yaml, profiles: [{name}], endpoint: to-{name}}}\n")
        endpoints.append(f"  to-{name}: {{provider: {name}, url: '{origin}/{name}'}}\n")
    files["voicekit.yaml"] = f"name: wires\npacks:\n{''.join(packs)}endpoints:\n{''.join(endpoints)}"
    files["prompts.yaml"] = f"prompts:\n  - {{id: hello, text: {TEXT}}}\n"
    return projects.write(root, files)


def built(root: Path) -> dict[str, bytes]:
    """Build, and return what was written by provider."""
    found = voicekit.build(voicekit.load(root), environ={}, concurrency=64)
    return {row.provider: (root / "build" / row.pack / row.file).read_bytes() for row in found.written}


@pytest.fixture
def accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Sequence[str], float], dict[str, set[str]]]:
    """Return what meets each fault with a whole build of its own, patient for some seconds, and says whose answers were accepted."""
    for name, value in {
        "BACKOFF": (0.0, 0.0),
        "TASK_PAUSES": (0.01, 1.0, 0.01),
    }.items():
        monkeypatch.setattr(limits, name, value)

    async def story(faults: Sequence[str], patience: float) -> dict[str, set[str]]:
        found, vendor = dict[str, set[str]](), Vendor()
        vendor.turn("")
        async with on_socket(cast(App, vendor)) as origin:
            good = await asyncio.to_thread(built, project(tmp_path / "good", origin))
            assert set(good) == set(providers.find())
            for limit in ("DEADLINE", "TASK_DEADLINE"):
                monkeypatch.setattr(limits, limit, patience)
            for number, fault in enumerate(faults):
                vendor.turn(fault)
                written = await asyncio.to_thread(built, project(tmp_path / str(number), origin))
                struck = vendor.struck()
                assert struck, f"{fault} struck nobody"
                found[fault] = {name for name in written if name in struck or written[name] != good[name]}
                await vendor.aclose()
        return found

    return lambda faults, patience: asyncio.run(story(faults, patience))


Accepted = Callable[[Sequence[str], float], dict[str, set[str]]]


def test_every_kind_of_fault_is_tried() -> None:
    assert set(VOCABULARY) == {fault.partition("=")[0] for fault in ON_THE_WAY}


def test_what_goes_wrong_on_the_way_is_never_kept(accepted: Accepted, figure: Callable[..., None]) -> None:
    found = accepted(ON_THE_WAY, 1.0)
    kept = {fault: names for fault, names in found.items() if names}
    print(kept)
    figure(f"of {len(found)} faults on the way, accepted", len(kept), goal=0)


def test_a_spoilt_sound_is_told_unless_nobody_could(accepted: Accepted, figure: Callable[..., None]) -> None:
    found = accepted(list(SPOILT), 60.0)
    headless = {fault for fault, names in found.items() if any(not has_head(name) for name in names)}
    found = {fault: {name for name in names if has_head(name)} for fault, names in found.items()}
    found["another rate"] = set(filter(promises_a_rate, found["another rate"]))
    kept = {fault: names for fault, names in found.items() if names}
    print(
        {fault: len(names) for fault, names in kept.items()},
        "of samples without a head also",
        sorted(headless - set(kept)),
    )
    assert set(kept) <= {"a flipped bit", "other words"}
    faults = len(SPOILT) + len(ON_THE_WAY)
    figure(f"silently accepted, in twenty of {faults} faults", len(kept) * 20 / faults, goal=1)


# --- truncation ---------------------------------------------------------------------------------------

HEADLESS = ("PCM", "AMR", "AAC")  # of these any number of whole frames is a sound


def short(encoding: str) -> bytes:
    return codecs.encode(tone(0.005 if encoding == "PCM" else 0.05, 24_000), encoding)


def refuses(data: bytes, encoding: str) -> bool:
    try:
        probe.verify(data, encoding, None, text_length=len(TEXT))
    except VoicekitError:
        return True
    return False


def test_no_beginning_of_a_file_passes_for_the_file(figure: Callable[..., None]) -> None:
    tried, kept = 0, list[str]()
    for encoding in MAKEABLE:
        data = short(encoding)
        assert not refuses(data, encoding)
        if encoding not in HEADLESS:
            tried += len(data)
            kept += [f"{encoding} cut at {at}" for at in range(len(data)) if not refuses(data[:at], encoding)]
    print(kept)
    figure("files cut at every byte", tried, goal=5_000, least=True)
    figure("cut files accepted", len(kept), goal=0)


def framings(sound: bytes) -> dict[str, bytes]:
    """Write an answer whose end is told in each of the ways of HTTP/1.1."""
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (sound[:40], sound[40:])) + b"0\r\n\r\n"
    return {
        "length": answer(sound, kind="audio/mpeg"),
        "chunks": answer(chunks, kind="audio/mpeg", Content_Length="", Transfer_Encoding="chunked"),
        "close": answer(sound, kind="audio/mpeg", Content_Length=""),
        "json": answer(content(base64.b64encode(sound).decode())),
        "json-close": answer(content(base64.b64encode(sound).decode()), Content_Length=""),
    }


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("encoding", HEADLESS)
def test_no_answer_that_breaks_off_is_accepted(
    encoding: str, engine: str, monkeypatch: pytest.MonkeyPatch, figure: Callable[..., None]
) -> None:
    """A sound of which any beginning is one is told by its framing: where there is none, there is no answer."""
    sound = short(encoding)
    monkeypatch.setattr(limits, "BACKOFF", (0.0, 0.0))
    for name, data in framings(sound).items():
        monkeypatch.setitem(ANSWERS, name, data)
    # Each engine looks at every second place.
    first = list(ENGINES).index(engine)

    async def story() -> tuple[int, list[str]]:
        tried, kept = 0, list[str]()
        async with FaultServer() as server, sending(server.origin, wire=ENGINES[engine]()) as transport:
            for name, data in framings(sound).items():
                server.queue = [name] if "json" in name else ["link:good", name]
                if name != "close":
                    assert (await transport.send(CALL)).data == sound
                for at in range(first, len(data), 2):
                    cut = f"cut:{at}:{name}"
                    server.queue = [cut, cut] if "json" in name else ["link:good", cut, cut]
                    tried += 1
                    with contextlib.suppress(VoicekitError):
                        found = await transport.send(CALL)
                        kept += [cut] if found.data != sound else []
        return tried, kept

    tried, kept = asyncio.run(story())
    print(kept)
    figure(f"answers cut at {tried:,} places and accepted, {encoding}, {engine}", len(kept), goal=0)
