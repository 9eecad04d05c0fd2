"""Every format that a wire can ask for is asked of the local server in the vendor's own words, and judged by libav alone."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from io import BytesIO
from itertools import product
from typing import Any

import av
import pytest
from attrs import evolve, frozen

from kit.local_server import plain
from voicekit import _embedded, providers
from voicekit._transport import Transport
from voicekit.errors import Refused
from voicekit.model import Call, Endpoint, Sound

MPEG = (8_000, 16_000, 22_050, 24_000, 44_100, 48_000)
WIDTHS = {"pcm_s16le": 2, "pcm_mulaw": 1, "pcm_alaw": 1}


@frozen
class Format:
    """What a file is: libav's name of its container ("" for bare samples), its codec, Hz, channels, and the bit/s that are asked for."""

    container: str
    codec: str
    rate: int
    channels: int = 1
    bit_rate: int | None = None


Wish = tuple[Callable[[Call], Call], Format]


def wav(rate: int, channels: int = 1, codec: str = "pcm_s16le") -> Format:
    return Format("wav", codec, rate, channels)


def raw(rate: int, channels: int = 1, codec: str = "pcm_s16le") -> Format:
    return Format("", codec, rate, channels)


def mp3(rate: int, kilobits: int, channels: int = 1) -> Format:
    return Format("mp3", "mp3", rate, channels, kilobits * 1_000)


def opus(kilobits: int | None = None, container: str = "ogg") -> Format:
    return Format(container, "opus", 48_000, bit_rate=kilobits and kilobits * 1_000)


OGG, WEBM = opus(), opus(container="matroska,webm")


# --- the vendors' words -------------------------------------------------------------------------------


def header(word: str) -> Callable[[Call], Call]:
    return lambda call: evolve(call, headers=(("X-Microsoft-OutputFormat", word),))


def query(**words: str) -> Callable[[Call], Call]:
    return lambda call: evolve(call, query=tuple((dict(call.query) | words).items()))


def body(**fields: Any) -> Callable[[Call], Call]:
    """Lay fields over a request's body; those of an inner object are laid over that."""

    def change(call: Call) -> Call:
        data = json.loads(call.body)
        for name, value in fields.items():
            data[name] = {**data.get(name, {}), **value} if isinstance(value, dict) else value
        return evolve(call, body=json.dumps(data).encode())

    return change


def google() -> Iterator[Wish]:
    for rate in (8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000):
        for word, found in {
            "LINEAR16": wav(rate),
            "MULAW": wav(rate, codec="pcm_mulaw"),
            "ALAW": wav(rate, codec="pcm_alaw"),
            "PCM": raw(rate),
            "MP3": mp3(rate, 32),
            "M4A": Format("mov,mp4,m4a,3gp,3g2,mj2", "aac", rate),
        }.items():
            yield body(audioConfig={"audioEncoding": word, "sampleRateHertz": rate}), found
    for rate in (8_000, 12_000, 16_000, 24_000, 48_000):
        yield body(audioConfig={"audioEncoding": "OGG_OPUS", "sampleRateHertz": rate}), OGG


def google_beta() -> Iterator[Wish]:
    yield from google()
    for rate in MPEG:
        yield body(audioConfig={"audioEncoding": "MP3_64_KBPS", "sampleRateHertz": rate}), mp3(rate, 64)


def google_302ai() -> Iterator[Wish]:
    yield from google_beta()
    yield body(audioConfig={"audioEncoding": "AMR"}), Format("amr", "amr_nb", 8_000)
    for rate in (8_000, 16_000, 48_000):
        yield (
            body(audioConfig={"audioEncoding": "FLAC", "sampleRateHertz": rate}),
            Format("flac", "flac", rate),
        )
        yield body(audioConfig={"audioEncoding": "WEBM_OPUS", "sampleRateHertz": rate}), WEBM


def azure() -> Iterator[Wish]:
    for rate, word in {8_000: "8khz", 16_000: "16khz", 22_050: "22050hz", 24_000: "24khz", 44_100: "44100hz", 48_000: "48khz"}.items():  # fmt: skip
        yield header(f"riff-{word}-16bit-mono-pcm"), wav(rate)
        yield header(f"raw-{word}-16bit-mono-pcm"), raw(rate)
    for law in ("mulaw", "alaw"):
        yield header(f"riff-8khz-8bit-mono-{law}"), wav(8_000, codec=f"pcm_{law}")
        yield header(f"raw-8khz-8bit-mono-{law}"), raw(8_000, codec=f"pcm_{law}")
    for rate, kilobits in ((16, 32), (16, 64), (16, 128), (24, 48), (24, 96), (24, 160), (48, 96), (48, 192)):
        yield header(f"audio-{rate}khz-{kilobits}kbitrate-mono-mp3"), mp3(rate * 1_000, kilobits)
    for word in ("ogg-16khz", "ogg-24khz", "ogg-48khz", "webm-16khz", "webm-24khz"):
        yield header(f"{word}-16bit-mono-opus"), OGG if word.startswith("ogg") else WEBM
    yield header("webm-24khz-16bit-24kbps-mono-opus"), opus(24, WEBM.container)


def elevenlabs() -> Iterator[Wish]:
    for rate in (8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000):
        yield query(output_format=f"wav_{rate}"), wav(rate)
        yield query(output_format=f"pcm_{rate}"), raw(rate)
    for kilobits in (32, 64, 96, 128, 192):
        yield query(output_format=f"mp3_44100_{kilobits}"), mp3(44_100, kilobits)
        yield query(output_format=f"opus_48000_{kilobits}"), opus(kilobits)
    yield query(output_format="mp3_22050_32"), mp3(22_050, 32)
    yield query(output_format="mp3_24000_48"), mp3(24_000, 48)
    for law in ("ulaw", "alaw"):
        yield query(output_format=f"{law}_8000"), raw(8_000, codec=f"pcm_{law.replace('u', 'mu', 1)}")


def openai() -> Iterator[Wish]:
    for word, found in {
        "mp3": mp3(24_000, 32),
        "opus": OGG,
        "aac": Format("aac", "aac", 24_000),
        "flac": Format("flac", "flac", 24_000),
        "wav": wav(24_000),
        "pcm": raw(24_000),
    }.items():
        yield body(response_format=word), found


def siliconflow() -> Iterator[Wish]:
    for rate in (8_000, 16_000, 24_000, 32_000, 44_100):
        yield body(response_format="wav", sample_rate=rate), wav(rate)
        yield body(response_format="pcm", sample_rate=rate), raw(rate)
    for rate in (32_000, 44_100):
        yield body(response_format="mp3", sample_rate=rate), mp3(rate, 32)
    yield body(response_format="opus", sample_rate=48_000), OGG


def polly() -> Iterator[Wish]:
    for rate in MPEG:
        yield body(OutputFormat="mp3", SampleRate=str(rate)), mp3(rate, 32)
    for rate in (8_000, 16_000):
        yield body(OutputFormat="pcm", SampleRate=str(rate)), raw(rate)
    yield body(OutputFormat="ogg_opus", SampleRate="48000"), OGG
    for law in ("mulaw", "alaw"):
        yield body(OutputFormat=law, SampleRate="8000"), raw(8_000, codec=f"pcm_{law}")


def minimax(rate_field: str, *more: str) -> Iterator[Wish]:
    def asked(word: str, rate: int, channels: int, **fields: int) -> Callable[[Call], Call]:
        return body(audio_setting={"format": word, rate_field: rate, "channel": channels, **fields})

    for rate, channels in product((8_000, 16_000, 22_050, 24_000, 32_000, 44_100), (1, 2)):
        yield asked("pcm", rate, channels), raw(rate, channels)
        yield asked("flac", rate, channels), Format("flac", "flac", rate, channels)
        if "wav" in more:
            yield asked("wav", rate, channels), wav(rate, channels)
        # MP3 has no 256 kbit/s below 32,000 Hz, and encoders make no more than 64 of it at 8,000 Hz.
        most = 64 if rate == 8_000 else 256 if rate >= 32_000 else 128
        for kilobits in (one for one in (32, 64, 128, 256) if one <= most):
            yield asked("mp3", rate, channels, bitrate=kilobits * 1_000), mp3(rate, kilobits, channels)
    yield body(audio_setting={"format": "mp3", rate_field: 32_000}), mp3(32_000, 128)


def fish() -> Iterator[Wish]:
    yield body(format="wav"), wav(44_100)
    yield body(format="pcm"), raw(44_100)
    yield body(format="mp3"), mp3(44_100, 128)
    for kilobits in (64, 128, 192):
        yield body(format="mp3", mp3_bitrate=kilobits), mp3(44_100, kilobits)
    yield body(format="opus", opus_bitrate=-1_000), OGG
    for kilobits in (24, 32, 48, 64):
        yield body(format="opus", opus_bitrate=kilobits), opus(kilobits)


def doubao() -> Iterator[Wish]:
    for word, found in {
        "wav": wav(24_000),
        "pcm": raw(24_000),
        "mp3": mp3(24_000, 32),
        "ogg_opus": OGG,
    }.items():
        yield body(audio={"encoding": word}), found


def unified() -> Iterator[Wish]:
    yield body(output_format="mp3"), mp3(24_000, 32)
    yield body(output_format="wav"), wav(24_000)


def instead(call: Call) -> Callable[[Call], Call]:
    return lambda _: call


def as_it_is(found: Format) -> Iterator[Wish]:
    yield lambda call: call, found


WISHES: dict[str, Callable[[], Iterable[Wish]]] = {
    "azure": azure,
    "azure-302ai": azure,
    "doubao-302ai": doubao,
    "dubbingx-302ai": lambda: as_it_is(wav(24_000)),
    "elevenlabs": elevenlabs,
    "elevenlabs-302ai": elevenlabs,
    "f5-tts-302ai": lambda: as_it_is(wav(24_000)),
    "fish-302ai": fish,
    "gemini-302ai": lambda: as_it_is(raw(24_000)),
    "google": google,
    "google-302ai": google_302ai,
    "google-v1beta1": google_beta,
    "minimax-302ai": lambda: minimax("sample_rate", "wav"),
    "minimax-async-302ai": lambda: minimax("audio_sample_rate"),
    "mureka-302ai": lambda: as_it_is(mp3(24_000, 32)),
    "openai": openai,
    "openai-302ai": openai,
    "polly": polly,
    "siliconflow-302ai": siliconflow,
    "speech-302ai": openai,
    "unified-302ai": unified,
    "unified-v2-302ai": unified,
    "unified-v2-async-302ai": unified,
}

# What libav says of each encoding at a rate.
KINDS: dict[str, Callable[[int], Format]] = {
    "LINEAR16": wav,
    "MULAW": lambda rate: wav(rate, codec="pcm_mulaw"),
    "ALAW": lambda rate: wav(rate, codec="pcm_alaw"),
    "PCM": raw,
    "MP3": lambda rate: mp3(rate, 32),
    "MP3_64_KBPS": lambda rate: mp3(rate, 64),
    "M4A": lambda rate: Format("mov,mp4,m4a,3gp,3g2,mj2", "aac", rate),
    "AAC": lambda rate: Format("aac", "aac", rate),
    "FLAC": lambda rate: Format("flac", "flac", rate),
    "OGG_OPUS": lambda _: OGG,
    "WEBM_OPUS": lambda _: WEBM,
    "AMR": lambda _: Format("amr", "amr_nb", 8_000),
}


def as_written(name: str) -> Iterator[Wish]:
    """Ask a vendor that is not above for each of its encodings and rates, in the words that its own `encode` writes."""
    member = providers.get(name)
    takes = member.capabilities
    for encoding in sorted(takes.encodings & set(KINDS)):
        bits = next(iter(takes.bit_rates.get(encoding, ())), None)
        for rate in (takes.sample_rates or {}).get(encoding) or (None,):
            ask = plain(member, encoding=encoding, sample_rate=rate, bit_rate=bits)
            found = KINDS[encoding](rate or takes.natural_rate or 24_000)
            found = evolve(found, container="" if member.bare_rate(ask) else found.container)
            yield instead(member.encode(ask)), evolve(found, bit_rate=bits or found.bit_rate)


# --- what comes back ----------------------------------------------------------------------------------


async def _briefly(_: float) -> None:
    """Ask about a task again at once: a word is soon said."""
    await asyncio.sleep(0.01)


def spoken(name: str, changes: Iterable[Callable[[Call], Call]]) -> Iterator[Sound | Refused]:
    """Send one call in several variations to the embedded voice; yields each answer."""
    member = providers.get(name)
    call = member.encode(plain(member))

    async def story() -> list[Sound | Refused]:
        async with AsyncExitStack() as stack:
            app = await _embedded.app(stack)
            transport = Transport(Endpoint("embedded"), member, app=app, environ={}, sleep=_briefly)
            sending = await stack.enter_async_context(transport)
            found: list[Sound | Refused] = []
            for change in changes:
                try:
                    found.append(await sending.send(change(call)))
                except Refused as refusal:
                    found.append(refusal)
            return found

    yield from asyncio.run(story())


def judged(data: bytes, wanted: Format) -> tuple[Format, float]:
    """Return what libav says that a file is, and its seconds. Bare samples say nothing: they are as long as they should be."""
    if not wanted.container:
        return wanted, len(data) / WIDTHS[wanted.codec] / wanted.channels / wanted.rate
    with av.open(BytesIO(data), "r") as file:
        (stream,) = file.streams.audio
        context = stream.codec_context
        packets = [packet for packet in file.demux(stream) if packet.size]
        seconds = sum(frame.samples for packet in packets for frame in packet.decode()) / context.sample_rate
        found = Format(file.format.name, context.codec.canonical_name, context.sample_rate, context.channels)
    if found.codec == "mp3":
        found = evolve(found, bit_rate=_nominal(data))
    elif found.codec == "opus" and wanted.bit_rate:
        # A packet lasts 20 ms. At a constant bit rate all are of one size.
        (size,) = {packet.size for packet in packets}
        found = evolve(found, bit_rate=size * 8 * 50)
    return found, seconds


def _nominal(data: bytes) -> int:
    """Return the bit rate that the header of an MP3's second frame states: ISO 11172-3, 2.4.2.3, and 13818-3."""
    sync = data[:2]
    head = data[data.index(sync, 4) :]
    low = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
    high = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    return 1_000 * (high if head[1] >> 3 & 3 == 3 else low)[head[2] >> 4]


@pytest.mark.parametrize("name", sorted(providers.find()))
def test_the_format_that_a_wire_asks_for_is_what_comes_back(name: str) -> None:
    wishes = list(WISHES[name]() if name in WISHES else as_written(name))
    exact: list[float] = []
    rough: list[float] = []
    for number, answer in enumerate(spoken(name, [change for change, _ in wishes])):
        wanted = wishes[number][1]
        assert isinstance(answer, Sound), (wanted, answer)
        found, seconds = judged(answer.data, wanted)
        assert found == wanted
        (exact if wanted.codec in WIDTHS else rough).append(seconds)

    # All say the same. Where nothing in a sound tells its rate or its channels its length does; codecs may add two frames.
    assert max(exact, default=0) - min(exact, default=0) < 0.001
    assert max(exact + rough) - min(exact + rough) < 0.3
    assert 0.2 < min(exact + rough) < 1.5


# What no encoder here can make, or no format has: by the wire, and how its refusal begins to say so.
REFUSED: tuple[tuple[str, Callable[[Call], Call], str], ...] = (
    *(
        (name, header(word), said)
        for name in ("azure", "azure-302ai")
        for word, said in {
            "amr-wb-16000hz": "no encoder for AMR_WB",
            "audio-16khz-16bit-32kbps-mono-opus": "Unsupported output format: audio-16khz-16bit-32kbps-mono-opus is not made here",
            "audio-24khz-16bit-24kbps-mono-opus": "is not made here",
            "audio-24khz-16bit-48kbps-mono-opus": "is not made here",
            "raw-16khz-16bit-mono-truesilk": "is not made here",
            "raw-24khz-16bit-mono-truesilk": "is not made here",
            "audio-24khz-192kbitrate-mono-mp3": "audio-24khz-192kbitrate-mono-mp3 is unknown",
        }.items()
    ),
    ("polly", body(OutputFormat="ogg_vorbis", SampleRate="22050"), "Ogg Vorbis is not made here"),
    ("polly", body(OutputFormat="json"), "Speech marks are not made here"),
    ("polly", body(OutputFormat="pcm", SampleRate="44100"), "sample rate"),
    *(
        ("google-302ai", body(audioConfig={"audioEncoding": word}), f"no encoder for {word}")
        for word in ("AMR_WB", "SPEEX_WITH_HEADER_BYTE")
    ),
    *(
        (
            name,
            body(audioConfig={"audioEncoding": word, "sampleRateHertz": rate}),
            f"{word} cannot have {rate} Hz",
        )
        for name in ("google", "google-v1beta1", "google-302ai")
        for word, rate in {"OGG_OPUS": 44_100, "MP3": 96_000, "M4A": 48_001}.items()
    ),
    (
        "google",
        body(audioConfig={"audioEncoding": "MP3_64_KBPS"}),
        "Invalid value at 'audio_config.audio_encoding'",
    ),
    ("elevenlabs", query(output_format="mp3_44100_320"), "Input should be alaw_8000, mp3_22050_32"),
    ("elevenlabs-302ai", query(output_format="pcm_96000"), "Input should be"),
    ("fish-302ai", body(format="opus", opus_bitrate=128), "opus_bitrate: Input should be"),
    ("fish-302ai", body(format="mp3", mp3_bitrate=320), "mp3_bitrate: Input should be"),
    ("siliconflow-302ai", body(response_format="mp3", sample_rate=24_000), "sample_rate: Input should be"),
    ("openai", body(response_format="ogg"), "Input should be 'mp3'"),
    *(
        (name, body(audio_setting={"format": "mp3", field: rate, "bitrate": bits}), said)
        for name, field in (("minimax-302ai", "sample_rate"), ("minimax-async-302ai", "audio_sample_rate"))
        for rate, bits, said in (
            (24_000, 256_000, "MP3 cannot have 256000 bit/s at 24000 Hz"),
            (8_000, 128_000, "64000 bit/s at most, not 128000"),
            (48_000, 128_000, "sample_rate: Input should be"),
        )
    ),
    ("minimax-302ai", body(audio_setting={"channel": 3}), "channel: Input should be 1 or 2"),
)


@pytest.mark.parametrize("name", sorted({name for name, _, _ in REFUSED}))
def test_what_cannot_be_made_is_refused_in_the_vendors_shape(name: str) -> None:
    wishes = [(change, said) for wire, change, said in REFUSED if wire == name]
    for number, answer in enumerate(spoken(name, [change for change, _ in wishes])):
        # The message is read off the vendor's own shape, which an answer in any other would not give.
        assert isinstance(answer, Refused), wishes[number]
        assert wishes[number][1] in answer.problems[0].message
